"""The table from stored runs: what is there, what it tells of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from qtkit import league
from qtkit.circuits.architectures import Architecture
from qtkit.claims.search.merit import MERITS
from qtkit.cli.main import main
from qtkit.league import writing
from qtkit.league.reading import read_provenance
from qtkit.runs import Store, run
from qtkit.runs.sweeps import league_plan

SHORT = 3
SOME = (
    Architecture("H", "CZ ring", "U3", 1),
    Architecture("none", "none", "RX", 1),
    Architecture("H", "none", "RZ", 3),
)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A store with three circuits and a search of a league of one task, in short."""
    usual = league_plan.league_settings

    def shorter(task: str, seed: int) -> Any:
        return dataclasses.replace(usual(task, seed), epochs=SHORT)

    for module in (league_plan, writing):
        monkeypatch.setattr(module, "league_settings", shorter)
    monkeypatch.setattr(writing, "LEAGUE_TASKS", ("bessel",))
    found = Store(tmp_path / "runs")
    for each in SOME:
        run(league_plan.alone("bessel", each, 0), store=found)
    run(league_plan.search("bessel", 4), store=found)
    return found


@pytest.mark.slow
def test_a_table_of_what_is_finished(store: Store, tmp_path: Path) -> None:
    said = writing.export_league(store, tmp_path / "results" / "league", command="qtkit export league --store /srv/me")
    assert said == {"bessel": "3 of 351 circuits alone, 1 searches"}
    rows = league.records(tmp_path / "results")
    assert rows["kind"].value_counts().to_dict() == {"alone": 3 * (SHORT + 1), "search": 36 * (SHORT + 1)}
    for each in SOME:
        stored = store.run(league_plan.alone("bessel", each, 0))
        frame = stored.task.rows(stored.table(), stored.settings)
        assert league.merit(each, "bessel", 0, folder=tmp_path / "results") == pytest.approx(
            MERITS["series"].of(frame), rel=1e-6
        )
    uniform = Architecture("H", "CZ star", "RZ", 15)  # its stand-in was run, for the plan says so
    assert league.merit(uniform, "bessel", folder=tmp_path / "results") == league.merit(
        SOME[2], "bessel", folder=tmp_path / "results"
    )
    shares = rows[rows["kind"] == "search"].groupby("epoch")["share"].sum()
    np.testing.assert_allclose(shares, 1, rtol=1e-5)
    assert np.isnan(rows["train_accuracy"]).all()


@pytest.mark.slow
def test_what_is_told_of_it(store: Store, tmp_path: Path) -> None:
    writing.export_league(store, tmp_path / "league", command="qtkit export league --store /srv/me")
    about = read_provenance(tmp_path / "league")
    assert about["command"] == "qtkit export league --store ..."
    task = about["tasks"]["bessel"]
    assert (task["alone"], task["searches"], task["pilot"], task["epochs"]) == (3, 1, 0, SHORT)
    assert task["settings"]["probability"] == "scaled" and task["settings"]["dataset"] == "bessel"
    assert not {"seed", "depth", "candidates", "file"} & set(task["settings"])
    assert about["sessions"] and {"versions", "git", "machine"} <= set(about["sessions"][0])
    alone = sum(run.result()["seconds"] for run in store if len(run.settings.candidates) == 1)
    assert task["seconds"]["alone"] == round(alone, 1) and task["seconds"]["pilot"] == 0


@pytest.mark.slow
def test_the_command(store: Store, tmp_path: Path) -> None:
    command = ["export", "league", "--to", str(tmp_path / "league"), "--store", str(store.root)]
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 0 and "bessel: 3 of 351 circuits alone, 1 searches" in done.output
    for more in (["--where", "epochs=3"], ["--any-data"], ["--every", "2"]):
        refused = CliRunner().invoke(main, [*command, *more])
        assert refused.exit_code and "the league is exported whole" in refused.output


@pytest.mark.slow
def test_an_empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LEAGUE_TASKS", ("bessel",))
    with pytest.raises(FileNotFoundError, match="no finished run of the plan 'league' in .*: qtkit sweep league"):
        writing.export_league(Store(tmp_path / "none"), tmp_path / "league")
    assert not (tmp_path / "league").exists()
