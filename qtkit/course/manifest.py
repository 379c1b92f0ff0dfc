"""What was copied into a student's folder: a digest of each file, which tells a changed one from an untouched one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from qtkit.files import read_json, sha256_of, write_json
from qtkit.schema import Digest, check_shape

NAME = ".qtkit-course.json"
"""The manifest's file, in the folder of the copy."""


class Manifest(TypedDict):
    """The version of qtkit that the copy is from, and the digests of its files as they were copied, by their names."""

    qtkit: str
    files: dict[str, Digest]


def read_manifest(folder: Path) -> Manifest | None:
    """What was copied into a folder; None if nothing was.

    Raises:
        ValueError: if the manifest is damaged, with what to do.
    """
    path = folder / NAME
    try:
        found: Manifest = read_json(path)
        check_shape(found, Manifest, path)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ValueError(f"{error}; remove it: then every file that differs counts as yours") from None
    return found


def write_manifest(folder: Path, version: str, files: Mapping[str, str]) -> None:
    """Keep what was copied into a folder.

    Raises:
        OSError: if it cannot be written.
    """
    write_json(folder / NAME, Manifest(qtkit=version, files=dict(sorted(files.items()))))


def digest(path: Path) -> str:
    """The SHA-256 of a file; of a notebook, that of its cells' sources: to run one is no change.

    Raises:
        OSError: if it cannot be read.
    """
    content = path.read_bytes()
    if path.suffix == ".ipynb":
        try:
            cells = [[cell["cell_type"], "".join(cell["source"])] for cell in json.loads(content)["cells"]]
            content = json.dumps(cells).encode()
        except (ValueError, TypeError, KeyError, RecursionError):  # no notebook: compared as it is
            pass
    return sha256_of(content)
