"""The machine panel without its widgets: what is read, on a background thread, and what came of it."""

from __future__ import annotations

import copy
import threading
import traceback
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import torch

from qtkit.generator.machine import Machine
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.panels.machine import words as words
from qtkit.panels.parts.later import Later
from qtkit.plots.live.machine import MachinePicture, MachineState, n_beyond
from qtkit.tasks.images.training import ImageTraining
from qtkit.tasks.own.training import OwnTraining
from qtkit.tasks.series.training import SeriesTraining
from qtkit.tasks.settings import with_overrides

QUIET = 0.2  # seconds without a change before the circuits are read
TRAJECTORIES = 30  # of the gate errors: half a second for the paper's circuits
MAX_POINTS = 2_000

_LOSSES = ("test_loss", "train_loss")
_ACCURACIES = ("test_accuracy", "test_loss", "train_accuracy", "train_loss")
"""What is measured of a network, the most telling first."""

ReadTraining = ImageTraining | SeriesTraining | OwnTraining


@dataclass(frozen=True)
class Reading:
    """What a machine read: the sampled weights `(S,)`, and what the network on all of them gives."""

    machine: Machine
    weights: np.ndarray
    results: dict[str, float]


class MachineModel:
    """A trained model, kept as it is now, and the machines it was read on.

    Arguments:
        training: whose model is read, and on whose data the network is tried.
        trajectories: of the machine, see `Machine`.

    Attributes:
        machine: what is set, and read next or last.
        sample: the indices of the weights that are shown `(S,)`, in order.
        exact: the reading of a perfect machine, once there is one.
        readings: in the order in which they were asked for.
        error, traceback: of the last request, if it failed.
        on_change: called when a request was answered, on any thread.

    Raises:
        ValueError: if `training` is no such training, or its model has no circuit.
    """

    def __init__(self, training: ReadTraining, *, trajectories: int = TRAJECTORIES) -> None:
        if not isinstance(training, ReadTraining):
            raise ValueError(
                "training must be an ImageTraining, a SeriesTraining or an OwnTraining, got "
                f"{type(training).__name__}; a panel's is its `.training`, once it has run"
            )
        if not isinstance(training.model, QuantumTrain):
            raise ValueError(
                f"there is no circuit to read: the training's model is a {type(training.model).__name__} "
                f"(model={training.settings.model!r}), and a QuantumTrain is expected, as model='diffqas' gives"
            )
        self.machine = Machine(trajectories=trajectories)
        self.training = training
        self.numbers = _ACCURACIES if _has_accuracy(training) else _LOSSES
        with training.paused():  # another thread may train it
            self.model, self.steps_done = copy.deepcopy(training.model), training.steps_done
        p = self.model.num_weights
        # At random: evenly spread indices would show but one value of the low bits.
        drawn = np.random.default_rng(0).choice(p, size=min(p, MAX_POINTS), replace=False)
        self.sample = torch.from_numpy(np.sort(drawn))
        self.exact: Reading | None = None
        self.readings: list[Reading] = []
        self.error: Exception | None = None
        self.traceback = ""
        self.on_change: Callable[[], None] = lambda: None
        self._asked, self._answered = 0, 0
        self._lock, self._reading = threading.RLock(), threading.Lock()
        self._later = Later(QUIET)
        weakref.finalize(self, self._later.close)

    @property
    def measure(self) -> str:
        """What is shown: `"accuracy"` or `"loss"`."""
        return self.numbers[0].removeprefix("test_")

    @property
    def busy(self) -> bool:
        """Whether a request has yet to be answered."""
        return self._answered < self._asked

    def set(self, **changes: Any) -> None:
        """Change the machine.

        Raises:
            ValueError: for a value out of range, or a name that is no setting of a machine.
        """
        self.machine = with_overrides(Machine, self.machine, changes)

    def prepare(self) -> None:
        """Read the exact network in the background, unless that was done or will be."""
        with self._lock:
            if self.exact is None and not self.busy:
                self._ask(None)

    def ask(self) -> None:
        """Read the circuits on the machine that is set, in the background. The newest request wins."""
        self._ask(self.machine)

    def read(self) -> None:
        """The same at once, on this thread.

        Raises:
            Exception: what the computation raised.
        """
        with self._lock:
            self._asked += 1
            number, machine = self._asked, self.machine
        error = self._answer(number, machine, wanted=True)
        if error is not None:
            raise error

    def join(self, timeout: float = 30.0) -> bool:
        """Wait until nothing is left to read and to draw; True if so."""
        return self._later.wait(timeout) and not self.busy

    def table(self) -> pd.DataFrame:
        """A row a reading: the machine's settings and what the network gave."""
        with self._lock:
            readings = list(self.readings)
        settings = ("shots", "gate_error", "readout_error", "seed", "trajectories")
        table = {name: [getattr(reading.machine, name) for reading in readings] for name in settings}
        table |= {name: [reading.results[name] for reading in readings] for name in self.numbers}
        floats = dict.fromkeys(("gate_error", "readout_error", *self.numbers), "float64")
        return pd.DataFrame(table).astype({"shots": "Int64", "seed": "int64", "trajectories": "int64", **floats})

    def state(self) -> MachineState:
        """What the figure shows now."""
        with self._lock:
            exact, readings = self.exact, list(self.readings)
        what = self.numbers[0]
        return MachineState(
            measure=self.measure,
            exact_weights=exact.weights if exact else None,
            read_weights=readings[-1].weights if readings else None,
            exact=exact.results[what] if exact else None,
            tries=[(reading.results[what], words.settings_text(reading.machine)) for reading in readings],
        )

    def figure(self) -> go.Figure:
        """The state as a plain figure."""
        state = self.state()
        return MachinePicture.of(state).figure(state)

    # In words

    def info(self) -> str:
        """What is read."""
        total = self.training.n_steps
        return f"The network after {self.steps_done:,} of {total:,} steps of training: {self.model.extra_repr()}."

    def status(self) -> str:
        """The result, or what is going on."""
        if self.busy:
            return f"measuring: {words.settings_text(self.machine)} …" if self.exact else "reading the exact network …"
        if self.error is not None:
            return "This machine could not be read."
        if self.exact is None:
            return ""
        exact = self.exact.results[self.numbers[0]]
        if not self.readings:
            return (
                f"Exact: test {self.measure} {words.number(self.measure, exact)}. Move a slider to spoil the machine."
            )
        return words.result_text(self.measure, self.readings[-1].results[self.numbers[0]], exact)

    def effects(self) -> str:
        """What the machine's faults mean, and what the picture cannot show."""
        text = words.effect_text(self.model.search, self.machine)
        beyond = 0 if self.busy else n_beyond(self.state())
        if beyond:
            text += f" · {beyond:,} of {len(self.sample):,} points lie beyond the picture and stand at its edge"
        return text

    # Reading

    def _ask(self, machine: Machine | None) -> None:
        with self._lock:
            self._asked += 1
            number, me = self._asked, weakref.ref(self)  # the waiting thread must not keep a forgotten panel alive
            self._later.do(lambda: _answer_in_background(me, number, machine))

    def _answer(self, number: int, machine: Machine | None, *, wanted: bool = False) -> Exception | None:
        """Read, unless something newer was asked for; keep what was read, unless that happened meanwhile.

        What is `wanted` is read and kept in any case. Returns what was raised.
        """
        error, told, reading = None, "", None
        try:
            with self._reading:
                if number != self._asked and not wanted:
                    return None
                if self.exact is None:
                    self.exact = self._read(Machine())
                reading = self._read(machine) if machine is not None else None
        except Exception as raised:
            error, told = raised, traceback.format_exc()
        finally:  # also if the kernel was interrupted
            with self._lock:
                newest = number == self._asked
                if newest:
                    self._answered, self.error, self.traceback = number, error, told
                if reading is not None and (newest or wanted):
                    self.readings.append(reading)
        if newest or wanted:
            self.on_change()
        return error

    @torch.no_grad()
    def _read(self, machine: Machine) -> Reading:
        distribution = machine.measure(self.model.search)
        weights = self.model.weights(distribution)[self.sample.to(distribution.device)]
        results = self.training.evaluate(self.model.to_classical(distribution))
        return Reading(machine, weights.double().cpu().numpy(), {name: results[name] for name in self.numbers})


def _has_accuracy(training: ReadTraining) -> bool:
    if isinstance(training, OwnTraining):
        return "accuracy" in training.task.metrics
    return isinstance(training, ImageTraining)


def _answer_in_background(model: weakref.ref[MachineModel], number: int, machine: Machine | None) -> None:
    found = model()
    if found is not None:
        torch.set_num_threads(1)  # PyTorch's idle threads would spin on the cores that the circuits need
        found._answer(number, machine)
