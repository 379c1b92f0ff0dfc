"""A process that is asked over a pipe, and watched while it thinks: processor, clock, memory."""

from __future__ import annotations

import contextlib
import math
import queue
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from qtkit.grading.frames import read_frame, write_frame
from qtkit.grading.plain import from_json, to_json

_POLL = 0.05  # seconds
_LONGEST = 2 * _POLL  # that one look adds to what was slept: if this process had to wait, it does not know more
_WAITING = 4  # messages that it may send without being asked, before it has to wait


class Stopped(Exception):  # noqa: N818  it says what happened
    """A process was ended, or ended itself; the text says why, without a subject."""


@dataclass(frozen=True)
class Watch:
    """What may be taken from `Peer.begin` on.

    Attributes:
        worked: seconds of a processor.
        asleep: seconds that it may sleep; waiting for a processor is no sleep, since others work here too.
        memory: megabytes.
    """

    worked: float = math.inf
    asleep: float = math.inf
    memory: float = math.inf


class Peer:
    """A process with a pipe in both directions, in a session of its own.

    Arguments:
        command: that starts it.
        whole_family: whether the processes it starts count as its own.
        folder: that it works in; None: this one's.
        environment: its variables.
    """

    def __init__(
        self, command: Sequence[str], *, whole_family: bool, folder: str | None, environment: Mapping[str, str]
    ) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
        )
        self._whole_family = whole_family
        self._replies: queue.Queue[bytes | Exception | None] = queue.Queue(_WAITING)
        threading.Thread(target=self._listen, daemon=True).start()
        self._worked_before = self._asleep = self._looked = self._checked = 0.0
        self.begin()

    def begin(self) -> None:
        """Let the limits count from now on."""
        worked, _ = self._taken()
        self._worked_before, self._asleep, self._looked = worked, 0.0, time.monotonic()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send it a message.

        Raises:
            Stopped: if it has ended.
        """
        assert self._process.stdin is not None
        self._looked = time.monotonic()  # until now it had to wait
        try:
            write_frame(self._process.stdin, to_json(dict(message)))
        except (OSError, ValueError):  # a closed pipe is a ValueError
            raise self._stop("ended the process it runs in") from None

    def wait(self, watch: Watch) -> dict[str, Any]:
        """Its next message.

        Raises:
            Stopped: if it takes more than it may, ends, or says something else; it is ended then.
        """
        while True:
            try:
                data = self._replies.get(timeout=_POLL)
            except queue.Empty:
                self._check(watch)
                continue
            if time.monotonic() - self._checked > _POLL:  # it may ask without end, too
                self._check(watch)
            if data is None:
                raise self._stop("ended the process it runs in")
            try:
                if isinstance(data, Exception):
                    raise data
                return from_json(data)
            except (ValueError, OSError):
                raise self._stop("wrote into the grader's pipe") from None

    def end(self) -> None:
        """End it and all that it started."""
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    child.kill()
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _check(self, watch: Watch) -> None:
        self._checked = time.monotonic()
        worked, memory = self._taken()
        if worked - self._worked_before > watch.worked:
            raise self._stop(f"took longer than {watch.worked:g} s")
        self._look()
        if self._asleep > watch.asleep:
            raise self._stop(f"slept for more than {watch.asleep:g} s")
        if memory > watch.memory * 2**20:
            raise self._stop(f"took more than {watch.memory:,} MB of memory")

    def _look(self) -> None:
        now = time.monotonic()
        with contextlib.suppress(psutil.Error):
            if psutil.Process(self._process.pid).status() in (psutil.STATUS_SLEEPING, psutil.STATUS_STOPPED):
                self._asleep += min(now - self._looked, _LONGEST)
        self._looked = now

    def _stop(self, why: str) -> Stopped:
        self.end()
        return Stopped(why)

    def _taken(self) -> tuple[float, int]:
        """Seconds of a processor until now, and bytes of memory: looked up at once, since to list a family is slow."""
        worked, memory = 0.0, 0
        with contextlib.suppress(psutil.Error):  # it has ended
            process = psutil.Process(self._process.pid)
            for each in (process, *(process.children(recursive=True) if self._whole_family else ())):
                with contextlib.suppress(psutil.Error):
                    worked += sum(each.cpu_times()[:2])
                    memory += each.memory_info().rss
        return worked, memory

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while (data := read_frame(self._process.stdout)) is not None:
                self._replies.put(data)
            self._replies.put(None)
        except (OSError, ValueError) as error:
            self._replies.put(error)
