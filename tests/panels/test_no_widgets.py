"""Panels and checks compute without widgets: a server or a script that has none of their packages can run them."""

from __future__ import annotations

import pytest

from tests.helpers import output, python

# One process for all: each does more than the one before, and says what it has loaded.
WITHOUT_WIDGETS = """
import sys
def look(name):
    print(name, sorted({module.partition(".")[0] for module in sys.modules} & {"ipywidgets", "anywidget"}))

import qtkit.labs
slow = {"scipy.stats", "matplotlib", "plotly", "pennylane", "gymnasium", "ipywidgets"}
print("labs", sorted(slow & set(sys.modules)))
import qtkit.panels.studio
look("studio")
import qtkit.panels.search.model, qtkit.panels.training.thread, qtkit.plots, qtkit.panels.training.words
from qtkit.panels import SearchPanel
SearchPanel(depth=1, source="sample", train_limit=10, test_limit=10, epochs=1).run(blocking=True)
look("search")
from qtkit.panels import MachinePanel
from qtkit.tasks.series import SeriesSettings, SeriesTraining
MachinePanel(SeriesTraining(SeriesSettings(candidates=(5,), depth=1))).measure(shots=10, blocking=True)
look("machine")
from qtkit.panels import AgentPanel
import qtkit.panels.agent.replay
AgentPanel(model="mapping", workers=1, episodes=1).run(blocking=True)
look("agent")
"""


@pytest.mark.slow
def test_the_logic_needs_no_widgets() -> None:
    assert output(python(WITHOUT_WIDGETS)).splitlines() == [
        "labs []",
        "studio []",
        "search []",
        "machine []",
        "agent []",
    ]
