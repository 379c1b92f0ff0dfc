"""Networks as people bring them: each kind works on generated weights, or is refused with what to do.

A row of `NETWORKS` is a kind that works, a row of `REFUSED` one that is refused; `test_second_roads_built_at_random`
makes more of the first.
"""

from __future__ import annotations

import copy
import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune
from torch.utils.checkpoint import checkpoint

from qtkit import QuantumTrain


class Pair(NamedTuple):
    first: Any
    second: Any


class Scale(nn.Module):
    """`x * w`, with `w` reached as `way` says, from what `keep` makes of the parameter."""

    def __init__(self, keep: Callable[[Tensor], Any], way: Callable[[Any], Tensor]) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.ones(2))
        self.kept = keep(self.w)
        self.way = way

    def forward(self, x: Tensor) -> Tensor:
        return x * self.way(self.kept)


class Keeping(nn.Module):
    """Keeps activations, as for a picture of them."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.seen: list[dict[str, Tensor]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.last = self.layer(x)
        self.seen.append({"last": self.last})
        return self.last


class Buffers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.register_buffer("turn", torch.tensor([1j]))
        self.register_buffer("exact", torch.tensor([1 / 3], dtype=torch.float64))
        self.register_buffer("counts", torch.tensor([3]))

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x) * self.turn.imag * self.counts + self.exact.float()


class Checkpointed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(2, 3), nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(checkpoint(self.a, x, use_reentrant=False).tanh())


class Method(nn.Module):
    """Keeps one of its own methods, as networks do that choose among several."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.run = self.doubled

    def doubled(self, x: Tensor) -> Tensor:
        return 2 * self.layer(x)

    def forward(self, x: Tensor) -> Tensor:
        return self.run(x)


def torch_layer() -> nn.Module:
    """One RY, and the Z that it leaves: cos w."""
    import pennylane as qml

    @qml.qnode(qml.device("default.qubit", wires=1))
    def circuit(inputs: Tensor, w: Tensor) -> Any:
        qml.RY(w + 0 * inputs[..., 0], wires=0)
        return qml.expval(qml.PauliZ(0))

    return qml.qnn.TorchLayer(circuit, {"w": 1})


def pruned() -> nn.Module:
    return prune.random_unstructured(nn.Linear(2, 3), "weight", 0.5)


def old_norm(norm: Callable[[nn.Module], nn.Module]) -> nn.Module:
    return norm(nn.Linear(2, 3))


def normed_lstm() -> nn.Module:
    layer = nn.LSTM(2, 3)
    parametrizations.weight_norm(layer, "weight_hh_l0")
    return nn.Sequential(OrderedDict(lstm=layer, first=First()))


class First(nn.Module):
    def forward(self, outputs: tuple[Tensor, Any]) -> Tensor:
        return outputs[0]


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "a parameter in a list": lambda: Scale(lambda w: [w], lambda kept: kept[0]),
    "a parameter in nested containers": lambda: Scale(lambda w: {"a": ([w], 1)}, lambda kept: kept["a"][0][0]),
    "a parameter in a named tuple": lambda: Scale(lambda w: Pair(1, w), lambda kept: kept.second),
    "a parameter in an ordered dictionary": lambda: Scale(lambda w: OrderedDict(w=w), lambda kept: kept["w"]),
    "a parameter in a partial function": lambda: Scale(
        lambda w: functools.partial(torch.mul, w), lambda kept: kept(torch.ones(2))
    ),
    "PennyLane's TorchLayer": torch_layer,
    "a network that keeps its activations": Keeping,
    "a network that keeps one of its methods": Method,
    "buffers of other types": Buffers,
    "pruned weights": pruned,
    "weight_norm of before parametrisations": lambda: old_norm(torch.nn.utils.weight_norm),
    "spectral_norm of before parametrisations": lambda: old_norm(torch.nn.utils.spectral_norm).eval(),
    "weight_norm as a parametrisation": lambda: parametrizations.weight_norm(nn.Linear(2, 3)),
    "weight_norm within an LSTM": normed_lstm,
    "an embedding with max_norm": lambda: nn.Embedding(5, 3, max_norm=0.5),
    "an embedding with padding_idx": lambda: nn.Embedding(5, 3, padding_idx=0),
    "parts computed again in the backward pass": Checkpointed,
}


