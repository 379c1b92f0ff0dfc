"""The search panel of a task of one's own, without a browser."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import safetensors
import torch
from torch import nn
from torch.nn.functional import mse_loss

from qtkit import Ansatz
from qtkit.circuits import CZ, RY, H
from qtkit.panels import MachinePanel, SearchPanel
from qtkit.panels.parts.phase import Phase
from qtkit.panels.search.own.form import optimiser_name
from qtkit.panels.search.own.presets import PRESETS, SETS, describe
from qtkit.plots.live.search import SearchPicture, SearchState, search_figure
from qtkit.runs import run
from qtkit.tasks import Task
from qtkit.tasks.images import ImageSettings
from qtkit.tasks.own.settings import OwnSettings
from tests.helpers import PATIENCE, wait_until
from tests.panels.search.shown import Shown
from tests.tasks.own import tasks
from tests.tasks.own.tasks import CLASSES, LINE, NOISY, SMALL, accuracy, three_classes

MINE = Ansatz(start=[H()], layer=[CZ("ring"), RY()])


@pytest.fixture(autouse=True)
def _no_run_is_left_behind():
    yield
    SearchPanel(task=CLASSES)  # ends whatever a test left
    ours = ("qtkit-search", "qtkit-draw")
    wait_until(lambda: not [t for t in threading.enumerate() if t.name in ours])


def spread_of(outputs: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return outputs.std() * 10


def two_metrics() -> Task:
    metrics = {"spread_of_outputs": spread_of, "accuracy": accuracy}
    return Task(three_classes, tasks.network, nn.functional.cross_entropy, metrics, name="two_metrics")


def headings(panel: SearchPanel) -> list[str]:
    return [note.text.partition(",")[0] for note in panel.figure().layout.annotations]


class TestRunning:
    def test_a_run_is_the_stored_one(self, tmp_path: Path) -> None:
        panel = SearchPanel(task=CLASSES, **SMALL)
        table = panel.run(blocking=True)
        assert panel.view is None and panel.phase is Phase.FINISHED
        stored = run(panel.settings, store=tmp_path).records()
        both = [each.drop(columns="seconds").reset_index(drop=True) for each in (table, stored[table.columns])]
        assert both[0].equals(both[1]), "the panel changes nothing"
        assert panel.runs["best test accuracy"].tolist() == [table["test_accuracy"].max()]
        assert panel.settings == CLASSES.settings(**SMALL)
        assert (panel.settings.task, panel.settings.file) == ("CLASSES", "tests.tasks.own.tasks")
        assert "CLASSES of tests.tasks.own.tasks; 40 items to train on, 20 to test on" in panel.model.source()

    def test_curves_of_its_metric(self) -> None:
        panel = SearchPanel(task=CLASSES, **SMALL)
        table = panel.run(blocking=True)
        figure = panel.figure()
        traces = dict(zip(SearchPicture.of(panel.model.state()).names, figure.data, strict=True))
        assert list(traces["test accuracy"].y) == table["test_accuracy"].dropna().tolist()
        assert "accuracy" in headings(panel)

    def test_of_a_task_without_metrics_the_loss_alone_is_shown(self) -> None:
        panel = SearchPanel(task=LINE, **SMALL)
        table = panel.run(blocking=True)
        assert panel.runs["best test loss"].tolist() == [table["test_loss"].min()]
        assert "accuracy" not in headings(panel) and "loss" in headings(panel)
        assert panel.figure().layout.yaxis3.domain == (0.325, 1.0), "with the place of both"
        assert "yaxis4" not in panel.figure().layout

    def test_start_to_finish_on_the_panel(self) -> None:
        shown = Shown(SearchPanel(task=CLASSES, **SMALL))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        assert "Finished" in shown.view.bar.status.value
        assert "epoch 2 of 2" in shown.view.bar.line.value
        assert "CLASSES" in shown.view.table.value
        assert len(shown.view.figure.traces["test accuracy"].x) == 3

    def test_the_stop_condition_ends_a_run(self) -> None:
        panel = SearchPanel(task=CLASSES, stop_accuracy=0.001, **{**SMALL, "epochs": 50})
        panel.run(blocking=True)
        assert panel.runs["ended"].tolist() == ["reached 0.001"]

    def test_circuits_by_elements_are_spoken_of(self) -> None:
        """What they can depend on hangs on the number of qubits, which a training knows."""
        flat = Ansatz(start=[H()], layer=[CZ("star")])
        panel = SearchPanel(task=CLASSES, **{**SMALL, "candidates": (5, MINE, flat)})
        panel.run(blocking=True)
        assert "Whatever the angles, B is the uniform distribution" in panel.model.sentence()
        panel.model.training = None
        assert "Whatever" not in panel.model.sentence()

    def test_one_search_runs_at_a_time_whatever_its_task(self) -> None:
        panel = SearchPanel(task=CLASSES, **{**SMALL, "epochs": 10_000})
        panel.start()
        wait_until(lambda: len(panel.records) > 2)
        SearchPanel(source="sample")
        assert panel.phase is Phase.STOPPED
        assert panel.runs["ended"].tolist() == ["ended by another panel"]
        assert panel.join(PATIENCE)

    def test_its_own_error_is_told_in_the_panel(self) -> None:
        wrong = Task(three_classes, lambda: nn.Linear(3, 3), nn.functional.cross_entropy, name="wrong")
        shown = Shown(SearchPanel(task=wrong))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        assert "The network does not take inputs of float32 of shape (6, 4)" in shown.error
        assert shown.panel.runs["ended"].tolist() == ["failed"]

    def test_a_machine_reads_what_it_trained(self) -> None:
        for task, measured in ((CLASSES, "test_accuracy"), (LINE, "test_loss")):
            panel = SearchPanel(task=task, **SMALL)
            panel.run(blocking=True)
            machine = MachinePanel(panel.training)
            results = machine.measure(shots=100, blocking=True)
            assert machine.model.numbers[0] == measured
            assert results[measured].notna().all()


class TestSettings:
    def test_controls_change_the_settings(self) -> None:
        shown = Shown(SearchPanel(task=CLASSES))
        shown.control("depth").value = 4
        shown.control("chunk").value = 2
        shown.control("batch_size").value = 8
        shown.control("stop_accuracy").value = 0.95
        settings = shown.panel.settings
        assert (settings.depth, settings.chunk, settings.batch_size) == (4, 2, 8)
        assert shown.panel.stop_accuracy == 0.95
        assert "activation" not in shown.view.form.controls

    def test_presets_keep_the_task(self) -> None:
        shown = Shown(SearchPanel(task=NOISY, batch_size=7, seed=3, stop_accuracy=0.42))
        assert shown.control("stop_accuracy").value == 0.42
        for name in PRESETS:
            shown.control("preset").value = name
            settings = shown.panel.settings
            assert (settings.task, settings.file) == ("NOISY", "tests.tasks.own.tasks")
            assert (settings.batch_size, settings.seed) == (7, 3)
            assert SETS.of(settings) == name
        assert settings.model == "classical"

    def test_which_metric_is_shown_can_be_chosen_while_it_runs(self) -> None:
        shown = Shown(SearchPanel(task=two_metrics(), **{**SMALL, "epochs": 10_000}))
        assert "spread of outputs" in headings(shown.panel)
        shown.click("start")
        wait_until(lambda: len(shown.panel.records) > 2)
        assert not shown.control("measure").disabled and shown.control("depth").disabled
        shown.control("measure").value = "accuracy"
        wait_until(lambda: "test accuracy" in shown.view.figure.traces)
        assert not shown.error
        shown.click("stop")
        assert shown.panel.join(PATIENCE)
        assert "accuracy" in headings(shown.panel)
        assert "best test accuracy" in shown.panel.runs, "the accuracy, whichever is shown"

    def test_every_control_has_a_label_and_a_tooltip(self) -> None:
        shown = Shown(SearchPanel(task=two_metrics()))
        for control in shown.view.form.controls.values():
            assert control.description
            assert control.tooltip

    def test_the_learning_rate_is_its_optimisers(self) -> None:
        assert optimiser_name(CLASSES) == "Adam"
        assert optimiser_name(LINE) == "RMSprop"
        assert optimiser_name(NOISY) == "SGD"
        mine = Task(three_classes, tasks.network, mse_loss, optimiser=lambda p, lr: torch.optim.Adagrad(p, lr=lr))
        assert optimiser_name(mine) == "the optimiser"

    def test_what_is_impossible_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"task must be a qtkit.tasks.Task, got str"):
            SearchPanel(task="clothes")
        with pytest.raises(ValueError, match="settings must be an OwnSettings, got ImageSettings"):
            SearchPanel(ImageSettings(), task=CLASSES)
        with pytest.raises(ValueError, match="stop_accuracy needs a metric 'accuracy', and Task.* has none"):
            SearchPanel(task=LINE, stop_accuracy=0.9)
        with pytest.raises(ValueError, match=r"unknown settings \['pixels'\]"):
            SearchPanel(task=CLASSES, pixels="0..1")
        with pytest.raises(ValueError, match="the task 'nobody' stands in no file"):
            SearchPanel(OwnSettings(task="nobody"))
        panel = SearchPanel(task=CLASSES)
        with pytest.raises(ValueError, match="this panel is of the task 'CLASSES', got settings of 'LINE'"):
            panel.settings = LINE.settings()
        panel.settings = CLASSES.settings(depth=7)
        assert panel.settings.depth == 7


class TestCodeAndFiles:
    def test_the_code_makes_the_panel_again(self) -> None:
        panel = SearchPanel(task=CLASSES, depth=3, candidates=(5, MINE), seed=4)
        names: dict[str, object] = {}
        *imports, call = panel.code().split("\n")
        exec("\n".join(imports), names)
        again = eval(call, names)
        assert again.settings == panel.settings

    def test_a_task_of_a_notebook_is_given_again(self) -> None:
        task = two_metrics()
        code = SearchPanel(task=task, depth=3).code()
        assert code.endswith(", task=task)  # task: what this panel was given")
        names: dict[str, object] = {"task": task}
        *imports, call = code.split("\n")
        exec("\n".join(imports), names)
        assert eval(call, names).settings == task.settings(depth=3)

    def test_the_trained_network_is_saved_under_the_tasks_name(self, tmp_path: Path) -> None:
        panel = SearchPanel(task=CLASSES, **SMALL)
        panel.run(blocking=True)
        path = panel.save(tmp_path)
        assert path.name == "CLASSES-diffqas-seed0-step6.safetensors"
        with safetensors.safe_open(path, "pt") as file:
            assert set(file.keys()) == {"weight", "bias"}

    def test_descriptions(self) -> None:
        assert describe(CLASSES.settings()) == "CLASSES · 12 circuits × 10 layers · raw · lr 0.001 · seed 0"
        changed = CLASSES.settings(model="classical", chunk=4)
        assert describe(changed) == "CLASSES · the network itself · lr 0.001 · chunk=4 · seed 0"


def test_a_loss_below_zero_is_shown_on_a_linear_axis() -> None:
    def record(step: int, loss: float) -> object:
        from types import SimpleNamespace

        return SimpleNamespace(step=step, loss=loss, train_loss=loss, test_loss=loss, weights=())

    below = search_figure(SearchState((), [record(0, 1.0), record(1, -2.0)], measure=None))
    assert below.layout.yaxis3.type == "linear"
    assert below.layout.yaxis3.range[0] < -2 < 1 < below.layout.yaxis3.range[1]
    assert search_figure(SearchState((), [record(0, 1.0)], measure=None)).layout.yaxis3.type == "log"
