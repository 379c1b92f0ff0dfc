"""The exercises of notebook 04 tell what is wrong, and accept what is right."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from qtkit import labs
from qtkit.simulation.noise import error_places
from qtkit.tasks.images.settings import ImageSettings
from tests.labs.exercises import expect_hint, expect_right


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


def misread_in_lists(p, error):
    p, n = list(p), (len(p) - 1).bit_length()
    for k in range(n):
        p = [(1 - error) * chance + error * p[i ^ (1 << k)] for i, chance in enumerate(p)]
    return p


def misread_in_torch(p, error):
    n = (len(p) - 1).bit_length()
    cube = torch.from_numpy(p).reshape([2] * n)
    for axis in range(n):
        cube = (1 - error) * cube + error * cube.flip(axis)
    return cube.reshape(-1).requires_grad_()


def misread_by_matrices(p, error):
    """A 2 × 2 matrix on each axis: no large one."""
    n = (len(p) - 1).bit_length()
    cube, one = p.reshape([2] * n), np.array([[1 - error, error], [error, 1 - error]])
    for axis in range(n):
        cube = np.moveaxis(np.tensordot(one, cube, (1, axis)), 0, axis)
    return cube.reshape(-1)


def misread_by_a_matrix(p, error, dtype=float):
    matrix = np.ones((1, 1), dtype)
    for _ in range((len(p) - 1).bit_length()):
        matrix = np.kron(matrix, np.array([[1 - error, error], [error, 1 - error]], dtype))
    return matrix @ p


def misread_state_by_state(p, error):
    n, read = (len(p) - 1).bit_length(), [0.0] * len(p)
    for i, chance in enumerate(p):
        for j in range(len(p)):
            wrong = (i ^ j).bit_count()
            read[j] += chance * error**wrong * (1 - error) ** (n - wrong)
    return read


def clean_in_a_loop(ansatz, n, depth, error):
    chance = np.float32(1)
    for _ in range((n if ansatz.hadamard else 0) + depth * (2 * len(ansatz.cnots(n)) + n)):
        chance *= np.float32(1 - error)
    return chance


LACKING = {
    "training": {"train_angles": False},
    "start": {"train_angles": False, "angle_init": "uniform"},
    "circuit": {"model": "mapping"},
    "quantum": {"model": "fourier"},
}

MODEL = {"training": "diffqas", "start": "diffqas", "circuit": "mapping", "quantum": "hashed"}


def control(settings, lacking):
    return replace(settings, **LACKING[lacking])


def control_by_cases(settings, lacking):
    if lacking == "circuit":
        return replace(settings, model="mapping")
    if lacking == "quantum":
        return replace(settings, model="subspace")
    return replace(settings, train_angles=False, angle_init=settings.angle_init if lacking == "training" else "uniform")


def also(**changes):
    return lambda settings, lacking: replace(settings, **{**LACKING[lacking], **changes})


def instead(wrong, **changes):
    return lambda settings, lacking: replace(settings, **(changes if lacking == wrong else LACKING[lacking]))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("enough_shots", enough),
        ("enough_shots", lambda n, error: (2**n - 1) / error**2),
        ("enough_shots", lambda n, error: int((2**n - 1) / error**2)),
        ("enough_shots", lambda n, error: enough(n, error) + 1),
        ("enough_shots", lambda n, error: np.int64(enough(n, error))),
        ("enough_shots", lambda n, error: torch.tensor((2.0**n - 1) / error**2)),
        ("enough_shots", lambda n, error: np.float32(4**n * 2.0**-n * (1 - 2.0**-n) / error**2)),
        ("control", control),
        ("control", control_by_cases),
        ("control", lambda settings, lacking: LACKING[lacking]),
        ("control", lambda settings, lacking: ImageSettings.from_dict({**settings.to_dict(), **LACKING[lacking]})),
        ("control", lambda settings, lacking: {**asdict(settings), **LACKING[lacking], "model": MODEL.get(lacking)}),
        ("clean_runs", clean),
        ("clean_runs", clean_in_a_loop),
        ("clean_runs", lambda *a: torch.tensor(clean(*a), dtype=torch.float32)),
        ("clean_runs", lambda *a: np.array([clean(*a)])),
        ("clean_runs", lambda *a: math.exp(math.log(clean(*a)))),
        ("clean_runs", lambda ansatz, n, L, error: np.prod(np.full(len(error_places(ansatz, n, L)), 1 - error))),
        ("misread", misread),
        ("misread", misread_in_lists),
        ("misread", misread_in_torch),
        ("misread", misread_by_matrices),
        ("misread", lambda p, error: misread(p.astype(np.float32), np.float32(error))),
    ],
)
def test_right(name, answer):
    expect_right(name, answer)


def last_bit(p, error):
    pairs = p.reshape(-1, 2)
    return ((1 - error) * pairs + error * pairs[:, ::-1]).reshape(-1)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("enough_shots", lambda n, error: (1 - 2.0**-n) / error**2, "the deviation is multiplied by 2ⁿ too"),
        ("enough_shots", lambda n, error: 2.0**-n * (1 - 2.0**-n) / error**2, "The mapping sees 2ⁿP"),
        ("enough_shots", lambda n, error: (2**n - 1) / error, "half the error needs how many times as many"),
        ("enough_shots", lambda n, error: 2**n / error**2, "the 1 − P is no detail"),
        ("enough_shots", lambda n, error: 7, "√(P(1 − P)/shots)"),
        ("enough_shots", lambda n, error: None, "returned None: is `return` missing?"),
        ("enough_shots", lambda n, error: "many", "shots is a number, but you return 'many'"),
        ("control", lambda settings, lacking: settings, "'training': your control is the same run again"),
        ("control", also(seed=9), "seed differs, too. A control lacks one thing"),
        ("control", also(probability="tanh"), "the mapping sees something else in yours"),
        ("control", instead("quantum", model="classical"), "trains all of its weights. Which model is as small?"),
        ("control", instead("quantum", model="mapping"), "the mapping alone trains 19 numbers"),
        ("control", instead("start", angle_init="uniform"), "random angles that are trained lack nothing"),
        ("control", instead("start", train_angles=False), "Draw their angles at random"),
        ("control", instead("training", **LACKING["start"]), "Leave the circuits where they are"),
        ("control", instead("circuit", candidates=(1,)), "those are other circuits"),
        ("control", instead("circuit", centre=False), "you change centre. What is missing then?"),
        ("control", lambda settings, lacking: {"train": False}, "no such settings"),
        ("control", lambda settings, lacking: lacking, "ImageSettings are expected, you return str"),
        ("clean_runs", lambda *a: 1 - clean(*a), "the chance of an error somewhere"),
        ("clean_runs", lambda c, n, L, error: 1 - error * len(error_places(c, n, L)), "independent things multiply"),
        ("clean_runs", lambda *a: clean(*a, hadamards=lambda *_: 0), "the Hadamards are missing"),
        ("clean_runs", lambda *a: clean(*a, touched=1), "count qubits, not gates"),
        ("clean_runs", lambda *a: clean(*a, rotations=False), "the rotations are missing"),
        ("clean_runs", lambda *a: clean(*a, hadamards=lambda c, n, d: n), "this circuit has no Hadamards"),
        ("clean_runs", lambda c, n, L, error: clean(c, n, 1, error), "a single layer"),
        ("clean_runs", lambda *a: 0.5, "Count the places"),
        ("clean_runs", lambda *a: "often", "a chance is a number"),
        ("misread", lambda p, error: (1 - error) * p + error * p[::-1], "you flip all bits together"),
        ("misread", misread_by_a_matrix, "as a matrix of 4ⁿ numbers does"),
        ("misread", lambda p, error: misread_by_a_matrix(p, error, np.float32), "as a matrix of 4ⁿ numbers does"),
        ("misread", lambda p, error: misread(p, 1 - error), "with the chance `error`"),
        ("misread", lambda p, error: misread(p[:2], error) if len(p) == 2 else last_bit(p, error), "a single bit"),
        ("misread", lambda p, error: (1 - error) * p, "add up to 0.900"),
        ("misread", lambda p, error: p[:1], "yours has shape (1,)"),
        ("misread", lambda p, error: p, "Take the bits one by one"),
    ],
)
def test_wrong(name, answer, words):
    expect_hint(name, answer, words)


@pytest.mark.slow
def test_a_loop_over_pairs_of_states_takes_too_long():
    result = labs.check("misread", misread_state_by_state, seconds=1)  # of the hours that 4¹⁴ steps take
    waited = r"took longer than 10? s\. Does a loop in it never end, or make far too many steps\?"  # 10: by the clock
    assert re.search(waited, result.message)


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
