"""Small runs, a second or less each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from tests.runs.toy import ToySettings

IMAGES = ImageSettings(
    source="sample", train_limit=120, test_limit=40, batch_size=50, depth=1, candidates=(2, 7), epochs=2
)

GRIDWORLD = GridworldSettings(candidates=(2, 7), depth=1, workers=3, episodes=5, update_every=10, seed=11)


def held_runs(hold: Path | str) -> list[Any]:
    """Three runs that simply end, and three that wait in this folder until they are let go."""
    return [IMAGES, *(ToySettings(seed=seed, hold=str(hold) if seed > 1 else "") for seed in range(5))]
