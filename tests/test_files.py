"""Files appear whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from qtkit import files
from qtkit.files import read_json, remove_old, whole_file, write_bytes, write_json, write_text


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
    monkeypatch.setattr(files, "PATIENCE", 0.3)
    return left


def test_a_file_that_another_process_has_open_is_replaced_as_soon_as_it_can_be(tmp_path, refusals):
    write_text(tmp_path / "file.txt", "old")
    refusals[0] = 3
    write_text(tmp_path / "file.txt", "new")
    assert (tmp_path / "file.txt").read_text() == "new"


@pytest.mark.parametrize("windows", [True, False])
def test_a_file_that_cannot_be_replaced_is_an_error_and_stays(tmp_path, refusals, windows, monkeypatch):
    monkeypatch.setattr(files, "WINDOWS", windows)
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


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe"])
def test_damaged_json_is_named(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.json is damaged: it is not valid JSON"):
        read_json(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "b.json")
