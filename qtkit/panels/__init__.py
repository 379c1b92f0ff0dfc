"""Live panels for notebooks. Only this folder knows widgets, and only when a panel is asked for."""

from __future__ import annotations

from typing import Any

__all__ = ["SearchPanel"]


def __getattr__(name: str) -> Any:
    if name == "SearchPanel":
        from qtkit.panels.search import SearchPanel

        return SearchPanel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
