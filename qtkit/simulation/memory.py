"""How much memory a simulation needs, told before it is started, and what would need less."""

from __future__ import annotations

import math
from pathlib import Path

import psutil
import torch

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import Grouping, group_candidates
from qtkit.simulation.native.rooms import room_of, room_of_steps
from qtkit.simulation.native.workspace import POOL_BYTES
from qtkit.simulation.steps import Move
from qtkit.simulation.structure import Structure
from qtkit.simulation.threads import THREADED_FROM, get_num_threads

MAX_QUBITS = 30  # indices are int32
_VECTOR_BYTES = 64  # the least that a state takes, see `qtkit.simulation.kernels.vector`


def memory_estimate(
    n: int,
    depth: int,
    candidates: tuple[Ansatz, ...],
    dtype: torch.dtype,
    *,
    n_blocks: int = 1,
    compiled: bool = True,
    recompute: bool = False,
    shared: bool = True,
    device: torch.device | None = None,
) -> int:
    """Bytes that one value and gradient need, about and at the most.

    Arguments:
        n_blocks: M, blocks in sequence; more than one go by the torch path.
        compiled: by the compiled kernels, or else by the torch path.
        recompute: see `qtkit.simulation.ensemble`.
        shared: whether all candidates have one set of angles; else equal circuits are simulated each.
        device: where the torch path runs, the CPU by default.
    """
    on_gpu = device is not None and device.type == "cuda"
    grouping = group_candidates(candidates, depth, n, shared=shared)
    if n_blocks > 1:
        states = _complex_rows(candidates) * (_TORCH_ROWS + 2 * n_blocks) + n_blocks * _torch_rows_of_steps(grouping)
    elif not compiled:
        rows = len(grouping.real) + 2 * len(grouping.complex) + len(grouping.iqp)
        states = 4 + (_GPU_ROWS if on_gpu else _TORCH_ROWS) * rows + _torch_rows_of_steps(grouping)
    else:
        return _of_kernels(grouping, depth, n, dtype.itemsize, recompute)
    return (1 << n) * dtype.itemsize * states + (_GPU_WORKSPACE if on_gpu else 0)


# Of a circuit's states the torch path holds the last, its square, the derivatives of both, and, on the way back, state
# and cotangent before and after a step, with the tables of the CNOTs.
_TORCH_ROWS = 16

# On a GPU the peak was 6.2 and 6.0 states a circuit for n = 24 and 26 (2.77 and 10.75 GB, `python benchmarks/gpu.py`,
# NVIDIA H200). Beside them cuBLAS takes 32 MiB for each of two threads, plainly and where CUDA graphs are recorded: at
# small sizes that is nearly all.
_GPU_ROWS = 7
_GPU_WORKSPACE = 200_000_000


def _torch_rows_of_steps(grouping: Grouping) -> int:
    """Real vectors that PyTorch's gradient keeps of circuits of any gates: a step's state, and copies of its parts."""
    rows = 0
    for circuit in grouping.general:
        rows += (1 if circuit.steps.is_real else 2) * 3 * (4 + len(circuit.steps.steps))
    return rows


def _of_kernels(grouping: Grouping, depth: int, n: int, itemsize: int, recompute: bool) -> int:
    """Bytes that the compiled kernels take: vectors of a state's length, numbers for each angle, and tables.

    Beside the states are the sum and its gradient. Where states are computed again, they are there a part of the
    circuits at a time, the sum once more, and the room of the first pass waits to be used again.
    """
    state = max((1 << n) * itemsize, _VECTOR_BYTES)
    width = max([n, *(circuit.steps.angles for circuit in grouping.general)])
    others = _tables(grouping, n, state) + _A_ANGLE * len(grouping.candidates()) * (depth + 1) * width * itemsize
    if not recompute:
        return (2 + _vectors(grouping, depth, n, state, keep=True)) * state + others
    first = _vectors(grouping, depth, n, state, keep=False) * state
    again = max([0, *(_vectors(part, depth, n, state, keep=True) for part in grouping.by_cnots())]) * state
    return 4 * state + max(first, again + min(first, POOL_BYTES)) + others


