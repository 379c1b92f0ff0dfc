"""How long steps take on a device and on the cores beside it, and the device's memory."""

from __future__ import annotations

import contextlib
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch

from gpu.steps import DEPTH, Step, ensemble_step
from qtkit import CANDIDATES
from qtkit.simulation.memory import memory_estimate, memory_there
from qtkit.simulation.torch_path import ensembles
from qtkit.simulation.torch_path.programs import SWITCH

SECONDS = 1.5  # spent on one measurement, about
LONG = 22  # from that many qubits on, the cores take seconds: fewer calls


def wait(device: torch.device) -> None:
    """Until the device has done all it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@contextlib.contextmanager
def without_graphs() -> Iterator[None]:
    """Inside, the ensemble is started by Python, operation by operation."""
    os.environ[SWITCH] = "0"
    try:
        yield
    finally:
        del os.environ[SWITCH]


def forget() -> None:
    """Free the memory of recorded programs, and what the allocator keeps."""
    ensembles._programs.clear()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def milliseconds(step: Step, device: torch.device, seconds: float = SECONDS, least: int = 3) -> float:
    """The median time of a call after a warm-up: of `least` calls or more."""
    times: list[float] = []
    for _ in range(1 if device.type == "cpu" else 3):  # on a GPU the second call records
        step()
    wait(device)
    stop = time.perf_counter() + seconds
    while len(times) < least or (len(times) < 200 and time.perf_counter() < stop):
        wait(device)
        start = time.perf_counter()
        step()
        wait(device)
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def graphed(step: Step) -> Step:
    """A step as one CUDA graph: its kernels are started by the device, without Python."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def on_device(make: Callable[[], Step], device: torch.device) -> dict[str, Any]:
    """Times of a step as it is called, without CUDA graphs, and as one graph; and the peaks of the device's memory."""
    if device.type != "cuda":
        return {"gpu_ms": milliseconds(make(), device)}
    row: dict[str, Any] = {}
    forget()
    step = make()
    with without_graphs():
        torch.cuda.reset_peak_memory_stats(device)
        row["plain_ms"] = milliseconds(step, device)
        row["plain_bytes"] = torch.cuda.max_memory_allocated(device)
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    row["gpu_ms"] = milliseconds(step, device)
    row["gpu_bytes"] = torch.cuda.max_memory_allocated(device)
    row["program_bytes"] = sum(program.nbytes for program in ensembles._programs.kept)
    forget()
    try:
        with without_graphs():
            row["graph_ms"] = milliseconds(graphed(step), device)
    except RuntimeError as error:
        row["graph_error"] = str(error)[:300]
    del step
    forget()
    return row


def on_cores(make: Callable[[], Step], *, long: bool = False) -> dict[str, float]:
    """The time of a step on this machine's cores, with the better number of PyTorch's own threads; of a long one, 1."""
    cpu, default = torch.device("cpu"), torch.get_num_threads()
    step, times = make(), {}
    for threads in [1] if long else [1, default]:
        torch.set_num_threads(threads)
        times[threads] = milliseconds(step, cpu, least=1 if long else 3)
    torch.set_num_threads(default)
    best = min(times, key=times.__getitem__)
    return {"cpu_ms": times[best], "cpu_torch_threads": best}


def measure_size(n: int, device: torch.device) -> dict[str, Any]:
    """One row: value and gradient of the ensemble with n qubits."""
    needed = memory_estimate(n, DEPTH, CANDIDATES, torch.float32, compiled=False, device=device)
    row: dict[str, Any] = {"n": n, "L": DEPTH, "gpu_estimated_bytes": needed}
    if needed > memory_there(device):
        return row | {"skipped": "does not fit"}
    row |= on_device(lambda: ensemble_step(n, device, backend="torch"), device)
    if 2 * needed <= memory_there(device):
        row["gpu_float64_ms"] = milliseconds(ensemble_step(n, device, torch.float64, "torch"), device)
        forget()
    cpu = torch.device("cpu")
    if memory_estimate(n, DEPTH, CANDIDATES, torch.float32) <= memory_there(cpu):
        row |= on_cores(lambda: ensemble_step(n, cpu), long=n >= LONG)
    return row
