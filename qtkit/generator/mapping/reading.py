"""`Reading`: what the mapping sees of the probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_choice
from qtkit.choices import PROBABILITIES

Array = TypeVar("Array", Tensor, np.ndarray)


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
