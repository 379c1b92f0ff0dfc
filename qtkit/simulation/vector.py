"""Vector code for Numba: real rotations of up to eight qubits in one sweep over a state, and their gradients.

LLVM's own vectoriser does not manage these loops (many streams through one array, changed in place), so they are
written here with explicit vectors, as small functions that emit LLVM IR. LLVM turns the vectors into whatever the
processor has.

A state is a C-contiguous array `(2**n,)` of float32 or float64. The lowest `lane_bits` qubits live in the lanes of one
vector, all others select a vector. Every function here sweeps the range `begin..end` of a state, a whole number of its
blocks, and takes qubits from the most significant on: `cos[first], cos[first + 1], ...`.

A rotation about Y maps the pair of amplitudes `(x, y)` of a qubit to `(cos x - sin y, sin x + cos y)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.base import BaseContext
from numba.core.typing.context import BaseContext as BaseTypingContext
from numba.core.typing.templates import Signature

from qtkit.simulation.compiling import Emitted, intrinsic

VECTOR_BYTES = 64 if llvm.get_host_cpu_features().get("avx512f") else 32
"""Bytes of one vector: what AVX-512 holds, or else AVX2. Elsewhere LLVM splits vectors into what there is."""

GROUP = 4
"""Qubits rotated at a time on top of the lanes: `2**GROUP` vectors fit in the registers of AVX-512."""

_CONTRACT = ("contract",)  # lets a multiplication and an addition become one instruction


class _Sweep:
    """The IR builder of one function body, with what all of them need."""

    def __init__(
        self,
        context: BaseContext,
        builder: ir.IRBuilder,
        signature: Signature,
        args: Sequence[ir.Value],
        arrays: int,
    ) -> None:
        self.builder = builder
        self.pointers = [
            context.make_array(kind)(context, builder, value).data
            for kind, value in zip(signature.args[:arrays], args[:arrays], strict=True)
        ]
        self.scalar = context.get_value_type(signature.args[0].dtype)
        self.itemsize = signature.args[0].dtype.bitwidth // 8
        self.lanes = VECTOR_BYTES // self.itemsize
        self.lane_bits = self.lanes.bit_length() - 1
        self.vector = ir.VectorType(self.scalar, self.lanes)

    def at(self, array: int, index: ir.Value) -> ir.Value:
        return self.builder.gep(self.pointers[array], [index], source_etype=self.scalar)

    def vector_at(self, array: int, index: ir.Value) -> ir.Value:
        return self.builder.bitcast(self.at(array, index), self.vector.as_pointer())

    def load(self, array: int, index: ir.Value) -> ir.Value:
        return self.builder.load(self.vector_at(array, index), align=self.itemsize)

    def store(self, value: ir.Value, array: int, index: ir.Value) -> None:
        self.builder.store(value, self.vector_at(array, index), align=self.itemsize)

    def number(self, array: int, index: ir.Value, offset: int) -> ir.Value:
        index = self.builder.add(index, ir.Constant(index.type, offset))
        return self.builder.load(self.at(array, index))

    def splat(self, scalar: ir.Value) -> ir.Value:
        single = self.builder.insert_element(ir.Constant(self.vector, ir.Undefined), scalar, ir.IntType(32)(0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), [0] * self.lanes)
        return self.builder.shuffle_vector(single, single, zeros)

    def flipped(self, vector: ir.Value, bit: int) -> ir.Value:
        """`vector` with the lanes exchanged whose index differs in `bit`."""
        order = [lane ^ (1 << bit) for lane in range(self.lanes)]
        return self.builder.shuffle_vector(
            vector, vector, ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), order)
        )

    def signs(self, bit: int) -> ir.Value:
        """-1 in lanes where `bit` is 0, +1 where it is 1."""
        return ir.Constant(self.vector, [1.0 if lane >> bit & 1 else -1.0 for lane in range(self.lanes)])

    def product(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fmul(a, b, flags=_CONTRACT)

    def plus(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fadd(a, b, flags=_CONTRACT)

    def minus(self, a: ir.Value, b: ir.Value) -> ir.Value:
        return self.builder.fsub(a, b, flags=_CONTRACT)

    def blocks(
        self, begin: ir.Value, end: ir.Value, step: ir.Value
    ) -> AbstractContextManager[tuple[ir.Value, ir.Value]]:
        return cgutils.for_range_slice(self.builder, begin, end, step, step.type)

    def rotate_registers(self, vectors: list[ir.Value], turns: list[tuple[ir.Value, ir.Value]]) -> None:
        """One rotation for each bit of the index into `vectors`, the most significant first."""
        for position, (cos, sin) in enumerate(turns):
            bit = len(vectors) >> (position + 1)
            for i in range(len(vectors)):
                if not i & bit:
                    x, y = vectors[i], vectors[i | bit]
                    vectors[i] = self.minus(self.product(cos, x), self.product(sin, y))
                    vectors[i | bit] = self.plus(self.product(sin, x), self.product(cos, y))

    def overlap_registers(self, totals: list[ir.Value], states: list[ir.Value], cotangents: list[ir.Value]) -> None:
        """Add each register qubit's `s0 c1 - s1 c0` to its total, the most significant first."""
        for position, total in enumerate(totals):
            bit = len(states) >> (position + 1)
            value = self.builder.load(total)
            for i in range(len(states)):
                if not i & bit:
                    value = self.plus(value, self.product(states[i], cotangents[i | bit]))
                    value = self.minus(value, self.product(states[i | bit], cotangents[i]))
            self.builder.store(value, total)

    def totals(self, count: int) -> list[ir.Value]:
        """`count` vector variables, zero at first; LLVM keeps them in registers."""
        return [
            cgutils.alloca_once_value(self.builder, ir.Constant(self.vector, [0.0] * self.lanes)) for _ in range(count)
        ]

    def add_half_sum(
        self, total: ir.Value, array: int, index: ir.Value, offset: int, signs: ir.Value | None = None
    ) -> None:
        """Add half the sum of the lanes of `total` to an element of `array`."""
        vector = self.builder.load(total)
        if signs is not None:
            vector = self.product(vector, signs)
        width = self.lanes
        while width > 1:  # a tree: the same order, whatever the processor
            width //= 2
            vector = self.plus(vector, self.flipped(vector, width.bit_length() - 1))
        half = self.product(self.builder.extract_element(vector, ir.IntType(32)(0)), ir.Constant(self.scalar, 0.5))
        pointer = self.at(array, self.builder.add(index, ir.Constant(index.type, offset)))
        self.builder.store(self.plus(self.builder.load(pointer), half), pointer)


