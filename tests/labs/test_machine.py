"""The exercises of notebook 04 tell what is wrong, and accept what is right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qtkit import labs


def enough(n, error):
    return math.ceil((2**n - 1) / error**2)


def clean(ansatz, n, depth, error, *, touched=2, hadamards=None, rotations=True):
    start = (n if ansatz.hadamard else 0) if hadamards is None else hadamards(ansatz, n, depth)
    return (1 - error) ** (start + depth * (touched * len(ansatz.cnots(n)) + (n if rotations else 0)))


def misread(p, error):
    n = (len(p) - 1).bit_length()
    for k in range(n):
        split = p.reshape(2**k, 2, -1)
        p = ((1 - error) * split + error * split[:, ::-1]).reshape(-1)
    return p


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("enough_shots", enough),
        ("enough_shots", lambda n, error: (2**n - 1) / error**2),
        ("clean_runs", clean),
        ("misread", misread),
    ],
)
def test_right(name, answer):
    result = labs.check(name, answer)
    assert result.passed, result.message


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("enough_shots", lambda n, error: (1 - 2.0**-n) / error**2, "the deviation is multiplied by 2ⁿ too"),
        ("enough_shots", lambda n, error: 2.0**-n * (1 - 2.0**-n) / error**2, "The mapping sees 2ⁿP"),
        ("enough_shots", lambda n, error: (2**n - 1) / error, "half the error needs how many times as many"),
        ("enough_shots", lambda n, error: 2**n / error**2, "the 1 − P is no detail"),
        ("enough_shots", lambda n, error: 7, "√(P(1 − P)/shots)"),
        ("enough_shots", lambda n, error: None, "returned None: is `return` missing?"),
        ("clean_runs", lambda *a: clean(*a, hadamards=lambda *_: 0), "the Hadamards are missing"),
        ("clean_runs", lambda *a: clean(*a, touched=1), "count qubits, not gates"),
        ("clean_runs", lambda *a: clean(*a, rotations=False), "the rotations are missing"),
        ("clean_runs", lambda *a: clean(*a, hadamards=lambda c, n, d: n), "this circuit has no Hadamards"),
        ("clean_runs", lambda *a: 0.5, "Count the places"),
        ("clean_runs", lambda *a: "often", "a chance is a number"),
        ("misread", lambda p, error: (1 - error) * p + error * p[::-1], "you flip all bits together"),
        ("misread", lambda p, error: (1 - error) * p, "add up to 0.900"),
        ("misread", lambda p, error: p[:1], "yours has shape (1,)"),
        ("misread", lambda p, error: p, "Take the bits one after the other"),
    ],
)
def test_wrong(name, answer, words):
    result = labs.check(name, answer)
    assert not result.passed
    assert words in result.message


def test_hadamards_in_each_layer_are_told():
    def answer(ansatz, n, depth, error):
        if depth == 1:  # once is once
            return clean(ansatz, n, depth, error)
        return clean(ansatz, n, depth, error, hadamards=lambda c, n, d: d * n if c.hadamard else 0)

    assert "act once, not in each layer" in labs.check("clean_runs", answer).message


def test_nothing_that_is_given_is_changed():
    given = []

    def answer(p, error):
        given.append(p)
        p *= error * 0
        return np.ones_like(p) / len(p)

    assert not labs.check("misread", answer).passed
