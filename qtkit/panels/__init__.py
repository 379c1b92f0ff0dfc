"""Live panels for notebooks. Only this folder knows widgets, and only when a panel is asked for.

A folder a panel: `search`, `forecast` and `agent` show trainings and share `training`; `studio`, `mixture` and
`gallery` show circuits, `machine` what faults leave of a network; `playground` needs no kernel; `parts` has what they
are built of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.panels.agent.panel import AgentPanel
    from qtkit.panels.forecast.panel import ForecastPanel
    from qtkit.panels.gallery.panel import CandidateGallery
    from qtkit.panels.machine.panel import MachinePanel
    from qtkit.panels.mixture.panel import MixturePanel
    from qtkit.panels.playground.panel import Playground
    from qtkit.panels.search.panel import SearchPanel
    from qtkit.panels.studio.panel import AnsatzStudio

__all__ = [
    "AgentPanel",
    "AnsatzStudio",
    "CandidateGallery",
    "ForecastPanel",
    "MachinePanel",
    "MixturePanel",
    "Playground",
    "SearchPanel",
]

__getattr__, __dir__ = attach(
    __name__,
    {
        "AgentPanel": "qtkit.panels.agent.panel",
        "ForecastPanel": "qtkit.panels.forecast.panel",
        "CandidateGallery": "qtkit.panels.gallery.panel",
        "MachinePanel": "qtkit.panels.machine.panel",
        "MixturePanel": "qtkit.panels.mixture.panel",
        "Playground": "qtkit.panels.playground.panel",
        "SearchPanel": "qtkit.panels.search.panel",
        "AnsatzStudio": "qtkit.panels.studio.panel",
    },
)
