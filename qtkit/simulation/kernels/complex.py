"""Circuits of any rotations, layer by layer: complex amplitudes as two real arrays `(2, 2**bits)`.

A real rotation acts on the real and imaginary parts alike. `RX = D* RY D` with the diagonal `D = diag(1, i)` on every
qubit; `turn_real` and `turn_imaginary` are its entries `i**bits`. States and bits are as in `pieces`.
"""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled_as_written
from qtkit.simulation.kernels.half_turns import RX, RZ, take_half_turns
from qtkit.simulation.kernels.iqp import walsh_hadamard
from qtkit.simulation.kernels.phases import multiply, phase_layer, start
from qtkit.simulation.kernels.pieces import bits_of_lane, copy, permute, pull_back, rotate
from qtkit.simulation.kernels.sums import dot, fold
from qtkit.simulation.kernels.tables import (
    ANGLES,
    BACKWARDS,
    FORWARDS,
    HADAMARD,
    ROW,
    cnots_of,
    movement_of,
    rotations_of,
)


@compiled_as_written
def complex_forward(
    circuits: Integers,
    tables: Integers,
    begin: int,
    end: int,
    angles: Floats,
    turn_real: Floats,
    turn_imaginary: Floats,
    states: Floats,
    layers: Floats,
    scales: Floats,
    probabilities: Floats,
) -> None:
    """Run the circuits `begin` to `end - 1` of `circuits`, as `real.real_forward`.

    `states` `(end - begin, rows, 2, 2**bits)` get, for each layer, the state after it (for RX before the closing `D*`),
    from row 1 on; fewer than `L + 1` rows (at least 2) are used in turn.
    """
    size, lanes = states.shape[3], 1 << bits_of_lane(states)
    for i in range(end - begin):
        circuit = circuits[begin + i]
        order = movement_of(circuit, tables, FORWARDS, size, lanes)[0]
        _forward(
            angles[circuit[ANGLES]], rotations_of(circuit, tables, angles.shape[1]), cnots_of(circuit, tables),
            circuit[HADAMARD] != 0, order, layers[i, 0], scales[i], layers[i, 1], turn_real, turn_imaginary, states[i],
            probabilities[circuit[ROW]],
        )  # fmt: skip


@compiled_as_written
def complex_backward(
    circuits: Integers,
    tables: Integers,
    begin: int,
    end: int,
    turn_real: Floats,
    turn_imaginary: Floats,
    ones: Floats,
    signs: Floats,
    states: Floats,
    layers: Floats,
    scales: Floats,
    upstream: Floats,
    weights: Floats,
    work: Floats,
    gradients: Floats,
    totals: Floats,
) -> None:
    """Add to gradients as `real.real_backward`; `work` is `(2, 2, 2**bits)`."""
    size, lanes = states.shape[3], 1 << bits_of_lane(states)
    for i in range(end - begin):
        circuit = circuits[begin + i]
        row = circuit[ROW]
        order = movement_of(circuit, tables, BACKWARDS, size, lanes)[0]
        totals[row] = _backward(
            rotations_of(circuit, tables, gradients.shape[1]), order, layers[i, 0], scales[i], layers[i, 1], turn_real,
            turn_imaginary, ones, signs, states[i], upstream, weights[row], work, gradients[row],
        )  # fmt: skip


@compiled_as_written
def _forward(
    angles: Floats,
    rotations: Integers,
    cnots: Integers,
    hadamard: bool,
    order: Integers,
    tangents: Floats,
    scales: Floats,
    shares: Floats,
    turn_real: Floats,
    turn_imaginary: Floats,
    states: Floats,
    probabilities: Floats,
) -> None:
    """One circuit at `angles` `(L, n)`: fills `states` and `probabilities` `(2**n,)`.

    For the others see `half_turns.take_half_turns`; `order` are the sources of one CNOT layer.
    """
    depth, rows = len(angles), len(states)
    x, z = take_half_turns(angles, rotations, cnots, 0, tangents, scales, shares)
    start(states[0], len(probabilities), x, z, hadamard)
    for layer in range(depth):
        before, after = states[layer % rows], states[(layer + 1) % rows]
        if layer == 0:  # CNOTs do nothing to a start state
            copy(after[0], before[0])
            copy(after[1], before[1])
        else:
            permute(after[0], before[0], order)
            permute(after[1], before[1], order)
        if layer > 0 and rotations[layer - 1] == RX:  # the layer before was left in the frame of D
            for i in range(len(order)):
                j = order[i]
                multiply(after, i, turn_real[j], -turn_imaginary[j])
        if rotations[layer] == RZ:
            phase_layer(after, tangents[layer], 1)
        else:
            if rotations[layer] == RX:
                for i in range(len(order)):
                    multiply(after, i, turn_real[i], turn_imaginary[i])
            rotate(after[0], tangents[layer], scales[layer])
            rotate(after[1], tangents[layer], scales[layer])
    current = states[depth % rows]
    for i in range(len(probabilities)):
        probabilities[i] = current[0, i] * current[0, i] + current[1, i] * current[1, i]


@compiled_as_written
def _backward(
    rotations: Integers,
    order: Integers,
    tangents: Floats,
    scales: Floats,
    shares: Floats,
    turn_real: Floats,
    turn_imaginary: Floats,
    ones: Floats,
    signs: Floats,
    states: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add one circuit's to `gradient` `(L, n)`, and return its total; `order` are the images of one CNOT layer."""
    depth, n = gradient.shape
    bits, last = len(ones), states[depth]
    current, other = work[0], work[1]
    work[:] = 0
    for i in range(len(upstream)):
        other[0, i] = upstream[i]
        other[1, i] = last[0, i] * last[0, i] + last[1, i] * last[1, i]
        current[0, i] = 2 * weight * upstream[i] * last[0, i]
        current[1, i] = 2 * weight * upstream[i] * last[1, i]
    overlaps = np.empty(bits, last.dtype)
    dot(other[0], other[1], overlaps)
    total: float = overlaps[0]
    sums = np.empty((bits, 2 << bits_of_lane(ones)), last.dtype)
    opposite = np.empty(bits, last.dtype)
    for layer in range(depth - 1, -1, -1):
        state = states[layer + 1]
        if layer < depth - 1 and rotations[layer] == RX:  # into the frame of D; the last layer's state never left it
            for i in range(len(order)):
                multiply(current, i, turn_real[i], turn_imaginary[i])
        if rotations[layer] == RZ:
            # d/dt exp(-i t Z / 2) = -i Z / 2: the sum over amplitudes of Z's sign times Im(conj(c) s) / 2
            for i in range(len(order)):
                difference = current[0, i] * state[1, i] - current[1, i] * state[0, i]
                other[0, i] = signs[i] * difference / 2
            walsh_hadamard(other[0], ones)
            for bit in range(n):
                gradient[layer, n - 1 - bit] += shares[layer, bit] * other[0, 1 << bit]
            phase_layer(current, tangents[layer], -1)
        else:
            sums[:] = 0
            for bit in range(bits):
                opposite[bit] = -tangents[layer, bit]
            for part in range(2):
                pull_back(state[part], current[part], opposite, scales[layer], sums)
            fold(sums, overlaps)
            for bit in range(n):
                gradient[layer, n - 1 - bit] += np.copysign(0.5, shares[layer, bit]) * overlaps[bit]
            if rotations[layer] == RX:
                for i in range(len(order)):
                    multiply(current, i, turn_real[i], -turn_imaginary[i])
        if layer > 0:
            permute(other[0], current[0], order)
            permute(other[1], current[1], order)
            current, other = other, current
    return total