def _group_blocks(
    sweep: _Sweep, begin: ir.Value, end: ir.Value, stride: ir.Value, qubits: int
) -> Iterator[list[ir.Value]]:
    """Loop over all `index` such that `index + i * stride`, `i < 2**qubits`, are the vectors of one block."""
    builder = sweep.builder
    size = builder.mul(stride, ir.Constant(stride.type, 2**qubits))
    step = ir.Constant(stride.type, sweep.lanes)
    with (
        sweep.blocks(begin, end, size) as (block, _),
        sweep.blocks(block, builder.add(block, stride), step) as (index, _),
    ):
        yield [builder.add(index, builder.mul(stride, ir.Constant(stride.type, i))) for i in range(2**qubits)]


def _low_blocks(sweep: _Sweep, begin: ir.Value, end: ir.Value, qubits: int) -> Iterator[list[ir.Value]]:
    """Loop over blocks of `2**qubits` vectors that follow each other."""
    step = ir.Constant(begin.type, sweep.lanes << qubits)
    with sweep.blocks(begin, end, step) as (index, _):
        yield [sweep.builder.add(index, ir.Constant(begin.type, sweep.lanes * i)) for i in range(2**qubits)]


def _for_each_count(builder: ir.IRBuilder, count: ir.Value, counts: range, emit: Callable[[int], None]) -> None:
    """Code for each possible number of qubits, which must be known when it is written, and a jump to the right one."""
    done = builder.append_basic_block("done")
    switch = builder.switch(count, done)
    for qubits in counts:
        block = builder.append_basic_block(f"qubits_{qubits}")
        switch.add_case(ir.Constant(count.type, qubits), block)
        builder.position_at_end(block)
        emit(qubits)
        builder.branch(done)
    builder.position_at_end(done)


