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
from qtkit.circuits.elements import Operation
from qtkit.simulation.steps import steps_of, steps_of_gate
from qtkit.simulation.torch_path.stepwise import run_steps

CHANNEL_QUBITS = 9
"""The most qubits: a density matrix of nine takes 4 MB in float64, and each layer keeps one for each choice."""


def mix_layers(
    starts: Sequence[Ansatz],
    start_weights: Tensor,
    layers: Sequence[Ansatz],
    weights: Tensor,
    angles: Tensor,
    n: int,
    *,
    gate_error: float = 0.0,
) -> Tensor:
    """The distribution `(2**n,)` after L layers, each one of K by chance, differentiable.

    Arguments:
        starts: circuits whose starts there are, S of them.
        start_weights: their chances `(S,)`.
        layers: circuits whose layers there are, K of them: in layer l that which each has there.
        weights: their chances `(L, K)`.
        angles: in radians, `(L, A)`, or `(K, L, A)`, a set for each choice.
        n: qubits.
        gate_error: the chance of a random Pauli error on each qubit after each gate that touches it, as in
            `qtkit.simulation.noise`, but exactly: each gate is followed by a depolarising channel.
    """
    depth = len(weights)
    if gate_error:
        zero = torch.zeros(2**n, 2**n, dtype=angles.dtype.to_complex(), device=angles.device)
        zero[0, 0] = 1
        parts = [(ansatz.operations(n, 0)[0], angles.new_empty(0)) for ansatz in starts]
        state = _mixed(zero, parts, start_weights, n, gate_error)
    else:
        begun = torch.stack([_started(ansatz, angles, n) for ansatz in starts])  # (S, 2**n)
        state = torch.einsum("s,si,sj->ij", start_weights.to(begun.dtype), begun, begun.conj())
    for layer in range(depth):
        rows = [angles[layer] if angles.ndim == 2 else angles[k, layer] for k in range(len(layers))]
        own = list(zip(layers, rows, strict=True))
        if gate_error:
            parts = [(ansatz.operations(n, depth)[1 + layer], row) for ansatz, row in own]
            state = _mixed(state, parts, weights[layer], n, gate_error)
        else:
            turns = torch.stack([_unitary(ansatz, row, layer, n) for ansatz, row in own])  # (K, 2**n, 2**n)
            state = torch.einsum("k,kij,jl,kml->im", weights[layer].to(state.dtype), turns, state, turns.conj())
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
    steps = steps_of(alone, n, 1, width, starts=False, from_zero=False)
    basis = torch.eye(2**n, dtype=row.dtype.to_complex(), device=row.device)
    images = torch.vmap(lambda state: run_steps(steps, row[None, :width], state))(basis)
    return images.T


def _mixed(
    state: Tensor, parts: Sequence[tuple[Sequence[Operation], Tensor]], chances: Tensor, n: int, gate_error: float
) -> Tensor:
    """The density matrix after one of these lists of gates by chance, each with its row of angles."""
    ended = torch.zeros_like(state)
    for (gates, row), chance in zip(parts, chances.to(state.dtype), strict=True):
        after = state
        for gate in gates:
            after = _through(after, gate, row, n)
            for wire in gate.wires:
                after = _depolarised(after, wire, n, gate_error)
        ended = ended + chance * after
    return ended


def _through(state: Tensor, gate: Operation, row: Tensor, n: int) -> Tensor:
    """`U rho U^dagger` of a gate."""
    steps = steps_of_gate(gate, n)
    on_each = torch.vmap(lambda column: run_steps(steps, row[None], column))
    once: Tensor = on_each(state.T).T  # U rho, column by column
    twice: Tensor = on_each(once.conj()).conj()  # (U (U rho)^dagger)^dagger
    return twice


def _depolarised(state: Tensor, wire: int, n: int, chance: float) -> Tensor:
    """`(1 - chance) rho` and a third of the chance for each of `X rho X`, `Y rho Y`, `Z rho Z` on a wire.

    The four Paulis' sum, rho itself among them, is twice the mean over the qubit: `2 I (x) tr_wire(rho)`.
    """
    split = state.reshape(2**wire, 2, 2 ** (n - wire - 1), 2**wire, 2, 2 ** (n - wire - 1))
    traced = split[:, 0, :, :, 0] + split[:, 1, :, :, 1]  # (a, b, a, b)
    both = torch.eye(2, dtype=state.dtype, device=state.device)[None, :, None, None, :, None]
    mixed = both * traced[:, None, :, :, None]
    return ((1 - 4 * chance / 3) * split + 2 * chance / 3 * mixed).reshape(state.shape)
