"""What TensorBoard and MLflow are told; with the libraries where they are installed, else with fakes of their faces."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from qtkit.runs import Store, run
from qtkit.runs.observers import MLflowObserver, Observers, TensorBoardObserver
from qtkit.tasks.series import SeriesSettings
from tests.helpers import Diary, after

SETTINGS = SeriesSettings(
    dataset="bessel", model="mapping", candidates=(5,), epochs=1, predictions="none", batch_size=40
)


class Writer:
    """As `SummaryWriter`, of which all that was written is kept."""

    pages: list[Writer] = []  # noqa: RUF012  (of one test)

    def __init__(self, log_dir: str, purge_step: int | None = None) -> None:
        self.log_dir, self.purge_step, self.closed = log_dir, purge_step, False
        self.scalars: list[tuple[str, float, int]] = []
        self.texts: dict[str, str] = {}
        self.pages.append(self)

    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> None:
        assert not self.closed
        self.scalars.append((tag, scalar_value, global_step))

    def add_text(self, tag: str, text_string: str) -> None:
        self.texts[tag] = text_string

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[Writer]:
    monkeypatch.setattr(Writer, "pages", [])
    fake = ModuleType("torch.utils.tensorboard")
    fake.SummaryWriter = Writer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", fake)
    return Writer.pages


def test_tensorboard_is_told_every_number(pages: list[Writer], tmp_path: Path) -> None:
    diary = Diary()
    stored = run(SETTINGS, store=tmp_path, observer=Observers(diary, TensorBoardObserver(tmp_path / "board")))
    (page,) = pages
    assert page.closed
    assert page.purge_step is None
    assert page.log_dir == str(tmp_path / "board" / f"series-{stored.key}")
    assert "- learning_rate: 0.01" in page.texts["settings"]
    table = stored.table().to_pylist()
    assert [(value, step) for name, value, step in page.scalars if name == "loss"] == [
        (row["loss"], row["step"]) for row in table if row["loss"] is not None
    ]
    assert [value for name, value, _ in page.scalars if name == "test_loss"] == [
        table[0]["test_loss"],
        table[-1]["test_loss"],
    ]
    assert {name for name, _, _ in page.scalars} >= {"weights/5", "seconds", "epoch"}
    assert diary.lines[0] == "begins at 0"
    assert diary.lines[-1] == "finished"


def test_what_goes_on_takes_back_what_came_after_its_checkpoint(pages: list[Writer], tmp_path: Path) -> None:
    run(SETTINGS, store=tmp_path, observer=TensorBoardObserver(tmp_path), stop=after(2))
    run(SETTINGS, store=tmp_path, observer=TensorBoardObserver(tmp_path))
    assert [page.purge_step for page in pages] == [None, 2]
    steps = [[step for name, _, step in page.scalars if name == "loss"] for page in pages]
    assert steps[0] == [1]
    assert steps[1][0] == 2


def test_tensorboards_own_files_hold_it(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    stored = run(SETTINGS, store=tmp_path, observer=TensorBoardObserver(tmp_path / "board"))
    read = EventAccumulator(str(tmp_path / "board" / f"series-{stored.key}"))
    read.Reload()
    assert len(read.Scalars("loss")) == stored.result()["steps"]


class Client:
    """As `mlflow.MlflowClient`, of which all that was written is kept."""

    def __init__(self, tracking_uri: str | None = None) -> None:
        self.tracking_uri = tracking_uri
        self.experiments: list[str] = []
        self.runs: list[SimpleNamespace] = []

    def get_experiment_by_name(self, name: str) -> SimpleNamespace | None:
        there = name in self.experiments
        return SimpleNamespace(experiment_id=str(self.experiments.index(name))) if there else None

    def create_experiment(self, name: str) -> str:
        self.experiments.append(name)
        return str(len(self.experiments) - 1)

    def search_runs(self, experiment_ids: list[str], filter_string: str) -> list[SimpleNamespace]:
        assert experiment_ids == ["0"]
        return [each for each in self.runs if filter_string == f"tags.`qtkit.key` = '{each.tags['qtkit.key']}'"]

    def create_run(self, experiment_id: str, tags: dict[str, str]) -> SimpleNamespace:
        info = SimpleNamespace(run_id=f"run {len(self.runs)}", experiment_id=experiment_id)
        self.runs.append(SimpleNamespace(info=info, tags=tags, params={}, metrics=[], status="RUNNING"))
        return self.runs[-1]

    def log_param(self, run_id: str, key: str, value: str) -> None:
        self._run(run_id).params[key] = value

    def log_batch(self, run_id: str, metrics: list[Any]) -> None:
        assert 0 < len(metrics) <= 1000
        self._run(run_id).metrics += metrics

    def set_terminated(self, run_id: str, status: str) -> None:
        self._run(run_id).status = status

    def _run(self, run_id: str) -> SimpleNamespace:
        return next(each for each in self.runs if each.info.run_id == run_id)


def test_mlflow_has_one_run_for_each(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake, client = ModuleType("mlflow"), Client()
    fake.MlflowClient = lambda tracking_uri=None: client  # type: ignore[attr-defined]
    fake.entities = SimpleNamespace(  # type: ignore[attr-defined]
        Metric=lambda key, value, timestamp, step: SimpleNamespace(key=key, value=value, timestamp=timestamp, step=step)
    )
    monkeypatch.setitem(sys.modules, "mlflow", fake)
    run(SETTINGS, store=tmp_path, observer=MLflowObserver("mine"), stop=after(2))
    assert [each.status for each in client.runs] == ["KILLED"]
    stored = run(SETTINGS, store=Store(tmp_path), observer=MLflowObserver("mine"))
    assert client.experiments == ["mine"]
    (there,) = client.runs
    assert there.status == "FINISHED"
    assert there.tags == {"qtkit.key": stored.key, "qtkit.task": "series"}
    assert there.params["dataset"] == "bessel"
    told = {(each.step, each.value) for each in there.metrics if each.key == "loss"}
    assert told == {(row["step"], row["loss"]) for row in stored.table().to_pylist() if row["loss"] is not None}


@pytest.mark.parametrize(
    ("kind", "module", "package"),
    [(TensorBoardObserver, "torch.utils.tensorboard", "tensorboard"), (MLflowObserver, "mlflow", "mlflow")],
)
def test_a_missing_library_is_named(
    kind: type[Any], module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=f"is missing .*: pip install {package}"):
        kind()
