"""The machine panel without a browser: move its sliders, look at the widgets, measure."""

from __future__ import annotations

import gc
import math
import threading
import weakref

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, DiffQAS, Machine
from qtkit.panels import MachinePanel
from qtkit.panels.machine import model as machine_model
from qtkit.panels.machine import words as words
from qtkit.plots.live.machine import MachinePicture
from qtkit.tasks.images import ImageSettings, ImageTraining
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from tests.helpers import PATIENCE, wait_until

IMAGES = ImageSettings(source="sample", depth=2, train_limit=200, test_limit=100, epochs=1)
SERIES = SeriesSettings(candidates=(2, 5, 12), depth=2, epochs=1)


@pytest.fixture(scope="module")
def images() -> ImageTraining:
    training = ImageTraining(IMAGES)
    list(training)
    return training


@pytest.fixture(scope="module")
def series() -> SeriesTraining:
    training = SeriesTraining(SERIES)
    list(training)
    return training


class Shown:
    """A panel with its widgets, as a user has it before them, once it has read the exact network."""

    def __init__(self, panel: MachinePanel) -> None:
        self.panel = panel
        panel.widget  # noqa: B018
        self.view = panel.view
        assert panel.join()

    def slide(self, name: str, value: float) -> None:
        self.view.controls[name].value = value

    def trace(self, name: str):
        return self.view.figure.traces[name]

    def weights_differ(self) -> bool:
        exact, read = np.asarray(self.trace("weights").customdata).T  # as they are, also beyond the picture
        return not np.array_equal(exact, read)

    @property
    def status(self) -> str:
        return self.view.status.value


# Without widgets


@pytest.mark.slow
def test_images_measured_without_widgets(images: ImageTraining) -> None:
    panel = MachinePanel(images)
    empty = panel.results
    assert empty.empty and "test_accuracy" in empty.columns
    table = panel.measure(shots=10_000, gate_error=1e-3, readout_error=0.01, blocking=True)
    assert panel.view is None
    assert panel.machine == Machine(shots=10_000, gate_error=1e-3, readout_error=0.01, trajectories=30)
    expected = images.evaluate(panel.machine.network(images.model))
    row = table.iloc[0]
    assert [row[name] for name in expected] == pytest.approx(list(expected.values()), abs=1e-5)
    assert row[["shots", "gate_error", "readout_error", "seed"]].tolist() == [10_000, 1e-3, 0.01, 0]
    table = panel.measure(shots=None, gate_error=0.0, readout_error=0.0, seed=4, blocking=True)
    assert panel.machine.perfect and len(table) == 2
    assert pd.isna(table["shots"][1]) and table["seed"].tolist() == [0, 4]
    assert table["test_loss"][1] == pytest.approx(images.evaluate()["test_loss"], abs=1e-5)


def test_series_are_measured_by_their_loss(series: SeriesTraining) -> None:
    panel = MachinePanel(series)
    table = panel.measure(shots=200, blocking=True)
    assert table.columns.tolist()[-2:] == ["test_loss", "train_loss"]
    expected = series.evaluate(panel.machine.network(series.model))
    assert table["test_loss"][0] == pytest.approx(expected["test_loss"], rel=1e-5)
    figure = panel.figure()
    assert figure.layout.yaxis2.type == "log"
    assert figure.data[MachinePicture().names.index("last")].y == (table["test_loss"][0],)
    assert panel.model.status().startswith("Test loss ")


def test_the_weights_are_those_that_the_machine_reads(images: ImageTraining) -> None:
    panel = MachinePanel(images)
    panel.measure(shots=10_000, blocking=True)
    state, sample = panel.model.state(), panel.model.sample
    assert len(sample) == len(sample.unique()) == 2_000
    with torch.no_grad():
        exact, read = images.model.weights(), images.model.weights(panel.machine.measure(images.model.search))
    np.testing.assert_allclose(state.exact_weights, exact[sample], atol=1e-6)
    np.testing.assert_allclose(state.read_weights, read[sample], atol=1e-6)
    assert state.exact == pytest.approx(images.evaluate()["test_accuracy"])


def test_small_networks_are_shown_whole(series: SeriesTraining) -> None:
    assert len(MachinePanel(series).model.sample) == series.model.num_weights < 2_000


