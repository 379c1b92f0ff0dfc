"""`MixtureModel`: the ensemble of equations 5 to 7, its twelve weights set by hand instead of by an optimiser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from qtkit.analysis import random_angles
from qtkit.checks import checked_choice, checked_whole
from qtkit.circuits.ansatz import CANDIDATES
from qtkit.generator.counts import mapping_start, weights
from qtkit.panels.studio.circuit import MAX_DEPTH, MAX_QUBITS
from qtkit.simulation import candidate_probabilities

_N = len(CANDIDATES)

WITHOUT_NOISE = ("raw", "softmax")
"""The weightings of a mixture that nothing trains."""


class MixtureModel:
    """The twelve candidates, their structural weights, and what comes of both: no widget, no training.

    Arguments:
        n_qubits: n, 1..10.
        depth: L, 0..15.
        seed: of the angles and of the mapping.

    Attributes:
        sliders: what is set by hand, twelve numbers: the weights themselves (raw), or logits (softmax).
        weighting: `"raw"` (the paper) or `"softmax"` (DARTS).
        shared: one Θ for all candidates (equation 7), or one each (equation 6).

    Raises:
        ValueError: for sizes or a seed out of range.
    """

    def __init__(self, n_qubits: int = 6, depth: int = 3, *, seed: int = 0) -> None:
        self.n_qubits = checked_whole("the number of qubits", n_qubits, 1, MAX_QUBITS)
        self.depth = checked_whole("the number of layers", depth, 0, MAX_DEPTH)
        self.weighting, self.shared = "raw", True
        self.set_seed(seed)
        self.set_equal()

    def set_weights(self, values: Sequence[float]) -> None:
        """Set the twelve sliders.

        Raises:
            ValueError: unless they are twelve finite numbers.
        """
        values = tuple(float(value) for value in values)
        if len(values) != _N or not np.isfinite(values).all():
            raise ValueError(f"{_N} finite numbers are needed, one for each candidate, got {values}")
        self.sliders = values

    def set_equal(self) -> None:
        """All twelve alike, effective weights 1/12: where a training starts."""
        self.sliders = (1 / _N if self.weighting == "raw" else 0.0,) * _N

    def set_alone(self, number: int) -> None:
        """Config `number` (1..12) alone: weight 1, the others 0 (softmax: nearly)."""
        number = checked_whole("the config", number, 1, _N)
        low, high = (0.0, 1.0) if self.weighting == "raw" else (-LOGIT_LIMIT, LOGIT_LIMIT)
        self.sliders = tuple(high if k == number else low for k in range(1, _N + 1))

    def set_weighting(self, name: str) -> None:
        """`"raw"` or `"softmax"`; the weights start over, all alike."""
        self.weighting = checked_choice("weighting", name, WITHOUT_NOISE)
        self.set_equal()

    def set_shared(self, on: bool) -> None:
        """One Θ for all, or one each."""
        self.shared = bool(on)

    def set_seed(self, seed: int) -> None:
        """Draw the angles anew, uniform in (-π, π).

        Raises:
            ValueError: unless it is a whole number from 0 to 2³¹ - 1.
        """
        self.seed = checked_whole("the seed", seed, 0, 2**31 - 1)

    @property
    def mixture(self) -> np.ndarray:
        """The effective weights w, `(12,)`."""
        values = np.array(self.sliders)
        if self.weighting == "raw":
            return values
        powers = np.exp(values - values.max())
        return np.asarray(powers / powers.sum())

    @property
    def angles(self) -> Tensor:
        """Θ in radians, float64: `(L, n)` if shared, else `(12, L, n)`, of which the first is the shared one."""
        own = torch.as_tensor(random_angles(self.n_qubits, self.depth, _N, seed=self.seed))
        return own[0] if self.shared else own

    @property
    def candidate_probabilities(self) -> np.ndarray:
        """Every candidate's distribution, float64 `(12, 2**n)`."""
        return candidate_probabilities(CANDIDATES, self.angles).numpy()

    @property
    def distribution(self) -> np.ndarray:
        """`sum_j w_j P_j`, `(2**n,)`: a distribution only if w has no negative entries and sums to 1."""
        return np.asarray(self.mixture @ self.candidate_probabilities)

    @property
    def mapping(self) -> np.ndarray:
        """The linear mapping `(n + 2,)`, as a training would start with it."""
        return mapping_start(self.n_qubits, seed=self.seed)

    def weights(self, *, seen: str = "raw") -> np.ndarray:
        """The generated κ, `(2**n,)`."""
        return weights(self.distribution, self.mapping, seen=seen)

    @property
    def trainable(self) -> dict[str, int]:
        """Numbers a training would move, by what they are."""
        sets = 1 if self.shared else _N
        return {"angles": sets * self.depth * self.n_qubits, "structural": _N, "mapping": self.n_qubits + 2}


LOGIT_LIMIT = 5.0
"""Softmax sliders go from -5 to 5: the largest is then at most e¹⁰ times the smallest."""