def some_input(network: nn.Module) -> Tensor:
    return torch.arange(5) if isinstance(network, nn.Embedding) else torch.tensor([[0.5, -1.5], [2.0, 1.0]])


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning", "ignore:.*weight_norm.*:DeprecationWarning")
@pytest.mark.parametrize("kind", NETWORKS)
def test_it_computes_with_generated_weights_and_can_be_taken_out(kind: str) -> None:
    torch.manual_seed(0)
    network = NETWORKS[kind]()
    x, before = some_input(network), {name: p.clone() for name, p in network.state_dict().items()}
    model = QuantumTrain(network, 2, generator=torch.Generator().manual_seed(1))
    y = model(x)
    y.square().sum().backward()
    gradient = model.mapping.weight.grad
    assert gradient is not None
    assert gradient.abs().sum() > 0
    classical, twin = model.to_classical(), copy.deepcopy(model)
    assert torch.equal(classical(x), y)
    assert torch.equal(twin(x), y)
    for name, tensor in network.state_dict().items():  # the module that was given stays as it came
        assert torch.equal(tensor, before[name]), name
    with torch.no_grad():  # other weights, another output
        model.mapping.bias.add_(0.3)
    assert not torch.equal(model(x), y)
    assert torch.equal(model.to_classical()(x), model(x))
    assert torch.equal(classical(x), y)


def test_the_torch_layers_circuit_has_the_generated_angle() -> None:
    model = QuantumTrain(torch_layer(), 1, generator=torch.Generator().manual_seed(0))
    (angle,) = model.generate().values()
    torch.testing.assert_close(model(torch.ones(1, 1)).squeeze(), torch.cos(angle).squeeze())


def test_the_checkpointed_gradient_is_the_plain_one() -> None:
    model = QuantumTrain(Checkpointed(), 1, generator=torch.Generator().manual_seed(0))
    x = torch.ones(1, 2)
    model(x).sum().backward()
    by_checkpoint = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    model.zero_grad()
    k = model.generate()
    hidden = nn.functional.linear(x, k["a.weight"], k["a.bias"]).tanh()
    nn.functional.linear(hidden, k["b.weight"], k["b.bias"]).sum().backward()
    plain = [p.grad for p in model.parameters() if p.grad is not None]
    for ours, theirs in zip(by_checkpoint, plain, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_buffers_stay_as_they_are() -> None:
    buffers = dict(QuantumTrain(Buffers(), 1).to_classical().named_buffers())
    assert buffers["turn"].tolist() == [1j]
    assert buffers["exact"].item() == 1 / 3
    assert buffers["counts"].dtype == torch.int64
    running = QuantumTrain(nn.BatchNorm1d(2), 1, dtype=torch.float64)
    assert running(torch.ones(4, 2, dtype=torch.float64)).dtype == torch.float64


def test_an_embedding_stays_within_max_norm() -> None:
    model = QuantumTrain(nn.Embedding(5, 3, max_norm=0.5), 1, mapping_scale=5.0)
    assert (model(torch.arange(5)).norm(dim=1) <= 0.5 + 1e-6).all()


def test_under_autocast_weights_are_generated_in_full() -> None:
    model = QuantumTrain(nn.Linear(2, 2), 2, generator=torch.Generator().manual_seed(0))
    exact = model.weights()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(model.weights(), exact)
        y = model(torch.ones(1, 2))
    assert y.dtype == torch.bfloat16
    y.sum().backward()
    assert model.search.angles.grad is not None


def test_nothing_of_a_call_is_kept() -> None:
    model = QuantumTrain(NETWORKS["a parameter in a list"](), 1)
    model(torch.ones(2))
    assert not any(isinstance(item, Tensor) for item in model.target.kept)


class Thing:
    """Some object."""


def in_an_object(w: Tensor) -> Thing:
    thing = Thing()
    thing.w = w
    return thing


def in_another_module(w: Tensor) -> list[nn.Module]:
    other = nn.Linear(2, 2)
    other.bias = w
    return [other]


class Closure(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.run = lambda x: self.layer(x)  # knows the module it was made in, and no copy

    def forward(self, x: Tensor) -> Tensor:
        return self.run(x)


def hooked() -> nn.Module:
    layer = nn.Linear(2, 2)
    layer.register_forward_hook(lambda module, inputs, output: output + layer.bias)
    return layer


REFUSED: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "in an object": (lambda: Scale(in_an_object, lambda kept: kept.w), "'kept' holds the parameter 'w' in a Thing"),
    "in a set": (
        lambda: Scale(lambda w: {w}, lambda kept: next(iter(kept))),
        "'kept' holds the parameter 'w' in a set",
    ),
    "in a closure": (
        lambda: Scale(lambda w: lambda: w, lambda kept: kept()),
        "'kept' holds the parameter 'w' in a function",
    ),
    "in a module of its own": (
        lambda: Scale(in_another_module, lambda kept: kept[0].bias),
        "'kept' holds the parameter 'w' in a Linear",
    ),
    "in a part of the network": (
        lambda: nn.Sequential(Scale(in_an_object, lambda kept: kept.w)),
        r"'0\.kept' holds the parameter '0\.w' in a Thing",
    ),
    "a function that knows the network": (Closure, "'run' holds the network itself in a function"),
    "a hook that knows the network": (hooked, "'_forward_hooks' holds the network itself in a function"),
    "TorchScript": (lambda: torch.jit.script(nn.Linear(2, 2)), "TorchScript, which keeps its weights"),
}


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:FutureWarning")
@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_with_what_to_do(kind: str) -> None:
    make, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message):
        QuantumTrain(make(), 1)


