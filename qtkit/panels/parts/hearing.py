"""`Hearing`: a widget whose page hears its kernel, however late it starts."""

from __future__ import annotations

import uuid
from typing import Any

import anywidget
import traitlets


class Hearing(anywidget.AnyWidget):
    """A widget that tells its page all of its state again when asked, as a page does that missed messages.

    What the page does is in `hearing.js`.
    """

    _own_id = traitlets.Unicode().tag(sync=True)  # by which a script finds the model behind the one that it is given
    _told = traitlets.Int().tag(sync=True)  # how often all was told again

    _model_id: str | None  # ipywidgets takes it for the widget's identity

    def open(self) -> None:
        """Open the way to the page, under an identity that the page is told."""
        self._model_id = self._own_id = self._model_id or uuid.uuid4().hex
        self.on_msg(self._tell_again)
        super().open()

    def _tell_again(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if content.get("kind") == "tell-again":
            self._gather_state()
            self.send_state()
            self._told += 1  # the last of the messages

    def _gather_state(self) -> None:
        """Bring state up to date that is sent in pieces while the page listens."""
