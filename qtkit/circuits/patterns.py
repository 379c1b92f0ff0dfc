"""Patterns of pairs of wires: `"brick"`, `"ring"`, `"star"`, `"all"`, pairs, or a function of n."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

Pair = tuple[int, int]
Pattern = str | tuple[Pair, ...] | Callable[[int], Iterable[Pair]]

PATTERN_WORDS = {"brick": "brick", "ring": "ring", "star": "star", "all": "all", "ent": "brick", "cyc": "ring"}
"""Every word for a pattern, to its name."""


def brick(n: int) -> tuple[Pair, ...]:
    """`(i, i+1)` for even `i`, then for odd `i`."""
    return tuple((i, i + 1) for start in (0, 1) for i in range(start, n - 1, 2))


def ring(n: int) -> tuple[Pair, ...]:
    """`(i, (i+1) mod n)` for `i = 0..n-1`; none for one qubit."""
    return tuple((i, (i + 1) % n) for i in range(n)) if n > 1 else ()


def star(n: int) -> tuple[Pair, ...]:
    """`(0, i)` for `i = 1..n-1`."""
    return tuple((0, i) for i in range(1, n))


def all_pairs(n: int) -> tuple[Pair, ...]:
    """`(i, j)` for all `i < j`."""
    return tuple((i, j) for i in range(n) for j in range(i + 1, n))


_BY_WORD = {"brick": brick, "ring": ring, "star": star, "all": all_pairs}


def pairs_of(gate: str, pattern: Pattern, n: int, *, symmetric: bool = False) -> tuple[Pair, ...]:
    """The pairs of a pattern on n wires, in order; a `symmetric` gate's ring of two has one pair.

    Raises:
        ValueError: for a wire outside `0..n-1`, or a function that returns no pairs.
    """
    if isinstance(pattern, str):
        return ((0, 1),) if symmetric and pattern == "ring" and n == 2 else _BY_WORD[pattern](n)
    pairs = checked_pairs(gate, pattern(n), f"the pattern's function of n = {n}") if callable(pattern) else pattern
    for pair in pairs:
        if max(pair) >= n:
            raise ValueError(f"{gate} {pair} is out of range: {n} qubits have wires 0..{n - 1}")
    return pairs


def checked_pattern(gate: str, pattern: Any) -> Pattern:
    """A pattern by its name, as a tuple of pairs, or a function.

    Raises:
        ValueError: for an unknown word, or a pair of equal or negative wires.
    """
    if isinstance(pattern, str):
        name = PATTERN_WORDS.get(pattern.lower())
        if name is None:
            raise ValueError(
                f"the pattern of {gate} must be one of {tuple(PATTERN_WORDS)}, pairs of wires or a function of n, "
                f"got {pattern!r}"
            )
        return name
    if callable(pattern):
        return pattern  # type: ignore[no-any-return]  # what it returns is looked at when n is known
    return checked_pairs(gate, pattern, "a pattern")


def checked_pairs(gate: str, pairs: Any, what: str) -> tuple[Pair, ...]:
    """Pairs of wires as plain integers.

    Raises:
        ValueError: unless they are pairs of two different wires, from 0 on.
    """
    found = []
    try:
        for first, second in pairs:
            found.append((int(operator.index(first)), int(operator.index(second))))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} of {gate} is a sequence of pairs of wires, got {pairs!r}") from error
    for first, second in found:
        if first == second or min(first, second) < 0:
            raise ValueError(f"{gate} ({first}, {second}): a pair has two different wires, from 0 on")
    return tuple(found)


def checked_wires(gate: str, wires: Any) -> tuple[int, ...]:
    """Wires as plain integers; a single one is a tuple of one.

    Raises:
        ValueError: unless they are different whole numbers from 0 on, at least one.
    """
    try:
        found = tuple(int(operator.index(wire)) for wire in (wires if hasattr(wires, "__iter__") else (wires,)))
    except TypeError as error:
        raise ValueError(f"the wires of {gate} are whole numbers such as (0, 2), got {wires!r}") from error
    if not found or min(found) < 0:
        raise ValueError(f"the wires of {gate} are whole numbers from 0 on, at least one, got {wires!r}")
    if len(set(found)) < len(found):
        raise ValueError(f"{gate} names a wire twice in wires={found!r}: repeat the element to act twice")
    return found
