"""Plans of runs, and the readings they can be had in."""

from __future__ import annotations

import collections
import dataclasses
import json

import pytest
from click.testing import CliRunner

from qtkit.circuits import CZ, U3, Ansatz, H
from qtkit.cli.main import main
from qtkit.runs.labels import run_labels
from qtkit.runs.sweeps.distinct import leave_out_equals
from qtkit.runs.sweeps.paper_plans import CHOICES, DEPTHS, FIGURE_EPOCHS
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.readings import HEARD, READINGS, SEEING_HEARD, WRITTEN, reading_of
from qtkit.tasks.registry import task_of

BOTH_ALONE = ["mapping", "classical"]


def test_without_a_reading_a_plan_is_as_it_stands() -> None:
    for name in ("images", "table2", "gridworld"):
        plan = PLANS[name]
        assert plan.runs([0, 1]) == [*plan.settings(0), *plan.settings(1)]
        assert {reading_of(each) for each in plan.runs([0])} == {WRITTEN}


@pytest.mark.parametrize(("name", "reading"), [(n, r) for n, plan in PLANS.items() for r in plan.readings])
def test_in_a_reading_every_run_is_of_it(name: str, reading) -> None:
    plain, read = (PLANS[name].runs([2], reading=each) for each in ("written", reading.name))
    assert [(each.seed, each.model, each.ansatze) for each in read] == [
        (each.seed, each.model, each.ansatze) for each in plain
    ]
    assert len(set(read)) == len(read)
    assert all(reading.includes(each, free=["depth"]) for each in read)


def test_figures_5_to_7_have_their_length_in_a_reading_unless_it_is_changed() -> None:
    images = PLANS["images"]
    assert {each.epochs for each in images.runs([0], reading=HEARD)} == {FIGURE_EPOCHS}
    assert {each.epochs for each in images.runs([0], ["epochs=3"], "heard")} == {3}
    assert images.runs(range(2), reading=HEARD) == images.runs(range(2), ["epochs=50", "probability=scaled"])
    heard = {each.probability for each in images.runs([0], reading="heard")}
    assert heard == {"scaled"} and {each.epochs for each in images.runs([0])} == {10}


def test_a_reading_that_a_plan_does_not_have() -> None:
    with pytest.raises(ValueError, match="the plan 'images' has no reading 'seeing': it has written, heard"):
        PLANS["images"].runs([0], reading="seeing")
    with pytest.raises(ValueError, match="the plan 'controls' has no reading 'heard': its settings are its own"):
        PLANS["controls"].runs([0], reading=HEARD)
    with pytest.raises(ValueError, match="there is no reading 'loud'"):
        PLANS["images"].runs([0], reading="loud")
    assert PLANS["gridworld"].readings == tuple(READINGS.values())


def test_depths_in_both_readings_or_one() -> None:
    runs = PLANS["depth"].runs(range(3))
    assert len(set(runs)) == len(runs) == 3 * 2 * 3 * len(DEPTHS)
    told = collections.Counter(each.depth for each in runs)
    assert set(told) == set(range(1, 21)) and set(told.values()) == {18}
    assert {each.probability for each in PLANS["depth"].runs([0], reading="heard")} == {"scaled"}
    assert {each.epochs for each in runs} == {20} and {len(each.ansatze) for each in runs} == {12}


def test_every_combination_of_what_is_left_open() -> None:
    runs = PLANS["choices"].runs([0])
    combinations = {tuple(each.to_dict()[name] for name in CHOICES) for each in runs}
    assert len(combinations) == 96 and len(set(runs)) == len(runs) == 5 * 96
    assert next(iter(CHOICES["centre"])) is False, "the defaults come first"
    defaults = type(runs[0])().to_dict()
    assert {name: values[0] for name, values in CHOICES.items()} == {name: defaults[name] for name in CHOICES}


def test_runs_of_a_reading_have_labels_of_their_own() -> None:
    settings = {str(i): each for i, each in enumerate(PLANS["gridworld"].runs([0], reading=SEEING_HEARD))}
    known = {key: {"task": task_of(each).name, "settings": each.to_dict()} for key, each in settings.items()}
    assert all(" · " in label for label in run_labels(settings, known))


def test_a_change_that_makes_runs_equal_leaves_one_of_them() -> None:
    """As `--set environment=...` does with the runs of Figures 13 and 14."""
    both, one = (PLANS["gridworld"].runs([0, 1], changes) for changes in ((), ["environment=MiniGrid-Empty-5x5-v0"]))
    assert one == [each for each in both if each.environment == "MiniGrid-Empty-5x5-v0"]


CZ_U3 = Ansatz(start=[H()], layer=[CZ("ring"), U3()])
MIXED = json.dumps([5, CZ_U3.to_dict()])


@pytest.mark.parametrize(
    ("text", "circuits"),
    [("5,2", (5, 2)), (MIXED, (5, CZ_U3)), ("8", (8,))],
    ids=["two", "one of any gates", "one alone"],
)
@pytest.mark.parametrize(
    ("name", "experiments", "without"), [("table2", 5, []), ("gridworld", 2, ["classical"]), ("agents", 1, BOTH_ALONE)]
)
def test_other_candidates_are_searched_over_and_alone(name, experiments, without, text, circuits) -> None:
    runs = PLANS[name].runs(range(2), [f"candidates={text}", "depth=3"])
    of_circuits = [circuits, *((each,) for each in circuits if len(circuits) > 1)]
    found = collections.Counter((each.model, each.candidates) for each in runs)
    wanted = [*(("diffqas", each) for each in of_circuits), *((model, circuits) for model in without)]
    if name == "table2" and len(circuits) == 1:
        assert {each.predictions for each in runs} == {"all", "figures"}, "one circuit is no second run beside itself"
    assert found == dict.fromkeys(wanted, 2 * experiments)
    assert {each.depth for each in runs} == {3}


