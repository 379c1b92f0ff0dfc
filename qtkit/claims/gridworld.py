"""Figures 13 and 14 in numbers: final rewards, final policies, and the claims of section VI.C put to the test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from qtkit.claims import verdicts
from qtkit.claims.verdicts import MOST, TOO_FEW, Claim, beaten, opposite, posterior, some, verdict
from qtkit.names import BASELINES, CONTROLS, OURS
from qtkit.paper import EXPERIMENTS, REWARD_INSET, REWARD_WINDOW

ENVIRONMENTS = {
    f"{name.lower()}-v0": name.rpartition("-")[2].replace("x", " × ") for name in EXPERIMENTS["gridworld"].datasets
}
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
    policies only. Baselines that equal one with runs have its numbers, see `qtkit.claims.verdicts.with_equals`.

    Arguments:
        runs: as `qtkit.runs.results.summaries("gridworld")` gives them.

    Raises:
        ValueError: if a column is missing.
    """
    _check(runs)
    runs, rows = verdicts.with_equals(runs), []
    for experiment, title in _titles(runs).items():
        part = runs[runs["experiment"] == experiment]
        rewards = part.groupby("label")["last_5000_return"].mean()
        thirteen = rewards[[label for label in (OURS, *BASELINES) if label in rewards]]
        labels = [label for label in (OURS, *BASELINES, *CONTROLS) if label in rewards]
        for label in [*labels, *(label for label in rewards.index if label not in labels)]:
            own = part[part["label"] == label]
            passed = own["passed_0.9"].fillna(np.inf).median()
            rows.append(
                {
                    "environment": title,
                    "model": label,
                    "seeds": len(own),
                    "reward": rewards[label],
                    "low": own["last_5000_return"].min(),
                    "high": own["last_5000_return"].max(),
                    "std": float(np.sqrt((own["last_5000_std"] ** 2).mean())),
                    "rank": 1 + int((thirteen > rewards[label]).sum()) if label in thirteen else None,
                    "episodes_to_0.9": passed if np.isfinite(passed) else np.nan,
                    **{name: own[f"{name}_return"].mean() for name in ("greedy", "sampled")},
                    **{f"{name}_steps": own[f"{name}_length"].mean() for name in ("greedy", "sampled")},
                }
            )
        of_policies = {"environment": title, "seeds": None}
        yardsticks = ((RANDOM, "random", "sampled"), (SHORTEST, "shortest", "greedy"))
        for model, name, column in yardsticks:
            values = {column: part[f"{name}_return"].mean(), f"{column}_steps": part[f"{name}_length"].mean()}
            rows.append(of_policies | {"model": model} | values)
    table = pd.DataFrame(rows)
    return table.astype({"seeds": "Int64", "rank": "Int64"})


def claims(runs: pd.DataFrame, curves: pd.DataFrame) -> list[Claim]:
    """The claims of section VI.C, each with a verdict in one line.

    The baselines have few seeds, often one, so that a verdict must allow for what another seed would have given: it
    comes from draws of what the models' values may be, see `verdicts.posterior`. A claim holds if it does in 95 %
    of the draws, does not hold if it fails in 95 %, else it is within noise; that the search is the best does not hold
    if some named baseline is better, see `verdicts.some`. Without all twelve baselines at full
    length, or with fewer than three seeds of the search, there are not enough runs.

    Arguments:
        runs: as `qtkit.runs.results.summaries("gridworld")` gives them; others than the 13 models are left out.
        curves: `experiment`, `label`, `seed`, `episode`, `moving_mean`, as `qtkit.runs.results.load("gridworld")` has
            them.

    Raises:
        ValueError: if a column is missing, or a seed of a model is there twice.
    """
    _check(runs)
    if missing := [name for name in ("experiment", "label", "seed", "episode", "moving_mean") if name not in curves]:
        raise ValueError(f"the curves lack the columns {missing}; they have {list(curves.columns)}")
    runs = verdicts.with_equals(runs[runs["episodes_done"] >= _EPISODES])
    curves = verdicts.with_equals(curves)
    found, trends = [], []
    for experiment, title in ENVIRONMENTS.items():
        part = runs[(runs["experiment"] == experiment) & runs["label"].isin((OURS, *BASELINES))]
        verdicts.refuse_twice(part, title)
        of = curves[(curves["experiment"] == experiment) & curves["label"].isin(part["label"])]
        if "run" in curves and "run" in part:  # a shorter run may have the same label
            of = of[of["run"].isin(part["run"])]
        of_environment, trend = _environment(title, part, of, verdicts.lacks(part))
        found += of_environment
        trends.append(trend)
    return [*found, _same_trends(trends)]


def lacking(runs: pd.DataFrame) -> dict[str, str]:
    """What is missing for the verdicts, in words, by experiment; nothing if nothing is."""
    runs, told = verdicts.with_equals(runs[runs["episodes_done"] >= _EPISODES]), {}
    for experiment in ENVIRONMENTS:
        part = runs[runs["experiment"] == experiment]
        if words := verdicts.lacks(part):
            told[experiment] = words
    return told


