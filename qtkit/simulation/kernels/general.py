"""Circuits of any gates, step by step: states of one real vector or of two, the gradient by undoing the steps.

A state is `(parts, 2**bits)`, real and imaginary parts or the real one alone, with bits as in
`pieces`. Steps are those of `qtkit.simulation.steps`, in tables that
`native.tabulated_steps` makes. Steps on low bits that follow one another are taken tile by tile, so that a
part of the state stays close while all of them act on it.

Going back, the state and the loss's derivative by it are undone together, and no state but the last is kept. Steps are
orthogonal or unitary, so rounding does not grow. Sums are made in an order of their own, the same on every processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled_as_written
from qtkit.simulation.kernels.gates import apply_complex, apply_real, undo_complex, undo_real
from qtkit.simulation.kernels.matrices import Matrix, add_gradient, product
from qtkit.simulation.kernels.pieces import bits_of_lane, copy
from qtkit.simulation.kernels.sums import dot
from qtkit.simulation.kernels.vector import pointer

MOVE, BIT, CONTROL, VALUE, BEGIN, END, RUN, COLUMNS = range(8)
"""Columns of `steps`: whether it is a move; the bits of the qubit and of its control, -1 for none, and what that must
be; where its gates begin and end, for a move its row of `moves`; how many steps from here on are taken tile by tile."""

SOURCES, SIGNS, IMAGES, SIGNS_BACK = range(4)
"""Columns of `moves`: rows of `orders` and of `signs`, forwards and back; -1 where nothing moves or no sign changes."""

TILE_BYTES = 2**14
_CHUNK = 512  # vectors whose products are added up in their own precision


@compiled_as_written
def general_forward(
    steps: Integers,
    gates: Integers,
    moves: Integers,
    orders: Integers,
    signs: Floats,
    zeros: int,
    angles: Floats,
    state: Floats,
    room: Floats,
    probabilities: Floats,
) -> None:
    """Run one circuit: fill `probabilities` `(2**n,)`, and leave its last state in `state`.

    Arguments:
        steps, gates, moves, orders, signs: see above and `native.tabulated_steps`.
        zeros: the bits that start in |0>; those of the other qubits start in |+>.
        angles: all of the circuit's, `(L * A,)`.
        state, room: `(parts, 2**bits)`.
    """
    parts, size = state.shape
    start(state, len(probabilities), zeros)
    coefficients = np.empty((len(steps), 4, parts, 1 << bits_of_lane(state)), state.dtype)
    fill_all(steps, gates, angles, False, coefficients)
    current, other = state, room
    moved = 0
    s = 0
    while s < len(steps):
        if steps[s, MOVE] != 0:
            row = moves[steps[s, BEGIN]]
            if move(current, other, row[SOURCES], row[SIGNS], orders, signs):
                current, other = other, current
                moved += 1
            s += 1
        else:
            run = steps[s, RUN]
            tiles = 1 if run == 1 else max(1, size * parts * state.itemsize // TILE_BYTES)
            for tile in range(tiles):
                for k in range(s, s + run):
                    apply_turn(current, steps[k], coefficients[k], tile, tiles)
            s += run
    if moved & 1:
        for number in range(parts):
            copy(state[number], current[number])
    for i in range(len(probabilities)):
        probabilities[i] = state[0, i] * state[0, i]
    if parts == 2:
        for i in range(len(probabilities)):
            probabilities[i] += state[1, i] * state[1, i]


@compiled_as_written
def general_backward(
    steps: Integers,
    gates: Integers,
    moves: Integers,
    orders: Integers,
    signs: Floats,
    angles: Floats,
    last: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add one circuit's to `gradient` `(L * A,)`, and return its total `sum(upstream * probabilities)`.

    The gradient is the total's derivative by the angles times `weight`. `last` is the state that `general_forward`
    left, and stays; `work` is `(3, parts, 2**bits)`.
    """
    parts, size = last.shape
    lanes = 1 << bits_of_lane(last)
    state, cotangent, room = work[0], work[1], work[2]
    for number in range(parts):
        copy(state[number], last[number])
    cotangent[:] = 0
    room[:] = 0
    for i in range(len(upstream)):
        room[0, i] = last[0, i] * last[0, i]
        cotangent[0, i] = upstream[i]
    if parts == 2:
        for i in range(len(upstream)):
            room[0, i] += last[1, i] * last[1, i]
    result = np.empty(1, last.dtype)
    dot(room[0], cotangent[0], result)
    for i in range(len(upstream)):
        doubled = 2 * weight * upstream[i]
        cotangent[0, i] = doubled * last[0, i]
        if parts == 2:
            cotangent[1, i] = doubled * last[1, i]
    coefficients = np.empty((len(steps), 4, parts, lanes), last.dtype)
    fill_all(steps, gates, angles, True, coefficients)
    sums = np.zeros((len(steps), 4, parts, lanes), np.float64)
    part = np.empty((4, parts, lanes), last.dtype)
    s = len(steps)
    while s > 0:
        if steps[s - 1, MOVE] != 0:
            s -= 1
            row = moves[steps[s, BEGIN]]
            if move(state, room, row[IMAGES], row[SIGNS_BACK], orders, signs):
                state, room = room, state
            if move(cotangent, room, row[IMAGES], row[SIGNS_BACK], orders, signs):
                cotangent, room = room, cotangent
        else:
            first = s - 1
            while first > 0 and steps[first - 1, MOVE] == 0 and steps[first - 1, RUN] == steps[first, RUN] + 1:
                first -= 1
            tiles = 1 if s - first == 1 else max(1, size * parts * last.itemsize // TILE_BYTES)
            for tile in range(tiles):
                for k in range(s - 1, first - 1, -1):
                    undo_turn(state, cotangent, steps[k], coefficients[k], tile, tiles, part, sums[k])
            s = first
    for k in range(len(steps)):
        if steps[k, MOVE] == 0:
            overlaps = overlaps_of(sums[k], steps[k])
            add_gradient(gates, steps[k, BEGIN], steps[k, END], angles, overlaps, gradient)
    total: float = result[0]
    return total


@compiled_as_written
def start(state: Floats, size: int, zeros: int) -> None:
    """The product of |0> for the bits `zeros` and |+> for the others."""
    state[:] = 0
    count = 0
    for i in range(size):
        count += (i & zeros) == 0
    amplitude = 1 / np.sqrt(count)
    for i in range(size):
        if (i & zeros) == 0:
            state[0, i] = amplitude


@compiled_as_written
def move(state: Floats, target: Floats, order: int, sign: int, orders: Integers, signs: Floats) -> bool:
    """Move amplitudes to `target`, or turn their signs in place; whether `target` has the state now."""
    if order < 0:
        for part in range(len(state)):
            vector, factors = state[part], signs[sign]
            for i in range(len(vector)):
                vector[i] *= factors[i]
        return False
    places = orders[order]
    for part in range(len(state)):
        source, into = state[part], target[part]
        for i in range(len(places)):
            into[i] = source[places[i]]
        if sign >= 0:
            factors = signs[sign]
            for i in range(len(into)):
                into[i] *= factors[i]
    return True


@compiled_as_written
def fill_all(steps: Integers, gates: Integers, angles: Floats, back: bool, coefficients: Floats) -> None:
    """Fill the coefficients of all turns, `(S, 4, parts, lanes)`, or those of their inverses."""
    for s in range(len(steps)):
        if steps[s, MOVE] == 0:
            m = product(gates, steps[s, BEGIN], steps[s, END], angles)
            if back:
                m = (m[0].conjugate(), m[2].conjugate(), m[1].conjugate(), m[3].conjugate())
            fill(m, steps[s], coefficients[s])


@compiled_as_written
def fill(m: Matrix, step: Integers, coefficients: Floats) -> None:
    """Fill those of one turn, see `gates`."""
    parts, lanes = coefficients.shape[1], coefficients.shape[2]
    for lane in range(lanes):
        if not is_met(step, lane, lanes):
            a, b, c, d = complex(1.0, 0.0), complex(0.0, 0.0), complex(0.0, 0.0), complex(1.0, 0.0)
        else:
            a, b, c, d = m
            if 1 << step[BIT] < lanes and (lane >> step[BIT]) & 1:  # a is on the diagonal, b beside it
                a, b = d, c
        coefficients[0, 0, lane], coefficients[1, 0, lane] = a.real, b.real
        coefficients[2, 0, lane], coefficients[3, 0, lane] = c.real, d.real
        if parts == 2:
            coefficients[0, 1, lane], coefficients[1, 1, lane] = a.imag, b.imag
            coefficients[2, 1, lane], coefficients[3, 1, lane] = c.imag, d.imag


@compiled_as_written
def is_met(step: Integers, lane: int, lanes: int) -> bool:
    """Whether a lane is one where the control, if it is a bit of the lanes, lets the turn act."""
    control = step[CONTROL]
    met: bool = control < 0 or 1 << control >= lanes or (lane >> control) & 1 == step[VALUE]
    return met


@compiled_as_written
def overlaps_of(sums: Floats, step: Integers) -> Matrix:
    """What `matrices.add_gradient` needs, of the sums `(4, parts, lanes)` that undoing a turn left."""
    parts, lanes = sums.shape[1], sums.shape[2]
    w = np.zeros((4, 2), np.float64)
    for lane in range(lanes):
        if is_met(step, lane, lanes):
            for part in range(parts):
                if 1 << step[BIT] >= lanes:
                    for k in range(4):
                        w[k, part] += sums[k, part, lane]
                else:
                    bit = (lane >> step[BIT]) & 1
                    w[3 * bit, part] += sums[0, part, lane]
                    w[1 + bit, part] += sums[1, part, lane]
    return complex(w[0, 0], w[0, 1]), complex(w[1, 0], w[1, 1]), complex(w[2, 0], w[2, 1]), complex(w[3, 0], w[3, 1])


@compiled_as_written
def places_of(step: Integers, size: int, lane_bits: int) -> tuple[int, int, int, int, int, int]:
    """How a turn goes through a state: its qubit's code, the bits put in, the control, the stride and the vectors."""
    bit, control = step[BIT], step[CONTROL]
    low, second_low, fixed, count, code, stride = -1, -1, 0, size >> lane_bits, bit, 0
    if bit >= lane_bits:
        low, code, stride, count = (1 << bit) - 1, lane_bits, 1 << bit, count >> 1
    if control >= lane_bits:
        other = (1 << control) - 1
        fixed, count = step[VALUE] << control, count >> 1
        if low < 0:
            low = other
        else:
            low, second_low = min(low, other), max(low, other)
    return code, low, second_low, fixed, stride, count


@compiled_as_written
def apply_turn(state: Floats, step: Integers, coefficients: Floats, tile: int, tiles: int) -> None:
    """Apply a turn to one of `tiles` equal parts of a state, in place."""
    parts, size = state.shape
    qubit, low, second_low, control, stride, count = places_of(step, size, bits_of_lane(state))
    place, factors = pointer(state), pointer(coefficients)
    begin: Any = count * tile // tiles
    end: Any = count * (tile + 1) // tiles
    if parts == 1:
        apply_real(place, factors, qubit, low, second_low, control, stride, size, begin, end)
    else:
        apply_complex(place, factors, qubit, low, second_low, control, stride, size, begin, end)


@compiled_as_written
def undo_turn(
    state: Floats,
    cotangent: Floats,
    step: Integers,
    coefficients: Floats,
    tile: int,
    tiles: int,
    part: Floats,
    sums: Floats,
) -> None:
    """Undo a turn on one of `tiles` equal parts of state and cotangent, and add to its sums; `part` is room."""
    parts, size = state.shape
    qubit, low, second_low, control, stride, count = places_of(step, size, bits_of_lane(state))
    places = pointer(state), pointer(cotangent)
    factors, into = pointer(coefficients), pointer(part)
    last = count * (tile + 1) // tiles
    for first in range(count * tile // tiles, last, _CHUNK):
        part[:] = 0
        begin: Any = first
        end: Any = min(first + _CHUNK, last)
        if parts == 1:
            undo_real(*places, factors, into, qubit, low, second_low, control, stride, size, begin, end)
        else:
            undo_complex(*places, factors, into, qubit, low, second_low, control, stride, size, begin, end)
        for k in range(4):
            for number in range(parts):
                for lane in range(part.shape[2]):
                    sums[k, number, lane] += part[k, number, lane]
