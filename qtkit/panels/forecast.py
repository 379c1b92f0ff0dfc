"""`ForecastPanel`: watch a generated LSTM learn to predict a series."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import torch

from qtkit.panels.forecast_model import ForecastModel
from qtkit.panels.panel import Panel
from qtkit.panels.training_model import with_overrides
from qtkit.plots.forecast import forecast_panel_figure
from qtkit.tasks.series import SeriesTraining
from qtkit.tasks.series_data import Series
from qtkit.tasks.series_settings import SeriesSettings

if TYPE_CHECKING:
    from qtkit.panels.forecast_view import ForecastView


class ForecastPanel(Panel):
    """A live architecture search on a series: choose, start, watch the prediction bend to the truth, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Arguments:
        settings: a `SeriesSettings`; by default the paper's, on the Bessel function.
        data: a series of one's own, as `qtkit.tasks.series.own_series` makes it; the settings' `dataset` is then
            `"own"`.
        make: settings to a training; for tests and for trainings of one's own.
        overrides: settings changed by keyword, such as `dataset="narma5"`.

    Raises:
        ValueError: for settings that are not possible.

    Example:
        >>> panel = ForecastPanel(dataset="damped_shm", epochs=20)
        >>> panel.run(blocking=True).test_loss.dropna()
    """

    def __init__(
        self,
        settings: SeriesSettings | None = None,
        *,
        data: Series | None = None,
        make: Callable[[SeriesSettings], Iterable[Any]] | None = None,
        **overrides: Any,
    ) -> None:
        if data is not None:
            overrides = {"dataset": "own", **overrides}
        settings = with_overrides(SeriesSettings, settings, overrides)

        def training(settings: SeriesSettings) -> SeriesTraining:
            torch.set_num_threads(1)  # of this thread: the network is too small for more
            given = data if settings.dataset == "own" and settings.file is None else None
            return SeriesTraining(settings, given)

        super().__init__(ForecastModel(settings, training if make is None else make, data))

    def figure(self) -> go.Figure:
        """What the panel shows, as a plain figure."""
        return forecast_panel_figure(self._model.state())

    def show_epoch(self, epoch: int | None) -> None:
        """What the slider does: show the prediction of an epoch, or (None) the latest.

        Raises:
            ValueError: if there is no prediction of that epoch.
        """
        known = self._model.epochs_shown
        if epoch is not None and epoch not in known:
            raise ValueError(f"no prediction of epoch {epoch!r}; there are {known}")
        self._model.epoch = epoch
        self._refresh()

    def _make_view(self) -> ForecastView:
        from qtkit.panels.forecast_view import ForecastView

        return ForecastView(self._model)
