"""Live panels for notebooks. Only this folder knows widgets, and only when a panel is asked for."""

from __future__ import annotations

from typing import Any

__all__ = [
    "AgentPanel",
    "AnsatzStudio",
    "CandidateGallery",
    "ForecastPanel",
    "MachinePanel",
    "MixturePanel",
    "SearchPanel",
]


def __getattr__(name: str) -> Any:
    if name == "AgentPanel":
        from qtkit.panels.agent import AgentPanel

        return AgentPanel
    if name == "AnsatzStudio":
        from qtkit.panels.studio import AnsatzStudio

        return AnsatzStudio
    if name == "CandidateGallery":
        from qtkit.panels.gallery import CandidateGallery

        return CandidateGallery
    if name == "ForecastPanel":
        from qtkit.panels.forecast import ForecastPanel

        return ForecastPanel
    if name == "MachinePanel":
        from qtkit.panels.machine import MachinePanel

        return MachinePanel
    if name == "MixturePanel":
        from qtkit.panels.mixture import MixturePanel

        return MixturePanel
    if name == "SearchPanel":
        from qtkit.panels.search import SearchPanel

        return SearchPanel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
