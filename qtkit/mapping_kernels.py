"""Compiled kernels of the mapping: a table of rows and columns, the first `p` of whose cells are the weights."""

from __future__ import annotations

from qtkit.simulation.compiling import compiled


@compiled
def spread(by_row, by_column, probabilities, of_probability, weights):
    """Fill `weights` `(p,)`: cell (r, c) is `by_row[r] + by_column[c] + of_probability * probability`."""
    columns, factor = len(by_column), by_row.dtype.type(of_probability)
    for r in range(len(by_row)):
        begin, value = r * columns, by_row[r]
        for c in range(min(columns, len(weights) - begin)):
            weights[begin + c] = value + by_column[c] + factor * probabilities[begin + c]


@compiled
def gather(upstream, probabilities, of_probability, by_row, by_column, by_probability):
    """The way back: fill `by_row`, `by_column` and `by_probability` `(2**n,)` from `upstream` `(p,)`.

    Returns the gradient of `of_probability`.
    """
    columns, factor = len(by_column), upstream.dtype.type(of_probability)
    by_column[:] = 0
    total = upstream[0] * 0
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
