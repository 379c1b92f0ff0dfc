"""Choices layer by layer against enumeration of all paths: distributions, gradients, and what a search finds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from qtkit import CANDIDATES, Ansatz, DiffQAS, Machine, QuantumTrain, probabilities
from qtkit.circuits import CNOT, CRY, CZ, RX, RY, RZ, U3, H
from qtkit.generator import Annealing, LayerwiseSearch, plan
from qtkit.generator.generators import Generators
from qtkit.generator.machine import read_wrong
from qtkit.simulation.density import density_matrix_probabilities

CHOICES = [
    Ansatz(start=[H()], layer=[CZ("ring"), RY()]),
    Ansatz(start=[], layer=[CNOT("brick"), RX(), RZ()]),
    Ansatz(start=[H()], layer=[CRY("brick"), U3()]),
]
TURNED = [Ansatz(layer=[H(), RZ(), CNOT("ring")]), Ansatz(start=[H()], layer=[RX(), H(), RY()])]
TARGET = torch.softmax(torch.arange(8, dtype=torch.float64).sin() * 2, 0)


def search(layerwise: str = "straight-through", depth: int = 2, **options) -> LayerwiseSearch:
    draws = torch.Generator().manual_seed(0)
    options = {
        "structural_init": "random",
        "angle_init": "uniform",
        "candidates": CHOICES,
        "backend": "torch",
        **options,
    }
    return LayerwiseSearch(3, depth, layerwise=layerwise, generator=draws, dtype=torch.float64, **options)


def paths(made: LayerwiseSearch) -> list[tuple[int, ...]]:
    return list(itertools.product(range(2), *[range(3)] * made.depth))


def test_choices_are_the_distinct_starts_and_layers():
    twelve = LayerwiseSearch(4, 5)
    assert (twelve.structural_weights.shape, twelve.start_weights.shape) == ((5, 6), (2,))
    assert twelve.angles.shape == (5, 4)
    made = search()
    assert (made.structural_weights.shape, made.start_weights.shape, made.angles.shape) == ((2, 3), (2,), (2, 11))
    assert search(shared_angles=False).angles.shape == (3, 2, 11)
    assert "3 qubits × 2 layers, each of 3, 2 starts, straight-through" in repr(made)


@pytest.mark.parametrize("shared", [True, False])
def test_a_path_is_its_circuit(shared):
    made = search(shared_angles=shared)
    angles = made.angles if shared else torch.stack([made.angles[2, 0], made.angles[1, 1]])
    circuit = Ansatz(start=[H()], layer=[[CRY("brick"), U3()], [CNOT("brick"), RX(), RZ()]])
    assert made.circuit((0, 2, 1)) == circuit
    width = circuit.angles_per_layer(3)
    expected = probabilities(circuit, angles[:, :width], n_qubits=3, backend="torch")
    torch.testing.assert_close(made.path_probabilities((0, 2, 1)), expected)


def test_paths_of_the_twelve_are_found_again():
    made = LayerwiseSearch(3, 4, CANDIDATES)
    assert made.circuit((0, 0, 0, 0, 0)) == CANDIDATES[0]
    assert made.circuit((1, 4, 4, 4, 4)) == CANDIDATES[10]
    assert made.circuit((0, 0, 1, 0, 1)) == Ansatz(True, "ent", ("rx", "ry"))


@pytest.mark.parametrize("shared", [True, False])
def test_channels_are_the_mean_over_all_paths(shared):
    made = search("channels", shared_angles=shared, temperature=0.8)
    chances = [
        made.start_mixture[path[0]] * math.prod(made.mixture[k, c] for k, c in enumerate(path[1:]))
        for path in paths(made)
    ]
    mean = sum(chance * made.path_probabilities(path) for chance, path in zip(chances, paths(made), strict=True))
    given = made()
    torch.testing.assert_close(given, mean, rtol=0, atol=1e-12)
    assert given.sum().item() == pytest.approx(1) and given.min() >= 0
    upstream = torch.arange(8, dtype=torch.float64)
    parameters = list(made.parameters())
    ours = torch.autograd.grad(given, parameters, upstream)
    torch.testing.assert_close(ours, torch.autograd.grad(mean, parameters, upstream), rtol=1e-9, atol=1e-11)


def test_the_score_s_gradient_is_unbiased(monkeypatch):
    made = search("score")
    made.baseline.fill_(0.3)
    logits = [made.start_weights, made.structural_weights]

    def loss(path: tuple[int, ...]) -> Tensor:
        return (made.path_probabilities(path) - TARGET).square().sum()

    expected = torch.autograd.grad(sum(made.log_probability(p).exp() * loss(p).detach() for p in paths(made)), logits)
    total = [torch.zeros_like(each) for each in logits]
    for path in paths(made):
        monkeypatch.setattr(made, "path", lambda path=path: path)
        made.baseline.fill_(0.3)
        chance, term = made.log_probability(path).exp().item(), made.score(loss(path))
        assert term.item() == 0
        for sum_, gradient in zip(total, torch.autograd.grad(term, logits), strict=True):
            sum_ += chance * gradient
    torch.testing.assert_close(total, list(expected), rtol=1e-9, atol=1e-12)


def test_the_score_s_baseline_is_the_mean_of_losses_before():
    made = search("score")
    made.score(torch.tensor(2.0))
    assert made.baseline.item() == 2.0
    made.score(torch.tensor(3.0)).backward()
    assert made.baseline.item() == pytest.approx(2.1)
    assert made.structural_weights.grad.abs().max() > 0


def test_straight_through_is_one_circuit_with_a_softmax_s_gradient():
    made = search(temperature=0.7)
    path = made.path()
    drawn = made.path_probabilities(path)
    assert torch.equal(made(), drawn)
    upstream = torch.arange(8, dtype=torch.float64)
    by_angles, by_start, by_layers = torch.autograd.grad(
        made(), [made.angles, made.start_weights, made.structural_weights], upstream
    )
    (expected,) = torch.autograd.grad(drawn, made.angles, upstream)
    torch.testing.assert_close(by_angles, expected)
    signal = ((drawn.detach() - 1 / 8) * upstream).sum()
    of_start, of_layers = made.noise.split([2, 6])
    for gradient, logits, noise, chosen in (
        (by_start[None], made.start_weights[None], of_start[None], path[:1]),
        (by_layers, made.structural_weights, of_layers.view(2, 3), path[1:]),
    ):
        soft = torch.softmax((logits + noise) / 0.7, -1)
        picked = soft[range(len(chosen)), list(chosen)].sum()
        torch.testing.assert_close(gradient, signal * torch.autograd.grad(picked, logits)[0].view_as(gradient))


def test_paths_are_drawn_with_their_chances():
    made, seen = search(depth=1), {}
    for _ in range(1_000):
        seen[made.path()] = seen.get(made.path(), 0) + 1
        made.advance()
    for path in paths(made):
        assert seen[path] / 1_000 == pytest.approx(made.log_probability(path).exp().item(), abs=0.05)


def test_without_noise_it_is_the_most_probable_circuit():
    made = search()
    with torch.no_grad():
        made.structural_weights.copy_(torch.tensor([[0.0, 1.0, 0.5], [2.0, 1.0, 0.5]]))
        made.start_weights.copy_(torch.tensor([0.0, 1.0]))
    assert made.derive() == Ansatz(layer=[[CNOT("brick"), RX(), RZ()], [CZ("ring"), RY()]])
    assert torch.equal(made.eval()(), made.path_probabilities((1, 1, 0)))
    assert torch.equal(made.train().distribution(), made.eval()())


PLANTED = Ansatz(start=[H()], layer=[[CZ("ring"), RY()], [CRY("brick"), U3()]])


@pytest.mark.parametrize(
    ("layerwise", "steps", "rate", "options"),
    [
        ("channels", 40, 0.1, {}),
        ("score", 400, 0.03, {}),
        ("straight-through", 400, 0.03, {"temperature": Annealing(2.0, 0.5, 400)}),
    ],
)
def test_a_planted_choice_is_found(layerwise, steps, rate, options, monkeypatch):
    """The target is the distribution of one path at the search's own angles, which stay: only choices are trained."""
    made = search(layerwise, structural_init="equal", train_angles=False, **options)
    known = {path: made.path_probabilities(path).detach() for path in paths(made)}
    monkeypatch.setattr(made, "path_probabilities", lambda path: known[tuple(path)])
    target = known[0, 0, 2]
    optimiser = torch.optim.Adam([p for p in made.parameters() if p.requires_grad], lr=rate)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = 10 * (made() - target).square().sum()
        (loss + made.score(loss) if layerwise == "score" else loss).backward()
        optimiser.step()
        made.advance()
    assert made.derive() == PLANTED
    assert made.entropy().item() < math.log(3)


