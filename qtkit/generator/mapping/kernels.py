"""Compiled kernels of the mapping: a table of rows and columns, the first `p` of whose cells are the weights."""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, compiled


@compiled
def spread(by_row: Floats, by_column: Floats, probabilities: Floats, of_probability: float, weights: Floats) -> None:
    """Fill `weights` `(p,)`: cell (r, c) is `by_row[r] + by_column[c] + of_probability * probability`."""
    columns, factor = len(by_column), by_row.dtype.type(of_probability)
    for r in range(len(by_row)):
        begin, value = r * columns, by_row[r]
        for c in range(min(columns, len(weights) - begin)):
            weights[begin + c] = value + by_column[c] + factor * probabilities[begin + c]


@compiled
def gather(
    upstream: Floats,
    probabilities: Floats,
    of_probability: float,
    by_row: Floats,
    by_column: Floats,
    by_probability: Floats,
) -> float:
    """The way back: fill `by_row`, `by_column` and `by_probability` `(2**n,)` from `upstream` `(p,)`.

    Returns the gradient of `of_probability`.
    """
    columns, factor = len(by_column), upstream.dtype.type(of_probability)
    by_column[:] = 0
    total: float = upstream[0] * 0
    for r in range(len(by_row)):
        begin, row = r * columns, upstream[0] * 0
        there = max(0, min(columns, len(upstream) - begin))
        # Sums in a loop of their own, without writing: in one that writes, the compiler may choose their order as the
        # program runs, by where the arrays happen to lie, and no two runs would be equal.
        values, shown = upstream[begin : begin + there], probabilities[begin : begin + there]
        for c in range(there):
            row += values[c]
            total += values[c] * shown[c]
        for c in range(there):
            by_column[c] += values[c]
            by_probability[begin + c] = factor * values[c]
        by_probability[begin + there : begin + columns] = 0
        by_row[r] = row
    return total


@compiled
def generate(weight: Floats, bias: Floats, high_bits: Floats, low_bits: Floats, seen: Floats, weights: Floats) -> None:
    """Fill `weights` `(p,)` from what the mapping sees, `(2**n,)`: the linear layer and `spread` in one call."""
    by_row, by_column = np.empty(len(high_bits), weights.dtype), np.empty(len(low_bits), weights.dtype)
    n_high = high_bits.shape[1]
    for r in range(len(by_row)):
        by_row[r] = _dot(high_bits[r], weight[:n_high]) + bias[0]
    for c in range(len(by_column)):
        by_column[c] = _dot(low_bits[c], weight[n_high:-1])
    spread(by_row, by_column, seen, weight[-1], weights)


@compiled
def differentiate(
    weight: Floats,
    high_bits: Floats,
    low_bits: Floats,
    seen: Floats,
    upstream: Floats,
    by_weight: Floats,
    by_bias: Floats,
    by_seen: Floats,
) -> None:
    """The way back: add to `by_weight` `(n + 1,)` and `by_bias` `(1,)`, and fill `by_seen` `(2**n,)`."""
    by_row, by_column = np.empty(len(high_bits), upstream.dtype), np.empty(len(low_bits), upstream.dtype)
    by_weight[-1] += gather(upstream, seen, weight[-1], by_row, by_column, by_seen)
    by_bias[0] += by_row.sum()
    n_high = high_bits.shape[1]
    for k in range(n_high):
        by_weight[k] += _dot(high_bits[:, k], by_row)
    for k in range(low_bits.shape[1]):
        by_weight[n_high + k] += _dot(low_bits[:, k], by_column)


@compiled
def _dot(left: Floats, right: Floats) -> float:
    # A function of its own: see `gather` on sums in loops that write.
    total: float = right[0] * 0
    for k in range(len(right)):
        total += left[k] * right[k]
    return total
