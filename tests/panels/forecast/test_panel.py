"""The forecast panel without a browser: click, look at the widgets, run."""

from __future__ import annotations

import ast
import threading

import numpy as np
import pytest
import safetensors.torch
import torch

from qtkit import records
from qtkit.panels import ForecastPanel
from qtkit.panels.forecast.presets import PRESETS, SERIES, SETS, describe
from qtkit.panels.parts.phase import Phase
from qtkit.plots.live.forecast import ForecastPicture, ForecastState
from qtkit.tasks.series import SeriesSettings, SeriesTraining, own_series, train
from qtkit.tasks.series.settings import CHOICES
from tests.helpers import PATIENCE, wait_until

SERIES_OF_OURS = own_series(torch.sin(torch.arange(67) / 3))
SMALL = {"candidates": (1, 2, 5, 7), "depth": 1, "epochs": 3}  # 5 steps an epoch


def panel_of(**more: object) -> ForecastPanel:
    return ForecastPanel(data=SERIES_OF_OURS, **{**SMALL, **more})


@pytest.fixture(autouse=True)
def _no_run_is_left_behind():
    yield
    panel_of()  # ends whatever a test left
    ours = ("qtkit-forecast", "qtkit-draw")
    wait_until(lambda: not [t for t in threading.enumerate() if t.name in ours])


def trace(figure, name: str):
    return figure.data[ForecastPicture().names.index(name)]


# Without widgets


def test_a_blocking_run_needs_no_widgets():
    panel = panel_of()
    table = panel.run(blocking=True)
    assert panel.view is None and panel.phase is Phase.FINISHED
    assert len(table) == 16 and "w7" in table and table["test_loss"].notna().sum() == 4
    expected = records.frame(train(panel.settings, SERIES_OF_OURS), panel.settings.ansatze)
    assert table.drop(columns="seconds").equals(expected.drop(columns="seconds")), "the panel changes nothing"
    best = panel.runs["best test loss"].tolist()
    assert best == [table["test_loss"].min()]


def test_the_static_figure_shows_the_last_prediction_or_the_one_asked_for():
    panel = panel_of()
    table = panel.run(blocking=True)
    kept = table.dropna(subset="prediction").set_index("epoch")["prediction"]
    np.testing.assert_allclose(trace(panel.figure(), "prediction").y, kept[3.0], atol=1e-5)
    panel.show_epoch(1)
    np.testing.assert_allclose(trace(panel.figure(), "prediction").y, kept[1.0], atol=1e-5)
    panel.show_epoch(None)
    np.testing.assert_allclose(trace(panel.figure(), "prediction").y, kept[3.0], atol=1e-5)
    with pytest.raises(ValueError, match=r"no prediction of epoch 7; there are \[0, 1, 2, 3\]"):
        panel.show_epoch(7)


def test_empty_figure_before_anything():
    figure = ForecastPanel(**SMALL).figure()
    assert trace(figure, "truth").x == () or len(trace(figure, "truth").x) == 0
    assert len(trace(panel_of().figure(), "truth").x) == 62, "a series of one's own is shown before the run"


def test_state_without_circuits_or_predictions():
    training = SeriesTraining(SeriesSettings(model="classical", epochs=1, predictions="none"))
    state = ForecastState((), training.data, list(training))
    data = ForecastPicture().data(state)
    assert len(data["truth"]["x"]) == 251 and data["prediction"]["x"] == []
    assert set(data) <= set(ForecastPicture().names)
    assert ForecastPicture().figure(state).layout.shapes[0].x0 == training.data.boundary


def test_errors_are_those_of_the_settings():
    with pytest.raises(ValueError, match="settings must be a SeriesSettings, got str"):
        ForecastPanel("bessel")
    with pytest.raises(ValueError, match=r"unknown settings \['dataste'\]"):
        ForecastPanel(dataste="bessel")
    with pytest.raises(ValueError, match="dataset='own' needs file="):
        ForecastPanel(dataset="own").run(blocking=True)


@pytest.mark.parametrize("make", [np.array, list, torch.DoubleTensor])
def test_an_array_is_cut_as_the_settings_say(make):
    values = np.sin(np.arange(67) / 3).tolist()
    panel = ForecastPanel(data=make(values), window=8, train_share=0.5, **SMALL)
    assert len(trace(panel.figure(), "truth").x) == 58
    panel.run(blocking=True)
    data = panel.training.data
    assert data.windows.shape == (58, 8) and data.n_train == 29
    expected = own_series(values, panel.settings)
    assert torch.equal(data.windows, expected.windows) and data.source == "an array, 67 points"


