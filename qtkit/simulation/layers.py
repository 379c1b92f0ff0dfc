"""A layer of CNOTs and rotations on a whole state, and back: sweeps ordered so that few go over the whole of it.

The low qubits are turned block by block, each block small enough for the innermost cache while several sweeps go over
it; the first of them reads through the CNOTs. The qubits above a block are turned up to `HIGH` at a time: the vectors
that belong together lie a power of two apart, more of them than such a cache keeps at once, so they meet in a tile.

Everything is given as pointers, see `qtkit.simulation.vector.pointer`. `bits` are those of a state's index, `lane_bits`
of them select a lane.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qtkit.simulation.compiling import compiled_as_written
from qtkit.simulation.inverses import return_lanes, return_moved_lanes, return_rows
from qtkit.simulation.overlaps import PAIR_GROUP, overlap_lanes, overlap_moved_lanes, overlap_rows
from qtkit.simulation.rotations import GROUP, turn_lanes, turn_moved_lanes, turn_rows
from qtkit.simulation.vector import VECTOR_BYTES

BLOCK_BITS, PAIR_BLOCK_BITS = 9, 8  # of vectors: 32 kB, of one state or of two
HIGH = 6
TILE_BYTES = VECTOR_BYTES << HIGH
IN_PLACE = -1
"""Stands for a movement where there is none: no CNOTs, source and target are one."""

Pointer = Any

# Numba compiles a function anew for each constant that it is called with: numbers of NumPy are none.


@compiled_as_written
def _share(qubits: int, most: int) -> int:
    """How many of `qubits` the next sweep takes: sweeps of at most `most`, of even size."""
    sweeps = (qubits + most - 1) // most
    return (qubits + sweeps - 1) // sweeps


@compiled_as_written
def _low_bits(bits: int, lane_bits: int, group: int, block_bits: int) -> int:
    """The bits inside one block, so that those above are none, or enough to be worth a sweep."""
    above = max(0, bits - lane_bits - block_bits)
    return bits - max(above, min(above * group, group))


@compiled_as_written
def turn(
    target: Pointer,
    source: Pointer,
    tangents: Pointer,
    scale: float,
    starts: Pointer,
    words: Pointer,
    aside: int,
    bits: int,
    lane_bits: int,
    tile: Pointer,
) -> None:
    """A layer of CNOTs, then turn every qubit by its tangent and scale the state.

    Arguments:
        tangents: `(bits,)`, of half the angles.
        starts, words, aside: the CNOTs' sources, a `qtkit.simulation.lanes.Movement`, or `aside` is `IN_PLACE`.
        tile: work space.
    """
    lanes, low = 1 << lane_bits, _low_bits(bits, lane_bits, GROUP, BLOCK_BITS)
    first = min(GROUP, low - lane_bits)
    count = 1 << (low - lane_bits - first)
    for begin in range(0, 1 << bits, 1 << low):
        if aside == IN_PLACE:
            turn_lanes(target, tangents, scale, begin, count, first)
        else:
            base = starts[begin >> lane_bits]
            turn_moved_lanes(target, source, tangents, starts, words, scale, begin, base, aside, count, first)
        done = lane_bits + first
        while done < low:
            qubits, stride = _share(low - done, GROUP), 1 << done
            for at in range(begin, begin + (1 << low), stride << qubits):
                _turn_rows(
                    target, target, tangents, at, lanes, stride, at, lanes, stride, stride // lanes, done, qubits
                )
            done += qubits
    done = low
    while done < bits:
        qubits = _share(bits - done, HIGH)
        for begin in range(0, 1 << bits, 1 << (done + qubits)):
            _turn_high(target, tangents, begin, done, qubits, lanes, tile)
        done += qubits


@compiled_as_written
def _turn_high(
    state: Pointer, tangents: Pointer, begin: int, done: int, qubits: int, lanes: int, tile: Pointer
) -> None:
    stride, below = 1 << done, (qubits + 1) // 2
    zero: Any = np.int64(0)
    above = qubits - below
    if qubits <= GROUP:
        _turn_rows(state, state, tangents, begin, lanes, stride, begin, lanes, stride, stride // lanes, done, qubits)
        return
    for at in range(begin, begin + stride, lanes):
        _turn_rows(
            tile, state, tangents, zero, lanes << below, lanes, at, stride << below, stride, 1 << above, done, below
        )
        _turn_rows(
            state, tile, tangents, at, stride, stride << below, zero, lanes, lanes << below, 1 << below, done + below,
            above,
        )  # fmt: skip


@compiled_as_written
def _turn_rows(
    target: Pointer,
    source: Pointer,
    tangents: Pointer,
    target_begin: int,
    target_step: int,
    target_stride: int,
    source_begin: int,
    source_step: int,
    source_stride: int,
    count: int,
    first: int,
    qubits: int,
) -> None:
    turn_rows(
        target, source, tangents, target_begin, target_step, target_stride, source_begin, source_step, source_stride,
        count, first, qubits,
    )  # fmt: skip


@compiled_as_written
def overlap(
    state: Pointer,
    target: Pointer,
    cotangent: Pointer,
    starts: Pointer,
    words: Pointer,
    aside: int,
    bits: int,
    lane_bits: int,
    sums: Pointer,
) -> None:
    """A layer of CNOTs, backwards, on the cotangent, and what it overlaps with the state: adds to `sums`.

    Arguments are those of `turn`; the movement is that of the CNOTs' images. `sums` are `(bits, 2, lanes)`.
    """
    lanes, low = 1 << lane_bits, _low_bits(bits, lane_bits, PAIR_GROUP, PAIR_BLOCK_BITS)
    first = min(PAIR_GROUP, low - lane_bits)
    count = 1 << (low - lane_bits - first)
    for begin in range(0, 1 << bits, 1 << low):
        if aside == IN_PLACE:
            overlap_lanes(state, target, sums, begin, count, first)
        else:
            base = starts[begin >> lane_bits]
            overlap_moved_lanes(state, target, cotangent, sums, starts, words, begin, base, aside, count, first)
        _overlap_rows(state, target, sums, begin, lane_bits + first, low, low, lanes)
    zero: Any = np.int64(0)
    _overlap_rows(state, target, sums, zero, low, bits, bits, lanes)


@compiled_as_written
def _overlap_rows(
    state: Pointer, target: Pointer, sums: Pointer, begin: int, done: int, until: int, bits: int, lanes: int
) -> None:
    """The bits from `done` to `until` in the `2**bits` amplitudes from `begin` on."""
    while done < until:
        qubits, stride = _share(until - done, PAIR_GROUP), 1 << done
        for at in range(begin, begin + (1 << bits), stride << qubits):
            overlap_rows(state, target, sums, at, stride, stride // lanes, done, qubits)
        done += qubits


@compiled_as_written
def turn_back(
    target: Pointer,
    cotangent_target: Pointer,
    state: Pointer,
    cotangent: Pointer,
    tangents: Pointer,
    scale: float,
    starts: Pointer,
    words: Pointer,
    aside: int,
    bits: int,
    lane_bits: int,
    sums: Pointer,
    tile: Pointer,
    cotangent_tile: Pointer,
) -> None:
    """A layer of CNOTs, backwards, then turn every qubit back, of state and cotangent.

    Arguments are those of `turn`; the movement is that of the CNOTs' images. Adds to `sums` `(bits, 2, lanes)`.
    """
    lanes, low = 1 << lane_bits, _low_bits(bits, lane_bits, PAIR_GROUP, PAIR_BLOCK_BITS)
    first = min(PAIR_GROUP, low - lane_bits)
    count = 1 << (low - lane_bits - first)
    for begin in range(0, 1 << bits, 1 << low):
        if aside == IN_PLACE:
            return_lanes(target, cotangent_target, tangents, sums, scale, begin, count, first)
        else:
            base = starts[begin >> lane_bits]
            return_moved_lanes(
                target, cotangent_target, state, cotangent, tangents, sums, starts, words, scale, begin, base, aside,
                count, first,
            )  # fmt: skip
        done = lane_bits + first
        while done < low:
            qubits, stride = _share(low - done, PAIR_GROUP), 1 << done
            for at in range(begin, begin + (1 << low), stride << qubits):
                _return_rows(
                    target, cotangent_target, target, cotangent_target, tangents, sums,
                    at, lanes, stride, at, lanes, stride, stride // lanes, done, qubits,
                )  # fmt: skip
            done += qubits
    done = low
    while done < bits:
        qubits = _share(bits - done, HIGH)
        for begin in range(0, 1 << bits, 1 << (done + qubits)):
            _return_high(target, cotangent_target, tangents, sums, begin, done, qubits, lanes, tile, cotangent_tile)
        done += qubits


@compiled_as_written
def _return_high(
    state: Pointer,
    cotangent: Pointer,
    tangents: Pointer,
    sums: Pointer,
    begin: int,
    done: int,
    qubits: int,
    lanes: int,
    tile: Pointer,
    cotangent_tile: Pointer,
) -> None:
    stride, below = 1 << done, (qubits + 1) // 2
    zero: Any = np.int64(0)
    above = qubits - below
    if qubits <= PAIR_GROUP:
        _return_rows(
            state, cotangent, state, cotangent, tangents, sums,
            begin, lanes, stride, begin, lanes, stride, stride // lanes, done, qubits,
        )  # fmt: skip
        return
    for at in range(begin, begin + stride, lanes):
        _return_rows(
            tile, cotangent_tile, state, cotangent, tangents, sums,
            zero, lanes << below, lanes, at, stride << below, stride, 1 << above, done, below,
        )  # fmt: skip
        _return_rows(
            state, cotangent, tile, cotangent_tile, tangents, sums,
            at, stride, stride << below, zero, lanes, lanes << below, 1 << below, done + below, above,
        )  # fmt: skip


@compiled_as_written
def _return_rows(
    target: Pointer,
    cotangent_target: Pointer,
    state: Pointer,
    cotangent: Pointer,
    tangents: Pointer,
    sums: Pointer,
    target_begin: int,
    target_step: int,
    target_stride: int,
    source_begin: int,
    source_step: int,
    source_stride: int,
    count: int,
    first: int,
    qubits: int,
) -> None:
    return_rows(
        target, cotangent_target, state, cotangent, tangents, sums,
        target_begin, target_step, target_stride, source_begin, source_step, source_stride, count, first, qubits,
    )  # fmt: skip
