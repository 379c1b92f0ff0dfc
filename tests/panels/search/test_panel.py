"""The search panel without a browser: click, look at the widgets, run."""

from __future__ import annotations

import ast
import gc
import json
import threading
import weakref
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import safetensors
import safetensors.torch
import torch

from qtkit import CANDIDATES, Ansatz, networks
from qtkit.panels import SearchPanel
from qtkit.panels.parts.phase import Phase
from qtkit.panels.search.presets import PRESETS, SETS, describe
from qtkit.panels.training import words
from qtkit.panels.training.code import panel_code
from qtkit.tasks.images.settings import ImageSettings
from tests.helpers import PATIENCE, wait_until
from tests.panels.fake_training import FakeTraining
from tests.panels.search.shown import Shown

OWN = Ansatz(hadamard=False, entangler=((0, 1), (2, 0)), rotation=("rx", "ry"))


def panel_of(n_steps: int = 30, delay: float = 0.0, **more: object) -> SearchPanel:
    options = {name: more.pop(name) for name in ("fail_at", "gate") if name in more}
    return SearchPanel(make=partial(FakeTraining, n_steps=n_steps, delay=delay, **options), **more)


@pytest.fixture(autouse=True)
def _no_run_is_left_behind():
    yield
    panel_of()  # ends whatever a test left
    ours = ("qtkit-search", "qtkit-draw")
    wait_until(lambda: not [t for t in threading.enumerate() if t.name in ours])


