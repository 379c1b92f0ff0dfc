"""What panels have in common as the last line of a cell."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ipywidgets as w


class View(Protocol):
    """The widgets of a panel."""

    root: w.Widget
    """The one to show."""

    def refresh(self) -> None:
        """Show the present state."""


class Shown(ABC):
    """A panel that builds its widgets when it is first shown.

    Attributes:
        view: the widgets; None before they are built.
    """

    view: View | None = None

    @abstractmethod
    def _make_view(self) -> View:
        """The widgets."""

    @property
    def widget(self) -> w.Widget:
        """The panel as a widget, built when first asked for."""
        if self.view is None:
            self.view = self._make_view()
        return self.view.root

    def _refresh(self) -> None:
        if self.view is not None:
            self.view.refresh()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = self.widget._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data:
            data["text/plain"] = repr(self)  # where no widget can be shown
        return bundle
