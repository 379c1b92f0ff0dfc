"""The agent panel without a browser: click, look at the widgets, run."""

from __future__ import annotations

import ast
import dataclasses
import json
import multiprocessing
import threading

import numpy as np
import pytest
import safetensors
import safetensors.torch

from qtkit import CANDIDATES, records
from qtkit.panels import AgentPanel
from qtkit.panels.agent import replay as replay_model
from qtkit.panels.agent import words as agent_words
from qtkit.panels.agent.presets import OTHER_PRESETS, OTHER_SETS, PRESETS, SETS, describe
from qtkit.panels.agent.replay import episode_data
from qtkit.panels.parts.phase import Phase
from qtkit.plots.live.agent import AgentPicture
from qtkit.tasks.agents import AgentSettings, AgentTraining
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining, train
from qtkit.tasks.gridworld.evaluation import Evaluation
from qtkit.tasks.gridworld.replay import play
from tests.helpers import PATIENCE, wait_until
from tests.tasks.gridworld.worlds import register

TINY = {"candidates": (1, 2, 5, 7), "depth": 1, "workers": 2, "episodes": 6}
FAST = {"model": "mapping", "workers": 2, "episodes": 6}


@pytest.fixture(autouse=True)
def _no_run_is_left_behind():
    yield
    AgentPanel()  # ends whatever a test left
    ours = ("qtkit-agent", "qtkit-draw", "qtkit-replay")
    wait_until(lambda: not [t for t in threading.enumerate() if t.name in ours])


def trace(figure, name: str):
    return figure.data[AgentPicture().names.index(name)]


def shown(panel: AgentPanel):
    panel.widget  # noqa: B018
    return panel.view


# Without widgets


def test_a_blocking_run_needs_no_widgets() -> None:
    panel = AgentPanel(**TINY)
    table = panel.run(blocking=True)
    assert panel.view is None and panel.phase is Phase.FINISHED
    assert table["episode"].iloc[-1] == sum(map(len, table["returns"])) == 6
    assert {"w7", "v7", "entropy", "mean_return", "mean_length"} < set(table)
    expected = records.frame(train(panel.settings), panel.settings.ansatze)
    assert table.drop(columns="seconds").equals(expected.drop(columns="seconds")), "the panel changes nothing"
    assert panel.runs["episodes"].tolist() == [6]
    every = [total for totals in table["returns"] for total in totals]
    assert panel.runs["best mean return"].tolist() == pytest.approx([np.mean(every)])
    figure = panel.figure()
    assert trace(figure, "return").y[-1] == pytest.approx(np.mean(every))
    assert trace(figure, "bars").y[4] == pytest.approx(table["w5"].iloc[-1])
    assert trace(figure, "value bars").y[4] == pytest.approx(table["v5"].iloc[-1])
    assert trace(figure, "best").y == pytest.approx((0.955, 0.955))


def test_the_agent_now_and_before_its_training() -> None:
    panel = AgentPanel(**{**FAST, "learning_rate": 0.1})
    with pytest.raises(RuntimeError, match="nothing has been trained yet"):
        panel.replay()
    panel.run(blocking=True)
    untrained = GridworldTraining(panel.settings).network()
    first, now = panel.replay(untrained=True, seed=3), panel.replay(seed=3)
    assert first.actions == play(untrained, panel.settings.environment, seed=3).actions
    assert now.actions == play(panel.training.network(), panel.settings.environment, seed=3).actions
    assert not np.allclose(first.probabilities[0], now.probabilities[0])


def test_errors_are_those_of_the_settings_and_of_the_environment() -> None:
    with pytest.raises(ValueError, match="settings must be a GridworldSettings, got str"):
        AgentPanel("MiniGrid-Empty-5x5-v0")
    with pytest.raises(ValueError, match="workers must be a whole number of at least 1, got 0"):
        AgentPanel(workers=0)
    panel = AgentPanel(environment="MiniGrid-Empty-5x6-v0")
    with pytest.raises(ValueError, match="unknown environment"):
        panel.run(blocking=True)
    assert panel.runs["ended"].tolist() == ["failed"]


