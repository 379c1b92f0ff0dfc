"""Angles brought to at most a quarter turn, so that tangents of their halves are at most 1.

`RY(a + pi) = RY(a) J` with `J = X Z` (the matrix `(x, y) -> (-y, x)`), and `RX(a + pi) = RX(a) X` up to a phase. These
half turns are products of X and Z on some wires, and such a product moves through everything towards the start:

- through a CNOT it stays one: X on the control becomes X on both, Z on the target becomes Z on both;
- through a rotation it turns the angle's sign around, or not: X does for RY and RZ, Z does for RX and RY.

At the start it is absorbed: `X|0> = |1>`, `Z|+> = |->`, and signs of the whole state do not matter. So a circuit at any
angles is the same circuit at small ones, some of opposite sign, from another start state.
"""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled, compiled_as_written

RX, RY, RZ = 0, 1, 2


@compiled
def sine_and_cosine_near_0(r: float) -> tuple[float, float]:
    """Sine and cosine by Taylor series on [-pi/4, pi/4], free of branches so that loops over it vectorise.

    The first neglected terms are below 1e-17, for both dtypes.
    """
    z = r * r
    sine = -1 / 1307674368000 * z + 1 / 6227020800
    sine = r * (1 + z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362880 + z * (-1 / 39916800 + z * sine))))))
    cosine = 1 / 20922789888000 * z - 1 / 87178291200
    cosine = 1 / 479001600 + z * cosine
    cosine = 1 + z * (-1 / 2 + z * (1 / 24 + z * (-1 / 720 + z * (1 / 40320 + z * (-1 / 3628800 + z * cosine)))))
    return sine, cosine


@compiled
def sine_and_cosine(x: float) -> tuple[float, float]:
    """Sine and cosine of any moderate x, free of branches too."""
    quarter = np.rint(x * (2 / np.pi))
    sine, cosine = sine_and_cosine_near_0(x - quarter * (np.pi / 2))
    turns = np.int64(quarter)
    swapped = turns & 1
    a, b = (cosine, sine) if swapped else (sine, cosine)
    return (-a if turns & 2 else a), (-b if (turns + 1) & 2 else b)


@compiled_as_written
def halve(angles: Floats, halves: Floats) -> None:
    """Fill `halves` with half of `angles`, brought to [-pi/2, pi/2]: whole turns change no more than a state's sign."""
    for k in range(len(angles)):
        half = np.float64(angles[k]) / 2
        halves[k] = half - np.pi * np.rint(half / np.pi)


@compiled_as_written
def take_half_turns(
    angles: Floats,
    rotations: Integers,
    cnots: Integers,
    first: int,
    tangents: Floats,
    scales: Floats,
    shares: Floats,
) -> tuple[int, int]:
    """What the kernels need of the layers from `first` on; returns the bits with an X and a Z in front of them.

    Arguments:
        angles: `(L, n)`, in radians.
        rotations: `(L,)`, of `RX`, `RY`, `RZ`.
        cnots: `(m, 2)`, the bits of control and target, in the order they act.
        tangents: `(L, bits)`, to be filled: of half the angles, by the bit of the index; RZ: the angles themselves.
        scales: `(L,)`, to be filled: the product of a layer's cosines.
        shares: `(L, bits)`, to be filled: what the overlaps of `turn_back` are multiplied by to be derivatives.
    """
    depth, n = angles.shape
    x, z = 0, 0
    for layer in range(depth - 1, first - 1, -1):
        kind = rotations[layer]
        flips = x if kind == RZ else z if kind == RX else x ^ z
        odd = 0
        scale = 1.0
        for bit in range(tangents.shape[1] - 1, -1, -1):
            if bit >= n:  # a place that fills up the vector, no qubit
                tangents[layer, bit], shares[layer, bit] = 0, 0
                continue
            sign = -1.0 if flips >> bit & 1 else 1.0
            half = np.float64(angles[layer, n - 1 - bit]) / 2
            if kind == RZ:
                tangents[layer, bit], shares[layer, bit] = 2 * sign * half, sign
                continue
            turns = np.rint(half * (2 / np.pi))
            sine, cosine = sine_and_cosine_near_0(half - turns * (np.pi / 2))
            odd |= (int(turns) & 1) << bit
            scale *= cosine
            tangents[layer, bit] = sign * (sine / cosine)
            # State and cotangent are scaled at once, before the bits are turned back from 0 on: here they are too
            # short by the cosines of this bit and those to come.
            shares[layer, bit] = sign / (2 * scale * scale)
        scales[layer] = scale
        x ^= odd
        if kind == RY:
            z ^= odd
        if layer > 0:
            for k in range(len(cnots) - 1, -1, -1):
                control, target = cnots[k]
                x ^= (x >> control & 1) << target
                z ^= (z >> target & 1) << control
    return x, z


@compiled_as_written
def start_after_a_layer(
    state: Floats, angles: Floats, x: int, z: int, hadamard: bool, tangents: Floats, shares: Floats
) -> None:
    """The state after a first layer of RY, with X and Z between start and layer: a product of one factor a qubit.

    `angles` `(n,)`; fills the layer's `tangents` and `shares` `(bits,)` so that `turn_back` turns nothing.
    """
    n = len(angles)
    tangents[:] = 0
    shares[:] = 0
    state[0] = 1
    for bit in range(len(tangents)):
        below, above = 1.0, 0.0
        if bit < n:
            sign = -1.0 if (x ^ z) >> bit & 1 else 1.0
            shares[bit] = sign / 2
            half = sign * np.float64(angles[n - 1 - bit]) / 2
            below, above = np.cos(half), np.sin(half)
            if hadamard:
                flip = -1.0 if z >> bit & 1 else 1.0
                below, above = (below - flip * above) / np.sqrt(2.0), (above + flip * below) / np.sqrt(2.0)
            elif x >> bit & 1:
                below, above = -above, below
        first, second = state.dtype.type(below), state.dtype.type(above)
        lower, upper = state[: 1 << bit], state[1 << bit : 2 << bit]
        for i in range(len(lower)):
            upper[i] = second * lower[i]
        for i in range(len(lower)):
            lower[i] = first * lower[i]
