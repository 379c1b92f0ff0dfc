"""What all shipped runs took."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from qtkit.claims.reproduction import measure_effort
from qtkit.cli.main import main
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.shipped import accuracies, errors, ship
from tests.helpers import ROOT


def test_each_run_counts_once_wherever_it_is_shipped(tmp_path: Path) -> None:
    ship(tmp_path / "images", [ImageSettings(epochs=20, seed=seed) for seed in range(2)], accuracies(lambda _: 0.9))
    runs = [SeriesSettings(seed=seed, bits="pm1") for seed in range(3)]
    ship(tmp_path / "choices" / "series", runs, errors(lambda _: 1e-4))
    ship(tmp_path / "search" / "series", runs[1:], errors(lambda _: 1e-4), seconds=1e6)
    assert measure_effort(tmp_path) == (5, 300.0)
    shown = CliRunner().invoke(main, ["reproduce", "--list", "--results", str(tmp_path)])
    assert shown.exit_code == 0, shown.output
    last = shown.output.splitlines()[-1]
    assert last.startswith("all shipped runs, these and others: 5 runs, 5 min by their seconds, on machines that")
    few = CliRunner().invoke(main, ["reproduce", "fig1", "--list", "--results", str(tmp_path)])
    assert "all shipped runs" not in few.output


def test_nothing_is_shipped(tmp_path: Path) -> None:
    assert measure_effort(tmp_path) == (0, 0.0)
    assert "all shipped" not in CliRunner().invoke(main, ["reproduce", "--list", "--results", str(tmp_path)]).output


def test_what_the_results_tell_of_it() -> None:
    page = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
    runs, seconds = measure_effort(ROOT / "results")
    assert f"The {runs:,} stored runs took {seconds / 3600:.0f} hours" in page
    assert "qtkit reproduce --list" in page
