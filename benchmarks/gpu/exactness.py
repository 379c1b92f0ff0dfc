"""The torch path on a device against the compiled path on the cores: values, gradients and second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor

from gpu.steps import seeded
from qtkit import CANDIDATES, Ansatz
from qtkit.simulation import ensemble, stack_ensembles


def random_candidates(n: int, seed: int) -> list[Ansatz]:
    """The twelve, some of them twice, and others of random CNOTs and rotations."""
    rng = np.random.default_rng(seed)
    found = [CANDIDATES[k] for k in rng.permutation(12)] + [CANDIDATES[4], CANDIDATES[6]]
    for _ in range(6):
        cnots = []
        while n > 1 and len(cnots) < n:
            control, target = (int(wire) for wire in rng.choice(n, 2, replace=False))
            cnots.append((control, target))
        rotations = tuple(str(name) for name in rng.choice(["rx", "ry", "rz"], rng.integers(1, 4)))
        found.append(Ansatz(bool(rng.integers(2)), tuple(cnots), rotations))
    return found


def value_and_gradients(
    function: Callable[[Tensor, Tensor], Tensor], *inputs: Tensor, to: torch.device
) -> list[Tensor]:
    """The value of a function of two tensors, and its gradient by both for a fixed upstream one, on the CPU."""
    inputs = tuple(tensor.to(to).requires_grad_() for tensor in inputs)
    value = function(*inputs)
    upstream = torch.randn(value.shape, generator=seeded(9), dtype=value.dtype).to(to)
    return [tensor.detach().cpu() for tensor in (value, *torch.autograd.grad(value, inputs, upstream))]


def check_exactness(device: torch.device) -> dict[str, float]:
    """The largest differences between the torch path on the device and the compiled path: an error if one is large."""
    worst: dict[str, float] = {}
    cpu = torch.device("cpu")

    def compare(name: str, ours: list[Tensor], theirs: list[Tensor], tolerance: float) -> None:
        for a, b in zip(ours, theirs, strict=True):
            difference = float((a - b).abs().max() / max(1.0, float(b.abs().max())))
            worst[name] = max(worst.get(name, 0.0), difference)
            if not difference <= tolerance:
                raise SystemExit(f"not exact: {name} differs by {difference:.1e}, more than {tolerance:.0e}")

    before = torch.get_float32_matmul_precision()
    for precision in ("highest", "medium"):  # what a program allows its networks must not reach the circuits
        torch.set_float32_matmul_precision(precision)
        for dtype, tolerance in ((torch.float64, 1e-10), (torch.float32, 3e-5)):
            for n, depth, shared in ((1, 2, True), (3, 4, False), (7, 3, True), (12, 5, False), (13, 4, True)):
                candidates = random_candidates(n, seed=n)
                shape = (depth, n) if shared else (len(candidates), depth, n)
                angles = 3 * torch.randn(shape, generator=seeded(n), dtype=dtype)
                weights = torch.randn(len(candidates), generator=seeded(n), dtype=dtype)
                for turn in range(3):  # plainly, while it is recorded, and replayed with other numbers
                    ours, theirs = (
                        value_and_gradients(
                            partial(ensemble, candidates, backend=backend), angles + turn, weights + turn, to=to
                        )
                        for backend, to in (("torch", device), ("numba", cpu))
                    )
                    compare(f"ensemble, {dtype}, matmul {precision}", ours, theirs, tolerance)
        angles, weights = torch.randn(2, 3, 6, dtype=torch.float64), torch.randn(2, 12, dtype=torch.float64)
        ours, theirs = (
            value_and_gradients(partial(stack_ensembles, CANDIDATES), angles, weights, to=to) for to in (device, cpu)
        )
        compare(f"stacked blocks, matmul {precision}", ours, theirs, 1e-10)
    torch.set_float32_matmul_precision(before)
    hessians = [
        torch.autograd.functional.hessian(
            lambda a: ensemble(CANDIDATES, a, torch.ones(12).to(a), backend="torch")[3], angles[0].to(to)
        ).cpu()
        for to in (device, cpu)
    ]
    compare("second derivatives", hessians[:1], hessians[1:], 1e-10)
    return worst
