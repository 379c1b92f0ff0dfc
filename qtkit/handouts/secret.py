"""The lecturer's secret of a course: everyone's variants follow from it; it stays with the lecturer."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from qtkit.files import make_folder


def read_secret(path: Path) -> bytes:
    """The 32 bytes in a file of 64 hexadecimal digits.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if something else is in it.
    """
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError(f"{path} is no secret of a course: 64 hexadecimal digits are expected")
    return bytes.fromhex(text)


def make_secret(path: Path) -> bytes:
    """The secret in a file, drawn and written for its owner's eyes only if there is none yet.

    Raises:
        ValueError: if the file is there and no secret is in it.
        OSError: if it cannot be written.
    """
    if path.exists():
        return read_secret(path)
    make_folder(path.absolute().parent)
    secret = secrets.token_bytes(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(secret.hex() + "\n")
    return secret
