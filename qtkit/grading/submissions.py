"""Submissions as they lie in a folder: zip files of `labs.hand_in`, or folders of notebooks; never unpacked."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qtkit.files import sha256_of
from qtkit.handouts.exercises import checked_notebook, has_tag
from qtkit.labs.handing_in import LARGEST, LARGEST_FILE, MANIFEST, MOST_FILES, Manifest
from qtkit.labs.students import checked_id
from qtkit.schema import check_shape
from qtkit.seals import check_format, check_seal


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes:
        student: the id, or the name of the folder.
        file: the zip file's or folder's name.
        notebooks: the code cells of each notebook, by its name without `.ipynb`, without those of solutions.
        course: the name of the course it was made in; None if it does not say.
    """

    student: str
    file: str
    notebooks: Mapping[str, tuple[str, ...]]
    course: str | None = None


def submission_paths(folder: Path) -> list[Path]:
    """The zip files and folders of submissions in a folder, sorted; hidden ones are left out.

    Raises:
        FileNotFoundError: if there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder} of submissions")
    found = sorted(path for path in folder.iterdir() if _is_submission(path))
    if not found:
        raise FileNotFoundError(
            f"there are no submissions in {folder}: expected zip files of labs.hand_in(), or folders of notebooks"
        )
    return found


def read_submission(path: Path) -> Submission:
    """A submission.

    Raises:
        ValueError: if it cannot be believed: damaged, changed, made by something else, or far too large.
        OSError: if it cannot be read.
    """
    if path.is_dir():
        return Submission(path.name, path.name, _notebooks(_folder(path)))
    files = _archive(path)
    manifest = _manifest(files, path)
    return Submission(manifest["student"], path.name, _notebooks(files), manifest["course"])


def _is_submission(path: Path) -> bool:
    return not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() == ".zip")


def _folder(folder: Path) -> dict[str, bytes]:
    notebooks = sorted(folder.rglob("*.ipynb"))
    paths = [path for path in notebooks if ".ipynb_checkpoints" not in path.parts]
    if not paths:
        raise ValueError(f"there are no notebooks in {folder.name}")
    if len(paths) > MOST_FILES:
        raise ValueError(f"{folder.name} has {len(paths)} notebooks, {MOST_FILES} are the most")
    for path in paths:
        if path.is_symlink() or not path.is_file():  # it may lead out of the folder
            raise ValueError(f"{path.name} is no plain file")
        _check_size(path.name, path.stat().st_size)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _archive(path: Path) -> dict[str, bytes]:
    """What is in a zip file, kept in memory: no name in it is ever that of a file here."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES + 1:
                raise ValueError(f"{path.name} has {len(entries)} files, {MOST_FILES} are the most")
            files: dict[str, bytes] = {}
            for entry in entries:
                _check_entry(entry)
                if entry.filename in files:
                    raise ValueError(f"{path.name} has two files {entry.filename[:80]!r}")
                files[entry.filename] = _read(archive, entry, LARGEST - sum(map(len, files.values())))
            return files
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise ValueError(f"{path.name} is no zip file that can be read, or damaged: {error}") from None
    except Exception as error:
        if isinstance(error, ValueError | OSError):
            raise
        raise ValueError(f"{path.name} is damaged: {type(error).__name__}") from None  # zlib's and lzma's own errors


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if "/" in name or "\\" in name or ":" in name or name in ("", ".", ".."):
        raise ValueError(f"the zip file holds {name[:80]!r}: plain names without folders are expected")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ValueError(f"the zip file holds a link, {name[:80]!r}")
    if entry.flag_bits & 1:
        raise ValueError(f"the zip file holds an encrypted file, {name[:80]!r}")
    _check_size(name, entry.file_size)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    most = min(LARGEST_FILE, left)
    with archive.open(entry) as file:
        content = file.read(most + 1)  # its size is what the file says, which need not be true
    if len(content) > most:
        raise ValueError(f"the zip file holds more than {LARGEST // 2**20} MB")
    return content


def _check_size(name: str, size: int) -> None:
    if size > LARGEST_FILE:
        raise ValueError(f"{name[:80]} has {size / 2**20:,.0f} MB, {LARGEST_FILE // 2**20} are the most")


def _manifest(files: Mapping[str, bytes], path: Path) -> Manifest:
    """What the zip file says of itself, if that is true."""
    if MANIFEST not in files:
        raise ValueError(f"{path.name} was not made by labs.hand_in(): it has no {MANIFEST}")
    where = f"{path.name}: {MANIFEST}"
    value = _json(files[MANIFEST], where)
    check_format(value, where)
    value = check_seal(value, where)
    check_shape(value, Manifest, where)
    manifest = Manifest(student=value["student"], course=value["course"], files=value["files"], kind=value["kind"])
    checked_id(manifest["student"])
    rest = {name: content for name, content in files.items() if name != MANIFEST}
    if missing := sorted(manifest["files"].keys() - rest.keys()):
        raise ValueError(f"{path.name} was changed after labs.hand_in(): {', '.join(missing)[:200]} is missing")
    if more := sorted(rest.keys() - manifest["files"].keys()):
        raise ValueError(f"{path.name} was changed after labs.hand_in(): {', '.join(more)[:200]} was added")
    for name, content in rest.items():
        if sha256_of(content) != manifest["files"][name]:
            raise ValueError(f"{path.name} was changed after labs.hand_in(): {name[:80]} is not what its checksum says")
    return manifest


def _json(data: bytes, where: str) -> Any:
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError(f"{where} is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{where} is not JSON: {error}") from None


def _notebooks(files: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    names = [name for name in sorted(files) if name.endswith(".ipynb")]
    return {name.removesuffix(".ipynb"): tuple(_code(name, files[name])) for name in names}


def _code(name: str, data: bytes) -> Iterator[str]:
    notebook = checked_notebook(_json(data, name), name)
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code" and not has_tag(cell, "solution"):
            yield cell["source"]
