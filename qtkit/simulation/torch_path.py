"""The circuits in plain torch: any device, any number of derivatives. The reference for `qtkit.simulation.native`."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.permutation import cnot_sources, parity_masks
from qtkit.simulation.structure import Structure, structure
from qtkit.simulation.transforms import is_transformed

_GROUP = 4  # qubits rotated by one matrix product: larger groups do more arithmetic, smaller ones more passes


def probabilities(ansatz: Ansatz, angles: Tensor) -> Tensor:
    """The measurement probabilities `(2**n,)` of `ansatz` at `angles` `(L, n)`."""
    depth, n = angles.shape
    kind = structure(ansatz, depth)
    if kind is Structure.UNIFORM:
        return torch.full((2**n,), 2.0**-n, dtype=angles.dtype, device=angles.device) + 0 * angles.sum()
    if kind is Structure.BASIS:
        return _basis_state(n, angles) + 0 * angles.sum()
    if kind is Structure.IQP:
        return _iqp_probabilities(ansatz, angles)
    state = start_state(ansatz, n, angles)
    if kind is Structure.COMPLEX:
        state = state.to(torch.complex64 if angles.dtype == torch.float32 else torch.complex128)
    state = apply_layers(ansatz, state, angles)
    return state.abs() ** 2 if not state.is_complex() else state.real**2 + state.imag**2


def start_state(ansatz: Ansatz, n: int, like: Tensor) -> Tensor:
    """The real amplitudes `(2**n,)` before the first layer."""
    if ansatz.hadamard:
        return torch.full((2**n,), 2.0 ** (-n / 2), dtype=like.dtype, device=like.device)
    return _basis_state(n, like)


def apply_layers(ansatz: Ansatz, state: Tensor, angles: Tensor) -> Tensor:
    """The layers of `ansatz` (no Hadamards) acting on `state` `(2**n,)`, which is complex unless all layers are RY."""
    depth, n = angles.shape
    sources = torch.as_tensor(cnot_sources(ansatz.cnots(n), n).copy(), device=state.device)
    for rotation, layer in zip(ansatz.rotations(depth), angles, strict=True):
        state = _rotate(state[sources], layer, rotation)
    return state


def _basis_state(n: int, like: Tensor) -> Tensor:
    state = torch.zeros(2**n, dtype=like.dtype, device=like.device)
    state[0] = 1
    return state


def _rotate(state: Tensor, angles: Tensor, rotation: str) -> Tensor:
    """One rotation on every qubit: `state` `(2**n,)`, `angles` `(n,)`."""
    gates = _gates(angles, rotation, state.dtype)  # (n, 2, 2)
    n = len(angles)
    for first in range(0, n, _GROUP):
        matrix = functools.reduce(torch.kron, gates[first : first + _GROUP])  # (2**k, 2**k)
        state = matrix @ state.reshape(2**first, len(matrix), -1)
    return state.reshape(-1)


def _gates(angles: Tensor, rotation: str, dtype: torch.dtype) -> Tensor:
    cos, sin = torch.cos(angles / 2).to(dtype), torch.sin(angles / 2).to(dtype)
    zero = torch.zeros_like(cos)
    entries: tuple[Tensor, ...]
    if rotation == "ry":
        entries = (cos, -sin, sin, cos)
    elif rotation == "rx":
        entries = (cos, -1j * sin, -1j * sin, cos)
    else:
        entries = (cos - 1j * sin, zero, zero, cos + 1j * sin)
    return torch.stack(entries, dim=-1).reshape(-1, 2, 2)


def _iqp_probabilities(ansatz: Ansatz, angles: Tensor) -> Tensor:
    depth, n = angles.shape
    masks = torch.as_tensor(parity_masks(ansatz, n, depth).reshape(-1).copy(), device=angles.device)
    placed = torch.zeros(2**n, dtype=angles.dtype, device=angles.device).index_add(0, masks, angles.reshape(-1))
    phases = walsh_hadamard(placed) / 2
    real = walsh_hadamard(torch.cos(phases)) / 2**n
    imaginary = walsh_hadamard(torch.sin(phases)) / 2**n
    probabilities: Tensor = real**2 + imaginary**2
    return probabilities


def walsh_hadamard(vector: Tensor) -> Tensor:
    """The unnormalised transform `out[y] = sum_x (-1)**(x.y) vector[x]` of a `(2**n,)` vector."""
    size, half = vector.numel(), 1
    while half < size:
        pairs = vector.reshape(-1, 2, half)
        vector = torch.stack((pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]), dim=1)
        half *= 2
    return vector.reshape(-1)


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """Equations 6 and 7: the weighted sum `(2**n,)` of the candidates' probabilities."""
    total = angles.new_zeros(2 ** angles.shape[-1])
    for j, candidate in enumerate(candidates):
        own = angles if angles.ndim == 2 else angles[j]
        total = total + weights[j] * probabilities(candidate, own)
    return total


def stack_ensembles(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """M ensemble layers in sequence: `angles` `(M, L, n)` or `(M, N, L, n)`, `weights` `(M, N)`, out `(2**n,)`.

    The paper gives no formula for M > 1 (end of section V). This is our reading: block m maps a state `|s>` to
    `sum_j w[m, j] U_j(Theta[m]) |s>`, each candidate acting linearly; Hadamards stand only before the first block;
    the state is normalised at the end.

    Raises:
        ValueError: if the weighted sum of states vanishes, so that there is no direction to normalise.
    """
    n = angles.shape[-1]
    dtype = torch.complex64 if angles.dtype == torch.float32 else torch.complex128
    sources = [start_state(candidate, n, angles).to(dtype) for candidate in candidates]
    for block_angles, block_weights in zip(angles, weights, strict=True):
        total = angles.new_zeros(2**n, dtype=dtype)
        for j, (candidate, source) in enumerate(zip(candidates, sources, strict=True)):
            own = block_angles if block_angles.ndim == 2 else block_angles[j]
            total = total + block_weights[j] * apply_layers(candidate, source, own)
        sources = [total] * len(candidates)
    state = sources[0]
    unnormalised = state.real**2 + state.imag**2
    norm = unnormalised.sum()
    if not is_transformed() and not norm > 0:
        raise ValueError("the stacked ensemble's state is zero: the structural weights cancel all candidates")
    return unnormalised / norm
