"""Figures 13 and 14 in numbers: final rewards, final policies, and the claims of section VI.C put to the test."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qtkit.claims.evidence import count_passed, describe_place, describe_rival
from qtkit.claims.seeds import collect_values, describe_missing, fill_equals, refuse_duplicates
from qtkit.claims.summary import check_columns, order_experiments, rank_models
from qtkit.claims.verdicts import MOST, TOO_FEW, Claim, count_below, judge, judge_any, negate, sample_posterior
from qtkit.names import BASELINES, PAPER_MODELS
from qtkit.paper import ENVIRONMENTS, EXPERIMENTS, REWARD_INSET, REWARD_WINDOW

TITLES = {name: title.rpartition("-")[2].replace("x", " × ") for name, title in ENVIRONMENTS.items()}
"""The experiment of stored runs, to the size of its room."""

RANDOM, SHORTEST = "Random actions", "Shortest path"

_EPISODES = int(EXPERIMENTS["gridworld"].options["episodes"])


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """A row an environment and model: the search, the baselines, controls and other settings, and two yardsticks.

    Columns: `environment`, `model`, `seeds` (how many); of the last 5,000 episodes `reward` (mean over the seeds),
    `low` and `high` (over the seeds), `std` (over episodes, root mean square over the seeds), `rank` of the reward
    among the 13 models; `episodes_to_0.9`: the episode at which the mean of 1,000 passed 0.9, median over the seeds,
    NaN if half of them never did; `greedy`, `sampled`: mean return of the last policy, mean over the seeds;
    `greedy_steps`, `sampled_steps`: its episodes' mean length. Random actions and the shortest path have returns of
    policies only. Baselines that equal one with runs have its numbers, see `qtkit.claims.seeds.fill_equals`.

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
    return pd.DataFrame(rows).astype({"seeds": "Int64", "rank": "Int64"})


FORMATS = {
    **dict.fromkeys(("reward", "low", "high", "std", "greedy", "sampled"), ".3f"),
    **dict.fromkeys(("greedy_steps", "sampled_steps"), ".1f"),
    "episodes_to_0.9": ",.0f",
}
"""How the columns of `summary` are printed."""


def claims(runs: pd.DataFrame, curves: pd.DataFrame) -> list[Claim]:
    """The claims of section VI.C, each with a verdict in one line.

    The baselines have few seeds, often one, so that a verdict must allow for what another seed would have given: it
    comes from draws of what the models' values may be, see `verdicts.sample_posterior`. A claim holds if it does in
    95 % of the draws, does not hold if it fails in 95 %, else it is within noise; that the search is the best does not
    hold if some named baseline is better, see `verdicts.judge_any`. Without all twelve baselines at full length, or
    with fewer than three seeds of the search, there are not enough runs.

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
    """What is missing for the verdicts, in words, by experiment; nothing if nothing is."""
    runs = fill_equals(runs[runs["episodes_done"] >= _EPISODES])
    missing = {experiment: describe_missing(runs[runs["experiment"] == experiment]) for experiment in TITLES}
    return {experiment: words for experiment, words in missing.items() if words}


_Trend = np.ndarray | None
"""`(2, draws)`: whether the search beats most baselines in reward, and in stability."""


def _environment(title: str, part: pd.DataFrame, curves: pd.DataFrame) -> tuple[list[Claim], _Trend]:
    last = f"the last {REWARD_INSET:,} episodes on {title}"
    texts = [
        f"DiffQAS has a higher average reward than most baselines over {last}",
        f"DiffQAS has the highest average reward of all over {last}",
        f"DiffQAS has a lower deviation than most baselines over {last}",
        f"DiffQAS has the lowest deviation of all over {last}",
        f"DiffQAS has a higher reward than most baselines in every {REWARD_WINDOW:,} of {last}",
    ]
    if missing := describe_missing(part):
        return [Claim(text, TOO_FEW, missing, None) for text in texts], None
    reward, deviation = collect_values(part, "last_5000_return"), collect_values(part, "last_5000_std")
    rewards, deviations = (
        sample_posterior(reward, f"reward {title}"),
        sample_posterior(deviation, f"deviation {title}"),
    )
    higher, lower = count_below(rewards) > MOST, count_below(-deviations) > MOST
    ends = range(_EPISODES - REWARD_INSET + REWARD_WINDOW, _EPISODES + 1, REWARD_WINDOW)
    blocks = [collect_values(curves[curves["episode"] == end], "moving_mean") for end in ends]
    in_blocks = np.array([count_below(sample_posterior(block, f"blocks {title}")) for block in blocks])  # (5, draws)
    counts = ", ".join(str(count_passed(block, np.mean)) for block in blocks)
    verdicts_and_evidence = (
        (judge(higher), describe_place(reward, np.mean)),
        (negate(judge_any(rewards[1:] >= rewards[0])), describe_rival(reward, np.mean)),
        (judge(lower), describe_place(deviation, np.mean, lower=True)),
        (negate(judge_any(deviations[1:] <= deviations[0])), describe_rival(deviation, np.mean, lower=True)),
        (judge((in_blocks > MOST).all(axis=0)), f"above {counts} of {len(BASELINES)}"),
    )
    found = [Claim(text, *judged, None) for text, judged in zip(texts, verdicts_and_evidence, strict=True)]
    return found, np.array([higher, lower])


def _same_trends(trends: list[_Trend]) -> Claim:
    small, large = TITLES.values()
    text = f"the trends on {large} are those on {small}: above most baselines in reward and in stability on both"
    if any(trend is None for trend in trends):
        return Claim(text, TOO_FEW, "see above", None)
    both = np.array(trends)  # (environments, 2, draws)
    shares = [
        f"{name} on {title} in {share:.0%}"
        for title, pair in zip(TITLES.values(), both.mean(axis=2), strict=True)
        for name, share in zip(("reward", "stability"), pair, strict=True)
    ]
    return Claim(text, judge(both.all(axis=(0, 1))), f"of the draws: {', '.join(shares)}", None)


def _check(runs: pd.DataFrame) -> None:
    needed = ["experiment", "label", "seed", "episodes_done", "last_5000_return", "last_5000_std", "passed_0.9"]
    needed += [
        f"{name}_{what}" for name in ("greedy", "sampled", "random", "shortest") for what in ("return", "length")
    ]
    check_columns(runs, needed, "the summaries lack", "they have")
