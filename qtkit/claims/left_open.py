"""Table II's first row under every choice that the paper leaves open, as far as runs are stored, and one way beside."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from qtkit.claims.evidence import join
from qtkit.claims.selecting import PLACES, select
from qtkit.claims.statistics import MIN_SEEDS, TOO_FEW, agreements, every
from qtkit.claims.stored import Folder
from qtkit.claims.verdicts import Claim, say_factor, weigh
from qtkit.names import OURS, model_label
from qtkit.paper import DATASETS, EXPERIMENTS, TABLE_II
from qtkit.runs.sweeps.paper_plans import CHOICES
from qtkit.runs.sweeps.search_plans import CALM
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import HEARD, WRITTEN

EPOCH = int(EXPERIMENTS["series"].epochs or 0)
"""Whose errors count: the last of Figures 8 to 12."""

USUAL_RATE = 0.01
"""The paper's learning rate, which all of the 96 ways have."""

HOW = (
    "to compute them: qtkit sweep choices --seeds 3; "
    "qtkit export series --plan choices --every 10 --to results/choices/series"
)

HOW_CALM = (
    "qtkit run series --dataset NAME --seed N --probability scaled --mapping-scale 0.3 --learning-rate 0.002 "
    "--epochs 150 --predictions none; qtkit export series --where learning_rate=0.002 --to results/search/series"
)

SERIES = tuple(DATASETS.values())


def measure_choices(folder: Folder = None) -> pd.DataFrame:
    """A row a run of the search: the choices of `CHOICES`, `dataset`, `seed`, and `error`, its test error at epoch 100.

    All else is as the paper has it; runs with other settings are left out.

    Raises:
        FileNotFoundError: if no results of series are stored; how to compute them is told.
        ValueError: if there is no such run; how to compute them is told.
    """

    def wanted(settings: Settings) -> bool:
        return model_label(settings) == OURS and WRITTEN.includes(settings, free=CHOICES)

    try:
        found = select("series", wanted, folder=folder)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {HOW}") from None
    frame = found.frame
    if found.settings:
        frame = frame[(frame["epoch"] == EPOCH) & frame["experiment"].isin(DATASETS)]
    if frame.empty:
        raise ValueError(f"no stored search on the paper's series has reached epoch {EPOCH}; {HOW}")
    return _errors_by_way(frame, found.settings)


def _errors_by_way(frame: pd.DataFrame, settings: Mapping[str, Settings]) -> pd.DataFrame:
    chosen = {key: {name: each.to_dict()[name] for name in CHOICES} for key, each in settings.items()}
    table = pd.DataFrame(
        {
            **{name: [chosen[run][name] for run in frame["run"]] for name in CHOICES},
            "dataset": frame["experiment"].map(DATASETS).to_numpy(),
            "seed": frame["seed"].astype(int).to_numpy(),
            "error": frame["test_loss"].astype(float).to_numpy() if len(frame) else [],
        }
    )
    return table.drop_duplicates([*CHOICES, "dataset", "seed"], ignore_index=True)  # that differ in what they record


def measure_calm(folder: Folder = None) -> pd.DataFrame:
    """As `measure_choices`, of the one way beside the 96 that has another rate and length: `CALM`, heard, at its end.

    Raises:
        FileNotFoundError: if no results of series are stored.
    """

    def wanted(settings: Settings) -> bool:
        return model_label(settings) == OURS and HEARD.includes(settings, free=CALM) and has_calm(settings)

    def has_calm(settings: Settings) -> bool:
        given = settings.to_dict()
        return all(given[name] == value for name, value in CALM.items())

    found = select("series", wanted, folder=folder, places=(*PLACES, "search"))
    frame = found.frame
    if found.settings:
        frame = frame[(frame["epoch"] == CALM["epochs"]) & frame["experiment"].isin(DATASETS)]
    return _errors_by_way(frame, found.settings)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """A row a way to choose: the choices, five medians over the seeds, and how they stand to the paper's first row.

    Columns: those of `CHOICES`; of each series the median test error, NaN without runs; `series`, on how many there are
    runs; `seeds`, the fewest that one of these has; `below`, on how many series the median is below the printed "Ours";
    `factor`, the geometric mean of median over printed. The ways that are below on most series come first, then those
    with the smallest factor.

    Arguments:
        table: as `measure_choices` gives it.
    """
    runs = table.groupby([*CHOICES, "dataset"])["error"]
    medians = runs.median().unstack("dataset").reindex(columns=list(SERIES))
    ratios = medians / [TABLE_II[OURS][dataset] for dataset in SERIES]
    told = medians.assign(
        series=medians.notna().sum(axis=1),
        seeds=runs.count().unstack("dataset").min(axis=1).astype(int),
        below=(ratios < 1).sum(axis=1),
        factor=np.exp(np.log(ratios).mean(axis=1)),
    )
    told = told.sort_values(["below", "factor"], ascending=[False, True], kind="stable").reset_index()
    return told.rename_axis(columns=None)


def beside_calm(table: pd.DataFrame, calm: pd.DataFrame) -> pd.DataFrame:
    """The summary of all ways with columns `rate` and `epochs`, and a last row of the calm way if it has runs.

    Arguments:
        table, calm: as `measure_choices` and `measure_calm` give them.
    """
    usual = {"rate": USUAL_RATE, "epochs": EPOCH}
    ways = [summary(table).assign(**usual)]
    if len(calm):
        ways.append(summary(calm).assign(rate=CALM["learning_rate"], epochs=CALM["epochs"]))
    rows = pd.concat(ways, ignore_index=True)
    rest = [name for name in rows.columns if name not in (*CHOICES, *usual)]
    return rows[[*CHOICES, *usual, *rest]]


