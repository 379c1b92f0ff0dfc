"""The plan of the league: every distinct circuit alone, searches, and a pilot."""

from __future__ import annotations

import dataclasses

import pytest

from qtkit.analysis import equal_circuits
from qtkit.circuits.architectures import ARCHITECTURES, Architecture
from qtkit.runs.sweeps.league_plan import (
    LEAGUE_TASKS,
    PILOT_EPOCHS,
    SEARCH_DEPTH,
    TABLE_SEEDS,
    alone,
    distinct_architectures,
    league_settings,
    pilot,
    searched,
)
from qtkit.runs.sweeps.plans import PLANS
from qtkit.simulation.structure import structure
from qtkit.tasks.registry import task_of
from qtkit.tasks.series.training import SeriesTraining


def test_each_distinct_circuit_is_alone_once_a_task_and_seed() -> None:
    runs = PLANS["league"].runs(range(TABLE_SEEDS))
    assert len(set(runs)) == len(runs) == TABLE_SEEDS * len(LEAGUE_TASKS) * (117 + 1) + len(pilot())
    assert {task_of(each).experiment_of(each) for each in runs} == set(LEAGUE_TASKS)
    assert {each.probability for each in runs} == {"scaled"}
    longer = set(pilot())
    short = [each for each in runs if each not in longer]
    for task in LEAGUE_TASKS:
        own = [each for each in short if task_of(each).experiment_of(each) == task]
        assert {each.epochs for each in own} == {league_settings(task, 0).epochs}


def test_seeds_beyond_the_table_s_are_searches_alone() -> None:
    runs = PLANS["league"].runs([TABLE_SEEDS])
    assert [task_of(each).experiment_of(each) for each in runs] == list(LEAGUE_TASKS)
    assert {len(each.ansatze) for each in runs} == {len(searched("bessel"))} == {36}
    assert {each.depth for each in runs} == {SEARCH_DEPTH}


def test_seed_0_comes_first_and_its_pilot_last() -> None:
    runs = PLANS["league"].runs(range(2))
    assert [each.seed for each in runs] == sorted(each.seed for each in runs)
    first = [each for each in runs if each.seed == 0]
    assert first[-len(pilot()) :] == pilot() and {each.epochs for each in pilot()} == {PILOT_EPOCHS}
    assert 15 <= len(pilot()) <= 25


def test_equal_circuits_are_one_run() -> None:
    same = [Architecture("none", entangler, "RX", 1) for entangler in ("none", "CNOT ring", "CZ star")]
    assert len({alone("bessel", each, 0) for each in same}) == 1
    uniform = [each for each in ARCHITECTURES if structure(each.ansatz, each.depth, 11).name == "UNIFORM"]
    assert len({alone("bessel", each, 0) for each in uniform}) == 1
    assert alone("mnist-1-5", same[0], 0) != alone("mnist-1-5", same[0], 1)


def test_a_circuit_of_the_paper_is_run_as_the_paper_s() -> None:
    run = alone("fashion-5-7", Architecture("H", "CNOT ring", "RY", 15), 2)
    assert run.candidates == (5,) and (run.depth, run.seed, run.dataset, run.classes) == (15, 2, "fashion", (5, 7))
    assert run.scale == "paper"


@pytest.mark.parametrize("task", LEAGUE_TASKS)
def test_the_search_is_over_different_circuits(task: str) -> None:
    circuits = [each.ansatz for each in searched(task)]
    assert len(equal_circuits(circuits, 5, SEARCH_DEPTH)) == len(circuits)
    assert set(searched(task)) <= {each for each in ARCHITECTURES if each.depth == SEARCH_DEPTH}
    assert len(distinct_architectures(task)) == 117


def test_a_task_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="the league has no task 'cifar'; it has"):
        league_settings("cifar", 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Architecture("none", "CZ ring", "RX", 3), Architecture("none", "CZ ring", "RY", 3)),
        (Architecture("none", "CNOT star", "RY", 1), Architecture("none", "none", "RY", 1)),
        (Architecture("H", "CZ brick", "RZ", 3), Architecture("H", "none", "RZ", 3)),
    ],
    ids=str,
)
def test_equal_circuits_learn_alike(one: Architecture, other: Architecture) -> None:
    """What is trained for all that are equal would have been the same, but for rounding."""
    assert alone("bessel", one, 0) == alone("bessel", other, 0)
    losses = []
    for each in (one, other):
        run = dataclasses.replace(alone("bessel", each, 0), candidates=(each.ansatz,), depth=each.depth, epochs=2)
        losses.append([record.test_loss for record in SeriesTraining(run) if record.kind == "epoch"])
    assert len(losses[0]) == 3 and losses[0] == pytest.approx(losses[1], rel=1e-3)
