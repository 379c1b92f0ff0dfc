"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from pathlib import Path

import pytest

from qtkit import files
from qtkit.files import read_json, remove, remove_old, sync_tree, whole_file, write_bytes, write_json, write_text
from tests.helpers import PATIENCE


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_content_arrives_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "folder" / "file.txt"
    write_text(path, "Θ → κ")
    assert path.read_text(encoding="utf-8") == "Θ → κ"
    write_bytes(path, b"\0\1")
    assert path.read_bytes() == b"\0\1"
    assert names(path.parent) == ["file.txt"]


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    write_text(path, "old")

    def interrupted():
        with whole_file(path) as temporary:
            temporary.write_text("half of the ne")
            assert temporary.parent.parent == tmp_path, "the same file system, so that the change of name is one act"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_a_block_that_writes_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "file.txt"):
        pass
    assert names(tmp_path) == []


def test_a_file_open_for_reading_keeps_its_content(tmp_path):
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with path.open() as reader:
        write_text(path, "new")
        assert reader.read() == "old"
    assert path.read_text() == "new"


def test_permissions_are_the_usual_ones(tmp_path):
    write_text(tmp_path / "ours", "x")
    (tmp_path / "usual").write_text("x")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ours", "usual")]
    assert modes[0] == modes[1]


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_an_error_and_stays_empty(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError):
            write_text(tmp_path / "file.txt", "x")
        assert names(tmp_path) == []
    finally:
        tmp_path.chmod(0o700)


def test_json_round_trip(tmp_path):
    value = {"κ": [1, 2.5, None, True], "name": "Θ"}
    write_json(tmp_path / "a.json", value)
    assert read_json(tmp_path / "a.json") == value
    assert "κ" in (tmp_path / "a.json").read_text(encoding="utf-8"), "readable, not escaped"


def test_json_refuses_nan_and_keeps_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, 1)
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(path, {"loss": float("nan")})
    assert json.loads(path.read_text()) == 1


@pytest.fixture
def refusals(monkeypatch):
    """As on Windows: so many attempts to replace a file are refused, for another process has it open."""
    left = [0]
    replace = Path.replace

    def refusing(new, path):
        if left[0]:
            left[0] -= 1
            raise PermissionError(13, "Permission denied", str(path))
        return replace(new, path)

    monkeypatch.setattr(Path, "replace", refusing)
    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(files, "PATIENCE", PATIENCE)
    return left


def test_a_file_that_another_process_has_open_is_replaced_as_soon_as_it_can_be(tmp_path, refusals):
    write_text(tmp_path / "file.txt", "old")
    refusals[0] = 3
    write_text(tmp_path / "file.txt", "new")
    assert (tmp_path / "file.txt").read_text() == "new"


@pytest.mark.parametrize("windows", [True, False])
def test_a_file_that_cannot_be_replaced_is_an_error_and_stays(tmp_path, refusals, windows, monkeypatch):
    monkeypatch.setattr(files, "WINDOWS", windows)
    monkeypatch.setattr(files, "PATIENCE", 0.3)
    write_text(tmp_path / "file.txt", "old")
    refusals[0] = 1_000_000 if windows else 1
    with pytest.raises(PermissionError):
        write_text(tmp_path / "file.txt", "new")
    assert (tmp_path / "file.txt").read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_an_old_file_is_removed_if_it_can_be(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    remove_old(path)
    path.write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", _refuse)
        remove_old(path)
    assert path.exists()
    remove_old(path)
    assert not path.exists()


def _refuse(path, **_):
    raise PermissionError(13, "Permission denied", str(path))


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "the disk is full: free some space"),
        (errno.EROFS, "the disk is read-only: choose another folder"),
    ],
)
def test_a_disk_that_fails_is_told_with_the_file(tmp_path, monkeypatch, number, advice):
    path = tmp_path / "folder" / "figure.html"

    def fails(_):
        raise OSError(number, os.strerror(number))

    write_text(path, "old")
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match=re.escape(f"cannot write {path}: {advice}")) as caught:
        write_text(path, "new")
    assert caught.value.errno == number
    assert path.read_text() == "old"
    assert names(path.parent) == ["figure.html"]


@pytest.fixture
def synced(monkeypatch):
    """What reaches the disk, in order: files and folders."""
    there, fsync = [], os.fsync

    def note(number):
        there.append(Path(f"/proc/self/fd/{number}").readlink())
        fsync(number)

    monkeypatch.setattr(os, "fsync", note)
    return there


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no names of open files here")
def test_a_name_reaches_the_disk_after_its_content(tmp_path, synced):
    write_text(tmp_path / "a" / "b" / "file.txt", "x")
    assert synced[:2] == [tmp_path / "a", tmp_path]  # the new folders in the folders around them
    assert synced[2].name == "file.txt"
    assert synced[3:] == [tmp_path / "a" / "b"]
    synced.clear()
    sync_tree(tmp_path / "a")
    assert set(synced) == {tmp_path / "a" / "b" / "file.txt", tmp_path / "a" / "b", tmp_path / "a"}
    assert synced[-1] == tmp_path / "a"


def test_a_file_system_that_syncs_no_folders_will_do(tmp_path, monkeypatch):
    fsync = os.fsync

    def refuse(number):
        if stat.S_ISDIR(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        fsync(number)

    monkeypatch.setattr(os, "fsync", refuse)
    write_text(tmp_path / "file.txt", "x")
    assert (tmp_path / "file.txt").read_text() == "x"


def test_windows_syncs_no_folders(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(os, "open", _refuse)
    files.sync_folder(tmp_path)


def test_what_a_killed_process_left_goes_with_the_next_writing(tmp_path):
    old, young, other = (tmp_path / f".{name}" for name in ("a[1].txt.0123abc_", "a[1].txt.1234abc_", "b.txt.0123abc_"))
    for folder in (old, young, other):
        folder.mkdir()
        (folder / "half").write_text("ha")
    for folder in (old, other):
        os.utime(folder, (0, 0))
    write_text(tmp_path / "a[1].txt", "x")
    assert names(tmp_path) == sorted([young.name, other.name, "a[1].txt"]), "a young one may be in use"


def test_whatever_is_there_is_removed(tmp_path):
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    (tmp_path / "file").write_text("x")
    for name in ("folder", "file", "nothing", "nowhere/at/all"):
        remove(tmp_path / name)
    (tmp_path / "file").write_text("x")
    remove(tmp_path / "file" / "inner")
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"NaN", b"[-Infinity]"])
def test_damaged_json_is_named(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.json is damaged: it is not valid JSON"):
        read_json(tmp_path / "a.json")
    for place in ("b.json", "a.json/b.json"):
        with pytest.raises(FileNotFoundError):
            read_json(tmp_path / place)


def test_what_is_no_json_file_at_all_is_named(tmp_path):
    (tmp_path / "a.json").write_text("[" * 200_000)
    with pytest.raises(ValueError, match=r"a\.json is damaged: it is nested too deeply"):
        read_json(tmp_path / "a.json")
    with pytest.raises(ValueError, match="is damaged: it is a folder and no file"):
        read_json(tmp_path)
