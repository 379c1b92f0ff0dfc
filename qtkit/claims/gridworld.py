"""Figures 13 and 14 in numbers: final rewards, final policies, and the claims of section VI.C put to the test."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qtkit.checks import check_columns
from qtkit.claims.evidence import count_passed, describe_place, describe_rival, join
from qtkit.claims.seeds import (
    DISTINCT_BASELINES,
    by_seed,
    describe_few,
    describe_missing,
    fill_equals,
    lead,
    refuse_duplicates,
)
from qtkit.claims.statistics import NOISE, TOO_FEW, Tails, every, judge, signed_rank
from qtkit.claims.summary import order_experiments, rank_models
from qtkit.claims.verdicts import Claim, most, say_difference, weigh
from qtkit.names import PAPER_MODELS
from qtkit.paper import ENVIRONMENTS, EXPERIMENTS, REWARD_INSET, REWARD_WINDOW

TITLES = {name: title.rpartition("-")[2].replace("x", " × ") for name, title in ENVIRONMENTS.items()}
"""The experiment of stored runs, to the size of its room."""

RANDOM, SHORTEST = "Random actions", "Shortest path"

_EPISODES = int(EXPERIMENTS["gridworld"].options["episodes"])


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """A row an environment and model: the search, the baselines, controls and other settings, and two yardsticks.

    Columns: `environment`, `model`, `seeds` (how many); of the last 5,000 episodes `reward` (mean over the seeds),
    `low` and `high` (over the seeds), `std` (over episodes, root mean square over the seeds), `rank` of the reward
    among the distinct models, see `summary.rank_models`; `episodes_to_0.9`: the episode at which the mean of 1,000
    passed 0.9, median over the seeds, NaN if half of them never did; `greedy`, `sampled`: mean return of the last
    policy, mean over the seeds; `greedy_steps`, `sampled_steps`: its episodes' mean length. Random actions and the
    shortest path have returns of policies only. Baselines that equal one with runs have its numbers, see
    `qtkit.claims.seeds.fill_equals`.

    Arguments:
        runs: as `qtkit.runs.results.summaries("gridworld")` gives them.

    Raises:
        ValueError: if a column is missing.
    """
    _check(runs)
    runs, rows = fill_equals(runs), []
    for experiment, title in order_experiments(runs["experiment"], TITLES).items():
        part = runs[runs["experiment"] == experiment]
        for model in rank_models(part, "last_5000_return", "mean"):
            own = model.runs
            passed = own["passed_0.9"].fillna(np.inf).median()
            rows.append(
                {
                    "environment": title,
                    "model": model.label,
                    "seeds": len(own),
                    "reward": model.value,
                    "low": own["last_5000_return"].min(),
                    "high": own["last_5000_return"].max(),
                    "std": float(np.sqrt((own["last_5000_std"] ** 2).mean())),
                    "rank": model.rank,
                    "episodes_to_0.9": passed if np.isfinite(passed) else np.nan,
                    **{name: own[f"{name}_return"].mean() for name in ("greedy", "sampled")},
                    **{f"{name}_steps": own[f"{name}_length"].mean() for name in ("greedy", "sampled")},
                }
            )
        for yardstick, name, column in ((RANDOM, "random", "sampled"), (SHORTEST, "shortest", "greedy")):
            values = {column: part[f"{name}_return"].mean(), f"{column}_steps": part[f"{name}_length"].mean()}
            rows.append({"environment": title, "seeds": None, "model": yardstick, **values})
    return pd.DataFrame(rows).astype({"seeds": "Int64", "rank": float})


FORMATS = {
    **dict.fromkeys(("reward", "low", "high", "std", "greedy", "sampled"), ".3f"),
    **dict.fromkeys(("greedy_steps", "sampled_steps"), ".1f"),
    "episodes_to_0.9": ",.0f",
    "rank": "g",
}
"""How the columns of `summary` are printed."""


def claims(runs: pd.DataFrame, curves: pd.DataFrame) -> list[Claim]:
    """The claims of section VI.C, each with a verdict in one line.

    Each model is compared with the search seed by seed; `qtkit.claims.statistics` and docs/statistics.md tell what the
    verdicts mean; "most" is five or more of the eight distinct baselines. A policy that earns no more than random
    actions is not steady but dead: its deviation counts as the largest there is, see `deviations`. Without all distinct
    baselines at full length, or with fewer than six seeds that all have, there are not enough runs.

    Arguments:
        runs: as `qtkit.runs.results.summaries("gridworld")` gives them; others than the 13 models are left out.
        curves: `experiment`, `label`, `seed`, `episode`, `moving_mean`, as `qtkit.runs.results.load("gridworld")` has
            them.

    Raises:
        ValueError: if a column is missing, or a seed of a model is there twice.
    """
    _check(runs)
    needed = ("experiment", "label", "seed", "episode", "moving_mean")
    check_columns(curves, needed, "the curves lack", "they have")
    runs, curves = fill_equals(runs[runs["episodes_done"] >= _EPISODES]), fill_equals(curves)
    found, trends = [], []
    for experiment, title in TITLES.items():
        part = runs[(runs["experiment"] == experiment) & runs["label"].isin(PAPER_MODELS)]
        refuse_duplicates(part, title)
        of = curves[(curves["experiment"] == experiment) & curves["label"].isin(part["label"])]
        if "run" in curves and "run" in part:  # a shorter run may have the same label
            of = of[of["run"].isin(part["run"])]
        of_environment, trend = _environment(title, part, of)
        found += of_environment
        trends.append(trend)
    return [*found, _same_trends(trends)]


def find_missing(runs: pd.DataFrame) -> dict[str, str]:
    """What a figure lacks, in words, by experiment; nothing if nothing is."""
    runs = fill_equals(runs[runs["episodes_done"] >= _EPISODES])
    missing = {experiment: describe_missing(runs[runs["experiment"] == experiment]) for experiment in TITLES}
    return {experiment: words for experiment, words in missing.items() if words}


LARGEST_DEVIATION = 0.5
"""Of returns from 0 to 1, half of them either."""


def deviations(runs: pd.DataFrame) -> pd.Series:
    """The deviation of each run's last 5,000 returns; the largest there is for one that earns no more than at random.

    A policy that never arrives has return 0 and deviation 0: without this, dead policies would win in stability.

    Arguments:
        runs: a row a run, as for `claims`.
    """
    return runs["last_5000_std"].where(runs["last_5000_return"] > runs["random_return"], LARGEST_DEVIATION)


_Trend = Mapping[str, Tails]
"""The p-values of "the search beats most baselines", in reward and in stability; empty without enough runs."""


def _environment(title: str, part: pd.DataFrame, curves: pd.DataFrame) -> tuple[list[Claim], _Trend]:
    last = f"the last {REWARD_INSET:,} episodes on {title}"
    texts = [
        f"DiffQAS has a higher average reward than most baselines over {last}",
        f"DiffQAS has the highest average reward of all over {last}",
        f"DiffQAS has a lower deviation than most baselines over {last}",
        f"DiffQAS has the lowest deviation of all over {last}",
        f"DiffQAS has a higher reward than most baselines in every {REWARD_WINDOW:,} of {last}",
    ]
    few = describe_few(part)
    reward, deviation = by_seed(part, "last_5000_return"), by_seed(part.assign(steady=deviations(part)), "steady")
    if reward.empty:
        return [Claim(text, TOO_FEW, few, None) for text in texts], {}
    higher, lower = lead(reward), -lead(deviation)
    ends = range(_EPISODES - REWARD_INSET + REWARD_WINDOW, _EPISODES + 1, REWARD_WINDOW)
    blocks = [by_seed(curves[curves["episode"] == end], "moving_mean").reindex(reward.index) for end in ends]
    counts = ", ".join(str(count_passed(block, np.mean)) for block in blocks)
    dead = int((deviation == LARGEST_DEVIATION).to_numpy().sum())
    words = f"; of {deviation.size} policies {dead} earn no more than random actions" if dead else ""
    judged = (
        weigh(higher, most, describe_place(reward, np.mean), say_difference),
        weigh(higher, every, describe_rival(reward, np.mean), say_difference),
        weigh(lower, most, describe_place(deviation, np.mean, lower=True) + words, say_difference),
        weigh(lower, every, describe_rival(deviation, np.mean, lower=True) + words, say_difference),
        weigh(
            np.array([lead(block) for block in blocks]),
            lambda tails: every(most(tails)),
            f"above {counts} of {len(DISTINCT_BASELINES)}",
            say_difference,
        ),
    )
    found = [
        Claim(text, verdict, join(few, evidence), None) for text, (verdict, evidence) in zip(texts, judged, strict=True)
    ]
    return found, {} if few else {"reward": most(signed_rank(higher)), "stability": most(signed_rank(lower))}


def _same_trends(trends: list[_Trend]) -> Claim:
    small, large = TITLES.values()
    text = f"the trends on {large} are those on {small}: above most baselines in reward and in stability on both"
    if not all(trends):
        return Claim(text, TOO_FEW, "see above", None)
    parts = {
        f"{name} on {title}": tails
        for title, trend in zip(TITLES.values(), trends, strict=True)
        for name, tails in trend.items()
    }
    together = every(Tails(*(np.array(side) for side in zip(*parts.values(), strict=True))))
    verdict, words = judge(together), ", ".join(f"{what} {judge(tails)}" for what, tails in parts.items())
    return Claim(text, verdict, words + ("; each claim tells what would have been seen" * (verdict == NOISE)), None)


def _check(runs: pd.DataFrame) -> None:
    needed = ["experiment", "label", "seed", "episodes_done", "last_5000_return", "last_5000_std", "passed_0.9"]
    needed += [
        f"{name}_{what}" for name in ("greedy", "sampled", "random", "shortest") for what in ("return", "length")
    ]
    check_columns(runs, needed, "the summaries lack", "they have")
