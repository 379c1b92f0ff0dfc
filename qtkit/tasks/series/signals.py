"""The paper's five signals as arrays, each from its formula: times and values in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qtkit.checks import checked_whole


def bessel(n_points: int = 256) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`J_2(x)`, the Bessel function of the first kind, from 2 to 100: `x` and values, `(n_points,)` each."""
    from scipy.special import jv  # SciPy takes 40 MB, which those who train on images need not have

    x = np.linspace(2, 100, n_points)
    return x, jv(2, x)


def damped_shm(n_points: int = 240) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A damped pendulum: times in seconds, 0 to 20, and its angular velocity in rad/s, `(n_points,)` each.

    `theta'' = -0.15 theta' - 9.81 sin(theta)`, from rest position with velocity 3: a length of 1 m, and damping 0.15/s.
    """
    from scipy.integrate import solve_ivp

    t = np.linspace(0, 20, n_points)
    motion = solve_ivp(
        lambda _, state: (state[1], -0.15 * state[1] - 9.81 * np.sin(state[0])),
        (0, 20),
        (0.0, 3.0),
        method="DOP853",
        t_eval=t,
        rtol=1e-11,
        atol=1e-12,
    )
    return t, motion.y[1]


def delayed_qc() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Delayed quantum control in closed form: a train of pulses, one a round trip of 2, fading with the time.

    Times and values, `(2200,)` each.

    `sum_{k=0..10} exp(-10 (t - 2k)^2) exp(-t/16)` at 2,200 times from -2 to 20 in steps of 0.01, the form in which the
    authors publish this series. The physics behind it is in `qtkit.tasks.series.mirror`.
    """
    t = np.arange(-200, 2000) / 100
    pulses = np.exp(-10 * (t[:, None] - 2 * np.arange(11)) ** 2).sum(axis=1)
    return t, pulses * np.exp(-t / 16)


def narma_input(n_steps: int = 300) -> NDArray[np.float64]:
    """The input u of the NARMA systems: three slow sines multiplied, between 0 and 0.2, `(n_steps,)`.

    `u_t = 0.1 (sin(2 pi 2.11 t/T) sin(2 pi 3.73 t/T) sin(2 pi 4.11 t/T) + 1)` with `T = n_steps`.
    """
    turns = 2 * np.pi * np.arange(n_steps) / n_steps
    return 0.1 * (np.sin(2.11 * turns) * np.sin(3.73 * turns) * np.sin(4.11 * turns) + 1)


def narma(order: int, u: NDArray[np.float64] | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A nonlinear autoregressive moving average: its input u and its output y, `(T,)` each.

    `y_{t+1} = 0.3 y_t + 0.05 y_t (y_t + ... + y_{t-m+1}) + 1.5 u_{t-m+1} u_t + 0.1` with order m, `y_0 = 0.196`, and
    zeros before that.

    Arguments:
        order: m, the steps the system remembers; the paper has 5 and 10.
        u: the input; by default `narma_input()`.

    Raises:
        ValueError: if the order is below 1.
    """
    order = checked_whole("order", order, 1)
    u = narma_input() if u is None else np.asarray(u, dtype=float)
    y = np.empty(len(u))
    y[0] = 0.196
    for t in range(len(u) - 1):
        remembered = y[max(0, t - order + 1) : t + 1].sum()
        old_input = u[t - order + 1] if t - order + 1 >= 0 else 0.0
        y[t + 1] = 0.3 * y[t] + 0.05 * y[t] * remembered + 1.5 * old_input * u[t] + 0.1
    return u, y
