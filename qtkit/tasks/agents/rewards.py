"""What is shipped of an agent's run: a reward curve, exact sums, and how good its policy ended.

As `qtkit.tasks.gridworld.rewards`, but in the measures that are usual for Gymnasium's environments: means of 100
episodes, and the return from which on an environment counts as solved.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pandas as pd
import pyarrow as pa

from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.rewards import EPISODES_PER_ROW, Episodes, count, final_policy, reward_rows
from qtkit.tasks.protocols import FinishedRun

WINDOWS = (100, 1_000)
"""Over how many of the last episodes means are taken; a curve over the first."""

ROWS = 500
"""At most so many, unless a row were of more than 100 episodes."""

FINAL_POLICY_EPISODES = 100
"""Over which the means of the last policy are taken: fewer than of MiniGrid, for others may step slowly."""


def agent_rows(records: pa.Table, settings: AgentSettings) -> pd.DataFrame:
    """A row every few episodes: 500 rows at most, or rows of 100 episodes.

    The columns are those of `qtkit.tasks.gridworld.rewards.reward_rows`; `moving_mean` and so on are of the last 100
    episodes, and a success is a return that reaches the environment's threshold, where Gymnasium names one.

    Raises:
        ValueError: as `Episodes.of` does.
    """
    every = min(EPISODES_PER_ROW, math.ceil(settings.episodes / ROWS))
    return reward_rows(records, settings, every=every, size=WINDOWS[0], threshold=threshold_of(settings))


def agent_summary(run: FinishedRun) -> dict[str, Any]:
    """Exact numbers of a finished run: how well it learnt, and how good its last policy is.

    `episodes_done`, `updates`, `environment_steps`; `last_100_return` and so on as of
    `qtkit.tasks.gridworld.rewards.reward_summary`; `threshold`, and `passed`, the first episode at which the mean
    return of the last 100 reached it, None if it never did; and what `final_policy` tells, of 100 episodes.

    Arguments:
        run: a `StoredRun` of `"agents"`.

    Raises:
        FileNotFoundError, ValueError: if the run is not finished, or damaged.
    """
    records = run.table()
    episodes = Episodes.of(records)
    training = run.training()
    training.close()
    assert isinstance(training.settings, AgentSettings)
    threshold = threshold_of(training.settings)
    passed = None if threshold is None else episodes.passed(threshold, WINDOWS[0])
    measured = count(records, episodes, WINDOWS, threshold) | {"threshold": threshold, "passed": passed}
    return measured | final_policy(run, FINAL_POLICY_EPISODES)


def threshold_of(settings: AgentSettings) -> float | None:
    """The return from which on the environment counts as solved, if Gymnasium knows it and names one."""
    import gymnasium
    import minigrid  # registers its environments  # noqa: F401

    if settings.agent is not None:
        from qtkit.tasks.agents.places import find_agent

        with contextlib.suppress(FileNotFoundError, ValueError):
            find_agent(settings)  # whose file may register the environment
    spec = gymnasium.registry.get(settings.environment)
    threshold = getattr(spec, "reward_threshold", None)
    return None if threshold is None else float(threshold)
