"""PyTorch as people set it up: other defaults, function transforms, subclasses of qtkit's own modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, jacfwd, jacrev, vmap
from torch.nn.utils import parametrizations

from qtkit import CANDIDATES, DiffQAS, QuantumTrain, networks, probabilities
from qtkit.generator.compiled import CompiledGenerator

# Function transforms

EVERY_STRUCTURE = [CANDIDATES[k] for k in (0, 1, 4, 6, 8)]


@pytest.mark.parametrize("candidate", EVERY_STRUCTURE, ids=str)
@pytest.mark.parametrize("backend", ["auto", "torch"])
@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:FutureWarning")
def test_jacobians_and_batches_of_circuits(candidate: Any, backend: str) -> None:
    generator = torch.Generator().manual_seed(0)
    angles = torch.randn(3, 2, 3, generator=generator, dtype=torch.float64)

    def circuit(one: Tensor) -> Tensor:
        return probabilities(candidate, one, backend=backend)

    expected = torch.autograd.functional.jacobian(lambda one: probabilities(candidate, one, backend="torch"), angles[0])
    torch.testing.assert_close(jacrev(circuit)(angles[0]), expected)
    torch.testing.assert_close(jacfwd(circuit)(angles[0]), expected)
    torch.testing.assert_close(vmap(circuit)(angles), torch.stack([circuit(one) for one in angles]))


@pytest.mark.parametrize("options", [{}, {"n_blocks": 2}, {"shared_angles": False}, {"weighting": "softmax"}], ids=str)
def test_the_gradient_of_a_whole_model(options: dict[str, Any]) -> None:
    start = torch.Generator().manual_seed(0)
    model = QuantumTrain(nn.Linear(3, 2), 2, dtype=torch.float64, angle_init="uniform", generator=start, **options)
    x, parameters = torch.ones(1, 3, dtype=torch.float64), dict(model.named_parameters())
    by_transform = grad(lambda values: functional_call(model, values, (x,)).square().sum())(parameters)
    model(x).square().sum().backward()
    for name, parameter in parameters.items():
        torch.testing.assert_close(by_transform[name], parameter.grad)


def test_compiled_kernels_say_what_transforms_need() -> None:
    with pytest.raises(ValueError, match=r"torch\.func's transforms need backend='torch'"):
        jacrev(lambda angles: probabilities(CANDIDATES[4], angles, backend="numba"))(torch.ones(1, 2))


# Other defaults than PyTorch's own

STARTS: dict[str, Callable[[torch.Generator], nn.Module]] = {
    "the search": lambda g: DiffQAS(3, 2, generator=g),
    "angles from everywhere": lambda g: DiffQAS(3, 2, angle_init="uniform", generator=g),
    "structural weights at random": lambda g: DiffQAS(3, 2, structural_init="random", generator=g),
    "softmax at random": lambda g: DiffQAS(3, 2, structural_init="random", weighting="softmax", generator=g),
    "a model": lambda g: QuantumTrain(networks.SeriesLSTM(generator=g), 2, generator=g),
    "a model of bits -1 and 1": lambda g: QuantumTrain(networks.PolicyMLP(generator=g), 1, bits="pm1", generator=g),
    "the paper's image network": lambda g: networks.ImageMLP(generator=g),
}


def start(name: str) -> dict[str, Tensor]:
    return STARTS[name](torch.Generator("cpu").manual_seed(3)).state_dict()


@pytest.fixture
def expected() -> Callable[[str], dict[str, Tensor]]:
    """The starts under PyTorch's own defaults."""
    found = {name: start(name) for name in STARTS}
    return found.__getitem__


@pytest.mark.usefixtures("other_defaults")
@pytest.mark.parametrize("name", STARTS)
def test_the_same_seed_gives_the_same_start(name: str, expected: Callable[[str], dict[str, Tensor]]) -> None:
    started, before = start(name), expected(name)
    assert started.keys() == before.keys()
    for key, value in before.items():
        assert started[key].dtype == torch.float32
        assert started[key].equal(value), key


# Subclasses: kernels that know a class do not take what only looks like it


class OtherMixture(DiffQAS):
    @property
    def mixture(self) -> Tensor:
        return self.structural_weights.square()


class OtherWeights(QuantumTrain):
    def weights(self, distribution: Tensor | None = None) -> Tensor:
        return super().weights(distribution).tanh()


def other_mixture() -> QuantumTrain:
    model = QuantumTrain(nn.Linear(3, 2), 2)
    model.search.__class__ = OtherMixture
    return model


def normed_mapping() -> QuantumTrain:
    model = QuantumTrain(nn.Linear(3, 2), 2)
    parametrizations.weight_norm(model.mapping)
    return model


SUBCLASSES: dict[str, Callable[[], QuantumTrain]] = {
    "another mixture": other_mixture,
    "other weights": lambda: OtherWeights(nn.Linear(3, 2), 2),
    "a parametrised mapping": normed_mapping,
}


@pytest.mark.parametrize("kind", SUBCLASSES)
def test_compiled_generators_refuse_subclasses(kind: str) -> None:
    model = SUBCLASSES[kind]()
    assert not CompiledGenerator.supports(model)
    with pytest.raises(ValueError, match="no subclass of it or of its parts"):
        CompiledGenerator(model)


@pytest.mark.parametrize("seed", range(8))
def test_the_compiled_way_is_the_general_way(seed: int) -> None:
    chance = np.random.default_rng(seed)
    model = QuantumTrain(
        nn.Linear(int(chance.integers(1, 6)), int(chance.integers(1, 4))),
        int(chance.integers(0, 4)),
        [CANDIDATES[k] for k in sorted(chance.choice(12, int(chance.integers(1, 6)), replace=False))],
        probability=str(chance.choice(["raw", "tanh", "scaled"])),
        bits=str(chance.choice(["01", "pm1"])),
        centre=bool(chance.integers(2)),
        weighting=str(chance.choice(["raw", "softmax"])),
        shared_angles=bool(chance.integers(2)),
        angle_init="uniform",
        dtype=torch.float64,
        generator=torch.Generator().manual_seed(seed),
    )
    compiled = CompiledGenerator(model)
    weights = model.weights()
    np.testing.assert_allclose(compiled.weights(), weights.detach().numpy(), rtol=1e-12, atol=1e-14)
    by_weights = chance.normal(size=len(weights))
    weights.backward(torch.from_numpy(by_weights))
    expected = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    compiled.backward(by_weights)
    for name, parameter in model.named_parameters():
        if name in expected:
            np.testing.assert_allclose(parameter.grad.numpy(), expected[name].numpy(), rtol=1e-9, atol=1e-12)
