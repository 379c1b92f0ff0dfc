"""The playground's engine in Chromium against `QuantumTrain` in float64: forward, gradients, and steps of Adam."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

import qtkit.panels
from qtkit import CANDIDATES, QuantumTrain
from qtkit.web.bundle import bundle

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TRAINING = Path(qtkit.panels.__file__).parent / "playground" / "training.js"
STEPS = 20

# Candidates, widths, depth, what the mapping sees, data.
CASES = [
    (range(1, 13), (8, 8), 4, "raw", "moons"),
    (range(1, 13), (8, 8), 5, "scaled", "spirals"),
    (range(1, 13), (3, 2), 1, "scaled", "xor"),
    (range(1, 13), (16, 16), 2, "raw", "circles"),
    ((2, 5, 7, 8, 10, 11), (5, 4), 3, "scaled", "moons"),
    ((1, 3, 4, 6, 9, 12), (4, 4), 3, "raw", "moons"),
    ((7, 10), (8, 8), 8, "scaled", "circles"),
    ((5,), (8, 8), 3, "scaled", "xor"),
    ((9,), (1, 1), 2, "raw", "own"),
]

# The numbers of one training: as it starts with these parameters, and after some steps.
TRAIN = """async ([code, settings, parameters, steps]) => {
    const { Training } = await import("data:text/javascript," + encodeURIComponent(code));
    const training = new Training(settings), { generator } = training;
    generator.parameters.set(parameters);
    generator.forward();
    const start = training.judgeTrain();
    const list = values => Array.from(values);
    const before = {
        distribution: list(generator.distribution), weights: list(generator.weights), loss: start.loss,
        accuracy: start.accuracy, logits: list(training.network.forward(generator.weights, training.data.train.points)),
    };
    training.step();
    const gradient = list(generator.gradient);
    while (training.steps < steps) training.step();
    const after = {
        parameters: list(generator.parameters), weights: list(generator.weights), loss: training.losses.at(-1),
    };
    const { points, labels } = training.data.train;
    const hears = generator.circuits.map(circuit => circuit.hears);
    const { trainable } = generator;
    return { points: list(points), labels: list(labels), before, gradient, after, hears, trainable };
}"""


def train_in_browser(chromium: Browser, settings: dict[str, Any], parameters: np.ndarray) -> dict[str, Any]:
    page = chromium.new_page()
    numbers: dict[str, Any] = page.evaluate(TRAIN, [bundle(TRAINING), settings, parameters.tolist(), STEPS])
    page.close()
    return numbers


def make_model(configs: list[int], widths: tuple[int, int], depth: int, reading: str) -> QuantumTrain:
    first, second = widths
    network = nn.Sequential(nn.Linear(2, first), nn.Tanh(), nn.Linear(first, second), nn.Tanh(), nn.Linear(second, 1))
    candidates = [CANDIDATES[number - 1] for number in configs]
    return QuantumTrain(network, depth, candidates, probability=reading, dtype=torch.float64)


def flat(model: QuantumTrain, of_gradient: bool = False) -> np.ndarray:
    """Angles, structural weights, mapping: as the browser lists them."""
    parts = [model.search.angles, model.search.structural_weights, model.mapping.weight, model.mapping.bias]
    if of_gradient:  # a circuit that cannot hear its angles, or a weight that is fixed, has none
        parts = [torch.zeros_like(part) if part.grad is None else part.grad for part in parts]
    return torch.cat([part.detach().reshape(-1) for part in parts]).numpy()


@pytest.mark.parametrize(("configs", "widths", "depth", "reading", "data"), CASES)
def test_the_browser_trains_as_quantum_train(chromium, configs, widths, depth, reading, data):
    configs = list(configs)
    model = make_model(configs, widths, depth, reading)
    random = np.random.default_rng(depth + len(configs))
    with torch.no_grad():
        model.search.angles.copy_(torch.from_numpy(random.uniform(-np.pi, np.pi, model.search.angles.shape)))
        if len(configs) > 1:
            model.search.structural_weights.copy_(torch.from_numpy(random.normal(0.1, 0.3, len(configs))))
    points = [[*random.uniform(-2, 2, 2), k % 2] for k in range(9)]
    settings = {"data": data, "noise": 0.2, "seed": 3, "hidden": list(widths), "reading": reading, "depth": depth}
    ours = train_in_browser(chromium, settings | {"rate": 0.03, "candidates": configs, "points": points}, flat(model))

    inputs = torch.tensor(ours["points"], dtype=torch.float64).reshape(-1, 2)
    labels = torch.tensor(ours["labels"], dtype=torch.float64)
    assert len(inputs) == len(labels) == (9 if data == "own" else 200)
    assert np.allclose(ours["before"]["distribution"], model.search().detach(), atol=1e-12)
    assert np.allclose(ours["before"]["weights"], model.weights().detach(), atol=1e-12)
    logits = model(inputs).squeeze(1)
    assert np.allclose(ours["before"]["logits"], logits.detach(), atol=1e-10)
    assert ours["before"]["accuracy"] == ((logits > 0) == (labels > 0.5)).double().mean()
    assert ours["trainable"] == model.num_trainable
    assert ours["hears"] == [number in (2, 5, 7, 8, 10, 11) for number in configs]

    optimiser = torch.optim.Adam(model.parameters(), lr=0.03)
    for step in range(STEPS):
        optimiser.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(model(inputs).squeeze(1), labels)
        loss.backward()
        if step == 0:
            assert np.isclose(ours["before"]["loss"], loss.item(), atol=1e-12)
            assert np.allclose(ours["gradient"], flat(model, of_gradient=True), atol=1e-10)
        optimiser.step()
    after = ours["after"]
    worst = np.abs(np.array(after["parameters"]) - flat(model)).max()
    print(f"largest difference of a trained number after {STEPS} steps: {worst:.1e}")
    assert worst < 1e-5
    assert np.allclose(after["weights"], model.weights().detach(), atol=1e-5)
    loss = nn.functional.binary_cross_entropy_with_logits(model(inputs).squeeze(1), labels)
    assert np.isclose(after["loss"], loss.item(), atol=1e-5)
