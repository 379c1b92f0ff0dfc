"""`QuantumTrain`: the paper's counts, every generated number against a plain loop, and the classical network left."""

from __future__ import annotations

import copy
import math
import os
import subprocess
import sys
from functools import partial

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain, networks
from qtkit.generator import WeightGenerator
from tests.helpers import seeded

COUNTS = [  # target, depth, n, p, trainable
    (networks.ImageMLP, 15, 17, 108_866, 286),
    (networks.SeriesLSTM, 10, 11, 1_781, 135),
    (networks.PolicyMLP, 10, 13, 6_023, 157),
    (networks.ValueMLP, 10, 13, 5_825, 157),
]
RY = CANDIDATES[4:5]


def small(**options) -> QuantumTrain:
    """A model with five qubits whose angles are far from zero."""
    options = {"angle_init": "uniform", "generator": seeded(), "dtype": torch.float64, **options}
    return QuantumTrain(nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)), 2, **options)


class Parameters(nn.Module):
    """Parameters of the given shapes, and nothing else."""

    def __init__(self, *shapes: tuple[int, ...]) -> None:
        super().__init__()
        self.all = nn.ParameterList(torch.zeros(shape) for shape in shapes)

    def forward(self) -> list[torch.Tensor]:
        return list(self.all)


@pytest.mark.parametrize(("target", "depth", "n", "p", "trainable"), COUNTS)
def test_counts_of_the_paper(target, depth, n, p, trainable):
    model = QuantumTrain(target(), depth)
    assert (model.n_qubits, model.num_weights, model.num_trainable, model.depth) == (n, p, trainable, depth)
    assert sum(parameter.numel() for parameter in model.parameters()) == trainable
    assert model.compression == p / trainable
    baseline = QuantumTrain(target(), depth, RY)
    assert baseline.num_trainable == trainable - 12


def test_trainable_parts_are_angles_structural_weights_and_mapping():
    names = {name: tuple(parameter.shape) for name, parameter in small().named_parameters()}
    assert names == {
        "search.angles": (2, 5),
        "search.structural_weights": (12,),
        "mapping.weight": (1, 6),
        "mapping.bias": (1,),
    }


def by_hand(model: QuantumTrain) -> list[float]:
    """Equation 4, one basis state after the other."""
    n, probabilities = model.n_qubits, model.search().tolist()
    *of_bits, of_probability = model.mapping.weight[0].tolist()
    kappa = []
    for index in range(model.num_weights):
        bits = [int(bit) for bit in format(index, f"0{n}b")]
        if model.bits == "pm1":
            bits = [1 if bit else -1 for bit in bits]
        p = probabilities[index]
        if model.probability == "tanh":
            p = math.tanh(model.gamma * 2 ** (n - 1) * p)
        if model.probability == "scaled":
            p = 2**n * p - 1
        kappa.append(sum(w * bit for w, bit in zip(of_bits, bits, strict=True)) + of_probability * p)
        kappa[-1] += model.mapping.bias.item()
    mean = math.fsum(kappa) / len(kappa) if model.centre else 0
    return [k - mean for k in kappa]


@pytest.mark.parametrize("probability", ["raw", "tanh", "scaled"])
@pytest.mark.parametrize("bits", ["01", "pm1"])
@pytest.mark.parametrize("centre", [False, True])
def test_generated_vector_is_equation_4(probability, bits, centre):
    model = small(probability=probability, bits=bits, centre=centre, gamma=0.3)
    torch.testing.assert_close(model.weights().tolist(), by_hand(model), rtol=0, atol=1e-13)


@pytest.mark.parametrize("p", [1, 2, 3, 4, 5, 31, 32, 33])
def test_any_number_of_weights(p):
    model = QuantumTrain(Parameters((p,)), 1, RY, generator=seeded(), dtype=torch.float64)
    assert model.n_qubits == max(1, math.ceil(math.log2(p)))
    torch.testing.assert_close(model.weights().tolist(), by_hand(model), rtol=0, atol=1e-13)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(1, 3), max_size=3).map(tuple), min_size=1, max_size=5))
