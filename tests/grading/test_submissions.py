"""Submissions are read if they are what they say, and never reach a file of the grader's."""

from __future__ import annotations

import json
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from qtkit.grading import submissions
from qtkit.grading.submissions import read_submission, submission_paths
from qtkit.labs.handing_in import MANIFEST, hand_in
from qtkit.seals import seal
from tests.mini_course import code, notebook, submission, write_notebook


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    write_notebook(tmp_path / "work" / "01_small.ipynb", submission("x = 1", "y = 2"))
    return hand_in(tmp_path / "work", "ada")


def rewritten(path: Path, change) -> Path:
    """The zip file with other content: `change` gets and changes `{name: bytes}`."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_submission(path)


def test_a_zip_file_gives_the_code_of_its_notebooks(handed_in):
    read = read_submission(handed_in)
    assert read.student == "ada"
    assert read.file == "hand_in_ada.zip"
    assert read.notebooks == {"01_small": ("x = 1", "y = 2")}
    assert read.course == ""


def test_a_folder_does_too_and_its_name_is_the_student(tmp_path):
    write_notebook(tmp_path / "bob" / "deep" / "01.ipynb", submission("x = 1"))
    write_notebook(tmp_path / "bob" / ".ipynb_checkpoints" / "01.ipynb", submission("x = 2"))
    read = read_submission(tmp_path / "bob")
    assert (read.student, read.course) == ("bob", None)
    assert read.notebooks == {"deep/01": ("x = 1",)}


def test_cells_of_solutions_do_not_count(tmp_path):
    write_notebook(tmp_path / "bob" / "01.ipynb", notebook(code("a", "x = 1"), code("b", "x = 2", tags=["solution"])))
    assert read_submission(tmp_path / "bob").notebooks == {"01": ("x = 1",)}


def test_all_submissions_of_a_folder_are_found(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b.ZIP").touch()
    for name in (".hidden", "notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in submission_paths(tmp_path)] == ["a", "b.ZIP"]


def test_nothing_to_mark_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no submissions in .*: expected zip files"):
        submission_paths(tmp_path)
    with pytest.raises(FileNotFoundError, match="no folder"):
        submission_paths(tmp_path / "not there")


def test_a_changed_file_is_told(handed_in):
    other = json.dumps(submission("x = 3")).encode()
    refused(
        rewritten(handed_in, lambda files: files.update({"01_small.ipynb": other})), "changed .* 01_small.ipynb is not"
    )


def test_a_missing_file_is_told(handed_in):
    refused(rewritten(handed_in, lambda files: files.pop("01_small.ipynb")), "01_small.ipynb is missing")


def test_an_added_file_is_told(handed_in):
    refused(rewritten(handed_in, lambda files: files.update({"more.ipynb": b"{}"})), "more.ipynb was added")


def test_a_foreign_zip_file_is_told(handed_in):
    refused(rewritten(handed_in, lambda files: files.pop(MANIFEST)), "not made by labs.hand_in")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda value: value | {"student": "bob"}, "damaged or was edited"),
        (lambda value: seal({**value, "student": "../bob"}), "id"),
        (lambda value: seal({**value, "kind": "run"}), "kind cannot be"),
        (lambda value: seal({**value, "files": [1]}), "files should be a dictionary"),
        (lambda value: seal({**value, "format": 99}), "newer qtkit"),
        (lambda value: [value], "names no format"),
    ],
)
def test_a_manifest_that_cannot_be_is_told(handed_in, change, told):
    def edit(files):
        value = json.loads(files[MANIFEST])
        bare = {name: item for name, item in value.items() if name != "seal"}
        files[MANIFEST] = json.dumps(change(value if told.startswith("damaged or") else bare)).encode()

    refused(rewritten(handed_in, edit), told)


@pytest.mark.parametrize("content", [b"not json", b"[" * 100_000, b"\xff"])
def test_a_manifest_that_is_not_json_is_told(handed_in, content):
    refused(rewritten(handed_in, lambda files: files.update({MANIFEST: content})), "not JSON|nested too deeply")


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/b", "a\\b", "C:evil", ".."])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        archive.writestr(entry, b"x")
    refused(path, "plain names without folders")
    assert [each.name for each in tmp_path.iterdir()] == ["x.zip"]


def test_a_link_is_refused(tmp_path):
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(entry, b"/etc/passwd")
    refused(tmp_path / "x.zip", "a link")


def test_a_folder_with_a_link_is_refused(tmp_path):
    outside = write_notebook(tmp_path / "secret.ipynb", submission("x = 1"))
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "01.ipynb").symlink_to(outside)
    refused(tmp_path / "bob", "no plain file")


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST_FILE", 1_000)
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(100_000))
    refused(path, "are the most")
    data = path.read_bytes()  # and now it says that it is small
    size = struct.pack("<I", 100_000)
    path.write_bytes(data.replace(size, struct.pack("<I", 10)))
    refused(path, "more than|damaged")


def test_many_files_that_are_too_much_together_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST", 1_000)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in "abc":
            archive.writestr(name, bytes(400))
    refused(tmp_path / "x.zip", "more than")


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_FILES", 2)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in "abcd":
            archive.writestr(name, b"")
    refused(tmp_path / "x.zip", "has 4 files, 2 are the most")


def test_two_files_of_one_name_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", b"2")
    refused(tmp_path / "x.zip", "two files 'a'")


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip file at all" * 10])
def test_what_is_no_zip_file_is_told(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    refused(tmp_path / "x.zip", "no zip file that can be read")


def test_a_damaged_zip_file_is_told(handed_in):
    data = bytearray(handed_in.read_bytes())
    for place in range(60, len(data) // 2):
        data[place] ^= 0x55
    handed_in.write_bytes(bytes(data))
    refused(handed_in, "damaged|no zip file")


@pytest.mark.parametrize(
    ("content", "told"), [("[]", "no notebook"), ('{"nbformat": 4, "cells": [1]}', "cell 1"), ("x", "not JSON")]
)
def test_a_notebook_that_is_none_is_told(tmp_path, content, told):
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "01.ipynb").write_text(content)
    refused(tmp_path / "bob", told)


def test_a_folder_without_notebooks_is_told(tmp_path):
    (tmp_path / "bob").mkdir()
    refused(tmp_path / "bob", "no notebooks in bob")
