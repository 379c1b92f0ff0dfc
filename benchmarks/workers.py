"""Worker processes started anew, and as copies of one that has imported PyTorch: `python benchmarks/workers.py`.

Side by side, round by round: processor seconds until all workers have imported what they run, those of the process that
is copied included, and the memory that all of them have for themselves. Medians; so other work on the machine counts
little. On Linux, for `/proc` tells what is shared.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path

import psutil

from qtkit.processes import PRELOADED, process_context

WORKERS = 4
WAYS: dict[str, SpawnContext | ForkServerContext] = {
    "started anew": multiprocessing.get_context("spawn"),
    "copies": process_context(),
}


def report(pipe: Connection) -> None:
    """In a worker: import what training does, tell processor seconds so far and MB that no other process shares."""
    for name in PRELOADED:
        importlib.import_module(name)
    pipe.send((time.process_time(), psutil.Process().memory_full_info().uss / 1e6))
    pipe.recv()


def servers_seconds() -> float:
    """Processor seconds of the process that is copied; 0 before there is one."""
    there = [each for each in psutil.Process().children() if "forkserver" in " ".join(each.cmdline())]
    return sum(sum(each.cpu_times()[:2]) for each in there)


def start(context: SpawnContext | ForkServerContext) -> tuple[float, float]:
    """Processor seconds and MB of a round of workers."""
    before, workers = servers_seconds(), []
    for _ in range(WORKERS):
        here, there = context.Pipe()
        process = context.Process(target=report, args=(there,))
        process.start()
        workers.append((process, here))
    told = [pipe.recv() for _, pipe in workers]
    seconds = sum(each for each, _ in told) + servers_seconds() - before
    for process, pipe in workers:
        pipe.send(None)
        process.join()
    return seconds, sum(each for _, each in told)


def main() -> None:
    """Print the table, or save it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--save", type=Path, help="A folder, such as results/benchmarks.")
    options = parser.parse_args()

    rounds = [{name: start(context) for name, context in WAYS.items()} for _ in range(options.rounds + 1)]
    lines = [f"| {WORKERS} workers | first time, s | later, s | memory not shared, MB |", "|---|---|---|---|"]
    for name in WAYS:
        later = [statistics.median(values) for values in zip(*(each[name] for each in rounds[1:]), strict=True)]
        lines.append(f"| {name} | {rounds[0][name][0]:.2f} | {later[0]:.2f} | {later[1]:.0f} |")
    about = f"Processor seconds, medians of {options.rounds} rounds. `python benchmarks/workers.py`."
    text = "\n".join([*lines, "", about, ""])
    print(text)
    if options.save:
        (options.save / "workers.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
