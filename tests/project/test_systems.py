"""What can be tried here of other systems: qtkit without the parts of Python that only POSIX systems have."""

from __future__ import annotations

import json
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

COMMANDS = """
import json
from qtkit.cli.main import main

for arguments in json.loads(sys.argv[1]):
    main(arguments, prog_name="qtkit", standalone_mode=False)
"""

EVERY_MODULE = """
import importlib, pkgutil
import qtkit

print("every module:")
for module in pkgutil.walk_packages(qtkit.__path__, "qtkit."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""

SMALL = ["--source", "sample", "--train-limit", "60", "--test-limit", "20", "--depth", "1", "--epochs", "1"]


@pytest.mark.slow
def test_runs_are_computed_and_listed_and_every_module_imported_without_posix(tmp_path: Path) -> None:
    store = tmp_path / "Läufe von Zoë"
    commands = (
        ["run", "images", *SMALL, "--candidates", "2,7", "--store", str(store)],
        ["status", "--store", str(store)],
        ["lab", "mein Kurs", "--only-copy"],
    )
    said, _, modules = output(
        python(POSIX_ONLY + COMMANDS + EVERY_MODULE, json.dumps(commands), cwd=tmp_path)
    ).partition("every module:")
    places = [said.index(each) for each in ("finished", "1 run: 1 finished", "files copied")]
    assert places == sorted(places)
    assert len(modules.split()) > 200