_Trend = np.ndarray | None
"""`(2, draws)`: whether the search beats most baselines in reward, and in stability."""


def _environment(title: str, part: pd.DataFrame, curves: pd.DataFrame, lacks: str) -> tuple[list[Claim], _Trend]:
    last = f"the last {REWARD_INSET:,} episodes on {title}"
    texts = [
        f"DiffQAS has a higher average reward than most baselines over {last}",
        f"DiffQAS has the highest average reward of all over {last}",
        f"DiffQAS has a lower deviation than most baselines over {last}",
        f"DiffQAS has the lowest deviation of all over {last}",
        f"DiffQAS has a higher reward than most baselines in every {REWARD_WINDOW:,} of {last}",
    ]
    if lacks:
        return [Claim(text, TOO_FEW, lacks, None) for text in texts], None
    reward, deviation = verdicts.values(part, "last_5000_return"), verdicts.values(part, "last_5000_std")
    rewards, deviations = posterior(reward, f"reward {title}"), posterior(deviation, f"deviation {title}")
    higher, lower = beaten(rewards), beaten(-deviations)
    ends = range(_EPISODES - REWARD_INSET + REWARD_WINDOW, _EPISODES + 1, REWARD_WINDOW)
    blocks = [verdicts.values(curves[curves["episode"] == end], "moving_mean") for end in ends]
    in_blocks = np.array([beaten(posterior(block, f"blocks {title}")) for block in blocks])  # (5, draws)
    counts = [_count(block, np.greater) for block in blocks]
    found = [
        Claim(texts[0], verdict(higher > MOST), _evidence(reward, np.greater), None),
        Claim(texts[1], opposite(some(rewards[1:] >= rewards[0])), _rival(reward, max), None),
        Claim(texts[2], verdict(lower > MOST), _evidence(deviation, np.less), None),
        Claim(texts[3], opposite(some(deviations[1:] <= deviations[0])), _rival(deviation, min), None),
        Claim(
            texts[4],
            verdict((in_blocks > MOST).all(axis=0)),
            f"above {', '.join(map(str, counts))} of {len(BASELINES)}",
            None,
        ),
    ]
    return found, np.array([higher > MOST, lower > MOST])


def _same_trends(trends: list[_Trend]) -> Claim:
    small, large = ENVIRONMENTS.values()
    text = f"the trends on {large} are those on {small}: above most baselines in reward and in stability on both"
    if any(trend is None for trend in trends):
        return Claim(text, TOO_FEW, "see above", None)
    both = np.array(trends)  # (environments, 2, draws)
    shares = [
        f"{name} on {title} in {share:.0%}"
        for title, pair in zip(ENVIRONMENTS.values(), both.mean(axis=2), strict=True)
        for name, share in zip(("reward", "stability"), pair, strict=True)
    ]
    return Claim(text, verdict(both.all(axis=(0, 1))), f"of the draws: {', '.join(shares)}", None)


def _count(values: dict[str, np.ndarray], better: Callable[[float, float], bool]) -> int:
    return sum(bool(better(values[OURS].mean(), values[label].mean())) for label in BASELINES)


def _evidence(values: dict[str, np.ndarray], better: Callable[[float, float], bool]) -> str:
    middle = float(np.median([values[label].mean() for label in BASELINES]))
    ours = values[OURS]
    return (
        f"{'above' if better is np.greater else 'below'} {_count(values, better)} of {len(BASELINES)}; "
        f"{ours.mean():.3f} ({ours.min():.3f} to {ours.max():.3f} over {len(ours)} seeds), "
        f"the baselines' median {middle:.3f}"
    )


def _rival(values: dict[str, np.ndarray], best: Callable[..., str]) -> str:
    name = best(BASELINES, key=lambda label: values[label].mean())
    return f"{values[OURS].mean():.3f}, the best baseline is {name} with {values[name].mean():.3f}"


def _titles(runs: pd.DataFrame) -> dict[str, str]:
    """The environments that are there, the paper's first."""
    there = list(dict.fromkeys(runs["experiment"]))
    return {
        name: ENVIRONMENTS.get(name, name)
        for name in [n for n in ENVIRONMENTS if n in there] + sorted(name for name in there if name not in ENVIRONMENTS)
    }


def _check(runs: pd.DataFrame) -> None:
    needed = ["experiment", "label", "seed", "episodes_done", "last_5000_return", "last_5000_std", "passed_0.9"]
    needed += [
        f"{name}_{what}" for name in ("greedy", "sampled", "random", "shortest") for what in ("return", "length")
    ]
    if missing := [name for name in needed if name not in runs]:
        raise ValueError(f"the summaries lack the columns {missing}; they have {list(runs.columns)}")
