"""Linux's Landlock: files that a process, and all that it starts, cannot read or write any more, nor undo that."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # system calls, the same on all processors that qtkit runs on
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _DEVICE_CONTROL = 1 << 14, 1 << 15
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files a version of Landlock knows; later ones know as many as the last."""


def landlock_version() -> int:
    """What the kernel knows: 0 without Landlock, or on other systems than Linux."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE, None, 0, 1))


def restrict_files(readable: Iterable[Path], listable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Leave this process these files and folders, with all that is in them; no network, no signals to other processes.

    Arguments:
        readable: may be read and run.
        listable: folders whose files' names may be read, and not the files.
        writable: may be read and written.

    Returns:
        Whether the kernel could do so; network and signals take versions 4 and 6 of Landlock.
    """
    version = landlock_version()
    if not version:
        return False
    everything = (1 << _RIGHTS.get(version, 16)) - 1
    # Rights on files, on the network (bind, connect), and what must stay within: abstract sockets, signals.
    attributes = struct.pack("QQQ", everything, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = _call(_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        for paths, rights in (
            (readable, _EXECUTE | _READ_FILE | _READ_DIR),
            (listable, _READ_DIR),
            (writable, everything),
        ):
            for path in paths:
                _allow(rules, path, rights & everything)
        libc = ctypes.CDLL(None, use_errno=True)
        return libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and _call(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def end_with_parent() -> None:
    """Let the kernel end this process when the one that started it ends; on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL), 0, 0, 0)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not there: nothing to allow
        return
    try:
        if not path.is_dir():
            rights &= _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROL
        _call(_ADD_RULE, rules, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(ctypes.c_long(number), *(_word(value) for value in arguments)))


def _word(value: int | bytes | None) -> ctypes.c_long | bytes | None:
    return ctypes.c_long(value) if isinstance(value, int) else value
