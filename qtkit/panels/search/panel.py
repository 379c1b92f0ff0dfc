"""`SearchPanel`: watch the twelve structural weights move while a generated network learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from qtkit.panels.search.model import SearchModel
from qtkit.panels.search.own.model import ACCURACY, OwnModel
from qtkit.panels.search.stops import checked_stop
from qtkit.panels.training.one_thread import on_one_thread
from qtkit.panels.training.panel import Panel
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.images.training import ImageTraining
from qtkit.tasks.own.places import find_task
from qtkit.tasks.own.settings import OwnSettings
from qtkit.tasks.own.task import Task
from qtkit.tasks.own.training import OwnTraining
from qtkit.tasks.settings import with_overrides

if TYPE_CHECKING:
    from qtkit.panels.search.own.view import OwnView
    from qtkit.panels.search.view import SearchView


image_training = on_one_thread(ImageTraining)


# Any: of images or of a task of one's own, two kinds of settings and trainings that no one type variable stands for.
class SearchPanel(Panel[Any, Any]):
    """A live architecture search on images or on a task of one's own: choose, start, watch, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Arguments:
        settings: an `ImageSettings`; by default the paper's sizes, on the images that are there. Or the `OwnSettings`
            of a task of one's own, as `Task.settings` makes them.
        task: a `qtkit.tasks.Task`, whose loss and metrics are shown; `settings` are then its own.
        stop_accuracy: end a run once the test accuracy is at least this, above 0 and at most 1; a task of one's own
            needs a metric of that name.
        make: settings to a training; for tests and for trainings of one's own.
        overrides: settings changed by keyword, such as `depth=6`.

    Raises:
        FileNotFoundError, ValueError: for settings, a task or a `stop_accuracy` that are not possible.

    Example:
        >>> panel = SearchPanel(depth=6, source="sample")
        >>> panel.run(blocking=True).test_accuracy.dropna()
        >>> SearchPanel(task=clothes, depth=4)
    """

    model: SearchModel | OwnModel
    view: SearchView | OwnView | None = None

    def __init__(
        self,
        settings: ImageSettings | OwnSettings | None = None,
        *,
        task: Task | None = None,
        stop_accuracy: float | None = None,
        make: Callable[[Any], Any] | None = None,
        **overrides: Any,
    ) -> None:
        stop = checked_stop(stop_accuracy)
        if task is None and not isinstance(settings, OwnSettings):
            images = with_overrides(ImageSettings, settings, overrides)
            super().__init__(SearchModel(images, make or image_training, stop_accuracy=stop))
            return
        task, own = _own_settings(task, cast("OwnSettings | None", settings), overrides)  # checked there
        if stop is not None and ACCURACY not in task.metrics:
            raise ValueError(f"stop_accuracy needs a metric {ACCURACY!r}, and {task!r} has none")
        load = task.load  # of this very task, which its name may stand for no longer when a run begins

        def train(settings: OwnSettings) -> OwnTraining:
            return OwnTraining(settings, load())

        super().__init__(OwnModel(task, own, make or on_one_thread(train), stop_accuracy=stop))

    @property
    def stop_accuracy(self) -> float | None:
        """The test accuracy at which a run ends, if any."""
        return self.model.stop_accuracy

    def _make_view(self) -> SearchView | OwnView:
        if isinstance(self.model, OwnModel):
            from qtkit.panels.search.own.view import OwnView

            return OwnView(self.model)
        from qtkit.panels.search.view import SearchView

        return SearchView(self.model)


def _own_settings(
    task: Task | None, settings: OwnSettings | None, overrides: dict[str, Any]
) -> tuple[Task, OwnSettings]:
    """The task, and the settings of its runs."""
    if task is None:
        own = with_overrides(OwnSettings, settings, overrides)
        return find_task(own), own
    if not isinstance(task, Task):
        raise ValueError(f"task must be a qtkit.tasks.Task, got {type(task).__name__}")
    named = task.settings()  # whose name and file are the task's
    own = with_overrides(OwnSettings, settings, overrides) if settings is not None else task.settings(**overrides)
    return task, with_overrides(OwnSettings, own, {"task": named.task, "file": named.file, "version": named.version})
