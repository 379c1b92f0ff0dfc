"""Searches play: what they pay, what they pick, what they are told when they ask for what there is not."""

# ruff: noqa: ARG001  a search is given the space and random numbers, whether it needs them or not

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qtkit import league
from qtkit.circuits.architectures import ARCHITECTURES, Architecture
from qtkit.league.playing import COLUMNS
from qtkit.league.table import standing
from qtkit.league.writing import write_league
from tests.league.conftest import EPOCHS, told

BEST = Architecture("H", "CZ ring", "U3", 15)
WORST = Architecture("none", "none", "RX", 1)


def trials(results: Path, search, **more) -> pd.DataFrame:
    return league.play(search, seeds=more.pop("seeds", [0]), folder=results, **more)


def test_a_row_a_question(results: Path) -> None:
    def two(space, random):
        first = yield WORST
        assert first == pytest.approx(league.score(WORST, seed=1, folder=results))
        second = yield BEST
        assert second > first

    played = trials(results, two, seeds=[1, 4])
    assert list(played) == list(COLUMNS) and played["seed"].tolist() == [1, 1, 4, 4]
    assert played["search"].tolist() == ["two"] * 4 and played["cost"].tolist() == [1, 2, 1, 2]
    assert played["pick"].tolist() == [str(WORST), str(BEST)] * 2
    assert played["regret"].tolist()[1::2] == [0, 0] and played["regret"][0] > 0.1


def test_what_is_trained_on_costs_what_is_added(results: Path) -> None:
    def saves(space, random):
        for share in (0.25, 0.5, 1.0, 0.5, 1.0):
            yield BEST, share

    assert trials(results, saves)["cost"].tolist() == [0.25, 0.5, 1, 1, 1]


def test_the_pick_is_the_best_of_those_trained_longest(results: Path) -> None:
    def asks(space, random):
        yield BEST, 0.25
        yield WORST, 0.5
        yield BEST, 1.0

    assert trials(results, asks)["pick"].tolist() == [str(BEST), str(WORST), str(BEST)]


def test_a_share_is_at_least_an_epoch(results: Path) -> None:
    def little(space, random):
        yield BEST, 1e-9

    assert trials(results, little)["cost"].tolist() == [1 / EPOCHS]


def test_the_budget_ends_a_trial(results: Path) -> None:
    closed = []

    def endless(space, random):
        try:
            for each in space:  # noqa: UP028  a tuple is sent no scores
                yield each
        finally:
            closed.append(True)

    played = trials(results, endless, budget=7.5, seeds=range(3))
    assert played.groupby("seed")["cost"].max().tolist() == [7, 7, 7] and closed == [True] * 3


@pytest.mark.parametrize("name", league.SEARCHES)
def test_searches_that_come_with_it(results: Path, name: str) -> None:
    played = trials(results, name, seeds=range(20), budget=60)
    assert set(played["search"]) == {name} and played["cost"].max() <= 60
    for _, trial in played.groupby("seed"):
        assert trial["cost"].is_monotonic_increasing
    pd.testing.assert_frame_equal(played, trials(results, name, seeds=range(20), budget=60))
    early, late = (np.nanmean(league.regret_at(played, cost)) for cost in (9, 60))
    assert late < early < 0.3


def test_with_time_for_all_everything_is_found(results: Path) -> None:
    for name in ("random", "evolution"):
        played = trials(results, name, budget=1000)
        assert played["cost"].max() == 224 and played["regret"].iloc[-1] == 0


def test_halving_pays_part_prices(results: Path) -> None:
    played = trials(results, "halving", budget=1000)
    first = 27 * round(EPOCHS / 9 or 1) or 27
    assert played["cost"].iloc[26] == pytest.approx(max(1, first / 27) * 27 / EPOCHS)
    assert played["cost"].iloc[27] - played["cost"].iloc[26] <= 1 / EPOCHS


def test_only_among_some(results: Path) -> None:
    some = [each for each in ARCHITECTURES if each.depth == 3]

    def looks(space, random):
        assert set(space) == set(some)
        for each in space:  # noqa: UP028  a tuple is sent no scores
            yield each

    played = trials(results, looks, among=some, budget=100)
    assert len(played) == len(some) and played["regret"].iloc[-1] == 0
    assert trials(results, looks, among=some, name="mine")["search"].unique().tolist() == ["mine"]


