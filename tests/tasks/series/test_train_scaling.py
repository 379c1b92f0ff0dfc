"""A series scaled by what is known before the test part."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.tasks.series import SeriesSettings, SeriesTraining, load_series, own_series

TRAIN = SeriesSettings(dataset="own", scaling="train")


def test_the_training_part_fills_the_range_and_later_values_may_leave_it() -> None:
    series = own_series(np.arange(10.0), TRAIN)  # 5 windows of 4, 3 for training: the last training target is 6
    assert series.n_train == 3
    assert series.windows[0].tolist() == pytest.approx([-1 + 2 * k / 6 for k in range(4)])
    assert series.targets.tolist() == pytest.approx([-1 + 2 * k / 6 for k in range(4, 9)])
    assert series.targets[2] == pytest.approx(1) and series.targets[-1] > 1


def test_nothing_of_the_test_part_reaches_the_training_part() -> None:
    values = np.random.default_rng(0).normal(size=60)
    series = own_series(values, TRAIN)
    changed = values.copy()
    changed[series.n_train + 4 :] *= 100
    other = own_series(changed, TRAIN)
    n = series.n_train
    assert series.windows[:n].tolist() == other.windows[:n].tolist()
    assert series.targets[:n].tolist() == other.targets[:n].tolist()
    whole, leaking = own_series(values), own_series(changed)
    assert whole.targets[:n].tolist() != leaking.targets[:n].tolist(), "as over the whole series"


def test_where_both_ends_are_early_it_is_minmax() -> None:
    """The paper's damped oscillation has its extremes in the training part."""
    over_all, by_train = (
        load_series(SeriesSettings(dataset="damped_shm", scaling=scaling)) for scaling in ("minmax", "train")
    )
    assert by_train.targets.tolist() == over_all.targets.tolist()


def test_a_training_part_without_change() -> None:
    with pytest.raises(ValueError, match=r"the series is constant over its first 12 values \(2\): there is nothing to"):
        own_series([2.0] * 13 + [1.0, 3.0, 2.0, 1.0, 3.0], TRAIN)


@pytest.mark.slow
def test_it_trains_on_the_mirror() -> None:
    settings = SeriesSettings(dataset="mirror", scaling="train", depth=1, epochs=1, batch_size=100, predictions="none")
    last = list(SeriesTraining(settings))[-1]
    assert np.isfinite(last.test_loss)
