"""Plans that ask whether the search chooses well: what is in them, and that their answers are known."""

from __future__ import annotations

import collections
from pathlib import Path

import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import equal_circuits
from qtkit.claims.search import find_spaces
from qtkit.names import RIVALS
from qtkit.runs.sweeps.plans import PLANS
from qtkit.runs.sweeps.search_plans import BEST, CAUSES, DISTINCT_CONFIGS, RATES, SEARCH_PLANS, WAYS, patterns
from qtkit.simulation.structure import structure
from qtkit.tasks.readings import HEARD
from qtkit.tasks.registry import task_of
from tests.claims.search.made import store


def test_each_is_a_plan_and_says_why() -> None:
    for name, title, settings in SEARCH_PLANS:
        assert PLANS[name].title == title and len((settings.__doc__ or "").split()) > 30
        runs = PLANS[name].runs([0, 3])
        assert len(set(runs)) == len(runs) and {each.seed for each in runs} == {0, 3}


def test_distinct_circuits_are_one_of_each() -> None:
    assert (
        tuple(group[0] + 1 for group in equal_circuits(CANDIDATES, 11, 10))
        == DISTINCT_CONFIGS
        == (1, 2, 5, 7, 8, 9, 10, 11)
    )


def test_uniform_starts_of_a_search_and_its_circuits() -> None:
    runs = PLANS["search-uniform"].runs([0])
    assert {each.angle_init for each in runs} == {"uniform"} and {each.probability for each in runs} == {"scaled"}
    assert [len(each.ansatze) for each in runs] == [12, *[1] * 8] * 3


def test_signals_alike_of_a_search_and_its_circuits() -> None:
    runs = PLANS["search-alike"].runs([0])
    assert all(each.equal_signals for each in runs) and {each.angle_init for each in runs} == {"normal"}
    assert [len(each.ansatze) for each in runs] == [12, *[1] * 8]


def test_ways_to_make_a_mixture_share_their_circuits(tmp_path: Path) -> None:
    runs = PLANS["search-weights"].runs([0])
    searches, alone = runs[: len(WAYS)], runs[len(WAYS) :]
    assert {len(each.ansatze) for each in searches} == {12} and len(alone) == 8
    assert {each.weighting for each in alone} == {"raw"}
    assert set(alone) <= set(PLANS["images"].runs([0], reading=HEARD))
    store(tmp_path, runs, lambda _: {"test_accuracy": 0.9})
    found = find_spaces(tmp_path)
    assert len(found) == len(WAYS) and all(space.seeds == (0,) for space in found)
    assert len({space.settings for space in found}) == len(WAYS), "in words that tell them apart"


def test_the_searches_of_one_plan_in_its_order(tmp_path: Path) -> None:
    alike, ways = (PLANS[name].runs([0]) for name in ("search-alike", "search-weights"))
    store(tmp_path, [*alike, *ways], lambda _: {"test_accuracy": 0.9})
    assert len(find_spaces(tmp_path)) == len(WAYS) + 1
    (only,) = find_spaces(tmp_path, plan="search-alike")
    assert only.settings == "heard, equal_signals=True, 50 epochs"
    found = [space.settings for space in find_spaces(tmp_path, task="images", plan="search-weights")]
    assert len(found) == len(WAYS)
    assert "weighting" not in found[0] and "straight_through" in found[-1], "in the plan's order"
    with pytest.raises(ValueError, match="there is no plan 'search-lost'"):
        find_spaces(tmp_path, plan="search-lost")


def test_a_search_without_duplicates_shares_its_circuits_with_other_plans() -> None:
    runs = PLANS["search-distinct"].runs([0])
    searches = [each for each in runs if len(each.ansatze) > 1]
    assert len(searches) == 8 and len(runs) == 8 * 9
    for search in searches:
        assert len(equal_circuits(search.ansatze, 11, 10)) == len(search.ansatze) == 8
    others = {each for name in ("images", "table2") for each in PLANS[name].runs([0], reading=HEARD)}
    assert {each for each in runs if len(each.ansatze) == 1} <= others


