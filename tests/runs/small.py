"""Small runs of real tasks, a second or less each."""

from __future__ import annotations

from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings

IMAGES = ImageSettings(
    source="sample", train_limit=120, test_limit=40, batch_size=50, depth=1, candidates=(2, 7), epochs=2
)

GRIDWORLD = GridworldSettings(candidates=(2, 7), depth=1, workers=3, episodes=5, update_every=10, seed=11)