@pytest.mark.filterwarnings("ignore:.*torch.jit.*:FutureWarning")
def test_a_trace_is_of_the_classical_network() -> None:
    model = QuantumTrain(nn.Linear(2, 2), 1)
    with pytest.raises(RuntimeError, match=r"trace model\.to_classical\(\) instead"):
        torch.jit.trace(model, torch.ones(1, 2))
    traced = torch.jit.trace(model.to_classical(), torch.ones(1, 2))
    assert torch.equal(traced(torch.ones(1, 2)), model(torch.ones(1, 2)))


@st.composite
def roads(draw: st.DrawFn) -> tuple[Callable[[Tensor], Any], Callable[[Any], Tensor]]:
    """What a module may keep a parameter in, however deep, and the way to it."""
    keep: Callable[[Tensor], Any] = lambda w: w  # noqa: E731
    way: Callable[[Any], Tensor] = lambda kept: kept  # noqa: E731
    for kind in draw(st.lists(st.sampled_from(["list", "tuple", "dict", "pair", "partial"]), min_size=1, max_size=5)):
        keep, way = _deeper(kind, keep, way)
    return keep, way


def _deeper(
    kind: str, keep: Callable[[Tensor], Any], way: Callable[[Any], Tensor]
) -> tuple[Callable[[Tensor], Any], Callable[[Any], Tensor]]:
    if kind == "list":
        return lambda w: ["x", keep(w)], lambda kept: way(kept[1])
    if kind == "tuple":
        return lambda w: (keep(w), None), lambda kept: way(kept[0])
    if kind == "dict":
        return lambda w: {"w": keep(w), 2: 3}, lambda kept: way(kept["w"])
    if kind == "pair":
        return lambda w: Pair(0, keep(w)), lambda kept: way(kept.second)
    return lambda w: functools.partial(_give, keep(w)), lambda kept: way(kept())


def _give(value: Any) -> Any:
    return value


@settings(max_examples=40, deadline=None)
@given(road=roads())
def test_second_roads_built_at_random(road: tuple[Callable[[Tensor], Any], Callable[[Any], Tensor]]) -> None:
    model = QuantumTrain(Scale(*road), 1, generator=torch.Generator().manual_seed(2))
    x = torch.tensor([1.0, -2.0])
    y = model(x)
    assert torch.equal(y, x * model.generate()["w"])
    assert torch.equal(model.to_classical()(x), y)
    assert torch.equal(copy.deepcopy(model)(x), y)
