"""How much memory a simulation needs, told before it is started, and what would need less."""

from __future__ import annotations

import math
from pathlib import Path

import psutil
import torch

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import Grouping, group_candidates

_MAX_QUBITS = 30  # indices are int32


def memory_estimate(
    n: int,
    depth: int,
    candidates: tuple[Ansatz, ...],
    dtype: torch.dtype,
    *,
    n_blocks: int = 1,
    compiled: bool = True,
    recompute: bool = False,
    device: torch.device | None = None,
) -> int:
    """Bytes that one value and gradient need, about and at the most.

    Arguments:
        n_blocks: M, blocks in sequence; more than one go by the torch path.
        compiled: by the compiled kernels, or else by the torch path.
        recompute: see `qtkit.simulation.ensemble`.
        device: where the torch path runs, the CPU by default.
    """
    on_gpu = device is not None and device.type == "cuda"
    grouping = group_candidates(candidates, depth, n, shared=True)
    if n_blocks > 1:
        states = _complex_rows(candidates) * (_TORCH_ROWS + 2 * n_blocks)
    elif not compiled:
        rows = len(grouping.real) + 2 * len(grouping.complex) + len(grouping.iqp)
        states = 4 + (_GPU_ROWS if on_gpu else _TORCH_ROWS) * rows
    elif recompute:
        circuits = len(grouping.real) + 2 * len(grouping.complex) + len(grouping.iqp)
        parts = [_kept(part, depth) for part in grouping.by_cnots()]
        states = 4 + (6 + circuits + max(parts) if circuits else 0)  # six: the tables of CNOTs and signs
    else:
        states = 4 + _kept(grouping, depth)
    return (1 << n) * dtype.itemsize * states + (_GPU_WORKSPACE if on_gpu else 0)


# Of a circuit's states the torch path holds the last, its square, the derivatives of both, and, on the way back, state
# and cotangent before and after a step, with the tables of the CNOTs.
_TORCH_ROWS = 16

# On a GPU the peak was 6.2 and 6.0 states a circuit for n = 24 and 26 (2.77 and 10.75 GB, `python benchmarks/gpu.py`,
# NVIDIA H200). Beside them cuBLAS takes 32 MiB for each of two threads, plainly and where CUDA graphs are recorded: at
# small sizes that is nearly all.
_GPU_ROWS = 7
_GPU_WORKSPACE = 200_000_000


def _kept(grouping: Grouping, depth: int) -> int:
    """State vectors alive at once in the compiled kernels.

    A real circuit keeps one a layer, a complex one twice that (real and imaginary parts), an IQP circuit a cosine and a
    sine with their transforms.
    """
    return len(grouping.real) * (depth + 3) + len(grouping.complex) * (2 * depth + 8) + len(grouping.iqp) * 6


def _complex_rows(candidates: tuple[Ansatz, ...]) -> int:
    """Real numbers that the states of all candidates take for one basis state."""
    return len(candidates) * (1 if all(ansatz.rotation == "ry" for ansatz in candidates) else 2)


def memory_limit(folder: Path = Path("/sys/fs/cgroup")) -> int | None:
    """The bytes a container may use, if it is limited."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            return int((folder / name).read_text())
        except (OSError, ValueError):
            continue
    return None


def memory_there(device: torch.device) -> float:
    """The bytes of a device, of this machine or container for the CPU, infinite where nobody can tell."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if device.type in ("cpu", "mps"):
        return min(int(psutil.virtual_memory().total), memory_limit() or math.inf)
    return math.inf


def check_memory(
    n: int,
    depth: int,
    candidates: tuple[Ansatz, ...],
    dtype: torch.dtype,
    *,
    n_blocks: int = 1,
    device: torch.device | str | None = None,
    backend: str = "auto",
    recompute: bool = False,
) -> None:
    """ValueError if the simulation would not fit in the memory of its device, saying what would do."""
    place = torch.device("cpu" if device is None else device)
    compiled = place.type == "cpu" and backend != "torch"
    there = memory_there(place)

    def needed(n: int = n, count: int = len(candidates), recompute: bool = recompute) -> int:
        return memory_estimate(
            n,
            depth,
            candidates[:count],
            dtype,
            n_blocks=n_blocks,
            compiled=compiled,
            recompute=recompute,
            device=place,
        )

    if n <= _MAX_QUBITS and needed() <= there:
        return
    holder = "this machine" if place.type == "cpu" else place
    message = f"{n} qubits and {depth} layers need about {_gigabytes(needed())}; {holder} has {_gigabytes(there)}"
    if n > _MAX_QUBITS:
        message += f", and more than {_MAX_QUBITS} qubits cannot be simulated here"
    would_do = []
    if n <= _MAX_QUBITS:
        if compiled and n_blocks == 1 and needed(recompute=True) <= min(there, needed() - 1):
            would_do.append(f"recompute=True (about {_gigabytes(needed(recompute=True))})")
        fewer = [count for count in range(1, len(candidates)) if needed(count=count) <= there]
        if fewer:
            would_do.append(f"the first {fewer[-1]} candidates alone (about {_gigabytes(needed(count=fewer[-1]))})")
    smaller = [size for size in range(1, min(n, _MAX_QUBITS + 1)) if _fits(candidates, size) and needed(size) <= there]
    if smaller:
        would_do.append(f"{smaller[-1]} qubits (about {_gigabytes(needed(smaller[-1]))})")
    raise ValueError(message + (f". What would do: {', or '.join(would_do)}" if would_do else ""))


def _fits(candidates: tuple[Ansatz, ...], n: int) -> bool:
    """Whether so many qubits have all wires that custom CNOTs name."""
    try:
        return all(ansatz.cnots(n) is not None for ansatz in candidates)
    except ValueError:
        return False


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:,.1f} GB"
