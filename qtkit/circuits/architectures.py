"""A space of circuits by four choices: `Architecture`, `ARCHITECTURES`, and the one that an `Ansatz` is."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from qtkit.checks import checked_choice
from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.elements import CNOT, CZ, RX, RY, RZ, U3, Element, H

CHOICES: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "start": ("none", "H"),
        "entangler": ("none", "CNOT brick", "CNOT ring", "CNOT star", "CZ brick", "CZ ring", "CZ star"),
        "rotation": ("RX", "RY", "RZ", "U3"),
        "depth": (1, 3, 7, 15),
    }
)
"""The four choices and what each may be; the paper's circuits are those with `CNOT brick` or `CNOT ring` and no U3."""

_ROTATIONS: Mapping[str, type[Element]] = {"RX": RX, "RY": RY, "RZ": RZ, "U3": U3}
_GATES = {"CNOT": CNOT, "CZ": CZ}


@dataclass(frozen=True)
class Architecture:
    """A circuit and its depth, by four choices of `CHOICES`.

    Attributes:
        start: `"H"`, a Hadamard on every qubit before the layers, or `"none"`.
        entangler: of a layer, such as `"CZ ring"`, or `"none"`.
        rotation: of all qubits, behind the entangler; `"U3"` has three angles each, the others one.
        depth: L, layers.

    Raises:
        ValueError: for a choice that is none of them.

    Example:
        >>> print(Architecture("H", "CZ ring", "U3", 7))
        H, CZ ring, U3 × 7
        >>> Architecture("H", "CNOT ring", "RY", 15).ansatz.config
        5
    """

    start: str = "H"
    entangler: str = "CNOT ring"
    rotation: str = "RY"
    depth: int = 7

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            value = "a truth value" if isinstance(value, bool) else value  # True is 1, and yet no depth
            object.__setattr__(self, name, checked_choice(name, value, choices))

    @property
    def ansatz(self) -> Ansatz:
        """The circuit, whose depth is told apart."""
        return _ansatz(self.start, self.entangler, self.rotation)

    def __str__(self) -> str:
        words = ("no H" if self.start == "none" else "H", self.entangler, self.rotation)
        return f"{', '.join(words)} × {self.depth}"

    def neighbours(self) -> Iterator[Architecture]:
        """All that differ from it in one choice.

        Example:
            >>> len(list(Architecture().neighbours()))  # 1 + 6 + 3 + 3
            13
        """
        for field in fields(self):
            for value in CHOICES[field.name]:
                if value != getattr(self, field.name):
                    yield replace(self, **{field.name: value})


@functools.cache
def _ansatz(start: str, entangler: str, rotation: str) -> Ansatz:
    gate, _, pattern = entangler.partition(" ")
    entangling = [] if entangler == "none" else [_GATES[gate](pattern)]
    return Ansatz(start=[H()] if start == "H" else [], layer=[*entangling, _ROTATIONS[rotation]()])


ARCHITECTURES: tuple[Architecture, ...] = tuple(Architecture(*each) for each in itertools.product(*CHOICES.values()))
"""All 224 of the space, the depth varying fastest."""


def architecture_of(ansatz: Ansatz, depth: int) -> Architecture:
    """The architecture that a circuit with so many layers is, however it was said.

    Raises:
        ValueError: if it is none of `ARCHITECTURES`, with what there is.

    Example:
        >>> from qtkit import CANDIDATES
        >>> print(architecture_of(CANDIDATES[4], depth=15))
        H, CNOT ring, RY × 15
    """
    found = _by_ansatz().get(ansatz)
    if found is None:
        raise ValueError(
            f"the circuit {ansatz} is not in the space; it has a start of {CHOICES['start']}, in each layer an "
            f"entangler of {CHOICES['entangler']}, then on all qubits a rotation of {CHOICES['rotation']}"
        )
    return replace(found, depth=depth)


@functools.cache
def _by_ansatz() -> dict[Ansatz, Architecture]:
    return {each.ansatz: each for each in ARCHITECTURES}
