"""Training with shots and with faulty gates: estimates without bias, of the variance that is told, exactly resumed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from qtkit import CANDIDATES, DiffQAS, QuantumTrain
from qtkit.runs import Store, run
from qtkit.runs.store.identity import run_key
from qtkit.simulation.density import density_matrix_probabilities
from qtkit.tasks.measured import MeasuredTrain, estimate, noisy_mean
from qtkit.tasks.series import SeriesSettings
from tests.helpers import after, values

TIMES = 1_000
SMALL = SeriesSettings(dataset="bessel", epochs=1, depth=1, candidates=(5, 7), predictions="none", batch_size=40)


def search() -> DiffQAS:
    draws = torch.Generator().manual_seed(3)
    return DiffQAS(
        3,
        2,
        [CANDIDATES[4], CANDIDATES[6]],
        angle_init="uniform",
        structural_init="random",
        generator=draws,
        dtype=torch.float64,
    )


def gradients(made: DiffQAS, distribution: Tensor, upstream: Tensor) -> np.ndarray:
    by = torch.autograd.grad(distribution, [made.angles, made.structural_weights], upstream)
    return torch.cat([each.reshape(-1) for each in by]).numpy()


UPSTREAM = torch.tensor([0.3, -1.0, 2.0, 0.1, -0.4, 0.7, -1.5, 1.0], dtype=torch.float64)


@pytest.mark.slow
def test_shots_give_distribution_and_gradient_without_bias() -> None:
    made = search()
    exact, wanted = made(), gradients(made, made(), UPSTREAM)
    found, by = [], []
    for seed in range(TIMES):
        told = estimate(made, shots=20, noise=0.0, seeds=(seed,))
        found.append(told.detach().numpy())
        by.append(gradients(made, told, UPSTREAM))
    for estimates, mean in ((np.array(found), exact.detach().numpy()), (np.array(by), wanted)):
        error = estimates.std(axis=0) / TIMES**0.5
        assert (np.abs(estimates.mean(axis=0) - mean) < 4.5 * error).all()
        assert (error > 0).all()


@pytest.mark.slow
def test_the_variance_is_the_one_told() -> None:
    made, shots = search(), 20
    each = made.candidate_probabilities()
    by_angle = torch.autograd.functional.jacobian(lambda angles: _probabilities(made, angles), made.angles)
    steps = by_angle.reshape(2, 8, -1)  # (N, 2**n, L n)
    told = UPSTREAM[None, :, None] * steps
    one = (told**2 / each.detach()[:, :, None]).sum(1) - told.sum(1) ** 2
    expected = (made.mixture.detach()[:, None] ** 2 * one).sum(0) / shots
    by = [gradients(made, estimate(made, shots=shots, noise=0.0, seeds=(s,)), UPSTREAM)[:6] for s in range(TIMES)]
    np.testing.assert_allclose(np.var(by, axis=0), expected.numpy(), rtol=0.25)


def _probabilities(made: DiffQAS, angles: Tensor) -> Tensor:
    from qtkit.simulation import candidate_probabilities

    return candidate_probabilities(made.candidates, angles)


@pytest.mark.slow
def test_faulty_gates_give_distribution_and_gradient_without_bias() -> None:
    """Against density matrices, and for the gradient their parameter shift."""
    made, noise = search(), 0.05
    wanted = noisy(made, made.angles, noise)
    by_shift = []
    for k in range(made.angles.numel()):
        sides = []
        for sign in (1, -1):
            angles = made.angles.detach().clone()
            angles.view(-1)[k] += sign * torch.pi / 2
            sides.append(noisy(made, angles, noise))
        by_shift.append((sides[0] - sides[1]) / 2 @ UPSTREAM.numpy())
    found, by = [], []
    for seed in range(100):
        shown = estimate(made, shots=None, noise=noise, seeds=(seed,))
        found.append(shown.detach().numpy())
        by.append(gradients(made, shown, UPSTREAM)[:6])
    for estimates, mean in ((np.array(found), wanted), (np.array(by), np.array(by_shift))):
        error = estimates.std(axis=0) / len(estimates) ** 0.5
        assert (np.abs(estimates.mean(axis=0) - mean) < 4.5 * error).all()


def noisy(made: DiffQAS, angles: Tensor, noise: float) -> np.ndarray:
    each = [density_matrix_probabilities(candidate, angles.detach(), noise) for candidate in made.candidates]
    return made.mixture.detach().numpy() @ np.stack(each)


def test_a_mean_over_errors_is_a_distribution() -> None:
    read = noisy_mean(CANDIDATES[4], torch.rand(2, 3), 0.3, 4, np.random.default_rng(0))
    assert (read >= 0).all()
    assert read.sum().item() == pytest.approx(1, abs=1e-5)


def test_many_shots_are_the_exact_model_and_evaluation_is() -> None:
    models = [
        kind(nn.Linear(3, 2), 2, generator=torch.Generator().manual_seed(0)) for kind in (QuantumTrain, MeasuredTrain)
    ]
    exact, measured = models
    assert isinstance(measured, MeasuredTrain)
    inputs = torch.ones(1, 3)
    assert torch.equal(measured(inputs), exact(inputs)), "nothing is measured before it is asked for"
    measured.measure(shots=10, noise=0.0, seeds=(0, 0))
    once = measured(inputs)
    assert not torch.equal(once, exact(inputs))
    assert torch.equal(measured(inputs), once)
    measured.measure(shots=10, noise=0.0, seeds=(0, 1))
    assert not torch.equal(measured(inputs), once)
    measured.measure(shots=2**50, noise=0.0, seeds=(0, 0))
    torch.testing.assert_close(measured(inputs), exact(inputs), atol=1e-5, rtol=1e-4)
    measured.measure(shots=10, noise=0.0, seeds=(0, 0))
    assert torch.equal(measured.to_classical()(inputs), exact.to_classical()(inputs))
    assert torch.equal(measured.eval()(inputs), exact(inputs))


@pytest.mark.parametrize(
    "changes", [{"shots": 50}, {"noise": 0.02}, {"shots": 50, "noise": 0.02, "weighting": "softmax"}]
)
def test_a_run_goes_on_exactly(changes: dict[str, float], tmp_path: Path) -> None:
    settings = dataclasses.replace(SMALL, **changes)
    whole = run(settings, store=tmp_path / "whole")
    broken = run(settings, store=tmp_path / "broken", stop=after(2))
    assert not broken.finished
    broken = run(settings, store=tmp_path / "broken")
    assert values(broken).equals(values(whole))
    assert not values(whole).equals(values(run(SMALL, store=tmp_path / "exact")))


def test_stored_runs_keep_their_names() -> None:
    told = SMALL.to_dict()
    before = {name: value for name, value in told.items() if name not in ("shots", "noise")}
    assert run_key("series", told, "data") == run_key("series", before, "data")
    assert run_key("series", {**told, "shots": 5}, "data") != run_key("series", before, "data")
    assert Store("none").run(SMALL).key != Store("none").run(dataclasses.replace(SMALL, noise=0.1)).key


def test_what_cannot_be_measured_is_refused() -> None:
    for changes, message in (
        ({"shots": 0}, "shots must be a whole number of at least 1 or None, got 0"),
        ({"noise": 0.8}, r"noise must be a number from 0 to 0.75, got 0.8"),
    ):
        with pytest.raises(ValueError, match=message):
            dataclasses.replace(SMALL, **changes)
    layers = MeasuredTrain(nn.Linear(3, 2), 1, layerwise="channels")
    layers.measure(shots=None, noise=0.0, seeds=(0,))
    with pytest.raises(ValueError, match="are chosen one by one, here layerwise='channels': a Machine reads it"):
        layers.measure(shots=10, noise=0.0, seeds=(0,))
    blocks = MeasuredTrain(nn.Linear(3, 2), 1, n_blocks=2)
    with pytest.raises(ValueError, match="which 2 stacked blocks forbid"):
        blocks.measure(shots=5, noise=0.0, seeds=(0,))