@pytest.mark.parametrize("layerwise", ["straight-through", "score", "channels"])
def test_a_network_is_trained_saved_and_derived(layerwise):
    options = {"layerwise": layerwise, "backend": "torch", "dtype": torch.float64}
    model = QuantumTrain(nn.Linear(3, 2), 2, CHOICES, generator=torch.Generator().manual_seed(3), **options)
    assert model.plan == plan(nn.Linear(3, 2), 2, CHOICES, **options)
    assert model.plan.trained == model.num_trainable
    x = torch.ones(4, 3, dtype=torch.float64)
    loss = model(x).square().mean()
    (loss + model.search.score(loss) if layerwise == "score" else loss).backward()
    assert model.search.angles.grad.abs().max() > 0
    other = QuantumTrain(nn.Linear(3, 2), 2, CHOICES, **options)
    other.load_state_dict(model.state_dict())
    assert torch.equal(other.weights(), model.weights())
    classical = model.to_classical()
    torch.testing.assert_close(classical(x), model.eval()(x))
    assert torch.equal(Machine().network(model).weight, classical.weight)
    derived = QuantumTrain(nn.Linear(3, 2), 2, [model.search.derive()], backend="torch", dtype=torch.float64)
    assert derived(x).shape == (4, 2)


def test_one_of_several_generators_may_choose_layer_by_layer():
    parts = {"weight": {"depth": 2, "layerwise": "score"}, "bias": {"depth": 1, "candidates": CANDIDATES[:1]}}
    made = Generators(nn.Linear(3, 2), parts)
    assert isinstance(made.parts[0].search, LayerwiseSearch)
    made(torch.ones(1, 3)).sum().backward()