def test_the_window_of_an_array_can_be_changed_on_the_panel():
    panel = ForecastPanel(data=np.sin(np.arange(30) / 3), **{**SMALL, "epochs": 1})
    view = shown(panel)
    assert "an array, 30 points; 16 windows to train on, 9 to test on" in view.info.value
    view.form.controls["window"].value = 8
    assert "an array, 30 points; 14 windows to train on, 7 to test on" in view.info.value
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert panel.training.data.windows.shape == (21, 8)
    view.bar.buttons["reset"].click()
    view.form.controls["window"].value = 28
    assert "Series: your own." in view.info.value, "what cannot be cut so is told by the start"
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert "at least 31 are needed" in view.message.value and panel.phase is Phase.FAILED


def test_data_that_do_not_fit_the_settings_are_refused():
    with pytest.raises(ValueError, match=r"\(an array, 67 points\) are windows of 4, 41 of 62 .* say window=8 and"):
        panel_of(window=8)
    with pytest.raises(ValueError, match="the series must be numbers"):
        ForecastPanel(data=["a", "b"])
    with pytest.raises(ValueError, match="the series has 5 values; .* at least 7 are needed"):
        ForecastPanel(data=range(5))
    assert ForecastPanel(data=range(5), dataset="bessel").settings.dataset == "bessel"


def test_code_of_a_panel_with_data_says_that_they_are_needed():
    panel = panel_of(seed=3)
    code = panel.code()
    assert code.endswith(", data=data)  # data: what this panel was given")
    *_, call = ast.parse(code).body
    names: dict = {"data": SERIES_OF_OURS}
    exec("\n".join(line for line in code.splitlines() if "import" in line), names)
    again = eval(compile(ast.Expression(call.value), "panel", "eval"), names)
    assert again.settings == panel.settings
    panel.settings = SeriesSettings(dataset="own", file="mine.csv")
    assert "data=" not in panel.code()


# With widgets


def shown(panel: ForecastPanel):
    panel.widget  # noqa: B018
    return panel.view


@pytest.mark.slow
def test_start_to_finish_on_the_panel():
    panel = panel_of()
    view = shown(panel)
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert "Finished" in view.bar.status.value and "step 15 of 15" in view.bar.line.value
    assert "an array, 67 points; 41 windows to train on, 21 to test on" in view.info.value
    figure = view.figure.widget
    last = panel.records["prediction"].iloc[-1]
    np.testing.assert_allclose(trace(figure, "prediction").y, last, atol=1e-5)
    wait_until(lambda: len(trace(figure, "free running").y) == 21)
    np.testing.assert_allclose(trace(figure, "free running").y, panel.training.rollout(), atol=1e-5)
    assert figure.layout.shapes[0].x0 == 45
    assert "<td" in view.table.value and "best test loss" in view.table.value


@pytest.mark.slow
def test_slider_over_the_epochs_after_the_run():
    panel = panel_of()
    view = shown(panel)
    assert view.slider.disabled and view.slider.value == "latest"
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert not view.slider.disabled and view.slider.options == ("0", "1", "2", "3", "latest")
    view.slider.value = "0"
    first = panel.records["prediction"].iloc[0]
    np.testing.assert_allclose(trace(view.figure.widget, "prediction").y, first, atol=1e-5)
    assert len(trace(view.figure.widget, "free running").y) == 0, "it belongs to the network as it is now"
    view.slider.value = "latest"
    assert len(trace(view.figure.widget, "free running").y) == 21
    view.bar.buttons["reset"].click()
    assert view.slider.options == ("latest",) and view.slider.disabled


@pytest.mark.slow
def test_free_running_can_be_switched_off_and_on():
    panel = panel_of()
    view = shown(panel)
    view.free.value = False
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert len(trace(view.figure.widget, "free running").y) == 0
    view.free.value = True
    wait_until(lambda: len(trace(view.figure.widget, "free running").y) == 21)


def test_narma_from_its_input_has_no_free_run():
    panel = ForecastPanel(dataset="narma5", **{**SMALL, "epochs": 1})
    view = shown(panel)
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert panel.phase is Phase.FINISHED and not view.message.value
    assert len(trace(view.figure.widget, "free running").y) == 0


