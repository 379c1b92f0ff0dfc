"""Sweeps over a state that rotate qubits about Y.

A rotation maps the pair of amplitudes `(x, y)` of a qubit to `(cos x - sin y, sin x + cos y)`, which is cos times
`(x - t y, y + t x)` with the tangent t: two operations instead of four. The cosines of all qubits together are one
scale, applied once. Qubits are named by their bit of an index, and turned from bit 0 on, so that the result does not
depend on how many are turned in one sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from llvmlite import ir
from numba.core import types
from numba.core.base import BaseContext
from numba.core.typing.context import BaseContext as BaseTypingContext
from numba.core.typing.templates import Signature

from qtkit.simulation.compiling.functions import Emitted, intrinsic
from qtkit.simulation.kernels.lanes import base_of, load_moved
from qtkit.simulation.kernels.vector import Vectors, for_each_count, has

GROUP = 4 if has("avx512vl") else 3
"""Qubits that are turned at a time: `2**GROUP` vectors and their tangents fit in the registers."""


def turn_between(vectors: Vectors, values: list[ir.Value], bit: int, tangent: ir.Value, opposite: ir.Value) -> None:
    """Turn the qubit that is this bit of the index into `values`; `opposite` is minus the tangent."""
    for i in range(len(values)):
        if not i & bit:
            x, y = values[i], values[i | bit]
            values[i], values[i | bit] = vectors.fused(opposite, y, x), vectors.fused(tangent, x, y)


@intrinsic
def turn_rows(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    tangents: types.CPointer,
    begin: types.Integer,
    stride: types.Integer,
    count: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Turn 1 to 4 qubits, from bit `first` on, in place.

    `count` times, each of the `2**qubits` vectors `stride` apart that begin at `begin`, a vector further each time.
    """

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=2)
        begin, stride, count, first, qubits = args[2:]

        def emit(qubits: int) -> None:
            turns = [vectors.splat(1, vectors.plus(first, k)) for k in range(qubits)]
            for places in columns(vectors, begin, stride, count, 2**qubits):
                values = [vectors.load(0, place) for place in places]
                for k, tangent in enumerate(turns):
                    turn_between(vectors, values, 1 << k, tangent, builder.fneg(tangent))
                for value, place in zip(values, places, strict=True):
                    vectors.store(value, 0, place)

        for_each_count(builder, qubits, range(1, GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, tangents, *[types.intp] * 5), codegen


def columns(
    vectors: Vectors, begin: ir.Value, stride: ir.Value, count: ir.Value, size: int
) -> Iterator[list[ir.Value]]:
    """Loop over places: `size` vectors `stride` apart, from `begin` on, `count` times, a vector further each time."""
    with vectors.counting(count) as j:
        at = vectors.builder.add(begin, vectors.builder.mul(j, ir.Constant(j.type, vectors.lanes)))
        yield vectors.places(at, stride, size)


@intrinsic
def turn_lanes(
    typingctx: BaseTypingContext,
    state: types.CPointer,
    tangents: types.CPointer,
    scale: types.Float,
    begin: types.Integer,
    count: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Scale, and turn the qubits in the lanes and the 0 to 4 qubits above them, in place.

    `count` times, each on the `2**qubits` vectors that follow, from `begin` on.
    """

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=2)
        scale, begin, count, qubits = args[2:]

        def emit(qubits: int) -> None:
            _turn_lanes(vectors, begin, count, qubits, (0, 1), scale, lambda number, index: vectors.load(0, index))

        for_each_count(builder, qubits, range(GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, tangents, scale, *[types.intp] * 3), codegen


@intrinsic
def turn_moved_lanes(
    typingctx: BaseTypingContext,
    target: types.CPointer,
    source: types.CPointer,
    tangents: types.CPointer,
    starts: types.CPointer,
    words: types.CPointer,
    scale: types.Float,
    begin: types.Integer,
    aside: types.Integer,
    count: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """As `turn_lanes`, reading `source` through a layer of CNOTs, see `lanes`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=3)
        starts, words, scale, begin, aside, count, qubits = args[3:]
        base = base_of(vectors, starts, begin)

        def emit(qubits: int) -> None:
            def load(number: ir.Value, index: ir.Value) -> ir.Value:
                return load_moved(vectors, 1, starts, words, base, aside, number)

            _turn_lanes(vectors, begin, count, qubits, (0, 2), scale, load)

        for_each_count(builder, qubits, range(GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(target, source, tangents, starts, words, scale, *[types.intp] * 4), codegen


def _turn_lanes(
    vectors: Vectors,
    begin: ir.Value,
    count: ir.Value,
    qubits: int,
    arrays: tuple[int, int],
    scale: ir.Value,
    load: Callable[[ir.Value, ir.Value], ir.Value],
) -> None:
    builder = vectors.builder
    target, tangents = arrays
    index_type = begin.type
    turns = [vectors.splat(tangents, ir.Constant(index_type, k)) for k in range(vectors.lane_bits + qubits)]
    lane_turns = [builder.fmul(vectors.signs(k), turns[k]) for k in range(vectors.lane_bits)]
    scales = vectors.spread(scale)
    with vectors.counting(count) as j:
        number = builder.mul(j, ir.Constant(index_type, 2**qubits))
        at = builder.add(begin, builder.mul(number, ir.Constant(index_type, vectors.lanes)))
        places = [vectors.plus(at, i * vectors.lanes) for i in range(2**qubits)]
        values = []
        for i in range(2**qubits):
            value = builder.fmul(load(vectors.plus(number, i), places[i]), scales)
            for k, turn in enumerate(lane_turns):
                value = vectors.fused(turn, vectors.flipped(value, k), value)
            values.append(value)
        for k, tangent in enumerate(turns[vectors.lane_bits :]):
            turn_between(vectors, values, 1 << k, tangent, builder.fneg(tangent))
        for value, place in zip(values, places, strict=True):
            vectors.store(value, target, place)
