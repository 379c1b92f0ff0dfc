"""What all summaries share: the order of experiments and models, ranks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from qtkit.claims.seeds import DISTINCT, STANDS_FOR
from qtkit.claims.statistics import average_ranks
from qtkit.names import CONTROLS, PAPER_MODELS


class Ranked(NamedTuple):
    """A model of an experiment: its runs, the value that sums them up, its rank among the distinct ones, 1 the best."""

    label: str
    runs: pd.DataFrame
    value: float
    rank: float | None


def order_experiments(there: Iterable[str], titles: Mapping[str, str]) -> dict[str, str]:
    """The experiments that are there, to their titles: the paper's first, others by name and under it."""
    found = set(there)
    order = [name for name in titles if name in found] + sorted(found - set(titles))
    return {name: titles.get(name, name) for name in order}


def rank_models(part: pd.DataFrame, column: str, centre: str) -> Iterator[Ranked]:
    """The models of an experiment: the search, the baselines, the controls, then other settings.

    Arguments:
        part: a row a run.
        column: whose values are summed up over the seeds, high is good.
        centre: `"mean"` or `"median"`.
    """
    values = part.groupby("label")[column].agg(centre)
    ranks = rank_distinct(values, lower=False)
    labels = [label for label in (*PAPER_MODELS, *CONTROLS) if label in values]
    for label in [*labels, *(label for label in values.index if label not in labels)]:
        yield Ranked(label, part[part["label"] == label], values[label], ranks.get(label))


def rank_distinct(values: pd.Series, *, lower: bool) -> dict[str, float]:
    """The ranks of the paper's models that are there, 1 the best: each distinct model counts once, ties share a mean.

    Equal baselines are one model with one rank, and stand where the median of their values does: runs that agree in
    every digit have one value, but the paper prints different ones on delayed quantum control.

    Arguments:
        values: by model.
        lower: whether the lowest is the best.
    """
    there = values[[label for label in PAPER_MODELS if label in values]].dropna()
    one = there.groupby([STANDS_FOR.get(label, label) for label in there.index]).median()
    distinct = one[[label for label in DISTINCT if label in one]]
    ranks = dict(zip(distinct.index, average_ranks(distinct, lower=lower).tolist(), strict=True))
    return {label: ranks[STANDS_FOR.get(label, label)] for label in there.index}