def mean_over_paths(made: LayerwiseSearch, distribution: Callable[[tuple[int, ...]], np.ndarray]) -> np.ndarray:
    """Of all paths, each by its chance."""
    every = itertools.product(range(len(made.choices.starts)), *[range(len(made.choices.layers))] * made.depth)
    start, layers = made.start_mixture.tolist(), made.mixture.tolist()
    return sum(
        start[path[0]] * math.prod(layers[k][choice] for k, choice in enumerate(path[1:])) * distribution(path)
        for path in every
    )


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("candidates", [CHOICES, TURNED, CANDIDATES[4:8]], ids=["any gates", "turned", "words"])
def test_a_machine_s_channels_are_the_mean_of_all_paths_density_matrices(candidates, shared):
    """Of each path alone by PennyLane."""
    made = search("channels", candidates=candidates, shared_angles=shared, temperature=0.8)

    def alone(path: tuple[int, ...]) -> np.ndarray:
        circuit, angles = made.circuit(path), made.path_angles(path).detach()
        return density_matrix_probabilities(circuit, angles, 0.07, n_qubits=3)

    read = Machine(gate_error=0.07).measure(made)
    np.testing.assert_allclose(read, mean_over_paths(made, alone), rtol=0, atol=1e-12)
    np.testing.assert_allclose(made.channels(1e-300).detach(), made().detach(), rtol=0, atol=1e-12)
    assert (made.channels(0.75).detach() - 1 / 8).abs().max() < 1e-12, "all qubits are mixed"


