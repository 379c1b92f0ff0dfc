"""`qtkit.processes`: copies of one that has imported PyTorch, in the environment of now, that end in order."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from qtkit import process_server
from qtkit.processes import PRELOADED, process_context
from tests.helpers import PATIENCE, ROOT

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each process is started anew")

SCRIPT = """
    import os, signal, sys
    from qtkit.processes import in_this_environment, process_context

    def handlers():
        return [signal.getsignal(getattr(signal, name)) for name in ("SIGTERM", "SIGHUP")]

    def tell(pipe):
        pipe.send((os.environ.get("COLOUR"), "torch" in sys.modules, handlers(), os.getppid()))
        pipe.recv()

    def started(colour):
        os.environ["COLOUR"] = colour
        context = process_context()
        here, there = context.Pipe()
        process = context.Process(target=in_this_environment(tell), args=(there,))
        process.start()
        return process, here, here.recv()

    if __name__ == "__main__":
"""


def run_script(lines: str, folder: Path, code: int = 0) -> str:
    """What a script prints that has these lines after `SCRIPT`, and ends with this code."""
    path = folder / "script.py"
    path.write_text(textwrap.dedent(SCRIPT) + textwrap.indent(textwrap.dedent(lines), "    "), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


@linux
@pytest.mark.slow
def test_processes_are_copies_in_the_environment_of_now(tmp_path: Path):
    """And a signal to all of a job's processes leaves them one that sees the workers end."""
    told = run_script(
        """
        first, pipe, about = started("red")
        print(*about[:2], about[2] == handlers())
        second, other, again = started("green")
        print(*again[:2], again[2] == handlers(), again[3] == about[3] != os.getpid())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(about[3], number)
        second.terminate()
        second.join()
        pipe.send(None)
        first.join()
        print(first.exitcode, second.exitcode)
        """,
        tmp_path,
    )
    assert told.splitlines() == ["red True True", "green True True True", f"0 {-signal.SIGTERM}"]


@linux
@pytest.mark.slow
def test_no_server_outlives_the_process_that_started_it(tmp_path: Path):
    lines = """
        process, pipe, about = started("red")
        print(process.pid, about[3], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """
    numbers = [int(number) for number in run_script(lines, tmp_path, -signal.SIGKILL).split()]
    assert len(numbers) == 2
    left = []
    for number in numbers:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.append(psutil.Process(number))
    _, alive = psutil.wait_procs(left, PATIENCE)
    assert alive == []


@linux
def test_what_is_preloaded_is_there():
    assert process_context().get_start_method() == "forkserver"
    assert PRELOADED[0] == process_server.__name__, "before anything that takes time"
    assert all(importlib.util.find_spec(name) for name in PRELOADED)


def test_elsewhere_each_is_started_anew(monkeypatch: pytest.MonkeyPatch):
    for system in ("win32", "darwin"):
        monkeypatch.setattr(sys, "platform", system)
        assert process_context().get_start_method() == "spawn"


def test_imported_by_anybody_else_the_server_changes_no_signal():
    before = [signal.getsignal(number) for number in signal.valid_signals()]
    importlib.reload(process_server)
    assert [signal.getsignal(number) for number in signal.valid_signals()] == before
