"""What panels have in common as the last line of a cell."""

from __future__ import annotations

from typing import Any


class Shown:
    """A panel that builds its widgets when it is first shown: `widget` gives them, `_view` holds them from then on."""

    widget: Any
    _view: Any = None

    def _refresh(self) -> None:
        if self._view is not None:
            self._view.refresh()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = self.widget._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data:
            data["text/plain"] = repr(self)  # where no widget can be shown
        return bundle
