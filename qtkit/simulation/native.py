"""The weighted sum of circuits on the CPU: compiled kernels behind one `torch.autograd.Function`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.ansatz import Ansatz
from qtkit.simulation import kernels
from qtkit.simulation.circuits import CIRCUITS, Circuit, Turns
from qtkit.simulation.structure import Structure, structure
from qtkit.simulation.threads import in_parallel
from qtkit.simulation.workspace import Workspace


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """As `qtkit.simulation.ensemble`, for tensors on the CPU. It can be differentiated once.

    Circuits run on up to `qtkit.simulation.get_num_threads()` threads, one each; results do not depend on their number.
    """
    return _Ensemble.apply(candidates, angles, weights)


class _Ensemble(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
        depth, n = angles.shape[-2:]
        plan = _plan(candidates, depth, n, shared=angles.ndim == 2)
        keep = any(ctx.needs_input_grad)
        sets = np.array(angles.detach().numpy(), order="C")  # a copy: the optimiser changes the angles
        turns = [Turns(sets)] if sets.ndim == 2 else [Turns(own) for own in sets]
        probabilities = Workspace((len(plan.circuits), 2**n), sets.dtype)
        kept = in_parallel(
            [
                functools.partial(circuit.forward, turns[k], row, keep=keep)
                for circuit, k, row in zip(plan.circuits, plan.angle_sets, probabilities.array, strict=True)
            ],
            n,
        )
        sums = plan.members.astype(sets.dtype) @ weights.detach().numpy()
        total = np.empty(2**n, sets.dtype)
        kernels.combine(sums, probabilities.array, total)
        ctx.plan, ctx.turns, ctx.kept, ctx.sums, ctx.shape = plan, turns, kept, sums, angles.shape
        return torch.from_numpy(total)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[None, Tensor, Tensor]:
        if torch.is_grad_enabled():
            raise RuntimeError(
                "the compiled circuits can be differentiated once; a second derivative needs backend='torch'"
            )
        plan, values = ctx.plan, upstream.contiguous().numpy()
        gradients = np.zeros((len(plan.circuits), *ctx.shape[-2:]), values.dtype)
        jobs = [
            functools.partial(circuit.backward, ctx.turns[k], kept, values, weight, gradient)
            for circuit, k, kept, weight, gradient in zip(
                plan.circuits, plan.angle_sets, ctx.kept, ctx.sums[2:], gradients, strict=True
            )
        ]
        totals = in_parallel(jobs, ctx.shape[-1])
        by_group = np.array([_mean(values), values[0], *totals], values.dtype)  # in the order of `members`
        if len(ctx.shape) == 2:
            by_angle = gradients.sum(axis=0)
        else:
            by_angle = np.zeros(ctx.shape, values.dtype)
            by_angle[plan.angle_sets] = gradients
        return None, torch.from_numpy(by_angle), torch.from_numpy(by_group @ plan.members.astype(values.dtype))


def _mean(values: np.ndarray) -> Any:
    """The mean of `values`, 0 where it is rounding alone.

    It is the gradient of the uniform distribution's weight. That is exactly 0 behind a centred mapping, where the
    uniform distribution is subtracted again; an optimiser that divides by the gradient's size, such as Adam, would
    make a drift of what rounding leaves of it.
    """
    mean = values.mean()
    bound = _ROUNDING * np.finfo(values.dtype).eps * np.abs(values).mean()
    return mean if abs(mean) > bound else values.dtype.type(0)


_ROUNDING = (
    4.0  # roundings of the size of the mean of |values|: in the values themselves, in their mean before, in this sum
)


@dataclass(frozen=True)
class _Plan:
    """Which candidates share a distribution.

    `members` `(2 + circuits, N)` is 1 where candidate j belongs to a group: the first two groups are the uniform
    distribution and basis state 0, known without simulation; then one a circuit. `angle_sets` are the circuits' indices
    into the sets of angles.
    """

    members: np.ndarray
    circuits: list[Circuit]
    angle_sets: list[int]


@functools.lru_cache(maxsize=64)
def _plan(candidates: tuple[Ansatz, ...], depth: int, n: int, *, shared: bool) -> _Plan:
    groups: dict[Any, list[int]] = {Structure.UNIFORM: [], Structure.BASIS: []}
    for j, ansatz in enumerate(candidates):
        kind = structure(ansatz, depth)
        gates = (ansatz.hadamard, ansatz.cnots(n), ansatz.rotations(depth))  # equal gates, whatever their names
        key = (kind is Structure.IQP, kind, 0 if shared else j, gates) if kind.depends_on_angles else kind
        groups.setdefault(key, []).append(j)
    simulated = sorted((key for key in groups if isinstance(key, tuple)), key=lambda key: key[0])  # cheap ones last
    members = np.zeros((2 + len(simulated), len(candidates)))
    for row, key in zip(members, (Structure.UNIFORM, Structure.BASIS, *simulated), strict=True):
        row[groups[key]] = 1
    circuits = [CIRCUITS[key[1]](candidates[groups[key][0]], n, depth) for key in simulated]
    return _Plan(members, circuits, [key[2] for key in simulated])
