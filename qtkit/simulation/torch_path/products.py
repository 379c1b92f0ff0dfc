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

_MOST_ON_CPU, _MOST = 4, 6  # qubits of a group: larger groups do more arithmetic, smaller ones more passes over memory
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


def multiply(states: Tensor, matrix: Tensor) -> Tensor:
    """`matrix` on the leading qubits of `states` `(B, 2**n)`, which become the last ones.

    Arguments:
        matrix: `(B, m, m)`, or `(1, m, m)` for all rows.
    """
    rows, m = len(states), matrix.shape[-1]
    leading_last = states.reshape(rows, m, -1).transpose(1, 2)  # (B, 2**n / m, m)
    return product(leading_last, matrix.expand(rows, m, m).transpose(1, 2)).reshape(rows, -1)


def select(rows: Tensor, index: Tensor) -> Tensor:
    """`rows[:, index]` of `(P, M)`."""
    if rows.device.type != "cpu":
        return rows.index_select(1, index)
    # PyTorch on the CPU is fast along the only dimension, and slow along the last of several.
    return (
        torch.stack([row.index_select(0, index) for row in rows]) if len(rows) > 1 else rows[0].index_select(0, index)
    )


def overlap_last(states: Tensor, cotangents: Tensor, m: int) -> Tensor:
    """`sum_r s[r, a] conj(c[r, b])` over all but the last qubits of `(B, 2**n)`, `(B, m, m)`.

    The sum is long and its result small: it is cut into partial sums, a product each.
    """
    rows, length = len(states), states.shape[-1] // m
    chunks = max(1, min(length // _CHUNK, _CHUNKS // rows))
    chunks = 1 << (chunks.bit_length() - 1)
    left, right = (x.reshape(rows * chunks, length // chunks, m) for x in (states, cotangents.conj()))
    return product(left.transpose(1, 2), right).reshape(rows, chunks, m, m).sum(1)


def walsh_hadamard(vectors: Tensor) -> Tensor:
    """The unnormalised transform `out[y] = sum_x (-1)**(x.y) vector[x]` of each vector, `(2**n,)` or `(C, 2**n)`."""
    rows = vectors.reshape(-1, vectors.shape[-1])
    for k in group_sizes(vectors.shape[-1].bit_length() - 1, vectors.device):
        rows = multiply(rows, _hadamard(k, vectors.dtype, vectors.device)[None])
    return rows.reshape(vectors.shape)


@functools.lru_cache(maxsize=64)
def _hadamard(k: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """Signs `(-1)**(x.y)`, `(2**k, 2**k)`."""
    one = torch.tensor([[1, 1], [1, -1]], dtype=dtype, device=device)
    return functools.reduce(_kron, [one] * k, torch.ones(1, 1, dtype=dtype, device=device))