# With widgets


@pytest.mark.slow
def test_start_to_finish_on_the_panel() -> None:
    panel = AgentPanel(**TINY)
    view = shown(panel)
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert "Finished" in view.bar.status.value and "episode 6 of 6" in view.bar.line.value
    assert view.bar.bar.value == 1
    assert "MiniGrid-Empty-5x5-v0, at most 100 steps an episode, 32 states" in view.info.value
    assert "of the last 6 episodes; shortest path 5 steps, now" in view.words.value
    assert "Taking its likeliest action each time, it" in view.words.value
    assert "Policy: " in view.words.value and "Value: " in view.words.value
    table = panel.records
    assert trace(view.figure.widget, "value bars").y[6] == pytest.approx(table["v7"].iloc[-1])
    assert "best mean return" in view.table.value
    names = [episode["name"] for episode in view.player.episodes]
    assert names == ["untrained", "now, after 6 episodes"]
    assert not view.message.value and not view.trouble.value and not view.state.value


@pytest.mark.slow
def test_the_player_gets_each_picture_once() -> None:
    panel = AgentPanel(**FAST)
    view = shown(panel)
    view.bar.buttons["step"].click()
    wait_until(lambda: len(view.player.episodes) == 2)
    for episode in view.player.episodes:
        n = len(episode["actions"])
        assert len(episode["grid"]) == len(episode["view"]) == len(episode["probabilities"]) == n + 1
        assert len(episode["values"]) == len(episode["following"]) == n + 1 == len(episode["rewards"]) + 1
        assert len(set(episode["pictures"])) == len(episode["pictures"]) <= 2 * 32
        assert set(episode["grid"]) | set(episode["view"]) == set(range(len(episode["pictures"])))
        assert all(picture.startswith(b"\x89PNG") for picture in episode["pictures"])
        assert sum(map(len, episode["pictures"])) < 100_000
        assert sum(episode["probabilities"][0]) == pytest.approx(1, abs=1e-3)
        json.dumps({key: value for key, value in episode.items() if key != "pictures"})


@pytest.mark.slow
def test_refresh_takes_the_network_between_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = AgentPanel(**{**FAST, "episodes": 1_000_000})
    view = shown(panel)
    view.bar.buttons["start"].click()
    wait_until(lambda: len(view.player.episodes) == 2)
    wait_until(lambda: not view.replays.busy)
    wait_until(lambda: panel.records["episode"].iloc[-1] > 3)
    gate = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(replay_model, "play", lambda *words, **options: gate.wait(PATIENCE) and play(*words, **options))
        view.again.click()
        assert "Playing" in view.state.value
        gate.set()
        wait_until(lambda: not view.replays.busy)
    assert view.replays.pair.episode > 3 and panel.phase is Phase.RUNNING
    assert view.player.episodes[1]["name"].startswith("now, after")
    before = view.replays.pair.before
    view.how.value = True
    wait_until(lambda: view.replays.pair.now.greedy)
    assert view.replays.pair.before.greedy and view.replays.pair.before is not before
    view.seed.value = 7
    wait_until(lambda: view.replays.pair.now.seed == 7)
    view.bar.buttons["stop"].click()
    assert panel.phase is Phase.STOPPED and panel.join(PATIENCE)
    assert view.replays.pair.episode == panel.training.steps_done, "the end is played by itself"
    view.bar.buttons["reset"].click()
    assert view.player.episodes == []


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [False, True])
def test_what_was_played_for_an_agent_that_was_reset_is_dropped(monkeypatch, trouble: bool) -> None:
    panel = AgentPanel(**FAST)
    view = shown(panel)
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    at_it, gate = threading.Event(), threading.Event()

    def slow(*arguments, **options):
        at_it.set()
        assert gate.wait(PATIENCE)
        if trouble:
            raise ValueError("the agent is lost")
        return play(*arguments, **options)

    monkeypatch.setattr(replay_model, "play", slow)
    view.again.click()
    assert at_it.wait(PATIENCE)
    view.bar.buttons["reset"].click()
    gate.set()
    assert view.replays.join(PATIENCE)
    assert view.replays.pair is None and view.player.episodes == [] and not view.trouble.value


