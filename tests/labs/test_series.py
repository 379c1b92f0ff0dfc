"""The exercises of notebook 05: right answers pass, each typical mistake gets a hint of its own."""

from __future__ import annotations

import pytest
import torch

from qtkit import labs
from qtkit.tasks.series.settings import SeriesSettings


def windows(series, T, end=1):
    return [(series[i : i + T], series[i + T]) for i in range(len(series) - T - end)]


def lstm_step(x, state, cell, gates, order=(0, 1, 2, 3), turned=False):
    inputs = torch.cat([state, x] if turned else [x, state], dim=1)
    i, f, g, o = (inputs @ gates[k][0].T + gates[k][1] for k in order)
    cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell), cell


def free_run(network, window, steps):
    values = window.tolist()
    for _ in range(steps):
        values.append(network(torch.tensor([values[-len(window) :]])).item())
    return values[len(window) :]


def test_right_answers_pass():
    for name, answer in (("windows", windows), ("lstm_step", lstm_step), ("free_run", free_run)):
        result = labs.check(name, answer)
        assert result.passed, result.message


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("windows", lambda s, T: windows(s, T, end=0), "ends one earlier"),
        ("windows", lambda s, T: windows(s, T)[1:], "which is too few"),
        ("windows", lambda s, T: [(s[i : i + T], s[i]) for i in range(len(s) - T - 1)], "the targets are not"),
        (
            "windows",
            lambda s, T: [(s[i : i + T][::-1], s[i + T]) for i in range(len(s) - T - 1)],
            "the windows are not",
        ),
        ("windows", lambda s, T: 3, "return a list of pairs"),
        ("lstm_step", lambda *a: lstm_step(*a)[::-1], "changed places"),
        ("lstm_step", lambda *a: lstm_step(*a, order=(1, 0, 2, 3)), "in the order input, forget"),
        ("lstm_step", lambda *a: lstm_step(*a, turned=True), "the input first"),
        ("lstm_step", lambda x, h, c, g: (h, lstm_step(x, h, c, g)[1]), "The new cell is right"),
        ("lstm_step", lambda x, h, c, g: (h, c), "The shapes are right, the values are not"),
        ("lstm_step", lambda x, h, c, g: h, "return two tensors"),
        ("lstm_step", lambda x, h, c, g: (h.T, c), r"must have shape (B, H), here (5, 3); yours is (3, 5)"),
        ("free_run", lambda net, w, n: [net(w[None]).item()] * n, "the window must move on"),
        ("free_run", lambda net, w, n: free_run(net, w, n - 1), "you return 5 values"),
        ("free_run", lambda net, w, n: w.tolist() + free_run(net, w, n - 4), "without the window"),
        ("free_run", lambda net, w, n: [net(w).item()] * n, r"windows of shape (B, T), here (1, 4); you gave it (4,)"),
        ("free_run", lambda net, w, n: [0.0] * n, "you get [0.0"),
    ],
)
def test_mistakes_get_hints(name, answer, hint):
    result = labs.check(name, answer)
    assert not result.passed and hint in result.message


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
