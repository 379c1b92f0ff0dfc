"""A submission's process, from the grader's side: its functions as functions here, with limits on time and memory."""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from qtkit.checks import checked_positive
from qtkit.grading.peer import Peer, Stopped, Watch
from qtkit.grading.plain import pack, unpack

_PATIENCE = 3.0
"""Seconds that the process may sleep for each that it may work."""
_START = 300.0  # seconds of sleep, as for a slow disk, until the process is there
_KEPT = (
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "NUMBA_CACHE_DIR",
    "PATH",
    "QTKIT_KERNELS",
    "SYSTEMROOT",
    "XDG_CACHE_HOME",
)
"""What of the grader's environment a submission gets; nothing else of it."""
_BUILTIN: dict[str, type[Exception]] = {
    name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)
}


@dataclass(frozen=True)
class Limits:
    """What a submission may take.

    Attributes:
        seconds: of a processor, for each exercise; it may sleep for three times as many.
        memory: megabytes.
    """

    seconds: float = 10.0
    memory: int = 2_000

    def __post_init__(self) -> None:
        checked_positive("seconds", self.seconds)
        if self.memory < 1_000:
            raise ValueError(f"memory must be at least 1000 megabytes, PyTorch takes most of it, got {self.memory!r}")

    @property
    def watch(self) -> Watch:
        """For a process."""
        return Watch(self.seconds, self.seconds * _PATIENCE, self.memory)


class SubmissionProcess:
    """Runs one submission's code in a folder of its own; a context, at whose end nothing of it is left.

    It is started when it is first needed, and again after it was ended for what an answer did.

    Arguments:
        limits: on each exercise.
        hidden: paths that the process must not read.
    """

    def __init__(self, limits: Limits, hidden: Sequence[Path] = ()) -> None:
        self._limits, self._hidden = limits, hidden
        self._peer: Peer | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
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
        self.forbidden = ()
        if self._peer is None:
            self._peer = self._start()
            self._wait(Watch(asleep=_START))
        self._peer.begin()
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
        if self._peer is not None:
            self._peer.end()
            self._peer = None
        if self._folder is not None:
            with contextlib.suppress(OSError):  # on Windows, a process may hold a file a little longer
                self._folder.cleanup()
            self._folder = None

    def _start(self) -> Peer:
        self._folder = tempfile.TemporaryDirectory(prefix="qtkit-hand-in-", ignore_cleanup_errors=True)
        memory = str(self._limits.memory * 2**20)
        hidden = [str(path.resolve()) for path in self._hidden]
        command = [sys.executable, "-P", "-s", "-W", "ignore", "-m", "qtkit.grading.examinee", memory, *hidden]
        environment = _environment(self._folder.name)
        return Peer(command, whole_family=True, folder=self._folder.name, environment=environment)

    def _ask(self, message: Mapping[str, Any], functions: Sequence[Callable[..., Any]]) -> Any:
        kept: Exception | None = None
        self._send(message)
        while True:
            reply = self._wait(self._limits.watch)
            try:
                if "call" in reply:
                    kept = self._call_back(functions[int(reply["call"])], reply["args"]) or kept
                    continue
                if "raised" not in reply:
                    return unpack(reply["value"])
                name, text = map(str, reply["raised"])
            except (ValueError, LookupError, TypeError):
                raise self._stop("wrote into the grader's pipe") from None
            raise kept if kept is not None and not name else _error(name, text)

    def _call_back(self, function: Callable[..., Any], args: Sequence[Any]) -> Exception | None:
        """Call a function of the grader; its error is told to the check if the submission lets it pass."""
        given = [unpack(value) for value in args]
        try:
            got = function(*given)
        except Exception as error:
            self._send({"raised": True})
            return error
        self._send({"value": pack(got)})
        return None

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._peer is None:
            raise Stopped("has ended")
        try:
            self._peer.send(message)
        except Stopped:
            self.end()
            raise

    def _wait(self, watch: Watch) -> dict[str, Any]:
        if self._peer is None:
            raise Stopped("has ended")
        try:
            reply = self._peer.wait(watch)
        except Stopped:
            self.end()
            raise
        used = reply.get("forbidden", [])
        if not isinstance(used, list):
            raise self._stop("wrote into the grader's pipe")
        self.forbidden = tuple(str(name)[:200] for name in used[:20])
        return reply

    def _stop(self, why: str) -> Stopped:
        self.end()
        return Stopped(why)


def _environment(folder: str) -> dict[str, str]:
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), folder)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if "XDG_CACHE_HOME" not in kept and sys.platform == "linux":  # kernels compiled here are read there
        kept["XDG_CACHE_HOME"] = str(Path.home() / ".cache")
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {**kept, **one, **homes, "PYTHONPATH": path, "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}


def _error(name: str, text: str) -> Exception:
    """An error of the kind a submission raised: a builtin one, which checks know, or one of that name."""
    with contextlib.suppress(TypeError, KeyError):  # some of them take more than a text
        return _BUILTIN[name](text)
    made: type[Exception] = type(name if name.isidentifier() else "Error", (Exception,), {})
    return made(text)
