"""The paper's figures and table from stored results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from qtkit.claims import table2
from qtkit.claims.figures import figure, table
from qtkit.claims.rulers import RULERS
from qtkit.cli.main import main
from qtkit.paper import OURS, TABLE_II
from qtkit.runs import results, run
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims import accuracy_frames, reward_frames
from tests.helpers import SHIPPED
from tests.runs.small import IMAGES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    results.export([run(IMAGES, store=folder / "runs")], folder / "images")
    bessel = SeriesSettings(depth=1, batch_size=200, predictions="figures")
    results.export([run(bessel, store=folder / "runs")], folder / "series")
    return folder


def test_curves_of_the_images(folder: Path) -> None:
    """Those of other settings are no part of the figure."""
    with pytest.raises(ValueError, match="'mnist-1-5' have no run of Figure 5; to compute them: qtkit sweep images"):
        figure(5, folder=folder)


@pytest.fixture
def accuracies_shipped(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Made-up results of Figures 5 to 7; the list's one table may be replaced."""
    held = [accuracy_frames.curves(labels=(*accuracy_frames.MODELS, "Mapping alone", "DiffQAS · centre=False"))]

    def load(_: str, experiment: str | None = None, *__: object) -> pd.DataFrame:
        return held[0] if experiment is None else held[0][held[0]["experiment"] == experiment]

    monkeypatch.setattr(results, "load", load)
    return held


def test_accuracies_of_thirteen_models_and_a_control_if_asked(accuracies_shipped) -> None:
    for number in (5, 6, 7):
        drawn = figure(number)
        assert drawn.layout.title.text.startswith(f"Figure {number}. ")
        assert "Incomplete" not in drawn.layout.title.text
        assert {trace.legendgroup for trace in drawn.data} == set(accuracy_frames.MODELS)
    assert "Mapping alone  0.900, 3 seeds" in {trace.name for trace in figure(5, controls=True).data}
    frame = accuracies_shipped[0]
    accuracies_shipped[0] = frame[frame["label"].isin(["DiffQAS", "Config 1"])]
    title = figure(7).layout.title.text
    assert "Incomplete: no full run of config 2,5,7-12; to compute them: qtkit sweep images --seeds 3" in title
    accuracies_shipped[0] = frame[~frame["label"].isin(["Config 3", "Config 4", "Config 6", "Config 12"])]
    whole = figure(7)
    assert "Incomplete" not in whole.layout.title.text
    assert (
        "Not computed again: config 3,4,6 equal 1; config 12 equals 9, whatever the angles" in whole.layout.title.text
    )
    assert {trace.legendgroup for trace in whole.data} == set(accuracy_frames.MODELS)


