"""A graphics processor (the torch path) against the cores beside it (the compiled path): exactness, then times.

    python benchmarks/gpu.py                                    # check, measure, print the table
    python benchmarks/gpu.py --save results/benchmarks          # also keep gpu.json and gpu.md
    python benchmarks/gpu.py --sizes 8,10 --device cpu          # a trial without a GPU
    python benchmarks/gpu.py --tune --save DIR                  # also other sizes of products, single steps, kernels

One run measures both in turn. Times are medians after a warm-up, the device waited for: of calls as they are made,
where the ensemble's value and gradient are CUDA graphs; of the same with QTKIT_CUDA_GRAPHS=0; and of the whole step as
one CUDA graph, recorded by hand. It needs PyTorch, Numba, NumPy and psutil, and no network.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a checkout that is not installed

import qtkit
from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain
from qtkit.files import write_text
from qtkit.networks import ImageMLP
from qtkit.simulation import ensemble, get_num_threads, stack_ensembles
from qtkit.simulation.memory import memory_estimate, memory_there
from qtkit.simulation.torch_path import batch, ensembles, products
from qtkit.simulation.torch_path.programs import SWITCH

SIZES = (11, 13, 17, 20, 24, 26)
DEPTH = 15
BATCH = 100  # images of one training step
SECONDS = 1.5  # spent on one measurement, about
LONG = 22  # from that many qubits on, the cores take seconds: fewer calls

Step = Callable[[], object]


def seeded(seed: int) -> torch.Generator:
    """A source of random numbers."""
    return torch.Generator().manual_seed(seed)


# Exactness ----------------------------------------------------------------------------------------------------------


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


# Times --------------------------------------------------------------------------------------------------------------


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


def ensemble_step(n: int, device: torch.device, dtype: torch.dtype = torch.float32, backend: str = "auto") -> Step:
    """Value and gradient of the whole ensemble."""
    module = DiffQAS(n, DEPTH, angle_init="uniform", generator=seeded(0), dtype=dtype, device=device, backend=backend)
    upstream = torch.randn(2**n, generator=seeded(1)).to(device, dtype)

    def step() -> None:
        module.zero_grad()
        module().backward(upstream)

    return step


def image_step(device: torch.device, backend: str = "auto", *, trial: bool = False) -> Step:
    """One step of training the paper's image classifier on a batch of random pictures; a `trial` has one layer."""
    network = torch.nn.Linear(784, 2) if trial else ImageMLP("tanh", generator=seeded(0))
    model = QuantumTrain(
        network, DEPTH, mapping_scale=0.3, centre=True, generator=seeded(0), device=device, backend=backend
    )
    images = torch.randn(BATCH, 784, generator=seeded(2)).to(device)
    labels = torch.randint(0, 2, (BATCH,), generator=seeded(3)).to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, capturable=device.type == "cuda")

    def step() -> None:
        optimiser.zero_grad()
        cross_entropy(model(images), labels).backward()
        optimiser.step()

    return step


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


# Tuning -------------------------------------------------------------------------------------------------------------


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
    from qtkit.simulation.grouping import group_candidates

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


# The table ----------------------------------------------------------------------------------------------------------

COLUMNS = (
    "n, L",
    "cores, ms",
    "GPU, ms",
    "without graphs, ms",
    "the whole step as one graph, ms",
    "cores / GPU, / without graphs",
    "GPU in float64, ms",
    "memory of the GPU, GB (estimated)",
)


