"""Vectors read through a layer of CNOTs: which lane of which vector each lane comes from.

A layer of CNOTs is linear over the field of two elements, so amplitude `x = v + l` of the new state, `l` its lane and
`v` the index of its vector's first amplitude, is amplitude `M x = M v ^ M l` of the old one. `M v` is one number a
vector, and the sixteen or eight `M l` are known once for all: part of them moves lanes, and part selects another
vector. Where that part takes at most one value `aside` besides 0, as in the brick and the ring, the new vector is
made of two old ones, those of `M v` and of `M v ^ aside`, by one movement of lanes. The lane in `M v` exchanges lanes
of the old vectors: the movement is one of a table of `lanes` rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from llvmlite import ir
from numba.core import cgutils

from qtkit.simulation.kernels.vector import WORDS, Vectors, has, integers

Base = tuple[ir.Value, ir.Value]
"""A vector's two numbers of `Movement.starts`."""

AVX512 = has("avx512vl")
CAN_MOVE_LANES = AVX512 or has("avx2")
"""Whether lanes can be moved by a table; elsewhere amplitudes are moved one by one, by `order`."""


@dataclass(frozen=True)
class Movement:
    """How to read a state through a linear map of its indices; `order` `(2**n,)` are the indices to read.

    Attributes:
        order: int32.
        starts: `(2**n / lanes, 2)`: of the `order` of each vector's first amplitude, `M v`, that of the vector where it
            lies, and 16 times its lane, which is where its row of `words` begins. Both are linear in v, as M is.
        words: `(lanes, 16)`; row `k` has, for each word of the new vector, the word of the two old ones (the second's
            from 16 on) if `k` is the lane in `M v`.
        aside: what leads from the first old vector to the second, as an index; -1 if more than two would be needed.
    """

    order: np.ndarray
    starts: np.ndarray
    words: np.ndarray
    aside: int

    @property
    def tables(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
        """All of it, as kernels take it."""
        return self.order, self.starts, self.words, self.aside


def movement(order: np.ndarray, lanes: int) -> Movement:
    """The movement of a linear `order`, int32 `(2**n,)`, for vectors of so many lanes."""
    of_lane = order[:lanes]
    away = np.unique(of_lane & ~(lanes - 1))
    aside = int(away[-1]) if CAN_MOVE_LANES and len(away) <= 2 else -1
    pieces = WORDS // lanes  # words that a number has
    lane = np.arange(lanes)[:, None] ^ (of_lane & (lanes - 1))[None, :]  # (lanes, lanes)
    lane = lane + lanes * (of_lane >= lanes)
    words = (lane[:, :, None] * pieces + np.arange(pieces)).reshape(lanes, WORDS)
    first = order[::lanes]
    starts = np.stack([first & ~(lanes - 1), (first & (lanes - 1)) * WORDS], axis=1)
    # A copy that may be written to: Numba takes several times as long to look at a call with one that may not.
    return Movement(order.copy(), starts.astype(np.int32), words.astype(np.int32), aside)


def load_moved(
    vectors: Vectors, array: int, starts: ir.Value, words: ir.Value, base: Base, aside: ir.Value, number: ir.Value
) -> ir.Value:
    """Vector `number` of a block of the new state, from the old state; see `Movement`.

    Arguments:
        starts, words: pointers to the movement's.
        base: of the block, see `base_of`.
    """
    builder = vectors.builder
    first, row = (
        builder.zext(builder.xor(start, of_block), aside.type)
        for start, of_block in zip(_starts_at(builder, starts, number), base, strict=True)
    )
    place = builder.bitcast(builder.gep(words, [row]), _words(32).as_pointer())
    places = builder.load(place, align=4)
    old, other = (builder.bitcast(vectors.load(array, at), _words()) for at in (first, builder.xor(first, aside)))
    return builder.bitcast(_moved(builder, old, other, places), vectors.kind)


def base_of(vectors: Vectors, starts: ir.Value, begin: ir.Value) -> Base:
    """The starts of the block that begins with amplitude `begin`."""
    return _starts_at(vectors.builder, starts, vectors.builder.lshr(begin, ir.Constant(begin.type, vectors.lane_bits)))


def _starts_at(builder: ir.IRBuilder, starts: ir.Value, number: ir.Value) -> Base:
    index = builder.mul(number, ir.Constant(number.type, 2))
    places = [builder.gep(starts, [at]) for at in (index, builder.add(index, ir.Constant(number.type, 1)))]
    return builder.load(places[0]), builder.load(places[1])


def _moved(builder: ir.IRBuilder, first: ir.Value, second: ir.Value, places: ir.Value) -> ir.Value:
    """The words of two vectors that `places` name."""
    if AVX512:
        return _call(builder, "llvm.x86.avx512.vpermi2var.ps.512", _words(), [first, places, second])
    if not CAN_MOVE_LANES:
        return _moved_one_by_one(builder, first, second, places)
    halves = []
    for half in range(2):
        wanted = _half(builder, places, half)
        found = [
            _call(builder, "llvm.x86.avx2.permps", _words(count=8), [_half(builder, source, part), wanted])
            for source in (first, second)
            for part in range(2)
        ]
        upper, of_second = (
            builder.icmp_signed("!=", builder.and_(wanted, integers([bit] * 8)), integers([0] * 8)) for bit in (8, 16)
        )
        of = [builder.select(upper, found[i + 1], found[i]) for i in (0, 2)]
        halves.append(builder.select(of_second, of[1], of[0]))
    return builder.shuffle_vector(*halves, integers(range(WORDS)))


def _moved_one_by_one(builder: ir.IRBuilder, first: ir.Value, second: ir.Value, places: ir.Value) -> ir.Value:
    """The same without an instruction for it: kernels have this branch on every processor, and go another way."""
    moved = ir.Constant(_words(), ir.Undefined)
    for k in range(WORDS):
        wanted = builder.extract_element(places, _index(k))
        word = builder.and_(wanted, _index(WORDS - 1))
        of_second = builder.icmp_signed("!=", builder.and_(wanted, _index(WORDS)), _index(0))
        found = [builder.extract_element(source, word) for source in (second, first)]
        moved = builder.insert_element(moved, builder.select(of_second, *found), _index(k))
    return moved


def _half(builder: ir.IRBuilder, vector: ir.Value, half: int) -> ir.Value:
    return builder.shuffle_vector(vector, vector, integers(range(8 * half, 8 * half + 8)))


def _index(value: int) -> ir.Constant:
    return ir.Constant(ir.IntType(32), value)


def _words(integer_bits: int = 0, count: int = WORDS) -> ir.VectorType:
    return ir.VectorType(ir.IntType(integer_bits) if integer_bits else ir.FloatType(), count)


def _call(builder: ir.IRBuilder, name: str, kind: ir.Type, args: list[ir.Value]) -> ir.Value:
    function = ir.FunctionType(kind, [arg.type for arg in args])
    return builder.call(cgutils.get_or_insert_function(builder.module, function, name), args)
