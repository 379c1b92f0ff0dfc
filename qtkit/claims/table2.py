"""Table II over seeds: our errors beside the paper's, ranks, and the claims of section VI.B put to the test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from qtkit.checks import check_columns
from qtkit.claims.evidence import join
from qtkit.claims.seeds import DISTINCT, DISTINCT_BASELINES, by_seed, fill_equals, lead, refuse_duplicates
from qtkit.claims.statistics import MIN_SEEDS, TOO_FEW, Tails, at_least, average_ranks, every, typical
from qtkit.claims.summary import rank_distinct
from qtkit.claims.verdicts import Claim, say_difference, say_factor, weigh
from qtkit.names import OURS, PAPER_MODELS
from qtkit.paper import DATASETS, ROLLOUT_EPOCHS, TABLE_II

TOP_GROUP = 3
"""Of nine distinct models: what is taken for the paper's "top-performing group", a third."""


def final_errors(frame: pd.DataFrame, epoch: int = 100) -> pd.DataFrame:
    """The test errors of Table II's runs: columns `dataset`, `model`, `seed`, `error`.

    Arguments:
        frame: results as `qtkit.runs.results.load("series")` gives them: `experiment`, `label`, `seed`, `epoch`,
            `test_loss`; other models and series are left out.
        epoch: whose errors count.

    Raises:
        ValueError: if a column is missing, no run reached the epoch, or a run is there twice.
    """
    check_columns(frame, ["experiment", "label", "seed", "epoch", "test_loss"])
    kept = frame[frame["experiment"].isin(DATASETS) & frame["label"].isin(PAPER_MODELS) & (frame["epoch"] == epoch)]
    if kept.empty:
        raise ValueError(f"no run of Table II has reached epoch {epoch} in the paper's setting")
    errors = pd.DataFrame(
        {
            "dataset": kept["experiment"].map(DATASETS),
            "model": kept["label"],
            "seed": kept["seed"].astype(int),
            "error": kept["test_loss"].astype(float),
        }
    ).drop_duplicates(ignore_index=True)  # runs that differ only in what they record
    for dataset, part in errors.groupby("dataset", sort=False):
        refuse_duplicates(part.rename(columns={"model": "label"}), dataset)
    return errors


def summary(errors: pd.DataFrame) -> pd.DataFrame:
    """One row a dataset and model, in the order of Table II.

    Columns: `dataset`, `model`, `seeds` (how many), `median`, `low`, `high`; `paper`, the number printed; `below`, how
    many seeds have a smaller error than that; `rank` of the median among the distinct models of the dataset, 1 the
    lowest, see `qtkit.claims.summary.rank_distinct`; `paper_rank`, the same of the printed numbers.
    """
    rows = []
    for dataset in DATASETS.values():
        printed = {model: row[dataset] for model, row in TABLE_II.items()}
        part = errors[errors["dataset"] == dataset]
        ranks = rank_distinct(part.groupby("model")["error"].median(), lower=True)
        paper_ranks = rank_distinct(pd.Series(printed), lower=True)
        for model in PAPER_MODELS:
            values = part.loc[part["model"] == model, "error"]
            if values.empty:
                continue
            rows.append(
                {
                    "dataset": dataset,
                    "model": model,
                    "seeds": len(values),
                    "median": values.median(),
                    "low": values.min(),
                    "high": values.max(),
                    "paper": printed[model],
                    "below": int((values < printed[model]).sum()),
                    "rank": ranks[model],
                    "paper_rank": paper_ranks[model],
                }
            )
    return pd.DataFrame(rows)


FORMATS = {**dict.fromkeys(("median", "low", "high", "paper"), ".2g"), **dict.fromkeys(("rank", "paper_rank"), "g")}
"""How the columns of `summary` are printed."""


def claims(errors: pd.DataFrame, curves: pd.DataFrame | None = None) -> list[Claim]:
    """The claims of section VI.B, each with a verdict in one line.

    Models are compared seed by seed, by the logarithms of their errors; docs/statistics.md tells what verdicts mean.
    That the search is among the first three of the nine distinct models takes six others that it is better than. The
    mean rank is that of each seed over the five series. With fewer than six seeds common to all models there are not
    enough runs.

    Arguments:
        errors: as `final_errors` gives them, all distinct models and datasets.
        curves: `experiment`, `label`, `seed`, `epoch`, `test_loss` of all epochs, for the claim that errors fall.

    Raises:
        ValueError: if a model or dataset is missing; or, of the curves, the search or an epoch of Figures 8-12.
    """
    errors = _of_distinct(errors)
    for dataset in DATASETS.values():
        there = set(errors.loc[errors["dataset"] == dataset, "model"])
        if missing := [model for model in DISTINCT if model not in there]:
            raise ValueError(f"no run of {missing[0]} on {dataset}: the claims need all of Table II")
    found = [_lowest(errors, dataset) for dataset in ("Bessel", "Damped SHM")]
    found += [_in_top_group(errors, dataset) for dataset in ("Delayed QC", "NARMA 5", "NARMA 10")]
    found += [_lower(errors, "Config 5", OURS, "NARMA 5"), _lower(errors, "Config 8", OURS, "NARMA 10")]
    found += [_robust(errors), _harder(errors)]
    if curves is not None:
        found += [judge_improvement(curves, name) for name in DATASETS]
    return found


