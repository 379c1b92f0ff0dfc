"""Table II over seeds: our errors beside the paper's, ranks, and the claims of section VI.B put to the test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from qtkit.claims.seeds import refuse_duplicates
from qtkit.claims.sign_tests import MIN_SEEDS, count_signs, judge_place, judge_signs
from qtkit.claims.summary import check_columns
from qtkit.claims.verdicts import TOO_FEW, Claim
from qtkit.names import OURS, PAPER_MODELS
from qtkit.paper import DATASETS, ROLLOUT_EPOCHS, TABLE_II

TOP_GROUP = 4
"""Of 13 models: what is taken for the paper's "top-performing group"."""


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
    many seeds have a smaller error than that; `rank` of the median among the models of the dataset, 1 the lowest, equal
    errors sharing the better rank; `paper_rank`, the same of the printed numbers.
    """
    rows = []
    for dataset in DATASETS.values():
        printed = {model: row[dataset] for model, row in TABLE_II.items()}
        part = errors[errors["dataset"] == dataset]
        medians = part.groupby("model")["error"].median()
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
                    "rank": _rank(medians[model], medians.to_numpy()),
                    "paper_rank": _rank(printed[model], np.array(list(printed.values()))),
                }
            )
    return pd.DataFrame(rows)


FORMATS = dict.fromkeys(("median", "low", "high", "paper"), ".2g")
"""How the columns of `summary` are printed."""


def claims(errors: pd.DataFrame, curves: pd.DataFrame | None = None) -> list[Claim]:
    """The claims of section VI.B, each with a verdict in one line.

    A claim "A is lower than B" is judged seed by seed: it holds if a two-sided sign test over the seeds says so at 5 %,
    does not hold if the test says the opposite, else it is within noise. A claim that the search is among the first k
    models holds if sign tests show that it is better than 13 - k others, does not hold if they show k others that are
    better, see `sign_tests.judge_place`. The mean rank is that of each seed over the five series. With fewer than six
    seeds common to all models there are not enough runs.

    Measured on 2,000 made-up tables of 13 equal models (errors log-normal, independent, or with a part that all models
    have in common), for 6, 10 and 20 seeds each: a claim on ranks has a verdict other than "within noise" in at most
    1.4 % of them, a claim on two models in 2 to 4 %, which a sign test at 5 % allows for. Each claim is judged alone:
    among fourteen, one wrong verdict is not rare. The price is that few seeds prove little: of ten, nine or all must
    agree; and of eight, all that agree do not refute a claim on ranks.

    Arguments:
        errors: as `final_errors` gives them, all models and datasets.
        curves: `experiment`, `label`, `seed`, `epoch`, `test_loss` of all epochs, for the claim that errors fall.

    Raises:
        ValueError: if a model or dataset is missing; or, of the curves, the search or an epoch of Figures 8-12.
    """
    for dataset in DATASETS.values():
        there = set(errors.loc[errors["dataset"] == dataset, "model"])
        if missing := [model for model in PAPER_MODELS if model not in there]:
            raise ValueError(f"no run of {missing[0]} on {dataset}: the claims need all of Table II")
    found = [_lowest(errors, dataset) for dataset in ("Bessel", "Damped SHM")]
    found += [_in_top_group(errors, dataset) for dataset in ("Delayed QC", "NARMA 5", "NARMA 10")]
    found += [_lower(errors, "Config 5", OURS, "NARMA 5"), _lower(errors, "Config 8", OURS, "NARMA 10")]
    found += [_robust(errors), _harder(errors)]
    if curves is not None:
        found += [_falls(curves, name) for name in DATASETS]
    return found


def _rank(value: float, among: np.ndarray) -> int:
    return 1 + int((among < value * (1 - 1e-9)).sum())


def _by_seed(errors: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Errors of a dataset, a row a seed that all models have, a column a model."""
    part = errors[errors["dataset"] == dataset]
    return part.pivot_table(index="seed", columns="model", values="error").dropna()[list(PAPER_MODELS)]


def _claim(
    text: str, table: pd.DataFrame, judged: Callable[[pd.DataFrame], tuple[str, str]], needed: str, printed: bool | None
) -> Claim:
    """With the verdict and the evidence that `judged` finds, if `table` has a row for each of enough seeds."""
    if len(table) < MIN_SEEDS:
        return Claim(text, TOO_FEW, f"{len(table)} of {MIN_SEEDS} seeds that {needed}", printed)
    return Claim(text, *judged(table), printed)


def _common(errors: pd.DataFrame, *datasets: str) -> str:
    """What common seeds are, and who has the fewest."""
    counts = errors[errors["dataset"].isin(datasets)].groupby(["dataset", "model"])["seed"].nunique()
    dataset, model = counts.idxmin()
    return f"all models have in common; {model} on {dataset} has {counts.min()}"


def _compare(table: pd.DataFrame, one: str, other: str) -> tuple[str, str]:
    wins, losses = count_signs(table[one], table[other])
    medians = f"median {table[one].median():.2g} against {table[other].median():.2g}"
    return judge_signs(wins, losses), f"lower in {wins} of {len(table)} seeds, {medians}"


