"""In the process of a submission: no files but its own, no network, no other processes, no more memory than allowed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qtkit.grading.landlock import end_with_parent, restrict_files

_PACKAGE = Path(__file__).resolve().parents[1]
_SECRETS = tuple(str(_PACKAGE / name) + os.sep for name in ("labs", "handouts", "course/content/notebooks"))
"""What holds answers. The grader's own code is not among it: Python reads that for what it tells of errors."""
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys", "/dev", "/opt", "/nix")
_LARGEST_FILE = 64 * 2**20  # bytes
_PROCESSES = (
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "os.killpg",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "subprocess.Popen",
)
_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo")
_CHANGES = (
    "os.chflags",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def shut_in(own: Path, hidden: Sequence[Path], memory: int) -> None:
    """Limit this process' memory and, on Linux with Landlock, its files; there is no way back.

    The kernel then keeps it, and all that it starts, from files but its own folder's and what Python needs. It must be
    called before there are threads.

    Arguments:
        own: its folder, which may be written to.
        hidden: what must not be read, though it lies where Python looks for modules.
        memory: bytes it may take.
    """
    end_with_parent()
    _limit(memory)
    readable = [_PACKAGE, *map(Path, _SYSTEM), Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()]
    listable: list[Path] = []
    for entry in map(Path, filter(None, sys.path)):
        shows = any(entry.resolve() in (path, *path.parents) for path in hidden)
        (listable if shows else readable).append(entry)
    kernels = (os.environ.get(name) for name in ("QTKIT_KERNELS", "NUMBA_CACHE_DIR"))
    readable += [Path(folder) for folder in kernels if folder]
    if caches := os.environ.get("XDG_CACHE_HOME"):
        readable.append(Path(caches) / "numba")
    restrict_files(readable, listable, [own, Path(os.devnull)])


def watch_calls(own: Path, refuse: Callable[[str], None]) -> None:
    """Refuse what Python reports: files changed elsewhere, the network, other processes, qtkit's checks read.

    That stops accidents and plain attempts on any system, and is no wall against an expert.

    Arguments:
        own: the folder that may be written to.
        refuse: is told of an attempt to read a file that is out of reach, and raises.
    """
    sys.addaudithook(_hook(own, _SECRETS, refuse))


def _limit(memory: int) -> None:
    if sys.platform == "win32":  # no such limits: the grader watches the memory itself
        return
    import resource

    for what, most in (
        ("RLIMIT_DATA", memory),
        ("RLIMIT_FSIZE", _LARGEST_FILE),
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is set already
            resource.setrlimit(getattr(resource, what), (most, most))


def _hook(own: Path, secrets: tuple[str, ...], refuse: Callable[[str], None]) -> Callable[[str, tuple[Any, ...]], None]:
    home = os.path.realpath(own)

    def is_own(path: Any) -> bool:
        if isinstance(path, int):  # a file that is open already
            return True
        place = os.path.realpath(os.fsdecode(path))
        return place == os.devnull or place == home or place.startswith(home + os.sep)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if flags & _WRITING and not is_own(path):
                raise PermissionError(f"{path} cannot be written here")
            if isinstance(path, str | bytes) and (place := os.path.realpath(os.fsdecode(path))).startswith(secrets):
                refuse(place)
        elif event in _CHANGES:
            if not all(is_own(path) for path in args[: 2 if event in ("os.rename", "os.link") else 1]):
                raise PermissionError(f"{event} outside of the own folder")
        elif event in _PROCESSES or event.startswith(_NETWORK):
            raise PermissionError(f"{event} is not allowed here")

    return hook
