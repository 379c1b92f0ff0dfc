"""`ForecastPanel`: watch a generated LSTM learn to predict a series."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from qtkit.panels.forecast.model import ForecastModel
from qtkit.panels.training.one_thread import on_one_thread
from qtkit.panels.training.panel import Panel
from qtkit.tasks.series.data import Series, own_series
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.series.training import SeriesTraining
from qtkit.tasks.settings import with_overrides

if TYPE_CHECKING:
    from qtkit.panels.forecast.view import ForecastView


class ForecastPanel(Panel[SeriesSettings, SeriesTraining]):
    """A live architecture search on a series: choose, start, watch the prediction bend to the truth, stop.

    Show it as the last line of a cell. Nothing is built before it is shown; without being shown it runs all the same.

    Arguments:
        settings: a `SeriesSettings`; by default the paper's, on the Bessel function.
        data: a series of one's own, `(T,)`, evenly spaced, the oldest value first; the settings' `dataset` is then
            `"own"`. Or a `Series` as `qtkit.tasks.series.own_series` makes it, which is already scaled and cut: its
            windows must be those of the settings.
        make: settings to a training; for tests and for trainings of one's own.
        overrides: settings changed by keyword, such as `dataset="narma5"`.

    Raises:
        ValueError: for settings that are not possible, or data that are no series or do not fit them.

    Example:
        >>> panel = ForecastPanel(dataset="damped_shm", epochs=20)
        >>> panel.run(blocking=True).test_loss.dropna()
    """

    model: ForecastModel
    view: ForecastView | None = None

    def __init__(
        self,
        settings: SeriesSettings | None = None,
        *,
        data: ArrayLike | Series | None = None,
        make: Callable[[SeriesSettings], SeriesTraining] | None = None,
        **overrides: Any,
    ) -> None:
        if data is not None:
            overrides = {"dataset": "own", **overrides}
        settings = with_overrides(SeriesSettings, settings, overrides)

        def own(settings: SeriesSettings) -> Series | None:
            if data is None or settings.dataset != "own" or settings.file is not None:
                return None
            if not isinstance(data, Series):
                return own_series(data, settings)
            data.check_fits(settings)
            return data

        if make is None:
            make = on_one_thread(lambda settings: SeriesTraining(settings, own(settings)))
        own(settings)  # raises for what is no series
        super().__init__(ForecastModel(settings, make, own))

    def show_epoch(self, epoch: int | None) -> None:
        """What the slider does: show the prediction of an epoch, or (None) the latest.

        Raises:
            ValueError: if there is no prediction of that epoch.
        """
        known = self.model.epochs_shown
        if epoch is not None and epoch not in known:
            raise ValueError(f"no prediction of epoch {epoch!r}; there are {known}")
        self.model.epoch = epoch
        self._refresh()

    def _make_view(self) -> ForecastView:
        from qtkit.panels.forecast.view import ForecastView

        return ForecastView(self.model)
