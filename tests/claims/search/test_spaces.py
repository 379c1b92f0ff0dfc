"""Searches and their circuits alone, found in stored results."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qtkit import Ansatz
from qtkit.analysis import effective_parameters
from qtkit.claims.search import END, find_spaces, summary
from qtkit.claims.search.merit import MERITS, last
from qtkit.claims.search.wording import describe_settings
from qtkit.runs import results
from qtkit.runs.results import thin_epochs
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import SEEING_HEARD
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.search.made import DISTINCT, alone, store

SEARCH = SeriesSettings(dataset="bessel", epochs=2, predictions="none")


def errors(each: Settings) -> dict[str, float]:
    config = each.ansatze[0].config if len(each.ansatze) == 1 else 0
    return {"test_loss": 10.0 ** -(config or 0), "test_accuracy": 0.9}


def test_equal_circuits_count_once_by_whichever_was_run(tmp_path: Path) -> None:
    store(tmp_path, [SEARCH, *alone(SEARCH, (3, 2, 5, 7, 8, 12, 10, 11))], errors)
    (found,) = find_spaces(tmp_path)
    assert found.names == tuple(map(str, DISTINCT)) and found.seeds == (0,) and found.lacking == ""
    assert found.merits.tolist() == [pytest.approx([3, 2, 5, 7, 8, 12, 10, 11])]
    assert found.ours.tolist() == [0]
    assert found.idle.tolist() == [True, *[False] * 7]
    assert found.hears.tolist() == [bool(effective_parameters(circuit, 5, 3)) for circuit in found.circuits]
    assert found.weights.shape == (1, 3, 8)
    assert found.weights[0, -1].tolist() == pytest.approx([1.4, 0.2, 0.5, 0.7, 0.8, 2.1, 1.0, 1.1])
    assert found.sizes[0, -1].sum() == pytest.approx(1)
    assert found.shares[0, -1].tolist() == pytest.approx([0, *(np.array([0.2, 0.5, 0.7, 0.8, 2.1, 1, 1.1]) / 6.4)])
    assert (found.title, found.settings) == ("Bessel", "as written, 2 epochs")


def test_a_circuit_stored_under_its_number_and_its_parts_counts_by_the_nearer_run(tmp_path: Path) -> None:
    store(tmp_path, [SEARCH, *alone(SEARCH, DISTINCT)], errors)
    parts = dataclasses.replace(SEARCH, candidates=(Ansatz(True, "cyc", "ry"),))
    store(tmp_path / "search", [parts], lambda each: {"test_loss": 1.0})
    (found,) = find_spaces(tmp_path)
    assert found.merits[0, found.names.index("5")] == pytest.approx(5)


def test_of_seeds_with_other_rows_the_common_ones_count(tmp_path: Path) -> None:
    whole, thin = (dataclasses.replace(SEARCH, epochs=4, seed=seed) for seed in range(2))
    store(tmp_path, [whole, *alone(whole, DISTINCT), *alone(thin, DISTINCT)], errors)
    store(tmp_path / "whole", [thin], errors)
    about = results.provenance("series", "bessel", tmp_path / "whole")
    rows = results.load("series", "bessel", tmp_path / "whole")[about["measured"]]
    frames = {key: thin_epochs(rows, 2) for key in about["runs"]}
    results.add(tmp_path / "series", "bessel", frames, about["runs"])
    (found,) = find_spaces(tmp_path)
    assert found.seeds == (0, 1) and found.clock.tolist() == [0, 2, 4] and found.weights.shape == (2, 3, 8)


def test_only_seeds_count_that_have_all(tmp_path: Path) -> None:
    searches = [dataclasses.replace(SEARCH, seed=seed) for seed in range(3)]
    some = [*alone(searches[0], DISTINCT), *alone(searches[1], DISTINCT[:-1])]
    store(tmp_path, [*searches, *some], errors)
    (found,) = find_spaces(tmp_path)
    assert found.seeds == (0,)
    assert found.lacking == "1,2,5,7-10 lack 1 of 3 seeds; 11 lacks 2 of 3 seeds"


def test_settings_are_kept_apart_but_for_those_of_the_mixture(tmp_path: Path) -> None:
    softmax = dataclasses.replace(SEARCH, weighting="softmax")
    heard = dataclasses.replace(SEARCH, probability="scaled")
    store(tmp_path / "choices", [softmax, heard, *alone(heard, DISTINCT)], errors)
    store(tmp_path, [SEARCH, *alone(SEARCH, DISTINCT)], errors)
    assert [found.settings for found in find_spaces(tmp_path)] == [
        "as written, 2 epochs",
        "as written, weighting=softmax, 2 epochs",
        "heard, 2 epochs",
    ]
    assert [found.settings for found in find_spaces(tmp_path, beside=False)] == ["as written, 2 epochs"]


def test_a_task_can_be_read_alone() -> None:
    assert {space.task for space in find_spaces(task="images")} == {"images"}
    with pytest.raises(ValueError, match="task must be one of"):
        find_spaces(task="image")


@pytest.mark.parametrize(("kind", "unit"), [(GridworldSettings, "1,000"), (AgentSettings, "100")])
def test_agents_are_worth_their_mean_return_at_the_end(
    kind: type[GridworldSettings], unit: str, tmp_path: Path
) -> None:
    search = kind(episodes=400, candidates=(1, 2, 5))
    gumbel = dataclasses.replace(search, weighting="gumbel", mixture_entropy=0.1)

    def returns(each: Settings) -> dict[str, float]:
        config = each.ansatze[0].config if len(each.ansatze) == 1 else 8
        return {"moving_mean": 20.0 * (config or 0), "mean_return": 7.0}

    store(tmp_path, [search, gumbel, *alone(search, (1, 2, 5))], returns)
    plain, mixed = find_spaces(tmp_path)
    assert plain.merits.tolist() == mixed.merits.tolist() == [[20, 40, 100]] and plain.ours.tolist() == [160]
    assert plain.weights[0, -1].tolist() == pytest.approx([0.1, 0.2, 0.5])
    assert plain.clock.tolist() == [0, 100, 200, 300, 400]
    assert plain.merit.unit == f"mean return of {unit} episodes"
    assert (plain.settings, mixed.settings) == (
        "as written, 400 episodes, circuits 1,2,5",
        "as written, weighting=gumbel, mixture_entropy=0.1, 400 episodes, circuits 1,2,5",
    )
    table = summary([plain, mixed])
    assert table["pick"].tolist() == ["5", "5"] and table["tau"].tolist() == [1, 1]
    assert table["regret"].tolist() == [0, 0] and table["over_pick"].tolist() == [60, 60]


def test_circuits_of_ones_own(tmp_path: Path) -> None:
    own = tuple(Ansatz(True, tuple((0, k) for k in range(1, size)), "ry") for size in (1, 4, 9))
    search = dataclasses.replace(SEARCH, candidates=(5, *own))
    store(
        tmp_path,
        [search, *alone(search, search.candidates)],
        lambda each: {"test_loss": 0.1 ** len(each.ansatze[0].entangler)},
        lambda ansatz: float(len(ansatz.entangler)),
    )
    (found,) = find_spaces(tmp_path)
    assert found.names == ("5", "A", "B", "C") and found.settings == "as written, 2 epochs, circuits 5,A,B,C"
    assert found.merits[0, 1:].tolist() == pytest.approx([0, 3, 8])
    assert found.weights[0, -1, 1:].tolist() == [0, 3, 8]


def test_without_a_circuit_alone_there_is_nothing_to_compare(tmp_path: Path) -> None:
    store(tmp_path, [SEARCH], errors)
    assert find_spaces(tmp_path) == []
    with pytest.raises(FileNotFoundError, match="no stored results in .*nowhere"):
        find_spaces(tmp_path / "nowhere")


def test_the_end_of_a_run_is_what_counts() -> None:
    rows = pd.DataFrame({"test_loss": [1.0] * 90 + [1e-2] * 10 + [1e-4], "test_accuracy": np.linspace(0, 1, 101)})
    rows["epoch"] = np.arange(101)
    assert MERITS["series"].of(rows, END) == pytest.approx(2) and MERITS["series"].of(rows, 0) == pytest.approx(4)
    assert MERITS["images"].of(rows) == pytest.approx(0.955)
    assert last(rows, "epoch")["epoch"].tolist() == [*range(91, 101)]
    assert len(last(rows, "epoch", 1)) == 100 and len(last(rows.tail(1), "epoch", 1)) == 1
    with pytest.raises(ValueError, match="from 0 to 1, got 5"):
        last(rows, "epoch", 5)
    thin = thin_epochs(rows, 10)
    assert len(thin) == 20 and last(thin, "epoch").equals(last(rows, "epoch").set_axis(range(10, 20)))
    assert MERITS["series"].of(thin) == MERITS["series"].of(rows), "early rows that are not stored change nothing"
    assert MERITS["series"].of(rows.assign(test_loss=0.0)) > 300, "an error of 0 is as small as can be"


def test_settings_in_words() -> None:
    assert describe_settings(ImageSettings(probability="scaled", epochs=50)) == "heard, 50 epochs"
    started = ImageSettings(probability="scaled", epochs=50, angle_init="uniform", dataset="fashion", classes=(5, 7))
    assert describe_settings(started) == "heard, angle_init=uniform, 50 epochs"
    agents = SEEING_HEARD.apply(GridworldSettings(episodes=8_000, seed=3))
    assert describe_settings(agents) == "seeing, heard, 8,000 episodes"
    assert describe_settings(dataclasses.replace(agents, mapping_scale=0.5)).startswith("heard, mapping_scale=0.5")
    assert describe_settings(SEARCH, official=False) == "as written, 2 epochs, other data"
