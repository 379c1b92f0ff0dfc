"""A layer of CNOTs and rotations on a whole state, and back: sweeps ordered so that few wait for memory.

The lowest qubits are turned block by block, each block small enough for the innermost cache while several sweeps go
over it; the first of them reads through the CNOTs. The qubits above a block are turned `FAR` at a time, as soon as the
blocks that belong together are done: eight of them, then eight of these eights, so that the next cache still has them.

Everything is given as pointers, see `vector.pointer`. `bits` are those of a state's index, `lane_bits`
of them select a lane.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qtkit.simulation.compiling.functions import compiled_as_written
from qtkit.simulation.kernels.inverses import return_lanes, return_moved_lanes, return_rows
from qtkit.simulation.kernels.overlaps import (
    PAIR_GROUP,
    overlap_and_turn_rows,
    overlap_lanes,
    overlap_moved_lanes,
    overlap_rows,
)
from qtkit.simulation.kernels.rotations import GROUP, turn_lanes, turn_moved_lanes, turn_rows

BLOCK_BITS, PAIR_BLOCK_BITS = 9, 8  # of vectors: 32 kB, of one state or of two
FAR = 3
"""Qubits that are turned at a time above a block, the same for all processors.

Their vectors lie a large power of two apart, in one set of the innermost cache. Such a set keeps 8 or 12: of 16, some
would be gone before they are written back, and come twice. One sweep over four qubits takes longer than two over three.
"""
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
def _block_bits(until: int, bits: int, most: int) -> int:
    """The bits of a block, at most `most`, where those below `until` are turned: those above are some times `FAR`."""
    return min(bits, most) if until <= most else until - FAR * ((until - most + FAR - 1) // FAR)


@compiled_as_written
def _next_sweep(done: int, block: int, until: int, end: int, most: int) -> int:
    """How many qubits are turned next, from bit `done` on; 0 if none are left that the amplitudes up to `end` allow.

    In a block they are at most `most`; above it they are `FAR`, where `end` ends all the blocks that belong together.
    """
    if done < min(block, until):
        return _share(min(block, until) - done, most)
    return FAR if done < until and end & ((1 << (done + FAR)) - 1) == 0 else 0


@compiled_as_written
def turn(
    target: Pointer,
    source: Pointer,
    tangents: Pointer,
    scale: float,
    starts: Pointer,
    words: Pointer,
    aside: int,
    turned: int,
    bits: int,
    lane_bits: int,
) -> None:
    """A layer of CNOTs, then turn the qubits of the lowest bits by their tangents and scale the state.

    Arguments:
        tangents: `(bits,)`, of half the angles.
        starts, words, aside: the CNOTs' sources, a `lanes.Movement`, or `aside` is `IN_PLACE`.
        turned: how many bits.
    """
    lanes, block = 1 << lane_bits, _block_bits(turned, bits, lane_bits + BLOCK_BITS)
    first = min(GROUP, block - lane_bits, turned - lane_bits)
    count = 1 << (block - lane_bits - first)
    for begin in range(0, 1 << bits, 1 << block):
        if aside == IN_PLACE:
            turn_lanes(target, tangents, scale, begin, count, first)
        else:
            turn_moved_lanes(target, source, tangents, starts, words, scale, begin, aside, count, first)
        done, end = lane_bits + first, begin + (1 << block)
        qubits = _next_sweep(done, block, turned, end, GROUP)
        while qubits > 0:
            start = end - (1 << max(block, done + qubits))
            _turn_rows_of(target, tangents, start, end, done, qubits, lanes)
            done += qubits
            qubits = _next_sweep(done, block, turned, end, GROUP)


@compiled_as_written
def _turn_rows_of(state: Pointer, tangents: Pointer, begin: int, end: int, first: int, qubits: int, lanes: int) -> None:
    """Turn the qubits from bit `first` on, in the amplitudes from `begin` to `end`."""
    stride = 1 << first
    for at in range(begin, end, stride << qubits):
        turn_rows(state, tangents, at, stride, stride // lanes, first, qubits)


@compiled_as_written
def overlap(
    state: Pointer,
    target: Pointer,
    cotangent: Pointer,
    starts: Pointer,
    words: Pointer,
    aside: int,
    overlapped: int,
    bits: int,
    lane_bits: int,
    sums: Pointer,
) -> None:
    """A layer of CNOTs, backwards, on the cotangent, and what it overlaps with the state: adds to `sums`.

    Arguments are those of `turn`; the movement is that of the CNOTs' images. `sums` are `(bits, 2, lanes)`, of which
    those of the lowest bits are added to, as many as `overlapped`.
    """
    lanes, block = 1 << lane_bits, _block_bits(overlapped, bits, lane_bits + PAIR_BLOCK_BITS)
    first = min(PAIR_GROUP, block - lane_bits, overlapped - lane_bits)
    count = 1 << (block - lane_bits - first)
    for begin in range(0, 1 << bits, 1 << block):
        if aside == IN_PLACE:
            overlap_lanes(state, target, sums, begin, count, first)
        else:
            overlap_moved_lanes(state, target, cotangent, sums, starts, words, begin, aside, count, first)
        done, end = lane_bits + first, begin + (1 << block)
        qubits = _next_sweep(done, block, overlapped, end, PAIR_GROUP)
        while qubits > 0:
            start = end - (1 << max(block, done + qubits))
            _overlap_rows_of(state, target, sums, start, end, done, qubits, lanes)
            done += qubits
            qubits = _next_sweep(done, block, overlapped, end, PAIR_GROUP)


@compiled_as_written
def _overlap_rows_of(
    state: Pointer, cotangent: Pointer, sums: Pointer, begin: int, end: int, first: int, qubits: int, lanes: int
) -> None:
    """As `_turn_rows_of`."""
    stride = 1 << first
    for at in range(begin, end, stride << qubits):
        overlap_rows(state, cotangent, sums, at, stride, stride // lanes, first, qubits)


@compiled_as_written
def pull_back(
    state: Pointer,
    target: Pointer,
    cotangent: Pointer,
    tangents: Pointer,
    scale: float,
    starts: Pointer,
    words: Pointer,
    aside: int,
    bits: int,
    lane_bits: int,
    sums: Pointer,
) -> None:
    """As `overlap`, then turn the cotangent by `tangents` `(bits,)`, those of the layer's inverse, and scale it.

    Rotations of different qubits commute, so their order is free; but a sum needs the cotangent as it was before any of
    them. So all other sums come first, and the highest qubits are turned in the sweep that gathers theirs: there the
    cotangent is read once for both.
    """
    top = max(lane_bits, bits - PAIR_GROUP)
    in_place: Any = np.int64(IN_PLACE)
    overlap(state, target, cotangent, starts, words, aside, top, bits, lane_bits, sums)
    if top < bits:
        begin: Any = np.int64(0)
        overlap_and_turn_rows(state, target, tangents, sums, begin, 1 << top, 1 << (top - lane_bits), top, bits - top)
    turn(target, target, tangents, scale, starts, words, in_place, top, bits, lane_bits)


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
) -> None:
    """A layer of CNOTs, backwards, then turn every qubit back, of state and cotangent.

    Arguments are those of `turn`; the movement is that of the CNOTs' images. Adds to `sums` `(bits, 2, lanes)`.
    """
    lanes, block = 1 << lane_bits, _block_bits(bits, bits, lane_bits + PAIR_BLOCK_BITS)
    first = min(PAIR_GROUP, block - lane_bits)
    count = 1 << (block - lane_bits - first)
    for begin in range(0, 1 << bits, 1 << block):
        if aside == IN_PLACE:
            return_lanes(target, cotangent_target, tangents, sums, scale, begin, count, first)
        else:
            return_moved_lanes(
                target, cotangent_target, state, cotangent, tangents, sums, starts, words, scale, begin, aside,
                count, first,
            )  # fmt: skip
        done, end = lane_bits + first, begin + (1 << block)
        qubits = _next_sweep(done, block, bits, end, PAIR_GROUP)
        while qubits > 0:
            start = end - (1 << max(block, done + qubits))
            _return_rows_of(target, cotangent_target, tangents, sums, start, end, done, qubits, lanes)
            done += qubits
            qubits = _next_sweep(done, block, bits, end, PAIR_GROUP)


@compiled_as_written
def _return_rows_of(
    state: Pointer,
    cotangent: Pointer,
    tangents: Pointer,
    sums: Pointer,
    begin: int,
    end: int,
    first: int,
    qubits: int,
    lanes: int,
) -> None:
    """As `_turn_rows_of`."""
    stride = 1 << first
    for at in range(begin, end, stride << qubits):
        return_rows(state, cotangent, tangents, sums, at, stride, stride // lanes, first, qubits)