def test_parameters_of_any_shapes_are_filled_in_order(shapes):
    model = QuantumTrain(Parameters(*shapes), 1, RY, generator=seeded())
    kappa, outputs = model.weights(), model()
    assert [tuple(output.shape) for output in outputs] == shapes
    assert torch.equal(torch.cat([output.reshape(-1) for output in outputs]), kappa)


def test_order_is_that_of_state_dict_and_buffers_stay():
    target = nn.Sequential(nn.Conv1d(1, 2, 3), nn.BatchNorm1d(2), nn.PReLU())
    names = [name for name in target.state_dict() if name not in dict(target.named_buffers())]
    model = QuantumTrain(target, 1, RY)
    generated = model.generate()
    assert list(generated) == names
    assert torch.equal(torch.cat([tensor.reshape(-1) for tensor in generated.values()]), model.weights())
    assert {name for name in model.state_dict() if name.startswith("target.")} == {
        "target.1.running_mean",
        "target.1.running_var",
        "target.1.num_batches_tracked",
    }


def test_batch_norm_follows_train_and_eval_and_its_buffers_move():
    target = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    model, x = QuantumTrain(target, 1, RY, generator=seeded()), torch.randn(16, 3, generator=seeded())
    model.eval()
    before = model(x)
    assert torch.equal(model(x), before) and model.target[1].num_batches_tracked == 0
    model.train()
    model(x)
    assert model.target[1].num_batches_tracked == 1
    model.eval()
    assert not torch.equal(model(x), before)
    assert target[1].num_batches_tracked == 0, "the module given is never changed"
    classical = model.to_classical()
    assert not classical.training
    assert torch.equal(classical(x), model(x))