def test_figures_5_to_7_have_other_candidates_in_a_reading_too() -> None:
    runs = PLANS["images"].runs([0], ["candidates=5,2"], "heard")
    assert [(each.model, each.candidates) for each in runs[:5]] == [
        *(("diffqas", each) for each in ((5, 2), (5,), (2,))),
        *((model, (5, 2)) for model in BOTH_ALONE),
    ]
    assert len(runs) == 3 * 5 and {(each.probability, each.epochs) for each in runs} == {("scaled", FIGURE_EPOCHS)}
    with pytest.raises(ValueError, match="a candidate is a number from 1 to 12"):
        PLANS["images"].runs([0], ["candidates=13"])
    with pytest.raises(ValueError, match="a setting is given as NAME=VALUE"):
        PLANS["images"].runs([0], ["candidates"])


def test_a_change_that_some_runs_alone_use_changes_these() -> None:
    table2 = PLANS["table2"]
    changed, plain = table2.runs([0], ["narma_windows=series", "epochs=3"]), table2.runs([0], ["epochs=3"])
    assert [each.dataset for each in changed] == [each.dataset for each in plain]
    for one, other in zip(changed, plain, strict=True):
        uses = one.dataset.startswith("narma")
        assert one == (dataclasses.replace(other, narma_windows="series") if uses else other)
    for changes in (["narma_windows=series", "dataset=bessel"], ["hidden_activation=tanh"]):
        with pytest.raises(ValueError, match=f"{changes[0].split('=')[0]}='.*' would have no effect: it"):
            table2.runs([0], changes)
    hidden = table2.runs([0], ["hidden_activation=tanh", "mapping_hidden=4,20"])
    assert {(each.hidden_activation, each.mapping_hidden) for each in hidden} == {("tanh", (4, 20))}


def test_of_equal_circuits_one_is_enough() -> None:
    runs = PLANS["images"].runs(range(2), reading="heard")
    kept = leave_out_equals(runs)
    left_out = [each for each in runs if each not in kept]
    assert {each.candidates for each in left_out} == {(3,), (4,), (6,), (12,)} and len(left_out) == 2 * 3 * 4
    assert leave_out_equals(kept) == kept
    alone = [each for each in runs if each.candidates in ((4,), (12,))]
    assert leave_out_equals(alone) == alone, "nothing equal is there"
    noisy = [dataclasses.replace(each, noise=0.05) for each in kept + left_out]
    assert leave_out_equals(noisy) == noisy, "gates that err are not the same in equal circuits"
    rivals = PLANS["rivals"].runs([0])
    assert leave_out_equals(rivals) == rivals, "they have no circuits"


def test_the_command_lists_the_runs_of_a_reading(tmp_path) -> None:
    def lines(*arguments: str) -> list[str]:
        done = CliRunner().invoke(main, ["sweep", *arguments, "--list", "--store", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    heard = lines("table2", "--reading", "heard", "--seeds", "2")
    assert len(heard) == 131 and heard[-1] == "130 runs: 130 new"
    assert all(line.endswith("probability=scaled") for line in heard[:-1])
    assert lines("table2", "--distinct")[-1] == "45 runs: 45 new"
    assert lines("table2")[0].split()[2:] == ["bessel", "DiffQAS", "seed", "0"]
    assert lines("rates", "--only", "series", "--seeds", "2")[-1] == "630 runs: 630 new"
    one_rate = lines("rates", "--only", "series", "--seeds", "2", "--set", "learning_rate=0.0003")
    assert one_rate[-1] == "90 runs: 90 new"
    some = lines("rates", "--only", "narma5", "--only", "images")[:-1]
    assert {line.split()[2] for line in some} == {"fashion-5-7", "narma5"} and len(some) == 63 + 54
    unknown = CliRunner().invoke(main, ["sweep", "table2", "--only", "mnist", "--list", "--store", str(tmp_path)])
    assert unknown.exit_code == 2 and "--only mnist is of no run of this plan; it has bessel, series" in unknown.output
    refused = CliRunner().invoke(main, ["sweep", "rivals", "--reading", "heard", "--list", "--store", str(tmp_path)])
    assert refused.exit_code == 1 and "the plan 'rivals' has no reading 'heard'" in refused.output


def test_which_runs_are_of_a_plan() -> None:
    """Any seed, wherever the data are; no other length, reading, or circuit."""
    planted, images, depth = (
        PLANS[name].finder(reading)
        for name, reading in (("search-planted", None), ("images", "written"), ("depth", "heard"))
    )
    for seed in (0, 41):
        of_planted = PLANS["search-planted"].settings(seed)
        assert [planted(each) for each in of_planted] == list(range(len(of_planted)))
        assert {images(each) for each in of_planted} == {None}
        of_images = PLANS["images"].runs([seed], reading="written")
        assert [images(each) for each in of_images] == list(range(len(of_images)))
        assert {images(each) for each in PLANS["images"].runs([seed], ["epochs=3"], "written")} == {None}
        assert {images(each) for each in PLANS["table2"].settings(seed)} == {None}
        assert [depth(each) for each in PLANS["depth"].runs([seed])] == [None] * 60 + list(range(60))
    elsewhere = dataclasses.replace(PLANS["images"].runs([3], reading="written")[4], source="sample", data_dir="there")
    assert images(elsewhere) == 4
    with pytest.raises(ValueError, match="the plan 'search-planted' has no reading 'heard'"):
        PLANS["search-planted"].finder("heard")
