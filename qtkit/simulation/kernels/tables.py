"""What circuits are made of, as numbers that kernels read: a table of circuits, and one array for all integer tables.

A row of `circuits` `(K, columns)` says, for one circuit, where in `tables` its parts begin. So a kernel that runs
circuits one after the other is called once, with a handful of arrays: each array and each call that Python hands over
takes as long as a small circuit's layer. `native.tabulated` makes both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qtkit.simulation.compiling.functions import Integers, compiled
from qtkit.simulation.kernels.vector import WORDS

ROW, ANGLES, HADAMARD, ROTATIONS, CNOTS, CNOT_COUNT, FORWARDS, BACKWARDS, COLUMNS = range(9)
"""Columns: the circuit among all of an ensemble, its set of angles, whether it begins with Hadamards, its rotations,
one layer's CNOTs and how many they are, and its CNOTs' movements in both directions."""

MASKS = ROTATIONS
"""The column where an IQP circuit has its masks; it has none of those from there on."""

ASIDE, STARTS = 0, 1
"""A movement in `tables`: what is aside, then the starts, the words, and the order where it is read."""


@compiled
def rotations_of(circuit: Integers, tables: Integers, depth: int) -> Integers:
    """The code of each layer's rotation, `(L,)`."""
    begin = circuit[ROTATIONS]
    return tables[begin : begin + depth]


@compiled
def cnots_of(circuit: Integers, tables: Integers) -> Integers:
    """The bits of control and target of one layer's CNOTs, `(m, 2)`, in the order they act."""
    begin, count = circuit[CNOTS], circuit[CNOT_COUNT]
    return tables[begin : begin + 2 * count].reshape(count, 2)


@compiled
def movement_of(
    circuit: Integers, tables: Integers, way: int, size: int, lanes: int
) -> tuple[Integers, Integers, Integers, int]:
    """A `lanes.Movement` of states of `size` numbers: its order, starts, words and what is aside.

    `way` is `FORWARDS`, the sources of one CNOT layer, or `BACKWARDS`, the images. Without an order where lanes move.
    """
    begin = circuit[way]
    words = begin + STARTS + 2 * (size // lanes)
    order = words + lanes * WORDS
    aside: Any = np.int64(tables[begin + ASIDE])
    return tables[order : order + size], tables[begin + STARTS : words], tables[words:order], aside
