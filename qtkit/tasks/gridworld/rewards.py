"""What is shipped of a reinforcement-learning run: a thin reward curve, exact sums, and how good its policy ended.

A run of 50,000 episodes has a record a round, tens of thousands. Figures 13 and 14 need a row every 100 episodes; every
number in it is computed from all episodes.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from qtkit.paper import REWARD_INSET, REWARD_WINDOW
from qtkit.records import LISTS, to_frame
from qtkit.tasks.protocols import FinishedRun

if TYPE_CHECKING:
    from qtkit.tasks.gridworld.settings import GridworldSettings

EPISODES_PER_ROW = 100
"""Every so many episodes there is a row."""

THRESHOLDS = (0.5, 0.9)
"""Mean returns, to tell when a run passed them."""

EVALUATION_EPISODES = 1_000
"""Of MiniGrid, over which `final_policy` takes its means."""


@dataclass(frozen=True)
class Episodes:
    """All episodes of a run, in the order they ended.

    Attributes:
        returns, lengths: `(E,)`.
        rounds: `(E,)`, the row of the record in which each ended.
    """

    returns: NDArray[np.float64]
    lengths: NDArray[np.int64]
    rounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.returns)

    @classmethod
    def of(cls, records: pa.Table) -> Episodes:
        """Those in a table of `qtkit.tasks.gridworld.training.Record`.

        Raises:
            ValueError: if a column is missing, there is no episode, or the records count others than they hold.
        """
        needed = ["episode", "returns", "lengths"]
        if missing := [name for name in needed if name not in records.column_names]:
            raise ValueError(f"the records lack the columns {missing}; they have {records.column_names}")
        returns, lengths = (records.column(name).combine_chunks() for name in ("returns", "lengths"))
        ended = np.asarray(returns.value_lengths()) if len(records) else np.zeros(0, dtype=np.int64)
        episodes = cls(
            returns=np.asarray(returns.flatten(), dtype=np.float64),
            lengths=np.asarray(lengths.flatten(), dtype=np.int64),
            rounds=np.repeat(np.arange(len(records)), ended),
        )
        counted = records.column("episode").to_numpy()
        if not np.array_equal(counted, ended.cumsum()) or len(episodes.lengths) != len(episodes):
            raise ValueError(
                f"the records count {counted[-1] if len(counted) else 0} episodes and hold {len(episodes)} returns and "
                f"{len(episodes.lengths)} lengths: each episode must be in one record"
            )
        if not len(episodes):
            raise ValueError("the records hold no episode that has ended")
        return episodes

    def window(self, end: int, size: int = REWARD_WINDOW) -> slice:
        """The last `size` episodes of the first `end`, or as many as there are."""
        return slice(max(0, end - size), end)

    def passed(self, threshold: float, size: int = REWARD_WINDOW) -> int | None:
        """The first episode at which the mean return of the last `size` reached `threshold`; None if it never did.

        Only full windows count: the very first episode may be a lucky one.
        """
        if len(self) < size:
            return None
        sums = np.concatenate([[0.0], self.returns.cumsum()])
        reached = np.flatnonzero(sums[size:] - sums[:-size] >= (threshold - 1e-9) * size)
        return int(reached[0]) + size if len(reached) else None


def reward_rows(
    records: pa.Table,
    settings: GridworldSettings,
    *,
    every: int = EPISODES_PER_ROW,
    size: int = REWARD_WINDOW,
    threshold: float | None = None,
) -> pd.DataFrame:
    """A row every 100 episodes, and one at the end.

    Columns:
        episode: how many had ended: 100, 200, ...
        mean_return, mean_length: of these 100 episodes (of fewer in a last row that is not a multiple of 100).
        success: share of them with a return above 0.
        moving_mean, moving_std, moving_length: mean and standard deviation of the return, and mean length, of the last
            1,000 episodes, or of all where there are fewer. The deviation is the population's: the root of the mean
            squared distance from the mean.
        entropy: of the policy, in nats, the mean over the rounds since the row before.
        environment_steps, seconds: after the round in which the last of the 100 ended; of all workers.
        w1, ..., v1, ...: the structural weights of policy and value network after that round.

    The numbers are float32 and int32, which is finer than any difference between runs.

    Arguments:
        records: of `qtkit.tasks.gridworld.training.Record`.
        settings: of the run.
        every: another number of episodes a row than 100.
        size: another number of last episodes than 1,000.
        threshold: the return that is a success, if not one above 0.

    Raises:
        ValueError: as `Episodes.of` does.
    """
    episodes = Episodes.of(records)
    ends = [*range(every, len(episodes), every), len(episodes)]
    at = episodes.rounds[np.array(ends) - 1]  # (rows,)
    entropy = records.column("entropy").to_numpy()
    rows = []
    for i, end in enumerate(ends):
        block, window = slice(i * every, end), episodes.window(end, size)
        first = at[i - 1] + 1 if i else 1  # the first record is the start, and has no entropy
        rows.append(
            {
                "mean_return": episodes.returns[block].mean(),
                "mean_length": episodes.lengths[block].mean(),
                "success": successes(episodes.returns[block], threshold).mean(),
                "moving_mean": episodes.returns[window].mean(),
                "moving_std": deviation(episodes.returns[window]),
                "moving_length": episodes.lengths[window].mean(),
                # With very many workers two rows may end in the same round.
                "entropy": entropy[min(first, at[i]) : at[i] + 1].mean(),
            }
        )
    kept = [name for name in ("environment_steps", "seconds", *LISTS) if name in records.column_names]
    state = to_frame(records.select(kept).take(at), settings).drop(columns=list(LISTS), errors="ignore")
    frame = pd.concat([pd.DataFrame({"episode": ends}), pd.DataFrame(rows), state], axis=1)
    whole = {"episode": "int32", "environment_steps": "int32"}
    return frame.astype({name: whole.get(name, "float32") for name in frame.columns})


def successes(returns: NDArray[np.float64], threshold: float | None) -> NDArray[np.bool_]:
    """Which returns count as a success: those above 0, or those that reach the threshold, if there is one."""
    return returns > 0 if threshold is None else returns >= threshold


def deviation(values: NDArray[np.float64]) -> float:
    """The population's standard deviation; 0 for equal values, which rounding would spoil."""
    return float(values.std()) if np.ptp(values) else 0.0


