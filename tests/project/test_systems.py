"""What can be tried here of other systems: qtkit without the parts of Python that only POSIX systems have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers import output, python

POSIX_ONLY = """
import multiprocessing.util, os, signal, sys
import distributed, filelock, minigrid, nbclient, nbconvert, numba, pandas, pennylane, torch  # which go by sys.platform

for name in ("sched_getaffinity", "sched_setaffinity", "geteuid", "getuid", "getgid", "getegid", "fork", "killpg",
             "setsid", "mkfifo", "getloadavg", "nice", "chown"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGCHLD", "pthread_sigmask", "alarm", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
"""

EVERY_MODULE = """
import importlib, pkgutil
import qtkit

for module in pkgutil.walk_packages(qtkit.__path__, "qtkit."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""

COMMAND = """
from qtkit.cli.main import main

main(sys.argv[1:], prog_name="qtkit")
"""

SMALL = ["--source", "sample", "--train-limit", "60", "--test-limit", "20", "--depth", "1", "--epochs", "1"]


@pytest.mark.slow
def test_every_module_can_be_imported_without_posix() -> None:
    assert len(output(python(POSIX_ONLY + EVERY_MODULE), timeout=600).split()) > 200


@pytest.mark.slow
def test_runs_are_computed_and_listed_without_posix(tmp_path: Path) -> None:
    store = tmp_path / "Läufe von Zoë"
    said = [
        output(python(POSIX_ONLY + COMMAND, *arguments, cwd=tmp_path), timeout=600)
        for arguments in (
            ["run", "images", *SMALL, "--candidates", "2,7", "--store", store],
            ["status", "--store", store],
            ["lab", "mein Kurs", "--only-copy"],
        )
    ]
    assert "finished" in said[0]
    assert "1 runs: 1 finished" in said[1]
    assert "files copied" in said[2]
