"""What a panel lets go of when another takes over, as when its cell is run again, and what it keeps."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from qtkit.panels import AgentPanel, ForecastPanel, SearchPanel
from qtkit.panels.parts.phase import Phase
from qtkit.panels.training.panel import Panel
from qtkit.panels.training.session import LET_GO
from qtkit.tasks.gridworld import GridworldTraining
from qtkit.tasks.images import ImageTraining
from qtkit.tasks.series import SeriesTraining
from tests.helpers import PATIENCE, wait_until

PANELS: dict[str, tuple[type[Panel], Callable[..., Any], dict[str, Any]]] = {
    "search": (SearchPanel, ImageTraining, {"source": "sample", "train_limit": 200, "test_limit": 50}),
    "forecast": (ForecastPanel, SeriesTraining, {"dataset": "damped_shm"}),
    "agent": (AgentPanel, GridworldTraining, {"workers": 2}),
}
LONG = {"search": {"epochs": 10_000}, "forecast": {"epochs": 10_000}, "agent": {"episodes": 50_000}}
SHORT = {"search": {"epochs": 1}, "forecast": {"epochs": 1}, "agent": {"episodes": 4}}
by_panel = pytest.mark.parametrize("name", PANELS)


def panel_of(name: str, made: list[weakref.ref], **more: Any) -> Panel:
    """A panel of the mapping alone; `made` gets a weak reference to each model it trains."""
    kind, training_class, settings = PANELS[name]

    def make(settings: Any) -> Any:
        training = training_class(settings)
        made.append(weakref.ref(training.model))
        return training

    return kind(make=make, model="mapping", **settings, **more)


def started(panel: Panel) -> Panel:
    panel.widget  # noqa: B018 - what was shown once is kept by the registry of widgets
    panel.start()
    wait_until(lambda: len(panel.model.records) > 1)
    return panel


def live(made: list[weakref.ref]) -> list[int]:
    """The numbers of the models that are in memory."""
    gc.collect()
    return [number for number, model in enumerate(made) if model() is not None]


@by_panel
@pytest.mark.slow
def test_a_cell_that_is_run_again_leaves_one_training(name):
    made: list[weakref.ref] = []
    for _ in range(4):
        panel = started(panel_of(name, made, **LONG[name]))
    panel.stop()
    assert panel.join(PATIENCE)
    assert live(made) == [3], "each that was taken over is gone"
    panel_of(name, made)
    assert live(made) == [], "a new panel need not be started"


@pytest.mark.slow
@by_panel
def test_what_was_seen_of_a_run_stays(name):
    made: list[weakref.ref] = []
    panel = started(panel_of(name, made, **SHORT[name]))
    assert panel.join(PATIENCE) and panel.phase is Phase.FINISHED
    model = panel.model
    before = panel.records, panel.runs, model.source(), model.sentence(), model.total_steps, model.part_done
    figure = panel.figure().to_dict()
    assert panel.training is not None
    panel_of(name, made)
    assert panel.training is None and panel.phase is Phase.FINISHED
    after = panel.records, panel.runs, model.source(), model.sentence(), model.total_steps, model.part_done
    assert all(one.equals(other) for one, other in zip(before[:2], after[:2], strict=True))
    assert before[2:] == after[2:]
    assert str(panel.figure().to_dict()) == str(figure)
    panel.view.refresh()
    assert panel.view.save_button.disabled
    with pytest.raises(RuntimeError, match=LET_GO):
        panel.save()
    panel.start()
    assert panel.join(PATIENCE) and panel.training is not None and panel.runs["ended"].tolist() == ["finished"] * 2


@pytest.mark.slow
def test_a_paused_run_ends_and_is_let_go():
    made: list[weakref.ref] = []
    panel = started(panel_of("forecast", made, **LONG["forecast"]))
    panel.pause()
    wait_until(lambda: panel.phase is Phase.PAUSED)
    panel_of("forecast", made)
    assert panel.join(PATIENCE) and panel.phase is Phase.STOPPED
    assert panel.runs["ended"].tolist() == ["ended by another panel"]
    assert live(made) == []


@pytest.mark.slow
def test_a_run_that_failed_holds_no_training_in_its_error():
    made: list[weakref.ref] = []
    panel = panel_of("forecast", made, learning_rate=1e30)
    with pytest.raises(FloatingPointError) as caught:
        panel.run(blocking=True)
    told = panel.model.traceback
    del caught
    panel_of("forecast", made)
    assert live(made) == []
    assert panel.phase is Phase.FAILED and panel.model.traceback == told and "FloatingPointError" in told


def test_a_training_that_is_built_too_late_is_not_kept():
    made: list[weakref.ref] = []

    def overtaken(settings: Any) -> SeriesTraining:
        panel_of("forecast", made)
        training = SeriesTraining(settings)
        made.append(weakref.ref(training.model))
        return training

    panel = ForecastPanel(make=overtaken, model="mapping", **LONG["forecast"])
    panel.start()
    assert panel.join(PATIENCE)
    assert panel.training is None and live(made) == []


def test_an_agent_that_is_let_go_says_so_where_it_would_be_played():
    made: list[weakref.ref] = []
    panel = started(panel_of("agent", made, **SHORT["agent"]))
    assert panel.join(PATIENCE)
    pair = panel.view.replays.pair
    assert pair.before.pictures is None and pair.now.pictures is None, "they are at the player, small"
    panel_of("agent", made)
    panel.view.refresh()
    assert panel.view.replays.join(PATIENCE)
    assert panel.view.replays.pair is pair and not panel.view.trouble.value, "what was played stays"
    panel.view.again.click()
    assert panel.view.replays.join(PATIENCE)
    assert LET_GO[1:] in panel.view.trouble.value
    assert panel.view.replays.pair is pair
