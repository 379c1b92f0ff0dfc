"""Pieces of circuits of any rotations: start states, and phases of complex amplitudes `(2, 2**bits)`."""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, compiled_as_written
from qtkit.simulation.kernels.half_turns import sine_and_cosine


@compiled_as_written
def start(state: Floats, size: int, x: int, z: int, hadamard: bool) -> None:
    """`|x>`, or the uniform superposition of `size` states with Z on the bits of `z`."""
    state[:] = 0
    if not hadamard:
        state[0, x] = 1
        return
    amplitude = 1 / np.sqrt(size)
    for i in range(size):
        odd, rest = 0, i & z
        while rest:
            odd ^= 1
            rest &= rest - 1
        state[0, i] = -amplitude if odd else amplitude


@compiled_as_written
def multiply(state: Floats, i: int, real: float, imaginary: float) -> None:
    """Multiply one amplitude by a complex number."""
    x, y = state[0, i], state[1, i]
    state[0, i] = real * x - imaginary * y
    state[1, i] = real * y + imaginary * x


@compiled_as_written
def phase_layer(state: Floats, angles: Floats, sign: int) -> None:
    """RZ on every qubit, or its inverse: amplitude x turns by `-sum_q angle_q (-1)**x_q / 2`; angles by their bit."""
    phases = np.empty(1 << len(angles), dtype=np.float64)
    phases[0] = 0
    for bit in range(len(angles)):
        phases[0] -= sign * angles[bit] / 2
    for bit in range(len(angles)):  # setting a bit changes the sign of its angle
        step = sign * angles[bit]
        for index in range(1 << bit):
            phases[index + (1 << bit)] = phases[index] + step
    for i in range(len(phases)):
        sine, cosine = sine_and_cosine(phases[i])
        multiply(state, i, cosine, sine)
