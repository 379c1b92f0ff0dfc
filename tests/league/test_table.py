"""What a circuit is worth, looked up: values, times, errors."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qtkit import CANDIDATES, Ansatz, league
from qtkit.circuits import CNOT, CZ, RX, U3, H
from qtkit.circuits.architectures import ARCHITECTURES, Architecture
from qtkit.claims.search.merit import MERITS
from qtkit.league.table import standing
from tests.helpers import ROOT
from tests.league.conftest import EPOCHS, made_up

BEST = Architecture("H", "CZ ring", "U3", 15)


def test_every_architecture_has_its_merit(results: Path) -> None:
    stands = {str(each): each for each in ARCHITECTURES}
    table = league.table("mnist-1-5", results)
    assert len(table) == 224 * 3
    for row in table[table["seed"] == 1].itertuples():
        assert row.merit == pytest.approx(made_up(stands[row.stands_in]), abs=1e-6)
    assert table.groupby("architecture")["merit"].mean().idxmax() == str(BEST)


def test_one_is_asked_for_by_its_choices_or_its_circuit(results: Path) -> None:
    circuit = Ansatz(start=[H()], layer=[CZ("ring"), U3()])
    value = league.merit(BEST, "fashion-5-7", 2, folder=results)
    assert value == league.merit(circuit, "fashion-5-7", 2, depth=15, folder=results)
    assert value == pytest.approx(made_up(BEST) + 0.001, abs=1e-6)
    assert league.merit(BEST, folder=results) == pytest.approx(made_up(BEST), abs=1e-6)
    assert league.merit(CANDIDATES[4], depth=15, folder=results) == pytest.approx(
        made_up(Architecture("H", "CNOT ring", "RY", 15)), abs=1e-6
    )


def test_the_start_and_the_way(results: Path) -> None:
    assert league.merit(BEST, seed=1, epoch=0, folder=results) == 0.5
    halfway = league.merit(BEST, seed=1, epoch=EPOCHS // 2, folder=results)
    assert halfway == pytest.approx((0.5 + made_up(BEST)) / 2, abs=1e-6)
    assert league.score(BEST, seed=1, folder=results) == pytest.approx(made_up(BEST) - 1, abs=1e-6)


def test_errors_of_a_series_count_by_their_logarithm(results: Path) -> None:
    assert league.merit(BEST, "bessel", 1, folder=results) == pytest.approx(made_up(BEST), abs=1e-6)
    assert league.score(BEST, "bessel", 1, folder=results) == pytest.approx(made_up(BEST), abs=1e-6)


@pytest.mark.parametrize("task", ["bessel", "fashion-5-7"])
def test_merit_is_that_of_the_claims(results: Path, task: str) -> None:
    rows = league.records(results)
    own = rows[(rows["kind"] == "alone") & (rows["task"] == task) & (rows["seed"] == 0)]
    choices = dataclasses.asdict(BEST)
    for name, value in choices.items():
        own = own[own[name] == value]
    merit = MERITS["images" if "-" in task else "series"]
    assert league.merit(BEST, task, 0, folder=results) == pytest.approx(merit.of(own), rel=1e-6)


def test_a_millisecond_is_enough_for_most(results: Path) -> None:
    """No clock: a look-up reads no file, and makes no table."""
    standing("bessel", results)
    hits = standing.__globals__["_standing"].cache_info().hits
    for each in ARCHITECTURES:
        league.merit(each, "bessel", 0, folder=results)
    assert standing.__globals__["_standing"].cache_info().hits == hits + len(ARCHITECTURES)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"architecture": Ansatz(start=[H()], layer=[CNOT("all"), RX()]), "depth": 3}, "is not in the space; it has"),
        ({"architecture": CANDIDATES[4]}, "needs a depth, such as depth=7"),
        ({"architecture": CANDIDATES[4], "depth": 5}, "depth must be one of (1, 3, 7, 15), got 5"),
        ({"architecture": BEST, "depth": 7}, "H, CZ ring, U3 × 15 has its depth; got depth=7"),
        ({"architecture": 5}, "a circuit is an Architecture of qtkit.league.space(), or an Ansatz with a depth, got 5"),
        ({"architecture": BEST, "task": "cifar"}, "the league has no task 'cifar'; it has bessel, fashion-5-7"),
        ({"architecture": BEST, "seed": 3}, "seed must be a whole number from 0 to 2 or None, got 3"),
        ({"architecture": BEST, "seed": True}, "seed must be a whole number from 0 to 2 or None, got True"),
        (
            {"architecture": BEST, "epoch": 5},
            "epoch on fashion-5-7 must be a whole number from 0 to 4 or None, got 5",
        ),
        (
            {"architecture": BEST, "epoch": -1},
            "epoch on fashion-5-7 must be a whole number from 0 to 4 or None, got -1",
        ),
    ],
)
def test_what_is_not_in_the_table(results: Path, arguments: dict, words: str) -> None:
    for look_up in (league.merit, league.score):
        with pytest.raises(ValueError, match=re.escape(words)):
            look_up(**arguments, folder=results)


def test_a_part_of_a_league_tells_so(write: Callable[..., Path], tmp_path: Path) -> None:
    folder = write(tmp_path, ["bessel"], without=[BEST])
    with pytest.raises(ValueError, match=r"U3 × 15 is not in the table of bessel yet: it has 223 of 224"):
        league.merit(BEST, "bessel", folder=folder)
    with pytest.raises(ValueError, match="no circuit on mnist-1-5 yet; to compute it: qtkit sweep league"):
        league.merit(BEST, "mnist-1-5", folder=folder)
    found = league.coverage(folder).set_index("task")
    assert found.loc["bessel"].tolist() == [117, 116, 223, 3, 6]
    assert found.loc["mnist-1-5"].tolist() == [117, 0, 0, 0, 0]
    assert set(league.table(folder=folder)["task"]) == {"bessel"}


def test_no_league(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no league in .*; to compute it: qtkit sweep league"):
        league.merit(BEST, folder=tmp_path)


def test_beside_results_of_one_s_own_it_is_the_one_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "results" / "images").mkdir(parents=True)
    monkeypatch.delenv("QTKIT_RESULTS", raising=False)
    monkeypatch.chdir(tmp_path)
    assert league.merit(BEST, "bessel") == league.merit(BEST, "bessel", folder=ROOT / "results")


def test_a_new_league_is_seen(write: Callable[..., Path], tmp_path: Path) -> None:
    write(tmp_path, ["bessel"], without=[BEST])
    league.table("bessel", tmp_path)
    write(tmp_path, ["bessel"])
    assert math.isfinite(league.merit(BEST, "bessel", folder=tmp_path))


@pytest.mark.parametrize("damage", [b"", b"PAR1"])
def test_a_damaged_league(write: Callable[..., Path], tmp_path: Path, damage: bytes) -> None:
    folder = write(tmp_path, ["bessel"])
    (folder / "league" / "league.parquet").write_bytes(damage)
    with pytest.raises(ValueError, match=r"league\.parquet is damaged"):
        league.records(folder)


def test_only_some_are_compared(results: Path) -> None:
    some = ARCHITECTURES[3:9]
    found = standing("mnist-1-5", results).among(some)
    assert found.architectures == some and np.isclose(found.regrets.min(), 0)
    with pytest.raises(ValueError, match="at least one architecture"):
        standing("mnist-1-5", results).among([])
