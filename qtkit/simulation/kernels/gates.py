"""Sweeps over a state that apply a matrix to one qubit, and those that undo it and gather what a gradient needs.

A state is one real vector, or real and imaginary parts, `distance` numbers apart. Where the qubit is a bit above the
lanes, vectors come in pairs, `v0` and `v1`: `a v0 + b v1` and `c v0 + d v1`. Where it is one of the lanes, a vector and
itself with the lanes exchanged make `a v + b v'`. Coefficients are vectors too: where a control is a bit of the lanes,
they are those of the identity in lanes that do not meet it. A control above the lanes leaves vectors out.

Vectors are counted without the bits that are fixed, and get these put in: `low` of a bit are all bits below it, -1 for
no bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.base import BaseContext
from numba.core.typing.context import BaseContext as BaseTypingContext
from numba.core.typing.templates import Signature

from qtkit.simulation.compiling.functions import Emitted, intrinsic
from qtkit.simulation.kernels.vector import Vectors, for_each_count

Number = list[ir.Value]
"""Of vectors: a real part, and an imaginary one unless states are real."""


def _applying(parts: int) -> Callable[..., Emitted]:
    def apply(
        typingctx: BaseTypingContext,
        state: types.CPointer,
        coefficients: types.CPointer,
        qubit: types.Integer,
        low: types.Integer,
        second_low: types.Integer,
        control: types.Integer,
        stride: types.Integer,
        distance: types.Integer,
        begin: types.Integer,
        end: types.Integer,
    ) -> Emitted:
        """Apply a matrix to the vectors, or pairs of vectors, `begin` to `end - 1`.

        Arguments:
            coefficients: `(4, parts, lanes)`, a, b, c, d; the first two where the qubit is a bit of the lanes.
            qubit: its bit, or the number of bits of lanes where it is above these.
            low, second_low: the bits that are put in, the lower first.
            control: what is added to all places.
            stride: between the vectors of a pair.
        """

        def codegen(
            context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
        ) -> ir.Value:
            code = _Code(context, builder, signature, args, 2, parts, args[7])
            qubit, low, second_low, control, stride, _, begin, end = args[2:]

            def emit(bit: int) -> None:
                in_pairs = bit == code.vectors.lane_bits
                a, b, c, d = (code.coefficient(1, k) for k in range(4)) if in_pairs else (*code.two(1), [], [])
                with code.places(low, second_low, control, begin, end) as place:
                    first = code.load(0, place)
                    if in_pairs:
                        other = builder.add(place, stride)
                        second = code.load(0, other)
                        code.store(code.sum_of((a, first), (b, second)), 0, place)
                        code.store(code.sum_of((c, first), (d, second)), 0, other)
                    else:
                        code.store(code.sum_of((a, first), (b, code.flipped(first, bit))), 0, place)

            for_each_count(builder, qubit, range(code.vectors.lane_bits + 1), emit)
            return context.get_dummy_value()

        return types.void(state, coefficients, *[types.intp] * 8), codegen

    return apply


def _undoing(parts: int) -> Callable[..., Emitted]:
    def undo(
        typingctx: BaseTypingContext,
        state: types.CPointer,
        cotangent: types.CPointer,
        coefficients: types.CPointer,
        sums: types.CPointer,
        qubit: types.Integer,
        low: types.Integer,
        second_low: types.Integer,
        control: types.Integer,
        stride: types.Integer,
        distance: types.Integer,
        begin: types.Integer,
        end: types.Integer,
    ) -> Emitted:
        """As the sweep that applies, on a state and on the loss's derivative by it; `coefficients` are the inverse's.

        Adds to `sums` `(4, parts, lanes)` the products of the derivative before the sweep, conjugate, with the state
        after it: those of both parts of each, 00, 01, 10, 11; in the lanes with itself, then exchanged.
        """

        def codegen(
            context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
        ) -> ir.Value:
            code = _Code(context, builder, signature, args, 4, parts, args[9])
            qubit, low, second_low, control, stride, _, begin, end = args[4:]

            def emit(bit: int) -> None:
                in_pairs = bit == code.vectors.lane_bits
                totals = code.variables(3, 4 if in_pairs else 2)
                a, b, c, d = (code.coefficient(2, k) for k in range(4)) if in_pairs else (*code.two(2), [], [])
                with code.places(low, second_low, control, begin, end) as place:
                    if in_pairs:
                        other = builder.add(place, stride)
                        s0, s1, c0, c1 = (code.load(k, at) for k in (0, 1) for at in (place, other))
                        before = code.sum_of((a, s0), (b, s1)), code.sum_of((c, s0), (d, s1))
                        for k, (cot, was) in enumerate((x, y) for x in (c0, c1) for y in before):
                            code.add_overlap(totals[k], cot, was)
                        after = code.sum_of((a, c0), (b, c1)), code.sum_of((c, c0), (d, c1))
                        for k, values in enumerate((before, after)):
                            code.store(values[0], k, place)
                            code.store(values[1], k, other)
                    else:
                        s, cot = code.load(0, place), code.load(1, place)
                        was = code.sum_of((a, s), (b, code.flipped(s, bit)))
                        code.add_overlap(totals[0], cot, was)
                        code.add_overlap(totals[1], cot, code.flipped(was, bit))
                        code.store(was, 0, place)
                        code.store(code.sum_of((a, cot), (b, code.flipped(cot, bit))), 1, place)
                code.keep(totals, 3)

            for_each_count(builder, qubit, range(code.vectors.lane_bits + 1), emit)
            return context.get_dummy_value()

        return types.void(state, cotangent, coefficients, sums, *[types.intp] * 8), codegen

    return undo


class _Code:
    """What both sweeps are written with: numbers of one part or two."""

    def __init__(
        self,
        context: BaseContext,
        builder: ir.IRBuilder,
        signature: Signature,
        args: Sequence[ir.Value],
        arrays: int,
        parts: int,
        distance: ir.Value,
    ) -> None:
        self.vectors = Vectors(context, builder, signature, args, arrays)
        self._builder, self._parts, self._distance = builder, parts, distance

    @contextmanager
    def places(
        self, low: ir.Value, second_low: ir.Value, control: ir.Value, begin: ir.Value, end: ir.Value
    ) -> Iterator[ir.Value]:
        """A loop over the first numbers of vectors."""
        builder = self._builder
        lanes = ir.Constant(begin.type, self.vectors.lanes)
        with cgutils.for_range_slice(builder, begin, end, ir.Constant(begin.type, 1)) as (j, _):
            place = builder.mul(j, lanes)
            for mask in (low, second_low):  # what is above the bit moves up by one
                above = builder.and_(place, builder.not_(mask))
                place = builder.add(place, above)
            yield builder.add(place, control)

    def load(self, array: int, place: ir.Value) -> Number:
        """The numbers there."""
        return [self.vectors.load(array, at) for at in self._parts_at(place)]

    def store(self, number: Number, array: int, place: ir.Value) -> None:
        """Put numbers there."""
        for value, at in zip(number, self._parts_at(place), strict=True):
            self.vectors.store(value, array, at)

    def flipped(self, number: Number, bit: int) -> Number:
        """With lanes exchanged."""
        return [self.vectors.flipped(value, bit) for value in number]

    def coefficient(self, array: int, k: int) -> Number:
        """The k-th of `(4, parts, lanes)`."""
        zero = ir.Constant(self._distance.type, 0)
        begin = k * self._parts
        return [
            self.vectors.load(array, self.vectors.plus(zero, (begin + part) * self.vectors.lanes))
            for part in range(self._parts)
        ]

    def two(self, array: int) -> tuple[Number, Number]:
        """The first two coefficients."""
        return self.coefficient(array, 0), self.coefficient(array, 1)

    def sum_of(self, first: tuple[Number, Number], second: tuple[Number, Number]) -> Number:
        """`a x + b y`."""
        (a, x), (b, y) = first, second
        vectors, builder = self.vectors, self._builder
        if self._parts == 1:
            return [vectors.fused(b[0], y[0], builder.fmul(a[0], x[0]))]
        real = vectors.fused(b[0], y[0], builder.fmul(a[0], x[0]))
        lost = vectors.fused(b[1], y[1], builder.fmul(a[1], x[1]))
        imaginary = vectors.fused(a[1], x[0], vectors.fused(b[1], y[0], builder.fmul(a[0], x[1])))
        return [builder.fsub(real, lost), vectors.fused(b[0], y[1], imaginary)]

    def variables(self, array: int, count: int) -> list[list[ir.Value]]:
        """Sums of an array `(count, parts, lanes)` as variables."""
        zero = ir.Constant(self._distance.type, 0)
        flat = self.vectors.variables(array, zero, count * self._parts)
        return [flat[k * self._parts : (k + 1) * self._parts] for k in range(count)]

    def keep(self, totals: list[list[ir.Value]], array: int) -> None:
        """Write them back."""
        flat = [variable for total in totals for variable in total]
        self.vectors.keep(flat, array, ir.Constant(self._distance.type, 0))

    def add_overlap(self, total: list[ir.Value], cotangent: Number, state: Number) -> None:
        """Add `conj(cotangent) state`."""
        self.vectors.add_product(total[0], cotangent[0], state[0])
        if self._parts == 2:
            self.vectors.add_product(total[0], cotangent[1], state[1])
            self.vectors.add_product(total[1], cotangent[0], state[1])
            self.vectors.add_product(total[1], self._builder.fneg(cotangent[1]), state[0])

    def _parts_at(self, place: ir.Value) -> list[ir.Value]:
        return [place, self._builder.add(place, self._distance)][: self._parts]


apply_real, apply_complex = intrinsic(_applying(1)), intrinsic(_applying(2))
undo_real, undo_complex = intrinsic(_undoing(1)), intrinsic(_undoing(2))
