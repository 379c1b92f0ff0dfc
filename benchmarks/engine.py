"""Value and gradient of the twelve-candidate ensemble: qtkit, PennyLane and a reference program, side by side.

    python benchmarks/engine.py                           # the table
    python benchmarks/engine.py --reference limit.c       # with a C program `limit n L repetitions` in the table
    python benchmarks/engine.py --save results/benchmarks # also keep table, figures and machine; plot time against n

One run measures everything in turn, round after round, so that a change of the machine's speed hits all alike. Times
are medians over rounds; the reference program reports the best of its own repetitions, which favours it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import torch
from peers import has_qulacs, has_tensorcircuit, qulacs_milliseconds, tensorcircuit_milliseconds

import qtkit
from qtkit import CANDIDATES, DiffQAS
from qtkit.files import write_text
from qtkit.runs.store.provenance import describe_host
from qtkit.simulation import get_num_threads

SIZES = ((11, 10), (13, 10), (17, 15))
TARGETS = {(11, 10): (1000, 4), (13, 10): (1500, 2), (17, 15): (400, 1)}  # times PennyLane; times the reference


def milliseconds(work, repetitions: int) -> float:
    """The median time of one call."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def qtkit_step(n: int, depth: int, dtype: torch.dtype = torch.float32):
    """A function that computes value and gradient of the whole ensemble."""
    module = DiffQAS(n, depth, angle_init="uniform", generator=torch.Generator().manual_seed(0), dtype=dtype)
    upstream = torch.randn(2**n, generator=torch.Generator().manual_seed(1)).to(dtype)

    def step() -> None:
        module.zero_grad()
        module().backward(upstream)

    return step


