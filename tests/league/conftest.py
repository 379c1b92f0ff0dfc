"""A made-up league, whose merits are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qtkit.circuits.architectures import CHOICES, Architecture
from qtkit.league.writing import write_league
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS, TABLE_SEEDS, distinct_architectures, searched

EPOCHS = 4

WORTH = {
    "none": 0.0,
    "CNOT brick": 0.02,
    "CNOT ring": 0.03,
    "CNOT star": 0.01,
    "CZ brick": 0.04,
    "CZ ring": 0.06,
    "CZ star": 0.05,
}
"""What an entangler is worth; so H, CZ ring, U3 × 15 is the best of all, see `made_up`."""


def made_up(each: Architecture) -> float:
    """The merit of an architecture on images, the seeds' mean, after a training."""
    turns = {"RX": 0.0, "RZ": 0.0, "RY": 0.1, "U3": 0.12}[each.rotation]
    return 0.6 + 0.02 * (each.start == "H") + WORTH[each.entangler] + turns + 0.002 * each.depth


def rows_of(
    task: str, each: Architecture, seed: int, kind: str = "alone", share: float = np.nan
) -> list[dict[str, Any]]:
    choices = {name: getattr(each, name) for name in CHOICES}
    found = []
    for epoch in range(EPOCHS + 1):
        value = 0.5 + (made_up(each) - 0.5) * epoch / EPOCHS + 0.001 * (seed - 1) * (epoch > 0)
        images = {"train_accuracy": value, "test_accuracy": value} if "-" in task else {}
        losses = {"train_loss": 1 - value, "test_loss": 1 - value if "-" in task else 10 ** (-value)}
        if "-" not in task:
            losses["train_loss"] = 10 ** (-value)
        shares = {"share": share} if kind == "search" else {}
        found.append(
            {"kind": kind, "task": task, **choices, "seed": seed, "epoch": epoch, **losses, **images, **shares}
        )
    return found


def searches(task: str, seed: int) -> Iterable[dict[str, Any]]:
    """A search that likes a circuit the more the better it is, but for seed 5, which likes the one that is worst."""
    circuits = searched(task)
    liked = np.array([made_up(each) for each in circuits])
    shares = (liked if seed != 5 else 2 - liked) ** 8
    for each, share in zip(circuits, shares / shares.sum(), strict=True):
        yield from rows_of(task, each, seed, "search", share)


def told(command: str | None = "qtkit export league") -> dict[str, Any]:
    about = {
        "epochs": EPOCHS,
        "settings": {},
        "data": None,
        "official": True,
        "alone": 390,
        "searches": 6,
        "pilot": 0,
        "seconds": {"alone": 1.0},
    }
    return {"tasks": dict.fromkeys(LEAGUE_TASKS, about), "sessions": [], "command": command}


@pytest.fixture(scope="session")
def write() -> Callable[..., Path]:
    """Writes a made-up league of these tasks to a folder, without some architectures if asked."""

    def write(root: Path, tasks: Iterable[str] = LEAGUE_TASKS, without: Iterable[Architecture] = ()) -> Path:
        rows: list[dict[str, Any]] = []
        for task in tasks:
            there = [each for each in distinct_architectures(task) if each not in set(without)]
            rows += [row for each in there for seed in range(TABLE_SEEDS) for row in rows_of(task, each, seed)]
            rows += [row for seed in range(6) for row in searches(task, seed)]
        write_league(root / "league", pd.DataFrame(rows), told())
        return root

    return write


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory, write: Callable[..., Path]) -> Path:
    """The folder of results with a whole made-up league."""
    return write(tmp_path_factory.mktemp("results"))
