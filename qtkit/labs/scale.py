"""The scale notebooks run at: full for people, toy for the automated check."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, TypeVar

from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.settings import RunSettings

Settings = TypeVar("Settings", bound=RunSettings)


def is_toy() -> bool:
    """Whether the environment's `QTKIT_SCALE` asks for toy sizes.

    Raises:
        ValueError: if it is neither `toy` nor `full`.
    """
    scale = os.environ.get("QTKIT_SCALE", "full")
    if scale not in ("toy", "full"):
        raise ValueError(f"QTKIT_SCALE must be 'toy' or 'full', got {scale!r}")
    return scale == "toy"


def sized(settings: Settings) -> Settings:
    """The settings as they are, or at toy scale.

    That is at most two layers; one epoch, and of images 200 of the sample; of reinforcement learning 20 episodes of 4
    workers.
    """
    if not is_toy():
        return settings
    smaller: dict[str, Any] = {"depth": min(settings.depth, 2)}
    if isinstance(settings, GridworldSettings):
        smaller |= {"episodes": min(settings.episodes, 20), "workers": min(settings.workers, 4)}
    else:
        smaller |= {"epochs": 1}
    if isinstance(settings, ImageSettings):
        smaller |= {"source": "sample", "train_limit": 200, "test_limit": 100}
    return replace(settings, **smaller)