def _of_distinct(errors: pd.DataFrame) -> pd.DataFrame:
    """The distinct models' errors, by runs of their own or of an equal one, see `qtkit.claims.seeds.fill_equals`."""
    there = {"dataset": "experiment", "model": "label"}
    filled = fill_equals(errors.rename(columns=there)).rename(columns={new: old for old, new in there.items()})
    return filled[filled["model"].isin(DISTINCT)]


def _by_seed(errors: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Errors of a dataset, a row a seed that all models have, a column a distinct model."""
    return by_seed(errors[errors["dataset"] == dataset].rename(columns={"model": "label"}), "error")


def _claim(
    text: str, table: pd.DataFrame, judged: Callable[[pd.DataFrame], tuple[str, str]], needed: str, printed: bool | None
) -> Claim:
    """With the verdict and the evidence that `judged` finds in `table`, which has a row a seed."""
    verdict, evidence = judged(table) if len(table) else (TOO_FEW, "")
    few = f"{len(table)} of {MIN_SEEDS} seeds that {needed}" if len(table) < MIN_SEEDS else ""
    return Claim(text, verdict, join(few, evidence), printed)


def _common(errors: pd.DataFrame, *datasets: str) -> str:
    """What common seeds are, and who has the fewest."""
    counts = errors[errors["dataset"].isin(datasets)].groupby(["dataset", "model"])["seed"].nunique()
    dataset, model = counts.idxmin()
    return f"all models have in common; {model} on {dataset} has {counts.min()}"


def _decimal_logarithms(errors: pd.DataFrame) -> pd.DataFrame:
    return np.log10(errors.clip(lower=np.finfo(float).tiny))  # an error of 0 is as small as can be


def _compare(lower: pd.Series, higher: pd.Series) -> str:
    """How often the first is lower, the medians, and the typical factor between them."""
    logarithms = _decimal_logarithms(pd.concat([lower, higher], axis=1)).to_numpy()
    factor, low, high = (10**size for size in typical(logarithms[:, 1] - logarithms[:, 0]))
    return (
        f"lower in {int((lower < higher).sum())} of {len(lower)} seeds, median {lower.median():.2g} against "
        f"{higher.median():.2g}, typically by a factor of {factor:.2g} ({low:.2g} to {high:.2g})"
    )


def _weigh_pair(lower: pd.Series, higher: pd.Series, evidence: str) -> tuple[str, str]:
    """The verdict on "the first is lower", seed by seed, and the evidence."""
    logarithms = _decimal_logarithms(pd.concat([lower, higher], axis=1)).to_numpy()
    return weigh(logarithms[:, 1] - logarithms[:, 0], lambda tails: tails, evidence, say_factor)


def _lowest(errors: pd.DataFrame, dataset: str) -> Claim:
    def judged(table: pd.DataFrame) -> tuple[str, str]:
        rival = table[list(DISTINCT_BASELINES)].median().idxmin()
        evidence = f"against {rival}: {_compare(table[OURS], table[rival])}"
        return weigh(-lead(_decimal_logarithms(table)), every, evidence, say_factor)

    printed = TABLE_II[OURS][dataset] == min(row[dataset] for row in TABLE_II.values())
    text = f"DiffQAS has the lowest error on {dataset}"
    return _claim(text, _by_seed(errors, dataset), judged, _common(errors, dataset), printed)


def _lower(errors: pd.DataFrame, one: str, other: str, dataset: str) -> Claim:
    return _claim(
        f"{one} has a lower error than {other} on {dataset}",
        _by_seed(errors, dataset),
        lambda table: _weigh_pair(table[one], table[other], _compare(table[one], table[other])),
        _common(errors, dataset),
        TABLE_II[one][dataset] < TABLE_II[other][dataset],
    )


def _in_top_group(errors: pd.DataFrame, dataset: str) -> Claim:
    printed = rank_distinct(pd.Series({model: row[dataset] for model, row in TABLE_II.items()}), lower=True)[OURS]

    def first(tails: Tails) -> Tails:
        return at_least(tails, len(DISTINCT) - TOP_GROUP)

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        rank = rank_distinct(table.median(), lower=True)[OURS]
        evidence = f"rank {rank:g} of {len(DISTINCT)} by the median; {printed:g} in the paper's own table"
        return weigh(-lead(_decimal_logarithms(table)), first, evidence, say_factor)

    text = f"DiffQAS is in the top-performing group (the first {TOP_GROUP} of {len(DISTINCT)}) on {dataset}"
    return _claim(text, _by_seed(errors, dataset), judged, _common(errors, dataset), printed <= TOP_GROUP)


def _robust(errors: pd.DataFrame) -> Claim:
    tables = [_by_seed(errors, dataset) for dataset in DATASETS.values()]
    ranks_printed = [
        rank_distinct(pd.Series({model: row[dataset] for model, row in TABLE_II.items()}), lower=True)
        for dataset in DATASETS.values()
    ]
    printed = pd.DataFrame(ranks_printed)[list(DISTINCT)].mean()

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        means = _mean_ranks([each.median().to_frame().T for each in tables]).loc[0]
        best = means.idxmin()
        evidence = (
            f"mean rank {means[OURS]:.1f} of {len(DISTINCT)}, the best is {means[best]:.1f} of {best}; "
            f"{printed[OURS]:.1f} in the paper's own table, the best there {printed.min():.1f}"
        )
        return weigh(-lead(table), every, evidence, say_difference)

    text = "DiffQAS is the most robust: the best mean rank over the five series"
    return _claim(
        text, _mean_ranks(tables), judged, _common(errors, *DATASETS.values()), bool(printed[OURS] <= printed.min())
    )


def _mean_ranks(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The distinct models' ranks in each seed that all tables have, averaged over the tables."""
    seeds = sorted(set.intersection(*(set(table.index) for table in tables)))
    values = np.array([table.loc[seeds, list(DISTINCT)] for table in tables])  # (tables, seeds, models)
    return pd.DataFrame(average_ranks(values, lower=True).mean(axis=0), index=seeds, columns=list(DISTINCT))


def _harder(errors: pd.DataFrame) -> Claim:
    hard, easy = "NARMA 10", "NARMA 5"
    both = [_by_seed(errors, dataset)[OURS] for dataset in (hard, easy)]

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        evidence = (
            f"the larger error in {int((table[easy] < table[hard]).sum())} of {len(table)} seeds, median "
            f"{table[hard].median():.2g} against {table[easy].median():.2g}"
        )
        return _weigh_pair(table[easy], table[hard], evidence)

    printed = TABLE_II[OURS][hard] > TABLE_II[OURS][easy]
    table = pd.concat(both, axis=1, keys=[hard, easy]).dropna()
    return _claim(f"{hard} is harder than {easy}", table, judged, _common(errors, hard, easy), printed)


def judge_improvement(curves: pd.DataFrame, name: str) -> Claim:
    """The claim of Figures 8 to 12 that the search's prediction of a series improves while it trains.

    Arguments:
        curves: as `claims` takes them; other models are left out.
        name: the series' experiment, such as `"bessel"`.

    Raises:
        ValueError: if an epoch of Figures 8 to 12 is missing.
    """
    part = curves[(curves["experiment"] == name) & (curves["label"] == OURS)]
    if missing := sorted(set(ROLLOUT_EPOCHS) - set(part["epoch"])):
        raise ValueError(
            f"the curves of DiffQAS on {DATASETS[name]} lack the epochs {missing}; "
            f"the claims need {', '.join(map(str, ROLLOUT_EPOCHS))}"
        )
    first, last = ROLLOUT_EPOCHS[0], ROLLOUT_EPOCHS[-1]

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        wins = int((table[last] < table[first]).sum())
        medians = ", ".join(f"{table[epoch].median():.2g}" for epoch in ROLLOUT_EPOCHS)
        epochs = ", ".join(map(str, ROLLOUT_EPOCHS))
        evidence = f"lower in {wins} of {len(table)} seeds; medians at epochs {epochs}: {medians}"
        return _weigh_pair(table[last], table[first], evidence)

    table = part[part["epoch"].isin(ROLLOUT_EPOCHS)].pivot_table(index="seed", columns="epoch", values="test_loss")
    text = f"the prediction of {DATASETS[name]} improves from epoch {first} to {last}"
    return _claim(text, table.dropna(), judged, "have all these epochs", None)
