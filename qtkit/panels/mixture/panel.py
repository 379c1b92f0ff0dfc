"""`MixturePanel`: the twelve structural weights as sliders, before any training takes them over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import traitlets

from qtkit.names import counted
from qtkit.panels.mixture.model import LOGIT_LIMIT, MixtureModel
from qtkit.panels.parts.front_end import FrontEnd
from qtkit.web.bundle import bundle

_HERE = Path(__file__).parent


class MixturePanel(FrontEnd):
    """Equations 5 to 7 under one's hands: twelve sliders, the mixed distribution, the weights that come of it.

    `panel.model` holds what is set; `panel.model.distribution` and `panel.model.weights()` are what is drawn.

    Arguments:
        n_qubits: 1..10.
        depth: layers, 0..15.
        seed: of the angles and of the mapping's start.

    Raises:
        ValueError: for sizes or a seed out of range.

    Example:
        >>> float(MixturePanel(n_qubits=3, depth=2).model.mixture[0])
        0.08333333333333333
    """

    _esm = bundle(_HERE / "mixture.js")
    _css = bundle(_HERE / "mixture.css")

    _settings = traitlets.Dict().tag(sync=True)
    _sliders: traitlets.List[float] = traitlets.List().tag(sync=True)
    _probabilities = traitlets.Bytes().tag(sync=True)  # float32 (12, 2**n): the candidates' own

    def __init__(self, n_qubits: int = 6, depth: int = 3, *, seed: int = 0) -> None:
        self.model = MixtureModel(n_qubits, depth, seed=seed)
        self._drawn: tuple[int, bool] | None = None
        super().__init__()

    def __repr__(self) -> str:
        m = self.model
        angles = "one Θ for all" if m.shared else "a Θ for each"
        sizes = f"{counted(m.n_qubits, 'qubit')}, {counted(m.depth, 'layer')}"
        return f"MixturePanel: twelve candidates, {sizes}, {m.weighting} weights, {angles}"

    def _still(self) -> str:
        return f"<p>{self!r}. Its sliders need a running kernel.</p>"

    def _actions(self) -> dict[str, Callable[..., None]]:
        m = self.model
        return {
            "weights": m.set_weights,
            "equal": m.set_equal,
            "alone": m.set_alone,
            "weighting": m.set_weighting,
            "shared": m.set_shared,
            "seed": m.set_seed,
        }

    def _refresh(self) -> None:
        m = self.model
        with self.hold_sync():
            if self._drawn != (m.seed, m.shared):
                self._probabilities = np.asarray(m.candidate_probabilities, dtype="<f4").tobytes()
                self._drawn = (m.seed, m.shared)
            self._sliders = list(m.sliders)
            self._settings = {
                "n": m.n_qubits,
                "depth": m.depth,
                "weighting": m.weighting,
                "shared": m.shared,
                "seed": m.seed,
                "limit": LOGIT_LIMIT,
                "mapping": m.mapping.tolist(),
                "trainable": m.trainable,
            }
