"""Made-up results, shipped as real ones are: their settings, keys and files are right, their numbers invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from qtkit.runs import results
from qtkit.runs.store.identity import run_key
from qtkit.tasks.registry import task_of


def ship(
    folder: Path,
    settings: Iterable[Any],
    rows: Callable[[Any], Mapping[str, Any]],
    *,
    summary: Callable[[Any], Mapping[str, float]] | None = None,
    **told: Any,
) -> None:
    """Put runs into `folder` (of one task), with the columns of records that `rows` gives.

    Arguments:
        summary: numbers of a run besides.
        told: what the provenance tells of every run besides, such as `official=False`.
    """
    by_experiment: dict[str, list[Any]] = {}
    for each in settings:
        by_experiment.setdefault(task_of(each).experiment_of(each), []).append(each)
    for experiment, runs in by_experiment.items():
        frames, described = {}, {}
        for each in runs:
            task = task_of(each)
            plain = {name: value for name, value in each.to_dict().items() if name not in task.aside}
            data = "0" * 64 if task.load else None
            key = run_key(task.name, plain, data, task.aside)
            frames[key] = pd.DataFrame({"step": 0, "seconds": 0.0, **rows(each)})
            described[key] = {
                "task": task.name,
                "settings": plain,
                "data": data,
                "sessions": [{"versions": {"qtkit": "0"}}],
                "records": 1,
                "steps": 1,
                "seconds": 60.0,
                "finished": "2026-01-01T00:00:00+00:00",
                **({"official": True, "source": "the official data"} if task.name == "images" else {}),
                **({"summary": dict(summary(each))} if summary else {}),
                **told,
            }
        results.add(folder, experiment, frames, described)


def accuracies(level: Callable[[Any], float], epochs: int | None = None) -> Callable[[Any], Mapping[str, Any]]:
    """Rows of an image run that ends at `level`; of `epochs`, by default the run's own."""

    def rows(settings: Any) -> Mapping[str, Any]:
        count = epochs or settings.epochs
        rising = [level(settings) - 0.4 * 0.5**epoch for epoch in range(count + 1)]
        return {
            "epoch": range(count + 1),
            "test_accuracy": rising,
            "train_accuracy": [value + 0.01 for value in rising],
            "test_loss": [1.1 - value for value in rising],
            "train_loss": [1.1 - value for value in rising],
        }

    return rows


def errors(level: Callable[[Any], float], epochs: Iterable[int] = (1, 15, 30, 100)) -> Callable[[Any], Any]:
    """Rows of a series run whose test error ends at `level`."""

    def rows(settings: Any) -> Mapping[str, Any]:
        falling = [level(settings) * (1 + 10 / epoch - 10 / max(epochs)) for epoch in epochs]
        return {"epoch": list(epochs), "test_loss": falling, "train_loss": falling}

    return rows


def rewards(level: Callable[[Any], float]) -> Callable[[Any], Any]:
    """Rows of a reinforcement-learning run that ends at `level`; every thousandth episode."""

    def rows(settings: Any) -> Mapping[str, Any]:
        ends = list(range(1_000, settings.episodes + 1, 1_000))
        rising = [level(settings) * (1 - 0.5 ** (end / 5_000)) for end in ends]
        return {
            "episode": ends,
            "moving_mean": rising,
            "mean_return": rising,
            **dict.fromkeys(("mean_length", "moving_length"), 9.0),
            **dict.fromkeys(("success", "moving_std"), 0.1),
        }

    return rows


def reward_summary(level: Callable[[Any], float]) -> Callable[[Any], dict[str, float]]:
    """What belongs to `rewards`."""

    def summary(settings: Any) -> dict[str, float]:
        of = ("last_1000", "last_5000", "greedy", "sampled", "random", "shortest")
        told = {f"{name}_{what}": 0.2 for name in of for what in ("return", "std", "success", "length")}
        return told | {
            "episodes_done": settings.episodes,
            "last_5000_return": level(settings),
            "passed_0.9": None,
        }

    return summary
