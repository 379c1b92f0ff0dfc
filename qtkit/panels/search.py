"""`SearchPanel`: watch the twelve structural weights move while a generated network learns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import torch

from qtkit.panels.search_model import SearchModel, with_overrides
from qtkit.panels.worker import Phase
from qtkit.plots.search import search_figure
from qtkit.tasks.image_settings import ImageSettings
from qtkit.tasks.images import ImageTraining

_SLOWER = 3  # curves and words are drawn at every third draw

if TYPE_CHECKING:
    import ipywidgets as w

    from qtkit.panels.search_view import SearchView


def training_on_this_thread(settings: ImageSettings) -> ImageTraining:
    """An `ImageTraining` for which PyTorch uses no thread but the calling one.

    The network is small, and PyTorch's idle threads would spin on the cores that the circuits need: on two cores a
    step takes half the time without them. The main thread of a notebook keeps its number of threads.
    """
    torch.set_num_threads(1)
    return ImageTraining(settings)


class SearchPanel:
    """A live architecture search on images: choose, start, watch, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Arguments:
        settings: an `ImageSettings`; by default the paper's, on the images that are there.
        stop_accuracy: end a run once the test accuracy is at least this.
        make: settings to a training; for tests and for trainings of one's own.
        overrides: settings changed by keyword, such as `depth=6`.

    Raises:
        ValueError: for settings that are not possible.

    Example:
        >>> panel = SearchPanel(depth=6, source="sample")
        >>> panel.run(blocking=True).test_accuracy.dropna()
    """

    def __init__(
        self,
        settings: ImageSettings | None = None,
        *,
        stop_accuracy: float | None = None,
        make: Callable[[ImageSettings], Iterable[Any]] = training_on_this_thread,
        **overrides: Any,
    ) -> None:
        self._model = SearchModel(with_overrides(settings, overrides), make, stop_accuracy=stop_accuracy)
        self._view: SearchView | None = None

    @property
    def settings(self) -> ImageSettings:
        """The settings; they can be set while no run is going on.

        Raises:
            RuntimeError: if set while a run is going on.
        """
        return self._model.settings

    @settings.setter
    def settings(self, settings: ImageSettings) -> None:
        self._model.settings = with_overrides(settings, {})
        self._refresh()

    @property
    def stop_accuracy(self) -> float | None:
        """The test accuracy at which a run ends, if any."""
        return self._model.stop_accuracy

    @property
    def phase(self) -> Phase:
        """Where the run stands."""
        return self._model.phase

    @property
    def records(self) -> pd.DataFrame:
        """The records of the last run: step, epoch, loss, accuracies, seconds, and a column a structural weight."""
        return self._model.frame()

    @property
    def runs(self) -> pd.DataFrame:
        """The runs of this panel: settings, steps, best test accuracy, time, how each ended."""
        return self._model.table()

    @property
    def training(self) -> Any:
        """The training of the last run, with its `.model`, once it is built."""
        return self._model.training

    def run(self, *, blocking: bool = False) -> pd.DataFrame:
        """Start a run; if `blocking`, wait for its end (an interrupt of the kernel stops it). Returns the records.

        Raises:
            Exception: what the training raised, if `blocking`.
        """
        self.start()
        if blocking:
            try:
                while not self._model.join(0.1):
                    pass
            except KeyboardInterrupt:
                self.stop()
                raise
            if self._model.error is not None:
                raise self._model.error
        return self.records

    def start(self) -> None:
        """What the Start button does."""
        self._model.start()
        self._refresh()

    def pause(self) -> None:
        """What the Pause button does."""
        self._model.pause()
        self._refresh()

    def step(self) -> None:
        """What the Step button does."""
        self._model.step()
        self._refresh()

    def stop(self) -> None:
        """What the Stop button does."""
        self._model.stop()
        self._refresh()

    def reset(self) -> None:
        """What the Reset button does."""
        self._model.reset()
        self._refresh()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the run has ended and is drawn; True if so."""
        ended = self._model.join(timeout)
        return ended and (self._view is None or self._view.ticker.join(timeout))

    def code(self) -> str:
        """Python that makes a panel in this state, seed included."""
        return self._model.code()

    def save(self, folder: str | Path = "saved") -> Path:
        """Write the trained network, without any quantum part, as safetensors into `folder`; the path.

        Raises:
            RuntimeError: if nothing has been trained yet.
        """
        return self._model.save(folder).result()

    def figure(self) -> go.Figure:
        """What the panel shows, as a plain figure."""
        return search_figure(self._model.state())

    @property
    def widget(self) -> w.Widget:
        """The panel as a widget, built when first asked for."""
        if self._view is None:
            from qtkit.panels.search_view import SearchView

            self._view = SearchView(self._model)
        return self._view.root

    def _refresh(self) -> None:
        if self._view is not None:
            self._view.refresh()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.widget._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        return f"SearchPanel({self._model.phase}: {len(self._model.runs)} runs)"
