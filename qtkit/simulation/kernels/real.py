"""Real circuits: Hadamards or not, layers of CNOTs and RY, on states `(2**bits,)` of real amplitudes.

`bits` is the number of qubits, or of a vector's lane bits if that is more: amplitudes beyond `2**n` are 0.
"""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled_as_written
from qtkit.simulation.kernels.half_turns import start_after_a_layer, take_half_turns
from qtkit.simulation.kernels.layers import IN_PLACE, overlap, pull_back, turn, turn_back
from qtkit.simulation.kernels.pieces import bits_of_lane, copy, permute
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
from qtkit.simulation.kernels.vector import pointer


@compiled_as_written
def real_forward(
    circuits: Integers,
    tables: Integers,
    begin: int,
    end: int,
    angles: Floats,
    states: Floats,
    layers: Floats,
    scales: Floats,
    probabilities: Floats,
) -> None:
    """Run the circuits `begin` to `end - 1` of `circuits`, see `tables`.

    Arguments:
        angles: all sets, `(S, L, n)`, L >= 1.
        states: `(end - begin, rows, 2**bits)`, to be filled in turn with the state after each layer, the last one in
            row 0: with L rows all are kept.
        layers, scales: `(end - begin, 2, L, bits)` and `(end - begin, L)`, to be filled: tangents, shares and scales of
            each circuit, see `take_half_turns`.
        probabilities: of all circuits of the ensemble, `(circuits, 2**n)`.
    """
    size, lanes = states.shape[2], 1 << bits_of_lane(states)
    for i in range(end - begin):
        circuit = circuits[begin + i]
        order, starts, words, aside = movement_of(circuit, tables, FORWARDS, size, lanes)
        _forward(
            angles[circuit[ANGLES]], rotations_of(circuit, tables, angles.shape[1]), cnots_of(circuit, tables),
            circuit[HADAMARD] != 0, order, starts, words, aside, layers[i, 0], scales[i], layers[i, 1], states[i],
            probabilities[circuit[ROW]],
        )  # fmt: skip


@compiled_as_written
def real_backward(
    circuits: Integers,
    tables: Integers,
    begin: int,
    end: int,
    states: Floats,
    layers: Floats,
    scales: Floats,
    upstream: Floats,
    weights: Floats,
    work: Floats,
    gradients: Floats,
    totals: Floats,
) -> None:
    """Add `weight` times the derivative of `sum(upstream * probabilities)` by the angles to each one's gradient.

    Arguments are those of `real_forward`, as it left them, and
        upstream: `(2**n,)`.
        weights, gradients, totals: of all circuits of the ensemble, `(circuits,)`, `(circuits, L, n)` and
            `(circuits,)`; the last is filled with `sum(upstream * probabilities)`.
        work: `(4, 2**bits)`, or half of it where all states are kept.
    """
    size, lanes = states.shape[2], 1 << bits_of_lane(states)
    for i in range(end - begin):
        circuit = circuits[begin + i]
        row = circuit[ROW]
        order, starts, words, aside = movement_of(circuit, tables, BACKWARDS, size, lanes)
        totals[row] = _backward(
            order, starts, words, aside, layers[i, 0], scales[i], layers[i, 1], states[i], upstream, weights[row], work,
            gradients[row],
        )  # fmt: skip


@compiled_as_written
def _forward(
    angles: Floats,
    rotations: Integers,
    cnots: Integers,
    hadamard: bool,
    order: Integers,
    starts: Integers,
    words: Integers,
    aside: int,
    tangents: Floats,
    scales: Floats,
    shares: Floats,
    states: Floats,
    probabilities: Floats,
) -> None:
    """One circuit at `angles` `(L, n)`: fills `states` `(rows, 2**bits)` and `probabilities` `(2**n,)`.

    For the others see `take_half_turns` and, for the sources of one CNOT layer, `lanes.Movement`.
    """
    depth = len(angles)
    x, z = take_half_turns(angles, rotations, cnots, 1, tangents, scales, shares)
    rows = len(states)
    scales[0] = 1
    start_after_a_layer(
        states[(depth - 1) % rows], angles[0], x, z, hadamard, tangents[0], shares[0]
    )  # CNOTs do nothing to a start state
    bits, lane_bits = tangents.shape[1], bits_of_lane(tangents)
    for layer in range(1, depth):
        state, other = states[(depth - layer) % rows], states[(depth - layer - 1) % rows]
        if aside == IN_PLACE:
            permute(other, state, order)
        turn(
            pointer(other), pointer(state), pointer(tangents[layer]), scales[layer],
            pointer(starts), pointer(words), aside, bits, bits, lane_bits,
        )  # fmt: skip
    last = states[0]
    for i in range(len(probabilities)):
        probabilities[i] = last[i] * last[i]


@compiled_as_written
def _backward(
    order: Integers,
    starts: Integers,
    words: Integers,
    aside: int,
    tangents: Floats,
    scales: Floats,
    shares: Floats,
    states: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add one circuit's to `gradient` `(L, n)`, and return its total.

    Where `states` has a row for each layer, they are overlapped with; otherwise the last is turned back layer by layer,
    which is more work but no more memory.
    """
    depth, n = gradient.shape
    bits, lane_bits = tangents.shape[1], bits_of_lane(tangents)
    kept = len(states) >= depth
    last, cotangent, other = states[0], work[0], work[1]
    state, other_state = (cotangent, other) if kept else (work[2], work[3])
    cotangent[:] = 0
    for i in range(len(upstream)):
        cotangent[i] = upstream[i] * last[i]
    overlaps = np.empty(bits, last.dtype)
    dot(last, cotangent, overlaps)
    total: float = overlaps[0]
    twice = 2 * weight
    for i in range(len(upstream)):
        cotangent[i] *= twice
    if not kept:
        copy(state, last)
    sums = np.empty((bits, 2 << lane_bits), last.dtype)
    opposite = np.empty(bits, last.dtype)
    for layer in range(depth - 1, -1, -1):
        sums[:] = 0
        how = IN_PLACE
        if layer < depth - 1:
            how = aside
            if aside == IN_PLACE:
                permute(other, cotangent, order)
                if not kept:
                    permute(other_state, state, order)
            cotangent, other, state, other_state = other, cotangent, other_state, state
        if kept:
            state_after = pointer(states[depth - 1 - layer])
            if layer > 0:
                for bit in range(bits):
                    opposite[bit] = -tangents[layer, bit]
                pull_back(
                    state_after, pointer(cotangent), pointer(other), pointer(opposite), scales[layer],
                    pointer(starts), pointer(words), how, bits, lane_bits, pointer(sums),
                )  # fmt: skip
            else:
                overlap(
                    state_after, pointer(cotangent), pointer(other), pointer(starts), pointer(words), how, bits, bits,
                    lane_bits, pointer(sums),
                )  # fmt: skip
        else:
            turn_back(
                pointer(state), pointer(cotangent), pointer(other_state), pointer(other),
                pointer(tangents[layer]), scales[layer], pointer(starts), pointer(words), how, bits, lane_bits,
                pointer(sums),
            )  # fmt: skip
        fold(sums, overlaps)
        for bit in range(n):
            share = np.copysign(0.5, shares[layer, bit]) if kept else shares[layer, bit]
            gradient[layer, n - 1 - bit] += share * overlaps[bit]
    return total
