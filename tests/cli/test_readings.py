"""`qtkit export --reading`: runs of one reading, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.runs import results, run
from qtkit.tasks.series.settings import SeriesSettings


@pytest.mark.slow
def test_runs_of_one_reading_are_exported(tmp_path: Path) -> None:
    store = tmp_path / "runs"
    for probability, centre in (("raw", False), ("scaled", False), ("scaled", True)):
        small = SeriesSettings(model="mapping", epochs=1, probability=probability, centre=centre, predictions="none")
        run(small, store=store)

    def export(reading: str, place: str) -> str:
        options = ["--reading", reading, "--store", str(store), "--to", str(tmp_path / place / "series")]
        return CliRunner().invoke(main, ["export", "series", *options]).output

    assert "bessel.parquet: 1 run\n" in export("heard", "heard")
    assert set(results.load("series", folder=tmp_path / "heard")["label"]) == {"Mapping alone · probability=scaled"}
    assert "bessel.parquet: 1 run\n" in export("written", "written")
    assert set(results.load("series", folder=tmp_path / "written")["label"]) == {"Mapping alone"}
    assert "'series' has no reading 'seeing'; it has written, heard" in export("seeing", "none")
    assert "there is no reading 'loud'" in export("loud", "none")
