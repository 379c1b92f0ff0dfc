"""`Player`: episodes side by side, played in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w
import traitlets

from qtkit.panels.parts.hearing import Hearing
from qtkit.web.bundle import bundle

_HERE = Path(__file__).parent


class Player(Hearing):
    """Plays episodes: pictures, probabilities and values of every step, under one row of controls.

    All of an episode goes to the browser at once, each picture a single time; from then on nothing is asked of the
    kernel, so that it plays smoothly while a training keeps the kernel busy.
    """

    _esm = bundle(_HERE / "player.js")
    _css = bundle(_HERE / "player.css")
    _episodes: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(layout=w.Layout(width="auto", margin="0"))

    @property
    def episodes(self) -> list[dict[str, Any]]:
        """Those that are shown."""
        return self._episodes

    def show(self, episodes: Sequence[dict[str, Any]]) -> None:
        """Show these episodes, as `qtkit.panels.agent.replay.episode_data` makes them."""
        self._episodes = list(episodes)
