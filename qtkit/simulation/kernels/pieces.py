"""Compiled kernels: pieces that circuits of all kinds are made of, on states `(2**bits,)` of float32 or float64.

`bits` is the number of qubits, or of a vector's lane bits if that is more: amplitudes beyond `2**n` are 0. Kernels
release the GIL and use one thread; callers run one circuit a thread.

Compiled on first use and kept on disk, see `qtkit.simulation.compiling.cache`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled_as_written
from qtkit.simulation.kernels import layers
from qtkit.simulation.kernels.layers import IN_PLACE
from qtkit.simulation.kernels.vector import VECTOR_BYTES, pointer

_CHAINS = 64  # sums side by side
_NO_MOVEMENT = np.zeros(1, np.int32)


@compiled_as_written
def bits_of_lane(state: Floats) -> int:
    """Bits of an index that select a lane of a vector."""
    return 4 if state.itemsize == 4 else 3


@compiled_as_written
def rotate(state: Floats, tangents: Floats, scale: float) -> None:
    """Turn every qubit about Y by the tangent of half its angle, `(bits,)`, and scale, in place; see `layers.turn`."""
    place, none, bits = pointer(state), pointer(_NO_MOVEMENT), len(tangents)
    in_place: Any = np.int64(IN_PLACE)
    layers.turn(place, place, pointer(tangents), scale, none, none, in_place, bits, bits, bits_of_lane(state))


@compiled_as_written
def pull_back(state: Floats, cotangent: Floats, tangents: Floats, scale: float, sums: Floats) -> None:
    """Add what state and cotangent of a layer of rotations overlap in to `sums` `(bits, 2 * lanes)`, and turn it back.

    `tangents` and `scale` are those of the inverse; see `layers.pull_back`.
    """
    place, none, bits = pointer(cotangent), pointer(_NO_MOVEMENT), len(tangents)
    in_place: Any = np.int64(IN_PLACE)
    layers.pull_back(
        pointer(state), place, place, pointer(tangents), scale, none, none, in_place, bits, bits_of_lane(state),
        pointer(sums),
    )  # fmt: skip


@compiled_as_written
def copy(target: Floats, source: Floats) -> None:
    """`target[i] = source[i]`.

    An assignment of whole arrays would be compiled with all that words the error of different shapes, which takes as
    long as the kernel: so it is wherever kernels work on arrays.
    """
    for i in range(len(source)):
        target[i] = source[i]


@compiled_as_written
def permute(target: Floats, source: Floats, order: Integers) -> None:
    """`target[i] = source[order[i]]`."""
    for i in range(len(order)):
        target[i] = source[order[i]]


@compiled_as_written
def combine(group_of: Integers, weights: Floats, probabilities: Floats, by_group: Floats, total: Floats) -> None:
    """The weighted sum `(2**n,)` of the uniform distribution, basis state 0 and `probabilities` `(circuits, 2**n)`.

    `by_group` `(2 + circuits,)`, to be filled, are the weights of these, the sums of those of the candidates in each,
    `weights` and `group_of` `(N,)`.
    """
    sums = np.zeros(len(by_group), np.float64)
    for j in range(len(weights)):
        sums[group_of[j]] += weights[j]
    for k in range(len(by_group)):
        by_group[k] = sums[k]
    uniform = by_group[0] / len(total)
    block = 16 * VECTOR_BYTES
    for begin in range(0, len(total), block):  # a part of the sum stays close while all rows are added to it
        part = total[begin : begin + block]
        part[:] = uniform
        for k in range(len(probabilities)):
            weight, row = by_group[2 + k], probabilities[k, begin : begin + block]
            for i in range(len(part)):
                part[i] += weight * row[i]
    total[0] += by_group[1]


@compiled_as_written
def collect(
    upstream: Floats,
    group_of: Integers,
    angle_sets: Integers,
    gradients: Floats,
    totals: Floats,
    by_weight: Floats,
    by_angle: Floats,
) -> None:
    """Gradients of all candidates from those of the circuits, as `Circuits.backward` leaves them.

    Fills `by_weight` `(N,)`, and adds to `by_angle` `(S, L, n)`; `angle_sets` `(circuits,)` tells each one's set.
    """
    mean = mean_beyond_rounding(upstream)
    for j in range(len(by_weight)):
        group = group_of[j]
        by_weight[j] = mean if group == 0 else upstream[0] if group == 1 else totals[group - 2]
    for k in range(len(gradients)):
        gradient, total = gradients[k], by_angle[angle_sets[k]]
        for layer in range(gradient.shape[0]):
            for qubit in range(gradient.shape[1]):
                total[layer, qubit] += gradient[layer, qubit]


@compiled_as_written
def mean_beyond_rounding(values: Floats) -> float:
    """The mean of `values`, 0 where it is rounding alone.

    It is the gradient of the uniform distribution's weight. That is exactly 0 behind a centred mapping, where the
    uniform distribution is subtracted again; an optimiser that divides by the gradient's size, such as Adam, would
    make a drift of what rounding leaves of it.
    """
    totals = np.zeros((2, _CHAINS), np.float64)  # of values and of their sizes, side by side: the same everywhere
    for begin in range(0, len(values), _CHAINS):
        part = values[begin : begin + _CHAINS]
        for k in range(len(part)):
            totals[0, k] += part[k]
            totals[1, k] += abs(part[k])
    total, size = 0.0, 0.0
    for k in range(_CHAINS):
        total += totals[0, k]
        size += totals[1, k]
    # Roundings of the size of the mean of |values|: in the values themselves, and in their mean before.
    return total / len(values) if abs(total) > 4 * np.finfo(values.dtype).eps * size else 0.0
