"""`Reading`: what the mapping sees of the probabilities."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_choice

Probability = Literal["raw", "tanh", "scaled"]
PROBABILITIES: tuple[Probability, ...] = get_args(Probability)
"""The ways to show a probability to the mapping, the default first."""

FORMER_PROBABILITIES: dict[str, Probability] = {"centred": "scaled"}
"""What they were called before; stored runs have these names."""

Array = TypeVar("Array", Tensor, np.ndarray)


def current_probability(name: str, *, stacklevel: int = 2) -> str:
    """`name`, or what it is called now, with a DeprecationWarning; `stacklevel` as if the caller gave it."""
    if not isinstance(name, str) or name not in FORMER_PROBABILITIES:
        return name
    now = FORMER_PROBABILITIES[name]
    warnings.warn(f"probability={name!r} is called {now!r} now", DeprecationWarning, stacklevel=stacklevel + 1)
    return now


def with_current_names(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings by today's names of their values."""
    name = settings.get("probability")
    if isinstance(name, str) and name in FORMER_PROBABILITIES:
        return {**settings, "probability": FORMER_PROBABILITIES[name]}
    return dict(settings)


@dataclass(frozen=True)
class Reading:
    """What the mapping sees of the probability `P` of a basis state; for torch tensors and NumPy arrays.

    Arguments:
        kind: `"raw"` is P; `"tanh"` is `tanh(gamma * 2**(n-1) * P)`; `"scaled"` is `2**n * P - 1`, zero for the uniform
            distribution.
        n_qubits: n.
        gamma: of `"tanh"` alone.

    Raises:
        ValueError: for another kind.

    Example:
        >>> Reading("scaled", n_qubits=1).seen(np.array([0.25, 0.75]))
        array([-0.5,  0.5])
    """

    kind: str
    n_qubits: int
    gamma: float = 0.1

    def __post_init__(self) -> None:
        checked_choice("probability", self.kind, PROBABILITIES)

    def seen(self, probabilities: Array) -> Array:
        """What is seen of `probabilities`, in their shape."""
        if self.kind == "tanh":
            argument = self._factor * probabilities
            return torch.tanh(argument) if isinstance(argument, Tensor) else np.tanh(argument)
        return self._factor * probabilities - 1 if self.kind == "scaled" else probabilities

    def slope(self, seen: Array) -> Array | float:
        """The derivative of what is seen by the probabilities, given what is seen: in its shape, or one for all."""
        return self._factor * (1 - seen**2) if self.kind == "tanh" else float(self._factor)

    @property
    def _factor(self) -> float:
        """The derivative at P = 0."""
        half: int = 2 ** (self.n_qubits - 1)
        if self.kind == "tanh":
            return self.gamma * half
        return 2 * half if self.kind == "scaled" else 1