@pytest.mark.slow
def test_controls_change_the_settings_and_are_locked_during_a_run():
    panel = ForecastPanel(**{**SMALL, "epochs": 1_000_000})
    view = shown(panel)
    view.form.controls["dataset"].value = "narma10"
    view.form.controls["depth"].value = 2
    assert (panel.settings.dataset, panel.settings.depth) == ("narma10", 2)
    view.form.controls["learning_rate"].value = -1.0
    assert panel.settings.learning_rate == 0.01 and "must be a positive number, got -1.0" in view.message.value
    view.bar.buttons["start"].click()
    wait_until(lambda: len(panel.records) > 3)
    wait_until(lambda: view.form.controls["depth"].disabled)
    with pytest.raises(RuntimeError, match="stop or reset it before changing its settings"):
        panel.settings = SeriesSettings()
    view.bar.buttons["stop"].click()
    assert panel.phase is Phase.STOPPED and panel.join(PATIENCE)
    assert not view.form.controls["depth"].disabled


@pytest.mark.slow
def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("t,x,y\n" + "\n".join(f"{k},{k % 5},{k % 3}" for k in range(40)))
    panel = ForecastPanel(**{**SMALL, "epochs": 1})
    view = shown(panel)
    assert view.form.controls["file"].layout.display == "none"
    view.form.controls["dataset"].value = "own"
    assert view.form.controls["file"].layout.display == ""
    view.form.controls["file"].value = str(path)
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert "several columns of numbers" in view.message.value and panel.phase is Phase.FAILED
    view.form.controls["column"].value = "y"
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert panel.phase is Phase.FINISHED and "of mine.csv, 40 points" in view.info.value
    view.form.controls["dataset"].value = "bessel"
    assert panel.settings.file is None and panel.settings.column is None


def test_what_narma_windows_hold_is_asked_of_narma_alone():
    panel = ForecastPanel(dataset="narma5", narma_windows="series")
    controls = shown(panel).form.controls
    assert controls["narma_windows"].layout.display == ""
    controls["dataset"].value = "narma10"
    assert panel.settings.narma_windows == "series"
    for name in ("bessel", "own"):
        controls["dataset"].value = "narma10"
        controls["narma_windows"].value = "series"
        controls["dataset"].value = name
        assert (panel.settings.dataset, panel.settings.narma_windows) == (name, "input")
        assert controls["narma_windows"].layout.display == "none"


def test_settings_as_code_bring_the_panel_back():
    panel = ForecastPanel(dataset="narma5", narma_windows="series", seed=3, candidates=(2, 8))
    code = panel.code()
    ast.parse(code)
    names: dict = {}
    *_, call = ast.parse(code).body
    exec("\n".join(line for line in code.splitlines() if "import" in line), names)
    again = eval(compile(ast.Expression(call.value), "panel", "eval"), names)
    assert isinstance(again, ForecastPanel) and again.settings == panel.settings


def test_the_network_is_saved(tmp_path):
    panel = panel_of()
    panel.run(blocking=True)
    weights = safetensors.torch.load_file(panel.save(tmp_path))
    assert sum(w.numel() for w in weights.values()) == 1_781
    assert torch.equal(weights["output.bias"], panel.training.network().output.bias)


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_presets(name):
    settings = SETS.settings(name, SeriesSettings(dataset="narma5", seed=4, depth=3, epochs=7))
    assert (settings.dataset, settings.seed, settings.depth, settings.epochs) == ("narma5", 4, 10, 7)
    assert SETS.of(settings) == name
    view = shown(ForecastPanel(depth=3))
    view.form.controls["preset"].value = name
    assert SETS.of(view.model.settings) == name


def test_words():
    assert describe(SeriesSettings()) == "Bessel J₂ · 12 circuits × 10 layers · raw · lr 0.01 · seed 0"
    settings = SeriesSettings(dataset="narma5", model="classical", bits="pm1", seed=2)
    assert describe(settings) == "NARMA-5 · classical LSTM · lr 0.01 · bits=pm1 · seed 2"
    assert set(SERIES.values()) == set(CHOICES["dataset"])
    with pytest.raises(ValueError, match="unknown preset 'fast'; there are"):
        SETS.settings("fast", SeriesSettings())
