"""One time-series run at paper scale: qtkit against the same run with PennyLane's circuits, and the cost of Table II.

    python benchmarks/series.py                           # the tables
    python benchmarks/series.py --save results/benchmarks # also keep them, with the machine

The run is DiffQAS-QT on the Bessel function: 100 epochs, 1,700 optimiser steps. It is measured whole, evaluations
included, on one thread. In between, a few steps of the very same training are made with each circuit as a PennyLane
QNode (`default.qubit`, torch backpropagation), and their median stands for all 1,700. For Table II every model makes
one epoch on every series, which stands for 100.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from engine import describe_host_and_versions

from qtkit.files import write_text
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.names import BASELINES, OURS
from qtkit.paper import EXPERIMENTS
from qtkit.tasks.series import SeriesSettings, SeriesTraining

RUN_TARGET_S, TABLE_TARGET_MIN, RATIO_TARGET = 10, 15, 150
DATASETS = dict(
    zip(("bessel", "damped_shm", "delayed_qc", "narma5", "narma10"), EXPERIMENTS["series"].datasets, strict=True)
)


def pennylane_forward(search: DiffQAS) -> Callable[[], torch.Tensor]:
    """The forward pass of `search` with every circuit as a PennyLane QNode."""
    circuits = [candidate.to_pennylane(search.n_qubits, search.depth) for candidate in search.candidates]

    def forward() -> torch.Tensor:
        weighted = [w * circuit(search.angles) for w, circuit in zip(search.mixture, circuits, strict=True)]
        return torch.stack(weighted).sum(dim=0).to(search.angles.dtype)

    return forward


def with_pennylane(training: SeriesTraining) -> SeriesTraining:
    """The same training with PennyLane's circuits."""
    training.model.search.forward = pennylane_forward(training.model.search)
    return training


def timed(work, clock=time.perf_counter) -> float:
    """Seconds of one call."""
    start = clock()
    work()
    return clock() - start


def measure_run(rounds: int) -> dict[str, float]:
    """The run in parts, PennyLane's steps between them, so that a change of the machine's speed hits both."""
    settings = SeriesSettings(predictions="none")
    ours, theirs = SeriesTraining(settings), with_pennylane(SeriesTraining(settings))
    next(ours)
    next(theirs)
    first = ours.state()["steps_done"], next(ours).loss, next(theirs).loss
    if abs(first[1] - first[2]) > 1e-5:
        raise RuntimeError(f"the two trainings differ at the first step: {first[1]} and {first[2]}")
    steps = []
    ours_processor = 0.0
    for part in range(rounds):
        before = time.process_time()
        for record in itertools.islice(ours, ours.n_steps // rounds if part < rounds - 1 else None):
            last = record
        ours_processor += time.process_time() - before
        steps += [timed(lambda: next(theirs)) for _ in range(2)]
    step = statistics.median(steps)
    return {
        "steps": ours.n_steps,
        "qtkit_s": last.seconds,
        "qtkit_processor_s": ours_processor,
        "pennylane_step_s": step,
        "pennylane_s": step * ours.n_steps,
        "ratio": step * ours.n_steps / last.seconds,
        "test_loss": last.test_loss,
    }


def measure_table(epochs: int = 1) -> dict[str, dict[str, float]]:
    """Processor seconds of a 100-epoch run, by series and model, from the first epochs: other programs do not count."""
    seconds: dict[str, dict[str, float]] = {}
    models = {OURS: tuple(range(1, 13)), **{label: (k,) for k, label in enumerate(BASELINES, start=1)}}
    for dataset, title in DATASETS.items():
        for model, candidates in models.items():
            settings = SeriesSettings(dataset=dataset, candidates=candidates, predictions="none")
            training = SeriesTraining(settings)
            next(training)
            steps = epochs * training.n_steps_per_epoch
            spent = timed(lambda t=training, n=steps: list(itertools.islice(t, n)), time.process_time)
            seconds.setdefault(title, {})[model] = spent * settings.epochs / epochs
    return seconds


def report(run: dict[str, float], table: dict[str, dict[str, float]]) -> str:
    """Both measurements as Markdown, each beside its target."""
    total = sum(value for row in table.values() for value in row.values())
    lines = [
        "| one run, Bessel, 1,700 steps | qtkit, s (target) | its processor time, s | PennyLane, s | ratio (target) |",
        "|---|---|---|---|---|",
        f"| DiffQAS-QT, 135 trainables | {run['qtkit_s']:.1f} (≤ {RUN_TARGET_S}) | {run['qtkit_processor_s']:.1f} "
        f"| {run['pennylane_s']:,.0f} | {run['ratio']:,.0f} (≥ {RATIO_TARGET}) |",
        "",
        "| Table II, one seed, 100 epochs: processor time | DiffQAS-QT, s | the twelve configs together, s |",
        "|---|---|---|",
        *(f"| {title} | {row[OURS]:.1f} | {sum(row[c] for c in BASELINES):.0f} |" for title, row in table.items()),
        "",
        f"Table II in all: {total / 60:.1f} minutes of processor time, so {total / 120:.1f} minutes on two free cores "
        f"(target ≤ {TABLE_TARGET_MIN}). {describe_host_and_versions()}.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="parts of the run; two PennyLane steps after each")
    parser.add_argument("--save", type=Path, help="folder for series.json and series.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    list(SeriesTraining(SeriesSettings(epochs=1)))  # compile first
    run = measure_run(arguments.rounds)
    print(f"measured the run: {run}", file=sys.stderr)
    table = measure_table()
    print(report(run, table))
    if arguments.save:
        arguments.save.mkdir(parents=True, exist_ok=True)
        result = {"machine": describe_host_and_versions(), "run": run, "table": table}
        write_text(arguments.save / "series.json", json.dumps(result, indent=1) + "\n")
        write_text(arguments.save / "series.md", report(run, table) + "\n")


if __name__ == "__main__":
    main()