class TestRunning:
    def test_a_blocking_run_needs_no_widgets(self) -> None:
        panel = panel_of()
        table = panel.run(blocking=True)
        assert panel.view is None
        assert panel.phase is Phase.FINISHED
        assert len(table) == 31
        assert table["w5"].iloc[-1] == pytest.approx(1 / 12 + 0.3)
        assert len(panel.figure().data) > 12
        assert panel.runs["best test accuracy"].tolist() == [0.8]

    def test_a_blocking_run_raises_what_the_training_raised(self) -> None:
        with pytest.raises(RuntimeError, match="the fridge"):
            panel_of(fail_at=3).run(blocking=True)

    @pytest.mark.slow
    def test_start_to_finish_on_the_panel(self) -> None:
        gate = threading.Event()
        shown = Shown(panel_of(n_steps=30, gate=gate))
        assert shown.disabled() == {"pause"}
        shown.click("start")
        assert shown.disabled() == {"start", "step"}
        gate.set()
        assert shown.panel.join(PATIENCE)
        view = shown.view
        assert shown.disabled() == {"pause"}
        assert "Finished" in view.bar.status.value
        assert "step 30 of 30" in view.bar.line.value
        assert view.bar.bar.value == 1.0
        assert "Config 5 (H, cyc, RY) leads: w = 0.383" in view.words.value
        assert "made-up images; 150 images to train on, 50 to test on" in view.info.value
        assert "<td" in view.table.value
        figure = view.figure.widget
        assert figure.data[0].y[4] == pytest.approx(1 / 12 + 0.3)
        assert len(view.figure.traces["histogram"].x) == 60

    @pytest.mark.slow
    def test_pause_resume_step_stop(self, tmp_path: Path) -> None:
        shown = Shown(panel_of(n_steps=10**6, delay=0.001))
        panel = shown.panel
        shown.click("step")
        wait_until(lambda: panel.phase is Phase.PAUSED)
        assert panel.records["step"].tolist() == [0, 1]
        wait_until(lambda: shown.view.bar.buttons["start"].description == "Resume")
        shown.click("step")
        wait_until(lambda: panel.phase is Phase.PAUSED and len(panel.records) == 3)
        wait_until(lambda: not shown.view.bar.buttons["start"].disabled)
        shown.click("start")
        wait_until(lambda: len(panel.records) > 30)
        wait_until(lambda: not shown.view.bar.buttons["pause"].disabled)
        shown.click("pause")
        wait_until(lambda: panel.phase is Phase.PAUSED)
        held = len(panel.records)
        path = panel.save(tmp_path)  # the thread answers between two steps, if there were any
        assert path.name.endswith(f"step{panel.records['step'].iloc[-1]}.safetensors")
        assert len(panel.records) == held
        shown.click("stop")
        assert panel.phase is Phase.STOPPED
        assert panel.join(PATIENCE)
        assert panel.runs["ended"].tolist() == ["stopped"]

    def test_stop_is_always_alive_and_harmless(self) -> None:
        shown = Shown(panel_of())
        shown.click("stop")
        assert shown.panel.phase is Phase.READY

    def test_stop_while_the_circuits_are_compiled(self) -> None:
        gate = threading.Event()
        shown = Shown(panel_of(gate=gate))
        shown.click("start")
        wait_until(lambda: "compiling the circuits" in shown.view.bar.status.value)
        shown.click("stop")
        assert "Stopped" in shown.view.bar.status.value
        assert "ending in the background" in shown.view.bar.status.value
        assert shown.disabled() == {"pause"}
        gate.set()
        assert shown.panel.join(PATIENCE)
        assert "background" not in shown.view.bar.status.value
        assert shown.panel.records.empty

    @pytest.mark.slow
    def test_start_again_after_a_stop_while_compiling(self) -> None:
        gate = threading.Event()
        shown = Shown(panel_of(gate=gate))
        shown.click("start")
        shown.click("stop")
        shown.click("start")
        assert shown.panel.phase is Phase.PREPARING
        gate.set()
        assert shown.panel.join(PATIENCE)
        assert shown.panel.phase is Phase.FINISHED
        assert shown.panel.runs["ended"].tolist() == ["stopped", "finished"]

    @pytest.mark.slow
    def test_reset_forgets_what_is_shown_and_keeps_the_table(self) -> None:
        shown = Shown(panel_of(delay=0.001))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        shown.click("reset")
        assert shown.panel.phase is Phase.READY
        assert shown.panel.records.empty
        assert len(shown.panel.runs) == 1
        figure = shown.view.figure.widget
        assert figure.data[0].y[0] == pytest.approx(1 / 12), "the bars show where the next run starts"
        assert len(shown.view.figure.traces["line 4"].x) == 0

    def test_the_stop_condition_ends_a_run(self) -> None:
        panel = panel_of(n_steps=100, stop_accuracy=0.65)
        panel.run(blocking=True)
        assert panel.runs[["steps", "ended"]].to_numpy().tolist() == [[20, "reached 0.65"]]

    @pytest.mark.slow
    def test_a_second_start_in_another_panel_ends_the_first_run(self) -> None:
        one, two = Shown(panel_of(n_steps=10**6, delay=0.001)), None
        one.click("start")
        wait_until(lambda: len(one.panel.records) > 3)
        two = Shown(panel_of(n_steps=5))
        assert one.panel.phase is Phase.STOPPED, "a cell that is run again makes a new panel: the old run ends"
        assert one.panel.join(PATIENCE)
        assert one.panel.runs["ended"].tolist() == ["ended by another panel"]
        one.click("start")
        two.click("start")
        assert one.panel.phase is Phase.STOPPED
        assert two.panel.join(PATIENCE)
        assert two.panel.phase is Phase.FINISHED
        assert one.panel.join(PATIENCE)

    def test_start_twice_makes_one_run(self) -> None:
        panel = panel_of(n_steps=10**6, delay=0.001)
        panel.start()
        panel.start()
        assert len(panel.runs) == 1
        panel.stop()

    @pytest.mark.slow
    def test_a_forgotten_panel_is_not_kept_alive(self) -> None:
        panel = panel_of(n_steps=3)
        panel.run(blocking=True)
        model = weakref.ref(panel.model)
        del panel
        panel_of()
        gc.collect()
        assert model() is None

    @pytest.mark.slow
    def test_nothing_is_printed(self, capfd: pytest.CaptureFixture[str]) -> None:
        shown = Shown(panel_of(fail_at=5))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        assert capfd.readouterr() == ("", "")


