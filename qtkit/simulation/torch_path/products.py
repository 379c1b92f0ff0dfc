"""States times matrices: the few large products that a circuit is made of.

Qubits are taken in groups. A group's matrix `(2**k, 2**k)` acts on the leading k qubits and moves them to the end: one
plain matrix product does both, whatever the number of qubits, and after all groups each qubit is back in its place.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import torch
from torch import Tensor

from qtkit.simulation.torch_path.precision import product
from qtkit.simulation.torch_path.tables import table

# Qubits of a group: larger groups do more arithmetic, smaller ones more passes over memory. Steps with groups of at
# most 4, 5, 6, 7, 8 took 138, 99, 90, 91, 168 ms at n = 24 and 22, 20, 14, 15, 17 ms at n = 17; one product alone is
# quickest with 5 (0.31 ms, 6: 0.38), but there are more of them (`python benchmarks/gpu.py --tune`, NVIDIA H200).
_MOST_ON_CPU, _MOST = 4, 6
_CHUNK = 128  # the least length of a sum that is split no further
_CHUNKS = 512  # that many partial sums keep a large device busy


def group_sizes(n: int, device: torch.device) -> tuple[int, ...]:
    """How many qubits each product takes, as even as can be."""
    most = _MOST_ON_CPU if device.type == "cpu" else _MOST
    count = -(-n // most)
    return tuple(n // count + (i < n % count) for i in range(count))


def kron_groups(gates: Tensor, sizes: Sequence[int]) -> list[Tensor]:
    """Each group's matrix: of `gates` `(..., n, 2, 2)`, one a qubit, the tensor products `(..., 2**k, 2**k)`."""
    return [functools.reduce(_kron, group.unbind(-3)) for group in gates.split(tuple(sizes), dim=-3)]


def _kron(left: Tensor, right: Tensor) -> Tensor:
    product = left[..., :, None, :, None] * right[..., None, :, None, :]
    rows = left.shape[-1] * right.shape[-1]
    return product.reshape(*product.shape[:-4], rows, rows)


def multiply(states: Tensor, transposed: Tensor) -> Tensor:
    """A matrix on the leading qubits of each of B states, which become the last ones, `(B, 2**n / m, m)`.

    Arguments:
        states: B times `2**n` numbers, in any shape.
        transposed: the matrix of each state, transposed, `(B, m, m)`.
    """
    rows, m = transposed.shape[:2]
    return product(states.reshape(rows, m, -1).transpose(1, 2), transposed)


def select(rows: Tensor, index: Tensor) -> Tensor:
    """`rows[:, index]` of `(P, M)`."""
    if rows.device.type != "cpu":
        return rows.index_select(1, index)
    # PyTorch on the CPU is fast along the only dimension, and slow along the last of several.
    return (
        torch.stack([row.index_select(0, index) for row in rows]) if len(rows) > 1 else rows[0].index_select(0, index)
    )


def overlap_last(pair: Tensor, rows: int, m: int) -> Tensor:
    """`sum_r s[r, a] conj(c[r, b])` over all but the last qubits of states and cotangents, `(rows, m * m)`.

    The sum is long and its result small: it is cut into partial sums, a product each.

    Arguments:
        pair: the states, then the cotangents, `rows` times `2**n` numbers each, in any shape.
        rows: how many states there are.
        m: the size of the last qubits.
    """
    length = pair.numel() // (2 * rows * m)
    chunks = max(1, min(length // _CHUNK, _CHUNKS // rows))
    chunks = 1 << (chunks.bit_length() - 1)
    states, cotangents = pair.reshape(2, rows * chunks, length // chunks, m).unbind(0)
    partial = product(states.transpose(1, 2), cotangents.conj() if pair.is_complex() else cotangents)
    return partial.reshape(rows, chunks, m * m).sum(1) if chunks > 1 else partial.reshape(rows, m * m)


def walsh_hadamard(vectors: Tensor) -> Tensor:
    """The unnormalised transform `out[y] = sum_x (-1)**(x.y) vector[x]` of each vector, `(2**n,)` or `(C, 2**n)`."""
    size, found = vectors.shape[-1], vectors
    rows = vectors.numel() // size
    for k in group_sizes(size.bit_length() - 1, vectors.device):
        found = multiply(found, _hadamard(k, vectors.dtype, vectors.device).expand(rows, -1, -1))
    return found.reshape(vectors.shape)


@table(maxsize=64)
def _hadamard(k: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Signs `(-1)**(x.y)`, `(2**k, 2**k)`."""
    one = torch.tensor([[1, 1], [1, -1]], dtype=dtype, device=device)
    return functools.reduce(_kron, [one] * k, torch.ones(1, 1, dtype=dtype, device=device))
