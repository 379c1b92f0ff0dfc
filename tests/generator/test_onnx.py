"""Generated networks in ONNX Runtime give what they give in PyTorch."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from qtkit import CANDIDATES, QuantumTrain, networks
from qtkit.generator import Generators, export_onnx
from qtkit.generator.onnx import LARGEST
from tests.tasks.own.tasks import NOISY, SMALL


def heard(network: nn.Module, **options: object) -> QuantumTrain:
    start = torch.Generator().manual_seed(0)
    return QuantumTrain(network, depth=2, probability="scaled", angle_init="uniform", generator=start, **options)


def computed(path: Path, *inputs: Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {each.name: tensor.numpy() for each, tensor in zip(session.get_inputs(), inputs, strict=True)}
    (output,) = session.run(["output"], given)
    return output


def apart(got: np.ndarray, expected: Tensor) -> float:
    """The largest difference, in units of the largest output where that is above 1."""
    return float(np.abs(got - expected.numpy()).max()) / max(1.0, float(expected.abs().max()))


ROUNDED = {torch.float32: 1e-5, torch.float64: 1e-12}
"""What may differ where two libraries add up in different orders: sums of hundreds of numbers that cancel."""


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.last = nn.LSTM(3, 4, batch_first=True), nn.Linear(4, 3)

    def forward(self, windows: Tensor) -> Tensor:
        return self.last(self.lstm(windows)[0][:, -1])


def convolutions() -> nn.Module:
    pooled = nn.AdaptiveAvgPool2d(2)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU(), pooled, nn.Flatten(), nn.Linear(16, 3)
    )


class TwoInputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(3, 4), nn.Linear(2, 4)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return torch.tanh(self.one(x)) * self.other(y)


CASES = {
    "images": (networks.ImageMLP, [(784,)], torch.float32),
    "float64": (lambda: nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 2)), [(6,)], torch.float64),
    "recurrent": (Recurrent, [(6, 3)], torch.float32),
    "convolutions": (convolutions, [(1, 9, 9)], torch.float32),
    "two inputs": (TwoInputs, [(3,), (2,)], torch.float32),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_it_computes_is_the_same(name: str, tmp_path: Path) -> None:
    make, shapes, dtype = CASES[name]
    model = heard(make(), dtype=dtype)
    path = export_onnx(model, tmp_path / "made" / "network.onnx", [torch.zeros(1, *shape) for shape in shapes])
    assert [each.name for each in path.parent.iterdir()] == ["network.onnx"], "one file"
    onnx.checker.check_model(path)
    network = model.to_classical().eval()
    torch.manual_seed(0)
    for batch in (1, 2, 7):
        inputs = [torch.randn(batch, *shape, dtype=dtype) for shape in shapes]
        with torch.no_grad():
            expected = network(*inputs)
        assert apart(computed(path, *inputs), expected) < ROUNDED[dtype]


@pytest.mark.slow
def test_a_trained_network_and_several_generators_are_written_too(tmp_path: Path) -> None:
    from qtkit.runs import run

    training = run(NOISY.settings(**SMALL), store=tmp_path / "runs").training()
    x = torch.randn(5, 4)
    path = export_onnx(training.model, tmp_path / "noisy.onnx", x)
    with torch.no_grad():
        assert apart(computed(path, x), training.network()(x)) < 1e-6
        assert apart(computed(export_onnx(training.network(), path, x), x), training.network()(x)) < 1e-6
    several = Generators(
        nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)), {"*": {"depth": 1, "candidates": CANDIDATES[4:5]}}
    )
    path = export_onnx(several, tmp_path / "several.onnx", x)
    assert apart(computed(path, x), several.to_classical()(x).detach()) < 1e-6


def test_the_model_stays_as_it_is(tmp_path: Path) -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).train()
    export_onnx(network, tmp_path / "network.onnx", torch.zeros(3, 2))
    assert network.training and network[0].weight.requires_grad


class OneSize(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x + torch.ones(2, 3)


@pytest.mark.slow
def test_what_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "network.onnx"
    with pytest.raises(ValueError, match=r"Linear cannot be written as ONNX with inputs of \(2, 3\).*RuntimeError"):
        export_onnx(nn.Linear(2, 2), path, torch.zeros(1, 3))
    with pytest.raises(ValueError, match=r"OneSize takes batches of one size alone: what does its forward\(\) fix"):
        export_onnx(OneSize(), path, torch.zeros(2, 3))
    for nothing in (torch.zeros(0, 2), [], [[1.0, 2.0]], torch.tensor(1.0)):
        with pytest.raises(ValueError, match=r"inputs must be a batch \(B, ...\) of at least one row"):
            export_onnx(nn.Linear(2, 2), path, nothing)
    with torch.device("meta"):
        large = nn.Linear(2**15, LARGEST // 2**17)
    monkeypatch.setattr(large, "cpu", lambda: large)
    with pytest.raises(ValueError, match=r"less than 2 GiB, and this network has 2.0 GiB"):
        export_onnx(large, path, torch.zeros(1, 2**15))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'qtkit\[onnx\]'"):
        export_onnx(nn.Linear(2, 2), path, torch.zeros(1, 2))
    assert list(tmp_path.iterdir()) == []