class TestErrors:
    @pytest.mark.slow
    def test_an_error_is_told_in_the_panel_with_its_traceback_folded(self) -> None:
        shown = Shown(panel_of(fail_at=3))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        assert "RuntimeError: the fridge &lt;is&gt; warm" in shown.error
        assert "<details>" in shown.error
        assert "fake_training.py" in shown.error
        assert shown.panel.runs["ended"].tolist() == ["failed"]
        assert shown.disabled() == {"pause"}

    def test_our_own_errors_speak_for_themselves(self) -> None:
        shown = Shown(SearchPanel(source="folder", data_dir="/nowhere/at/all"))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        assert "nowhere" in shown.error
        assert "FileNotFoundError:" not in shown.error.split("<details>")[0]

    def test_an_error_goes_when_a_new_run_begins(self) -> None:
        shown = Shown(panel_of(fail_at=3))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        shown.click("reset")
        assert not shown.error

    def test_a_drawing_error_is_told_too(self) -> None:
        shown = Shown(panel_of(delay=0.001))
        shown.view.model.sentence = lambda: 1 / 0
        shown.view.ticker.start()
        wait_until(lambda: "could not be drawn" in shown.error)


class TestSettings:
    def test_controls_change_the_settings(self) -> None:
        shown = Shown(panel_of())
        shown.control("depth").value = 4
        shown.control("seed").value = 7
        shown.control("weighting").value = "softmax"
        shown.control("pair").value = "Fashion 5 / 7"
        shown.control("stop_accuracy").value = 0.95
        settings = shown.panel.settings
        assert (settings.depth, settings.seed, settings.weighting) == (4, 7, "softmax")
        assert (settings.dataset, settings.classes) == ("fashion", (5, 7))
        assert shown.panel.stop_accuracy == 0.95
        shown.control("stop_accuracy").value = 0.0
        assert shown.panel.stop_accuracy is None

    def test_weights_that_are_a_distribution_have_a_fold(self) -> None:
        shown = Shown(panel_of())
        shown.control("temperature").value = 0.5
        assert "temperature=0.5 is for weights that are a distribution" in shown.error.replace("T", "t", 1)
        assert shown.control("temperature").value == 1.0
        shown.control("weighting").value = "gumbel"
        shown.control("temperature").value = 0.5
        shown.control("straight_through").value = True
        shown.control("mixture_entropy").value = -0.1
        settings = shown.panel.settings
        assert (settings.weighting, settings.temperature, settings.straight_through) == ("gumbel", 0.5, True)
        assert settings.mixture_entropy == -0.1
        words = "gumbel · temperature=0.5 · straight_through=True · mixture_entropy=-0.1 · lr 0.001"
        assert words in describe(settings)

    def test_settings_appear_on_the_controls(self) -> None:
        shown = Shown(panel_of(depth=3, classes=(2, 7), stop_accuracy=0.42, candidates=(5, OWN)))
        assert shown.control("depth").value == 3
        assert shown.control("pair").value == "mnist 2 / 7"
        assert shown.control("stop_accuracy").value == 0.42
        assert shown.view.toggles.numbers == (5,)
        shown.panel.settings = ImageSettings(depth=9)
        assert shown.control("depth").value == 9
        assert shown.view.toggles.numbers == tuple(range(1, 13))

    def test_settings_are_locked_while_a_run_goes_on_and_the_panel_says_why(self) -> None:
        shown = Shown(panel_of(n_steps=10**6, delay=0.001))
        shown.click("start")
        assert all(control.disabled for control in shown.view.form.controls.values())
        assert all(toggle.disabled for toggle in shown.view.toggles.toggles.values())
        assert "locked during a run" in shown.view.info.value
        with pytest.raises(RuntimeError, match="stop or reset it before changing"):
            shown.panel.settings = ImageSettings(depth=1)
        shown.control("depth").value = 3  # a browser that is late
        assert shown.panel.settings.depth == 15
        assert shown.control("depth").value == 15
        wait_until(lambda: "stop or reset it before changing" in shown.error)
        shown.click("stop")
        assert not any(control.disabled for control in shown.view.form.controls.values())
        assert "locked" not in shown.view.info.value

    def test_an_impossible_value_is_refused_and_put_back(self) -> None:
        shown = Shown(panel_of())
        shown.control("learning_rate").value = -1.0
        assert "learning_rate must be a positive number" in shown.error.replace("L", "l", 1)
        assert shown.control("learning_rate").value == 1e-3
        assert shown.panel.settings.learning_rate == 1e-3

    def test_toggles_choose_the_candidates(self) -> None:
        shown = Shown(panel_of(candidates=(5, 8)))
        toggles = shown.view.toggles.toggles
        toggles[1].value = True
        assert shown.panel.settings.candidates == (1, 5, 8)
        for number in (1, 5):
            toggles[number].value = False
        toggles[8].value = False
        assert "At least one circuit" in shown.error
        assert shown.panel.settings.candidates == (8,)
        assert toggles[8].value

    def test_a_circuit_of_ones_own_joins_the_twelve_and_can_leave(self) -> None:
        shown = Shown(panel_of(candidates=(*CANDIDATES, OWN)))
        toggles = shown.view.toggles
        assert toggles.numbers == tuple(range(1, 13)), "as circuits, too"
        toggles.toggles[2].value = False
        assert shown.panel.settings.candidates == (1, *range(3, 13), OWN)
        toggles.own[OWN].value = False
        assert shown.panel.settings.candidates == (1, *range(3, 13))
        toggles.own[OWN].value = True
        assert shown.panel.settings.candidates[-1] == OWN

    def test_each_of_ones_own_keeps_its_letter_while_others_are_off(self) -> None:
        star = Ansatz(True, ((0, 1), (0, 2)), "ry")
        shown = Shown(panel_of(n_steps=3, candidates=(5, OWN, star)))
        shown.view.toggles.own[OWN].value = False
        table = shown.panel.run(blocking=True)
        assert "wB" in table and "wA" not in table
        assert "ahead of circuit B" in shown.panel.model.sentence()
        drawn = shown.panel.figure()
        assert [text for text in drawn.layout.xaxis.ticktext if text.isalpha()] == ["A", "B"]
        shown.panel.settings = ImageSettings(candidates=(5, star))
        assert [toggle.description for toggle in Shown(shown.panel).view.toggles.own.values()] == ["A", "B"]

    def test_the_grid_is_labelled_and_laid_out_as_table_1(self) -> None:
        toggles = Shown(panel_of()).view.toggles
        cells = toggles.children[0].children
        assert [c.value for c in cells[:4]] == ["candidates", "RX", "RY", "RZ"]
        assert [c.value for c in cells[4::4]] == ["H, ent", "H, cyc", "no H, ent", "no H, cyc"]
        for number, toggle in toggles.toggles.items():
            assert toggle.tooltip == f"config {number}: {CANDIDATES[number - 1].label}"

    def test_every_control_has_a_label_and_a_tooltip(self) -> None:
        shown = Shown(panel_of())
        for control in (*shown.view.form.controls.values(), *shown.view.bar.buttons.values()):
            assert control.description
            assert control.tooltip

    def test_circuits_of_ones_own_get_a_place_in_the_figure(self) -> None:
        shown = Shown(panel_of(n_steps=3))
        shown.panel.settings = ImageSettings(candidates=(5, OWN))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        figure = shown.view.figure
        assert len(figure.picture.places) == 13
        assert figure.widget.data[0].y[12] == pytest.approx(0.5)
        assert shown.view.main.children[1] is figure.box

    @pytest.mark.slow
    @pytest.mark.parametrize("name", PRESETS)
    def test_presets(self, name: str) -> None:
        shown = Shown(panel_of(n_steps=2, seed=3, dataset="fashion", depth=9))
        assert shown.control("preset").value == "your own"
        shown.control("preset").value = name
        settings = shown.panel.settings
        assert (settings.seed, settings.dataset) == (3, "fashion")
        assert SETS.of(settings) == name
        assert PRESETS[name][0] in shown.view.message.value.replace("&#x27;", "'")
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        assert shown.panel.phase is Phase.FINISHED

    def test_unknown_names_are_refused(self) -> None:
        with pytest.raises(ValueError, match="unknown preset 'fastest'"):
            SETS.settings("fastest", ImageSettings())
        with pytest.raises(ValueError, match=r"unknown settings \['dept'\]"):
            SearchPanel(dept=3)
        with pytest.raises(ValueError, match="settings must be an ImageSettings, got dict"):
            SearchPanel({"depth": 3})
        with pytest.raises(ValueError, match="depth must be a whole number"):
            SearchPanel(depth=-1)

    @pytest.mark.parametrize("share", ["0.9", True, 0, -0.5, float("nan")])
    def test_a_stop_that_is_no_share(self, share: object) -> None:
        with pytest.raises(ValueError, match="stop_accuracy must be a positive number, got"):
            SearchPanel(stop_accuracy=share)

    def test_a_stop_in_percent_would_never_stop(self) -> None:
        with pytest.raises(ValueError, match="stop_accuracy is a share and at most 1, got 90"):
            SearchPanel(stop_accuracy=90)
        assert SearchPanel(stop_accuracy=1).stop_accuracy == 1


