"""`FrontEnd`: what the panels with a page of their own share: requests in, answers and errors out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import traitlets

from qtkit.panels.parts.still import Still


class FrontEnd(Still):
    """A widget whose page sends requests by name, one at a time, and is told when each was dealt with.

    A request is `{"action", "with", "field", "number"}`. What it refuses is shown beside its field, until that field is
    tried again.
    """

    _errors = traitlets.Dict().tag(sync=True)
    _answered = traitlets.Int().tag(sync=True)  # the number of the last request that was dealt with

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a request may come on another thread than the cell that reads the model
        super().__init__()
        self._refresh()
        self.on_msg(self._on_message)

    def _actions(self) -> dict[str, Callable[..., None]]:
        """What may be asked for, by name."""
        raise NotImplementedError

    def _refresh(self) -> None:
        """Bring all synced state up to date."""
        raise NotImplementedError

    def _on_message(self, _: Any, content: dict[str, Any], __: Any) -> None:
        if "action" not in content:
            return  # not a panel's own request
        field, number = content.get("field", ""), content.get("number", 0)
        with self._lock:
            errors = {name: text for name, text in self._errors.items() if name != field}
            try:
                self._actions()[content["action"]](**content.get("with", {}))
            except (KeyError, TypeError, ValueError) as error:
                errors[field] = str(error)
            with self.hold_sync():
                self._errors = errors
                self._refresh()
                self._answered = number
