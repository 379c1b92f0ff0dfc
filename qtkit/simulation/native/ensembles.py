"""The weighted sum of circuits on the CPU: compiled kernels behind one `torch.autograd.Function`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.grouping import General, group_candidates
from qtkit.simulation.kernels import pieces as kernels
from qtkit.simulation.native.passes import KINDS, Circuits
from qtkit.simulation.native.stepwise import StepwiseCircuits
from qtkit.simulation.native.workspace import Workspace
from qtkit.simulation.threads import THREADED_FROM, in_parallel

Parts = list[tuple[Circuits | StepwiseCircuits, range]]
"""Circuits with which of them are run in one job."""


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int) -> Tensor:
    """As `qtkit.simulation.ensemble`, for tensors on the CPU. It can be differentiated once.

    Circuits run on up to `qtkit.simulation.get_num_threads()` threads; results do not depend on their number.
    """
    total: Tensor = _Ensemble.apply(candidates, angles, weights, n)
    return total


class _Ensemble(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, n: int) -> Tensor:
        values, keep = angles.detach().numpy(), any(ctx.needs_input_grad)
        how = plan_of(candidates, values.shape[-2], n, values.dtype, shared=values.ndim == 2, width=values.shape[-1])
        ctx.evaluation = Evaluation(how, values, weights.detach().numpy(), keep=keep)
        return torch.from_numpy(ctx.evaluation.total)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[None, Tensor, Tensor, None]:
        if torch.is_grad_enabled():
            raise RuntimeError(
                "the compiled circuits can be differentiated once; a second derivative needs backend='torch'"
            )
        by_angle, by_weight = ctx.evaluation.gradients(upstream.contiguous().numpy())
        return None, torch.from_numpy(by_angle), torch.from_numpy(by_weight), None


class Evaluation:
    """The weighted sum at some angles and weights, and what its gradient needs.

    Arguments:
        plan: of the candidates.
        angles: in radians, `(L, A)` or `(N, L, A)`; copied.
        weights: `(N,)`.
        keep: whether `gradients` will be asked for.

    Attributes:
        total: the sum, `(2**n,)`.
    """

    def __init__(self, plan: Plan, angles: np.ndarray, weights: np.ndarray, *, keep: bool) -> None:
        sets = np.array(angles, order="C")  # a copy: the optimiser changes the angles
        n = plan.n
        self._plan, self._shape = plan, sets.shape
        probabilities = Workspace((plan.count, 2**n), sets.dtype)
        sets = sets if sets.ndim == 3 else sets[None]
        firsts = np.ascontiguousarray(sets[:, :, :n])  # layers of one rotation on all qubits read no more
        self._kept = in_parallel(
            [
                functools.partial(
                    circuits.forward, firsts if isinstance(circuits, Circuits) else sets, probabilities.array, part,
                    keep=keep,
                )
                for circuits, part in plan.parts
            ],
            n,
        )  # fmt: skip
        self._by_group = np.empty(2 + plan.count, sets.dtype)
        self.total = np.empty(2**n, sets.dtype)
        kernels.combine(plan.group_of, weights, probabilities.array, self._by_group, self.total)

    def gradients(self, upstream: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of `sum(upstream * total)` by the angles, in their shape, and by the weights `(N,)`; `upstream` `(2**n,)`."""
        plan, dtype = self._plan, upstream.dtype
        n, (depth, width) = plan.n, self._shape[-2:]
        results = np.zeros((plan.count, depth, width), dtype), np.empty(plan.count, dtype)
        firsts = results if width == n else (np.zeros((plan.count, depth, n), dtype), results[1])
        given = upstream, self._by_group[2:]
        jobs = []
        for (circuits, _), kept in zip(plan.parts, self._kept, strict=True):
            assert kept is not None, "there was to be a gradient"
            into = firsts if isinstance(circuits, Circuits) else results
            jobs.append(functools.partial(circuits.backward, kept, given, into))
        in_parallel(jobs, n)
        if firsts is not results:
            results[0][:, :, : min(n, width)] += firsts[0][:, :, :width]
        by_angle, by_weight = np.zeros(self._shape, dtype), np.empty(len(plan.group_of), dtype)
        sets = by_angle if by_angle.ndim == 3 else by_angle[None]
        kernels.collect(upstream, plan.group_of, plan.angle_sets, *results, by_weight, sets)
        return by_angle, by_weight


@dataclass(frozen=True)
class Plan:
    """Which candidates share a distribution.

    Attributes:
        n: qubits.
        group_of: each candidate's group, `(N,)`: 0 and 1 are the uniform distribution and basis state 0, known without
            simulation; then one a circuit.
        parts: what is done in one compiled call, circuits of one structure and which of them, the dearest first: all,
            or each one where threads are worth their while.
        angle_sets: the circuits' indices into the sets of angles.
    """

    n: int
    group_of: np.ndarray
    parts: tuple[tuple[Circuits | StepwiseCircuits, range], ...]
    angle_sets: np.ndarray

    @property
    def count(self) -> int:
        """How many circuits are simulated."""
        return len(self.angle_sets)


@functools.lru_cache(maxsize=64)
def plan_of(
    candidates: tuple[Ansatz, ...], depth: int, n: int, dtype: np.dtype, *, shared: bool, width: int | None = None
) -> Plan:
    """The plan of `candidates` at a size; see `group_candidates`."""
    grouping = group_candidates(candidates, depth, n, shared=shared, width=width)
    groups = [grouping.uniform, grouping.basis]
    parts: Parts = []
    angle_sets: list[int] = []
    for kind, found in zip(KINDS, (grouping.real, grouping.complex, grouping.iqp), strict=True):
        placed = []
        for gates, group in found.items():
            placed.append((len(angle_sets), gates.angle_set, gates))
            angle_sets.append(gates.angle_set)
            groups.append(group)
        if placed:
            parts += _parted(kind(placed, n, depth, dtype), len(placed), n)
    of_steps: dict[bool, list[tuple[int, General]]] = {}
    for circuit, group in grouping.general.items():
        of_steps.setdefault(circuit.steps.is_real, []).append((len(angle_sets), circuit))
        angle_sets.append(circuit.angle_set)
        groups.append(group)
    for each in of_steps.values():
        parts = _parted(StepwiseCircuits(each, n, dtype), len(each), n) + parts  # these are dearer than the others
    group_of = np.empty(len(candidates), np.intp)
    for k, group in enumerate(groups):
        group_of[group] = k
    return Plan(n, group_of, tuple(parts), np.array(angle_sets, np.intp))


def _parted(circuits: Circuits | StepwiseCircuits, count: int, n: int) -> Parts:
    """All in one part, or each in its own where threads are worth their while."""
    each = 1 if n >= THREADED_FROM else count
    return [(circuits, range(begin, begin + each)) for begin in range(0, count, each)]
