"""Draws and verdicts from few seeds, and baselines that need no runs of their own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch

from qtkit import CANDIDATES, probabilities
from qtkit.claims.verdicts import (
    EQUAL,
    FAILS,
    HOLDS,
    MOST,
    NOISE,
    beaten,
    opposite,
    posterior,
    some,
    verdict,
    with_equals,
)
from qtkit.names import BASELINES, OURS
from qtkit.tasks.gridworld.training import GridworldSettings, GridworldTraining
from qtkit.tasks.images.training import ImageSettings, ImageTraining


def test_which_baselines_are_equal() -> None:
    assert EQUAL == (("Config 1", "Config 3", "Config 4", "Config 6"), ("Config 9", "Config 12"))
    angles = torch.randn(4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for group in EQUAL:
        first, *rest = (probabilities(CANDIDATES[int(label.split()[1]) - 1], angles) for label in group)
        assert all(torch.equal(first, other) for other in rest)


SMALL = (
    GridworldSettings(workers=2, episodes=6, seed=3),
    ImageSettings(source="sample", train_limit=200, test_limit=100, depth=2, epochs=1, seed=3),
)


@pytest.mark.parametrize("settings", SMALL, ids=["gridworld", "images"])
@pytest.mark.parametrize("group", EQUAL, ids=str)
def test_their_runs_agree_in_every_digit(settings, group: tuple[str, ...]) -> None:
    """What makes it right to compute one of them alone."""
    kind = GridworldTraining if isinstance(settings, GridworldSettings) else ImageTraining

    def records(label: str) -> list:
        run = kind(dataclasses.replace(settings, candidates=(int(label.split()[1]),)))
        return [dataclasses.replace(record, seconds=0.0) for record in run]

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
    filled = with_equals(runs(DiffQAS=2, Config_3=2, Config_9=1, Config_12=1))
    counts = filled.groupby("label").size().to_dict()
    assert counts == {OURS: 2, **{f"Config {k}": 2 for k in (1, 3, 4, 6)}, "Config 9": 1, "Config 12": 1}
    added = filled.dropna(subset="same_as")
    assert set(added["label"]) == {"Config 1", "Config 4", "Config 6"} and set(added["same_as"]) == {"Config 3"}
    assert added.loc[added["label"] == "Config 4", "value"].tolist() == [10, 11]
    assert filled.loc[filled["label"] == "Config 12", "same_as"].isna().all(), "it has a run of its own"


def test_seeds_are_filled_one_by_one() -> None:
    filled = with_equals(runs(Config_3=2, Config_1=1))
    assert filled.groupby("label")["seed"].agg(list).to_dict() == {f"Config {k}": [0, 1] for k in (1, 3, 4, 6)}
    own = filled[(filled["label"] == "Config 1") & filled["same_as"].isna()]
    assert own["value"].tolist() == [10] and filled.loc[filled["label"] == "Config 4", "value"].tolist() == [10, 1]


def test_experiments_are_filled_apart() -> None:
    both = pd.concat([runs(Config_1=1), runs(Config_9=1).assign(experiment="b")])
    filled = with_equals(both).groupby("experiment")["label"].agg(set).to_dict()
    assert filled == {"a": set(EQUAL[0]), "b": set(EQUAL[1])}


def test_nothing_to_fill() -> None:
    frame = runs(DiffQAS=1, Config_2=1)
    assert with_equals(frame).drop(columns="same_as").equals(frame)


def values(ours: list[float], baseline: list[float]) -> dict[str, np.ndarray]:
    return {OURS: np.array(ours), **dict.fromkeys(BASELINES, np.array(baseline))}


def test_draws_have_the_spread_of_the_mean() -> None:
    """Of normal seeds with an unknown spread the mean is a t distribution with seeds - 1 degrees of freedom."""
    seeds = [1.0, 2.0, 3.0, 4.0, 5.0]
    drawn = posterior(values(seeds, [0.0, 0.1, -0.1]), "a")
    assert drawn.shape == (13, 20_000)
    error = np.std(seeds, ddof=1) / np.sqrt(5)
    low, high = np.quantile(drawn[0], [0.05, 0.95])
    assert (low, high) == pytest.approx((3 - 2.132 * error, 3 + 2.132 * error), abs=0.05)  # 2.132: t table, 4
    numbers = dict(zip((OURS, *BASELINES), drawn, strict=True))
    assert np.array_equal(numbers["Config 1"], numbers["Config 6"]), "equal baselines have their noise in common"
    assert not np.array_equal(numbers["Config 1"], numbers["Config 2"]), "others with the same numbers have not"
    other = posterior(values(seeds, [0.0, 0.1, -0.1]), "b")
    assert abs(np.corrcoef(drawn[0], other[0])[0, 1]) < 0.05, "another measure has random numbers of its own"


def test_one_spread_where_seeds_are_few() -> None:
    """Baselines of one seed: whatever their spread is, it is that of all."""
    drawn = posterior(values([0.0, 1.0, 2.0], [5.0]), "a")
    spread = np.abs(drawn[[2, 5]] - 5)  # configs 2 and 5
    assert np.corrcoef(np.log(spread))[0, 1] > 0.1, "a wide draw is wide for both"
    still = posterior(values([1.0, 1.0, 1.0], [0.9, 1.1]), "a")
    assert still[0].std() > 0.05, "three equal seeds do not prove that there is no spread"


@pytest.mark.parametrize("seeds", [1, 3])
def test_equal_models_seldom_get_a_verdict(seeds: int) -> None:
    """Thirteen models of the same worth: claims on the best of them, and on most, are within noise."""
    generator, wrong = np.random.default_rng(0), {"best": 0, "two": 0, "most": 0}
    for number in range(60):
        found = {OURS: generator.normal(size=3)} | {label: generator.normal(size=seeds) for label in BASELINES}
        drawn = posterior(found, str(number))
        wrong["best"] += some(drawn[1:] > drawn[0]) != NOISE
        wrong["two"] += some(drawn[1:] > drawn[0], 2) != NOISE
        wrong["most"] += verdict(beaten(drawn) > MOST) != NOISE
    assert all(count <= 9 for count in wrong.values()), wrong


def test_some_are_named() -> None:
    def holds(*shares: float) -> np.ndarray:
        return np.array([np.arange(1_000) < 1_000 * share for share in (*shares, *[0.0] * (12 - len(shares)))])

    assert some(holds(0.999)) == HOLDS and some(holds(0.99)) == NOISE and some(holds(0.04)) == FAILS
    assert some(holds(0.999, 0.5), 2) == NOISE and some(holds(0.999, 0.999), 2) == HOLDS
    assert some(holds(0.999), 2) == FAILS
    assert [opposite(each) for each in (HOLDS, FAILS, NOISE)] == [FAILS, HOLDS, NOISE]


def test_verdicts() -> None:
    assert [verdict(np.arange(100) < n) for n in (95, 94, 6, 5)] == [HOLDS, NOISE, NOISE, FAILS]
