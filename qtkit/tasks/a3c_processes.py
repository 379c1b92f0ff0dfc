"""A3C's workers as processes that share the numbers and the optimiser's moments in memory, without locks.

As in the paper, nobody waits for anybody: an update may meet another one half-way, and no two runs are equal. Processes
are started anew ("spawn"), the same way on Linux, macOS and Windows. A worker asks for each episode and reports through
a pipe of its own, so that one that dies takes no lock and no queue with it.
"""

from __future__ import annotations

import contextlib
import signal
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

import torch
import torch.multiprocessing
from torch import Tensor

from qtkit.tasks.a3c import ActorCritic, SharedAdam, Update, Worker, build_model
from qtkit.tasks.a3c_compiled import differentiate_for
from qtkit.tasks.gridworld_settings import GridworldSettings

REPORT_EVERY = 20
"""Updates after which a worker reports, if its episode has not ended before."""

START_SECONDS = 300.0
"""How long a worker may take to start."""


@dataclass
class _Process:
    """A worker's process, this end of its pipe, and what it has done."""

    index: int
    process: Any
    pipe: Connection
    episodes: int
    updates: int
    playing: bool = False


class Processes:
    """W worker processes.

    Arguments:
        model: the shared numbers; moved to shared memory.
        optimiser: of these; as well.
        note: is told what is worth knowing, in words, such as that a worker died.
    """

    def __init__(
        self, model: ActorCritic, optimiser: SharedAdam, settings: GridworldSettings, note: Callable[[str], None]
    ) -> None:
        self._model, self._optimiser, self._settings, self._note = model, optimiser, settings, note
        self._counts = torch.zeros((settings.workers, 2), dtype=torch.int64)  # episodes and updates of each
        self._processes: list[_Process] = []
        self._end: Callable[[], Any] = lambda: None

    @property
    def alive(self) -> int:
        """How many workers are at work; before the start, how many there will be."""
        return len(self._processes) if self._processes else self._settings.workers

    def start(self) -> None:
        """Start all processes and wait until they are ready.

        Raises:
            RuntimeError: if none of them gets ready.
        """
        context = torch.multiprocessing.get_context("spawn")
        self._optimiser.share_memory()
        moments = self._optimiser.state[self._model.numbers]
        for index, (episodes, updates) in enumerate(self._counts.tolist()):
            here, there = context.Pipe()
            arguments = (there, index, self._settings, self._model.numbers.detach(), moments, updates)
            process = context.Process(target=_work, args=arguments, daemon=True, name=f"qtkit-worker-{index}")
            process.start()
            there.close()  # so that this end sees it when the process is gone
            self._processes.append(_Process(index, process, here, episodes, updates))
        self._end = weakref.finalize(self, _end, self._processes)
        for each in list(self._processes):
            ready = False
            with contextlib.suppress(EOFError, OSError):
                ready = each.pipe.poll(START_SECONDS) and each.pipe.recv() == "ready"
            if not ready:
                self._lose(each)
        self._check_alive()

    def close(self) -> None:
        """End all processes; episodes under way are given up, and begin anew when the run goes on."""
        self._end()
        self._processes.clear()

    def round(self, left: int) -> list[Update]:
        """What workers report next; they are given no more episodes than are `left`.

        Raises:
            RuntimeError: if all workers have died.
        """
        if not self._processes:
            self.start()
        updates: list[Update] = []
        while not updates:
            under_way = sum(each.playing for each in self._processes)
            for each in self._processes:
                if not each.playing and under_way < left:
                    self._send(each, each.episodes)
                    under_way += each.playing
            self._check_alive()
            by_pipe = {each.pipe: each for each in self._processes if each.playing}
            for pipe in wait(list(by_pipe)):
                each = by_pipe[pipe]
                try:
                    reported = pipe.recv()
                except (EOFError, OSError):
                    self._lose(each)
                    continue
                if isinstance(reported, Exception):
                    raise reported
                updates += reported
                each.updates += len(reported)
                if reported[-1].finished:
                    each.playing, each.episodes = False, each.episodes + 1
                self._counts[each.index] = torch.tensor([each.episodes, each.updates])
        return updates

    def tensors(self) -> dict[str, Tensor]:
        """What is kept of the workers: how many episodes each has ended, and updates made."""
        return {"workers.counts": self._counts.clone()}

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` gave, with new processes."""
        self.close()
        self._counts.copy_(tensors["workers.counts"])

    def _send(self, each: _Process, episode: int) -> None:
        try:
            each.pipe.send(episode)
            each.playing = True
        except OSError:
            self._lose(each)

    def _lose(self, each: _Process) -> None:
        each.process.join(1.0)
        self._processes.remove(each)
        code = each.process.exitcode
        how = "did not start in time" if code is None else f"ended with code {code}"
        self._note(f"worker {each.index} {how}; {len(self._processes)} of {self._settings.workers} workers are left")
        each.process.terminate()
        each.pipe.close()

    def _check_alive(self) -> None:
        if not self._processes:
            raise RuntimeError(
                f"all {self._settings.workers} worker processes are gone; the run can go on from its last checkpoint"
            )


def _end(processes: list[_Process]) -> None:
    for each in processes:
        each.process.terminate()
    for each in processes:
        each.process.join(5.0)
        each.pipe.close()


def _work(
    pipe: Connection,
    index: int,
    settings: GridworldSettings,
    shared: Tensor,
    moments: dict[str, Tensor],
    updates: int,
) -> None:
    """The life of a worker's process: play the episodes it is given, and report; end when the pipe does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its workers
    torch.set_num_threads(1)
    from qtkit.simulation import set_num_threads
    from qtkit.tasks.gridworld_env import load_environment

    set_num_threads(1)
    model = build_model(settings)
    shared.grad = model.gradient
    optimiser = SharedAdam(shared, settings.learning_rate, **settings.optimiser_options)
    optimiser.state[shared] = moments
    environment = load_environment(settings.environment)
    worker = Worker(index, settings.seed, environment, shared.clone(), differentiate_for(model, settings))
    worker.updates = updates
    with contextlib.suppress(EOFError, OSError):  # of a run that has ended
        pipe.send("ready")
        while True:
            worker.episodes, worker.episode = pipe.recv(), None
            done: list[Update] = []
            while not (done and done[-1].finished):
                if len(done) == REPORT_EVERY:
                    pipe.send(done)
                    done = []
                try:
                    done.append(worker.turn(model, shared, optimiser, settings))
                except FloatingPointError as error:
                    pipe.send(error)
                    return
            pipe.send(done)
