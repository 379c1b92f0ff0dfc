"""Table II over seeds: our errors beside the paper's, ranks, and the claims of section VI.B put to the test."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qtkit.paper import EXPERIMENTS, OURS, ROLLOUT_EPOCHS, TABLE_II

DATASETS = dict(
    zip(("bessel", "damped_shm", "delayed_qc", "narma5", "narma10"), EXPERIMENTS["series"].datasets, strict=True)
)
"""The series' name in the settings, to its column in Table II."""

MODELS = {"DiffQAS": OURS, **{f"Config {k}": f"Config {k}" for k in range(1, 13)}}
"""The label of a stored run, to its row in Table II."""

HOLDS, FAILS, NOISE = "holds", "does not hold", "within noise"
TOP_GROUP = 4
"""Of 13 models: what is taken for the paper's "top-performing group"."""

SIGNIFICANCE, RESAMPLES = 0.05, 2_000
_OURS = list(MODELS.values()).index(OURS)


@dataclass(frozen=True)
class Claim:
    """A claim of the paper, what the seeds say, and whether the paper's own table agrees (None: it does not tell)."""

    text: str
    verdict: str
    evidence: str
    in_the_papers_table: bool | None


def final_errors(frame: pd.DataFrame, epoch: int = 100) -> pd.DataFrame:
    """The test errors of Table II's runs: columns `dataset`, `model` (both as in the paper), `seed`, `error`.

    Arguments:
        frame: results as `qtkit.runs.results.load("series")` gives them: `experiment`, `label`, `seed`, `epoch`,
            `test_loss`; other models and series are left out.
        epoch: whose errors count.

    Raises:
        ValueError: if a column is missing, no run reached the epoch, or a run is there twice.
    """
    needed = ["experiment", "label", "seed", "epoch", "test_loss"]
    if missing := [name for name in needed if name not in frame.columns]:
        raise ValueError(f"the table lacks the columns {missing}; it has {list(frame.columns)}")
    kept = frame[frame["experiment"].isin(DATASETS) & frame["label"].isin(MODELS) & (frame["epoch"] == epoch)]
    if kept.empty:
        raise ValueError(f"no run of Table II has reached epoch {epoch}")
    errors = pd.DataFrame(
        {
            "dataset": kept["experiment"].map(DATASETS),
            "model": kept["label"].map(MODELS),
            "seed": kept["seed"].astype(int),
            "error": kept["test_loss"].astype(float),
        }
    ).reset_index(drop=True)
    twice = errors[errors.duplicated(["dataset", "model", "seed"])]
    if len(twice):
        raise ValueError(
            f"{twice.iloc[0]['model']} on {twice.iloc[0]['dataset']} has seed {twice.iloc[0]['seed']} more than once: "
            "choose the runs of one setting"
        )
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
        for model in MODELS.values():
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


def claims(errors: pd.DataFrame, curves: pd.DataFrame | None = None) -> list[Claim]:
    """The claims of section VI.B, each with a verdict in one line.

    A claim "A is lower than B" is judged seed by seed: it holds if a sign test over the seeds says so at 5 %, does not
    hold if the test says the opposite, else it is within noise. A claim on a rank is judged by resampling the seeds
    2,000 times: it holds if the rank does in 95 % of them, does not hold if it fails in 95 %.

    Arguments:
        errors: as `final_errors` gives them, all models and datasets.
        curves: `experiment`, `label`, `seed`, `epoch`, `test_loss` of all epochs, for the claim that errors fall.

    Raises:
        ValueError: if a model or dataset is missing.
    """
    for dataset in DATASETS.values():
        there = set(errors.loc[errors["dataset"] == dataset, "model"])
        if missing := [model for model in MODELS.values() if model not in there]:
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
    return part.pivot_table(index="seed", columns="model", values="error").dropna()[list(MODELS.values())]


def _sign_verdict(wins: int, losses: int) -> str:
    """By a two-sided sign test."""
    n = wins + losses
    if n == 0:
        return NOISE
    tail = sum(math.comb(n, k) for k in range(max(wins, losses), n + 1)) / 2**n
    if 2 * tail > SIGNIFICANCE:
        return NOISE
    return HOLDS if wins > losses else FAILS


def _rank_verdict(tables: list[pd.DataFrame], holds: Callable[[np.ndarray], np.ndarray]) -> str:
    """By resampling the seeds. `holds` sees the ranks of the medians `(tables, resamples, models)`, and tells which."""
    generator = np.random.default_rng(0)
    ranks = []
    for table in tables:
        seeds = generator.integers(len(table), size=(RESAMPLES, len(table)))
        medians = np.median(table.to_numpy()[seeds], axis=1)  # (resamples, models)
        ranks.append(1 + (medians[:, None, :] < medians[:, :, None] * (1 - 1e-9)).sum(axis=2))
    share = holds(np.array(ranks)).mean()
    return HOLDS if share >= 1 - SIGNIFICANCE else FAILS if share <= SIGNIFICANCE else NOISE


