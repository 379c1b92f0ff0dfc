"""The exercises of notebook 07: what a verdict takes, how many seeds, and the test behind it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from qtkit.claims.statistics import FAILS, HOLDS, MIN_SEEDS, NOISE, SIGNIFICANCE, TOO_FEW, signed_rank
from qtkit.labs.answers import number, ranks, whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed

VERDICTS = (HOLDS, FAILS, NOISE, TOO_FEW)


@exercise("verdict")
def verdict(answer: Callable[[float, float, int], Any]) -> str:
    """`answer(above, below, seeds)`: the verdict from the chance of so much by luck, for and against a claim."""
    cases = (
        (0.5, 0.5, 8, NOISE),
        (0.01, 0.99, 8, HOLDS),
        (0.99, 0.01, 8, FAILS),
        (0.04, 0.97, 8, NOISE),
        (0.97, 0.04, 8, NOISE),
        (0.01, 0.99, MIN_SEEDS, HOLDS),
        (0.01, 0.99, MIN_SEEDS - 1, TOO_FEW),
        (0.5, 0.5, 1, TOO_FEW),
        (SIGNIFICANCE / 2, 0.98, 8, HOLDS),
        (0.98, SIGNIFICANCE / 2, 8, FAILS),
    )
    for above, below, seeds, right in cases:
        got, case = answer(above, below, seeds), f"above = {above}, below = {below}, {seeds} seeds"
        if got == right:
            continue
        if got not in VERDICTS:
            raise Wrong(f"{case}: expected one of {', '.join(map(repr, VERDICTS))}, got {got!r}.")
        if right == TOO_FEW:
            raise Wrong(f"{case}: you say {got!r}. First ask whether there are enough seeds.")
        if got == TOO_FEW:
            raise Wrong(f"{case}: so many seeds are enough.")
        if {got, right} == {HOLDS, FAILS}:
            raise Wrong(
                f"{case}: you say {got!r}. A small chance above speaks for the claim, a small one below against."
            )
        if right == NOISE:
            raise Wrong(f"{case}: you say {got!r}. Five in a hundred may be wrong, half of them on each side.")
        if min(above, below) == SIGNIFICANCE / 2:
            raise Wrong(f"{case}: you say {got!r}. Just so many is still allowed.")
        raise Wrong(f"{case}: you say {got!r}, though luck alone would seldom give so much.")
    return "That is all there is to a verdict. And 'within noise' is no proof that there is no effect."


@exercise("fewest_seeds")
def fewest_seeds(answer: Callable[[float], Any]) -> str:
    """`answer(level)`: the fewest seeds that, all on one side, are as rare as `level` or rarer by luck alone."""
    for level in (SIGNIFICANCE / 2, 0.5, 0.25, 0.1, 0.001):
        right = next(seeds for seeds in range(1, 64) if 0.5**seeds <= level)
        got, case = whole(answer(level), f"level = {level}: a number of seeds"), f"level = {level}"
        if got == right:
            continue
        if got == right + 1 and math.log2(1 / level).is_integer():
            raise Wrong(f"{case}: you return {got}. As rare as the level is rare enough.")
        if got == right - 1:
            raise Wrong(f"{case}: you return {got}, of which all agree once in {2**got} by luck. Is that rare enough?")
        if got > right:
            raise Wrong(f"{case}: you return {got}. Fewer will do: each seed halves the chance.")
        raise Wrong(
            f"{case}: you return {got}. By luck each seed falls on this side half of the time, all of them ...?"
        )
    return "Six for the level of a verdict: with five seeds that all agree, a claim is still within noise."


@exercise("sign_chance")
def sign_chance(answer: Callable[[np.ndarray], Any]) -> str:
    """`answer(differences)`: the chance that random signs give a sum of positive ranks as high as found, or higher."""
    drawn = np.random.default_rng(case_seed(7)).normal(0.5, 1.0, 8)
    mixed = np.array([0.4, 0.9, -0.7, 0.2, 0.5])
    cases = (np.array([0.1, 0.2, 0.3]), np.array([-0.3, 0.1, 0.2]), mixed, np.array([-1.0, -2.0]), drawn)
    words = [f"for the differences {np.round(differences, 2).tolist()}" for differences in cases]
    got = [number(answer(each.copy()), f"{case}: a chance") for each, case in zip(cases, words, strict=True)]
    for each, case, value in zip(cases, words, got, strict=True):
        if _same(value, float(signed_rank(each).above)):
            continue
        for what, slip in (
            ("That is the chance of as little or less.", lambda d: float(signed_rank(d).below)),
            ("What was found itself counts too: as high, or higher.", lambda d: 1 - float(signed_rank(d).below)),
            (
                "That is for both sides. Only as high, or higher, counts.",
                lambda d: min(1.0, 2 * float(min(signed_rank(d)))),
            ),
            ("Those are the ways: divide by the number of all.", lambda d: 2 ** len(d) * float(signed_rank(d).above)),
            ("Your ranks begin at 0: the smallest has rank 1.", lambda d: _chance(d, ranks(np.abs(d)))),
            (
                "Your ranks begin with the largest: the smallest has rank 1.",
                lambda d: _chance(d, ranks(-np.abs(d)) + 1),
            ),
            ("Rank the sizes: without the signs.", lambda d: _chance(d, ranks(d) + 1)),
            (
                "Those are the places in order, as argsort gives them, not the rank of each.",
                lambda d: _chance(d, np.argsort(np.abs(d)) + 1),
            ),
            ("Sum the ranks of the sizes, 1, 2, ..., not the sizes themselves.", lambda d: _chance(d, np.abs(d))),
            ("You count the positive ones: sum their ranks.", lambda d: _chance(d, np.ones(len(d)))),
        ):
            if all(map(_same, got, map(slip, cases))):  # a small case alone does not tell them apart
                raise Wrong(f"{case}: you return {value:.4g}. {what}")
        if not 0 <= value <= 1:
            raise Wrong(f"{case}: you return {value:.4g}. A chance lies between 0 and 1: divide by the number of ways.")
        raise Wrong(f"{case}: you return {value:.4g}. Go through all 2ⁿ ways to give the ranks signs, and count.")
    return (
        "Wilcoxon's signed-rank test, exact: no normal distribution is needed, and one huge difference decides nothing."
    )


def _same(got: float, right: float) -> bool:
    return math.isclose(got, right, rel_tol=1e-6, abs_tol=1e-9)


def _chance(differences: np.ndarray, ranks: np.ndarray) -> float:
    """That random signs give these ranks a sum as high as found, or higher."""
    signs = (np.arange(2 ** len(ranks))[:, None] >> np.arange(len(ranks))) & 1
    return float(np.mean(signs @ ranks >= ranks[differences > 0].sum() - 1e-12))
