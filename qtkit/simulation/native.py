"""The weighted sum of circuits on the CPU: compiled kernels behind one `torch.autograd.Function`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.simulation import kernels
from qtkit.simulation.passes import CIRCUITS, Circuit, Turns
from qtkit.simulation.structure import Structure, structure
from qtkit.simulation.threads import in_parallel
from qtkit.simulation.workspace import Workspace


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """As `qtkit.simulation.ensemble`, for tensors on the CPU. It can be differentiated once.

    Circuits run on up to `qtkit.simulation.get_num_threads()` threads, one each; results do not depend on their number.
    """
    total: Tensor = _Ensemble.apply(candidates, angles, weights)
    return total


class _Ensemble(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
        how = plan_of(candidates, *angles.shape[-2:], shared=angles.ndim == 2)
        keep = any(ctx.needs_input_grad)
        ctx.evaluation = Evaluation(how, angles.detach().numpy(), weights.detach().numpy(), keep=keep)
        return torch.from_numpy(ctx.evaluation.total)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[None, Tensor, Tensor]:
        if torch.is_grad_enabled():
            raise RuntimeError(
                "the compiled circuits can be differentiated once; a second derivative needs backend='torch'"
            )
        by_angle, by_weight = ctx.evaluation.gradients(upstream.contiguous().numpy())
        return None, torch.from_numpy(by_angle), torch.from_numpy(by_weight)


class Evaluation:
    """The weighted sum at some angles and weights, and what its gradient needs.

    Arguments:
        plan: of the candidates.
        angles: in radians, `(L, n)` or `(N, L, n)`; copied.
        weights: `(N,)`.
        keep: whether `gradients` will be asked for.

    Attributes:
        total: the sum, `(2**n,)`.
    """

    def __init__(self, plan: Plan, angles: np.ndarray, weights: np.ndarray, *, keep: bool) -> None:
        sets = np.array(angles, order="C")  # a copy: the optimiser changes the angles
        n = sets.shape[-1]
        self._plan, self._shape = plan, sets.shape
        self._turns = [Turns(sets)] if sets.ndim == 2 else [Turns(own) for own in sets]
        probabilities = Workspace((len(plan.circuits), 2**n), sets.dtype)
        self._kept = in_parallel(
            [
                functools.partial(circuit.forward, self._turns[k], row, keep=keep)
                for circuit, k, row in zip(plan.circuits, plan.angle_sets, probabilities.array, strict=True)
            ],
            n,
        )
        self._sums = np.bincount(plan.group_of, weights, 2 + len(plan.circuits)).astype(sets.dtype)
        self.total = np.empty(2**n, sets.dtype)
        kernels.combine(self._sums, probabilities.array, self.total)

    def gradients(self, upstream: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of `sum(upstream * total)` by the angles, in their shape, and by the weights `(N,)`; `upstream` `(2**n,)`."""
        plan, dtype = self._plan, upstream.dtype
        gradients = np.zeros((len(plan.circuits), *self._shape[-2:]), dtype)
        jobs = [
            functools.partial(circuit.backward, self._turns[k], kept, upstream, weight, gradient)
            for circuit, k, kept, weight, gradient in zip(
                plan.circuits, plan.angle_sets, self._kept, self._sums[2:], gradients, strict=True
            )
        ]
        totals = in_parallel(jobs, self._shape[-1])
        by_group = np.array([_mean(upstream), upstream[0], *totals], dtype)  # in the order of the groups
        if len(self._shape) == 2:
            by_angle = gradients.sum(axis=0)
        else:
            by_angle = np.zeros(self._shape, dtype)
            by_angle[plan.angle_sets] = gradients
        return by_angle, by_group[plan.group_of]


def _mean(values: np.ndarray) -> Any:
    """The mean of `values`, 0 where it is rounding alone.

    It is the gradient of the uniform distribution's weight. That is exactly 0 behind a centred mapping, where the
    uniform distribution is subtracted again; an optimiser that divides by the gradient's size, such as Adam, would
    make a drift of what rounding leaves of it.
    """
    total = np.add.reduce(values)
    bound = _ROUNDING * _EPSILON[values.dtype] * np.add.reduce(np.abs(values))
    return total / len(values) if abs(total) > bound else 0.0


# Roundings of the size of the mean of |values|: in the values themselves, in their mean before, in this sum.
_ROUNDING = 4.0
_EPSILON = {np.dtype(kind): float(np.finfo(kind).eps) for kind in (np.float32, np.float64)}


_Gates = tuple[bool, tuple[CNOT, ...], tuple[str, ...]]  # Hadamards, one layer's CNOTs, each layer's rotation


@dataclass(frozen=True)
class Plan:
    """Which candidates share a distribution.

    `group_of` `(N,)` is each candidate's group: 0 and 1 are the uniform distribution and basis state 0, known without
    simulation; then one a circuit. `angle_sets` are the circuits' indices into the sets of angles.
    """

    group_of: np.ndarray
    circuits: list[Circuit]
    angle_sets: list[int]


@functools.lru_cache(maxsize=64)
def plan_of(candidates: tuple[Ansatz, ...], depth: int, n: int, *, shared: bool) -> Plan:
    """The plan of `candidates` at a size; `shared` angles are one set for all."""
    known: dict[Structure, list[int]] = {Structure.UNIFORM: [], Structure.BASIS: []}
    groups: dict[tuple[Structure, int, _Gates], list[int]] = {}
    for j, ansatz in enumerate(candidates):
        kind = structure(ansatz, depth)
        gates = (ansatz.hadamard, ansatz.cnots(n), ansatz.rotations(depth))  # equal gates, whatever their names
        if kind.depends_on_angles:
            groups.setdefault((kind, 0 if shared else j, gates), []).append(j)
        else:
            known[kind].append(j)
    simulated = sorted(groups, key=lambda key: key[0] is Structure.IQP)  # cheap ones last
    group_of = np.empty(len(candidates), np.intp)
    for k, group in enumerate([*known.values(), *(groups[key] for key in simulated)]):
        group_of[group] = k
    circuits = [CIRCUITS[key[0]](candidates[groups[key][0]], n, depth) for key in simulated]
    return Plan(group_of, circuits, [key[1] for key in simulated])
