"""Sealed JSON files: they tell their format and kind and show any damage. All that qtkit stores is kept in such."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from qtkit.files import read_json, sha256_of, write_json

FORMAT = 2
"""Of run folders, checkpoints and exported results; files of a higher one are refused.

In format 1 a checkpoint names its data by CRC-32, its training by a format of its own, and
`Training.save_checkpoint` wrote the training alone, without a seal. In format 2 the first files named no kind.
"""


class NewerFormatError(ValueError):
    """A file that only a newer qtkit can read."""


def write_sealed(path: str | os.PathLike[str], value: Mapping[str, Any], kind: str | None = None) -> None:
    """Write `value` to `path`, with the format, the kind of file and a seal, whole or not at all.

    Raises:
        ValueError: if `value` holds NaN or infinity; nothing is written then.
    """
    write_json(path, seal_file(value, kind))


def seal_file(value: Mapping[str, Any], kind: str | None = None) -> dict[str, Any]:
    """`value` as a sealed file holds it: with the format, the kind of file and a seal."""
    return seal({"format": FORMAT, **({"kind": kind} if kind else {}), **value})


def read_sealed(path: str | os.PathLike[str], kind: str | None = None) -> dict[str, Any]:
    """What `write_sealed` wrote to `path`, with the format it was written in.

    Arguments:
        kind: of the file; one that names none is taken for it.

    Raises:
        FileNotFoundError: if there is no such file.
        NewerFormatError: if it is of a newer qtkit.
        ValueError: if it is damaged, or of another kind.
    """
    value = read_json(path)
    check_format(value, path)
    return check_kind(check_seal(value, path), kind, path)


def seal(value: Mapping[str, Any]) -> dict[str, Any]:
    """`value` with its own digest under `"seal"`, for `check_seal`."""
    return {**value, "seal": digest(value)}


def check_seal(value: Any, where: str | os.PathLike[str]) -> dict[str, Any]:
    """`value` without its seal.

    Raises:
        ValueError: if the seal is missing or does not fit; `where` names the file.
    """
    if not isinstance(value, dict) or "seal" not in value:
        raise ValueError(f"{where} is damaged: it has no seal")
    rest = {name: item for name, item in value.items() if name != "seal"}
    try:
        told = digest(rest)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where} is damaged: no qtkit wrote such JSON ({error})") from None
    if value["seal"] != told:
        raise ValueError(f"{where} is damaged or was edited: its content is not what its seal says")
    return rest


def check_kind(value: Mapping[str, Any], kind: str | None, where: str | os.PathLike[str]) -> dict[str, Any]:
    """`value` without the name of its kind.

    Raises:
        ValueError: if it names another than `kind`; `where` names the file.
    """
    if value.get("kind", kind) != kind:
        named = str(value["kind"])[:40]
        raise ValueError(f"{where} is damaged: it is a file of the kind {named!r}, where {kind!r} was expected")
    return {name: item for name, item in value.items() if name != "kind"}


def check_format(value: Any, where: str | os.PathLike[str]) -> None:
    """Check that this qtkit can read `value`.

    Raises:
        NewerFormatError: if it names a higher format than `FORMAT`; `where` names the file.
        ValueError: if it names none.
    """
    number = value.get("format") if isinstance(value, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError(f"{where} is damaged: it names no format")
    if number > FORMAT:
        raise NewerFormatError(
            f"{where} was written by a newer qtkit (format {number}; this one reads up to {FORMAT}): update qtkit"
        )


def digest(value: Any) -> str:
    """SHA-256 of `canonical(value)`, 64 hexadecimal digits."""
    return sha256_of(canonical(value))


def canonical(value: Any) -> bytes:
    """`value` as JSON of one spelling: sorted keys, no spaces.

    Raises:
        ValueError: for NaN and infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