def test_without_an_agent_there_is_nothing_to_watch() -> None:
    view = shown(AgentPanel(**FAST))
    view.again.click()
    wait_until(lambda: "There is no agent yet: press Start, or Step" in view.trouble.value)


@pytest.mark.slow
def test_controls_change_the_settings_and_are_locked_during_a_run() -> None:
    panel = AgentPanel(**{**FAST, "episodes": 1_000_000})
    view = shown(panel)
    view.form.controls["entropy_weight"].value = 0.01
    view.form.controls["weighting"].value = "softmax"
    view.form.controls["world"].value = "MiniGrid-Empty-6x6-v0"
    assert (panel.settings.entropy_weight, panel.settings.weighting) == (0.01, "softmax")
    assert panel.settings.environment == "MiniGrid-Empty-6x6-v0"
    view.form.controls["discount"].value = 2.0
    assert panel.settings.discount == 0.9 and "Discount must be at most 1" in view.message.value
    view.bar.buttons["start"].click()
    wait_until(lambda: len(panel.records) > 3)
    wait_until(lambda: view.form.controls["workers"].disabled)
    assert not view.how.disabled and not view.window.disabled
    with pytest.raises(RuntimeError, match="stop or reset it before changing its settings"):
        panel.settings = GridworldSettings()
    view.bar.buttons["stop"].click()
    assert panel.join(PATIENCE)
    assert not view.form.controls["workers"].disabled
    view.window.value = 1_000
    assert panel.model.state().window == 1_000


def test_an_environment_by_its_name() -> None:
    panel = AgentPanel(**FAST)
    view = shown(panel)
    name = view.form.controls["environment"]
    assert name.layout.display == "none"
    view.form.controls["world"].value = ""
    assert name.layout.display == "" and panel.settings.environment == "MiniGrid-Empty-5x5-v0"
    name.value = "MiniGrid-Emty-8x8-v0"
    assert "did you mean" in view.form.error.value and 'role="alert"' in view.form.error.value
    assert panel.settings.environment == "MiniGrid-Empty-5x5-v0" and name.value == "MiniGrid-Emty-8x8-v0"
    name.value = register("SmallView")
    assert "must have shape (7, 7, 3)" in view.form.error.value
    name.value = "MiniGrid-Empty-8x8-v0"
    assert not view.form.error.value and panel.settings.environment == "MiniGrid-Empty-8x8-v0"
    assert view.form.controls["world"].value == "" and name.layout.display == ""
    view.form.controls["world"].value = "MiniGrid-Empty-6x6-v0"
    assert panel.settings.environment == "MiniGrid-Empty-6x6-v0" and name.layout.display == "none"


@pytest.mark.slow
def test_what_was_refused_does_not_stand_over_a_run() -> None:
    panel = AgentPanel(**{**FAST, "episodes": 2})
    view = shown(panel)
    view.form.controls["world"].value = ""
    view.form.controls["environment"].value = "nowhere"
    assert view.form.error.value
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert not view.form.error.value
    assert view.form.controls["environment"].value == "MiniGrid-Empty-5x5-v0"


@pytest.mark.slow
def test_an_environment_that_is_no_table_is_trained_and_shown() -> None:
    panel = AgentPanel(**{**FAST, "episodes": 2}, environment="MiniGrid-Empty-Random-5x5-v0")
    view = shown(panel)
    view.bar.buttons["start"].click()
    assert panel.join(PATIENCE)
    assert panel.phase is Phase.FINISHED
    assert "its start is random" in view.info.value
    assert "shortest" not in view.words.value and "steps on average" in view.words.value
    assert "shortest path" not in headings_of(view)
    assert len(trace(view.figure.widget, "best").x) == 0
    assert len(view.player.episodes) == 2


