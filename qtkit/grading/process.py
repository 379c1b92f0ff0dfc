"""A submission's process, from the grader's side: its functions as functions here, with limits on time and memory."""

from __future__ import annotations

import builtins
import contextlib
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from qtkit.grading.frames import read_frame, write_frame
from qtkit.grading.plain import from_json, pack, to_json, unpack

_PATIENCE = 6.0
"""Seconds that may pass for each that the process may work: others work on this machine, too."""
_POLL = 0.05  # seconds
_START = 300.0  # seconds until the process must be there
_KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "SYSTEMROOT",
    "QTKIT_KERNELS",
    "NUMBA_CACHE_DIR",
    "XDG_CACHE_HOME",
    "LD_LIBRARY_PATH",
)


@dataclass(frozen=True)
class Limits:
    """What a submission may take.

    Attributes:
        seconds: of a processor, for each exercise; six times as many by the clock.
        memory: megabytes.
    """

    seconds: float = 10.0
    memory: int = 2_000

    def __post_init__(self) -> None:
        if not (math.isfinite(self.seconds) and self.seconds > 0):
            raise ValueError(f"seconds must be a positive number, got {self.seconds!r}")
        if self.memory < 500:
            raise ValueError(f"memory must be at least 500 megabytes, which PyTorch takes, got {self.memory!r}")


class Stopped(Exception):  # noqa: N818  it says what happened
    """A submission's process was ended, or ended itself; the text says why, without a subject."""


