"""Sums in an order of their own: the same on every processor, where the compiler would choose one by its vectors."""

from __future__ import annotations

from collections.abc import Sequence

from llvmlite import ir
from numba.core import types
from numba.core.base import BaseContext
from numba.core.typing.context import BaseContext as BaseTypingContext
from numba.core.typing.templates import Signature

from qtkit.simulation.compiling.functions import Emitted, intrinsic
from qtkit.simulation.kernels.vector import Vectors

_CHAINS = 4  # sums side by side: an addition takes as long as four or more of them


@intrinsic
def dot(typingctx: BaseTypingContext, first: types.Array, second: types.Array, result: types.Array) -> Emitted:
    """`result[0] = sum(first * second)`, of arrays that are whole vectors."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=3)
        length = builder.extract_value(context.make_array(signature.args[0])(context, builder, args[0]).shape, 0)
        zero = ir.Constant(length.type, 0)
        sums = [vectors.zero() for _ in range(_CHAINS)]
        step = vectors.lanes * _CHAINS

        def add(chains: int, begin: ir.Value) -> None:
            for k in range(chains):
                place = vectors.plus(begin, k * vectors.lanes)
                vectors.add_product(sums[k], vectors.load(0, place), vectors.load(1, place))

        whole = builder.udiv(length, ir.Constant(length.type, step))
        with vectors.counting(whole) as j:
            add(_CHAINS, builder.mul(j, ir.Constant(length.type, step)))
        done = builder.mul(whole, ir.Constant(length.type, step))
        left = builder.udiv(builder.sub(length, done), ir.Constant(length.type, vectors.lanes))
        with vectors.counting(left) as j:
            add(1, builder.add(done, builder.mul(j, ir.Constant(length.type, vectors.lanes))))
        total = builder.load(sums[0])
        for variable in sums[1:]:
            total = builder.fadd(total, builder.load(variable))
        builder.store(vectors.tree_sum(total), vectors.at(2, zero))
        return context.get_dummy_value()

    return types.void(first, second, result), codegen


@intrinsic
def fold(typingctx: BaseTypingContext, sums: types.Array, overlaps: types.Array) -> Emitted:
    """`overlaps` `(bits,)`, the sum of `s0 c1 - s1 c0` of each qubit, from the `sums` of `turn_back`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        vectors = Vectors(context, builder, signature, args, arrays=2)
        bits = builder.extract_value(context.make_array(signature.args[1])(context, builder, args[1]).shape, 0)

        def both(k: ir.Value) -> tuple[ir.Value, ir.Value]:
            place = builder.mul(k, ir.Constant(k.type, 2 * vectors.lanes))
            return vectors.load(0, place), vectors.load(0, vectors.plus(place, vectors.lanes))

        for k in range(vectors.lane_bits):  # s times c of the other lane: plus where the lane's bit is 0
            index = ir.Constant(bits.type, k)
            even, odd = both(index)
            signed = builder.fmul(builder.fadd(even, odd), builder.fneg(vectors.signs(k)))
            builder.store(vectors.tree_sum(signed), vectors.at(1, index))
        others = builder.sub(bits, ir.Constant(bits.type, vectors.lane_bits))
        with vectors.counting(others) as j:
            index = vectors.plus(j, vectors.lane_bits)
            builder.store(vectors.tree_sum(builder.fsub(*both(index))), vectors.at(1, index))
        return context.get_dummy_value()

    return types.void(sums, overlaps), codegen
