"""A3C's workers as processes that share the numbers and the optimiser's moments in memory, without locks.

As in the paper, nobody waits for anybody: an update may meet another one half-way, and no two runs are equal. How they
are started is told in `qtkit.processes`. A worker is given each episode and reports through a pipe of its own, so that
one that dies takes no lock and no queue with it, and that all of them end when the run does, however that ends.
"""

from __future__ import annotations

import contextlib
import signal
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import torch
import torch.multiprocessing  # lets tensors be shared between processes
from torch import Tensor

from qtkit.processes import in_this_environment, process_context
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic
from qtkit.tasks.gridworld.a3c.errors import WorkersLostError
from qtkit.tasks.gridworld.a3c.own_networks import OwnNetworks
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Update
from qtkit.tasks.gridworld.a3c.worker_process import READY, run_worker
from qtkit.tasks.gridworld.environment import Environment, RealEnvironment
from qtkit.tasks.gridworld.environment.minigrid import pack
from qtkit.tasks.gridworld.settings import GridworldSettings

TIMEOUT_SECONDS = 300.0
"""How long a worker may take to start, or to report, until it counts as lost."""


@dataclass
class _Process:
    """A worker's process, this end of its pipe, and what it has done.

    Attributes:
        episodes, updates: ended and made so far.
        playing: whether it is at an episode.
        silent: seconds for which it was listened to in vain.
    """

    index: int
    process: BaseProcess
    pipe: Connection
    episodes: int
    updates: int
    playing: bool = False
    silent: float = 0.0


