"""`MachinePanel`: read a trained network's circuits on an imperfect quantum computer, and see what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from qtkit.generator.machine import Machine
from qtkit.names import counted
from qtkit.panels.machine.model import TRAJECTORIES, MachineModel, ReadTraining
from qtkit.panels.parts.shown import Shown

if TYPE_CHECKING:
    from qtkit.panels.machine.view import MachineView


class MachinePanel(Shown):
    """Shots, faulty gates and faulty readout as sliders, beside the network that is generated from what is read.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it measures all the
    same. It keeps the model as it is now: a later step of the training changes nothing here.

    Arguments:
        training: of images, series or a task of one's own, finished or not, with a `QuantumTrain` as its model. The
            network is tried on its data.
        trajectories: random sets of gate errors simulated of each circuit, see `Machine`.

    Attributes:
        model: what is the case and can be done, without widgets.

    Raises:
        ValueError: if `training` is no such training or its model has no circuit, or for `trajectories` out of range.

    Example:
        >>> panel = MachinePanel(training)
        >>> panel.measure(shots=10**6, gate_error=1e-3, blocking=True).test_accuracy
    """

    view: MachineView | None = None

    def __init__(self, training: ReadTraining, *, trajectories: int = TRAJECTORIES) -> None:
        self.model = MachineModel(training, trajectories=trajectories)

    @property
    def machine(self) -> Machine:
        """The machine that is set."""
        return self.model.machine

    @property
    def results(self) -> pd.DataFrame:
        """A row a measurement: shots (missing: exact), gate_error, readout_error, seed, trajectories, and the results.

        The results are losses and, of images and tasks of one's own that measure it, accuracies, `test_` and `train_`.
        """
        return self.model.table()

    def measure(self, *, blocking: bool = False, **changes: Any) -> pd.DataFrame:
        """Read the circuits on the machine that is set, with `changes` to it, such as `shots=1000`. The results.

        In the background, where a newer request replaces an older one that has no answer yet; or at once, if
        `blocking`.

        Raises:
            ValueError: for a change that no machine has.
            Exception: what the computation raised, if `blocking`.
        """
        self.model.set(**changes)
        if not blocking:
            self.model.ask()
            self._refresh()
            return self.results
        try:
            self.model.read()
        finally:
            self._refresh()
        return self.results

    def join(self, timeout: float = 30.0) -> bool:
        """Wait until all that was asked for is measured and drawn; True if so."""
        return self.model.join(timeout)

    def figure(self) -> go.Figure:
        """What the panel shows, as a plain figure."""
        return self.model.figure()

    def _make_view(self) -> MachineView:
        from qtkit.panels.machine.view import MachineView

        view = MachineView(self.model)
        self.model.prepare()
        view.refresh()
        return view

    def __repr__(self) -> str:
        model = self.model
        sizes = f"{counted(model.model.n_qubits, 'qubit')} × {counted(model.model.depth, 'layer')}"
        trained = f"after {counted(model.steps_done, 'step')}"
        return f"MachinePanel({sizes} {trained}: {counted(len(model.readings), 'measurement')})"