class TestCode:
    @pytest.mark.parametrize(
        ("settings", "stop"),
        [
            (ImageSettings(), None),
            (ImageSettings(depth=3, seed=11, weighting="softmax", candidates=(5,), data_dir="/a/b'c"), 0.97),
            (ImageSettings(candidates=(1, OWN, Ansatz()), model="mapping", learning_rate=3e-4, bits="pm1"), None),
        ],
    )
    def test_the_code_makes_the_same_panel(self, settings: ImageSettings, stop: float | None) -> None:
        code = SearchPanel(settings, stop_accuracy=stop).code()
        assert f"seed={settings.seed}" in code
        *imports, call = code.splitlines()
        names: dict = {}
        exec("\n".join(imports), names)
        again = eval(call, names)
        assert again.settings == settings
        assert again.stop_accuracy == stop

    def test_the_panel_shows_it(self) -> None:
        shown = Shown(panel_of(depth=3))
        assert shown.view.code.layout.display == "none"
        shown.view.code_button.click()
        assert shown.view.code.layout.display == ""
        ast.parse(shown.view.code.value)
        shown.control("depth").value = 5
        assert "depth=5" in shown.view.code.value

    def test_it_is_one_short_line_for_the_defaults(self) -> None:
        assert panel_code("SearchPanel", ImageSettings()).splitlines()[-1] == "SearchPanel(ImageSettings(seed=0))"


