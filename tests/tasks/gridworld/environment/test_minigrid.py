"""Names, views and actions that do not fit are told clearly."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from qtkit.tasks.gridworld.environment.minigrid import flat_image, make_real, step_limit
from tests.tasks.gridworld.worlds import register


@pytest.mark.parametrize(("size", "limit"), [(5, 100), (6, 144)])
def test_the_paper_s_environments(size, limit):
    real = make_real(f"MiniGrid-Empty-{size}x{size}-v0")
    assert step_limit(real) == limit
    observation, _ = real.reset(seed=0)
    flat = flat_image(observation)
    assert flat.shape == (147,) and flat.dtype == np.float32
    assert flat.tolist() == [float(v) for column in observation["image"] for cell in column for v in cell], "unscaled"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("MiniGrid-Empty-5x5", "unknown environment 'MiniGrid-Empty-5x5': did you mean 'MiniGrid-Empty-5x5-v0'"),
        ("minigrid-empty-6x6-v0", "did you mean .*'MiniGrid-Empty-6x6-v0'"),
        ("nonsense", "unknown environment 'nonsense': a name such as 'MiniGrid-Empty-5x5-v0'. All names: import gym"),
        ("", "unknown environment ''"),
        ("os:anything-v0", "unknown environment 'os:anything-v0'"),
        (None, "unknown environment None"),
        (["MiniGrid-Empty-5x5-v0"], r"unknown environment \['MiniGrid"),
        ("CartPole-v1", r"an 'image' of shape \(7, 7, 3\); in CartPole-v1 it is Box\("),
        ("MiniGrid-Dynamic-Obstacles-5x5-v0", r"the 7 discrete actions of MiniGrid; .* has Discrete\(3\)"),
    ],
)
def test_what_does_not_fit_is_refused(name, message):
    with pytest.raises(ValueError, match=message):
        make_real(name)


@pytest.mark.parametrize(
    ("world", "message"),
    [
        ("SmallView", r"must have shape \(7, 7, 3\); QtkitSmallView-v0 has \(5, 5, 3\)"),
        ("FullyObserved", r"must have shape \(7, 7, 3\); QtkitFullyObserved-v0 has \(5, 5, 3\)"),
        ("Endless", "QtkitEndless-v0 has no limit of steps: an episode might never end"),
    ],
)
def test_another_view_or_no_end_is_refused(world, message):
    with pytest.raises(ValueError, match=message):
        make_real(register(world))


def test_a_limit_of_steps_around_the_environment_counts():
    assert step_limit(make_real(register("Wrapped"))) == 20


@pytest.mark.slow
def test_minigrid_is_imported_only_when_needed():
    code = (
        "import sys, qtkit.tasks.gridworld.evaluation, qtkit.tasks.gridworld.frames; "
        "assert not {'gymnasium', 'minigrid', 'pygame'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
