"""Steps with other sizes of products, single operations, and the device's kernels one by one."""

from __future__ import annotations

from typing import Any

import torch

from gpu.steps import DEPTH, Step, ensemble_step
from gpu.timing import forget, graphed, milliseconds, wait, without_graphs
from qtkit import CANDIDATES
from qtkit.simulation.grouping import group_candidates
from qtkit.simulation.torch_path import batch, products


def tune(sizes: list[int], device: torch.device) -> dict[str, Any]:
    """Whole steps with other constants, as CUDA graphs, for the device alone decides then; operations; kernels."""
    found: dict[str, Any] = {"steps": {}, "operations": {}, "kernels": {}}
    for n in sizes:
        for constant, values in (("_MOST", (4, 5, 6, 7, 8)), ("_CHUNK", (32, 512)), ("_CHUNKS", (128, 2048))):
            before = getattr(products, constant)
            for value in values:
                setattr(products, constant, value)
                batch.batch_of.cache_clear()
                step = ensemble_step(n, device, backend="torch")
                with without_graphs():
                    step()
                    step = graphed(step) if device.type == "cuda" else step
                    found["steps"][f"n={n}, {constant}={value}"] = milliseconds(step, device, 0.3)
                del step
                forget()
            setattr(products, constant, before)
        batch.batch_of.cache_clear()
        found["operations"][f"n={n}"] = operations(n, device)
        if device.type == "cuda":
            with without_graphs():
                found["kernels"][f"n={n}"] = kernels(n, device)
    return found


def operations(n: int, device: torch.device) -> dict[str, float]:
    """The time of single operations on four states."""
    rows = 4
    states = torch.randn(rows, 2**n, device=device)
    index = batch_of_twelve(n, device).sources
    wide, flat = index.long(), states.reshape(-1)
    one = index[: 2**n]
    work: dict[str, Step] = {
        "copy": states.clone,
        "index_select int32": lambda: flat.index_select(0, index),
        "index_select int64": lambda: flat.index_select(0, wide),
        "index_select of two dimensions": lambda: flat[None].index_select(1, index),
        "advanced indexing int64": lambda: flat[wide],
        "take int64": lambda: flat.take(wide),
        "gather int64": lambda: flat.gather(0, wide),
        "row by row int32": lambda: [row.index_select(0, one) for row in states],
        "interleaved rows": lambda: flat.view(-1, rows).index_select(0, one),
    }
    for k in range(4, min(n, 7) + 1):
        matrix = torch.randn(1, 2**k, 2**k, device=device)
        work[f"multiply, k={k}"] = lambda matrix=matrix: products.multiply(states, matrix.expand(rows, -1, -1))
        work[f"overlap of two, k={k}"] = lambda k=k: products.overlap_last(states, rows // 2, 2**k)
        work[f"leading product, k={k}"] = lambda matrix=matrix, k=k: torch.matmul(
            matrix[0], states.view(rows, 2**k, -1)
        )
    return {name: milliseconds(step, device, 0.15) for name, step in work.items()}


def batch_of_twelve(n: int, device: torch.device) -> batch.Batch:
    """The four real circuits among the twelve."""
    real = group_candidates(CANDIDATES, DEPTH, n, shared=True).real
    return batch.batch_of(tuple(real), n, torch.float32, device)


def kernels(n: int, device: torch.device) -> list[dict[str, Any]]:
    """What one step's kernels take on the device, the longest first."""
    from torch.profiler import ProfilerActivity, profile

    step = ensemble_step(n, device, backend="torch")
    step()
    wait(device)
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as profiled:
        step()
        wait(device)
    events = sorted(profiled.key_averages(), key=lambda event: -event.self_device_time_total)
    return [
        {"kernel": event.key[:120], "calls": event.count, "device_us": event.self_device_time_total}
        for event in events[:16]
        if event.self_device_time_total
    ]
