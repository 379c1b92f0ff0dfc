"""Writes what `test_format.py` keeps of today's format: `python -m tests.runs.keep_format FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from qtkit.runs import Store, run
from qtkit.simulation.threads import one_torch_thread
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.settings import RunSettings
from tests.helpers import after

STOPPED: dict[str, RunSettings] = {
    "images": ImageSettings(
        source="sample", train_limit=40, test_limit=20, batch_size=20, depth=1, candidates=(2, 7), epochs=2
    ),
    "series": SeriesSettings(depth=1, candidates=(2,), epochs=2, batch_size=84, predictions="figures"),
    "gridworld": GridworldSettings(model="mapping", episodes=4, workers=1),
    "agents": AgentSettings(environment="FrozenLake-v1", model="mapping", episodes=4, workers=1),
    "own": OwnSettings(
        task="LINE", file="tests.runs.format_2.task", depth=1, candidates=(5, 2), epochs=2, batch_size=8
    ),
}
"""A run of each task that was stopped after two records."""

FINISHED = SeriesSettings(model="mapping", epochs=1, batch_size=84, predictions="none")
"""A run that was finished."""


def keep(folder: Path) -> None:
    """Write them; a lock that is left is no part of a store."""
    store = Store(folder)
    with one_torch_thread():
        for name, settings in STOPPED.items():
            run(settings, store=store, stop=after(2), command=f"qtkit run {name}")
        run(FINISHED, store=store, command="qtkit run series")
    for lock in folder.rglob("lock"):
        lock.unlink()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
