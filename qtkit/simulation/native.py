"""The weighted sum of circuits on the CPU: compiled kernels behind one `torch.autograd.Function`."""

from __future__ import annotations

import collections
import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.ansatz import Ansatz
from qtkit.simulation import kernels
from qtkit.simulation.circuits import RUNS, Turns
from qtkit.simulation.structure import Structure, structure
from qtkit.simulation.workspace import Workspace

_THREADED_FROM = 12  # qubits; below, handing a circuit to another thread costs more than it saves


def ensemble(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
    """As `qtkit.simulation.ensemble`, for tensors on the CPU. It can be differentiated once.

    It uses up to `torch.get_num_threads()` threads, one circuit each; results do not depend on their number.
    """
    return _Ensemble.apply(candidates, angles, weights)


class _Ensemble(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
        depth, n = angles.shape[-2:]
        plan = _plan(candidates, depth, n, shared=angles.ndim == 2)
        sets = np.array(angles.detach().numpy(), order="C").reshape(plan.n_angle_sets, depth, n)  # a copy: the optimiser changes angles
        dtype, keep = sets.dtype, any(ctx.needs_input_grad)
        turns = [Turns(angle_set) for angle_set in sets]
        runs = [RUNS[c.kind](c.ansatz, turns[c.angle_set], keep=keep) for c in plan.circuits]
        probabilities = Workspace((len(runs), 2**n), dtype)
        in_parallel([functools.partial(run.forward, row) for run, row in zip(runs, probabilities.array, strict=True)], n)

        w = weights.detach().numpy()
        sums = np.array([w[c.members].sum() for c in plan.circuits], dtype)
        uniform, at_zero = w[plan.uniform].sum() * dtype.type(2.0**-n), w[plan.basis].sum()
        total = np.empty(2**n, dtype)
        kernels.combine(sums, probabilities.array, uniform, at_zero, total)
        ctx.plan, ctx.runs, ctx.sums, ctx.shapes = plan, runs, sums, (angles.shape, weights.shape)
        return torch.from_numpy(total)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[None, Tensor, Tensor]:
        if torch.is_grad_enabled():
            raise RuntimeError("the compiled circuits can be differentiated once; a second derivative needs backend='torch'")
        plan, values = ctx.plan, upstream.contiguous().numpy()
        angles_shape, weights_shape = ctx.shapes
        gradients = np.zeros((len(plan.circuits), *angles_shape[-2:]), values.dtype)
        jobs = [
            functools.partial(run.backward, values, weight, gradient)
            for run, weight, gradient in zip(ctx.runs, ctx.sums, gradients, strict=True)
        ]
        totals = in_parallel(jobs, angles_shape[-1])

        by_weight = np.empty(weights_shape, values.dtype)
        by_weight[plan.uniform] = values.mean(dtype=np.float64)
        by_weight[plan.basis] = values[0]
        by_angle = np.zeros((plan.n_angle_sets, *angles_shape[-2:]), values.dtype)
        for circuit, total, gradient in zip(plan.circuits, totals, gradients, strict=True):
            by_weight[circuit.members] = total
            by_angle[circuit.angle_set] += gradient
        return None, torch.from_numpy(by_angle).reshape(angles_shape), torch.from_numpy(by_weight)


@dataclass(frozen=True)
class _Circuit:
    """A circuit that has to be simulated, and the candidates whose distribution it gives."""

    kind: Structure
    ansatz: Ansatz
    members: list[int]
    angle_set: int


@dataclass(frozen=True)
class _Plan:
    """Which candidates are known without simulation, and the distinct circuits of all others."""

    uniform: list[int]
    basis: list[int]
    circuits: list[_Circuit]
    n_angle_sets: int


@functools.lru_cache(maxsize=64)
def _plan(candidates: tuple[Ansatz, ...], depth: int, n: int, *, shared: bool) -> _Plan:
    members = collections.defaultdict(list)
    for j, ansatz in enumerate(candidates):
        kind = structure(ansatz, depth)
        gates = (ansatz.hadamard, ansatz.cnots(n), ansatz.rotations(depth))  # equal gates, whatever their names
        members[(kind, 0 if shared else j, gates) if kind.depends_on_angles else kind].append(j)
    uniform, basis = members.pop(Structure.UNIFORM, []), members.pop(Structure.BASIS, [])
    circuits = [
        _Circuit(kind, candidates[js[0]], js, angle_set) for (kind, angle_set, _), js in members.items()
    ]
    circuits.sort(key=lambda c: c.kind is Structure.IQP)  # the cheap ones last: threads finish together
    return _Plan(uniform, basis, circuits, 1 if shared else len(candidates))


def in_parallel(jobs: list[Callable[[], Any]], n: int) -> list[Any]:
    """The results of all jobs on states of n qubits, run by this thread and idle ones of the pool."""
    threads = min(torch.get_num_threads(), len(jobs))
    if threads < 2 or n < _THREADED_FROM:
        return [job() for job in jobs]
    results: list[Any] = [None] * len(jobs)
    todo = collections.deque(range(len(jobs)))

    def work() -> None:
        while todo:
            try:
                k = todo.popleft()
            except IndexError:  # another thread took the last one
                return
            results[k] = jobs[k]()

    helpers = [_pool().submit(work) for _ in range(threads - 1)]
    work()
    for helper in helpers:
        if not helper.cancel():  # one that never got a turn is not waited for
            helper.result()
    return results


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), thread_name_prefix="qtkit")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a forked child has none of the threads
