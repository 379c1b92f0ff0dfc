"""Several generators for one network: each writes its own parameters, and all else works as with one."""

from __future__ import annotations

import copy

import pytest
import safetensors.torch
import torch
from torch import nn

from qtkit import CANDIDATES, Machine, QuantumTrain
from qtkit.generator import Generators, plan
from tests.helpers import seeded

PARTS = {
    "0.*": {"depth": 3, "chunk": 4, "probability": "scaled"},
    ("2.*", "3.*"): {"depth": 1, "candidates": CANDIDATES[4:6]},
}


def network() -> nn.Sequential:
    torch.manual_seed(0)  # what is not generated stays as it was drawn
    return nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 3), nn.Linear(3, 2), nn.Linear(2, 2))


def model(**options) -> Generators:
    return Generators(network(), PARTS, **{"generator": seeded(), "dtype": torch.float64, **options})


X = torch.randn(5, 4, dtype=torch.float64, generator=seeded(1))


def test_each_part_writes_the_parameters_of_its_pattern():
    made = model()
    generated = made.generate()
    assert list(generated) == ["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias"]
    first, second = (
        torch.cat([generated[name].reshape(-1) for name in generated if pick(name)])
        for pick in (lambda name: name[0] == "0", lambda name: name[0] != "0")
    )
    assert torch.equal(first, made.parts[0].weights())
    assert torch.equal(second, made.parts[1].weights())
    assert (made.num_weights, made.num_kept) == (15 + 12 + 8, 6)
    assert made.num_trainable == sum(part.plan.generating for part in made.parts)
    assert [part.plan for part in made.parts] == [
        plan(15, 3, chunk=4, dtype=torch.float64),
        plan(20, 1, CANDIDATES[4:6], dtype=torch.float64),
    ]


def test_a_single_part_is_a_quantum_train():
    one = Generators(network(), {"*": {"depth": 2}}, generator=seeded())
    assert torch.equal(one.weights(), QuantumTrain(network(), 2, generator=seeded()).weights())


def test_the_first_pattern_that_fits_has_a_parameter():
    made = Generators(network(), {"*.bias": {"depth": 1}, "*": {"depth": 2}})
    assert [part.num_weights for part in made.parts] == [3 + 3 + 2 + 2, 12 + 9 + 6 + 4]


def test_gradients_reach_every_part_and_training_goes_down():
    made = model()
    optimiser = torch.optim.Adam(made.parameters(), lr=0.05)
    losses = []
    for _ in range(30):
        optimiser.zero_grad()
        loss = (made(X) - 1).square().mean()
        loss.backward()
        losses.append(loss.item())
        optimiser.step()
    assert all(part.search.angles.grad.abs().max() > 0 for part in made.parts)
    assert losses[-1] < losses[0] / 2


def test_state_classical_network_and_copy():
    first, second = model(), model(generator=seeded(4))
    state = safetensors.torch.load(safetensors.torch.save(first.state_dict()))
    assert {"parts.0.search.angles", "parts.1.mapping.weight", "target.4.weight"} <= set(state)
    second.load_state_dict(state)
    assert torch.equal(second(X), first(X))
    assert torch.equal(copy.deepcopy(first)(X), first(X))
    classical = first.to_classical()
    assert type(classical) is nn.Sequential
    assert torch.equal(classical(X), first(X))
    own = [part.search() for part in first.parts]
    assert torch.equal(first.to_classical(own)(X), first(X))


def test_repr_tells_each_part():
    text = repr(model())
    assert "2 generators → 35 weights" in text
    assert "('0.*'): 2 qubits × 3 layers → 15 weights, 4 at once" in text
    assert "('2.*', '3.*')" in text


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "parts must map patterns to options"),
        ({"0.*": {"depth": 1}, "5.*": {"depth": 1}}, r"only='5.\*' fits no parameter"),
        ({"*": {"depth": 1}, "0.*": {"depth": 1}}, r"'0.\*' is left no parameter"),
        ({"*": {"chunk": 2}}, r"the options of '\*' must be 'depth' and any of"),
        ({"*": {"depth": 1, "deep": 2}}, r"the options of '\*' must be 'depth' and any of"),
        ({"0.*": {"depth": -1}}, r"the generator of '0.\*': depth must be"),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        Generators(network(), parts)


def test_distributions_are_one_a_part():
    with pytest.raises(ValueError, match="distributions must be 2"):
        model().to_classical([model().parts[0].search()])


def test_a_machine_reads_each_part_by_itself():
    twins = Generators(network(), {"0.*": {"depth": 2}, "2.*": {"depth": 2}}, dtype=torch.float64)
    assert torch.equal(Machine().network(twins)[0].weight, twins.to_classical()[0].weight)
    machine = Machine(shots=50, seed=3)
    read = machine.network(twins)
    assert torch.equal(read[0].weight, machine.network(twins)[0].weight)
    assert not torch.equal(read[0].weight, twins.to_classical()[0].weight)
