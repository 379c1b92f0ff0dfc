"""Baselines that need no runs of their own, because others stand for them."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
import torch

from qtkit import CANDIDATES, probabilities
from qtkit.claims.seeds import DISTINCT, DISTINCT_BASELINES, EQUAL, STANDS_FOR, by_seed, fill_equals, lead
from qtkit.names import OURS
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.images import ImageSettings, ImageTraining
from tests.helpers import timeless


def test_which_baselines_are_equal() -> None:
    assert EQUAL == (("Config 1", "Config 3", "Config 4", "Config 6"), ("Config 9", "Config 12"))
    angles = torch.randn(4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for group in EQUAL:
        first, *rest = (probabilities(CANDIDATES[int(label.split()[1]) - 1], angles) for label in group)
        assert all(torch.equal(first, other) for other in rest)


def test_the_distinct_models() -> None:
    assert (OURS, *DISTINCT_BASELINES) == DISTINCT and len(DISTINCT_BASELINES) == 8
    assert [label for label, first in STANDS_FOR.items() if label != first] == [f"Config {k}" for k in (3, 4, 6, 12)]


def test_a_table_by_seed() -> None:
    everyone = runs(**{label.replace(" ", "_"): 3 for label in DISTINCT})
    table = by_seed(everyone[(everyone["label"] != "Config 7") | (everyone["seed"] != 1)], "value")
    assert list(table.columns) == list(DISTINCT) and list(table.index) == [0, 2]
    assert lead(table).tolist() == [[-10 * k, -10 * k] for k in range(1, 9)]
    assert by_seed(everyone[everyone["label"] != "Config 7"], "value").empty


SMALL = (
    GridworldSettings(workers=2, episodes=6, seed=3),
    ImageSettings(source="sample", train_limit=200, test_limit=100, depth=2, epochs=1, seed=3),
)


@pytest.mark.slow
@pytest.mark.parametrize("settings", SMALL, ids=["gridworld", "images"])
@pytest.mark.parametrize("group", EQUAL, ids=str)
def test_their_runs_agree_in_every_digit(settings, group: tuple[str, ...]) -> None:
    """What makes it right to compute one of them alone."""
    kind = GridworldTraining if isinstance(settings, GridworldSettings) else ImageTraining

    def records(label: str) -> list:
        run = kind(dataclasses.replace(settings, candidates=(int(label.split()[1]),)))
        return timeless(run)

    first = records(group[0])
    assert len(first) > 2
    for label in group[1:]:
        assert records(label) == first, label


def runs(**labels: int) -> pd.DataFrame:
    """A frame with so many seeds of each label, in one experiment."""
    rows = [
        {"experiment": "a", "label": label.replace("_", " "), "seed": seed, "value": 10 * number + seed}
        for number, (label, seeds) in enumerate(labels.items())
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows)


def test_runs_that_stand_for_others() -> None:
    filled = fill_equals(runs(DiffQAS=2, Config_3=2, Config_9=1, Config_12=1))
    counts = filled.groupby("label").size().to_dict()
    assert counts == {OURS: 2, **{f"Config {k}": 2 for k in (1, 3, 4, 6)}, "Config 9": 1, "Config 12": 1}
    added = filled.dropna(subset="same_as")
    assert set(added["label"]) == {"Config 1", "Config 4", "Config 6"} and set(added["same_as"]) == {"Config 3"}
    assert added.loc[added["label"] == "Config 4", "value"].tolist() == [10, 11]
    assert filled.loc[filled["label"] == "Config 12", "same_as"].isna().all(), "it has a run of its own"


def test_seeds_are_filled_one_by_one() -> None:
    filled = fill_equals(runs(Config_3=2, Config_1=1))
    assert filled.groupby("label")["seed"].agg(list).to_dict() == {f"Config {k}": [0, 1] for k in (1, 3, 4, 6)}
    own = filled[(filled["label"] == "Config 1") & filled["same_as"].isna()]
    assert own["value"].tolist() == [10] and filled.loc[filled["label"] == "Config 4", "value"].tolist() == [10, 1]


def test_experiments_are_filled_apart() -> None:
    both = pd.concat([runs(Config_1=1), runs(Config_9=1).assign(experiment="b")])
    filled = fill_equals(both).groupby("experiment")["label"].agg(set).to_dict()
    assert filled == {"a": set(EQUAL[0]), "b": set(EQUAL[1])}


def test_nothing_to_fill() -> None:
    frame = runs(DiffQAS=1, Config_2=1)
    assert fill_equals(frame).drop(columns="same_as").equals(frame)
