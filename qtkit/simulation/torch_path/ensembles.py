"""Weighted sums of circuits: of their probabilities (equations 6 and 7), and of their states (stacked blocks)."""

from __future__ import annotations

import atexit

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import Gates, group_candidates
from qtkit.simulation.torch_path.batch import batch_of
from qtkit.simulation.torch_path.iqp import iqp_probabilities
from qtkit.simulation.torch_path.layers import run_layers
from qtkit.simulation.torch_path.programs import Programs
from qtkit.simulation.torch_path.recorders import CudaGraphs
from qtkit.simulation.torch_path.tables import table
from qtkit.simulation.transforms import is_transformed


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """Equations 6 and 7: the weighted sum `(2**n,)` of the candidates' probabilities; on a GPU by CUDA graphs."""
    return (_programs if angles.device.type == "cuda" else mix)(candidates, angles, weights)


def mix(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """`ensemble`, operation by operation."""
    n = angles.shape[-1]
    members = _members(candidates, angles.shape[-2], n, angles.ndim == 2, angles.dtype, angles.device)
    sums = (members * weights).sum(1)  # of each distribution's candidates
    total = sums[0] * 2.0**-n + torch.nn.functional.pad(sums[1:2], (0, 2**n - 1))
    simulated = _simulated(candidates, angles)
    if not simulated:
        return total + 0 * angles.sum()  # a gradient of zeros, as other circuits have
    parts = sums[2:].split([len(rows) for rows in simulated])
    for part, rows in zip(parts, simulated, strict=True):
        total = total + (part[:, None] * rows).sum(0)
    return total


_programs = Programs(mix, CudaGraphs)
atexit.register(_programs.clear)  # while CUDA is still there


def candidate_probabilities(candidates: tuple[Ansatz, ...], angles: Tensor) -> Tensor:
    """Every candidate's probabilities, `(N, 2**n)`."""
    n = angles.shape[-1]
    grouping = group_candidates(candidates, angles.shape[-2], n, shared=angles.ndim == 2)
    uniform = angles.new_full((1, 2**n), 2.0**-n)
    basis = torch.nn.functional.pad(angles.new_ones(1, 1), (0, 2**n - 1))
    distinct = torch.cat([torch.cat([uniform, basis]) + 0 * angles.sum(), *_simulated(candidates, angles)])
    return distinct[torch.from_numpy(grouping.members().argmax(0)).to(angles.device)]


def probabilities(ansatz: Ansatz, angles: Tensor) -> Tensor:
    """The measurement probabilities `(2**n,)` of `ansatz` at `angles` `(L, n)`."""
    return candidate_probabilities((ansatz,), angles)[0]


def _simulated(candidates: tuple[Ansatz, ...], angles: Tensor) -> list[Tensor]:
    """The distinct distributions that depend on angles, in the order of `Grouping.members`, as rows of one or more."""
    n = angles.shape[-1]
    grouping = group_candidates(candidates, angles.shape[-2], n, shared=angles.ndim == 2)
    found = []
    for circuits in (grouping.real, grouping.complex):
        if circuits:
            states = run_layers(batch_of(tuple(circuits), n, angles.dtype, angles.device), angles)
            found.append(states.real**2 + states.imag**2 if states.is_complex() else states**2)
    if grouping.iqp:
        found.append(iqp_probabilities(tuple(grouping.iqp), angles))
    return found


@table(maxsize=64)
def _members(
    candidates: tuple[Ansatz, ...], depth: int, n: int, shared: bool, dtype: torch.dtype, device: torch.device
) -> Tensor:
    members = group_candidates(candidates, depth, n, shared=shared).members()
    return torch.from_numpy(members).to(device=device, dtype=dtype)


def start_state(ansatz: Ansatz, n: int, like: Tensor) -> Tensor:
    """The real amplitudes `(2**n,)` before the first layer."""
    if ansatz.hadamard:
        return like.new_full((2**n,), 2.0 ** (-n / 2))
    return torch.nn.functional.pad(like.new_ones(1), (0, 2**n - 1))


def apply_layers(ansatz: Ansatz, state: Tensor, angles: Tensor) -> Tensor:
    """The layers of `ansatz` (no Hadamards) acting on `state` `(2**n,)`, which is complex unless all layers are RY."""
    depth, n = angles.shape
    gates = Gates(False, ansatz.cnots(n), ansatz.rotations(depth), 0)
    batch = batch_of((gates,), n, angles.dtype, angles.device)
    if state.is_complex() and batch.is_real:  # real layers act on both parts alike
        real, imaginary = (run_layers(batch, angles, part[None])[0] for part in (state.real, state.imag))
        return torch.complex(real, imaginary)
    return run_layers(batch, angles, state[None])[0]


def stack_ensembles(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """M ensemble layers in sequence: `angles` `(M, L, n)` or `(M, N, L, n)`, `weights` `(M, N)`, out `(2**n,)`.

    The paper gives no formula for M > 1 (end of section V). This is our reading: block m maps a state `|s>` to
    `sum_j w[m, j] U_j(Theta[m]) |s>`, each candidate acting linearly; Hadamards stand only before the first block;
    the state is normalised at the end. A sum of unitaries is no circuit: a machine would need ancillas and keep some of
    its shots only (post-selection). With M = 1 it is not equation 7, which adds probabilities, where this adds
    amplitudes.

    Raises:
        ValueError: if the weighted sum of states vanishes, so that there is no direction to normalise; on the CPU only,
            where looking costs no waiting. Elsewhere the result is NaN.
    """
    depth, n = angles.shape[-2:]
    state: Tensor | None = None
    for block_angles, block_weights in zip(angles, weights, strict=True):
        circuits: dict[Gates, list[int]] = {}
        for j, candidate in enumerate(candidates):
            starts = candidate.hadamard and state is None
            own = Gates(starts, candidate.cnots(n), candidate.rotations(depth), j if block_angles.ndim == 3 else 0)
            circuits.setdefault(own, []).append(j)
        batch = batch_of(tuple(circuits), n, angles.dtype, angles.device)
        states = run_layers(batch, block_angles, None if state is None else state.expand(len(batch), -1))
        sums = torch.stack([block_weights[group].sum() for group in circuits.values()])
        state = (sums[:, None] * states).sum(0)
    assert state is not None
    unnormalised = state.real**2 + state.imag**2 if state.is_complex() else state**2
    norm = unnormalised.sum()
    if norm.device.type == "cpu" and not is_transformed() and not norm > 0:
        raise ValueError("the stacked ensemble's state is zero: the structural weights cancel all candidates")
    return unnormalised / norm