def table(result: dict[str, Any]) -> str:
    """The rows as Markdown, and what they were measured on."""
    lines: list[tuple[str, ...]] = [COLUMNS, ("---",) * len(COLUMNS)]
    for row in result["rows"]:
        cpu, gpu, plain = (row.get(key) for key in ("cpu_ms", "gpu_ms", "plain_ms"))
        ratios = ", ".join(f"{cpu / ours:,.1f}" for ours in (gpu, plain) if cpu and ours)
        estimated = row.get("gpu_estimated_bytes")
        memory = f"{row['gpu_bytes'] / 1e9:.2f}" if "gpu_bytes" in row else "–"
        cells = [row.get("name") or f"{row['n']}, {row['L']}", shown(cpu), shown(gpu), shown(plain)]
        cells += [
            shown(row.get("graph_ms")),
            ratios or "–",
            shown(row.get("gpu_float64_ms")),
            memory + (f" ({estimated / 1e9:.2f})" if estimated else ""),
        ]
        lines.append(tuple(cells))
    worst = max(result["exactness"].values(), default=0.0)
    notes = (
        f"{result['gpu']} against {result['cpu']}: {result['circuit_threads']} threads for circuits, for PyTorch 1",
        f"or {result['torch_threads']}, whichever was faster. Python {result['python']}, torch {result['torch']}, "
        f"qtkit {result['qtkit']}. Medians of one run.",
        f"Before, {len(result['exactness'])} comparisons with the compiled path in float64 and float32: the largest "
        f"difference {worst:.1e}.",
        *crossing(result["rows"]),
        f"Made by `{result['command']}`.",
    )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n\n" + "\n".join(notes)


def crossing(rows: list[dict[str, Any]]) -> list[str]:
    """From which of the sizes on the GPU wins over the cores, in words."""
    told = []
    for key, how in (("gpu_ms", "As it is called"), ("plain_ms", "without CUDA graphs")):
        there = [row for row in rows if "n" in row and "cpu_ms" in row and key in row]
        lost = [row["n"] for row in there if row[key] >= row["cpu_ms"]]
        won = [row["n"] for row in there if not lost or row["n"] > max(lost)]
        if there:
            told.append(f"{how} the GPU is faster " + (f"from n = {min(won)} on" if won else "at none of these sizes"))
    return [", ".join(told) + "."] if told else []


def shown(value: float | None) -> str:
    """A time, or a dash."""
    return "–" if value is None else f"{value:,.2f}"


def describe_cpu() -> str:
    """The processor and its cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"


def main() -> None:
    """Check, measure, print, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="qubits, with commas between")
    parser.add_argument("--device", default="cuda", help="cuda, or cpu for a trial")
    parser.add_argument("--tune", action="store_true", help="also measure the pieces")
    parser.add_argument("--save", type=Path, help="folder for gpu.json and gpu.md")
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        sys.exit("PyTorch finds no CUDA device here; --device cpu tries the script without one")
    sizes = [int(size) for size in arguments.sizes.split(",")]
    result: dict[str, Any] = {
        "command": " ".join(["python benchmarks/gpu.py", *(f"--{k}" for k in ("tune",) if arguments.tune)]),
        "gpu": torch.cuda.get_device_name(device) if device.type == "cuda" else "no GPU: the torch path on the cores",
        "cuda": torch.version.cuda,
        "cpu": describe_cpu(),
        "circuit_threads": get_num_threads(),
        "torch_threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "qtkit": qtkit.__version__,
        "rows": [],
    }
    started = time.perf_counter()

    def save(note: str) -> None:
        print(f"{time.perf_counter() - started:5.0f} s: {note}", file=sys.stderr, flush=True)
        if arguments.save:
            arguments.save.mkdir(parents=True, exist_ok=True)
            write_text(arguments.save / "gpu.json", json.dumps(result, indent=1) + "\n")
            write_text(arguments.save / "gpu.md", table(result) + "\n")

    result["exactness"] = check_exactness(device)
    save(f"exact: {result['exactness']}")
    for n in sizes:
        result["rows"].append(measure_size(n, device))
        save(str(result["rows"][-1]))
    trial = max(sizes) < 17
    row: dict[str, Any] = {"name": f"one step of training on {BATCH} images{', a trial' if trial else ''}"}
    row |= on_device(lambda: image_step(device, "torch", trial=trial), device)
    row |= on_cores(lambda: image_step(torch.device("cpu"), trial=trial))
    result["rows"].append(row)
    save(str(row))
    if arguments.tune:
        result["tuning"] = tune([n for n in sizes if n in (17, 20, 24)] or sizes[-1:], device)
        save(json.dumps(result["tuning"], indent=1))
    print(table(result))


if __name__ == "__main__":
    main()