@pytest.mark.usefixtures("accuracies_shipped")
def test_the_table_of_accuracies(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["table", "accuracies"])
    assert shown.exit_code == 0, shown.output
    rows = [line for line in shown.output.splitlines() if "FashionMNIST 5/7" in line and "0.900" in line]
    assert len(rows) >= 15 and "holds: DiffQAS comes close" in shown.output
    written = CliRunner().invoke(main, ["table", "accuracies", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 45 rows\n"


def test_accuracies_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep images"):
        table("accuracies", folder=tmp_path)


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


@pytest.mark.usefixtures("accuracies_shipped")
def test_the_command_writes_a_page_that_needs_no_network(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["figure", "5", "--to", str(tmp_path / "f.html")])
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
    models = summary[summary["model"].isin(TABLE_II)]
    assert len(models) == 65
    assert (models["median"] == models["paper"]).all()
    rest = summary[~summary["model"].isin(TABLE_II)]
    assert len(rest) == 13 and set(rest["model"]) == set(RULERS), "NARMA's windows hold nothing to repeat"
    assert claims and not any(ruler in claim.evidence for claim in claims for ruler in RULERS)
    shown = CliRunner().invoke(main, ["table"])
    assert shown.exit_code == 0
    assert OURS in shown.output and claims[0].text in shown.output
    (line,) = [line for line in shown.output.splitlines() if "Bessel" in line and RULERS[0] in line]
    assert line.split() == ["Bessel", *RULERS[0].split(), "-", "0.0036", *["-"] * 6, "0.15"]
    assert "variance of the test targets" in shown.output
    written = CliRunner().invoke(main, ["table", "2", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 78 rows\n"
    with pytest.raises(
        ValueError,
        match=r"there are the tables 2 \(Table II\), 'accuracies' \(of Figures 5 to 7\) and 'rewards' .*, got 1",
    ):
        table(1)


@pytest.fixture
def rewards_shipped(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Made-up results of Figures 13 and 14; the list's one table may be replaced."""
    held = [reward_frames.curves(labels=(*reward_frames.MODELS, "Classical"))]

    def load(_: str, experiment: str | None = None, *__: object) -> pd.DataFrame:
        return held[0] if experiment is None else held[0][held[0]["experiment"] == experiment]

    monkeypatch.setattr(results, "load", load)
    monkeypatch.setattr(results, "summaries", lambda *_: reward_frames.summaries(held[0]))
    return held


@pytest.mark.usefixtures("rewards_shipped")
def test_rewards_of_thirteen_models_and_a_control_if_asked() -> None:
    for number in (13, 14):
        drawn = figure(number)
        assert {trace.name for trace in drawn.data if trace.showlegend} == {
            f"Config {k}  0.600" for k in range(1, 13)
        } | {"<b>DiffQAS  0.600, 3 seeds</b>"}
        assert drawn.layout.title.text.startswith(f"Figure {number}. ")
        assert "Incomplete" not in drawn.layout.title.text
    assert "Classical  0.600" in {trace.name for trace in figure(13, controls=True).data}


def test_an_incomplete_figure_says_what_is_missing_and_how_to_get_it(rewards_shipped) -> None:
    frame = rewards_shipped[0]
    rewards_shipped[0] = frame[frame["label"].isin(["DiffQAS", "Config 7", "Classical"]) & (frame["seed"] == 0)]
    title = figure(14).layout.title.text
    assert "Incomplete: no full run of config 1-6,8-12; 1 of 3 seeds of DiffQAS; to compute them: qtkit sweep" in title
    rewards_shipped[0] = frame[frame["label"] == "Classical"]
    with pytest.raises(ValueError, match="'minigrid-empty-5x5-v0' have no run of Figure 13; to compute them: qtkit"):
        figure(13)


def test_rewards_in_the_mended_setting(rewards_shipped) -> None:
    frame = rewards_shipped[0]
    with pytest.raises(
        ValueError, match="no run of Figure 13; to compute them: qtkit sweep gridworld-mended --seeds 3"
    ):
        figure(13, mended=True)
    suffix = " · mapping_scale=0.3 centre=True"
    others = reward_frames.curves(lambda *_: 0.9, labels=("DiffQAS", "Mapping alone"))
    rewards_shipped[0] = pd.concat([frame, others.assign(label=others["label"] + suffix, run=others["run"] + suffix)])
    drawn = figure(13, mended=True, controls=True)
    shown = {trace.name for trace in drawn.data if trace.showlegend}
    assert shown == {"<b>DiffQAS  0.900, 3 seeds</b>", "Mapping alone  0.900", "Classical  0.600"}
    assert "Not in the paper's setting: mapping_scale=0.3 centre=True" in drawn.layout.title.text
    faithful = figure(13)
    assert "<b>DiffQAS  0.600, 3 seeds</b>" in {trace.name for trace in faithful.data}
    assert "Incomplete" not in faithful.layout.title.text
    rewards_shipped[0] = rewards_shipped[0].iloc[len(frame) :]
    alone = figure(13, mended=True)
    assert "<b>DiffQAS  0.900, 3 seeds</b>" in {trace.name for trace in alone.data}
    with pytest.raises(ValueError, match="no run of Figure 13; to compute them: qtkit sweep gridworld --seeds 3"):
        figure(13)


def test_rewards_that_are_not_there(tmp_path: Path) -> None:
    for ask in (lambda: figure(13, folder=tmp_path), lambda: table("rewards", folder=tmp_path)):
        with pytest.raises(FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep gridworld"):
            ask()


@pytest.mark.usefixtures("rewards_shipped")
def test_the_commands_of_the_rewards(tmp_path: Path) -> None:
    page = tmp_path / "f.html"
    done = CliRunner().invoke(main, ["figure", "13", "--controls", "--to", str(page)])
    assert done.exit_code == 0, done.output
    assert "Classical  0.600" in page.read_text()
    shown = CliRunner().invoke(main, ["table", "rewards"])
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert "Random actions" in shown.output and len([line for line in lines if " 6 × 6 " in line and "0.600" in line])
    assert lines[-1].strip().startswith("does not hold: the trends on 6 × 6"), "all models are alike here"
    written = CliRunner().invoke(main, ["table", "rewards", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 32 rows\n"


def test_doctor_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    from qtkit.cli.doctor import Finding, Report

    monkeypatch.setattr("qtkit.cli.doctor.doctor", lambda: Report((Finding("torch", "2.9"),)))
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 0
    assert "torch  2.9" in done.output