class SubmissionProcess:
    """Runs one submission's code in a folder of its own; a context, at whose end nothing of it is left.

    Arguments:
        limits: on each exercise.
        hidden: paths that the process must not read.
    """

    def __init__(self, limits: Limits, hidden: Sequence[Path] = ()) -> None:
        self._limits, self._hidden = limits, hidden
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._replies: queue.Queue[bytes | Exception | None] = queue.Queue()
        self._cpu = self._since = 0.0
        self.forbidden: tuple[str, ...] = ()
        """What the answer has called though its exercise forbids it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def define(self, function: str, statements: Sequence[str], forbidden: Sequence[str]) -> None:
        """Run statements that define `function`, within the limits that hold for it from now on.

        Raises:
            Stopped: if a limit was reached, or the process ended.
            Exception: of the kind the statements raised.
        """
        if self._process is None:
            self._start()
        self._begin()
        self._ask({"do": "define", "function": function, "statements": [*statements], "forbidden": [*forbidden]}, [])

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function; arguments and what it returns are plain data, or functions that it may call.

        Raises:
            Stopped: if a limit was reached, or the process ended.
            Exception: of the kind the function raised.
        """
        functions: list[Callable[..., Any]] = []

        def keep(function: Callable[..., Any]) -> int:
            functions.append(function)
            return len(functions) - 1

        packed = [pack(value, keep) for value in args]
        named = {name: pack(value, keep) for name, value in kwargs.items()}
        return self._ask({"do": "call", "args": packed, "kwargs": named}, functions)

    def end(self) -> None:
        """End the process and all that it started, and remove its folder."""
        if self._process is not None:
            _kill(self._process)
            self._process = None
        if self._folder is not None:
            with contextlib.suppress(OSError):  # on Windows, a process may hold a file a little longer
                self._folder.cleanup()
            self._folder = None

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="qtkit-hand-in-", ignore_cleanup_errors=True)
        memory = self._limits.memory * 2**20
        command = [sys.executable, "-P", "-s", "-W", "ignore", "-m", "qtkit.grading.examinee", str(memory)]
        self._process = subprocess.Popen(
            [*command, *(str(path.resolve()) for path in self._hidden)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=_environment(self._folder.name),
            start_new_session=True,
        )
        self._replies = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._replies), daemon=True).start()
        self._begin()
        self._wait(_START, math.inf)

    def _begin(self) -> None:
        self._cpu, self._since, self.forbidden = self._worked(), time.monotonic(), ()

    def _ask(self, message: Mapping[str, Any], functions: Sequence[Callable[..., Any]]) -> Any:
        kept: Exception | None = None
        self._send(message)
        while True:
            reply = self._wait(self._limits.seconds * _PATIENCE, self._limits.seconds)
            if "call" in reply:
                try:
                    got = functions[int(reply["call"])](*(unpack(value) for value in reply["args"]))
                    self._send({"value": pack(got)})
                except Stopped:
                    raise
                except Exception as error:  # told to the check if the submission lets it pass
                    kept = error
                    self._send({"raised": True})
                continue
            if "raised" in reply:
                name, text = map(str, reply["raised"])
                raise kept if kept is not None and not name else _error(name, text)
            return self._unpacked(reply)

    def _unpacked(self, reply: Mapping[str, Any]) -> Any:
        try:
            return unpack(reply["value"])
        except (KeyError, ValueError):
            raise self._stop("wrote into the grader's pipe") from None

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            raise Stopped("has ended")
        try:
            write_frame(self._process.stdin, to_json(dict(message)))
        except OSError:
            raise self._stop("ended the process it runs in") from None

    def _wait(self, seconds: float, worked: float) -> dict[str, Any]:
        """The next reply, if it comes before `seconds` by the clock, or `worked` of a processor, are over."""
        while True:
            try:
                data = self._replies.get(timeout=_POLL)
            except queue.Empty:
                if self._worked() - self._cpu > worked:
                    raise self._stop(f"took longer than {worked:g} s") from None
                if time.monotonic() - self._since > seconds:
                    raise self._stop(f"did not answer within {seconds:g} s") from None
                if self._memory() > self._limits.memory * 2**20:
                    raise self._stop(f"took more than {self._limits.memory:,} MB of memory") from None
                continue
            if data is None:
                raise self._stop("ended the process it runs in")
            try:
                if isinstance(data, Exception):
                    raise data
                reply = from_json(data)
                self.forbidden = tuple(map(str, reply.get("forbidden", ())))
            except (ValueError, TypeError, OSError):
                raise self._stop("wrote into the grader's pipe") from None
            return reply

    def _stop(self, why: str) -> Stopped:
        self.end()
        return Stopped(why)

    def _worked(self) -> float:
        """Seconds of a processor that the process and those it started have taken."""
        return self._sum(lambda process: sum(process.cpu_times()[:2]))

    def _memory(self) -> float:
        """Bytes that they hold."""
        return self._sum(lambda process: process.memory_info().rss)

    def _sum(self, measure: Callable[[psutil.Process], float]) -> float:
        total = 0.0
        with contextlib.suppress(psutil.Error):  # it has ended
            if self._process is not None:
                process = psutil.Process(self._process.pid)
                for each in (process, *process.children(recursive=True)):
                    with contextlib.suppress(psutil.Error):
                        total += measure(each)
        return total


def _environment(folder: str) -> dict[str, str]:
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), folder)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if "XDG_CACHE_HOME" not in os.environ and sys.platform == "linux":  # kernels compiled here are read there
        homes["XDG_CACHE_HOME"] = str(Path.home() / ".cache")
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {**kept, **one, **homes, "PYTHONPATH": path, "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}


def _listen(process: subprocess.Popen[bytes], replies: queue.Queue[bytes | Exception | None]) -> None:
    assert process.stdout is not None
    try:
        while (data := read_frame(process.stdout)) is not None:
            replies.put(data)
        replies.put(None)
    except (OSError, ValueError) as error:
        replies.put(error)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()


def _error(name: str, text: str) -> Exception:
    """An error of the kind a submission raised: a builtin one, which checks know, or one of that name."""
    kind: object = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        with contextlib.suppress(TypeError):
            return kind(text)
    return type(name if name.isidentifier() else "Error", (Exception,), {})(text)