def _compare(table: pd.DataFrame, one: str, other: str) -> tuple[str, str]:
    wins, losses = int((table[one] < table[other]).sum()), int((table[one] > table[other]).sum())
    text = (
        f"lower in {wins} of {len(table)} seeds, median {table[one].median():.2g} against {table[other].median():.2g}"
    )
    return _sign_verdict(wins, losses), text


def _lowest(errors: pd.DataFrame, dataset: str) -> Claim:
    table = _by_seed(errors, dataset)
    rival = table.drop(columns=OURS).median().idxmin()
    verdict, evidence = _compare(table, OURS, rival)
    printed = TABLE_II[OURS][dataset] == min(row[dataset] for row in TABLE_II.values())
    return Claim(f"DiffQAS has the lowest error on {dataset}", verdict, f"against {rival}: {evidence}", printed)


def _lower(errors: pd.DataFrame, one: str, other: str, dataset: str) -> Claim:
    verdict, evidence = _compare(_by_seed(errors, dataset), one, other)
    name = "DiffQAS" if other == OURS else other
    printed = TABLE_II[one][dataset] < TABLE_II[other][dataset]
    return Claim(f"{one} has a lower error than {name} on {dataset}", verdict, evidence, printed)


def _in_top_group(errors: pd.DataFrame, dataset: str) -> Claim:
    table = _by_seed(errors, dataset)
    verdict = _rank_verdict([table], lambda ranks: ranks[0, :, _OURS] <= TOP_GROUP)
    rank = _rank(table[OURS].median(), table.median().to_numpy())
    printed = _rank(TABLE_II[OURS][dataset], np.array([row[dataset] for row in TABLE_II.values()]))
    evidence = f"rank {rank} of {len(MODELS)} by the median; {printed} in the paper's own table"
    text = f"DiffQAS is in the top-performing group (the first {TOP_GROUP}) on {dataset}"
    return Claim(text, verdict, evidence, printed <= TOP_GROUP)


def _robust(errors: pd.DataFrame) -> Claim:
    tables = [_by_seed(errors, dataset) for dataset in DATASETS.values()]

    def ours_first(ranks: np.ndarray) -> np.ndarray:
        means = ranks.mean(axis=0)  # (resamples, models)
        return means[:, _OURS] <= means.min(axis=1)

    def mean_ranks(errors: list[dict[str, float]]) -> dict[str, float]:
        return {
            model: float(np.mean([_rank(row[model], np.array(list(row.values()))) for row in errors]))
            for model in MODELS.values()
        }

    means = mean_ranks([table.median().to_dict() for table in tables])
    printed = mean_ranks([{m: TABLE_II[m][d] for m in MODELS.values()} for d in DATASETS.values()])
    best = min(means, key=means.get)
    return Claim(
        "DiffQAS is the most robust: the best mean rank over the five series",
        _rank_verdict(tables, ours_first),
        f"mean rank {means[OURS]:.1f}, the best is {means[best]:.1f} of {'DiffQAS' if best == OURS else best}; "
        f"{printed[OURS]:.1f} in the paper's own table, the best there {min(printed.values()):.1f}",
        printed[OURS] <= min(printed.values()),
    )


def _harder(errors: pd.DataFrame) -> Claim:
    both = [_by_seed(errors, dataset)[OURS] for dataset in ("NARMA 10", "NARMA 5")]
    table = pd.concat(both, axis=1, keys=["NARMA 10", "NARMA 5"]).dropna()
    wins, losses = int((table["NARMA 10"] > table["NARMA 5"]).sum()), int((table["NARMA 10"] < table["NARMA 5"]).sum())
    evidence = (
        f"the larger error in {wins} of {len(table)} seeds, median {table['NARMA 10'].median():.2g} against "
        f"{table['NARMA 5'].median():.2g}"
    )
    printed = TABLE_II[OURS]["NARMA 10"] > TABLE_II[OURS]["NARMA 5"]
    return Claim("NARMA 10 is harder than NARMA 5", _sign_verdict(wins, losses), evidence, printed)


def _falls(curves: pd.DataFrame, name: str) -> Claim:
    part = curves[(curves["experiment"] == name) & (curves["label"] == "DiffQAS")]
    table = part[part["epoch"].isin(ROLLOUT_EPOCHS)].pivot_table(index="seed", columns="epoch", values="test_loss")
    table = table.dropna()
    first, last = table[ROLLOUT_EPOCHS[0]], table[ROLLOUT_EPOCHS[-1]]
    wins, losses = int((last < first).sum()), int((last > first).sum())
    medians = ", ".join(f"{table[epoch].median():.2g}" for epoch in ROLLOUT_EPOCHS)
    evidence = (
        f"lower in {wins} of {len(table)} seeds; medians at epochs {', '.join(map(str, ROLLOUT_EPOCHS))}: {medians}"
    )
    text = f"the prediction of {DATASETS[name]} improves from epoch {ROLLOUT_EPOCHS[0]} to {ROLLOUT_EPOCHS[-1]}"
    return Claim(text, _sign_verdict(wins, losses), evidence, None)
