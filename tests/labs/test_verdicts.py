"""The exercises of notebook 07 tell what is wrong, and accept what is right."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import wilcoxon

from tests.labs.exercises import each_of, expect_hint, expect_right


def verdict(above, below, seeds, *, least=6, level=0.025):
    if seeds < least:
        return "not enough runs"
    return "holds" if above <= level else "does not hold" if below <= level else "within noise"


def ranks(differences):
    return np.argsort(np.argsort(np.abs(differences))) + 1


def counted(differences, *, sizes=ranks, strictly=False, share=True):
    own = sizes(differences)
    found = sum(rank for rank, value in zip(own, differences, strict=True) if value > 0)
    sums = [
        sum(rank for rank, sign in zip(own, signs, strict=True) if sign) for signs in product((0, 1), repeat=len(own))
    ]
    higher = sum(each > found + 1e-12 if strictly else each >= found - 1e-12 for each in sums)
    return higher / len(sums) if share else higher


RIGHT = {
    "verdict": [
        verdict,
        lambda a, b, s: verdict(a, b, int(s)),
        lambda *case: verdict(*case),
        lambda above, below, seeds: np.str_(verdict(above, below, seeds)),
        lambda above, below, seeds: ("not enough runs", "holds", "does not hold", "within noise")[
            0 if seeds < 6 else 1 if 2 * above <= 0.05 else 2 if 2 * below <= 0.05 else 3
        ],
    ],
    "fewest_seeds": [
        lambda level: math.ceil(-math.log2(level)),
        lambda level: next(n for n in range(99) if 2.0**-n <= level),
        lambda level: math.ceil(math.log(level) / math.log(0.5) - 1e-9),
        lambda level: np.int64(np.ceil(np.log2(1 / level))),
        lambda level: int(1 / level - 1e-9).bit_length(),
    ],
    "sign_chance": [
        counted,
        lambda d: np.array(counted(d)),
        lambda d: wilcoxon(d, alternative="greater", method="exact").pvalue,
        lambda d: np.mean(np.array(list(product((0, 1), repeat=len(d)))) @ ranks(d) >= ranks(d)[d > 0].sum()),
        lambda d: counted(d[::-1]),
    ],
}  # fmt: skip

WRONG = [
    ("verdict", lambda *_: True, "expected one of 'holds'"),
    ("verdict", lambda a, b, s: verdict(b, a, s), "speaks for the claim"),
    ("verdict", lambda a, b, s: verdict(a, b, s, level=0.05), "half of them on each side"),
    ("verdict", lambda a, b, s: verdict(a, b, s, least=0), "enough seeds"),
    ("verdict", lambda a, b, s: verdict(a, b, s, least=7), "so many seeds are enough"),
    ("verdict", lambda a, b, s: verdict(a, b, s, level=0.001), "seldom"),
    ("verdict", lambda a, b, s: verdict(a, b, s, level=0.0249), "Just so many is still allowed"),
    ("fewest_seeds", lambda level: math.floor(-math.log2(level)), "rare enough"),
    ("fewest_seeds", lambda level: math.floor(-math.log2(level)) + 1, "As rare as the level"),
    ("fewest_seeds", lambda level: math.ceil(1 / level), "Fewer will do"),
    ("fewest_seeds", lambda _: 1, "half of the time"),
    ("fewest_seeds", lambda _: 2.5, "seeds"),
    ("sign_chance", lambda d: counted(d, strictly=True), "as high, or higher"),
    ("sign_chance", lambda d: counted(-d), "as little or less"),
    ("sign_chance", lambda d: counted(d, sizes=np.abs), "not the sizes themselves"),
    ("sign_chance", lambda d: counted(d, sizes=lambda d: ranks(d) - 1), "the smallest has rank 1"),
    ("sign_chance", lambda d: counted(d, sizes=lambda d: ranks(1 / d)), "begin with the largest"),
    ("sign_chance", lambda d: counted(d, sizes=lambda d: np.argsort(np.argsort(d)) + 1), "without the signs"),
    ("sign_chance", lambda d: counted(d, sizes=lambda d: np.argsort(np.abs(d)) + 1), "as argsort gives them"),
    ("sign_chance", lambda d: counted(d, sizes=np.ones_like), "sum their ranks"),
    ("sign_chance", lambda d: wilcoxon(d).pvalue, "for both sides"),
    ("sign_chance", lambda d: counted(d, share=False), "divide by the number of all"),
    ("sign_chance", lambda d: counted(d, share=False) + 1, "divide by"),
    ("sign_chance", lambda _: 0.3, "Go through all"),
    ("sign_chance", lambda _: 7.0, "divide by the number of ways"),
]


@pytest.mark.parametrize(("name", "answer"), each_of(RIGHT))
def test_right_answers_pass(name, answer):
    expect_right(name, answer)


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers_are_told_what_is_wrong(name, answer, words):
    expect_hint(name, answer, words)
