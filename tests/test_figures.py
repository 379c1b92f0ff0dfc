"""The paper's figures and table from stored results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from qtkit import table2
from qtkit.cli import main
from qtkit.figures import figure, table
from qtkit.paper import OURS, TABLE_II
from qtkit.runs import results, run
from qtkit.tasks.series_settings import SeriesSettings
from tests.runs.test_runner import IMAGES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    results.export([run(IMAGES, store=folder / "runs")], folder / "images")
    bessel = SeriesSettings(depth=1, batch_size=200, predictions="figures")
    results.export([run(bessel, store=folder / "runs")], folder / "series")
    return folder


def test_curves_of_the_images(folder: Path) -> None:
    drawn = figure(5, folder=folder, value="train_loss")
    assert drawn.layout.title.text.startswith("Figure 5. Accuracy and loss")
    assert [trace.name for trace in drawn.data if trace.name] == ["DiffQAS 2,7"]


def test_predictions_of_a_series(folder: Path) -> None:
    drawn = figure(8, folder=folder)
    assert len(drawn.data) >= 8, "truth and prediction at four epochs"


@pytest.mark.parametrize(
    ("number", "options", "message"),
    [
        (1, {}, r"no stored results for Figure 1; there are the figures \[5, 6, 7, 8, 9, 10, 11, 12\]"),
        (8, {"seed": 5}, "the results of 'bessel' have no run of DiffQAS with seed 5"),
    ],
)
def test_a_figure_without_results(folder: Path, number: int, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        figure(number, folder=folder, **options)
    with pytest.raises(FileNotFoundError, match="no stored results of 'fashion-5-7'"):
        figure(7, folder=folder)


def test_the_command_writes_a_page_that_needs_no_network(folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["figure", "5", "--results", str(folder), "--to", str(tmp_path / "f.html")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "f.html").read_text()
    assert "Figure 5." in page and 'src="http' not in page


def fake_results(*_: object, **__: object) -> pd.DataFrame:
    """The paper's own numbers, one seed, at epochs 1 to 100."""
    names = {paper: label for label, paper in table2.MODELS.items()}
    return pd.DataFrame(
        {"experiment": key, "label": names[model], "seed": 0, "epoch": epoch, "test_loss": row[dataset]}
        for model, row in TABLE_II.items()
        for key, dataset in table2.DATASETS.items()
        for epoch in (1, 15, 30, 100)
    )


def test_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(results, "load", fake_results)
    summary, claims = table(2)
    assert len(summary) == 65
    assert (summary["median"] == summary["paper"]).all()
    assert claims
    shown = CliRunner().invoke(main, ["table"])
    assert shown.exit_code == 0
    assert OURS in shown.output and claims[0].text in shown.output
    written = CliRunner().invoke(main, ["table", "2", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 65 rows\n"
    with pytest.raises(ValueError, match="only Table II has results, table 2; got 1"):
        table(1)


def test_doctor_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    from qtkit.doctor import Finding, Report

    monkeypatch.setattr("qtkit.doctor.doctor", lambda: Report((Finding("torch", "2.9"),)))
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 0
    assert "torch  2.9" in done.output
