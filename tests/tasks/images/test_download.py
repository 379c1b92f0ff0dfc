"""Downloads by the real torchvision, of made-up images from a server on this machine."""

from __future__ import annotations

import functools
import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from qtkit.tasks.images import folders as image_folders
from qtkit.tasks.images.data import cache_folder, load_pair
from qtkit.tasks.images.folders import OFFICIAL, PARTS
from qtkit.tasks.images.settings import ImageSettings
from tests.tasks.images.folders import write_folder

SETTINGS = ImageSettings(source="download")


class Mirror(NamedTuple):
    folder: Path
    asked: list[str]


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mirror]:
    """A mirror of a tiny MNIST, the official one as far as qtkit and torchvision know."""
    datasets = pytest.importorskip("torchvision.datasets")
    monkeypatch.delenv("QTKIT_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    folder, asked = write_folder(tmp_path / "mirror", packed=True) / "MNIST" / "raw", []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
    contents = [(folder / f"{part}.gz").read_bytes() for part in PARTS]
    sums = [hashlib.md5(content).hexdigest() for content in contents]
    monkeypatch.setattr(datasets.MNIST, "resources", [(f"{p}.gz", md5) for p, md5 in zip(PARTS, sums, strict=True)])
    monkeypatch.setattr(datasets.MNIST, "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
    unpacked = [hashlib.sha256(gzip.decompress(content)).hexdigest() for content in contents]
    monkeypatch.setitem(OFFICIAL, "mnist", tuple(unpacked))
    monkeypatch.setattr(image_folders, "OFFICIAL_COUNTS", (8, 8, 4, 4))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Mirror(folder, asked)
    server.shutdown()
    thread.join()
    server.server_close()


def raw_of(folder: Path) -> Path:
    return folder / "MNIST" / "raw"


def contents_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-3]),
    "a page of a hotel's network": lambda path: path.write_bytes(b"<html>"),
    "one bit": flip_a_bit,
    "missing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("packed_too", [False, True])
def test_damaged_downloads_are_fetched_again(mirror: Mirror, kind: str, packed_too: bool) -> None:
    assert load_pair(SETTINGS).official
    whole = contents_of(cache_folder())
    mirror.asked.clear()
    raw = raw_of(cache_folder())
    DAMAGES[kind](raw / PARTS[0])
    if packed_too:
        DAMAGES[kind](raw / f"{PARTS[0]}.gz")
    if kind != "missing":
        with pytest.raises(ValueError, match=rf"{PARTS[0]} is damaged: .*; delete .*{PARTS[0]}, then use source='do"):
            load_pair(ImageSettings())
    assert load_pair(SETTINGS).official
    assert contents_of(cache_folder()).items() <= whole.items()
    assert {path for path in mirror.asked if path != f"/{PARTS[0]}.gz"} == set(), "the others are sound"
    assert bool(mirror.asked) == packed_too, "an earlier packed file that is whole is used"


def test_a_sound_download_asks_nobody(mirror: Mirror) -> None:
    load_pair(SETTINGS)
    mirror.asked.clear()
    assert load_pair(SETTINGS).official
    assert not mirror.asked


@pytest.mark.parametrize("there", [False, True])
def test_a_failed_download_leaves_the_folder_as_it_was(mirror: Mirror, tmp_path: Path, there: bool) -> None:
    (mirror.folder / f"{PARTS[2]}.gz").write_bytes(b"cut short")
    folder = tmp_path / "named"
    if there:
        folder.mkdir()
        (folder / "mine.txt").write_text("mine")
    with pytest.raises(FileNotFoundError, match="(?s)downloading MNIST into .*named failed: .*t10k-images.*corrupted"):
        load_pair(ImageSettings(source="download", data_dir=folder))
    assert folder.exists() == there
    assert contents_of(folder) == ({"mine.txt": b"mine"} if there else {})


def test_what_is_not_official_is_kept_and_never_mixed(mirror: Mirror, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "mine", fill=3)
    mine = contents_of(folder)
    settings = ImageSettings(source="download", data_dir=folder)
    assert not load_pair(settings).official
    (raw_of(folder) / PARTS[0]).write_bytes(b"")
    with pytest.raises(ValueError, match=f"{PARTS[0]} in .* is damaged, and .*{PARTS[2]} is not the official file"):
        load_pair(settings)
    assert not mirror.asked
    assert contents_of(folder) == mine | {f"MNIST/raw/{PARTS[0]}": b""}
    for part in PARTS:
        (raw_of(folder) / part).unlink()
    assert load_pair(settings).official