class TestSaving:
    @pytest.mark.slow
    def test_the_network_is_saved_with_its_settings_and_the_panel_says_where(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        shown = Shown(panel_of(n_steps=4))
        assert shown.view.save_button.disabled
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        shown.view.save_button.click()
        path = tmp_path / "saved" / "mnist-1-5-diffqas-seed0-step4.safetensors"
        wait_until(lambda: str(path) in shown.view.message.value)
        with safetensors.safe_open(path, "pt") as stored:
            facts = json.loads(stored.metadata()["qtkit"])
        assert facts["step"] == 4
        assert ImageSettings.from_dict(facts["settings"]) == shown.panel.settings
        again = shown.panel.save()
        assert again.name == "mnist-1-5-diffqas-seed0-step4-2.safetensors"
        assert len(list((tmp_path / "saved").iterdir())) == 2

    def test_a_place_that_cannot_be_written_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "saved").write_text("a file, not a folder")
        monkeypatch.chdir(tmp_path)
        shown = Shown(panel_of(n_steps=1))
        shown.click("start")
        assert shown.panel.join(PATIENCE)
        shown.view.save_button.click()
        wait_until(lambda: "could not be saved" in shown.error)

    def test_nothing_to_save(self) -> None:
        with pytest.raises(RuntimeError, match="nothing has been trained"):
            panel_of().save()

    def test_a_real_network_comes_back(self, tmp_path: Path) -> None:
        panel = SearchPanel(depth=1, source="sample", train_limit=50, test_limit=20, epochs=1)
        panel.run(blocking=True)
        path = panel.save(tmp_path)
        network = networks.ImageMLP("tanh")
        network.load_state_dict(safetensors.torch.load_file(path))
        images = torch.rand(3, 784)
        assert torch.equal(network(images), panel.training.network()(images))