def pennylane_milliseconds(n: int, depth: int) -> tuple[float, float]:
    """All candidates one by one on `default.qubit` by torch backpropagation, memory freed between.

    The sums over candidates of each circuit's first call and of its second, on as many threads as torch takes.
    PennyLane computes in float64.
    """
    start_angles = DiffQAS(n, depth, angle_init="uniform", generator=torch.Generator().manual_seed(0)).angles.detach()
    upstream = torch.randn(2**n, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    totals = [0.0, 0.0]
    for candidate in CANDIDATES:
        circuit = candidate.to_pennylane(n, depth)
        angles = start_angles.double().requires_grad_()
        for call in range(2):
            start = time.perf_counter()
            (circuit(angles) * upstream).sum().backward()
            totals[call] += 1e3 * (time.perf_counter() - start)
        del circuit, angles
        gc.collect()
    return totals[0], totals[1]


def compiled(source: Path, folder: str) -> Path:
    """The reference program, built from C source."""
    program = Path(folder) / "reference"
    flags = shlex.split("-O3 -march=native -ffast-math -fopenmp")
    subprocess.run(["gcc", *flags, str(source), "-o", str(program), "-lm"], check=True)
    return program


def reference_milliseconds(program: Path, n: int, depth: int) -> float:
    """What the program says: `best X ms`."""
    repetitions = {11: 200, 13: 60, 17: 6}.get(n, 10)
    output = subprocess.run([program, str(n), str(depth), str(repetitions)], check=True, capture_output=True, text=True)
    return float(re.search(r"best ([\d.]+) ms", output.stdout)[1])


# Imports and compilation have a peak of their own: Linux can be told to forget it.
PEAK = """
def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

def peak_from_now():
    open("/proc/self/clear_refs", "w").write("5")
    return peak()
"""


def in_fresh_process(script: str, **environment: str) -> dict[str, float]:
    """Run `script` in a new interpreter and read the JSON it prints last."""
    output = subprocess.run(
        [sys.executable, "-c", PEAK + textwrap.dedent(script)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    return json.loads(output.stdout.strip().splitlines()[-1])


def memory_and_start(n: int, depth: int) -> dict[str, float]:
    """Peak memory of qtkit above its imports, and the time of the first call with an empty and with a filled cache."""
    script = f"""
        import json, time, torch
        from qtkit import DiffQAS
        from qtkit.simulation.native import ensembles as native
        module = DiffQAS(3, 2)
        start = time.perf_counter()
        module().sum().backward()
        first = time.perf_counter() - start
        before = peak_from_now()
        module = DiffQAS({n}, {depth}, angle_init="uniform")
        for _ in range(3):
            module().sum().backward()
        print(json.dumps({{"first": first, "memory": peak() - before}}))
    """
    with tempfile.TemporaryDirectory() as cache:
        cold, warm = (in_fresh_process(script, NUMBA_CACHE_DIR=cache) for _ in range(2))
    return {"compile_s": cold["first"], "cached_start_s": warm["first"], "memory_mb": warm["memory"]}


def pennylane_memory(n: int, depth: int) -> float:
    """Peak memory of one PennyLane candidate above its imports, in MB."""
    script = f"""
        import json, torch, pennylane
        from qtkit import CANDIDATES
        CANDIDATES[1].to_pennylane(2, 1)(torch.zeros(1, 2))
        before = peak_from_now()
        angles = torch.zeros({depth}, {n}, dtype=torch.float64, requires_grad=True)
        CANDIDATES[1].to_pennylane({n}, {depth})(angles)[0].backward()
        print(json.dumps({{"memory": peak() - before}}))
    """
    return in_fresh_process(script)["memory"]


def measure(sizes, rounds: int, program: Path | None) -> list[dict[str, float]]:
    """One row a size."""
    rows = []
    for n, depth in sizes:
        step, step64 = qtkit_step(n, depth), qtkit_step(n, depth, torch.float64)
        step()
        step64()
        ours = "qtkit", "qtkit_float64", "reference"
        peers = "pennylane", "pennylane_again", "qulacs", "qulacs_dependent", "tensorcircuit", "tensorcircuit_dependent"
        start = DiffQAS(n, depth, angle_init="uniform", generator=torch.Generator().manual_seed(0))
        angles = start.angles.detach().double().numpy()
        upstream = torch.randn(2**n, generator=torch.Generator().manual_seed(1)).double().numpy()
        times: dict[str, list[float]] = {name: [] for name in (*ours, *peers)}
        compiling = []
        for _ in range(rounds):
            times["qtkit"].append(milliseconds(step, 10 if n > 15 else 100))
            if program:
                times["reference"].append(reference_milliseconds(program, n, depth))
            times["qtkit"].append(milliseconds(step, 10 if n > 15 else 100))
            times["qtkit_float64"].append(milliseconds(step64, 10 if n > 15 else 100))
            if has_qulacs():
                for name, value in zip(
                    ("qulacs", "qulacs_dependent"), qulacs_milliseconds(angles, upstream), strict=True
                ):
                    times[name].append(value)
            if has_tensorcircuit():
                *found, seconds = tensorcircuit_milliseconds(angles, upstream)
                compiling.append(seconds)
                for name, value in zip(("tensorcircuit", "tensorcircuit_dependent"), found, strict=True):
                    times[name].append(value)
            for name, value in zip(("pennylane", "pennylane_again"), pennylane_milliseconds(n, depth), strict=True):
                times[name].append(value)
        row = {"n": n, "L": depth, **{f"{name}_ms": statistics.median(t) for name, t in times.items() if t}}
        row |= {"tensorcircuit_compile_s": max(compiling)} if compiling else {}
        row |= memory_and_start(n, depth) | {"pennylane_memory_mb": pennylane_memory(n, depth), "rounds": rounds}
        rows.append(row)
        print(f"measured n = {n}, L = {depth}: {row}", file=sys.stderr)
    return rows


COLUMNS = (
    "n, L",
    "qtkit, ms",
    "in float64, ms",
    "PennyLane, ms: first call, again",
    "PennyLane / qtkit: first, again (target)",
    "Qulacs, ms: all twelve, the six that depend on angles",
    "TensorCircuit-NG with JAX, ms: all twelve, the six; s to compile",
    "reference, ms",
    "qtkit / reference (target)",
    "memory qtkit, MB",
    "PennyLane, one candidate, MB",
)


def table(rows: list[dict[str, float]]) -> str:
    """The rows as Markdown, each ratio beside its target."""
    lines = [COLUMNS, ("---",) * len(COLUMNS)]
    for row in rows:
        at_least, at_most = TARGETS.get((row["n"], row["L"]), (0, 0))
        ours, first, again = row["qtkit_ms"], row["pennylane_ms"], row["pennylane_again_ms"]
        reference = row.get("reference_ms")
        lines.append(
            (
                f"{row['n']}, {row['L']}",
                f"{ours:.2f}",
                f"{row['qtkit_float64_ms']:.2f}",
                f"{first:,.0f}, {again:,.0f}",
                f"{first / ours:,.0f}, {again / ours:,.0f} (≥ {at_least:,})",
                f"{row['qulacs_ms']:.0f}, {row['qulacs_dependent_ms']:.0f}" if "qulacs_ms" in row else "–",
                tensorcircuit_cell(row),
                f"{reference:.2f}" if reference else "–",
                f"{ours / reference:.2f} (≤ {at_most})" if reference else "–",
                f"{row['memory_mb']:.0f}",
                f"{row['pennylane_memory_mb']:,.0f}",
            )
        )
    last = rows[-1]
    notes = (
        f"First call of qtkit: {last['compile_s']:.1f} s to compile, the cache empty, {last['cached_start_s']:.2f} s",
        f"in later processes. Medians of {last['rounds']} rounds in one run; qtkit, TensorCircuit-NG and the reference",
        f"in float32, PennyLane and Qulacs in their float64. Threads: {get_num_threads()} of qtkit,",
        f"{torch.get_num_threads()} of PyTorch, of Qulacs what OpenMP gives, of JAX all.",
        f"{describe_host_and_versions()}.",
    )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n\n" + "\n".join(notes)


def tensorcircuit_cell(row: dict[str, float]) -> str:
    """Its times, or a dash where it was not there."""
    if "tensorcircuit_ms" not in row:
        return "–"
    times = f"{row['tensorcircuit_ms']:.0f}, {row['tensorcircuit_dependent_ms']:.0f}"
    return f"{times}; {row['tensorcircuit_compile_s']:.0f}"


def describe_host_and_versions() -> str:
    """What it ran on, in words."""
    host = describe_host()
    versions = f"Python {platform.python_version()}, torch {torch.__version__}, qtkit {qtkit.__version__}"
    return f"{host['processor']}, {host['cores']} cores, {versions}"


def time_against_qubits(largest: int, depth: int = 10) -> list[dict[str, float]]:
    """The time of qtkit for n = 4 to `largest` qubits at a fixed depth."""
    rows = []
    for n in range(4, largest + 1):
        step = qtkit_step(n, depth)
        step()
        rows.append({"n": n, "L": depth, "ms": milliseconds(step, 5 if n > 18 else 20 if n > 14 else 200)})
    return rows


def plot(curve: list[dict[str, float]], rows: list[dict[str, float]], path: Path) -> None:
    """Time against n, with the measured points of PennyLane and the reference."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "qtkit"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    label = f"qtkit, L = {curve[0]['L']}"
    axes.semilogy([r["n"] for r in curve], [r["ms"] for r in curve], "o-", color="#0072B2", label=label)
    series = (
        ("pennylane_ms", "s", "#D55E00", "PennyLane, one by one, L as in the table"),
        ("reference_ms", "^", "#009E73", "reference C program: four of the twelve, L as in the table"),
        ("qtkit_ms", "D", "#56B4E9", "qtkit, L as in the table"),
    )
    for key, marker, colour, label in series:
        points = [r for r in rows if key in r]
        axes.semilogy([r["n"] for r in points], [r[key] for r in points], marker, color=colour, label=label)
    axes.set(xlabel="qubits n", ylabel="value and gradient of all 12 candidates, ms")
    axes.set_xticks(range(4, curve[-1]["n"] + 1, 2))
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, print, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=Path, help="C source of a reference program; left out where there is none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", type=int, default=20, help="last n of the curve that --save measures")
    parser.add_argument("--save", type=Path, help="folder for engine.json, engine.md and engine.svg")
    arguments = parser.parse_args()
    if arguments.reference and not arguments.reference.exists():
        print(f"no reference program at {arguments.reference}: left out", file=sys.stderr)
        arguments.reference = None
    with tempfile.TemporaryDirectory() as folder:
        program = compiled(arguments.reference, folder) if arguments.reference else None
        rows = measure(SIZES, arguments.rounds, program)
    print(table(rows))
    if arguments.save:
        curve = time_against_qubits(arguments.largest)
        arguments.save.mkdir(parents=True, exist_ok=True)
        result = {"machine": describe_host_and_versions(), "rows": rows, "curve": curve}
        write_text(arguments.save / "engine.json", json.dumps(result, indent=1) + "\n")
        write_text(arguments.save / "engine.md", table(rows) + "\n")
        plot(curve, rows, arguments.save / "engine.svg")


if __name__ == "__main__":
    main()