def reward_summary(run: FinishedRun) -> dict[str, Any]:
    """Exact numbers of a finished run: how well it learnt, and how good its last policy is.

    `episodes_done`, `updates`, `environment_steps`; of the last 1,000 and the last 5,000 episodes (or of all, where
    there are fewer) `last_1000_return`, `last_1000_std` (the population's), `last_1000_success`, `last_1000_length`
    and so on; `passed_0.5` and `passed_0.9`, see `Episodes.passed`; and what `final_policy` tells.

    Arguments:
        run: a `StoredRun` of `"gridworld"`.

    Raises:
        FileNotFoundError, ValueError: if the run is not finished, or damaged.
    """
    records = run.table()
    episodes = Episodes.of(records)
    summary = count(records, episodes, (REWARD_WINDOW, REWARD_INSET))
    summary |= {f"passed_{threshold}": episodes.passed(threshold) for threshold in THRESHOLDS}
    return summary | final_policy(run)


def count(
    records: pa.Table, episodes: Episodes, windows: Sequence[int], threshold: float | None = None
) -> dict[str, Any]:
    """Episodes, updates and steps of a run, and how its last episodes went, for each of the `windows`."""
    last = records.slice(len(records) - 1).to_pylist()[0]
    summary = {"episodes_done": len(episodes), "updates": last["step"], "environment_steps": last["environment_steps"]}
    for size in windows:
        window = episodes.window(len(episodes), size)
        returns = episodes.returns[window]
        summary |= {
            f"last_{size}_return": float(returns.mean()),
            f"last_{size}_std": deviation(returns),
            f"last_{size}_success": float(successes(returns, threshold).mean()),
            f"last_{size}_length": float(episodes.lengths[window].mean()),
        }
    return summary


def final_policy(run: FinishedRun, episodes: int = EVALUATION_EPISODES, seed: int = 0) -> dict[str, Any]:
    """How good a finished run's last policy is, beside one that knows nothing and the shortest way there is.

    `greedy_return`, `greedy_std`, `greedy_success`, `greedy_length`: means over `episodes` episodes of the likeliest
    actions; `sampled_...`: of actions drawn from the policy; `random_...`: of all actions alike; `shortest_return`,
    `shortest_length`: of the fewest actions, None in an environment that is no table of states. All runs meet the same
    draws, those of `seed`.

    Arguments:
        run: a `StoredRun` of `"gridworld"` or `"agents"`.

    Raises:
        FileNotFoundError, ValueError: if the run has no last state, it is damaged, or is of another task.
    """
    from qtkit.tasks.gridworld.evaluation import evaluate, random_policy, shortest_path
    from qtkit.tasks.gridworld.training import GridworldTraining

    training = run.training()
    if not isinstance(training, GridworldTraining):
        raise ValueError(f"a policy is that of a run of 'gridworld' or 'agents'; here is {type(training).__name__}")
    try:
        environment, policy = training.data, training.network().policy
    finally:
        training.close()
    measured: dict[str, Any] = {"evaluation_episodes": episodes}
    at_random = functools.partial(random_policy, n_actions=environment.n_actions)
    for name, who, greedy in (("greedy", policy, True), ("sampled", policy, False), ("random", at_random, False)):
        result = evaluate(who, environment, episodes=episodes, greedy=greedy, seed=seed)
        measured |= {
            f"{name}_return": result.mean_return,
            f"{name}_std": result.std_return,
            f"{name}_success": result.success_rate,
            f"{name}_length": result.mean_length,
        }
    try:
        path = shortest_path(environment)
    except ValueError:
        return measured | {"shortest_return": None, "shortest_length": None}
    return measured | {"shortest_return": path.total, "shortest_length": path.length}
