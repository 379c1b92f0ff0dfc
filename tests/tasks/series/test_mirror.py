"""The atom before a mirror: known solutions, conserved excitation, the order of the method, and bad input."""

from __future__ import annotations

import cmath
import itertools
import math

import numpy as np
import pytest

from qtkit.tasks.series.mirror import AtomMirror, mirror_light

SYSTEMS = [
    AtomMirror(),
    AtomMirror(gamma=0.7, delay=1.3, phase=0.9, amplitude=2.0, frequency=1.7),
    AtomMirror(gamma=2.0, delay=0.4, phase=-2.0, amplitude=0.0),
]


def accumulated_phase(system: AtomMirror, t: np.ndarray) -> np.ndarray:
    """The integral of the detuning from 0 to t."""
    return system.amplitude * (1 - np.cos(system.frequency * t)) / system.frequency


@pytest.mark.parametrize("system", SYSTEMS)
def test_before_the_first_return_the_atom_decays_as_if_alone(system):
    t, c = system.solve(system.delay)
    assert len(t) == 201 and t[-1] == pytest.approx(system.delay)
    alone = np.exp(-system.gamma * t / 2 - 1j * accumulated_phase(system, t))
    np.testing.assert_allclose(c, alone, atol=1e-9)


@pytest.mark.parametrize("system", SYSTEMS)
def test_second_round_trip_is_one_integral(system):
    """For tau < t < 2 tau the atom is driven by its own known decay: a plain quadrature, done here independently."""
    t, c = system.solve(2 * system.delay)
    free = lambda s: np.exp(-system.gamma * s / 2 - 1j * accumulated_phase(system, s))  # noqa: E731
    for k in (250, 300, 399):
        s = np.linspace(system.delay, t[k], 20_001)
        driven = free(s - system.delay) / free(s)
        integral = np.trapezoid(driven, s) * system.gamma / 2 * cmath.exp(1j * system.phase)
        assert abs(c[k] - free(t[k]) * (1 + integral)) < 1e-7


@pytest.mark.parametrize("phase", [0.0, 2 * math.pi])
def test_without_detuning_a_bound_state_keeps_its_share(phase):
    system = AtomMirror(gamma=1.5, delay=0.8, phase=phase, amplitude=0.0)
    _, c = system.solve(80)
    assert abs(c[-1]) == pytest.approx(1 / (1 + 1.5 * 0.8 / 2), abs=1e-8)
    assert system.intensity(c)[-1] < 1e-15, "and nothing leaves any more"


def test_in_antiphase_nothing_is_trapped():
    _, c = AtomMirror(phase=math.pi, amplitude=0.0).solve(80)
    assert abs(c[-1]) < 1e-8


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_excitation_is_in_the_atom_between_atom_and_mirror_or_gone(system):
    m = 400
    t, c = system.solve(6 * system.delay, m)
    h, light = t[1], system.intensity(c, m)
    # The light jumps at the first return: both stretches end in their own limit.
    first = np.append(light[:m], system.gamma / 2 * abs(c[m]) ** 2)
    gone = np.trapezoid(first, dx=h) + np.trapezoid(light[m:], dx=h)
    between = system.gamma / 2 * np.trapezoid(abs(c[-m - 1 :]) ** 2, dx=h)
    assert abs(c[-1]) ** 2 + between + gone == pytest.approx(1, abs=1e-5)


def test_halving_the_step_divides_the_error_by_sixteen():
    system = SYSTEMS[1]
    end = 5 * system.delay
    exact = system.solve(end, 1600)[1][-1]
    errors = [abs(system.solve(end, m)[1][-1] - exact) for m in (25, 50, 100)]
    for coarse, fine in itertools.pairwise(errors):
        assert coarse / fine == pytest.approx(16, rel=0.2)


def test_detuning_opens_the_trap_again_and_again():
    t, light = mirror_light()
    assert t.shape == light.shape == (601,) and (t[0], t[-1]) == (4, 64)
    assert light.min() > -1e-9
    inner = (light[1:-1] > light[:-2]) & (light[1:-1] > light[2:])
    peaks = light[1:-1][inner]
    assert len(peaks) >= 6 and peaks[-1] > 0.01 * peaks.max(), "bursts, slowly fading"
    _, closed = mirror_light(AtomMirror(amplitude=0.0))
    assert closed[-1] < 1e-8 * peaks.max()


def test_light_between_the_steps_does_not_depend_on_them():
    _, few = mirror_light(n_points=61)
    _, many = mirror_light(n_points=2401)
    np.testing.assert_allclose(few, many[::40], atol=1e-9)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"gamma": 0}, "gamma must be a positive number, got 0"),
        ({"delay": -1.0}, "delay must be a positive number, got -1.0"),
        ({"phase": math.nan}, "phase must be a finite number, got nan"),
        ({"amplitude": "1"}, "amplitude must be a finite number, got '1'"),
        ({"frequency": True}, "frequency must be a finite number, got True"),
    ],
)
def test_impossible_systems_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        AtomMirror(**values)


def test_impossible_times_are_refused():
    with pytest.raises(ValueError, match="end must be a positive number, got 0"):
        AtomMirror().solve(0)
    with pytest.raises(ValueError, match="steps_per_delay must be a whole number of at least 1, got 0"):
        AtomMirror().solve(1, 0)
    with pytest.raises(ValueError, match="n_points must be a whole number of at least 2, got 1"):
        mirror_light(n_points=1)
    with pytest.raises(ValueError, match="0 <= start < end, got start=5, end=5"):
        mirror_light(start=5, end=5)
