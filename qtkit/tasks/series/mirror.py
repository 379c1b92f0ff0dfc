"""An atom before a mirror: the physics behind the series "delayed quantum control" (refs. 63-67 of the paper).

A two-level atom stands in a one-dimensional waveguide that ends in a perfect mirror. It starts excited; what it emits
towards the mirror comes back after one round trip `tau`. With one excitation in all, the amplitude c of the excited
atom, in the frame of its mean frequency, obeys a delay differential equation

    c'(t) = -i D(t) c(t) - (gamma/2) (c(t) - exp(i phi) c(t - tau)),   c(0) = 1,  c(t < 0) = 0,

with the decay rate gamma into both directions of the waveguide, the phase phi of a round trip and a detuning D(t). For
`D = 0` and phi a multiple of 2 pi, part of the excitation never leaves: a bound state in the continuum, atom and mirror
holding a photon between them. A sinusoidal detuning `D(t) = A sin(W t)`, zero on average, opens this trap again and
again, and the light comes out in bursts: `|sqrt(gamma/2) (c(t) - exp(i phi) c(t - tau))|^2`, photons per unit of time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_finite, checked_positive, checked_whole


@dataclass(frozen=True)
class AtomMirror:
    """The atom, the mirror and the modulation, in units of the inverse decay rate if `gamma` is 1.

    Attributes:
        gamma: decay rate of the atom's energy without the mirror.
        delay: tau, the round trip from the atom to the mirror and back.
        phase: phi of that round trip, in radians; a multiple of 2 pi traps.
        amplitude: A of the detuning `A sin(W t)`.
        frequency: W, an angular frequency.

    Raises:
        ValueError: for a decay rate or delay that is not positive, or values that are not finite.
    """

    gamma: float = 1.0
    delay: float = 2.0
    phase: float = 0.0
    amplitude: float = 0.5
    frequency: float = 0.5

    def __post_init__(self) -> None:
        for name in ("gamma", "delay"):
            checked_positive(name, getattr(self, name))
        for name in ("phase", "amplitude", "frequency"):
            checked_finite(name, getattr(self, name))

    def detuning(self, t: float) -> float:
        """D(t), an angular frequency."""
        return self.amplitude * math.sin(self.frequency * t)

    def solve(self, end: float, steps_per_delay: int = 200) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
        """The amplitude c at the times `0, h, 2h, ...` with `h = delay / steps_per_delay`, up to `end` at least.

        Classical Runge-Kutta of fourth order on a grid that meets every multiple of the delay, where derivatives jump;
        the delayed amplitude in the middle of a step is a cubic through both ends and slopes of that earlier step, so
        the whole stays of fourth order.

        Returns:
            times `(S + 1,)`, and complex amplitudes `(S + 1,)`.

        Raises:
            ValueError: for an end that is not positive or no steps.
        """
        end = checked_positive("end", end)
        steps_per_delay = checked_whole("steps_per_delay", steps_per_delay, 1)
        h = self.delay / steps_per_delay
        n_steps = math.ceil(end / h - 1e-9)
        half_rate = self.gamma / 2
        back = half_rate * complex(math.cos(self.phase), math.sin(self.phase))

        def slope(t: float, c: complex, delayed: complex) -> complex:
            return (-1j * self.detuning(t) - half_rate) * c + back * delayed

        c = np.zeros(n_steps + 1, dtype=np.complex128)
        middle = np.zeros(n_steps, dtype=np.complex128)  # of each step
        c[0] = 1
        for j in range(n_steps):
            t, past = j * h, j - steps_per_delay
            # Before the first return nothing comes back; at the end of that stretch still nothing (limit from below).
            first, half, last = (c[past], middle[past], c[past + 1]) if past >= 0 else (0, 0, 0)
            k1 = slope(t, c[j], first)
            k2 = slope(t + h / 2, c[j] + h / 2 * k1, half)
            k3 = slope(t + h / 2, c[j] + h / 2 * k2, half)
            k4 = slope(t + h, c[j] + h * k3, last)
            c[j + 1] = c[j] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            middle[j] = (c[j] + c[j + 1]) / 2 + h / 8 * (k1 - slope(t + h, c[j + 1], last))
        return h * np.arange(n_steps + 1, dtype=np.float64), c

    def intensity(self, c: NDArray[np.complex128], steps_per_delay: int = 200) -> NDArray[np.float64]:
        """The light that leaves, photons per unit of time, from the amplitudes that `solve` gave."""
        delayed = np.zeros_like(c)
        delayed[steps_per_delay:] = c[: len(c) - steps_per_delay]
        turn = complex(math.cos(self.phase), math.sin(self.phase))
        return self.gamma / 2 * np.abs(c - turn * delayed) ** 2


def mirror_light(
    system: AtomMirror | None = None, start: float = 4.0, end: float = 64.0, n_points: int = 601
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The light that leaves an atom before a mirror: times from `start` to `end` and intensities, `(n_points,)` each.

    The default start is two round trips: the flash of the first decay, before anything is trapped, is left out.

    Raises:
        ValueError: for fewer than 2 points, times that are not `0 <= start < end`, or as `AtomMirror.solve` does.
    """
    from scipy.interpolate import CubicSpline

    system = AtomMirror() if system is None else system
    n_points = checked_whole("n_points", n_points, 2)
    if not 0 <= start < end < math.inf:
        raise ValueError(f"times must be 0 <= start < end, got start={start!r}, end={end!r}")
    per_delay = max(400, math.ceil(8 * system.delay * (n_points - 1) / (end - start)))
    times, c = system.solve(end, per_delay)
    t = np.linspace(start, end, n_points)
    return t, CubicSpline(times, system.intensity(c, per_delay))(t)