@intrinsic
def rotate_group(
    typingctx: BaseTypingContext,
    state: types.Array,
    cos: types.Array,
    sin: types.Array,
    begin: types.Integer,
    end: types.Integer,
    stride: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Rotate 1 to 4 qubits, the lowest of which selects between vectors `stride` elements apart."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        sweep = _Sweep(context, builder, signature, args, arrays=3)
        begin, end, stride, first, count = args[3:]

        def emit(qubits: int) -> None:
            turns = [tuple(sweep.splat(sweep.number(a, first, i)) for a in (1, 2)) for i in range(qubits)]
            for places in _group_blocks(sweep, begin, end, stride, qubits):
                vectors = [sweep.load(0, place) for place in places]
                sweep.rotate_registers(vectors, turns)
                for vector, place in zip(vectors, places, strict=True):
                    sweep.store(vector, 0, place)

        _for_each_count(builder, count, range(1, GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cos, sin, *[types.intp] * 5), codegen


@intrinsic
def rotate_low(
    typingctx: BaseTypingContext,
    state: types.Array,
    cos: types.Array,
    sin: types.Array,
    begin: types.Integer,
    end: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Rotate the qubits in the lanes and the 0 to 4 qubits above them."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        sweep = _Sweep(context, builder, signature, args, arrays=3)
        begin, end, first, count = args[3:]
        bits = range(sweep.lane_bits - 1, -1, -1)

        def emit(qubits: int) -> None:
            turns = [
                tuple(sweep.splat(sweep.number(a, first, i)) for a in (1, 2)) for i in range(qubits + sweep.lane_bits)
            ]
            lane_turns = [
                (bit, cos, sweep.product(sin, sweep.signs(bit)))
                for bit, (cos, sin) in zip(bits, turns[qubits:], strict=True)
            ]
            for places in _low_blocks(sweep, begin, end, qubits):
                vectors = [sweep.load(0, place) for place in places]
                sweep.rotate_registers(vectors, turns[:qubits])
                for bit, cos, signed_sin in lane_turns:
                    vectors = [
                        sweep.plus(sweep.product(cos, v), sweep.product(signed_sin, sweep.flipped(v, bit)))
                        for v in vectors
                    ]
                for vector, place in zip(vectors, places, strict=True):
                    sweep.store(vector, 0, place)

        _for_each_count(builder, count, range(GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cos, sin, *[types.intp] * 4), codegen


@intrinsic
def overlap_group(
    typingctx: BaseTypingContext,
    state: types.Array,
    cotangent: types.Array,
    gradient: types.Array,
    begin: types.Integer,
    end: types.Integer,
    stride: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """Add half of each qubit's sum of `s0 c1 - s1 c0` to its element of `gradient`; qubits as in `rotate_group`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        sweep = _Sweep(context, builder, signature, args, arrays=3)
        begin, end, stride, first, count = args[3:]

        def emit(qubits: int) -> None:
            totals = sweep.totals(qubits)
            for places in _group_blocks(sweep, begin, end, stride, qubits):
                states, cotangents = ([sweep.load(a, place) for place in places] for a in (0, 1))
                sweep.overlap_registers(totals, states, cotangents)
            for i, total in enumerate(totals):
                sweep.add_half_sum(total, 2, first, i)

        _for_each_count(builder, count, range(1, GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, gradient, *[types.intp] * 5), codegen


@intrinsic
def overlap_low(
    typingctx: BaseTypingContext,
    state: types.Array,
    cotangent: types.Array,
    gradient: types.Array,
    begin: types.Integer,
    end: types.Integer,
    first: types.Integer,
    qubits: types.Integer,
) -> Emitted:
    """As `overlap_group`, for the qubits of `rotate_low`."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        sweep = _Sweep(context, builder, signature, args, arrays=3)
        begin, end, first, count = args[3:]

        def emit(qubits: int) -> None:
            totals, lane_totals = sweep.totals(qubits), sweep.totals(sweep.lane_bits)
            for places in _low_blocks(sweep, begin, end, qubits):
                states, cotangents = ([sweep.load(a, place) for place in places] for a in (0, 1))
                sweep.overlap_registers(totals, states, cotangents)
                for bit, total in enumerate(lane_totals):
                    value = builder.load(total)
                    for s, c in zip(states, cotangents, strict=True):
                        value = sweep.plus(value, sweep.product(s, sweep.flipped(c, bit)))
                    builder.store(value, total)
            for i, total in enumerate(totals):
                sweep.add_half_sum(total, 2, first, i)
            for bit, total in enumerate(lane_totals):  # s0 c1 - s1 c0: plus where the lane's bit is 0
                minus_signs = builder.fneg(sweep.signs(bit))
                sweep.add_half_sum(total, 2, first, qubits + sweep.lane_bits - 1 - bit, minus_signs)

        _for_each_count(builder, count, range(GROUP + 1), emit)
        return context.get_dummy_value()

    return types.void(state, cotangent, gradient, *[types.intp] * 4), codegen