class Tied(nn.Module):
    """Two layers share their weight; a third name points to it as well."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.second.weight = self.first.weight
        self.again = self.first.weight

    def forward(self, x):
        return self.second(self.first(x)) @ self.again


def test_shared_parameters_count_once_and_stay_shared():
    model, x = QuantumTrain(Tied(), 2, generator=seeded(), dtype=torch.float64), torch.eye(3, dtype=torch.float64)
    assert model.num_weights == 9 + 3 + 3
    names = list(model.generate())  # PyTorch lists a module's own parameters before those of its children
    assert names == ["again", "first.bias", "second.bias"]
    w, b, c = model.generate().values()
    torch.testing.assert_close(model(x), ((x @ w.T + b) @ w.T + c) @ w)
    classical = model.to_classical()
    assert classical.first.weight is classical.second.weight is classical.again
    torch.testing.assert_close(classical(x), model(x))
    torch.testing.assert_close(model.double()(x), ((x @ w.T + b) @ w.T + c) @ w)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_modules_use_the_generated_weights(kind):
    model = QuantumTrain(kind(2, 3, 2, batch_first=True, bidirectional=True), 2, generator=seeded())
    x = torch.randn(4, 5, 2, generator=seeded())
    output, _ = model(x)
    output.square().sum().backward()
    assert model.search.angles.grad.abs().max() > 0 and model.mapping.weight.grad.abs().max() > 0
    classical = model.to_classical()
    assert torch.equal(classical(x)[0], output)
    classical(x)[0].sum().backward()
    assert classical.weight_hh_l0.grad.abs().max() > 0
    with torch.no_grad():
        model.mapping.bias += 1
    assert not torch.equal(model(x)[0], output)
    assert torch.equal(copy.deepcopy(model)(x)[0], model(x)[0])


def test_parametrised_modules_work():
    target = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
    model, x = QuantumTrain(target, 1, generator=seeded()), torch.randn(4, 3, generator=seeded())
    assert model.num_weights == 2 + 6 + 2
    assert torch.equal(model.to_classical()(x), model(x))


def test_keyword_arguments_and_structured_outputs_pass_through():
    target = nn.MultiheadAttention(4, 2, batch_first=True)
    model, x = QuantumTrain(target, 1, RY, generator=seeded()), torch.randn(2, 3, 4, generator=seeded())
    output, weights = model(x, x, value=x, need_weights=True, average_attn_weights=False)
    assert output.shape == (2, 3, 4) and weights.shape == (2, 2, 3, 3)


def test_the_given_module_is_left_alone():
    target = networks.ValueMLP(generator=seeded())
    before = copy.deepcopy(target.state_dict())
    model = QuantumTrain(target, 1)
    model(torch.ones(1, 147)).sum().backward()
    for name, parameter in target.named_parameters():
        assert parameter.requires_grad and parameter.grad is None
        assert torch.equal(parameter, before[name])


@pytest.mark.parametrize("weighting", ["raw", "softmax"])
@pytest.mark.parametrize("probability", ["raw", "tanh", "scaled"])
def test_gradients_reach_angles_structural_weights_and_mapping(weighting, probability):
    model = small(weighting=weighting, probability=probability)
    model(torch.ones(1, 4, dtype=torch.float64)).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize(
    ("target", "shape"), [(networks.SeriesLSTM, (3, 4)), (networks.PolicyMLP, (3, 147)), (networks.ValueMLP, (3, 147))]
)
def test_gradients_reach_everything_in_the_papers_models(target, shape):
    model = QuantumTrain(target(), 10, angle_init="uniform", generator=seeded())
    model(torch.ones(shape)).square().sum().backward()
    assert all(parameter.grad.abs().max() > 0 for parameter in model.parameters())


def test_gradient_is_that_of_finite_differences():
    model, x = small(backend="torch", centre=True), torch.randn(3, 4, dtype=torch.float64, generator=seeded())
    names = [name for name, _ in model.named_parameters()]

    def output(*values):
        return torch.func.functional_call(model, dict(zip(names, values, strict=True)), (x,))

    inputs = tuple(parameter.detach().clone().requires_grad_() for parameter in model.parameters())
    assert torch.autograd.gradcheck(output, inputs)


def test_start_depends_on_the_generator_alone():
    target, before = nn.Linear(3, 2), torch.get_rng_state()
    first, second, other = (QuantumTrain(target, 2, generator=seeded(seed)) for seed in (0, 0, 1))
    assert torch.equal(first.weights(), second.weights())
    assert not torch.equal(first.weights(), other.weights())
    assert torch.equal(torch.get_rng_state(), before), "PyTorch's global random state is not used"


def test_models_with_other_circuits_share_the_mappings_start():
    for options in ({"candidates": RY}, {"depth": 0}, {"structural_init": "random"}, {"dtype": torch.float64}):
        model = QuantumTrain(nn.Linear(3, 2), **{"depth": 3, "generator": seeded(), **options})
        reference = QuantumTrain(nn.Linear(3, 2), 3, generator=seeded())
        assert torch.equal(model.mapping.weight.float(), reference.mapping.weight)


def test_mapping_starts_as_nn_linear_times_the_scale():
    full, scaled = (QuantumTrain(networks.ImageMLP(), 0, mapping_scale=s, generator=seeded()) for s in (1.0, 0.3))
    assert 0 < full.mapping.weight.abs().max() <= 1 / math.sqrt(18)
    torch.testing.assert_close(scaled.mapping.weight, 0.3 * full.mapping.weight)
    torch.testing.assert_close(scaled.mapping.bias, 0.3 * full.mapping.bias)


def test_the_mapping_alone_has_19_numbers_for_the_image_network():
    model = QuantumTrain(networks.ImageMLP(), 0, CANDIDATES[:1])
    assert model.num_trainable == 19
    assert torch.equal(model.search(), torch.full((2**17,), 2.0**-17))


def test_search_options_are_passed_on():
    model = small(shared_angles=False, n_blocks=2, candidates=CANDIDATES[:3])
    assert model.search.angles.shape == (2, 3, 2, 5)
    assert isinstance(model.search, DiffQAS)
    assert model(torch.ones(1, 4, dtype=torch.float64)).shape == (1, 2)


@pytest.mark.parametrize("make", [partial(QuantumTrain, nn.Linear(4, 2), 1), partial(WeightGenerator, 10, 1)])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weigthing": "raw"}, r"unknown option 'weigthing': did you mean 'weighting'\?"),
        ({"probabilty": "scaled"}, r"unknown option 'probabilty': did you mean 'probability'\?"),
        ({"layerwise": "score", "shared_angels": True}, "did you mean 'shared_angles'"),
        ({"chunks": 2}, "did you mean 'chunk'"),
        ({"x": 1}, "unknown option 'x': there are angle_init, .*backend, bits, centre, chunk, .*weighting"),
        ({"centre": "no"}, "centre must be True or False, got 'no'"),
        ({"train_angles": "no"}, "train_angles must be True or False, got 'no'"),
        ({"hidden_activation": "tanh"}, "hidden_activation='tanh' stands behind the hidden layers"),
    ],
)
def test_options_that_are_none_or_would_be_misread_are_refused(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


def test_float64_is_used_throughout():
    model = small()
    assert {tensor.dtype for tensor in (*model.parameters(), *model.buffers(), model.weights())} == {torch.float64}
    later = QuantumTrain(nn.BatchNorm1d(3), 1, generator=seeded()).double()
    assert later(torch.randn(4, 3, dtype=torch.float64)).dtype == torch.float64
    assert later.to_classical().weight.dtype == torch.float64
    assert later.target.num_batches_tracked.dtype == torch.int64


def test_meta_device_round_trip_of_to():
    model = small().to("meta")
    assert {tensor.device.type for tensor in (*model.parameters(), *model.buffers())} == {"meta"}


def test_state_dict_round_trip():
    first, second = small(), small(generator=seeded(1))
    assert not torch.equal(first.weights(), second.weights())
    state = safetensors.torch.load(safetensors.torch.save(first.state_dict()))
    second.load_state_dict(state)
    assert torch.equal(first.weights(), second.weights())
    assert set(state) == set(dict(first.named_parameters()))


def test_deepcopy_and_optimiser_step():
    model = small()
    twin, x = copy.deepcopy(model), torch.ones(1, 4, dtype=torch.float64)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
    model(x).sum().backward()
    optimiser.step()
    assert not torch.equal(model.weights(), twin.weights())


def test_to_classical_is_a_plain_module_that_can_be_trained_further():
    model, x = small(), torch.randn(5, 4, dtype=torch.float64, generator=seeded())
    classical = model.to_classical()
    assert type(classical) is nn.Sequential
    assert torch.equal(classical(x), model(x))
    assert sum(p.numel() for p in classical.parameters() if p.requires_grad and p.is_leaf) == model.num_weights
    before = model.weights()
    with torch.no_grad():
        classical[0].weight.zero_()
    assert torch.equal(model.weights(), before), "a copy, with storage of its own"
    assert QuantumTrain(classical, 1).num_weights == model.num_weights


@pytest.mark.parametrize("target", [networks.SeriesLSTM, Tied, lambda: nn.LSTM(1, 4)])
def test_to_classical_survives_safetensors(target, tmp_path):
    classical = QuantumTrain(target(), 2, generator=seeded()).to_classical()
    safetensors.torch.save_model(classical, str(tmp_path / "network.safetensors"))
    loaded = target()
    safetensors.torch.load_model(loaded, str(tmp_path / "network.safetensors"))
    for name, parameter in classical.named_parameters():
        assert torch.equal(loaded.get_parameter(name), parameter)


WITHOUT_QUANTUM = """
import sys
sys.modules.update({name: None for name in ("pennylane", "numba")})  # importing them raises ImportError
import safetensors.torch, torch
folder = sys.argv[1]
network = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
safetensors.torch.load_model(network, folder + "/network.safetensors")
data = safetensors.torch.load_file(folder + "/data.safetensors")
assert torch.equal(network(data["x"]), data["y"])
assert "qtkit" not in sys.modules
import qtkit
model = qtkit.QuantumTrain(network, 1, backend="torch", dtype=torch.float64)
torch.testing.assert_close(model.to_classical()(data["x"]), model(data["x"]), rtol=1e-12, atol=1e-14)
heavy = ("pennylane", "numba", "torchvision", "gymnasium", "ipywidgets", "anywidget", "plotly", "matplotlib")
print([name for name in heavy if sys.modules.get(name)])
"""


@pytest.mark.slow
def test_classical_network_needs_no_quantum_software(tmp_path):
    """In a process where PennyLane and Numba cannot be imported, first without qtkit, then with it."""
    model, x = small(), torch.randn(5, 4, dtype=torch.float64, generator=seeded())
    classical = model.to_classical()
    safetensors.torch.save_model(classical, str(tmp_path / "network.safetensors"))
    safetensors.torch.save_file({"x": x, "y": classical(x).detach()}, str(tmp_path / "data.safetensors"))
    command = [sys.executable, "-c", WITHOUT_QUANTUM, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]", "import qtkit stays light"


def test_repr_tells_the_sizes_and_shows_the_target_as_it_came():
    text = repr(QuantumTrain(networks.ImageMLP(), 15))
    assert "17 qubits × 15 layers → 108,866 weights, 286 trainable (380.7 × compression)" in text
    assert repr(networks.ImageMLP()).splitlines()[2].strip() in text
    assert "Linear(in_features=18, out_features=1, bias=True)" in text
    assert "bias=False" not in text


@pytest.mark.parametrize("target", [nn.Tanh(), nn.BatchNorm1d(3, affine=False), Parameters((0, 3)), nn.Sequential()])
def test_a_target_without_parameters_is_refused(target):
    with pytest.raises(ValueError, match="has no parameters to generate"):
        QuantumTrain(target, 1)


def test_a_target_that_is_no_module_is_refused():
    with pytest.raises(ValueError, match="target must be a torch.nn.Module, got type"):
        QuantumTrain(nn.Linear, 1)


def test_a_target_too_large_is_refused_with_qubits_and_memory():
    target = nn.Linear(100_000, 10_000, bias=False, device="meta")
    expected = "a target of 1,000,000,000 parameters is too large here: 30 qubits and 500 layers need about .* GB; this"
    with pytest.raises(ValueError, match=expected):
        QuantumTrain(target, 500)


def test_a_lazy_target_is_refused():
    with pytest.raises(ValueError, match="'weight' has no shape yet"):
        QuantumTrain(nn.LazyLinear(3), 1)


@pytest.mark.parametrize("dtype", [torch.complex64, torch.int64])
def test_parameters_that_are_not_real_are_refused(dtype):
    target = nn.Module()
    target.weight = nn.Parameter(torch.zeros(3, dtype=dtype), requires_grad=False)
    with pytest.raises(ValueError, match=f"must be real numbers, but 'weight' is {dtype}"):
        QuantumTrain(target, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"probability": "log"}, "probability must be one of .*, got 'log'"),
        ({"bits": "+-"}, "bits must be one of .*, got '\\+-'"),
        ({"gamma": 0}, "gamma must be a positive number, got 0"),
        ({"gamma": float("nan")}, "gamma must be a positive number, got nan"),
        ({"mapping_scale": -1.0}, "mapping_scale must be a positive number, got -1.0"),
        ({"mapping_scale": "0.3"}, "mapping_scale must be a positive number, got '0.3'"),
        ({"dtype": torch.float16}, "dtype must be torch.float32 or torch.float64, got torch.float16"),
        ({"depth": -1}, "depth must be a whole number of at least 0, got -1"),
        ({"candidates": []}, "candidates is empty"),
        ({"candidates": [Ansatz(entangler=((0, 7),))]}, "CNOT .* is out of range: 3 qubits"),
        ({"weighting": "hard"}, "weighting must be one of"),
        ({"n_blocks": 0}, "n_blocks must be a whole number of at least 1"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        QuantumTrain(nn.Linear(3, 2), **{"depth": 1, **options})


def test_angles_that_became_nan_are_refused():
    model = small()
    with torch.no_grad():
        model.search.angles[0, 0] = float("nan")
    with pytest.raises(ValueError, match="angles must be finite: 1 of 10"):
        model.weights()
