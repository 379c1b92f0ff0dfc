"""The matrices `(m00, m01, m10, m11)` of gates on one qubit, and their derivatives, compiled, in double precision."""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled_as_written
from qtkit.simulation.kernels.half_turns import sine_and_cosine

H, RX, RY, RZ, RZ_BACK, U3 = range(6)
CODES = {"h": H, "rx": RX, "ry": RY, "rz": RZ, "rz_back": RZ_BACK, "u3": U3}
"""Gates as numbers that kernels read."""

Matrix = tuple[complex, complex, complex, complex]


@compiled_as_written
def turn(t: float) -> complex:
    """`exp(i t)`."""
    sine, cosine = sine_and_cosine(t)
    return complex(cosine, sine)


@compiled_as_written
def matrix(code: int, a: float, b: float, c: float) -> Matrix:
    """The gate's; `a`, `b` and `c` are its angles, 0 where it has fewer."""
    if code == H:
        r = complex(np.sqrt(0.5), 0.0)
        return r, r, r, -r
    sine, cosine = sine_and_cosine(a / 2)
    if code == RX:
        return complex(cosine, 0.0), complex(0.0, -sine), complex(0.0, -sine), complex(cosine, 0.0)
    if code == RY:
        return complex(cosine, 0.0), complex(-sine, 0.0), complex(sine, 0.0), complex(cosine, 0.0)
    if code == RZ:
        return complex(cosine, -sine), complex(0.0, 0.0), complex(0.0, 0.0), complex(cosine, sine)
    if code == RZ_BACK:
        return complex(cosine, sine), complex(0.0, 0.0), complex(0.0, 0.0), complex(cosine, -sine)
    return complex(cosine, 0.0), -turn(c) * sine, turn(b) * sine, turn(b + c) * cosine


@compiled_as_written
def derivative(code: int, which: int, a: float, b: float, c: float) -> Matrix:
    """The gate's by its angle number `which`."""
    sine, cosine = sine_and_cosine(a / 2)
    s, k, zero = sine / 2, cosine / 2, complex(0.0, 0.0)
    if code == RX:
        return complex(-s, 0.0), complex(0.0, -k), complex(0.0, -k), complex(-s, 0.0)
    if code == RY:
        return complex(-s, 0.0), complex(-k, 0.0), complex(k, 0.0), complex(-s, 0.0)
    if code == RZ:
        return complex(-s, -k), zero, zero, complex(-s, k)
    if code == RZ_BACK:
        return complex(-s, k), zero, zero, complex(-s, -k)
    i = complex(0.0, 1.0)
    if which == 0:
        return complex(-s, 0.0), -turn(c) * k, turn(b) * k, -turn(b + c) * s
    if which == 1:
        return zero, zero, i * turn(b) * sine, i * turn(b + c) * cosine
    return zero, -i * turn(c) * sine, zero, i * turn(b + c) * cosine


@compiled_as_written
def times(p: Matrix, q: Matrix) -> Matrix:
    """The product: q acts first."""
    return (
        p[0] * q[0] + p[1] * q[2],
        p[0] * q[1] + p[1] * q[3],
        p[2] * q[0] + p[3] * q[2],
        p[2] * q[1] + p[3] * q[3],
    )


@compiled_as_written
def angles_at(code: int, place: int, angles: Floats) -> tuple[float, float, float]:
    """The angles of a gate whose first is at `place`, 0 for those it has not."""
    if code == H:
        return 0.0, 0.0, 0.0
    first = np.float64(angles[place])
    if code == U3:
        return first, np.float64(angles[place + 1]), np.float64(angles[place + 2])
    return first, 0.0, 0.0


@compiled_as_written
def product(gates: Integers, begin: int, end: int, angles: Floats) -> Matrix:
    """That of the gates `begin` to `end - 1`, rows of a code and a place among `angles`; the first acts first."""
    found: Matrix = (complex(1.0, 0.0), complex(0.0, 0.0), complex(0.0, 0.0), complex(1.0, 0.0))
    for g in range(begin, end):
        a, b, c = angles_at(gates[g, 0], gates[g, 1], angles)
        found = times(matrix(gates[g, 0], a, b, c), found)
    return found


@compiled_as_written
def add_gradient(gates: Integers, begin: int, end: int, angles: Floats, overlaps: Matrix, gradient: Floats) -> None:
    """Add to the derivatives by all angles of a product.

    Arguments:
        overlaps: `sum conj(c_i) s_j` for i, j = 0, 1: s is the state before the product, c the loss's derivative by the
            state after it, each where the qubit is i or j.
        gradient: by all angles of the circuit, `(angles,)`.
    """
    w = overlaps
    for g in range(begin, end):
        code, place = gates[g, 0], gates[g, 1]
        if code != H:
            a, b, c = angles_at(code, place, angles)
            before, after = product(gates, begin, g, angles), product(gates, g + 1, end, angles)
            for which in range(3 if code == U3 else 1):
                d = times(times(after, derivative(code, which, a, b, c)), before)
                gradient[place + which] += (d[0] * w[0] + d[1] * w[1] + d[2] * w[2] + d[3] * w[3]).real
