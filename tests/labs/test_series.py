"""The exercises of notebook 05: right answers pass, each typical mistake gets a hint of its own."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy.stats import kendalltau, spearmanr

import qtkit
from qtkit import labs
from qtkit.tasks.series.settings import SeriesSettings
from tests.labs.exercises import each_of, expect_hint, expect_right

# knob


def knob(config, by, last, n):
    distribution = np.full(2**n, 2.0**-n) if config in (1, 3, 4, 6) else np.eye(2**n)[0]
    return by * last * distribution


def knob_by_circuit(config, by, last, n):
    angles = torch.zeros(2, n, dtype=torch.float64)
    return by * last * qtkit.probabilities(qtkit.CANDIDATES[config - 1], angles)


def knob_in_loops(config, by, last, n):
    changes = [0.0] * 2**n
    for i in range(2**n):
        if config in (9, 12):
            changes[i] = by * last if i == 0 else 0
        else:
            changes[i] = by * last / 2**n
    return changes


# free_run


def free_run(network, window, steps, *, length=None):
    values = window.tolist()
    for _ in range(steps):
        values.append(network(torch.tensor([values[-(length or len(window)) :]])).item())
    return values[len(window) :]


def free_run_by_shifting(network, window, steps):
    found, window = [], window[None].double()
    for _ in range(steps):
        found.append(network(window))  # (1, 1)
        window = torch.cat([window[:, 1:], found[-1]], dim=1)
    return torch.cat(found)  # (steps, 1)


def free_run_in_numpy(network, window, steps):
    values = np.concatenate([window.numpy(), np.zeros(steps, dtype=np.float32)])
    for k in range(steps):
        values[len(window) + k] = network(torch.from_numpy(values[None, k : len(window) + k]))
    return values[len(window) :]


# agreement


def agreement(w, errors):
    total = 0
    for i in range(len(w)):
        for j in range(i):
            total += 1 if (abs(w[i]) - abs(w[j])) * (errors[i] - errors[j]) < 0 else -1
    return total / (len(w) * (len(w) - 1) / 2)


def agreement_of_signs(w, errors):
    w, errors = torch.tensor(w).abs(), torch.tensor(errors)
    signs = (w[:, None] - w[None]).sign() * (errors[None] - errors[:, None]).sign()
    return signs.sum() / (len(w) * (len(w) - 1))


# luck


def luck(tau, n):
    """By counting: how many orders have so many pairs in the wrong order."""
    counts = [1]
    for size in range(2, n + 1):
        counts = [sum(counts[max(0, k - size + 1) : k + 1]) for k in range(len(counts) + size - 1)]
    pairs = n * (n - 1) // 2
    return sum(count for k, count in enumerate(counts) if 1 - 2 * k / pairs >= tau - 1e-9) / math.factorial(n)


def taus(n):
    orders = np.array(list(itertools.permutations(range(n))), dtype=np.int64)
    first, second = np.triu_indices(n, 1)
    return np.sign(orders[:, second] - orders[:, first]).mean(axis=1)


def luck_by_throwing(tau, n):
    draws = np.random.default_rng(0)
    orders = draws.permuted(np.tile(np.arange(n), (100_000, 1)), axis=1)
    first, second = np.triu_indices(n, 1)
    return np.mean(np.sign(orders[:, second] - orders[:, first]).sum(axis=1) >= (tau - 1e-9) * len(first))


RIGHT = {
    "knob": [
        knob,
        knob_by_circuit,
        knob_in_loops,
        lambda *a: knob(*a).astype(np.float32),
        lambda *a: torch.tensor(knob(*a), requires_grad=True),
        lambda *a: tuple(map(np.float64, knob_in_loops(*a))),
    ],
    "free_run": [
        free_run,
        free_run_by_shifting,
        free_run_in_numpy,
        lambda *a: tuple(free_run(*a)),
        lambda *a: [torch.tensor([value], requires_grad=True) for value in free_run(*a)],
        lambda *a: np.array(free_run(*a), dtype=np.int64),
        lambda *a: iter(free_run(*a)),
    ],
    "agreement": [
        agreement,
        agreement_of_signs,
        lambda w, e: kendalltau(np.abs(w), -e)[0],
        lambda w, e: np.float32(agreement(w, e)),
        lambda w, e: np.array([agreement(w, e)]),
        lambda w, e: agreement(w.tolist(), e.tolist()),
        lambda w, e: (
            2 * np.mean([abs(w[i]) > abs(w[j]) for i, j in itertools.permutations(range(len(w)), 2) if e[i] < e[j]]) - 1
        ),
    ],
    "luck": [
        luck,
        luck_by_throwing,
        lambda tau, n: np.mean(taus(n) >= tau - 1e-9),
        lambda tau, n: torch.tensor(taus(n) >= tau - 1e-9).float().mean(),
        lambda tau, n: np.float32(luck(tau, n)),
        lambda tau, n: Fraction(luck(tau, n)),
    ],
}


@pytest.mark.parametrize(("exercise", "answer"), each_of(RIGHT))
def test_right_answers_of_every_make_pass(exercise, answer):
    expect_right(exercise, answer)


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("knob", lambda c, b, last, n: knob(9, b, last, n), "circuit that starts without Hadamards"),
        ("knob", lambda c, b, last, n: knob(1, b, last, n), "circuit that starts with Hadamards"),
        ("knob", lambda *a: knob(*a)[::-1], "the first index, not the last"),
        ("knob", lambda c, b, last, n: knob(c, b, 1, n), "The mapping multiplies it"),
        ("knob", lambda c, b, last, n: knob(c, 1, last, n), "if w grew by 1"),
        ("knob", lambda c, b, last, n: np.full(2**n, b * last), "the probability of one state"),
        ("knob", lambda *a: knob(*a).sum(), "changes: shape (4,) is expected"),
        ("knob", lambda *a: 1 + knob(*a), "not right"),
        ("knob", lambda *a: 0 * knob(*a), "no change at all"),
        ("free_run", lambda net, w, n: [net(w[None]).item()] * n, "the window must move on"),
        ("free_run", lambda net, w, n: free_run(net, w, n - 1), "you return 5 values"),
        ("free_run", lambda net, w, n: w.tolist() + free_run(net, w, n - 4), "without the window"),
        ("free_run", lambda net, w, n: w.tolist() + free_run(net, w, n), "without the window"),
        ("free_run", lambda net, w, n: [net(w).item()] * n, r"windows of shape (B, T), here (1, 4); you gave it (4,)"),
        ("free_run", lambda net, w, n: [net(w.numpy()[None])] * n, r"here (1, 4); you gave it ndarray"),
        ("free_run", lambda net, w, n: free_run(net, w, n)[::-1], "in the order of time"),
        ("free_run", lambda net, w, n: free_run_newest_first(net, w, n), "its place is at the end"),
        ("free_run", lambda net, w, n: free_run(lambda x: net(x.flip(1)), w, n), "turned round"),
        ("free_run", lambda net, w, n: free_run(net, w, n, length=4), r"here (1, 3); you gave it (1, 4)"),
        ("free_run", lambda net, w, n: [0.0] * n, "you get [0.0"),
        ("free_run", lambda net, w, n: 8.0, "one number a step"),
        ("agreement", lambda w, e: -agreement(w, e), "A small error is a merit"),
        ("agreement", lambda w, e: kendalltau(w, -e)[0], "the size of w counts"),
        ("agreement", lambda w, e: (1 + agreement(w, e)) / 2, "the share of pairs that agree"),
        ("agreement", lambda w, e: agreement(w, e) / 2, "Count each pair once"),
        ("agreement", lambda w, e: agreement(w, e) * len(w) * (len(w) - 1) / 2, "Count each pair once"),
        ("agreement", lambda w, e: agreement(w, e) * (1 - 1 / len(w)), "Count each pair once"),
        ("agreement", lambda w, e: spearmanr(np.abs(w), -e)[0], "Spearman's correlation"),
        ("agreement", lambda w, e: np.corrcoef(np.abs(w), -e)[0, 1], "Only the order counts"),
        ("agreement", lambda w, e: "much", "is a number"),
        ("agreement", lambda w, e: 0.123, "one by one"),
        ("luck", lambda tau, n: np.mean(taus(n) > tau + 1e-9), "exactly τ counts too"),
        ("luck", lambda tau, n: np.mean(taus(n) <= tau + 1e-9), "the chance of τ or less"),
        ("luck", lambda tau, n: np.mean(np.abs(taus(n)) >= abs(tau) - 1e-9), "disagree as much do not count"),
        ("luck", lambda tau, n: np.mean(np.isclose(taus(n), tau)), "the chance of exactly τ"),
        ("luck", lambda tau, n: luck(tau, n) * math.factorial(n), "A chance lies between 0 and 1"),
        ("luck", lambda tau, n: 0.5, "not right to 0.01"),
        ("luck", lambda tau, n: [0.5, 0.5], "is a number"),
    ],
)
def test_mistakes_get_hints(name, answer, hint):
    expect_hint(name, answer, hint)


def free_run_newest_first(network, window, steps):
    found, window = [], window[None]
    for _ in range(steps):
        found.append(network(window).item())
        window = torch.cat([torch.tensor([[found[-1]]]), window[:, :-1]], dim=1)
    return found


def test_toy_scale_of_series(monkeypatch):
    settings = SeriesSettings(dataset="narma5", seed=3)
    monkeypatch.setenv("QTKIT_SCALE", "toy")
    small = labs.sized(settings)
    assert (small.depth, small.epochs, small.dataset, small.seed) == (2, 1, "narma5", 3)
    monkeypatch.setenv("QTKIT_SCALE", "full")
    assert labs.sized(settings) is settings


@pytest.mark.slow
def test_series_over_seeds():
    table = labs.over_seeds(SeriesSettings(epochs=1, depth=1), models=("diffqas", "mapping"), seeds=(0, 1))
    assert sorted(table.columns) == ["epoch", "label", "seed", "test_loss", "train_loss"]
    assert len(table) == 2 * 2 * 2 and set(table["label"]) == {"DiffQAS", "Mapping alone"}
