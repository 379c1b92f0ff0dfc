"""Temperatures, Gumbel noise and entropy against formulas; a search that is saved goes on with its noise."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, DiffQAS, Machine, QuantumTrain
from qtkit.generator.compiled import CompiledGenerator
from qtkit.generator.search.choosing import Annealing, gumbel_noise, noisy_choice

FOUR = [CANDIDATES[k] for k in (1, 4, 6, 10)]


def search(**options) -> DiffQAS:
    draws = torch.Generator().manual_seed(0)
    options = {"weighting": "gumbel", "structural_init": "random", "angle_init": "uniform", **options}
    return DiffQAS(3, 2, FOUR, generator=draws, dtype=torch.float64, **options)


def test_softmax_has_a_temperature():
    made = search(weighting="softmax", temperature=0.5)
    torch.testing.assert_close(made.mixture, torch.softmax(2 * made.structural_weights, 0))
    torch.testing.assert_close(made(), made.mixture @ made.candidate_probabilities())
    plain, one = search(weighting="softmax"), search(weighting="softmax", temperature=1.0)
    assert torch.equal(plain(), one())
    assert set(plain.state_dict()) == {"angles", "structural_weights"}


def test_a_schedule_follows_the_steps():
    made = search(weighting="softmax", temperature=Annealing(4.0, 0.25, steps=4))
    seen = []
    for _ in range(6):
        seen.append(made.temperature)
        made.advance()
    assert seen == pytest.approx([4, 2, 1, 0.5, 0.25, 0.25])
    other = search(weighting="softmax", temperature=Annealing(4.0, 0.25, steps=4))
    other.load_state_dict(made.state_dict())
    assert other.temperature == 0.25


def test_workers_on_the_same_numbers_count_their_steps_together():
    made, other = search(temperature=Annealing(4.0, 0.25, steps=4)), search(temperature=Annealing(4.0, 0.25, steps=4))
    for _ in range(3):
        made.advance()
    other.stand_at(3)
    assert (other.steps_done, other.temperature) == (3, 0.5) and torch.equal(other.noise, made.noise)
    plain = search(weighting="raw")
    plain.stand_at(3)
    assert plain.steps_done == 0, "nothing hangs on it"


def test_gumbel_draws_are_those_of_the_distribution():
    draws = gumbel_noise((200_000,), seed=3, step=1)
    assert draws.mean().item() == pytest.approx(0.5772157, abs=0.01)
    assert draws.var().item() == pytest.approx(math.pi**2 / 6, abs=0.03)
    assert torch.equal(gumbel_noise((5,), 3, 1), gumbel_noise((5,), 3, 1))
    assert not torch.equal(gumbel_noise((5,), 3, 1), gumbel_noise((5,), 3, 2))


def test_the_largest_with_noise_is_chosen_with_the_softmax_s_chance():
    logits = torch.tensor([0.0, 1.0, -0.5, 0.3], dtype=torch.float64)
    noise = gumbel_noise((40_000, 4), seed=0, step=0)
    chosen = noisy_choice(logits.expand(40_000, 4), noise, 0.3, straight_through=True)
    torch.testing.assert_close(chosen.mean(0), torch.softmax(logits, 0), atol=0.01, rtol=0)


def test_noise_is_a_training_s_alone_and_stays_until_advance():
    made = search()
    first = made()
    assert torch.equal(first, made())
    torch.testing.assert_close(
        first, torch.softmax(made.structural_weights + made.noise, 0) @ made.candidate_probabilities()
    )
    made.advance()
    assert not torch.equal(made(), first)
    made.eval()
    torch.testing.assert_close(made(), torch.softmax(made.structural_weights, 0) @ made.candidate_probabilities())
    assert torch.equal(made(), made.train().distribution())


def test_straight_through_is_one_candidate_with_the_softmax_s_gradient():
    made = search(straight_through=True, temperature=0.7)
    place = int((made.structural_weights + made.noise).argmax())
    assert made.choice().tolist() == [float(k == place) for k in range(4)]
    torch.testing.assert_close(made(), made.candidate_probabilities()[place])
    upstream = torch.arange(8, dtype=torch.float64)
    (gradient,) = torch.autograd.grad(made(), made.structural_weights, upstream)
    soft = torch.softmax((made.structural_weights + made.noise) / 0.7, 0)
    (expected,) = torch.autograd.grad(soft, made.structural_weights, made.candidate_probabilities().detach() @ upstream)
    torch.testing.assert_close(gradient, expected)


@pytest.mark.parametrize("weighting", ["softmax", "gumbel"])
def test_gradients_are_those_of_finite_differences(weighting):
    made = search(weighting=weighting, temperature=0.6, backend="torch")
    names = [name for name, _ in made.named_parameters()]

    def output(*values: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(made, dict(zip(names, values, strict=True)), ())

    inputs = tuple(parameter.detach().clone().requires_grad_() for parameter in made.parameters())
    assert torch.autograd.gradcheck(output, inputs)


def test_entropy_is_that_of_the_mixture():
    made = search(weighting="softmax", temperature=0.5)
    w = made.mixture
    torch.testing.assert_close(made.entropy(), -(w * w.log()).sum())
    assert search(structural_init="equal").entropy().item() == pytest.approx(math.log(4))
    made.entropy().backward()
    assert made.structural_weights.grad.abs().max() > 0
    with pytest.raises(ValueError, match="raw weights are no distribution"):
        search(weighting="raw").entropy()


def test_a_saved_search_goes_on_with_the_noise_it_would_have_had():
    first, second = search(), DiffQAS(3, 2, FOUR, weighting="gumbel", dtype=torch.float64)
    for _ in range(3):
        first.advance()
    second.load_state_dict(first.state_dict())
    for _ in range(2):
        assert torch.equal(first(), second())
        first.advance()
        second.advance()


def test_networks_and_machines_read_it_without_noise():
    draws = torch.Generator().manual_seed(1)
    model = QuantumTrain(nn.Linear(3, 2), 2, FOUR, weighting="gumbel", structural_init="random", generator=draws)
    plain = model.to_classical()
    assert not torch.equal(plain.weight, model.generate()["weight"])
    assert torch.equal(plain.weight, Machine().network(model).weight)
    model.eval()
    assert torch.equal(plain.weight, model.generate()["weight"])
    without_noise = CompiledGenerator(model).weights()[:6].reshape(2, 3)
    torch.testing.assert_close(torch.from_numpy(without_noise), plain.weight.detach())


def test_derive_is_the_most_probable_candidate():
    made = search(weighting="softmax")
    with torch.no_grad():
        made.structural_weights.copy_(torch.tensor([0.0, -1.0, 2.0, 1.0]))
    assert made.derive() == FOUR[2]
    raw = search(weighting="raw")
    assert raw.derive() == raw.winner()
    with pytest.raises(ValueError, match="nothing is searched"):
        DiffQAS(3, 2, FOUR[:1], weighting="softmax").derive()
    with pytest.raises(ValueError, match="2 stacked blocks are no single circuit"):
        DiffQAS(3, 2, FOUR, n_blocks=2).derive()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0}, "temperature must be a positive number, got 0"),
        ({"temperature": lambda step: step}, r"temperature\(0\) must be a positive number"),
        ({"weighting": "raw", "temperature": 2.0}, "raw weights are not sent through a softmax"),
        ({"weighting": "softmax", "straight_through": True}, "needs weighting='gumbel', got 'softmax'"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        search(**options)
    with pytest.raises(ValueError, match="end must be a positive number"):
        Annealing(1.0, 0.0, 5)
