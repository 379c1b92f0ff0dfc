"""The paper's figures and table from stored results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from qtkit.claims.drawing.parts import LINE
from qtkit.claims.figures import figure
from qtkit.claims.seeds import DISTINCT
from qtkit.cli.main import main
from qtkit.names import PAPER_MODELS
from qtkit.runs import results, run
from qtkit.tasks.series.settings import SeriesSettings
from tests.helpers import SHIPPED
from tests.runs.small import IMAGES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    results.export([run(IMAGES, store=folder / "runs")], folder / "images")
    bessel = SeriesSettings(depth=1, batch_size=200, predictions="figures")
    results.export([run(bessel, store=folder / "runs")], folder / "series")
    return folder


def models_in_the_legend(drawn) -> set[str]:
    """The names of all models; equal ones share a line, as in `"Config 9 = 12  0.853, 3 seeds"`."""
    found = set()
    for trace in drawn.data:
        if trace.showlegend:
            first, *others = trace.name.replace("<b>", "").split("  ")[0].split(" = ")
            found |= {first, *(f"Config {number}" for number in others)}
    return found


@pytest.mark.slow
def test_curves_of_the_images(folder: Path) -> None:
    """Those of other settings are no part of the figure."""
    with pytest.raises(ValueError, match="'mnist-1-5' have no run of Figure 5; to compute them: qtkit sweep images"):
        figure(5, folder=folder)


@pytest.mark.slow
def test_accuracies_of_thirteen_models_and_a_control_if_asked(accuracies_shipped) -> None:
    for number in (5, 6, 7):
        drawn = figure(number)
        assert drawn.layout.title.text.startswith(f"Figure {number}. ")
        assert "Incomplete" not in drawn.layout.title.text
        assert {trace.legendgroup for trace in drawn.data} == set(DISTINCT)
        assert models_in_the_legend(drawn) == set(PAPER_MODELS)
    assert "Mapping alone  0.900, 3 seeds" in {trace.name for trace in figure(5, controls=True).data}
    frame = accuracies_shipped[0]
    accuracies_shipped[0] = frame[frame["label"].isin(["DiffQAS", "Config 1"])]
    title = figure(7).layout.title.text
    assert "Incomplete: no full run of config 2,5,7-12; to compute them: qtkit sweep images --seeds 3" in title
    accuracies_shipped[0] = frame[~frame["label"].isin(["Config 3", "Config 4", "Config 6", "Config 12"])]
    whole = figure(7)
    assert "Incomplete" not in whole.layout.title.text
    assert "Drawn once: config 1 = 3 = 4 = 6, 9 = 12, equal whatever the angles" in whole.layout.title.text
    assert models_in_the_legend(whole) == set(PAPER_MODELS)
    bands = [trace.legendgroup for trace in whole.data if trace.fill and trace.xaxis == "x"]
    assert set(bands) == set(DISTINCT), "from the lowest to the highest seed"


def test_predictions_of_a_series() -> None:
    drawn = figure(8, folder=SHIPPED)
    assert len(drawn.data) >= 8, "truth and prediction at four epochs"


def test_a_run_without_predictions_hides_none(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = results.load("series", "bessel", SHIPPED)
    ours = frame[(frame["label"] == "DiffQAS") & (frame["seed"] == 0)]
    bare = ours.assign(prediction=None, run="0000")
    monkeypatch.setattr(results, "load", lambda *_: pd.concat([bare, frame], ignore_index=True))
    assert figure(8, folder=SHIPPED).data[1].y is not None


@pytest.mark.parametrize(
    ("number", "options", "message"),
    [
        (1, {}, r"no stored results for Figure 1; there are the figures \[5, 6, 7, 8, 9, 10, 11, 12, 13, 14\]"),
        (8, {}, "the results of 'bessel' have no run of DiffQAS in the paper's setting with seed 0"),
    ],
)
def test_a_figure_without_results(folder: Path, number: int, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        figure(number, folder=folder, **options)
    with pytest.raises(FileNotFoundError, match="no stored results of 'fashion-5-7'"):
        figure(7, folder=folder)


@pytest.mark.slow
@pytest.mark.usefixtures("accuracies_shipped")
def test_the_command_writes_a_page_that_needs_no_network(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["figure", "5", "--to", str(tmp_path / "f.html")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "f.html").read_text()
    assert "Figure 5." in page and 'src="http' not in page


@pytest.mark.slow
@pytest.mark.usefixtures("rewards_shipped")
def test_rewards_of_thirteen_models_and_a_control_if_asked() -> None:
    for number in (13, 14):
        drawn = figure(number)
        shown = {trace.name for trace in drawn.data if trace.showlegend}
        assert shown >= {"Config 1 = 3 = 4 = 6  0.600", "Config 2  0.600", "<b>DiffQAS  0.600, 3 seeds</b>"}
        assert models_in_the_legend(drawn) == set(PAPER_MODELS) and len(shown) == len(DISTINCT)
        assert drawn.layout.title.text.startswith(f"Figure {number}. ")
        assert "Incomplete" not in drawn.layout.title.text
    assert "Classical  0.600" in {trace.name for trace in figure(13, controls=True).data}


def test_an_incomplete_figure_says_what_is_missing_and_how_to_get_it(rewards_shipped) -> None:
    frame = rewards_shipped[0]
    rewards_shipped[0] = frame[frame["label"].isin(["DiffQAS", "Config 7", "Classical"]) & (frame["seed"] == 0)]
    title = figure(14).layout.title.text
    assert "Incomplete: no full run of config 1-6,8-12; 1 of 3 seeds of DiffQAS; to compute them: qtkit sweep" in title
    assert max(map(len, title.replace("<sub>", "").replace("</sub>", "").split("<br>"))) <= LINE, "none is cut off"
    rewards_shipped[0] = frame[frame["label"] == "Classical"]
    with pytest.raises(ValueError, match="'minigrid-empty-5x5-v0' have no run of Figure 13; to compute them: qtkit"):
        figure(13)


def test_rewards_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep gridworld"):
        figure(13, folder=tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("rewards_shipped")
def test_the_command_draws_the_controls_too(tmp_path: Path) -> None:
    page = tmp_path / "f.html"
    done = CliRunner().invoke(main, ["figure", "13", "--controls", "--to", str(page)])
    assert done.exit_code == 0, done.output
    assert "Classical  0.600" in page.read_text()
