"""The exercises of notebook 09 tell what is wrong, and accept what is right."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from qtkit import QuantumTrain, labs, probabilities
from qtkit.circuits.ansatz import CANDIDATES
from tests.labs.exercises import each_of, expect_hint, expect_right


def trained(p, L, chunk, *, states=lambda p, chunk: -(-p // chunk), rows=None, bias=1, more=0):
    n = max(1, (states(p, chunk) - 1).bit_length()) + more
    rows = chunk if rows is None else rows
    return L * n + rows * (n + 1) + bias * rows


def balanced(outputs, targets, *, among=None):
    guesses = outputs.argmax(1)
    among = targets if among is None else among
    return torch.stack([(guesses[among == k] == targets[among == k]).float().mean() for k in among.unique()]).mean()


def balanced_in_a_loop(outputs, targets):
    guesses, shares = outputs.numpy().argmax(axis=1), []
    for k in sorted(set(targets.tolist())):
        here = targets.numpy() == k
        shares.append((guesses[here] == k).sum() / here.sum())
    return float(np.mean(shares))


def rows_of(P, W, b, *, bits_first=True, big=True, bias=True):
    n = (len(P) - 1).bit_length()
    places = range(n - 1, -1, -1) if big else range(n)
    bits = np.array([[i >> k & 1 for k in places] for i in range(2**n)], dtype=float)
    seen = np.column_stack([bits, P] if bits_first else [P, bits])
    return seen @ W.T + (b if bias else 0)


def write_chunks(P, W, b, p, **how):
    return rows_of(P, W, b, **how).reshape(-1)[:p]


def write_in_a_loop(P, W, b, p):
    written, n = [], int(math.log2(len(P)))
    for i, share in enumerate(P):
        seen = [*(int(bit) for bit in f"{i:0{n}b}"), share]
        for row, add in zip(W, b, strict=True):
            written.append(sum(w * x for w, x in zip(row, seen, strict=True)) + add)
    return written[:p]


RIGHT = {
    "trained": [
        trained,
        lambda p, L, chunk: np.int64(trained(p, L, chunk)),
        lambda p, L, c: torch.tensor(trained(p, L, c)),
        lambda p, L, c: (n := max(1, math.ceil(math.log2(math.ceil(p / c))))) * L + c * (n + 2),
        lambda *case: trained(*case) + 0,
    ],
    "balanced": [
        balanced,
        balanced_in_a_loop,
        lambda o, t: balanced(o.double(), t).numpy(),
        lambda o, t: balanced(o.requires_grad_(), t),
        lambda o, t: [balanced_in_a_loop(o, t)],
    ],
    "write_chunks": [
        write_chunks,
        write_in_a_loop,
        lambda P, W, b, p: torch.from_numpy(write_chunks(P, W, b, p)),
        lambda P, W, b, p: write_chunks(P, W, b, p).astype(np.float32),
        lambda P, W, b, p: np.concatenate(list(rows_of(P, W, b)))[:p].tolist(),
    ],
}

WRONG = [
    ("trained", lambda p, L, c: trained(p, L, c, bias=0), "has a bias, too"),
    ("trained", lambda p, L, c: trained(p, L, c, rows=1), "as many rows"),
    ("trained", lambda p, L, c: trained(p, 0, c), "angles are missing"),
    ("trained", lambda p, L, c: trained(p, L, c, states=lambda p, c: p), "fewer states"),
    ("trained", lambda p, L, c: trained(p, L, c, states=lambda p, c: max(1, p // c)), "round up"),
    ("trained", lambda p, L, c: trained(p, L, c, more=1), "no more"),
    ("trained", lambda p, L, c: trained(p, L, c, bias=0) + 1, "its own bias"),
    ("trained", lambda p, L, c: trained(p, 1, c), "layer has angles of its own"),
    ("trained", lambda p, L, c: trained(p, L, c, more=-1), "with one qubit at least"),
    ("trained", lambda p, L, c: 10**9, "too many"),
    ("trained", lambda p, L, c: 98.0, "whole number"),
    ("balanced", lambda o, t: (o.argmax(1) == t).float().mean(), "Each class counts the same"),
    ("balanced", lambda o, t: balanced(o, t) * len(t.unique()) / o.shape[1], "has no share"),
    ("balanced", lambda o, t: balanced(o, t) * len(t.unique()), "The mean is asked for"),
    ("balanced", lambda o, t: 1 - balanced(o, t) + (0 if len(t) > 10 else 0.2), "For each class"),
    ("balanced", lambda o, t: balanced(o, t, among=o.argmax(1)) - (0 if len(t) > 10 else 0.3), "what they are called"),
    ("balanced", lambda o, t: o, "a number"),
    ("write_chunks", lambda P, W, b, p: rows_of(P, W, b).reshape(-1), "leave the rest out"),
    ("write_chunks", lambda P, W, b, p: rows_of(P, W, b).T.reshape(-1)[:p], "stand together"),
    ("write_chunks", lambda P, W, b, p: write_chunks(P, W, b, p, bias=False), "bias is missing"),
    ("write_chunks", lambda P, W, b, p: write_chunks(P, W, b, p, big=False), "most significant"),
    ("write_chunks", lambda P, W, b, p: write_chunks(P, W, b, p, bits_first=False), "bits first"),
    ("write_chunks", lambda P, W, b, p: np.zeros(p), "times W, plus b"),
]


@pytest.mark.parametrize(("name", "answer"), each_of(RIGHT))
def test_right_answers_pass(name, answer):
    expect_right(name, answer)


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers_are_told_what_is_wrong(name, answer, words):
    expect_hint(name, answer, words)


def test_errors_and_names_called_are_told_from_shares():
    """Where the two cases have other values: half and half, so that a share of errors is no share of all."""
    swapped = labs.check("balanced", lambda o, t: 1 - balanced(o, t) if len(t) > 10 else balanced(o, t))
    called = labs.check("balanced", lambda o, t: balanced(o, t, among=o.argmax(1)) if len(t) > 10 else balanced(o, t))
    assert "share of errors" in swapped.message
    assert "not by what they are called" in called.message


def test_chunks_are_those_of_quantum_train():
    model = QuantumTrain(torch.nn.Linear(5, 7), 2, CANDIDATES[4:5], chunk=4, dtype=torch.float64)
    with torch.no_grad():
        P = probabilities(CANDIDATES[4], model.search.angles).numpy()
        mine = write_chunks(P, model.mapping.weight.numpy(), model.mapping.bias.numpy(), 42)
        assert np.allclose(model.weights().numpy(), mine)
    assert model.num_trainable == trained(42, 2, 4)
