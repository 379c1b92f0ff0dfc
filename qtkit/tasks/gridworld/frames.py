"""Pictures of an episode, drawn by the environment itself; no window is opened and no display is needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_whole
from qtkit.tasks.gridworld.environment import AnyEnvironment, RealEpisode

if TYPE_CHECKING:
    import gymnasium


@dataclass(frozen=True, eq=False)
class Frames:
    """An episode of T actions in T + 1 pictures: before the first action, and after each.

    Attributes:
        frames: the whole grid, what the agent sees being lighter, each `(H, W, 3)` uint8; or the environment.
        views: what the agent sees, the agent at the bottom looking up, each `(7 * tile_size, 7 * tile_size, 3)` uint8;
            none of an environment that is no MiniGrid.
    """

    frames: list[NDArray[np.uint8]]
    views: list[NDArray[np.uint8]]

    def __len__(self) -> int:
        return len(self.frames)


def render_episode(name: str, seed: int, actions: Iterable[int], *, tile_size: int = 32) -> Frames:
    """Pictures of the episode in the environment `name` with this seed and these actions, each cell `tile_size` pixels.

    Raises:
        ValueError: for an unknown environment, an action other than 0 to 6, or one after the episode's end.
    """
    checked_whole("seed", seed, 0)
    checked_whole("tile_size", tile_size, 1)
    episode = RealEpisode(name, seed)
    world = episode.real.unwrapped
    if not hasattr(world, "get_frame"):
        raise ValueError(f"{name} is no MiniGrid environment: there are no pictures of it")
    actions, drawn = list(actions), Frames([], [])
    for action in [None, *actions]:
        if action is not None:
            if episode.done:
                raise ValueError(f"the episode ends after {episode.steps} of the {len(actions)} actions to be drawn")
            episode.step(action)
        drawn.frames.append(world.get_frame(tile_size=tile_size))
        drawn.views.append(world.get_frame(tile_size=tile_size, agent_pov=True))
    return drawn


def draw_episode(environment: AnyEnvironment, seed: int, actions: Iterable[int], *, width: int = 320) -> Frames | None:
    """Pictures of the episode in any environment, at most `width` pixels wide; None if it draws none here.

    Raises:
        ValueError: as `render_episode`.
    """
    checked_whole("width", width, 1)
    real = environment.fresh()
    if "rgb_array" not in real.metadata.get("render_modes", ()):
        return None
    episode = RealEpisode(environment.fresh(render_mode="rgb_array"), seed, environment.senses)
    actions, drawn = list(actions), Frames([], [])
    try:
        for action in [None, *actions]:
            if action is not None:
                if episode.done:
                    raise ValueError(
                        f"the episode ends after {episode.steps} of the {len(actions)} actions to be drawn"
                    )
                episode.step(action)
            picture = _picture(episode.real)
            if picture is None:
                return None
            every = -(-picture.shape[1] // width)
            drawn.frames.append(picture[::every, ::every].copy())
    finally:
        episode.real.close()
    return drawn


def _picture(real: gymnasium.Env[Any, Any]) -> NDArray[np.uint8] | None:
    """What it draws; None where what it draws with is not installed."""
    from gymnasium.error import DependencyNotInstalled

    try:
        return np.asarray(real.render(), dtype=np.uint8)
    except DependencyNotInstalled:
        return None
