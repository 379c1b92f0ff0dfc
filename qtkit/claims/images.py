"""Figures 5 to 7 in numbers: accuracy, loss and steadiness of each model, and the claims of section VI.A tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from qtkit.checks import check_columns
from qtkit.claims.evidence import describe_place, describe_rival, join
from qtkit.claims.seeds import (
    DISTINCT_BASELINES,
    by_seed,
    describe_few,
    describe_missing,
    fill_equals,
    lead,
    refuse_duplicates,
)
from qtkit.claims.statistics import HOLDS, TOO_FEW, Tails, at_least, every, judge, signed_rank
from qtkit.claims.summary import order_experiments, rank_models
from qtkit.claims.verdicts import Claim, most, say_difference, weigh
from qtkit.names import OURS, PAPER_MODELS
from qtkit.paper import PAIRS

TITLES = {name: pair.title for name, pair in PAIRS.items()}
"""The experiment of stored runs, to the paper's name of the pair of classes."""

CLOSE = 0.01
"""What is taken for "close" and "comparable": an accuracy at most one percentage point lower."""

HIGH = 0.98
"""The accuracy that the paper says is exceeded on FashionMNIST 1/5."""

FASTER = 2
"""What is taken for "certain" or "several" baselines: at least so many."""


def measure_runs(frame: pd.DataFrame) -> pd.DataFrame:
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
    check_columns(frame, ["experiment", "label", "seed", "run", "epoch", *values])
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
    seeds), `rank` of the median among the distinct models, see `summary.rank_models`; medians of `train_accuracy`,
    `test_loss`, `peak`, `first` and `falls`, see `measure_runs`. Baselines that equal one with runs have its numbers,
    see `seeds.fill_equals`.

    Raises:
        ValueError: if a column is missing, or no row has accuracies and losses.
    """
    runs = fill_equals(measure_runs(frame))
    if runs.empty:
        raise ValueError("no row has accuracies and losses: nothing to sum up")
    rows = [
        {
            "pair": title,
            "model": model.label,
            "seeds": model.runs["seed"].nunique(),
            "test_accuracy": model.value,
            "low": model.runs["test_accuracy"].min(),
            "high": model.runs["test_accuracy"].max(),
            "rank": model.rank,
            **{name: model.runs[name].median() for name in ("train_accuracy", "test_loss", "peak", "first", "falls")},
        }
        for experiment, title in order_experiments(runs["experiment"], TITLES).items()
        for model in rank_models(runs[runs["experiment"] == experiment], "test_accuracy", "median")
    ]
    return pd.DataFrame(rows).astype({"seeds": "Int64", "rank": float})


FORMATS = {
    **dict.fromkeys(("test_accuracy", "low", "high", "train_accuracy", "test_loss", "peak", "first", "falls"), ".3f"),
    "rank": "g",
}
"""How the columns of `summary` are printed."""


def claims(frame: pd.DataFrame) -> list[Claim]:
    """The claims of section VI.A, each with a verdict in one line.

    The paper's words are made measurable: "close" is at most 0.01 lower; "stable", "smooth" and "of low variance" are
    small `falls` (see `measure_runs`); "most" is five or more of the eight distinct baselines; "certain baselines" are
    at least two. Each model is compared with the search seed by seed; `qtkit.claims.statistics` and docs/statistics.md
    tell what the verdicts mean. Evidence is medians over seeds. Runs count that are as long as the longest of their
    pair; without all distinct baselines, or with fewer than six seeds that all have, there are not enough runs.

    Raises:
        ValueError: if a column is missing, or a seed of a model is there twice.
    """
    runs, found = fill_equals(keep_longest(measure_runs(frame))), []
    for experiment, claims_of in zip(TITLES, (_digits, _garments, _shoes), strict=True):
        part, title = runs[runs["experiment"] == experiment], TITLES[experiment]
        refuse_duplicates(part, title)
        found += claims_of(_Pair(part, title))
    return found


def find_missing(frame: pd.DataFrame) -> dict[str, str]:
    """What a figure lacks, in words, by experiment; nothing if nothing is."""
    runs = fill_equals(keep_longest(measure_runs(frame)))
    missing = {experiment: describe_missing(runs[runs["experiment"] == experiment]) for experiment in PAIRS}
    return {experiment: words for experiment, words in missing.items() if words}


def keep_longest(runs: pd.DataFrame) -> pd.DataFrame:
    """Of `measure_runs`: the thirteen models' runs, those of each experiment that are as long as its longest."""
    thirteen = runs[runs["label"].isin(PAPER_MODELS)]
    return thirteen[thirteen["epochs"] == thirteen.groupby("experiment")["epochs"].transform("max")]


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
        self._runs, self._title, self._few = runs, title, describe_few(runs)

    def close(self) -> Claim:
        text = f"DiffQAS comes close to the best baseline on {self._title}: its test accuracy is at most {CLOSE} lower"
        claim = self._against_best(text, "test_accuracy", lambda ahead: ahead + CLOSE, every)
        alike = self._as_close()
        return claim if alike is None else replace(claim, evidence=join(claim.evidence, alike))

    def _as_close(self) -> str | None:
        """How many baselines are close to the best other one, by the same test: a claim that many pass says little."""
        if self._few:
            return None
        values = by_seed(self._runs, "test_accuracy")[list(DISTINCT_BASELINES)].to_numpy().T
        count = sum(
            judge(every(signed_rank(one + CLOSE - np.delete(values, place, axis=0)))) == HOLDS
            for place, one in enumerate(values)
        )
        return f"so {'is' if count == 1 else 'are'} {count} of the {len(values)} baselines to the best of the others"

    def lower_peak(self) -> Claim:
        text = f"DiffQAS has a lower peak test accuracy than the best baseline on {self._title}"
        return self._against_best(text, "peak", np.negative, lambda tails: at_least(tails, 1))

    def steadier(self) -> Claim:
        text = f"the test accuracy of DiffQAS falls less while it trains on {self._title} than that of most baselines"
        return self._against_most(text, "falls", lower=True)

    def smaller_gap(self) -> Claim:
        text = f"DiffQAS generalises better than most baselines on {self._title}: train minus test accuracy is smaller"
        return self._against_most(text, "gap", lower=True)

    def better(self, column: str, what: str, *, lower: bool = False) -> Claim:
        return self._against_most(f"DiffQAS has {what} than most baselines on {self._title}", column, lower=lower)

    def slower_start(self) -> Claim:
        text = f"at least {FASTER} baselines are ahead of DiffQAS after the first epoch on {self._title}"
        return self._claim(
            text,
            "first",
            np.negative,
            lambda tails: at_least(tails, FASTER),
            lambda table: describe_place(table, np.median),
        )

    def high(self) -> Claim:
        text = f"DiffQAS exceeds {HIGH} in train and test accuracy on {self._title}"
        own = {part: by_seed(self._runs, f"{part}_accuracy")[OURS].to_numpy() for part in ("train", "test")}
        if not len(own["test"]):
            return Claim(text, TOO_FEW, self._few, None)
        words = ", ".join(f"{part} {np.median(values):.3f}" for part, values in own.items())
        differences = np.array(list(own.values())) - HIGH
        return Claim(text, *weigh(differences, every, join(self._few, words), say_difference), None)

    def _against_best(
        self, text: str, column: str, turn: Callable[[np.ndarray], np.ndarray], combine: Callable[[Tails], Tails]
    ) -> Claim:
        return self._claim(text, column, turn, combine, lambda table: describe_rival(table, np.median))

    def _against_most(self, text: str, column: str, *, lower: bool) -> Claim:
        turn = np.negative if lower else np.positive
        return self._claim(text, column, turn, most, lambda table: describe_place(table, np.median, lower=lower))

    def _claim(
        self,
        text: str,
        column: str,
        turn: Callable[[np.ndarray], np.ndarray],
        combine: Callable[[Tails], Tails],
        describe: Callable[[pd.DataFrame], str],
    ) -> Claim:
        """`turn` makes what the search is ahead of each baseline, `(baselines, seeds)`, positive where it is true."""
        table = by_seed(self._runs, column)
        if table.empty:
            return Claim(text, TOO_FEW, self._few, None)
        evidence = join(self._few, describe(table))
        return Claim(text, *weigh(turn(lead(table)), combine, evidence, say_difference), None)
