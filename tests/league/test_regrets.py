"""Regret against evaluations, summed up and judged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qtkit import league
from qtkit.claims.statistics import mean_interval
from qtkit.claims.verdicts import HOLDS
from qtkit.league.playing import COLUMNS
from qtkit.plots.league import merit_figure, regret_figure


def trials(*rows: tuple[int, float, float], search: str = "mine") -> pd.DataFrame:
    return pd.DataFrame(
        [(search, "bessel", seed, cost, "it", 0.0, regret) for seed, cost, regret in rows], columns=list(COLUMNS)
    )


def test_regret_when_so_much_was_spent() -> None:
    played = trials((0, 1.0, 0.5), (0, 2.5, 0.25), (1, 2.0, 0.75))
    assert np.isnan(league.regret_at(played, 0.5)).all()
    np.testing.assert_array_equal(league.regret_at(played, 1), [0.5, np.nan])
    np.testing.assert_array_equal(league.regret_at(played, 2.5), [0.25, 0.75])
    np.testing.assert_array_equal(league.regret_at(played, 99), [0.25, 0.75])


def test_one_search_at_a_time() -> None:
    both = pd.concat([trials((0, 1, 0.5)), trials((0, 1, 0.5), search="other")])
    with pytest.raises(ValueError, match="one search on one task"):
        league.regret_at(both, 1)
    with pytest.raises(ValueError, match=r"\['cost'\] are missing"):
        league.regret_at(both.drop(columns="cost"), 1)
    with pytest.raises(ValueError, match="no trial has a row"):
        league.regret_curves(both.iloc[:0])


def test_a_curve_is_the_mean_of_the_trials_and_its_bounds() -> None:
    curve = league.regret_curves(trials((0, 1, 0.5), (0, 2, 0.0), (1, 1, 0.5), (1, 2, 0.25)))
    assert curve["cost"].tolist() == [1, 2] and curve["regret"].tolist() == [0.5, 0.125]
    assert curve["trials"].tolist() == [2, 2]
    assert curve[["low", "high"]].to_numpy().tolist() == [[0.5, 0.5], [0.0, 0.25]]


def test_a_search_that_picks_seldom_has_its_own_points() -> None:
    curve = league.regret_curves(trials((0, 6.5, 0.5), (0, 13, 0.0), (1, 6.5, 0.5), (1, 13, 0.25)))
    assert curve["cost"].tolist() == [6.5, 13]
    asked = league.regret_curves(trials((0, 1, 0.5), (0, 2, 0.0)), costs=[2])
    assert asked["cost"].tolist() == [2]


@pytest.mark.slow
def test_standings_and_verdicts(results: Path) -> None:
    found = league.standings("fashion-5-7", results)
    assert found.groupby("search")["trials"].max().to_dict() == {
        "DiffQAS": 6, "random": 100, "halving": 100, "evolution": 100,
    }  # fmt: skip
    assert (found["low"] <= found["regret"]).all() and (found["regret"] <= found["high"]).all()
    assert found["cost"].nunique() == 2
    claims = league.claims("fashion-5-7", results)
    assert len(claims) == 2 * len(league.SEARCHES)
    # Five of six made-up searches are right at once, one is always wrong: half-way against luck that is no verdict.
    half = next(claim for claim in claims if "random" in claim.text)
    assert half.text == "on fashion-5-7 after 18 evaluations DiffQAS has less regret than random"
    assert half.verdict != HOLDS and "0.0" in half.evidence


@pytest.mark.slow
def test_all_tasks_that_have_a_search_are_judged(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write(tmp_path, ["bessel", "mnist-1-5"])
    assert list(league.standings(folder=folder)["task"].unique()) == ["bessel", "mnist-1-5"]
    with pytest.raises(ValueError, match="the table has no circuit on fashion-5-7 yet"):
        league.claims("fashion-5-7", folder)


class TestFigures:
    def test_regret(self, results: Path) -> None:
        figure = league.draw("fashion-5-7", folder=results)
        lines = [trace.name for trace in figure.data if trace.name]
        assert lines == ["DiffQAS", "random", "halving", "evolution"]
        assert len(figure.data) == 9 and figure.layout.yaxis.title.text == "mean regret"

    def test_one_s_own_stands_beside(self, results: Path) -> None:
        mine = league.play("random", seeds=range(4), among=league.searched("fashion-5-7"), name="mine", folder=results)
        figure = league.draw("fashion-5-7", mine, folder=results)
        assert [trace.name for trace in figure.data if trace.name][-1] == "mine"

    def test_what_they_refuse(self) -> None:
        curve = league.regret_curves(trials((0, 1, 0.5)))
        with pytest.raises(ValueError, match="a figure shows one task, got bessel, other"):
            regret_figure(pd.concat([curve, curve.assign(task="other")]))
        with pytest.raises(ValueError, match="no row"):
            regret_figure(curve.iloc[:0])
        with pytest.raises(ValueError, match="no row"):
            merit_figure(pd.DataFrame(columns=["architecture", "start", "entangler",
                                                                           "rotation", "depth", "merit"]))  # fmt: skip

    def test_merits(self, results: Path) -> None:
        figure = merit_figure(league.table("mnist-1-5", results), unit="test accuracy")
        assert sum(len(trace.x) for trace in figure.data) == 224
        assert max(trace.y[0] for trace in figure.data) == pytest.approx(
            league.table("mnist-1-5", results).groupby("architecture")["merit"].mean().max()
        )


class TestMeanInterval:
    def test_it_covers_the_mean_as_often_as_it_says(self) -> None:
        random = np.random.default_rng(0)
        bounds = [mean_interval(random.exponential(size=100)) for _ in range(200)]
        assert 180 <= sum(low <= 1 <= high for _, low, high in bounds) <= 200

    def test_the_same_values_have_the_same_bounds(self) -> None:
        values = np.arange(10.0)
        assert mean_interval(values) == mean_interval(values) and mean_interval([2.0]) == (2.0, 2.0, 2.0)

    @pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf]])
    def test_what_has_no_mean(self, values: list[float]) -> None:
        with pytest.raises(ValueError, match="finite and at least one"):
            mean_interval(values)
