"""`Page`: a panel's page in the browser, as far as the kernel can tell."""

from __future__ import annotations

from typing import Any

from anywidget import AnyWidget


class Page:
    """Sends a panel the messages that its page would send, and reads the state that its page would have.

    `page["errors"]` is what stands beside the fields, and so on: the synced traits, by their names without underscore.
    """

    def __init__(self, panel: AnyWidget) -> None:
        self.panel = panel

    def __getitem__(self, name: str) -> Any:
        return self.panel.get_state()[f"_{name}"]

    def act(self, action: str, /, field: str = "", **values: Any) -> None:
        """Ask for an action, with these values, from a field."""
        content = {"action": action, "with": values, "field": field, "number": self["answered"] + 1}
        data = {"method": "custom", "content": content}
        self.panel.comm.handle_msg({"content": {"data": data}, "buffers": []})
