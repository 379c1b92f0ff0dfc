"""The exercises of notebook 01: expectations from a distribution, qubits, where compression begins, shots."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from qtkit.circuits.ansatz import qubits_for
from qtkit.generator.counts import counts
from qtkit.labs.checking import Wrong, exercise


@exercise("expectations")
def expectations(answer: Callable[[np.ndarray], Any]) -> str:
    """`answer(probabilities)`: the n values `<Z_k>` of equation 2, from a distribution `(2**n,)`."""
    for n in (1, 3):
        p = np.random.default_rng(n).dirichlet(np.ones(2**n))
        signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1)  # (2**n, n)
        right = p @ signs
        got = np.asarray(answer(p), dtype=float)
        if got.shape != (n,):
            raise Wrong(f"for {2**n} probabilities {n} numbers are expected; yours has shape {got.shape}.")
        if np.allclose(got, right):
            continue
        if np.allclose(got, -right):
            raise Wrong("the signs are turned round: Z is +1 where the bit is 0 and -1 where it is 1.")
        if np.allclose(got, right[::-1]):
            raise Wrong("the order is turned round: the first value belongs to the most significant bit, wire 0.")
        if np.allclose(got, (1 - right) / 2):
            raise Wrong("these are the chances of a 1. Z weighs a 0 with +1 and a 1 with -1.")
        raise Wrong("the values are not right. Each state adds its probability, with the sign of its k-th bit.")
    return "Equation 2, read off the distribution: one number per qubit is all that is left of it."


@exercise("qubits")
def qubits(answer: Callable[[int], Any]) -> str:
    """`answer(p)`: the qubits that p weights need."""
    for p in (1_781, 108_866, 2, 3, 1_024, 1_025, 1, 2**50 + 1):
        got, right = answer(p), qubits_for(p)
        if isinstance(got, bool) or not isinstance(got, int):
            raise Wrong(f"a number of qubits is a whole number (int), but for p = {p:,} you return {got!r}.")
        if got == right:
            continue
        if p == 1:
            raise Wrong(f"p = 1: you return {got}. A circuit needs at least one qubit.")
        if p > 2**40:
            raise Wrong(f"p = 2⁵⁰ + 1: you return {got}. Floating-point logarithms round; whole numbers do not.")
        if p.bit_count() == 1:
            raise Wrong(f"p = {p:,}: you return {got}. How many states have {got} qubits?")
        raise Wrong(
            f"p = {p:,}: you return {got}, so 2ⁿ is {2 ** max(got, 0):,}. It must reach p, and no smaller n may."
        )
    return "Right, at the powers of two and beyond the precision of floating-point numbers."


@exercise("break_even")
def break_even(answer: Callable[[int], Any]) -> str:
    """`answer(depth)`: the smallest p for which a search over Table I trains fewer than p numbers."""
    for depth in (1, 2, 10, 15):
        right = next(p for p in range(1, 10**6) if counts(p, depth).searched < p)
        got = answer(depth)
        if got == right:
            continue
        if got == right - 1:
            raise Wrong(f"L = {depth}: at p = {got} as many numbers are trained as generated. It should be fewer.")
        without = next(p for p in range(1, 10**6) if counts(p, depth).trainable < p)
        if got == without:
            raise Wrong(f"L = {depth}: you forgot the twelve structural weights of the search.")
        raise Wrong(f"L = {depth}: not {got!r}. Count angles, mapping and structural weights, with n from p.")
    return "So a search pays from about a hundred weights on, and for millions it pays a thousandfold and more."


@exercise("shots")
def shots(answer: Callable[[int, float], Any]) -> str:
    """`answer(n, error)`: shots until the standard error of a probability `2**-n` is `error` times its value."""
    for n, error in ((1, 0.1), (4, 0.1), (11, 0.5), (17, 0.1)):
        right = (2**n - 1) / error**2
        got = answer(n, error)
        if isinstance(got, bool) or not isinstance(got, int | float) or not math.isfinite(got):
            raise Wrong(f"a number is expected, you return {got!r}.")
        if right * 0.999 - 1 <= got <= right * 1.001 + 1:
            continue
        if abs(got / (right * error) - 1) < 0.01:
            raise Wrong("the error falls with the square root of the shots.")
        if n == 1 and abs(got / (2 / error**2) - 1) < 0.01:
            raise Wrong("nearly: the variance of one shot is P(1 - P), not P.")
        raise Wrong(
            f"n = {n}, error = {error}: {got:,.0f} is not right. The variance of a frequency is P(1 - P) / shots."
        )
    return "About 2ⁿ / error²: thirteen million shots for the image network at ten percent. Compression has its price."
