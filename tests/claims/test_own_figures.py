"""`qtkit figure` of tasks of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.claims.figures import figure
from qtkit.cli.main import main
from qtkit.runs import results, run
from tests.helpers import SHIPPED
from tests.tasks.own.tasks import CLASSES, LINE, SMALL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    settings = [task.settings(**SMALL, model=model) for task in (CLASSES, LINE) for model in ("diffqas", "mapping")]
    settings.append(CLASSES.settings(**SMALL, seed=1))
    results.export([run(each, store=folder / "runs") for each in settings], folder / "own")
    return folder


def drawn_names(figure) -> set[str]:
    return {trace.name.partition("  ")[0].replace("<b>", "") for trace in figure.data if trace.showlegend}


@pytest.mark.parametrize("name", ["classes", "CLASSES", "my_file.py:CLASSES"])
def test_accuracy_and_loss_of_all_models(folder: Path, name: str) -> None:
    drawn = figure(name, folder=folder)
    assert drawn_names(drawn) == {"DiffQAS 5,2", "Mapping alone"}
    assert {axis.title.text for axis in drawn.select_yaxes()} >= {"test accuracy", "train loss"}
    assert drawn.layout.title.text.startswith("classes<br><sub>depth=1 batch_size=16; 2 seeds, medians")


def test_the_loss_where_there_is_no_accuracy_and_a_metric_if_asked(folder: Path) -> None:
    loss = figure("line", folder=folder)
    assert [axis.title.text for axis in loss.select_yaxes()] == ["test loss", "train loss"]
    assert loss.layout.yaxis.type == "log"
    accuracy = figure("classes", folder=folder, metric="accuracy")
    assert [axis.title.text for axis in accuracy.select_yaxes()] == ["test accuracy", "train accuracy"]
    assert accuracy.layout.yaxis.type != "log"
    assert drawn_names(accuracy) == drawn_names(loss) == {"DiffQAS 5,2", "Mapping alone"}


def test_the_command_writes_a_page(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["figure", "clothes.py:classes", "--results", str(folder)])
    assert result.exit_code == 0, result.output
    assert "test accuracy" in (tmp_path / "figure-classes.html").read_text(encoding="utf-8")
    result = CliRunner().invoke(main, ["figure", "line", "--metric", "accuracy", "--results", str(folder)])
    assert result.exit_code == 1
    assert "the runs of line have no metric 'accuracy'; they have loss" in result.output


def test_candidates_of_models_without_circuits(tmp_path: Path) -> None:
    """The mapping has none; a rival is as large as a search over them."""
    kinds = [{"model": "mapping"}, {"model": "fourier"}]
    settings = [CLASSES.settings(**{**SMALL, "candidates": each, **kind}) for kind in kinds for each in ((5, 2), (1,))]
    results.export([run(each, store=tmp_path / "runs") for each in settings], tmp_path / "own")
    names = drawn_names(figure("classes", folder=tmp_path))
    assert {name.partition(" · ")[0] for name in names} == {"Mapping alone", "Fourier"} and len(names) == 3
    assert all(" numbers" in name for name in names - {"Mapping alone"})


def test_unknown_names_are_told_with_what_there_is(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"Figure shoes; .*, depth, choices, and tasks of one's own: classes, line"):
        figure("shoes", folder=folder)
    with pytest.raises(ValueError, match="tasks of one's own, once exported"):
        figure("shoes", folder=SHIPPED)
    with pytest.raises(FileNotFoundError, match=r"no results of 'shoes' in .*own; to compute .* sweep my.py:shoes"):
        figure("my.py:shoes", folder=folder)
    with pytest.raises(ValueError, match="a task of one's own is named as FILE:NAME"):
        figure("my.py:", folder=folder)
    with pytest.raises(ValueError, match="the reading 'heard' is of the paper's tasks"):
        figure("classes", folder=folder, reading="heard")
    with pytest.raises(ValueError, match="Figure 8 shows what the paper's does, got the metric 'loss'"):
        figure(8, folder=SHIPPED, metric="loss")
