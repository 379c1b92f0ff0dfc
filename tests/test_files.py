"""Files appear whole or not at all."""

from __future__ import annotations

import json
import os
import stat

import pytest

from qtkit.files import read_json, whole_file, write_bytes, write_json, write_text


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
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


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe"])
def test_damaged_json_is_named(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.json is damaged: it is not valid JSON"):
        read_json(tmp_path / "a.json")
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "b.json")