def test_layers_that_begin_with_hadamards_have_them():
    """They were once taken for a start that is not theirs."""
    made = search("channels", candidates=TURNED)
    exact = mean_over_paths(made, lambda path: made.path_probabilities(path).detach().numpy())
    np.testing.assert_allclose(made().detach(), exact, rtol=0, atol=1e-12)


def test_shots_of_channels_are_counts_of_one_machine():
    made = search("channels")
    counts = 1_000 * Machine(shots=1_000, gate_error=0.01, readout_error=0.05).measure(made)
    torch.testing.assert_close(counts, counts.round())
    assert counts.sum().item() == pytest.approx(1_000)
    expected = read_wrong(made.channels(0.01).detach(), 0.05)
    torch.testing.assert_close(Machine(gate_error=0.01, readout_error=0.05).measure(made), expected)
    many = Machine(shots=10**14, gate_error=0.01, readout_error=0.05).measure(made)
    torch.testing.assert_close(many, expected, rtol=0, atol=1e-6)
    one, same, other = (Machine(shots=100, seed=seed).measure(made) for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert Machine(shots=100).measure(search("channels").float()).dtype == torch.float32


@pytest.mark.parametrize("layerwise", ["straight-through", "score"])
@pytest.mark.parametrize("shared", [True, False])
def test_a_machine_runs_the_most_probable_path_as_the_circuit_it_is(layerwise, shared):
    made = search(layerwise, shared_angles=shared)
    alone = DiffQAS(3, 2, [made.derive()], backend="torch", dtype=torch.float64)
    with torch.no_grad():
        alone.angles.copy_(made.path_angles(made.best_path()))
    for machine in (Machine(), Machine(shots=200), Machine(shots=50, gate_error=0.05, readout_error=0.1, seed=3)):
        torch.testing.assert_close(machine.measure(made), alone() if machine.perfect else machine.measure(alone))


@pytest.mark.parametrize("layerwise", ["score", "channels"])
def test_networks_are_written_by_what_a_machine_reads(layerwise):
    options = {"layerwise": layerwise, "backend": "torch", "dtype": torch.float64}
    model = QuantumTrain(nn.Linear(3, 2), 2, CHOICES, generator=torch.Generator().manual_seed(3), **options)
    machine = Machine(shots=30, gate_error=0.02)
    assert torch.equal(machine.network(model).weight, model.to_classical(machine.measure(model.search)).weight)
    parts = {"weight": {"depth": 2, "layerwise": layerwise}, "bias": {"depth": 1, "candidates": CANDIDATES[4:5]}}
    several = Generators(nn.Linear(3, 2), parts, generator=torch.Generator().manual_seed(3))
    assert not torch.equal(machine.network(several).weight, several.to_classical().weight)


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (lambda: search("hard"), "layerwise must be one of"),
        (lambda: search(candidates=CHOICES[:1]), "nothing is chosen"),
        (lambda: LayerwiseSearch(10, 1, layerwise="channels"), "a density matrix is for at most 9 qubits, got 10"),
        (lambda: search(shared_angles="no"), "shared_angles must be True or False, got 'no'"),
        (lambda: search(train_angles="no"), "train_angles must be True or False, got 'no'"),
        (lambda: search(recompute="no"), "recompute must be True or False, got 'no'"),
        (lambda: search(temperature=-1.0), "temperature must be a positive number"),
        (lambda: search("channels").score(torch.tensor(1.0)), "score trains the logits of layerwise='score'"),
        (lambda: search().winner(), "as many circuits as paths"),
        (lambda: search().prune(1), "nothing to prune"),
        (lambda: search().candidate_probabilities(), "are choices of its layers"),
        (lambda: search("score").channels(), "is that of layerwise='channels', got 'score'"),
        (
            lambda: QuantumTrain(nn.Linear(3, 2), 2, layerwise="score", weighting="softmax"),
            "weighting is not for a layerwise search",
        ),
    ],
)
def test_what_does_not_fit_is_refused(do, message):
    with pytest.raises(ValueError, match=message):
        do()
