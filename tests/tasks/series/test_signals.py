"""The five signals against other ways to compute them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from qtkit.tasks.series.signals import bessel, damped_shm, delayed_qc, narma, narma_input


def test_bessel_is_its_integral():
    x, values = bessel()
    assert len(x) == len(values) == 256 and (x[0], x[-1]) == (2, 100)
    for k in (0, 1, 17, 100, 255):
        integral, _ = quad(lambda t, k=k: math.cos(2 * t - x[k] * math.sin(t)), 0, math.pi, limit=200)
        assert values[k] == pytest.approx(integral / math.pi, abs=1e-9)


def test_pendulum_starts_at_rest_position_and_loses_what_friction_takes():
    t, velocity = damped_shm()
    assert len(t) == 240 and (t[0], t[-1]) == (0, 20) and velocity[0] == 3
    # Energy 1/2 v² - g cos θ falls by friction 0.15 ∫ v² dt.
    angle = np.cumsum(np.concatenate([[0], (velocity[1:] + velocity[:-1]) / 2 * np.diff(t)]))  # trapezoid
    energy = velocity**2 / 2 - 9.81 * np.cos(angle)
    work = 0.15 * np.cumsum(np.concatenate([[0], (velocity[1:] ** 2 + velocity[:-1] ** 2) / 2 * np.diff(t)]))
    np.testing.assert_allclose(energy + work, energy[0], atol=0.05)


def test_pendulum_by_small_euler_steps():
    t, velocity = damped_shm()
    angle, speed, h = 0.0, 3.0, 2e-5
    for _ in range(round(t[12] / h)):
        angle, speed = angle + h * speed, speed + h * (-0.15 * speed - 9.81 * math.sin(angle))
    assert velocity[12] == pytest.approx(speed, abs=2e-3)


def test_delayed_qc_peaks_once_a_round_trip_and_fades():
    t, values = delayed_qc()
    assert len(t) == len(values) == 2200
    np.testing.assert_allclose(t, np.arange(-2, 20, 0.01), atol=1e-12)
    at = {round(x, 2): y for x, y in zip(t, values, strict=True)}
    for k in range(10):
        assert at[2 * k] == pytest.approx(math.exp(-2 * k / 16), abs=1e-12)
        assert at[2 * k + 1] == pytest.approx(2 * math.exp(-10) * math.exp(-(2 * k + 1) / 16), rel=1e-9)
    assert values[0] == pytest.approx(math.exp(-40) * math.exp(2 / 16))


def test_narma_input():
    u = narma_input()
    assert len(u) == 300 and u[0] == 0.1 and u.min() > 0 and u.max() < 0.2
    t = 100
    waves = [math.sin(2 * math.pi * f * t / 300) for f in (2.11, 3.73, 4.11)]
    assert u[t] == pytest.approx(0.1 * (math.prod(waves) + 1))


@pytest.mark.parametrize("order", [1, 2, 5, 10])
def test_narma_is_the_sum_over_a_padded_past(order):
    u, y = narma(order)
    assert len(u) == len(y) == 300 and y[0] == 0.196
    padded_u, padded_y = (dict(enumerate(s)) for s in (u, y))
    for t in range(299):
        past = sum(padded_y.get(t - j, 0) for j in range(order))
        expected = 0.3 * y[t] + 0.05 * y[t] * past + 1.5 * padded_u.get(t - order + 1, 0) * u[t] + 0.1
        assert y[t + 1] == pytest.approx(expected, rel=1e-12)


def test_narma_without_input_is_a_map_of_its_own():
    _, y = narma(1, np.zeros(4))
    expected = [0.196]
    for _ in range(3):
        expected.append(0.1 + 0.3 * expected[-1] + 0.05 * expected[-1] ** 2)
    assert y.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("order", [0, -1, 2.0, True])
def test_narma_refuses_a_wrong_order(order):
    with pytest.raises(ValueError, match="order must be a whole number of at least 1"):
        narma(order)
