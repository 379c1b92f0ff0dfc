"""Made-up searches and stored results, whose answers are known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.claims.search import Space
from qtkit.names import candidate_name
from qtkit.runs import results
from qtkit.runs.store.identity import run_key
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_of

DISTINCT = (1, 2, 5, 7, 8, 9, 10, 11)


def space(
    weights: Sequence[Sequence[float]], merits: Sequence[Sequence[float]], ours: Sequence[float] | None = None
) -> Space:
    """Of images, over the first of the distinct circuits; weights `(S, N)` at the end, equal at the start."""
    end = np.asarray(weights, dtype=float)
    seeds, number = end.shape
    path = np.stack([np.full_like(end, 1 / number), end, end], axis=1)  # (S, 3, N)
    return Space(
        task="images",
        experiment="fashion-5-7",
        settings="heard, 2 epochs",
        circuits=tuple(CANDIDATES[k - 1] for k in DISTINCT[:number]),
        names=tuple(map(str, DISTINCT[:number])),
        idle=np.arange(number) == 0,
        hears=np.array([config not in (1, 9) for config in DISTINCT[:number]]),
        seeds=tuple(range(seeds)),
        clock=np.arange(3.0),
        weights=path,
        merits=np.asarray(merits, dtype=float),
        ours=np.full(seeds, 0.9) if ours is None else np.asarray(ours, dtype=float),
    )


def store(
    folder: Path,
    settings: Iterable[Settings],
    values: Callable[[Settings], Mapping[str, float]],
    weight: Callable[[Ansatz], float] = lambda ansatz: 0.1 * (ansatz.config or 0),
) -> None:
    """Results of these runs in `folder`: each value stays as it is, and so do weights, but for the start."""
    frames: dict[tuple[str, str], dict[str, pd.DataFrame]] = {}
    described: dict[str, dict[str, Any]] = {}
    for each in settings:
        task, epochs = task_of(each), int(each.to_dict().get("epochs", 4))
        told = {name: value for name, value in each.to_dict().items() if name not in task.aside}
        clock = np.arange(epochs + 1.0)
        rows = pd.DataFrame({"step": clock, "epoch": clock, "seconds": clock, "episode": 100 * clock})
        for name in task.columns:
            if name not in rows:
                rows[name] = values(each).get(name, 0.5)
        if each.model == "diffqas":
            for ansatz in each.ansatze:
                later = weight(ansatz) if len(each.ansatze) > 1 else 1.0
                rows[f"w{candidate_name(ansatz, each.ansatze)}"] = np.where(clock > 0, later, 1 / len(each.ansatze))
        key = run_key(task.name, told, "0" * 64, task.aside)
        frames.setdefault((task.name, task.experiment_of(each)), {})[key] = rows
        described[key] = _described(task.name, told)
    for (name, experiment), found in frames.items():
        results.add(folder / name, experiment, found, {key: described[key] for key in found})


def _described(task: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "task": task,
        "settings": dict(settings),
        "data": "0" * 64,
        "source": "made up",
        "n_qubits": 11,
        "num_weights": 1781,
        "num_trainable": {"fourier": 135, "classical": 1781}.get(settings["model"], 123),
        "sessions": [],
        "records": 3,
        "steps": 2,
        "seconds": 1.0,
        "finished": "2026-11-26T22:00:00+00:00",
        "summary": dict.fromkeys(
            [
                "episodes_done",
                *(
                    f"{name}_{what}"
                    for name in ("last_100", "last_1000", "last_5000", "greedy", "sampled", "random")
                    for what in ("return", "std", "success", "length")
                ),
            ],
            0.5,
        ),
    }


def alone(search: Settings, configs: Iterable[int | Ansatz], **changes: Any) -> list[Settings]:
    """Circuits in the settings of a search."""
    return [dataclasses.replace(search, candidates=(each,), **changes) for each in configs]  # type: ignore[type-var]
