"""Vector code for Numba: the words in which sweeps over states are written.

LLVM's own vectoriser does not manage these loops (many streams through one array, changed in place), so they are
written with explicit vectors, as small functions that emit LLVM IR. LLVM turns the vectors into whatever the processor
has.

A state is a C-contiguous array `(2**n,)` of float32 or float64, `2**n` at least one vector. The lowest `lane_bits` bits
of an index select a lane of a vector, all others select the vector.

A vector has 64 bytes whatever the processor: where registers have 32 or 16, LLVM takes several. So every number is made
by the same operations in the same order everywhere, and results do not depend on the width of the registers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.base import BaseContext
from numba.core.typing.context import BaseContext as BaseTypingContext
from numba.core.typing.templates import Signature

from qtkit.simulation.compiling.functions import Emitted, intrinsic

VECTOR_BYTES = 64
WORDS = VECTOR_BYTES // 4
"""How many numbers of 32 bits a vector has; lanes are moved as such, a float64 as two."""


def has(feature: str) -> bool:
    """Whether code is compiled for a processor with this, such as `"avx2"`; Numba's environment variables count."""
    named = os.environ.get("NUMBA_CPU_FEATURES")
    if named is not None:
        return f"+{feature}" in named.split(",")
    return bool(llvm.get_host_cpu_features().get(feature))


class Vectors:
    """The IR builder of one function body, with what all of them need.

    Arguments:
        arrays: how many of the function's first arguments are numbers in memory, all of one kind: arrays or pointers.
    """

    def __init__(
        self, context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value], arrays: int
    ) -> None:
        self.builder = builder
        self.pointers = [
            value if isinstance(kind, types.CPointer) else context.make_array(kind)(context, builder, value).data
            for kind, value in zip(signature.args[:arrays], args[:arrays], strict=True)
        ]
        self.scalar = context.get_value_type(signature.args[0].dtype)
        self.itemsize = signature.args[0].dtype.bitwidth // 8
        self.lanes = VECTOR_BYTES // self.itemsize
        self.lane_bits = self.lanes.bit_length() - 1
        self.kind = ir.VectorType(self.scalar, self.lanes)

    # Numbers and vectors of an array, by the index of the first ----------------------------------------------------

    def at(self, array: int, index: ir.Value) -> ir.Value:
        """The address of an element."""
        return self.builder.gep(self.pointers[array], [index], source_etype=self.scalar)

    def load(self, array: int, index: ir.Value) -> ir.Value:
        """The vector from `index` on."""
        place = self.builder.bitcast(self.at(array, index), self.kind.as_pointer())
        return self.builder.load(place, align=self.itemsize)

    def store(self, value: ir.Value, array: int, index: ir.Value) -> None:
        """Put a vector there."""
        place = self.builder.bitcast(self.at(array, index), self.kind.as_pointer())
        self.builder.store(value, place, align=self.itemsize)

    def splat(self, array: int, index: ir.Value) -> ir.Value:
        """One element in all lanes."""
        return self.spread(self.builder.load(self.at(array, index)))

    def spread(self, number: ir.Value) -> ir.Value:
        """A number in all lanes."""
        single = self.builder.insert_element(ir.Constant(self.kind, ir.Undefined), number, ir.IntType(32)(0))
        return self.builder.shuffle_vector(single, single, integers([0] * self.lanes))

    # Arithmetic ----------------------------------------------------------------------------------------------------

    def fused(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """`a * b + c`, in one instruction where there is one."""
        name = f"llvm.fmuladd.v{self.lanes}f{8 * self.itemsize}"
        kind = ir.FunctionType(self.kind, [self.kind] * 3)
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), [a, b, c])

    def flipped(self, vector: ir.Value, bit: int) -> ir.Value:
        """`vector` with the lanes exchanged whose index differs in `bit`."""
        return self.builder.shuffle_vector(vector, vector, integers([lane ^ (1 << bit) for lane in range(self.lanes)]))

    def signs(self, bit: int) -> ir.Value:
        """-1 in lanes where `bit` is 0, +1 where it is 1."""
        return ir.Constant(self.kind, [1.0 if lane >> bit & 1 else -1.0 for lane in range(self.lanes)])

    def tree_sum(self, vector: ir.Value) -> ir.Value:
        """The sum of all lanes, halves added first."""
        width = self.lanes
        while width > 1:
            width //= 2
            vector = self.builder.fadd(vector, self.flipped(vector, width.bit_length() - 1))
        return self.builder.extract_element(vector, ir.IntType(32)(0))

    # Loops and variables -------------------------------------------------------------------------------------------

    def plus(self, index: ir.Value, offset: int) -> ir.Value:
        """An index moved by a known offset."""
        return self.builder.add(index, ir.Constant(index.type, offset))

    def places(self, begin: ir.Value, stride: ir.Value, count: int) -> list[ir.Value]:
        """`count` indices, `stride` apart."""
        return [self.builder.add(begin, self.builder.mul(stride, ir.Constant(stride.type, i))) for i in range(count)]

    @contextmanager
    def counting(self, count: ir.Value) -> Iterator[ir.Value]:
        """A loop over 0..count-1."""
        with cgutils.for_range(self.builder, count) as loop:
            yield loop.index

    def variables(self, array: int, index: ir.Value, count: int) -> list[ir.Value]:
        """`count` vectors of an array as variables, which LLVM keeps in registers; `keep` writes them back."""
        return [
            cgutils.alloca_once_value(self.builder, self.load(array, self.plus(index, i * self.lanes)))
            for i in range(count)
        ]

    def zero(self) -> ir.Value:
        """A vector variable, zero at first."""
        return cgutils.alloca_once_value(self.builder, ir.Constant(self.kind, [0.0] * self.lanes))

    def keep(self, variables: Sequence[ir.Value], array: int, index: ir.Value) -> None:
        """Write variables to where they came from."""
        for i, variable in enumerate(variables):
            self.store(self.builder.load(variable), array, self.plus(index, i * self.lanes))

    def add_product(self, variable: ir.Value, a: ir.Value, b: ir.Value) -> None:
        """Add `a * b` to a variable."""
        self.builder.store(self.fused(a, b, self.builder.load(variable)), variable)


@intrinsic
def pointer(typingctx: BaseTypingContext, array: types.Array) -> Emitted:
    """Where a contiguous array begins. Functions called often take pointers, for an array's users are counted."""

    def codegen(
        context: BaseContext, builder: ir.IRBuilder, signature: Signature, args: Sequence[ir.Value]
    ) -> ir.Value:
        return context.make_array(array)(context, builder, args[0]).data

    return types.CPointer(array.dtype)(array), codegen


def integers(values: Sequence[int]) -> ir.Constant:
    """A constant vector of integers of 32 bits."""
    return ir.Constant(ir.VectorType(ir.IntType(32), len(values)), list(values))


def for_each_count(builder: ir.IRBuilder, count: ir.Value, counts: range, emit: Callable[[int], None]) -> None:
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