def test_evolution_climbs_faster_than_luck(results: Path) -> None:
    at = {
        name: league.regret_at(trials(results, name, seeds=range(40), budget=40), 40).mean()
        for name in ("random", "evolution")
    }
    assert at["evolution"] < at["random"]


def yields(*questions):
    def search(space, random):
        yield from questions

    return search


def forwards(space, random):
    yield from space


def loops(space, random):
    while True:
        yield BEST


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ("greedy", "there is no search 'greedy'; there are random, halving, evolution, and functions of yours"),
        (7, "a search is a function of space and random, or one of ('random', 'halving', 'evolution'), got 7"),
        (lambda space, random: space[0], "must be a generator that yields architectures and is sent their scores"),
        (yields("H, CZ ring, U3 × 15"), "a search yields an Architecture, or one and the share of a training"),
        (yields((BEST, 2.0)), "the share of a training is above 0 and at most 1, got 2.0 with H, CZ ring, U3 × 15"),
        (yields((BEST, 0)), "the share of a training is above 0 and at most 1, got 0"),
        (yields((BEST, True)), "the share of a training is above 0 and at most 1, got True"),
        (forwards, "a list cannot be sent scores: write `for each in space: yield each`"),
        (loops, "asked 1,000 times in a row for what it knows: it goes round in circles"),
    ],
)
def test_what_is_no_search(results: Path, search, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        trials(results, search)


def test_a_question_outside_the_space(results: Path) -> None:
    with pytest.raises(ValueError, match="U3 × 15 is not among the 1 architectures that are searched"):
        trials(results, yields(BEST), among=[WORST])
    with pytest.raises(ValueError, match="budget"):
        trials(results, "random", budget=0)
    with pytest.raises(ValueError, match="the league has no task 'sums'"):
        league.play("random", "sums", folder=results)


def test_no_search_sees_the_test_data(results: Path, tmp_path: Path) -> None:
    """With other test data the same is asked, of which only the regret is another."""
    rows = league.records(results)
    rows[["test_accuracy", "test_loss"]] = rows[["test_accuracy", "test_loss"]].to_numpy()[::-1]
    write_league(tmp_path / "league", rows, told())
    for name in league.SEARCHES:
        seen, other = (trials(folder, name, seeds=range(3), budget=30) for folder in (results, tmp_path))
        pd.testing.assert_frame_equal(seen.drop(columns="regret"), other.drop(columns="regret"))
        assert not seen["regret"].equals(other["regret"])
    ours, theirs = (league.play_diffqas("mnist-1-5", folder=folder) for folder in (results, tmp_path))
    assert ours["pick"].equals(theirs["pick"])


class TestDiffQAS:
    def test_its_picks_are_paid_by_the_circuit(self, results: Path) -> None:
        played = league.play_diffqas("mnist-1-5", folder=results)
        n = len(league.searched("mnist-1-5"))
        assert list(played) == list(COLUMNS) and len(played) == 6 * EPOCHS
        assert sorted(set(played["cost"])) == [n * epoch / EPOCHS for epoch in range(1, EPOCHS + 1)]

    def test_regret_is_within_its_own_circuits_or_those_asked_for(self, results: Path) -> None:
        own = league.regret_at(league.play_diffqas("mnist-1-5", folder=results), 40)
        whole = league.regret_at(league.play_diffqas("mnist-1-5", among=league.space(), folder=results), 40)
        assert own[:5].tolist() == [0] * 5 and own[5] > 0.2  # as the made-up league is
        found = standing("mnist-1-5", results)
        gap = found.worth.max() - found.among(league.searched("mnist-1-5")).worth.max()
        assert (whole - own).tolist() == pytest.approx([gap] * 6)

    def test_a_pick_that_is_not_compared(self, results: Path) -> None:
        with pytest.raises(ValueError, match="which is not among those compared"):
            league.play_diffqas("mnist-1-5", among=[WORST], folder=results)