class TestRealTraining:
    def test_same_seed_same_records(self) -> None:
        def table() -> object:
            panel = SearchPanel(depth=1, source="sample", train_limit=100, test_limit=20, epochs=1, seed=5)
            return panel.run(blocking=True).drop(columns="seconds")

        assert table().equals(table())

    @pytest.mark.slow
    def test_the_mapping_alone_and_the_classical_network(self) -> None:
        said = {
            "mapping": "No circuit takes part",
            "classical": "Nothing is generated: every weight is trained itself.",
        }
        for model, text in said.items():
            shown = Shown(SearchPanel(model=model, source="sample", train_limit=100, test_limit=20, epochs=1))
            shown.click("start")
            assert shown.panel.join(PATIENCE)
            assert shown.panel.phase is Phase.FINISHED, shown.error
            assert text in shown.view.words.value


class TestWords:
    def test_who_leads(self) -> None:
        weights = [0.05] * 12
        weights[4], weights[7] = 0.31, 0.23
        text = words.who_leads(CANDIDATES, weights, 15)
        assert "Config 5 (H, cyc, RY) leads: w = 0.310, 0.080 ahead of config 8." in text
        assert "1, 3, 4 and 6 are the uniform distribution: together 0.200" in text
        assert "9 and 12 are basis state 0: together 0.100" in text

    def test_ties_and_small_leads(self) -> None:
        assert words.who_leads(CANDIDATES, [1 / 12] * 12, 15).startswith("All 12 weights are equal: w = 0.0833.")
        weights = [0.09 if k in (0, 2, 3, 5) else 0.088 for k in range(12)]
        text = words.who_leads(CANDIDATES, weights, 15)
        assert "Configs 1, 3, 4 and 6 lead together: w = 0.0900 each, 0.0020 ahead of config 2." in text

    def test_a_large_negative_weight_is_told(self) -> None:
        text = words.who_leads(CANDIDATES[1:3], [0.1, -0.4], 2)
        assert "Config 3 (H, ent, RZ) has the largest weight in size, with a minus sign: -0.400." in text

    def test_one_circuit_none_and_own(self) -> None:
        assert "its weight is fixed at 1" in words.who_leads(CANDIDATES[:1], [1.0], 3)
        assert "No circuit" in words.who_leads([], [], 3)
        assert "stay as they were drawn" in words.who_leads([], [], 3, model="hashed")
        assert "Nothing is generated" in words.who_leads([], [], 3, model="small")
        assert "Circuit A (no H, 2 CNOTs, RX-RY) leads" in words.who_leads([OWN, CANDIDATES[4]], [0.9, 0.1], 3)
        assert "Whatever" not in words.who_leads([OWN, CANDIDATES[4]], [0.9, 0.1], 3)

    def test_depth_zero_makes_every_circuit_blind(self) -> None:
        assert "1, 2, 3, 4, 5 and 6 are the uniform" in words.who_leads(CANDIDATES, [1 / 12] * 12, 0)

    def test_progress(self) -> None:
        last = SimpleNamespace(step=366, epoch=3.05, seconds=30.0, test_accuracy=None)
        text = words.progress(Phase.RUNNING, [last], 6100, 12.9, 50)
        assert text == "epoch 4 of 50 · step 366 of 6,100 · 12.9 steps/s · 7 min left"
        assert words.progress(Phase.STOPPED, [last], 6100, 12.9, 50).endswith("30 s of training")
        assert words.progress(Phase.READY, [], None, None, 3) == ""
        assert [words.duration(s) for s in (8, 100, 9000)] == ["8 s", "2 min", "2.5 h"]

    def test_descriptions(self) -> None:
        assert describe(ImageSettings()) == "MNIST 1/5 · 12 circuits × 15 layers · raw · lr 0.001 · seed 0"
        alone = ImageSettings(candidates=(5,), activation="relu", dataset="fashion", classes=(5, 7))
        assert describe(alone) == "Fashion 5/7 · config 5 × 15 layers · lr 0.001 · activation=relu · seed 0"
        assert "mapping alone" in describe(ImageSettings(model="mapping"))


def test_where_no_widget_can_be_shown_a_panel_says_what_it_is():
    panel = SearchPanel(source="sample")
    bundle = panel._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == "SearchPanel(ready: 0 runs)"
    assert "application/vnd.jupyter.widget-view+json" in data
