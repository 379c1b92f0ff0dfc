"""How large a mapping is, and how many qubits it needs: numbers alone, without PyTorch."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from qtkit.checks import checked_whole
from qtkit.circuits.ansatz import qubits_for


def checked_hidden(hidden: Any, name: str = "hidden") -> tuple[int, ...]:
    """The sizes of the hidden layers of a mapping.

    Raises:
        ValueError: unless they are whole numbers from 1 on.
    """
    if isinstance(hidden, str) or not isinstance(hidden, Iterable):
        raise ValueError(f"{name} must be sizes of layers such as (4, 20, 4), got {hidden!r}")
    return tuple(checked_whole(f"a size in {name}", size, 1) for size in hidden)


def count_states(weights: int, chunk: int) -> int:
    """Basis states that write so many weights, `chunk` each: `ceil(p / chunk)`."""
    return -(-weights // chunk)


def qubits_for_chunks(weights: int, chunk: int) -> int:
    """Qubits with as many basis states: `ceil(log2(ceil(p / chunk)))`, and at least 1."""
    return qubits_for(count_states(weights, chunk))


def count_numbers(n_qubits: int, chunk: int, hidden: tuple[int, ...] = ()) -> int:
    """Numbers of a mapping from n + 1 to `chunk`, weights and biases of all its layers."""
    return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise((n_qubits + 1, *hidden, chunk)))
