"""`Still`: a widget that says what it shows where no kernel runs."""

from __future__ import annotations

from typing import Any

from qtkit.panels.parts.hearing import Hearing


class Still(Hearing):
    """A widget with HTML in its place on a page made by nbconvert, or in a viewer on the web."""

    def _still(self) -> str:
        """The HTML."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            data = bundle[0] if isinstance(bundle, tuple) else bundle
            data["text/plain"] = repr(self)
            data["text/html"] = self._still()
        return bundle
