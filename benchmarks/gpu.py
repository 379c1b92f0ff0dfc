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
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a checkout that is not installed

from gpu.exactness import check_exactness
from gpu.steps import BATCH, image_step
from gpu.table import table
from gpu.timing import measure_size, on_cores, on_device
from gpu.tuning import tune

import qtkit
from qtkit.files import write_text
from qtkit.simulation import get_num_threads

SIZES = (11, 13, 17, 20, 24, 26)


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
