"""Mixtures of layers as quantum channels: each layer is one of several by chance, and the state a density matrix.

`rho -> sum_k z_k U_k rho U_k^dagger` stays a density matrix, and its diagonal a distribution that a machine can give:
it draws a layer each time it runs. Plain torch, exact, any number of derivatives; for a few qubits, as a density matrix
has `4**n` numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.steps import steps_of
from qtkit.simulation.torch_path.stepwise import run_steps

CHANNEL_QUBITS = 9
"""The most qubits: a density matrix of nine takes 4 MB in float64, and each layer keeps one for each choice."""


def mix_layers(
    starts: Sequence[Ansatz], start_weights: Tensor, layers: Sequence[Ansatz], weights: Tensor, angles: Tensor, n: int
) -> Tensor:
    """The distribution `(2**n,)` after L layers, each one of K by chance, differentiable.

    Arguments:
        starts: circuits whose starts there are, S of them.
        start_weights: their chances `(S,)`.
        layers: circuits whose layers there are, K of them: in layer l that which each has there.
        weights: their chances `(L, K)`.
        angles: in radians, `(L, A)`, or `(K, L, A)`, a set for each choice.
        n: qubits.
    """
    depth = len(weights)
    begun = torch.stack([_started(ansatz, angles, n) for ansatz in starts])  # (S, 2**n)
    state = torch.einsum("s,si,sj->ij", start_weights.to(begun.dtype), begun, begun.conj())
    for layer in range(depth):
        own = [angles if angles.ndim == 2 else angles[k] for k in range(len(layers))]
        turns = torch.stack([_unitary(ansatz, own[k][layer], layer, n) for k, ansatz in enumerate(layers)])
        chances = weights[layer].to(state.dtype)
        state = torch.einsum("k,kij,jl,kml->im", chances, turns, state, turns.conj())
    return state.diagonal().real


def _started(ansatz: Ansatz, angles: Tensor, n: int) -> Tensor:
    """The state `(2**n,)` before the first layer, complex."""
    none = angles.new_empty(0, ansatz.angles_per_layer(n))
    return run_steps(steps_of(ansatz, n, 0, none.shape[1]), none).to(angles.dtype.to_complex())


def _unitary(ansatz: Ansatz, row: Tensor, layer: int, n: int) -> Tensor:
    """What an ansatz does in this layer, `(2**n, 2**n)`, complex; `row` are its angles there, `(A,)` or more."""
    parts = ansatz.layers
    alone = Ansatz(layer=[parts[layer % len(parts)]])
    width = ansatz.angles_per_layer(n)
    steps = steps_of(alone, n, 1, width, starts=False)
    basis = torch.eye(2**n, dtype=row.dtype.to_complex(), device=row.device)
    images = torch.vmap(lambda state: run_steps(steps, row[None, :width], state))(basis)
    return images.T
