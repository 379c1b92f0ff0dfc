"""Weighted sums of circuits: of their probabilities (equations 6 and 7), and of their states (stacked blocks)."""

from __future__ import annotations

import atexit
import functools
import operator

import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import Gates, group_candidates
from qtkit.simulation.steps import Steps, steps_of
from qtkit.simulation.structure import words_on
from qtkit.simulation.torch_path.batch import Batch, batch_of
from qtkit.simulation.torch_path.iqp import iqp_probabilities
from qtkit.simulation.torch_path.layers import run_layers
from qtkit.simulation.torch_path.programs import Programs
from qtkit.simulation.torch_path.recorders import CudaGraphs
from qtkit.simulation.torch_path.stepwise import run_steps
from qtkit.simulation.torch_path.tables import table
from qtkit.simulation.transforms import is_transformed
from qtkit.simulation.widths import qubits_of


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int | None = None) -> Tensor:
    """Equations 6 and 7: the weighted sum `(2**n,)` of the candidates' probabilities; on a GPU by CUDA graphs.

    Recorded are circuits in words alone; `n` is by default what the angles' width tells.
    """
    in_words = angles.shape[-1] == n and all(candidate.in_words for candidate in candidates)
    if angles.device.type == "cuda" and (n is None or in_words):
        return _programs(candidates, angles, weights)
    return mix(candidates, angles, weights, n)


def mix(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int | None = None) -> Tensor:
    """`ensemble`, operation by operation."""
    n = qubits_of(candidates, angles.shape[-1]) if n is None else n
    members = _members(candidates, angles.shape[-2], n, angles.ndim == 2, angles.dtype, angles.device)
    sums = (members * weights).sum(1)  # of each distribution's candidates
    total = sums[0] * 2.0**-n + torch.nn.functional.pad(sums[1:2], (0, 2**n - 1))
    simulated = _simulated(candidates, angles, n)
    if not simulated:
        return total + 0 * angles.sum()  # a gradient of zeros, as other circuits have
    parts = sums[2:].split([len(rows) for rows in simulated])
    for part, rows in zip(parts, simulated, strict=True):
        total = total + (part[:, None] * rows).sum(0)
    return total


_programs = Programs(mix, CudaGraphs)
atexit.register(_programs.clear)  # while CUDA is still there


def candidate_probabilities(candidates: tuple[Ansatz, ...], angles: Tensor, n: int | None = None) -> Tensor:
    """Every candidate's probabilities, `(N, 2**n)`."""
    n = qubits_of(candidates, angles.shape[-1]) if n is None else n
    grouping = group_candidates(candidates, angles.shape[-2], n, shared=angles.ndim == 2)
    uniform = angles.new_full((1, 2**n), 2.0**-n)
    basis = torch.nn.functional.pad(angles.new_ones(1, 1), (0, 2**n - 1))
    distinct = torch.cat([torch.cat([uniform, basis]) + 0 * angles.sum(), *_simulated(candidates, angles, n)])
    return distinct[torch.from_numpy(grouping.members().argmax(0)).to(angles.device)]


def probabilities(ansatz: Ansatz, angles: Tensor, n: int | None = None) -> Tensor:
    """The measurement probabilities `(2**n,)` of `ansatz` at `angles` `(L, A)`."""
    return candidate_probabilities((ansatz,), angles, n)[0]


def _simulated(candidates: tuple[Ansatz, ...], angles: Tensor, n: int) -> list[Tensor]:
    """The distinct distributions that depend on angles, in the order of `Grouping.members`, as rows of one or more."""
    grouping = group_candidates(candidates, angles.shape[-2], n, shared=angles.ndim == 2)
    found = []
    for circuits in (grouping.real, grouping.complex):
        if circuits:
            states = run_layers(batch_of(tuple(circuits), n, angles.dtype, angles.device), angles[..., :n])
            found.append(_squares(states))
    if grouping.iqp:
        found.append(iqp_probabilities(tuple(grouping.iqp), angles[..., :n]))
    each = [(circuit.steps, angles if angles.ndim == 2 else angles[circuit.angle_set]) for circuit in grouping.general]
    return [*found, *(_squares(run_steps(steps, own)[None]) for steps, own in each)]


def _squares(states: Tensor) -> Tensor:
    return states.real**2 + states.imag**2 if states.is_complex() else states**2


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
    return _run_from(batch, angles, state[None])[0]


def _run_from(batch: Batch, angles: Tensor, states: Tensor | None) -> Tensor:
    if states is not None and states.is_complex() and batch.is_real:  # real layers act on both parts alike
        return torch.complex(*(run_layers(batch, angles, part) for part in (states.real, states.imag)))
    return run_layers(batch, angles, states)


def stack_ensembles(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int | None = None) -> Tensor:
    """M ensemble layers in sequence: `angles` `(M, L, A)` or `(M, N, L, A)`, `weights` `(M, N)`, out `(2**n,)`.

    The paper gives no formula for M > 1 (end of section V). This is our reading: block m maps a state `|s>` to
    `sum_j w[m, j] U_j(Theta[m]) |s>`, each candidate acting linearly; its start stands only before the first block;
    the state is normalised at the end. A sum of unitaries is no circuit: a machine would need ancillas and keep some of
    its shots only (post-selection). With M = 1 it is not equation 7, which adds probabilities, where this adds
    amplitudes.

    Raises:
        ValueError: for angles that fit no number of qubits; for weights of more or fewer blocks than the angles; if the
            weighted sum of states vanishes, so that there is no direction to normalise; on the CPU only, where looking
            costs no waiting. Elsewhere the result is NaN.
    """
    n, depth = qubits_of(candidates, angles.shape[-1]) if n is None else n, angles.shape[-2]
    state: Tensor | None = None
    for block_angles, block_weights in zip(angles, weights, strict=True):
        circuits: dict[Gates, list[int]] = {}
        others: list[Tensor] = []
        for j, candidate in enumerate(candidates):
            words = words_on(candidate, n, depth)
            if words is None:
                own_angles = block_angles[j] if block_angles.ndim == 3 else block_angles
                others.append(block_weights[j] * run_steps(_steps(candidate, n, own_angles, state), own_angles, state))
                continue
            own = Gates(words[0] and state is None, *words[1:], j if block_angles.ndim == 3 else 0)
            circuits.setdefault(own, []).append(j)
        if circuits:
            batch = batch_of(tuple(circuits), n, angles.dtype, angles.device)
            before = None if state is None else state.expand(len(batch), -1)
            states = _run_from(batch, block_angles[..., :n], before)
            sums = torch.stack([block_weights[group].sum() for group in circuits.values()])
            others.insert(0, (sums[:, None] * states).sum(0))
        state = functools.reduce(operator.add, others)
    assert state is not None
    unnormalised = _squares(state)
    norm = unnormalised.sum()
    if norm.device.type == "cpu" and not is_transformed() and not norm > 0:
        raise ValueError("the stacked ensemble's state is zero: the structural weights cancel all candidates")
    return unnormalised / norm


def _steps(candidate: Ansatz, n: int, angles: Tensor, state: Tensor | None) -> Steps:
    """The steps of a block's candidate: without its start where there is a state before."""
    return steps_of(candidate, n, *angles.shape, starts=state is None, from_zero=state is None)
