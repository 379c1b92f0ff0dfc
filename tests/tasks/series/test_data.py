"""Windows, scaling and split of every series, and series that cannot be used."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from qtkit.tasks.series.data import Series, load_series, minmax, own_series
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.series.signals import bessel, narma


def settings(**values) -> SeriesSettings:
    return SeriesSettings(**values)


@pytest.mark.parametrize(
    ("dataset", "windows", "n_train"),
    [
        ("bessel", 251, 168),
        ("damped_shm", 235, 157),
        ("delayed_qc", 2195, 1470),
        ("narma5", 295, 197),
        ("narma10", 295, 197),
        ("mirror", 596, 399),
    ],
)
def test_sizes(dataset, windows, n_train):
    series = load_series(settings(dataset=dataset))
    assert series.windows.shape == (windows, 4) and series.windows.dtype == torch.float64
    assert series.targets.shape == series.times.shape == (windows,)
    assert series.n_train == n_train
    assert series.boundary == series.times[n_train]
    assert (series.times[1:] > series.times[:-1]).all()


@pytest.mark.parametrize("dataset", ["bessel", "damped_shm", "delayed_qc", "mirror"])
def test_windows_are_the_values_before_each_target(dataset):
    series = load_series(settings(dataset=dataset))
    assert series.autoregressive
    values = torch.cat([series.windows[0], series.targets])  # the whole series but its last value
    for k in (0, 1, 57, len(series.targets) - 1):
        assert series.windows[k].tolist() == values[k : k + 4].tolist()
        assert series.targets[k] == values[k + 4]
    assert values.min() >= -1 and values.max() <= 1 and values.max() - values.min() > 1.9


def test_scaling_is_over_the_whole_series_its_last_value_too():
    rising = np.arange(10.0)
    series = own_series(rising)
    assert series.windows[0].tolist() == pytest.approx([-1 + 2 * k / 9 for k in range(4)])
    assert series.targets[-1] == pytest.approx(-1 + 2 * 8 / 9), "the last value is scaled with, but unused"
    assert len(series.targets) == 5 and series.n_train == 3


def test_bessel_values():
    x, values = bessel()
    series = load_series(settings())
    assert series.times.tolist() == x[4:-1].tolist()
    low, high = values.min(), values.max()
    np.testing.assert_allclose(series.targets, (values[4:-1] - low) / (high - low) * 2 - 1, atol=1e-15)
    raw = load_series(settings(scaling="none"))
    np.testing.assert_array_equal(raw.targets, values[4:-1])


@pytest.mark.parametrize("order", [5, 10])
def test_both_readings_of_narma(order):
    u, y = narma(order)
    from_input = load_series(settings(dataset=f"narma{order}"))
    from_itself = load_series(settings(dataset=f"narma{order}", narma_windows="series"))
    assert not from_input.autoregressive and from_itself.autoregressive
    assert from_input.targets.tolist() == from_itself.targets.tolist() == y[4:-1].tolist(), "unscaled"
    assert from_input.windows[7].tolist() == u[7:11].tolist()
    assert from_itself.windows[7].tolist() == y[7:11].tolist()
    scaled = load_series(settings(dataset=f"narma{order}", scaling="minmax"))
    assert scaled.windows.min() == -1, "u is scaled on its own"
    np.testing.assert_allclose(scaled.targets, minmax(y)[4:-1])


def test_window_and_split_can_be_chosen():
    series = load_series(settings(window=9, train_share=0.5))
    assert series.windows.shape == (246, 9) and series.n_train == 123


def test_own_arrays_and_files(tmp_path):
    values = [0.0, 1, 4, 2, 2, 3, 5, 1, 0]
    path = tmp_path / "mine.csv"
    path.write_text("t,x\n" + "\n".join(f"a{k},{v}" for k, v in enumerate(values)))
    from_file = load_series(settings(dataset="own", file=path))
    for series in (
        from_file,
        own_series(values),
        own_series(np.array(values)[:, None]),
        own_series(torch.tensor(values)),
    ):
        assert torch.equal(series.windows, from_file.windows) and torch.equal(series.targets, from_file.targets)
    assert from_file.source == "'x' of mine.csv, 9 points"
    assert own_series(values).source == "an array, 9 points"
    assert own_series(values, settings(dataset="own", scaling="none")).targets.tolist() == [2, 3, 5, 1]


def test_the_shortest_series():
    series = own_series(range(7))
    assert len(series.targets) == 2 and series.n_train == 1
    with pytest.raises(ValueError, match="the series has 6 values; .* at least 7 are needed"):
        own_series(range(6))
    options = {"dataset": "own", "train_share": 0.1, "window": 2}
    assert own_series(range(13), settings(**options)).n_train == 1
    with pytest.raises(ValueError, match="windows of 2, and 10% of them for training, at least 13 are needed"):
        own_series(range(12), settings(**options))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "the series has 0 values"),
        ([1, 2], "the series has 2 values"),
        ([3.0] * 20, r"the series is constant \(3\): there is nothing to scale"),
        ([*range(10), math.nan, 1], "the series has nan at place 10 of 0..11"),
        ([*range(10), math.inf, math.nan], r"the series has inf at place 10 of 0..11 \(2 such values in all\)"),
        (["a", "b"], "the series must be numbers"),
        ([[1, 2], [3]], "the series must be numbers"),
        (np.zeros((5, 2)), r"the series must have shape \(T,\), got \(5, 2\)"),
        (3.0, r"the series must have shape \(T,\), got \(\)"),
        (None, "the series has nan at place 0|the series must"),
    ],
)
def test_unusable_series_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        own_series(values)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"dataset='own' needs file=, .* or data=own_series\(values\)"):
        load_series(settings(dataset="own"))
    with pytest.raises(FileNotFoundError, match="no such file"):
        load_series(settings(dataset="own", file=tmp_path / "nowhere.csv"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"windows": torch.zeros(5)}, "windows .* are expected, got"),
        ({"windows": torch.zeros(4, 4)}, "there are 4 windows and 5 targets"),
        ({"targets": torch.zeros(5, 1)}, "are expected, got"),
        ({"times": torch.zeros(4)}, "are expected, got"),
        ({"n_train": 0}, "n_train must leave .* got 0/5"),
        ({"n_train": 5}, "n_train must leave .* got 5/5"),
        ({"windows": torch.full((5, 4), math.nan)}, "must be finite"),
    ],
)
def test_a_series_is_checked(changes, message):
    parts = {"windows": torch.zeros(5, 4), "targets": torch.zeros(5), "times": torch.arange(5.0), "n_train": 3}
    Series(**parts, source="zeros")
    with pytest.raises(ValueError, match=message):
        Series(**parts | changes, source="zeros")