def measure_factors(table: pd.DataFrame) -> pd.DataFrame:
    """How far each way is from the printed errors with one seed: a row a way in words, a column a seed.

    Each value is the geometric mean over the five series of error over printed; 1 is as printed, less is better. Ways
    without runs on all five, and seeds that not all of the others have, are left out.

    Arguments:
        table: as `measure_choices` gives it.
    """
    ratios = np.log(table["error"]) - np.log(table["dataset"].map(TABLE_II[OURS]))
    by_series = table.assign(ratio=ratios).pivot_table(
        index=list(CHOICES), columns=["seed", "dataset"], values="ratio", aggfunc="first"
    )
    means = by_series.T.groupby("seed").agg(
        lambda column: column.mean() if len(column.dropna()) == len(SERIES) else np.nan
    )
    whole = means.T.dropna(how="all")
    named = [name_choices(dict(zip(CHOICES, way, strict=True))) for way in whole.index]
    return np.exp(whole.set_axis(named).dropna(axis="columns"))


def compare_seeds(table: pd.DataFrame) -> list[float]:
    """Kendall's τ between the orders of the ways with one seed and with another, pair by pair: 0 is no agreement.

    Arguments:
        table: as `measure_choices` gives it.
    """
    factors = measure_factors(table)
    if len(factors) < 2:
        return []
    pairs = list(itertools.combinations(factors.columns, 2))
    if not pairs:
        return []
    first, second = (np.log(factors[[pair[k] for pair in pairs]].to_numpy().T) for k in (0, 1))
    return [float(tau) for tau in agreements(first, second)]


FORMATS = {**dict.fromkeys(SERIES, ".2g"), "factor": ".2f", "rate": "g"}
"""How the columns of `summary` and `beside_calm` are printed."""


def name_choices(choices: Mapping[str, Any]) -> str:
    """A way to choose in words: what is not the default, as on the command line."""
    unusual = [f"{name}={choices[name]}" for name, values in CHOICES.items() if choices[name] != values[0]]
    return " ".join(unusual) or "the defaults"


def find_missing(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The ways to choose that lack runs on some series: the choices, and under `"without"` the series."""
    there = {tuple(row) for row in table[[*CHOICES, "dataset"]].itertuples(index=False)}
    return [
        {**dict(zip(CHOICES, values, strict=True)), "without": without}
        for values in itertools.product(*CHOICES.values())
        if (without := [dataset for dataset in SERIES if (*values, dataset) not in there])
    ]


def note(table: pd.DataFrame, calm: pd.DataFrame | None = None) -> str:
    """What has to be said of the table: its first row in print, what is missing, and that the best is a choice."""
    printed = ", ".join(f"{dataset} {TABLE_II[OURS][dataset]:.2g}" for dataset in SERIES)
    lines = [
        f'printed as "Ours", of a single seed: {printed}',
        "the best of many ways is best by luck, too: try it with seeds that did not choose it",
    ]
    if taus := compare_seeds(table):
        between = " to ".join(dict.fromkeys(f"{tau:.2f}" for tau in (min(taus), max(taus))))
        lines.append(
            f"the order of the ways with one seed and with another: Kendall's τ {between}; 1 is the same order"
        )
    if calm is not None and len(calm):
        lines.append(f"the row with rate 0.002 is none of the ways, and was found after they were seen: {HOW_CALM}")
    total = int(np.prod([len(values) for values in CHOICES.values()]))
    if missing := find_missing(table):
        few = "; ".join(name_choices(each) for each in missing) if len(missing) <= 8 else ""
        lines.append(f"{len(missing)} of {total} ways lack runs{': ' if few else ''}{few}; {HOW}")
    return "\n".join(lines)


def claims(table: pd.DataFrame, calm: pd.DataFrame | None = None) -> list[Claim]:
    """Whether the defaults reach the first row of Table II: an error below the printed one on all five series.

    Seed by seed, by the logarithms of the errors; see docs/statistics.md. How many of all ways reach it by their
    medians is told beside it, without a verdict: the best of many would be chosen by the runs that judge it.

    Arguments:
        table: as `measure_choices` gives it.
        calm: as `measure_calm` gives it; of it the same is asked, if it has runs.
    """
    usual = {name: values[0] for name, values in CHOICES.items()}
    own = table[np.logical_and.reduce([table[name] == value for name, value in usual.items()])]
    ways = summary(table)
    reached = int((ways["below"] == len(SERIES)).sum())
    found = [_judge_row("the defaults", own, f"of {len(ways)} ways {reached} are below on all five by their medians")]
    if calm is not None and len(calm):
        found.append(_judge_row("rate 0.002, 150 epochs, 2ⁿP - 1 and a mapping that starts at 0.3", calm, ""))
    return found


def _judge_row(what: str, own: pd.DataFrame, beside: str) -> Claim:
    """Whether the errors of one way are below the printed ones, each in as many seeds as it takes."""
    text = f'with {what} the errors of DiffQAS are below those printed as "Ours" on all five series'
    errors = own.pivot_table(index="seed", columns="dataset", values="error").reindex(columns=list(SERIES)).dropna()
    few = f"{len(errors)} of {MIN_SEEDS} seeds that all series have in common" if len(errors) < MIN_SEEDS else ""
    if errors.empty:
        return Claim(text, TOO_FEW, join(few, beside), None)
    printed = np.log10([TABLE_II[OURS][dataset] for dataset in SERIES])
    ahead = (printed - np.log10(errors.clip(lower=np.finfo(float).tiny).to_numpy())).T  # (series, seeds)
    below = ", ".join(f"{int((row > 0).sum())} on {name}" for name, row in zip(SERIES, ahead, strict=True))
    evidence = join(few, f"of {len(errors)} seeds below: {below}", beside)
    return Claim(text, *weigh(ahead, every, evidence, say_factor), None)