@pytest.mark.slow
def test_models_without_circuits() -> None:
    said = {"mapping": "No circuit takes part", "classical": "Nothing is generated: every weight is trained itself."}
    for model, words in said.items():
        panel = AgentPanel(**{**FAST, "model": model, "episodes": 2})
        view = shown(panel)
        assert words in view.words.value
        view.bar.buttons["start"].click()
        assert panel.join(PATIENCE)
        assert panel.phase is Phase.FINISHED, view.message.value
        assert words in view.words.value
        assert not {"w1", "v1"} & set(panel.records)


@pytest.mark.slow
def test_worker_processes_end_with_a_stop() -> None:
    panel = AgentPanel(**{**FAST, "episodes": 1_000_000, "run_as": "processes"})
    panel.start()
    wait_until(lambda: len(panel.records) > 3)
    assert panel.replay(seed=1).actions
    panel.stop()
    assert panel.join(PATIENCE)
    assert multiprocessing.active_children() == []


def test_settings_as_code_bring_the_panel_back() -> None:
    panel = AgentPanel(environment="MiniGrid-Empty-6x6-v0", seed=3, candidates=(2, 8), entropy_weight=0.01)
    code = panel.code()
    names: dict = {}
    *_, call = ast.parse(code).body
    exec("\n".join(line for line in code.splitlines() if "import" in line), names)
    again = eval(compile(ast.Expression(call.value), "panel", "eval"), names)
    assert isinstance(again, AgentPanel) and again.settings == panel.settings


