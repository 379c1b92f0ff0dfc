"""Figures 5 to 7 in numbers: accuracy, loss and steadiness of each model, and the claims of section VI.A tested."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from qtkit.claims import verdicts
from qtkit.claims.verdicts import MOST, TOO_FEW, Claim, beaten, opposite, posterior, some, verdict
from qtkit.names import BASELINES, CONTROLS, OURS
from qtkit.paper import EXPERIMENTS

PAIRS = dict(zip(("mnist-1-5", "fashion-1-5", "fashion-5-7"), EXPERIMENTS["images"].datasets, strict=True))
"""The experiment of stored runs, to the paper's name of the pair of classes."""

CLOSE = 0.01
"""What is taken for "close" and "comparable": an accuracy at most one percentage point lower."""

HIGH = 0.98
"""The accuracy that the paper says is exceeded on FashionMNIST 1/5."""

FASTER = 2
"""What is taken for "certain" or "several" baselines: at least so many."""


def measures(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a run, by `experiment`, `label` and `seed`: how it ended, and how it got there.

    Columns: `epochs`; `test_accuracy`, `train_accuracy`, `test_loss`, `train_loss` of the last epoch; `peak`, the
    highest test accuracy; `first`, the test accuracy after one epoch; `falls`, what the test accuracy lost from an
    epoch to the next, summed over all epochs in which it fell (0 if it never does: the smaller, the steadier); `gap`,
    the train accuracy minus the test accuracy at the end.

    Arguments:
        frame: a row a run and epoch, as `qtkit.runs.results.load("images")` gives it.

    Raises:
        ValueError: if a column is missing.
    """
    values = [f"{part}_{what}" for part in ("test", "train") for what in ("accuracy", "loss")]
    needed = ["experiment", "label", "seed", "run", "epoch", *values]
    if missing := [name for name in needed if name not in frame]:
        raise ValueError(f"the table lacks the columns {missing}; it has {list(frame.columns)}")
    ordered = frame.dropna(subset=values).sort_values(["run", "epoch"])
    runs = ordered.groupby(["experiment", "label", "seed", "run"], sort=False)
    found = runs[values].last()
    change = runs["test_accuracy"].diff()
    keys = [ordered[name] for name in ("experiment", "label", "seed", "run")]
    early = ordered[ordered["epoch"] == 1].set_index(["experiment", "label", "seed", "run"])["test_accuracy"]
    return found.assign(
        epochs=runs["epoch"].max(),
        peak=runs["test_accuracy"].max(),
        first=early,
        falls=(-change.clip(upper=0)).fillna(0).groupby(keys).sum(),
        gap=found["train_accuracy"] - found["test_accuracy"],
    ).reset_index()


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """A row a pair and model: the search, the baselines, the controls, then other settings.

    Columns: `pair`, `model`, `seeds` (how many); `test_accuracy` (median over the seeds), `low`, `high` (over the
    seeds), `rank` of the median among the thirteen models; medians of `train_accuracy`, `test_loss`, `peak`, `first`
    and `falls`, see `measures`. Baselines that equal one with runs have its numbers, see `verdicts.with_equals`.

    Raises:
        ValueError: if a column is missing, or no row has accuracies and losses.
    """
    runs, rows = verdicts.with_equals(measures(frame)), []
    if runs.empty:
        raise ValueError("no row has accuracies and losses: nothing to sum up")
    for experiment, title in _titles(runs).items():
        part = runs[runs["experiment"] == experiment]
        medians = part.groupby("label")["test_accuracy"].median()
        thirteen = medians[[label for label in (OURS, *BASELINES) if label in medians]]
        labels = [label for label in (OURS, *BASELINES, *CONTROLS) if label in medians]
        for label in [*labels, *(label for label in medians.index if label not in labels)]:
            own = part[part["label"] == label]
            rows.append(
                {
                    "pair": title,
                    "model": label,
                    "seeds": own["seed"].nunique(),
                    "test_accuracy": medians[label],
                    "low": own["test_accuracy"].min(),
                    "high": own["test_accuracy"].max(),
                    "rank": 1 + int((thirteen > medians[label]).sum()) if label in thirteen else None,
                    **{name: own[name].median() for name in ("train_accuracy", "test_loss", "peak", "first", "falls")},
                }
            )
    return pd.DataFrame(rows).astype({"seeds": "Int64", "rank": "Int64"})


def claims(frame: pd.DataFrame) -> list[Claim]:
    """The claims of section VI.A, each with a verdict in one line.

    The paper's words are made measurable: "close" is at most 0.01 lower; "stable", "smooth" and "of low variance" are
    small `falls` (see `measures`); "most" is more than six of twelve; "certain baselines" are at least two. A claim
    holds if it does in 95 % of the draws of `verdicts.posterior`, does not hold if it fails in 95 %, else it is
    within noise; a claim on the best baseline or on certain ones is about named ones, see `verdicts.some`.
    Evidence is medians over seeds. Runs count that are as long as the longest of their pair; without all
    twelve baselines, or with fewer than three seeds of the search, there are not enough runs.

    Raises:
        ValueError: if a column is missing, or a seed of a model is there twice.
    """
    runs = verdicts.with_equals(longest(measures(frame)))
    found = []
    for experiment, judge in zip(PAIRS, (_digits, _garments, _shoes), strict=True):
        part, title = (
            runs[(runs["experiment"] == experiment) & runs["label"].isin((OURS, *BASELINES))],
            PAIRS[experiment],
        )
        verdicts.refuse_twice(part, title)
        of_pair = judge(_Pair(part, title))
        if lacks := verdicts.lacks(part):
            of_pair = [Claim(each.text, TOO_FEW, lacks, None) for each in of_pair]
        found += of_pair
    return found


def lacking(frame: pd.DataFrame) -> dict[str, str]:
    """What is missing for the verdicts, in words, by experiment; nothing if nothing is."""
    runs = verdicts.with_equals(longest(measures(frame)))
    told = {experiment: verdicts.lacks(runs[runs["experiment"] == experiment]) for experiment in PAIRS}
    return {experiment: words for experiment, words in told.items() if words}


def _digits(pair: _Pair) -> list[Claim]:
    """Figure 5."""
    return [pair.close(), pair.lower_peak(), pair.steadier(), pair.smaller_gap()]


def _garments(pair: _Pair) -> list[Claim]:
    """Figure 6."""
    return [pair.high(), pair.close(), pair.slower_start(), pair.steadier()]


def _shoes(pair: _Pair) -> list[Claim]:
    """Figure 7."""
    return [
        pair.better("test_accuracy", "a higher test accuracy"),
        pair.better("train_accuracy", "a higher train accuracy"),
        pair.better("test_loss", "a lower test loss", lower=True),
        pair.slower_start(),
        pair.steadier(),
    ]


class _Pair:
    """The claims on a pair of classes, judged as they are asked for."""

    def __init__(self, runs: pd.DataFrame, title: str) -> None:
        self._runs, self._title, self._judged = runs, title, not verdicts.lacks(runs)

    def close(self) -> Claim:
        def judged(drawn: np.ndarray) -> str:
            return opposite(some(drawn[1:] - CLOSE > drawn[0]))

        text = f"DiffQAS comes close to the best baseline on {self._title}: its test accuracy is at most {CLOSE} lower"
        return self._claim(text, "test_accuracy", judged, _rival)

    def lower_peak(self) -> Claim:
        def judged(drawn: np.ndarray) -> str:
            return some(drawn[1:] > drawn[0])

        text = f"DiffQAS has a lower peak test accuracy than the best baseline on {self._title}"
        return self._claim(text, "peak", judged, _rival)

    def steadier(self) -> Claim:
        text = f"the test accuracy of DiffQAS falls less while it trains on {self._title} than that of most baselines"
        return self._claim(text, "falls", lambda drawn: verdict(beaten(-drawn) > MOST), _count_below)

    def smaller_gap(self) -> Claim:
        text = f"DiffQAS generalises better than most baselines on {self._title}: train minus test accuracy is smaller"
        return self._claim(text, "gap", lambda drawn: verdict(beaten(-drawn) > MOST), _count_below)

    def slower_start(self) -> Claim:
        def judged(drawn: np.ndarray) -> str:
            return some(drawn[1:] > drawn[0], FASTER)

        text = f"at least {FASTER} baselines are ahead of DiffQAS after the first epoch on {self._title}"
        return self._claim(text, "first", judged, _count_above)

    def better(self, column: str, what: str, *, lower: bool = False) -> Claim:
        def judged(drawn: np.ndarray) -> str:
            return verdict(beaten(-drawn if lower else drawn) > MOST)

        text = f"DiffQAS has {what} than most baselines on {self._title}"
        return self._claim(text, column, judged, _count_below if lower else _count_above)

    def high(self) -> Claim:
        text = f"DiffQAS exceeds {HIGH} in train and test accuracy on {self._title}"
        if not self._judged:
            return Claim(text, TOO_FEW, "", None)
        both = [verdicts.values(self._runs, f"{part}_accuracy") for part in ("train", "test")]
        drawn = np.array([posterior(values, f"high {self._title}")[0] for values in both])  # (2, draws)
        words = [f"{part} {np.median(values[OURS]):.3f}" for part, values in zip(("train", "test"), both, strict=True)]
        return Claim(text, verdict((drawn > HIGH).all(axis=0)), ", ".join(words), None)

    def _claim(
        self,
        text: str,
        column: str,
        judged: Callable[[np.ndarray], str],
        told: Callable[[dict[str, np.ndarray]], str],
    ) -> Claim:
        if not self._judged:
            return Claim(text, TOO_FEW, "", None)
        values = verdicts.values(self._runs, column)
        return Claim(text, judged(posterior(values, f"{column} {self._title}")), told(values), None)


def _rival(values: dict[str, np.ndarray]) -> str:
    name = max(BASELINES, key=lambda label: np.median(values[label]))
    return f"{np.median(values[OURS]):.3f}, the best baseline is {name} with {np.median(values[name]):.3f}"


def _count_above(values: dict[str, np.ndarray]) -> str:
    return _count(values, "above", np.greater)


def _count_below(values: dict[str, np.ndarray]) -> str:
    return _count(values, "below", np.less)


def _count(values: dict[str, np.ndarray], word: str, better: Callable[[float, float], bool]) -> str:
    ours, medians = values[OURS], [np.median(values[label]) for label in BASELINES]
    count = sum(bool(better(np.median(ours), each)) for each in medians)
    return (
        f"{word} {count} of {len(BASELINES)}; {np.median(ours):.3f} ({ours.min():.3f} to {ours.max():.3f} over "
        f"{len(ours)} seeds), the baselines' median {np.median(medians):.3f}"
    )


def longest(runs: pd.DataFrame) -> pd.DataFrame:
    """Of `measures`: the thirteen models' runs, those of each experiment that are as long as its longest."""
    thirteen = runs[runs["label"].isin((OURS, *BASELINES))]
    return thirteen[thirteen["epochs"] == thirteen.groupby("experiment")["epochs"].transform("max")]


def _titles(runs: pd.DataFrame) -> dict[str, str]:
    """The pairs that are there, the paper's first."""
    there = list(dict.fromkeys(runs["experiment"]))
    order = [name for name in PAIRS if name in there] + sorted(name for name in there if name not in PAIRS)
    return {name: PAIRS.get(name, name) for name in order}