class ProcessPool:
    """W worker processes. As always, a script that has some begins with `if __name__ == "__main__":`.

    Arguments:
        model: the shared numbers; moved to shared memory.
        optimiser: of these; as well.
        environment: each worker gets a copy, and learns what is registered under its name.
        note: is called with what is worth knowing, in words, such as that a worker died.
        own: networks of one's own, of which the model is made.
    """

    def __init__(
        self,
        model: ActorCritic,
        optimiser: SharedAdam,
        environment: Environment,
        settings: GridworldSettings,
        note: Callable[[str], None],
        own: OwnNetworks | None = None,
    ) -> None:
        self._model, self._optimiser, self._environment = model, optimiser, environment
        self._settings, self._note, self._own = settings, note, own
        # Episodes and updates of each.
        self._counts = torch.zeros((settings.workers, 2), dtype=torch.int64, device="cpu")
        self._processes: list[_Process] = []
        self._reported: list[Update] = []  # and not yet given to the caller
        self._packed: bytes | None = None  # what is registered, where a worker must make it itself
        self._end: Callable[[], object] = lambda: None

    @property
    def alive(self) -> int:
        """How many workers are at work; before the start, how many there will be."""
        return len(self._processes) if self._processes else self._settings.workers

    def start(self) -> None:
        """Start all processes and wait until they are ready.

        Raises:
            ValueError: if the environment cannot be sent to another process.
            WorkersLostError: if none of them gets ready.
        """
        if self._environment.remembers and self._counts.any():
            self._note("worker processes have begun anew, and their environments remember no episode before")
        if isinstance(self._environment, RealEnvironment):
            self._packed = pack(self._environment.name)
        self._optimiser.share_memory()
        self._end = weakref.finalize(self, _end, self._processes)
        try:
            with _block_interrupts():
                for index, (episodes, updates) in enumerate(self._counts.tolist()):
                    self._spawn(index, episodes, updates)
            deadline = time.monotonic() + TIMEOUT_SECONDS
            for each in list(self._processes):
                if not each.pipe.poll(max(0.0, deadline - time.monotonic())):
                    self._lose(each, f"did not start in {TIMEOUT_SECONDS:g} s")
                else:
                    self._receive(each)
            self._check_alive()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End all processes; episodes under way are given up, and begin anew when the run goes on."""
        self._end()

    def round(self, left: int) -> list[Update]:
        """What workers report next; they are given no more episodes than are `left`.

        Raises:
            WorkersLostError: if all workers have died.
            FloatingPointError: as `A3CWorker.turn` does.
            RuntimeError: if a worker fails otherwise.
        """
        if not self._processes:
            self.start()
        try:
            while not self._reported:
                self._hand_out(left)
                self._listen()
        except BaseException:  # an interrupt as well: it may have come between a message and its being noted
            self.close()
            raise
        updates, self._reported = self._reported, []
        return updates

    def tensors(self) -> dict[str, Tensor]:
        """What is kept of the workers: how many episodes each has ended, and updates made."""
        return {"workers.counts": self._counts.clone()}

    def shapes(self, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:  # noqa: ARG002
        """Those that `tensors` must have for `load`."""
        return {"workers.counts": self._counts.shape}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` gave, with new processes."""
        self.close()
        self._reported.clear()
        self._counts.copy_(tensors["workers.counts"])

    def _spawn(self, index: int, episodes: int, updates: int) -> None:
        context = process_context()
        here, there = context.Pipe()
        numbers = self._model.numbers
        moments = self._optimiser.state[numbers]
        arguments = (
            there,
            index,
            self._settings,
            self._environment,
            numbers,
            moments,
            updates,
            self._packed,
            self._own,
        )
        process = context.Process(
            target=in_this_environment(run_worker), args=arguments, daemon=True, name=f"qtkit-worker-{index}"
        )
        process.start()
        there.close()  # so that this end sees it when the process is gone
        self._processes.append(_Process(index, process, here, episodes, updates))

    def _hand_out(self, left: int) -> None:
        """An episode for each worker that has none, if there are enough."""
        under_way = sum(each.playing for each in self._processes)
        for each in list(self._processes):
            if not each.playing and under_way < left:
                try:
                    each.pipe.send(each.episodes)
                except OSError:
                    self._lose(each)
                else:
                    each.playing, each.silent = True, 0.0
                    under_way += 1
        self._check_alive()

    def _listen(self) -> None:
        """Wait for what the workers report, a second at most."""
        by_pipe = {each.pipe: each for each in self._processes if each.playing}
        begin = time.monotonic()
        ready = wait(list(by_pipe), 1.0)
        listened = min(time.monotonic() - begin, 1.0)  # not while the machine slept, or this process was stopped
        for pipe, each in by_pipe.items():
            each.silent += listened
            if pipe in ready:
                self._receive(each)
            elif each.silent > TIMEOUT_SECONDS:
                self._lose(each, f"has not reported for {TIMEOUT_SECONDS:g} s")

    def _receive(self, each: _Process) -> None:
        """Take a message that is there."""
        try:
            message = each.pipe.recv()
        except (EOFError, OSError):
            self._lose(each)
            return
        each.silent = 0.0
        if isinstance(message, Exception):
            raise message
        if message == READY:
            return
        each.updates += len(message)
        if message[-1].finished:
            each.playing, each.episodes = False, each.episodes + 1
        self._counts[each.index, 0], self._counts[each.index, 1] = each.episodes, each.updates
        self._reported += message

    def _lose(self, each: _Process, how: str | None = None) -> None:
        """Go on without a worker; `how` it was lost, if its process did not end by itself."""
        self._processes.remove(each)
        if how is None:
            each.process.join(1.0)
            how = _ending(each.process.exitcode)
        _end([each])
        self._note(f"worker {each.index} {how}; {len(self._processes)} of {self._settings.workers} workers are left")

    def _check_alive(self) -> None:
        if not self._processes:
            raise WorkersLostError(
                f"all {self._settings.workers} worker processes are gone; the run can go on from its last checkpoint"
            )


def _end(processes: list[_Process]) -> None:
    """Kill them: they hold nothing that others need."""
    for each in processes:
        each.process.kill()
    for each in processes:
        each.process.join(5.0)
        each.pipe.close()
    processes.clear()


def _ending(code: int | None) -> str:
    """A process's exit code in words."""
    if code is None:
        return "does not answer any more"
    if code >= 0:
        return f"ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"


@contextlib.contextmanager
def _block_interrupts() -> Iterator[None]:
    """Ctrl-C waits until the end of the block; for processes started in it, it waits for ever.

    It is for the run, which ends its workers. Where signals cannot wait (Windows), workers ignore it once they work.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # when it starts, it lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
