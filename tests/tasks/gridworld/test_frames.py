"""Pictures of an episode: real, changing, and drawn without a display."""

from __future__ import annotations

import itertools
import sys

import gymnasium
import numpy as np
import pytest

from qtkit.tasks.gridworld.frames import render_episode

FIVE = "MiniGrid-Empty-5x5-v0"


def test_frames_are_minigrid_s_and_change():
    actions = [2, 2, 1, 2, 2]
    drawn = render_episode(FIVE, 0, actions)
    assert len(drawn) == len(drawn.frames) == len(drawn.views) == 6
    real = gymnasium.make(FIVE, render_mode="rgb_array")
    real.reset(seed=0)
    for k, (frame, view) in enumerate(zip(drawn.frames, drawn.views, strict=True)):
        assert frame.shape == (160, 160, 3) and view.shape == (224, 224, 3)
        assert frame.dtype == view.dtype == np.uint8
        assert np.array_equal(frame, real.render())
        if k < len(actions):
            real.step(actions[k])
    for pictures in (drawn.frames, drawn.views):
        assert all(not np.array_equal(one, two) for one, two in itertools.pairwise(pictures))


def test_what_changes_nothing_changes_no_picture():
    drawn = render_episode(FIVE, 0, [6], tile_size=8)
    assert drawn.frames[0].shape == (40, 40, 3) and drawn.views[0].shape == (56, 56, 3)
    assert np.array_equal(drawn.frames[0], drawn.frames[1]) and np.array_equal(drawn.views[0], drawn.views[1])


def test_the_seed_decides_the_start():
    def first(seed):
        return render_episode("MiniGrid-Empty-Random-6x6-v0", seed, [], tile_size=8).frames[0]

    assert np.array_equal(first(3), first(3))
    assert len({first(seed).tobytes() for seed in range(6)}) > 1


def test_no_window_is_opened():
    render_episode(FIVE, 0, [0])
    assert not sys.modules["pygame"].display.get_init(), "MiniGrid brings pygame, which opens its windows"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("MiniGrid-Empty-5x5-v9", 0, []), "unknown environment 'MiniGrid-Empty-5x5-v9'"),
        ((FIVE, -1, []), "seed must be a whole number of at least 0, got -1"),
        ((FIVE, 0, [2, 9]), "an action is a whole number from 0 to 6, got 9"),
        ((FIVE, 0, [2, 2, 1, 2, 2, 0]), "the episode ends after 5 of the 6 actions to be drawn"),
    ],
)
def test_what_cannot_be_drawn(arguments, message):
    with pytest.raises(ValueError, match=message):
        render_episode(*arguments)


def test_tile_size_is_checked():
    with pytest.raises(ValueError, match="tile_size must be a whole number of at least 1, got 0"):
        render_episode(FIVE, 0, [], tile_size=0)
