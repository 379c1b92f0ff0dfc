"""Sweeps that gather the gradient of a layer of rotations from the state after it and the loss's derivative by that.

`d RY(a)/da = J RY(a) / 2` with `J (x, y) = (-y, x)`, so the derivative by the angle of a qubit is the sum of
`s0 c1 - s1 c0` over its pairs of amplitudes, halved: s of the state, c of the cotangent, the derivative by that state.
The sums are kept lane by lane, `(bits, 2, lanes)`, and folded in the end, see `sums.fold`.
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
from qtkit.simulation.kernels.rotations import columns, turn_between
from qtkit.simulation.kernels.vector import Vectors, for_each_count

PAIR_GROUP = 3
"""Qubits looked at in one sweep over two states: the same for all processors, since it decides the order of sums."""


def overlap_between(
    vectors: Vectors, states: list[ir.Value], cotangents: list[ir.Value], bit: int, sums: Sequence[ir.Value]
) -> None:
    """Add `s0 c1` and `s1 c0` of the qubit that is this bit of the index into the lists to two sums."""
    for i in range(len(states)):
        if not i & bit:
            vectors.add_product(sums[0], states[i], cotangents[i | bit])
            vectors.add_product(sums[1], states[i | bit], cotangents[i])


@intrinsic
def overlap_rows(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    cotangent: types.CPointer,
    sums: types.CPointer,
    begin: types.Integer,
    stride: types.Integer,
    count: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Add to the sums of 1 to 3 qubits from bit `first` on.

    `count` times, each of the `2**qubits` vectors `stride` apart that begin at `begin`, a vector further each time.
    """

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=3)
        begin, stride, count, first, qubits = args[3:]

        def emit(qubits: int) -> None:
            of_sums = builder.mul(first, ir.Constant(first.type, 2 * vectors.lanes))
            sums = vectors.variables(2, of_sums, 2 * qubits)
            for places in columns(vectors, begin, stride, count, 2**qubits):
                states, cotangents = ([vectors.load(array, place) for place in places] for array in (0, 1))
                for k in range(qubits):
                    overlap_between(vectors, states, cotangents, 1 << k, sums[2 * k : 2 * k + 2])
            vectors.keep(sums, 2, of_sums)

        for_each_count(builder, qubits, range(1, PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, sums, *[types.intp] * 5), codegen


@intrinsic
def overlap_and_turn_rows(
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
    """As `overlap_rows`, then turn the cotangent, as `turn_rows`: it is read once."""

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
                for k in range(qubits):
                    overlap_between(vectors, states, cotangents, 1 << k, sums[2 * k : 2 * k + 2])
                for k, tangent in enumerate(turns):
                    turn_between(vectors, cotangents, 1 << k, tangent, builder.fneg(tangent))
                for value, place in zip(cotangents, places, strict=True):
                    vectors.store(value, 1, place)
            vectors.keep(sums, 3, of_sums)

        for_each_count(builder, qubits, range(1, PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, tangents, sums, *[types.intp] * 5), codegen


@intrinsic
def overlap_lanes(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    cotangent: types.CPointer,
    sums: types.CPointer,
    begin: types.Integer,
    count: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Add to the sums of the qubits in the lanes and the 0 to 3 above.

    `count` times, each on the `2**qubits` vectors that follow, from `begin` on.
    """

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=3)
        begin, count, qubits = args[3:]

        def emit(qubits: int) -> None:
            _overlap_lanes(vectors, begin, count, qubits, 2, lambda number, index: vectors.load(1, index))

        for_each_count(builder, qubits, range(PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, sums, *[types.intp] * 3), codegen


@intrinsic
def overlap_moved_lanes(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    target: types.CPointer,
    cotangent: types.CPointer,
    sums: types.CPointer,
    starts: types.CPointer,
    words: types.CPointer,
    begin: types.Integer,
    aside: types.Integer,
    count: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """As `overlap_lanes`, reading the cotangent through CNOTs into `target`, see `lanes`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=4)
        starts, words, begin, aside, count, qubits = args[4:]
        base = base_of(vectors, starts, begin)

        def load(number: ir.Value, index: ir.Value) -> ir.Value:
            value = load_moved(vectors, 2, starts, words, base, aside, number)
            vectors.store(value, 1, index)
            return value

        def emit(qubits: int) -> None:
            _overlap_lanes(vectors, begin, count, qubits, 3, load)

        for_each_count(builder, qubits, range(PAIR_GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, target, cotangent, sums, starts, words, *[types.intp] * 4), codegen


def _overlap_lanes(
    vectors: Vectors,
    begin: ir.Value,
    count: ir.Value,
    qubits: int,
    sums_array: int,
    load: Callable[[ir.Value, ir.Value], ir.Value],
) -> None:
    builder, lane_bits, zero = vectors.builder, vectors.lane_bits, ir.Constant(begin.type, 0)
    sums = vectors.variables(sums_array, zero, 2 * (lane_bits + qubits))
    with vectors.counting(count) as j:
        number = builder.mul(j, ir.Constant(begin.type, 2**qubits))
        at = builder.add(begin, builder.mul(number, ir.Constant(begin.type, vectors.lanes)))
        states, cotangents = [], []
        for i in range(2**qubits):
            place = vectors.plus(at, i * vectors.lanes)
            states.append(vectors.load(0, place))
            cotangents.append(load(vectors.plus(number, i), place))
            for k in range(lane_bits):
                vectors.add_product(sums[2 * k + i % 2], states[i], vectors.flipped(cotangents[i], k))
        for k in range(qubits):
            two = sums[2 * (lane_bits + k) : 2 * (lane_bits + k) + 2]
            overlap_between(vectors, states, cotangents, 1 << k, two)
    vectors.keep(sums, sums_array, zero)
