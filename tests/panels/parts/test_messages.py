"""What panels send is JSON: a NaN there is a warning in red under the panel, or a message that is lost."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from ipywidgets.widgets import widget as ipywidgets_widget

from qtkit.panels import AgentPanel, ForecastPanel, MachinePanel, SearchPanel
from qtkit.tasks.series import SeriesSettings, SeriesTraining


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every message of widgets that are made from now on."""
    messages: list[Any] = []

    class Recorded:
        def __init__(self, *_: Any, data: Any = None, comm_id: str | None = None, **__: Any) -> None:
            self.comm_id = comm_id or uuid.uuid4().hex  # and no `kernel`: without one nothing would be sent
            self.send(data)

        def send(self, data: Any = None, *_: Any, **__: Any) -> None:
            messages.append(data)

        on_msg = on_close = close = lambda *_, **__: None

    monkeypatch.setattr(ipywidgets_widget.comm, "create_comm", Recorded)
    return messages


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda: SearchPanel(source="sample", depth=1, epochs=1, train_limit=200, test_limit=100),
        lambda: ForecastPanel(depth=1, epochs=1),
        lambda: AgentPanel(model="mapping", workers=2, episodes=4),
    ],
    ids=["search", "forecast", "agent"],
)
def test_all_that_a_panel_sends_is_json(make: Callable[[], Any], sent: list[Any]) -> None:
    panel = make()
    panel._repr_mimebundle_()  # shown: before there is nothing to draw
    panel.run(blocking=True)
    assert panel.phase == "finished"
    check(sent)


def test_all_that_the_machine_panel_sends_is_json(sent: list[Any]) -> None:
    panel = MachinePanel(SeriesTraining(SeriesSettings(depth=1)))
    panel._repr_mimebundle_()
    panel.measure(shots=100, gate_error=0.01, blocking=True)
    assert panel.join() and len(panel.results) == 1
    check(sent)


def check(sent: list[Any]) -> None:
    assert len(sent) > 30
    for message in sent:
        json.dumps(message, allow_nan=False, default=lambda _: None)  # buffers travel beside it
