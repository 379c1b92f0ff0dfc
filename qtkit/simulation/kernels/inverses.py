"""Sweeps that turn a layer of rotations back, on a state and on the loss's derivative by it, and gather the gradient.

The sums are those of `overlaps`. Turning state *and* cotangent by the same orthogonal matrix changes
no such sum of another qubit. So one sweep adds up a qubit's sum and turns it back, qubit after qubit, and states need
not be kept: the state before the layer comes out of the same sweep.

Rotations are written with tangents, as in `rotations`: s and c are both too long by what has not been
scaled, which the sums are divided by in the end, see `half_turns`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llvmlite import ir
from numba.core import types
from numba.core.base import BaseContext
from numba.core.typing.context import BaseContext as BaseTypingContext
from numba.core.typing.templates import Signature

from qtkit.simulation.compiling.functions import Emitted, intrinsic
from qtkit.simulation.kernels.lanes import base_of, load_moved
from qtkit.simulation.kernels.overlaps import PAIR_GROUP, overlap_between
from qtkit.simulation.kernels.rotations import columns, turn_between
from qtkit.simulation.kernels.vector import Vectors, for_each_count


@intrinsic
def return_rows(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    cotangent: types.CPointer,
    tangents: types.CPointer,
    sums: types.CPointer,
    begin: types.Integer,
    stride: types.Integer,
    count: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Turn back 1 to 3 qubits from bit `first` on, places as in `turn_rows`; add to `sums` `(bits, 2, lanes)`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=4)
        begin, stride, count, first, qubits = args[4:]

        def emit(qubits: int) -> None:
            turns = [vectors.splat(2, vectors.plus(first, k)) for k in range(qubits)]
            of_sums = builder.mul(first, ir.Constant(first.type, 2 * vectors.lanes))
            sums = vectors.variables(3, of_sums, 2 * qubits)
            for places in columns(vectors, begin, stride, count, 2**qubits):
                states, cotangents = ([vectors.load(array, place) for place in places] for array in (0, 1))
                _return_between(vectors, states, cotangents, turns, sums)
                for array, values in enumerate((states, cotangents)):
                    for value, place in zip(values, places, strict=True):
                        vectors.store(value, array, place)
            vectors.keep(sums, 3, of_sums)

        for_each_count(builder, qubits, range(1, PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, tangents, sums, *[types.intp] * 5), codegen


def _return_between(
    vectors: Vectors,
    states: list[ir.Value],
    cotangents: list[ir.Value],
    turns: Sequence[ir.Value],
    sums: Sequence[ir.Value],
) -> None:
    """Add up what the qubits that are the bits of the lists' index overlap in, and turn each back."""
    for k, tangent in enumerate(turns):
        bit, opposite = 1 << k, vectors.builder.fneg(tangent)
        overlap_between(vectors, states, cotangents, bit, sums[2 * k : 2 * k + 2])
        turn_between(vectors, states, bit, opposite, tangent)
        turn_between(vectors, cotangents, bit, opposite, tangent)


@intrinsic
def return_lanes(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    cotangent: types.CPointer,
    tangents: types.CPointer,
    sums: types.CPointer,
    scale: types.Float,
    begin: types.Integer,
    count: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Scale, and turn back the qubits in the lanes and the 0 to 3 above, in place; places as in `turn_lanes`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=4)
        scale, begin, count, qubits = args[4:]

        def load(array: int, number: ir.Value, index: ir.Value) -> ir.Value:
            return vectors.load(array, index)

        def emit(qubits: int) -> None:
            _return_lanes(vectors, begin, count, qubits, (2, 3), scale, load)

        for_each_count(builder, qubits, range(PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, tangents, sums, scale, *[types.intp] * 3), codegen


@intrinsic
def return_moved_lanes(
    typingctx: BaseTypingContext,
    state_target: types.CPointer,
    cotangent_target: types.CPointer,
    state: types.CPointer,
    cotangent: types.CPointer,
    tangents: types.CPointer,
    sums: types.CPointer,
    starts: types.CPointer,
    words: types.CPointer,
    scale: types.Float,
    begin: types.Integer,
    aside: types.Integer,
    count: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """As `return_lanes`, reading state and cotangent through a layer of CNOTs, see `lanes`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=6)
        starts, words, scale, begin, aside, count, qubits = args[6:]
        base = base_of(vectors, starts, begin)

        def load(array: int, number: ir.Value, index: ir.Value) -> ir.Value:
            return load_moved(vectors, 2 + array, starts, words, base, aside, number)

        def emit(qubits: int) -> None:
            _return_lanes(vectors, begin, count, qubits, (4, 5), scale, load)

        for_each_count(builder, qubits, range(PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    arrays = (state_target, cotangent_target, state, cotangent, tangents, sums, starts, words, scale)
    return types.void(*arrays, *[types.intp] * 4), codegen


def _return_lanes(
    vectors: Vectors,
    begin: ir.Value,
    count: ir.Value,
    qubits: int,
    arrays: tuple[int, int],
    scale: ir.Value,
    load: Callable[[int, ir.Value, ir.Value], ir.Value],
) -> None:
    builder = vectors.builder
    tangents, sums_array = arrays
    index_type, lane_bits = begin.type, vectors.lane_bits
    turns = [vectors.splat(tangents, ir.Constant(index_type, k)) for k in range(lane_bits + qubits)]
    lane_turns = [builder.fmul(vectors.signs(k), builder.fneg(turns[k])) for k in range(lane_bits)]
    scales, zero = vectors.spread(scale), ir.Constant(index_type, 0)
    sums = vectors.variables(sums_array, zero, 2 * (lane_bits + qubits))
    with vectors.counting(count) as j:
        number = builder.mul(j, ir.Constant(index_type, 2**qubits))
        at = builder.add(begin, builder.mul(number, ir.Constant(index_type, vectors.lanes)))
        places = [vectors.plus(at, i * vectors.lanes) for i in range(2**qubits)]
        states, cotangents = [], []
        for i in range(2**qubits):
            s, c = (builder.fmul(load(a, vectors.plus(number, i), places[i]), scales) for a in (0, 1))
            for k, turn in enumerate(lane_turns):
                flipped = vectors.flipped(c, k)
                vectors.add_product(sums[2 * k + i % 2], s, flipped)
                s, c = vectors.fused(turn, vectors.flipped(s, k), s), vectors.fused(turn, flipped, c)
            states.append(s)
            cotangents.append(c)
        _return_between(vectors, states, cotangents, turns[lane_bits:], sums[2 * lane_bits :])
        for array, values in enumerate((states, cotangents)):
            for value, place in zip(values, places, strict=True):
                vectors.store(value, array, place)
    vectors.keep(sums, sums_array, zero)