def test_both_networks_are_saved(tmp_path) -> None:
    panel = AgentPanel(**{**FAST, "episodes": 2})
    panel.run(blocking=True)
    path = panel.save(tmp_path)
    assert path.name == "MiniGrid-Empty-5x5-v0-mapping-seed0-episode2.safetensors"
    weights = safetensors.torch.load_file(path)
    assert sum(w.numel() for w in weights.values()) == 6_023 + 5_825
    network = panel.training.network()
    for name, tensor in network.state_dict().items():
        assert tensor.equal(weights[name])
    with safetensors.safe_open(path, "pt") as stored:
        assert json.loads(stored.metadata()["qtkit"])["episode"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_presets(name: str) -> None:
    kept = {"environment": "MiniGrid-Empty-6x6-v0", "seed": 4, "episodes": 7, "workers": 3}
    settings = SETS.settings(name, GridworldSettings(**kept, depth=3))
    assert {key: getattr(settings, key) for key in kept} == kept and settings.depth == 10
    assert SETS.of(settings) == name
    view = shown(AgentPanel(depth=3))
    view.form.controls["preset"].value = name
    assert SETS.of(view.model.settings) == name


# Words


def evaluation(success: float, length: float) -> Evaluation:
    return Evaluation(1, 0.9, 0.0, success, length, (), ())


def test_arrivals() -> None:
    returns, lengths = [0.0] * 50 + [0.9] * 63 + [0.0] * 37, [100] * 50 + [8] * 63 + [100] * 37
    text = agent_words.arrivals(returns, lengths, 5)
    assert text == (
        "The agent reaches the goal in 63 % of the last 100 episodes; shortest path 5 steps, now 42.0 on average."
    )
    assert agent_words.arrivals([0.9], [8], None).endswith("100 % of the first episode; 8.0 steps on average.")
    assert agent_words.arrivals([], [], 5) == "No episode has ended yet."
    assert agent_words.arrivals(returns, lengths, 5, evaluation(1, 5)).endswith("each time, it needs 5.")
    assert agent_words.arrivals(returns, lengths, 5, evaluation(0, 100)).endswith("each time, it never arrives.")


def test_who_leads_in_both() -> None:
    policy, value = [0.1] * 12, [0.1] * 12
    policy[4] = value[0] = 0.3
    text = agent_words.both_lead(CANDIDATES, policy, value, 10)
    assert text == (
        "Policy: config 5 (H, cyc, RY) leads: w = 0.300, 0.200 ahead of config 1. "
        "Value: config 1 (H, ent, RX) leads: w = 0.300, 0.200 ahead of config 2."
    )
    assert "its weight is fixed at 1" in agent_words.both_lead(CANDIDATES[:1], [1], [1], 10)
    assert "No circuit" in agent_words.both_lead((), (), (), 10)


def test_descriptions() -> None:
    assert (
        describe(GridworldSettings()) == "Empty-5x5 · 12 circuits × 10 layers · raw · lr 0.0001 · 16 workers · seed 0"
    )
    settings = GridworldSettings(model="classical", workers=1, entropy_weight=0.01, environment="MiniGrid-Empty-6x6-v0")
    assert describe(settings) == "Empty-6x6 · classical networks · lr 0.0001 · 1 worker · entropy_weight=0.01 · seed 0"


def test_episode_data_without_pictures() -> None:
    network = GridworldTraining(GridworldSettings(**FAST)).network()
    data = episode_data("one", play(network, "MiniGrid-Empty-5x5-v0", pictures=False))
    assert data["pictures"] == data["grid"] == data["view"] == [] and data["name"] == "one"


# Elsewhere than in MiniGrid


def headings_of(view) -> str:
    return view.figure.box.children[0].children[0].value


CARTPOLE = AgentSettings(model="classical", workers=2, episodes=6)


def test_an_agent_elsewhere_is_trained_and_watched() -> None:
    panel = AgentPanel(CARTPOLE)
    view = shown(panel)
    first = view.figure
    table = panel.run(blocking=True)
    assert panel.join(PATIENCE)
    assert view.figure is first and "shortest path" not in headings_of(view), "CartPole has no way to go"
    assert isinstance(panel.training, AgentTraining)
    assert table["episode"].iloc[-1] == 6
    low, high = panel.figure().layout.yaxis.range
    assert low <= 0 and high > 9, "returns of CartPole, not of MiniGrid"
    assert panel.figure().layout.yaxis2.range[1] < 0.8, "the entropy of two actions"
    assert "episodes returned" in view.words.value and "reached 475, which counts as solved" in view.words.value
    before, now = view.player.episodes
    assert now["names"] == ["push left", "push right"]
    assert now["view"] == [] and len(now["grid"]) == len(now["actions"]) + 1
    assert "of 475 in" in before["outcome"]
    assert panel.replay(greedy=True).threshold == 475
    assert "from qtkit.tasks.agents.settings import AgentSettings" in panel.model.code()


def test_the_form_is_that_of_its_settings() -> None:
    panel = AgentPanel(CARTPOLE)
    view = shown(panel)
    controls = view.form.controls
    assert controls["world"].label == "CartPole"
    assert controls["preset"].value == "classical networks"
    controls["world"].value = "FrozenLake-v1"
    assert panel.settings == dataclasses.replace(CARTPOLE, environment="FrozenLake-v1")
    controls["preset"].value = "heard: the mapping sees 2ⁿP − 1"
    assert panel.settings.probability == "scaled" and isinstance(panel.settings, AgentSettings)
    assert panel.settings.episodes == 6, "kept"
    controls["world"].value = ""
    controls["environment"].value = "Pendulum-v1"
    assert "numbered actions" in view.form.error.value
    assert panel.settings.environment == "FrozenLake-v1"


def test_presets_elsewhere_are_possible() -> None:
    for name in OTHER_PRESETS:
        assert OTHER_SETS.of(OTHER_SETS.settings(name, CARTPOLE)) == name
    words = describe(dataclasses.replace(CARTPOLE, max_steps=50, reward_scale=0.1))
    assert words.startswith("CartPole-v1 · classical networks") and "max_steps=50 · reward_scale=0.1" in words