@pytest.mark.parametrize("n", [4, 11, 13, 17])
def test_twelve_patterns_are_twelve_circuits(n: int) -> None:
    circuits = [Ansatz(True, pattern, "ry") for pattern in patterns(n).values()]
    assert len(circuits) == 12 and len({circuit.cnots(n) for circuit in circuits}) == 12
    assert circuits[0] == CANDIDATES[1] and circuits[1] == CANDIDATES[4]


def test_a_pattern_is_searched_for_beside_each_alone() -> None:
    search, *rest = PLANS["search-patterns"].runs([1])
    assert [each.ansatze for each in rest] == [(ansatz,) for ansatz in search.ansatze]
    assert {(ansatz.hadamard, ansatz.rotation) for ansatz in search.ansatze} == {(True, "ry")}
    assert len(equal_circuits(search.ansatze, 17, 15)) == 12


def test_planted_circuits_stand_out() -> None:
    runs = PLANS["search-planted"].runs([0])
    one_learns, one_does_not = (each for each in runs if len(each.ansatze) > 1)
    for search, odd, learns in ((one_learns, CANDIDATES[4], True), (one_does_not, CANDIDATES[8], False)):
        able = {ansatz: structure(ansatz, 15).depends_on_angles for ansatz in search.ansatze}
        assert len(able) == 12 and [ansatz for ansatz in able if able[ansatz] is learns] == [odd]
    alone = {each.ansatze[0] for each in runs if len(each.ansatze) == 1}
    for search in (one_learns, one_does_not):
        for group in equal_circuits(search.ansatze, 17, 15):
            assert alone & {search.ansatze[place] for place in group}, "each distinct circuit is run alone"
    assert HEARD.includes(one_learns)


def test_a_calmer_optimiser() -> None:
    runs = PLANS["search-calm"].runs([0])
    assert len(runs) == 5 * (4 + 8)
    told = {(each.learning_rate, each.epochs, each.mapping_scale, each.probability) for each in runs}
    assert told == {(0.002, 150, 0.3, "scaled")}
    assert collections.Counter(each.weighting for each in runs) == {"raw": 50, "softmax": 10}
    assert collections.Counter(len(each.ansatze) for each in runs) == {12: 10, 8: 10, 1: 40}


def test_one_cause_at_a_time() -> None:
    runs = PLANS["search-causes"].runs([0])
    usual, calm = PLANS["table2"].runs([0], reading=HEARD), PLANS["search-calm"].runs([0])
    searches = [each for each in runs if len(each.ansatze) > 1]
    assert len(searches) == 2 * (len(CAUSES) + 4) and len(runs) == 2 * (len(CAUSES) * 9 + 4)
    whole = {(each.learning_rate, each.epochs, each.mapping_scale) for each in searches if len(each.ansatze) == 12}
    assert whole == {(0.01, 100, 1.0), (0.002, 100, 1.0), (0.01, 150, 1.0), (0.01, 100, 0.3), (0.002, 150, 0.3)}
    assert [len(each.ansatze) for each in searches if CANDIDATES[8] not in each.ansatze] == [7] * 4
    alone = {each for each in runs if len(each.ansatze) == 1}
    assert len(alone - {*usual, *calm}) == 2 * 3 * 8, "the others are computed once"


def test_every_model_has_every_rate() -> None:
    runs = PLANS["rates"].runs([0])
    by_task = collections.defaultdict(list)
    for each in runs:
        by_task[task_of(each).name].append(each)
    assert list(by_task) == list(RATES) == list(BEST)
    for task, found in by_task.items():
        experiments = 5 if task == "series" else 1
        assert len(found) == experiments * len(RATES[task]) * (1 + len(BEST[task]) + 1 + len(RIVALS))
        assert {each.learning_rate for each in found} == set(RATES[task])
        assert type(found[0])().learning_rate in RATES[task], "the paper's own is among them"
