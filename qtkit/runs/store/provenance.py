"""What a stored result says of how it came about: code, host, command."""

from __future__ import annotations

import datetime as dt
import functools
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

import psutil

from qtkit.tasks.versions import versions


def describe_session(command: str | None = None) -> dict[str, Any]:
    """What computes from now on: time, command, versions, git commit, host.

    No names of users, hosts or folders but for those in the command, which `hide_paths` hides when it is shipped.
    """
    return {
        "started": now(),
        "command": command,
        "versions": versions(),
        "git": git_commit(),
        "machine": describe_host(),
    }


def now() -> str:
    """The time, in ISO 8601, UTC, whole seconds."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()


_PLACE = re.compile(r"(?:--)?(?:store|data[-_]dir|file|worker-folder|scheduler|results|to)")


def hide_paths(command: str | None) -> str | None:
    """A command with `...` for files, folders and addresses: `--file ...`, `--file=...`, `--set file=...`."""
    if not command:
        return command
    join: Callable[[list[str]], str]
    try:
        words, join = shlex.split(command), shlex.join
    except ValueError:  # no line for a shell
        words, join = command.split(), " ".join
    shown = list(words)
    for k, word in enumerate(words):
        name, equals, _ = word.partition("=")
        if equals and _PLACE.fullmatch(name):
            shown[k] = f"{name}=..."
        elif k and words[k - 1].startswith("--") and _PLACE.fullmatch(words[k - 1]):
            shown[k] = "..."
    return join(shown) if shown != words else command


@functools.cache
def git_commit() -> dict[str, Any] | None:
    """The commit that qtkit runs from and whether files were changed since; None if it is no checkout."""
    folder = Path(__file__).parent
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None or _git(folder, "ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None  # no repository, or one that only happens to lie around the place of installation
    return {
        "commit": commit,
        "changed": bool(_git(folder, "status", "--porcelain", "--untracked-files=no", "--", "..")),
    }


class HostInfo(TypedDict):
    """The class of the computer that computed; files have it under `"machine"`."""

    processor: str
    cores: int
    memory_gib: float
    system: str


@functools.cache
def describe_host() -> HostInfo:
    """The class of this computer: processor, cores, memory in GiB, system."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        run = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return run.stdout.strip() if run.returncode == 0 else None


def _processor() -> str:
    if sys.platform == "linux":
        try:
            lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        except OSError:
            lines = []
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