_A_ANGLE = 6
"""Numbers for each angle of each candidate: itself and its copy, two for the kernels, gradients of circuit and sum."""


def _vectors(grouping: Grouping, depth: int, n: int, state: int, *, keep: bool) -> int:
    """Each circuit's probabilities and what it keeps, and what threads work with, if there is to be a gradient.

    Else what is kept by those that are run at a time is used again by others of the structure.
    """
    of_structure = (
        (Structure.REAL, grouping.real),
        (Structure.COMPLEX, grouping.complex),
        (Structure.IQP, grouping.iqp),
    )
    rooms = [(room_of(structure, depth, state, keep=keep), len(circuits)) for structure, circuits in of_structure]
    reals = [circuit.steps.is_real for circuit in grouping.general]
    rooms += [(room_of_steps(is_real=is_real), reals.count(is_real)) for is_real in (True, False)]
    vectors, threads = 0, get_num_threads()
    for room, count in rooms:
        one_by_one = min(threads, count)
        at_once = one_by_one if n >= THREADED_FROM and not keep else count
        vectors += count + room.kept * at_once + (room.work * one_by_one if keep else 0)
    return vectors


def _tables(grouping: Grouping, n: int, state: int) -> int:
    """Bytes of the tables that are kept from one call to the next, at the most.

    Of each layer of CNOTs the images and sources of all indices, as they are made, as they are read lane by lane, and
    as circuits have them that read all; the parities of the indices, and for complex circuits two tables of phases.
    """
    layers = {gates.cnots for gates in (*grouping.real, *grouping.complex, *grouping.iqp)}
    numbers = 4 if grouping.complex else 2 if grouping.iqp else 0
    moves = {step for circuit in grouping.general for step in circuit.steps.steps if isinstance(step, Move)}
    return 6 * (len(layers) + len(moves)) * (4 << n) + (numbers + 2 * len(moves)) * state


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
    shared: bool = True,
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
            shared=shared,
            device=place,
        )

    if n <= MAX_QUBITS and needed() <= there:
        return
    holder = "this machine" if place.type == "cpu" else place
    message = (
        f"{n} qubits and {depth} layers need about {bytes_in_words(needed())}; {holder} has {bytes_in_words(there)}"
    )
    if n > MAX_QUBITS:
        message += f", and more than {MAX_QUBITS} qubits cannot be simulated here"
    would_do = []
    if n <= MAX_QUBITS:
        if compiled and n_blocks == 1 and needed(recompute=True) <= min(there, needed() - 1):
            would_do.append(f"recompute=True (about {bytes_in_words(needed(recompute=True))})")
        fewer = [count for count in range(1, len(candidates)) if needed(count=count) <= there]
        if fewer:
            would_do.append(f"the first {fewer[-1]} candidates alone (about {bytes_in_words(needed(count=fewer[-1]))})")
    smaller = [size for size in range(1, min(n, MAX_QUBITS + 1)) if _fits(candidates, size) and needed(size) <= there]
    if smaller:
        would_do.append(f"{smaller[-1]} qubits (about {bytes_in_words(needed(smaller[-1]))})")
    raise ValueError(message + (f". What would do: {', or '.join(would_do)}" if would_do else ""))


def _fits(candidates: tuple[Ansatz, ...], n: int) -> bool:
    """Whether so many qubits have all wires that the circuits name."""
    try:
        for ansatz in candidates:
            ansatz.check_fits(n)
    except ValueError:
        return False
    return True


def bytes_in_words(count: float) -> str:
    """Such as `"0.4 GB"`, and below 50 million `"1.2 MB"`."""
    return f"{count / 1e9:,.1f} GB" if count >= 5e7 else f"{count / 1e6:,.1f} MB"