def _lowest(errors: pd.DataFrame, dataset: str) -> Claim:
    def judged(table: pd.DataFrame) -> tuple[str, str]:
        rival = table.drop(columns=OURS).median().idxmin()
        return judge_place(table, OURS, 1), f"against {rival}: {_compare(table, OURS, rival)[1]}"

    printed = TABLE_II[OURS][dataset] == min(row[dataset] for row in TABLE_II.values())
    text = f"DiffQAS has the lowest error on {dataset}"
    return _claim(text, _by_seed(errors, dataset), judged, _common(errors, dataset), printed)


def _lower(errors: pd.DataFrame, one: str, other: str, dataset: str) -> Claim:
    return _claim(
        f"{one} has a lower error than {other} on {dataset}",
        _by_seed(errors, dataset),
        lambda table: _compare(table, one, other),
        _common(errors, dataset),
        TABLE_II[one][dataset] < TABLE_II[other][dataset],
    )


def _in_top_group(errors: pd.DataFrame, dataset: str) -> Claim:
    printed = _rank(TABLE_II[OURS][dataset], np.array([row[dataset] for row in TABLE_II.values()]))

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        rank = _rank(table[OURS].median(), table.median().to_numpy())
        evidence = f"rank {rank} of {len(PAPER_MODELS)} by the median; {printed} in the paper's own table"
        return judge_place(table, OURS, TOP_GROUP), evidence

    text = f"DiffQAS is in the top-performing group (the first {TOP_GROUP}) on {dataset}"
    return _claim(text, _by_seed(errors, dataset), judged, _common(errors, dataset), printed <= TOP_GROUP)


def _robust(errors: pd.DataFrame) -> Claim:
    tables = [_by_seed(errors, dataset) for dataset in DATASETS.values()]
    papers = [pd.DataFrame({model: [row[name]] for model, row in TABLE_II.items()}) for name in DATASETS.values()]
    printed = _mean_ranks(papers).loc[0]

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        means = _mean_ranks([each.median().to_frame().T for each in tables]).loc[0]
        best = means.idxmin()
        evidence = (
            f"mean rank {means[OURS]:.1f}, the best is {means[best]:.1f} of {best}; "
            f"{printed[OURS]:.1f} in the paper's own table, the best there {printed.min():.1f}"
        )
        return judge_place(table, OURS, 1), evidence

    text = "DiffQAS is the most robust: the best mean rank over the five series"
    return _claim(
        text, _mean_ranks(tables), judged, _common(errors, *DATASETS.values()), bool(printed[OURS] <= printed.min())
    )


def _mean_ranks(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """The models' ranks in each seed that all tables have, averaged over the tables."""
    seeds = sorted(set.intersection(*(set(table.index) for table in tables)))
    values = np.array([table.loc[seeds, list(PAPER_MODELS)] for table in tables])  # (tables, seeds, models)
    ranks = 1 + (values[..., None, :] < values[..., :, None] * (1 - 1e-9)).sum(axis=-1)
    return pd.DataFrame(ranks.mean(axis=0), index=seeds, columns=list(PAPER_MODELS))


def _harder(errors: pd.DataFrame) -> Claim:
    hard, easy = "NARMA 10", "NARMA 5"
    both = [_by_seed(errors, dataset)[OURS] for dataset in (hard, easy)]

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        wins, losses = count_signs(table[easy], table[hard])
        evidence = (
            f"the larger error in {wins} of {len(table)} seeds, median {table[hard].median():.2g} against "
            f"{table[easy].median():.2g}"
        )
        return judge_signs(wins, losses), evidence

    printed = TABLE_II[OURS][hard] > TABLE_II[OURS][easy]
    table = pd.concat(both, axis=1, keys=[hard, easy]).dropna()
    return _claim(f"{hard} is harder than {easy}", table, judged, _common(errors, hard, easy), printed)


def _falls(curves: pd.DataFrame, name: str) -> Claim:
    part = curves[(curves["experiment"] == name) & (curves["label"] == OURS)]
    if missing := sorted(set(ROLLOUT_EPOCHS) - set(part["epoch"])):
        raise ValueError(
            f"the curves of DiffQAS on {DATASETS[name]} lack the epochs {missing}; "
            f"the claims need {', '.join(map(str, ROLLOUT_EPOCHS))}"
        )
    first, last = ROLLOUT_EPOCHS[0], ROLLOUT_EPOCHS[-1]

    def judged(table: pd.DataFrame) -> tuple[str, str]:
        wins, losses = count_signs(table[last], table[first])
        medians = ", ".join(f"{table[epoch].median():.2g}" for epoch in ROLLOUT_EPOCHS)
        epochs = ", ".join(map(str, ROLLOUT_EPOCHS))
        evidence = f"lower in {wins} of {len(table)} seeds; medians at epochs {epochs}: {medians}"
        return judge_signs(wins, losses), evidence

    table = part[part["epoch"].isin(ROLLOUT_EPOCHS)].pivot_table(index="seed", columns="epoch", values="test_loss")
    text = f"the prediction of {DATASETS[name]} improves from epoch {first} to {last}"
    return _claim(text, table.dropna(), judged, "have all these epochs", None)
