"""The last exercise of notebook 02: the variance of a gradient, by which trainability is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.labs.answers import number
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed
from qtkit.names import counted
from qtkit.simulation import probabilities

_CASES = ((8, 2, 1), (5, 3, 2), (1, 3, 2), (10, 4, 2))  # config, qubits, layers
_DRAWS = 12


@exercise("gradient_variance")
def gradient_variance(answer: Callable[[Ansatz, Tensor], Any]) -> str:
    """`answer(ansatz, angles)`: the variance of ∂P(0…0)/∂θ(0, 0) over the draws of `angles`, `(K, L, n)`."""
    for config, n, depth in _CASES:
        ansatz = CANDIDATES[config - 1]
        draws = np.random.default_rng(case_seed(config)).uniform(-np.pi, np.pi, (_DRAWS, depth, n))
        angles = torch.as_tensor(draws)
        slopes = _slopes(ansatz, angles)
        case = f"config {config}, {n} qubits, {counted(depth, 'layer')}"
        got = number(answer(ansatz, angles.clone()), f"{case}: a variance")
        if any(_equal(got, slopes.var(ddof=less)) for less in (0, 1)):
            continue
        if got < 0:
            raise Wrong(f"{case}: you return {got:.4g}. A variance is a mean of squares: it is never negative.")
        if not slopes.any():
            raise Wrong(f"{case}: you return {got:.4g}. Whatever the angles, this distribution is the same.")
        for told, mistaken in (
            ("That is the standard deviation, the root of what is asked for.", slopes.std()),
            ("That is the variance of P(0…0) itself. Its derivative is asked for.", _first(ansatz, angles).var()),
            ("Four times too much: the shift rule takes half of the difference.", 4 * slopes.var()),
            ("That is the variance for the weight 2ⁿP − 1. The one of P is asked for.", 4**n * slopes.var()),
            ("That is a mean of the derivatives. How far do they scatter?", slopes.mean()),
            ("That is a mean of the derivatives. How far do they scatter?", np.abs(slopes).mean()),
            ("That is the mean of the squares, and the mean of a few draws is not 0.", (slopes**2).mean()),
            (
                "That is the derivative by the last angle. The first one is asked for.",
                _slopes(ansatz, angles, -1).var(),
            ),
        ):
            if _near(got, mistaken):
                raise Wrong(f"{case}: you return {got:.4g}. {told}")
        raise Wrong(f"{case}: you return {got:.4g}. One derivative a draw, and the variance of these over all draws.")
    return (
        "The variance falls by a factor of three or so with every qubit, as P(0…0) does, and is 0 where Θ is not heard."
    )


def _first(ansatz: Ansatz, angles: Tensor) -> np.ndarray:
    """P(0…0) of every draw, `(K,)`."""
    return np.array([float(probabilities(ansatz, draw)[0]) for draw in angles])


def _slopes(ansatz: Ansatz, angles: Tensor, place: int = 0) -> np.ndarray:
    """The derivative of P(0…0) by the first or the last angle, for every draw, by the shift rule: `(K,)`."""
    ends = []
    for shift in (np.pi / 2, -np.pi / 2):
        moved = angles.clone()
        moved[:, place, place] += shift
        ends.append(_first(ansatz, moved))
    slopes = (ends[0] - ends[1]) / 2
    return np.where(np.abs(slopes) < 1e-14, 0.0, slopes)  # what rounding left


def _near(got: float, value: float) -> bool:
    """Whether they agree, if need be after dividing by one draw less, as variances may, and roots of them."""
    ways = (1.0, _DRAWS / (_DRAWS - 1), np.sqrt(_DRAWS / (_DRAWS - 1)))
    return any(_equal(got, way * value) for way in ways)


def _equal(got: float, value: float) -> bool:
    return bool(abs(got - value) <= 1e-8 + 1e-4 * abs(value))
