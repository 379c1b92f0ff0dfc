"""`SearchPanel`: watch the twelve structural weights move while a generated network learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qtkit.checks import checked_positive
from qtkit.panels.search.model import SearchModel
from qtkit.panels.training.one_thread import on_one_thread
from qtkit.panels.training.panel import Panel
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.images.training import ImageTraining
from qtkit.tasks.settings import with_overrides

if TYPE_CHECKING:
    from qtkit.panels.search.view import SearchView


image_training = on_one_thread(ImageTraining)


class SearchPanel(Panel[ImageSettings, ImageTraining]):
    """A live architecture search on images: choose, start, watch, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Arguments:
        settings: an `ImageSettings`; by default the paper's sizes, on the images that are there.
        stop_accuracy: end a run once the test accuracy is at least this, above 0 and at most 1.
        make: settings to a training; for tests and for trainings of one's own.
        overrides: settings changed by keyword, such as `depth=6`.

    Raises:
        ValueError: for settings or a `stop_accuracy` that are not possible.

    Example:
        >>> panel = SearchPanel(depth=6, source="sample")
        >>> panel.run(blocking=True).test_accuracy.dropna()
    """

    model: SearchModel
    view: SearchView | None = None

    def __init__(
        self,
        settings: ImageSettings | None = None,
        *,
        stop_accuracy: float | None = None,
        make: Callable[[ImageSettings], ImageTraining] = image_training,
        **overrides: Any,
    ) -> None:
        settings = with_overrides(ImageSettings, settings, overrides)
        if stop_accuracy is not None and checked_positive("stop_accuracy", stop_accuracy) > 1:
            raise ValueError(f"stop_accuracy is a share and at most 1, got {stop_accuracy!r}")
        super().__init__(SearchModel(settings, make, stop_accuracy=stop_accuracy))

    @property
    def stop_accuracy(self) -> float | None:
        """The test accuracy at which a run ends, if any."""
        return self.model.stop_accuracy

    def _make_view(self) -> SearchView:
        from qtkit.panels.search.view import SearchView

        return SearchView(self.model)
