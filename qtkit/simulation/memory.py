"""How much memory a simulation needs, told before it is started."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import psutil
import torch

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.structure import Structure, structure

_MAX_QUBITS = 30  # indices are int32


# State vectors alive at once: a real circuit keeps one a layer, a complex one twice that (real and imaginary parts),
# an IQP circuit a cosine and a sine with their transforms.
_STATES: dict[Structure, Callable[[int], int]] = {
    Structure.UNIFORM: lambda depth: 0,
    Structure.BASIS: lambda depth: 0,
    Structure.IQP: lambda depth: 6,
    Structure.REAL: lambda depth: depth + 3,
    Structure.COMPLEX: lambda depth: 2 * depth + 8,
}


def memory_estimate(n: int, depth: int, candidates: tuple[Ansatz, ...], dtype: torch.dtype, *, stacked: bool) -> int:
    """Bytes that one value and gradient need, about and at the most."""
    if stacked:  # torch keeps the state before and after each of (n / 4) matrix products a layer, complex
        states = 2 * (depth + 1) * (n // 4 + 2) * len(candidates)
    else:
        states = 4 + sum(_STATES[structure(candidate, depth)](depth) for candidate in candidates)
    return (1 << n) * dtype.itemsize * states


def memory_limit(folder: Path = Path("/sys/fs/cgroup")) -> int | None:
    """The bytes a container may use, if it is limited."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            return int((folder / name).read_text())
        except (OSError, ValueError):
            continue
    return None


def check_memory(n: int, depth: int, candidates: tuple[Ansatz, ...], dtype: torch.dtype, *, stacked: bool) -> None:
    """ValueError if the simulation would not fit in the memory of this machine or container."""
    needed = memory_estimate(n, depth, candidates, dtype, stacked=stacked)
    there = min(psutil.virtual_memory().total, memory_limit() or math.inf)
    if n > _MAX_QUBITS or needed > there:
        raise ValueError(
            f"{n} qubits and {depth} layers need about {needed / 1e9:,.1f} GB; this machine has {there / 1e9:,.1f} GB"
            + (f", and more than {_MAX_QUBITS} qubits cannot be simulated here" if n > _MAX_QUBITS else "")
        )