def test_a_later_step_of_the_training_changes_nothing() -> None:
    training = ImageTraining(IMAGES)
    next(training), next(training)
    panel = MachinePanel(training)
    first = panel.measure(shots=1_000, blocking=True)["test_loss"][0]
    assert "after 1 of 2 steps of training: 17 qubits × 2 layers" in panel.model.info()
    list(training)
    assert panel.measure(blocking=True)["test_loss"][1] == first
    assert MachinePanel(training).measure(shots=1_000, blocking=True)["test_loss"][0] != first


def test_seeds(images: ImageTraining) -> None:
    panel = MachinePanel(images)
    for seed in (0, 0, 1):
        panel.measure(shots=1_000, seed=seed, blocking=True)
    loss = panel.results["test_loss"]
    assert loss[0] == loss[1] != loss[2]


@pytest.mark.parametrize("training", [None, nn.Linear(2, 1), "mnist"])
def test_what_is_no_training(training: object) -> None:
    with pytest.raises(
        ValueError, match=f"must be an ImageTraining, a SeriesTraining or an OwnTraining, got {type(training).__name__}"
    ):
        MachinePanel(training)


@pytest.mark.parametrize("make", [ImageTraining, SeriesTraining])
def test_without_a_circuit_there_is_nothing_to_read(make: type) -> None:
    settings = ImageSettings(source="sample", model="classical", train_limit=20, test_limit=20)
    training = make(settings if make is ImageTraining else SeriesSettings(model="classical"))
    with pytest.raises(ValueError, match=r"no circuit to read: .*\(model='classical'\), and a QuantumTrain is expect"):
        MachinePanel(training)


def test_what_no_machine_is(images: ImageTraining) -> None:
    panel = MachinePanel(images)
    with pytest.raises(ValueError, match="shots must be a whole number .* or None, got 0"):
        panel.measure(shots=0)
    with pytest.raises(ValueError, match=r"unknown settings \['shot'\]; known are \['gate_error', "):
        panel.measure(shot=10)
    with pytest.raises(ValueError, match="trajectories must be a whole number"):
        MachinePanel(images, trajectories=0)
    assert panel.machine == Machine(trajectories=30) and panel.results.empty and panel.join()


