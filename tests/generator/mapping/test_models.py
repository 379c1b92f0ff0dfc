"""Mappings of any kind against a plain loop over basis states, in value and gradient, and what is refused."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from qtkit import CANDIDATES, QuantumTrain
from qtkit.generator.mapping import models as mapping_models
from qtkit.generator.mapping.models import affine_map, make_mapping
from tests.helpers import seeded


def made(**options) -> QuantumTrain:
    options = {"angle_init": "uniform", "generator": seeded(), "dtype": torch.float64, **options}
    return QuantumTrain(nn.Linear(6, 5), 2, CANDIDATES[4:8], **options)  # 35 weights


def by_hand(model: QuantumTrain) -> Tensor:
    """Each basis state's bits and probability through the mapping, one after the other."""
    seen = model.reading.seen(model.search())
    low, high = (-1.0, 1.0) if model.bits == "pm1" else (0.0, 1.0)
    rows = []
    for index in range(-(-model.num_weights // model.chunk)):
        bits = [high if bit == "1" else low for bit in format(index, f"0{model.n_qubits}b")]
        rows.append(model.mapping(torch.cat([torch.tensor(bits, dtype=torch.float64), seen[index : index + 1]])))
    kappa = torch.cat(rows)[: model.num_weights]
    return kappa - kappa.mean() if model.centre else kappa


class OwnMapping(nn.Module):
    """Of no known kind, with a sine and a parameter of its own."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layer = nn.Linear(inputs, outputs)
        self.pace = nn.Parameter(torch.tensor(1.3))

    def forward(self, x: Tensor) -> Tensor:
        return torch.sin(self.pace * self.layer(x))


OPTIONS = [
    {},
    {"chunk": 4},
    {"chunk": 35},
    {"chunk": 64},
    {"hidden": (4, 20, 4)},
    {"hidden": (4, 20, 4), "chunk": 8},
    {"hidden": (3,), "hidden_activation": "tanh"},
    {"hidden": (5, 4), "hidden_activation": "relu", "chunk": 3},
    {"mapping": OwnMapping(5, 4), "chunk": 4},
    {"mapping": nn.Linear(7, 1, bias=False)},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("way", [{"probability": "scaled", "bits": "pm1", "centre": True}, {"probability": "tanh"}])
def test_weights_and_gradients_are_those_of_a_plain_loop(options, way, monkeypatch):
    monkeypatch.setattr(mapping_models, "BLOCK", 7)  # several blocks
    model = made(**options, **way)
    upstream = torch.randn(model.num_weights, generator=seeded(1), dtype=torch.float64)
    parameters = [p for p in model.parameters() if p.requires_grad]
    kappa, expected = model.weights(), by_hand(model)
    torch.testing.assert_close(kappa, expected, rtol=0, atol=1e-12)
    gradients = torch.autograd.grad(kappa, parameters, upstream)
    torch.testing.assert_close(gradients, torch.autograd.grad(expected, parameters, upstream), rtol=1e-10, atol=1e-12)


def test_the_linear_mapping_is_that_of_before_bit_for_bit():
    plain, named = made(), made(mapping="linear", hidden=(), chunk=1)
    assert type(plain.mapping) is nn.Linear and plain.mapping.weight.shape == (1, 7)
    assert torch.equal(plain.weights(), named.weights())
    weight, bias = plain.mapping.weight, plain.mapping.bias
    draws = seeded()
    for parameter in (weight, bias):
        start = (2 * torch.rand(parameter.shape, generator=draws) - 1) / 7**0.5
        torch.testing.assert_close(parameter.float(), start, rtol=1e-6, atol=0)


def test_layers_of_the_public_code_are_one_affine_map():
    mapping = make_mapping(9, 3, (4, 20, 4), generator=seeded(), dtype=torch.float64)
    assert [type(layer) for layer in mapping] == [nn.Linear] * 4
    weight, bias = affine_map(mapping)
    x = torch.randn(5, 10, generator=seeded(1), dtype=torch.float64)
    torch.testing.assert_close(mapping(x), x @ weight.T + bias)
    assert affine_map(make_mapping(9, 3, (4,), "tanh")) is None


def test_the_scale_is_that_of_what_the_mapping_gives():
    full, half = (made(hidden=(4, 3), hidden_activation="tanh", mapping_scale=scale) for scale in (1.0, 0.5))
    torch.testing.assert_close(half.weights(), 0.5 * full.weights())


@pytest.mark.parametrize(("chunk", "n"), [(1, 6), (2, 5), (5, 3), (34, 1), (35, 1), (64, 1)])
def test_chunks_need_fewer_qubits(chunk, n):
    model = made(chunk=chunk)
    assert model.n_qubits == n
    assert model.mapping.weight.shape == (chunk, n + 1)
    assert model.weights().shape == (35,)


def test_second_derivatives_and_functional_transforms_go_through_a_module():
    model = made(mapping=OwnMapping(5, 4), chunk=4, backend="torch")
    names = [name for name, _ in model.named_parameters()]
    x = torch.randn(2, 6, generator=seeded(2), dtype=torch.float64)

    def output(*values: Tensor) -> Tensor:
        return torch.func.functional_call(model, dict(zip(names, values, strict=True)), (x,))

    inputs = tuple(parameter.detach().clone().requires_grad_() for parameter in model.parameters())
    assert torch.autograd.gradcheck(output, inputs)
    jacobian = torch.func.jacrev(output)(*inputs)
    direct = torch.autograd.functional.jacobian(output, inputs)[0]
    torch.testing.assert_close(jacobian, direct)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"mapping": nn.Linear(8, 1)},
            r"cannot take \(2, 7\): it must map \(..., 7\), .* of 6 qubits .* to \(..., 1\)",
        ),
        ({"mapping": nn.Linear(7, 2)}, r"gives \(2, 2\) for \(2, 7\): it must map \(..., 7\)"),
        ({"mapping": nn.Linear(7, 1), "chunk": 4}, r"cannot take \(2, 5\).* to \(..., 4\)"),
        ({"mapping": nn.Flatten(0)}, r"gives \(14,\)"),
        ({"mapping": "mlp"}, "mapping must be one of"),
        ({"mapping": nn.Linear(7, 1), "hidden": (4,)}, "mapping is a module of its own"),
        ({"mapping": nn.Linear(7, 1), "mapping_scale": 0.3}, "mapping_scale=0.3 is for the mapping made here"),
        ({"hidden": 4}, r"hidden must be sizes of layers such as \(4, 20, 4\), got 4"),
        ({"hidden": (4, 0)}, "a size in hidden must be a whole number of at least 1, got 0"),
        ({"hidden": (4,), "hidden_activation": "gelu"}, "hidden_activation must be one of"),
        ({"hidden_activation": "tanh"}, r"such as hidden=\(4, 20, 4\); got none"),
        ({"mapping": nn.Linear(7, 1), "hidden_activation": "tanh"}, "of the mapping made here"),
        ({"chunk": 0}, "chunk must be a whole number of at least 1, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        made(**options)


def test_the_trial_leaves_a_module_as_it_came():
    mapping = nn.Sequential(nn.Linear(7, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
    model = made(mapping=mapping)
    assert model.mapping is mapping and mapping.training
    assert mapping[1].num_batches_tracked == 0
    assert mapping[0].weight.dtype == torch.float64
