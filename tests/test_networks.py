"""The paper's targets: their sizes, their start, and the LSTM against its textbook equations."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from qtkit.linear import linear
from qtkit.networks import ImageMLP, PolicyMLP, SeriesLSTM, ValueMLP
from tests.helpers import seeded

NETWORKS = {ImageMLP: 108_866, SeriesLSTM: 1_781, PolicyMLP: 6_023, ValueMLP: 5_825}


@pytest.mark.parametrize(("network", "count"), NETWORKS.items())
def test_parameter_counts_are_those_of_the_paper(network, count):
    assert sum(p.numel() for p in network().parameters()) == count


@pytest.mark.parametrize(
    ("network", "shape", "expected"),
    [
        (ImageMLP, (3, 784), (3, 2)),
        (ImageMLP, (3, 1, 28, 28), (3, 2)),
        (ImageMLP, (0, 784), (0, 2)),
        (SeriesLSTM, (5, 4), (5, 1)),
        (SeriesLSTM, (5, 4, 1), (5, 1)),
        (SeriesLSTM, (1, 1), (1, 1)),
        (PolicyMLP, (147,), (7,)),
        (PolicyMLP, (2, 6, 147), (2, 6, 7)),
        (ValueMLP, (4, 147), (4, 1)),
    ],
)
def test_shapes(network, shape, expected):
    assert network()(torch.zeros(shape)).shape == expected


@pytest.mark.parametrize("network", [PolicyMLP, ValueMLP])
def test_observations_are_scaled(network):
    plain, scaled = network(generator=seeded()), network(0.1, generator=seeded())
    observations = 10 * torch.rand(5, 147, generator=seeded(1))
    assert torch.equal(scaled(observations), plain(0.1 * observations))
    assert "input_scale=0.1" in repr(scaled)
    assert "input_scale" not in repr(plain)
    with pytest.raises(ValueError, match="input_scale must be a positive number, got 0"):
        network(0)


@pytest.mark.parametrize("network", NETWORKS)
def test_start_is_reproducible_and_leaves_the_global_random_state_alone(network):
    before = torch.get_rng_state()
    first, second, other = network(generator=seeded()), network(generator=seeded()), network(generator=seeded(1))
    assert torch.equal(torch.get_rng_state(), before)
    for name, parameter in first.named_parameters():
        assert torch.equal(parameter, second.get_parameter(name))
        assert not torch.equal(parameter, other.get_parameter(name))


def test_linear_starts_as_nn_linear_does_times_the_scale():
    layer = linear(400, 50, scale=0.3, generator=seeded())
    bound = 0.3 / 20
    for parameter in (layer.weight, layer.bias):
        assert parameter.abs().max() <= bound
    assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)  # of a uniform distribution
    reference = nn.Linear(400, 50).weight  # PyTorch's own start has the same spread
    assert reference.std().item() * 0.3 == pytest.approx(layer.weight.std().item(), rel=0.02)
    exact = linear(400, 50, scale=0.3, generator=seeded(), dtype=torch.float64)
    torch.testing.assert_close(exact.weight.float(), layer.weight)


def test_lstm_gates_are_input_forget_cell_output():
    """Equal to `nn.LSTM` with the same gate order, whose second bias is zero."""
    ours, reference = SeriesLSTM(generator=seeded()), nn.LSTM(1, 20, batch_first=True)
    gates = (ours.input_gate, ours.forget_gate, ours.cell_gate, ours.output_gate)
    with torch.no_grad():
        reference.weight_ih_l0.copy_(torch.cat([gate.weight[:, :1] for gate in gates]))
        reference.weight_hh_l0.copy_(torch.cat([gate.weight[:, 1:] for gate in gates]))
        reference.bias_ih_l0.copy_(torch.cat([gate.bias for gate in gates]))
        reference.bias_hh_l0.zero_()
    windows = torch.randn(6, 4, generator=seeded())
    states, _ = reference(windows.unsqueeze(-1))
    torch.testing.assert_close(ours(windows), ours.output(states[:, -1]))


def test_lstm_parameters_stand_in_the_order_of_the_paper():
    names = [name for name, _ in SeriesLSTM().named_parameters()]
    gates = ("input_gate", "forget_gate", "cell_gate", "output_gate", "output")
    assert names == [f"{gate}.{part}" for gate in gates for part in ("weight", "bias")]


@pytest.mark.parametrize("shape", [(4,), (2, 0), (2, 4, 2), (2, 4, 1, 1)])
def test_lstm_refuses_windows_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"\(B, T\) or \(B, T, 1\)"):
        SeriesLSTM()(torch.zeros(shape))


@pytest.mark.parametrize("hidden", [0, -1, 2.5, True])
def test_lstm_refuses_a_wrong_size(hidden):
    with pytest.raises(ValueError, match="hidden must be a whole number"):
        SeriesLSTM(hidden)


def test_image_activation_is_checked():
    with pytest.raises(ValueError, match="activation must be one of"):
        ImageMLP("sigmoid")


def test_image_activation_is_used():
    assert any(isinstance(layer, nn.ReLU) for layer in ImageMLP("relu"))
    assert not any(isinstance(layer, nn.ReLU) for layer in ImageMLP())