def test_the_newest_request_wins(series: SeriesTraining, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, gate, read = threading.Event(), threading.Event(), Machine.measure

    def slow(machine: Machine, search: DiffQAS) -> torch.Tensor:
        if machine.shots == 100:
            begun.set()
            assert gate.wait(PATIENCE)
        return read(machine, search)

    monkeypatch.setattr(Machine, "measure", slow)
    panel = MachinePanel(series)
    panel.measure(shots=100)
    assert begun.wait(PATIENCE)
    for shots in (200, 300, 400):
        panel.measure(shots=shots)
    assert "measuring: 400 shots · gate error 0 · readout error 0 · seed 0 …" in panel.model.status()
    gate.set()
    assert panel.join()
    assert panel.results["shots"].tolist() == [400], "the one under way is dropped, those that waited never begin"


def fail(*_: object) -> torch.Tensor:
    raise RuntimeError("the fridge <is> warm")


def test_a_blocking_measurement_raises(series: SeriesTraining, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Machine, "measure", fail)
    panel = MachinePanel(series)
    with pytest.raises(RuntimeError, match="the fridge"):
        panel.measure(shots=10, blocking=True)
    assert panel.results.empty and panel.join()


def test_an_interrupt_leaves_the_panel_usable(series: SeriesTraining, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = MachinePanel(series)
    with monkeypatch.context() as patch:
        patch.setattr(Machine, "measure", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            panel.measure(shots=10, blocking=True)
    assert not panel.model.busy
    assert len(panel.measure(blocking=True)) == 1


@pytest.mark.slow
def test_a_forgotten_panel_leaves_neither_model_nor_thread(series: SeriesTraining) -> None:
    before = set(threading.enumerate())
    panel = MachinePanel(series)
    panel.measure(shots=10)
    assert panel.join()
    (thread,) = set(threading.enumerate()) - before
    model = weakref.ref(panel.model)
    del panel
    gc.collect()
    assert model() is None
    thread.join(PATIENCE)
    assert not thread.is_alive()


# In words


def test_labels() -> None:
    assert [words.shots_label(shots) for shots in (None, 10**12, 100, 2_500)] == ["exact", "10¹²", "10²", "2,500"]
    labels = [words.error_label(error) for error in (0.0, 1e-6, 3e-4, 2.5e-4, 1e-3, 0.1)]
    assert labels == ["0", "10⁻⁶", "3·10⁻⁴", "2.5·10⁻⁴", "0.001", "0.1"]
    assert words.settings_text(Machine(shots=1)) == "1 shot · gate error 0 · readout error 0 · seed 0"
    assert words.settings_text(Machine()).startswith("exact probabilities · ")
    shares = [words.share(part) for part in (0.0, 1e-9, 0.001, 0.4567, 0.99, 0.9995, 1.0)]
    assert shares == ["0 %", "less than 0.1 %", "0.1 %", "45.7 %", "99 %", "more than 99.9 %", "100 %"]


@pytest.mark.parametrize(
    "machine",
    [
        Machine(),
        Machine(shots=7),
        Machine(gate_error=0.2),
        Machine(readout_error=0.2),
        Machine(shots=7, gate_error=0.2),
        Machine(shots=7, readout_error=0.2),
    ],
)
@pytest.mark.parametrize("depth", [0, 2])
def test_which_circuits_can_change_is_what_changes(machine: Machine, depth: int) -> None:
    for candidate in CANDIDATES:
        generator = torch.Generator().manual_seed(1)
        search = DiffQAS(3, depth, [candidate], angle_init="uniform", generator=generator, dtype=torch.float64)
        changed = not torch.allclose(machine.measure(search), search().detach(), atol=1e-9)
        assert words.can_change(candidate, depth, 3, machine) == changed, candidate.label


def test_what_the_faults_mean() -> None:
    search = DiffQAS(3, 2)
    assert "read exactly" in words.effect_text(search, Machine())
    text = words.effect_text(search, Machine(shots=1_000, gate_error=0.01, readout_error=0.01))
    places = (2 * (4 + 3), 3 + 2 * (6 + 3))  # no Hadamards and two CNOTs a layer; Hadamards and three
    low, high = (words.share(0.99**count) for count in places[::-1])
    assert text == (
        f"12 of 12 circuits can change · runs without any gate error: {low} to {high} · outcomes with all 3 bits read "
        f"right: {words.share(0.99**3)} · 1,000 shots for 8 outcomes: 125 for each"
    )
    assert words.effect_text(search, Machine(gate_error=0.01)).startswith("8 of 12 circuits can change")
    uniform = DiffQAS(3, 2, CANDIDATES[:1])
    assert words.effect_text(uniform, Machine(gate_error=0.01)) == "0 of 1 circuit can change"


# With widgets


def test_shown_it_reads_the_exact_network_first(images: ImageTraining) -> None:
    shown = Shown(MachinePanel(images))
    exact = images.evaluate()["test_accuracy"]
    assert f"Exact: test accuracy {exact:.4f}. Move a slider" in shown.status
    assert "after 2 of 2 steps of training" in shown.view.info.value
    assert not shown.weights_differ()
    assert shown.trace("exact").y == pytest.approx((exact, exact))
    assert shown.panel.results.empty and shown.view.again.disabled and shown.view.perfect.disabled


@pytest.mark.slow
def test_sliders_measure_and_buttons_too(images: ImageTraining) -> None:
    shown = Shown(MachinePanel(images))
    shown.slide("shots", 1_000)
    assert "measuring: 1,000 shots · gate error 0" in shown.status
    assert shown.panel.join()
    accuracy = shown.panel.results["test_accuracy"][0]
    assert f"Test accuracy {accuracy:.4f} (exact " in shown.status
    assert "circuits can change · 1,000 shots for 131,072 outcomes: 0.00763 for each" in shown.view.effects.value
    assert shown.weights_differ()
    assert shown.trace("last").y == (accuracy,) and "seed 0" in shown.trace("last").customdata[0]
    shown.view.again.click()
    assert shown.panel.join() and shown.panel.machine.seed == 1
    shown.slide("gate_error", 1e-3)
    shown.slide("readout_error", 0.01)
    assert shown.panel.join()
    assert shown.panel.results[["gate_error", "readout_error"]].iloc[-1].tolist() == [1e-3, 0.01]
    shown.view.perfect.click()
    assert shown.panel.join() and shown.panel.machine.perfect
    assert [slider.value for slider in shown.view.controls.values()] == [0, 0, 0]
    assert not shown.weights_differ()
    assert shown.panel.results["shots"].isna().tolist() == [False] * (len(shown.panel.results) - 1) + [True]
    assert len(shown.trace("tries").x) == len(shown.panel.results) - 1


@pytest.mark.slow
def test_the_range_of_the_weights_stays(images: ImageTraining) -> None:
    shown = Shown(MachinePanel(images))
    ranges = [shown.view.figure.widget.layout[name].range for name in ("xaxis", "yaxis")]
    shown.slide("shots", 100)
    assert shown.panel.join()
    assert [shown.view.figure.widget.layout[name].range for name in ("xaxis", "yaxis")] == ranges


def test_values_that_no_slider_has_are_shown_as_they_are(series: SeriesTraining) -> None:
    shown = Shown(MachinePanel(series))
    shown.panel.measure(shots=2_500, gate_error=0.002, blocking=True)
    controls = shown.view.controls
    assert (controls["shots"].value, controls["gate_error"].value) == (2_500, 0.002)
    labels = [label for label, _ in controls["shots"].options]
    assert labels[0] == "exact" and labels[labels.index("2,500") - 1 : labels.index("2,500") + 2] == [
        "10⁴",
        "2,500",
        "10³",
    ]
    assert [value for _, value in controls["gate_error"].options] == sorted(
        value for _, value in controls["gate_error"].options
    )
    assert len(shown.panel.results) == 1, "showing the values measures nothing"


@pytest.mark.slow
def test_an_error_is_told_in_the_panel(series: SeriesTraining, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(MachinePanel(series))
    with monkeypatch.context() as patch:
        patch.setattr(Machine, "measure", fail)
        shown.slide("shots", 100)
        assert shown.panel.join()
        assert "could not be read" in shown.status
        assert "RuntimeError: the fridge &lt;is&gt; warm" in shown.view.message.value
        assert "<details>" in shown.view.message.value
    assert shown.panel.results.empty
    shown.slide("shots", 1_000)
    assert not shown.view.message.value
    assert shown.panel.join() and "Test loss" in shown.status


def test_an_error_of_the_exact_network_is_told_too(series: SeriesTraining, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_model.Machine, "measure", fail)
    shown = Shown(MachinePanel(series))
    assert "the fridge" in shown.view.message.value


@pytest.mark.slow
def test_a_network_whose_loss_is_no_number_is_no_error(series: SeriesTraining) -> None:
    shown = Shown(MachinePanel(series))
    model = shown.panel.model
    shown.slide("shots", 100)
    assert shown.panel.join()
    model.readings[0].results["test_loss"] = math.nan
    assert len(shown.panel.figure().data[MachinePicture().names.index("last")].x) == 0
    assert "Test loss nan" in model.status()


def test_where_no_widget_can_be_shown_a_panel_says_what_it_is(series: SeriesTraining) -> None:
    panel = MachinePanel(series)
    bundle = panel._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == "MachinePanel(11 qubits × 2 layers after 17 steps: 0 measurements)"
    assert "application/vnd.jupyter.widget-view+json" in data
    assert panel.join()


@pytest.mark.slow
def test_nothing_is_printed(series: SeriesTraining, capfd: pytest.CaptureFixture[str]) -> None:
    shown = Shown(MachinePanel(series))
    shown.slide("gate_error", 0.01)
    assert shown.panel.join()
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_slider_moved_while_another_thread_draws_is_no_slider_lost(series: SeriesTraining) -> None:
    shown, drawing = Shown(MachinePanel(series)), threading.Event()
    panel = shown.panel

    def hold(_: dict) -> None:
        drawing.set()
        wait_until(lambda: panel.machine.shots == 10_000)

    shown.view.controls["gate_error"].observe(hold, "value")
    other = threading.Thread(target=panel.measure, kwargs={"gate_error": 0.01}, daemon=True)
    other.start()
    assert drawing.wait(PATIENCE)
    shown.slide("shots", 10_000)
    other.join(PATIENCE)
    assert not other.is_alive() and panel.join()
    assert (panel.machine.shots, panel.machine.gate_error) == (10_000, 0.01)
    assert panel.results["shots"].iloc[-1] == 10_000


def test_what_is_wanted_is_measured_whatever_is_newer(series: SeriesTraining) -> None:
    panel = MachinePanel(series)
    evaluate, moved = series.evaluate, threading.Event()

    def interrupted(network: nn.Module) -> dict:
        if not moved.is_set():
            moved.set()
            panel.measure(shots=200)  # somebody else moves a slider meanwhile
        return evaluate(network)

    series.evaluate = interrupted
    try:
        assert panel.measure(shots=100, blocking=True)["shots"][0] == 100
        assert panel.join() and panel.results["shots"].tolist() == [100, 200]
    finally:
        del series.evaluate
