from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import Estimate, estimate_expressibility, expressibility, haar_fidelity_cdf, pair_fidelities


def haar_states(n_states, dimension, seed=0):
    rng = np.random.default_rng(seed)
    states = rng.normal(size=(n_states, dimension)) + 1j * rng.normal(size=(n_states, dimension))
    return states / np.linalg.norm(states, axis=1, keepdims=True)


@pytest.mark.parametrize("dimension", [2, 4, 16])
def test_haar_cdf_is_that_of_sampled_random_states(dimension):
    states = haar_states(8000, dimension)
    fidelities = np.abs(np.sum(states[::2].conj() * states[1::2], axis=1)) ** 2
    assert stats.kstest(fidelities, lambda f: haar_fidelity_cdf(f, dimension)).pvalue > 0.01


def test_haar_cdf_at_the_ends():
    assert haar_fidelity_cdf(0.0, 8) == 0
    assert haar_fidelity_cdf(1.0, 8) == 1


@pytest.mark.parametrize("n", [1, 2, 4])
def test_the_divergence_is_that_from_the_differences_of_the_cdf(n):
    fidelities = pair_fidelities(CANDIDATES[4], n, 2, n_pairs=4_000)
    shares, masses = (
        np.histogram(fidelities, 75, (0, 1))[0] / 4_000,
        np.diff(haar_fidelity_cdf(np.linspace(0, 1, 76), 2**n)),
    )
    seen = shares > 0
    assert seen.sum() > 30, "many bins"
    expected = np.sum(shares[seen] * np.log(shares[seen] / masses[seen]))
    assert expressibility(CANDIDATES[4], n, 2, n_pairs=4_000) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("n", [1, 2, 6, 10])
@pytest.mark.parametrize("config", [1, 9])
def test_a_state_that_never_moves_has_the_largest_value(config, n):
    value = expressibility(CANDIDATES[config - 1], n, 2, n_pairs=50)
    assert value == pytest.approx((2**n - 1) * math.log(75), rel=1e-12)  # finite, though the bin's mass underflows


@pytest.mark.parametrize(
    ("rotation", "depth", "published"),
    [("rz", 1, 0.22), (("rz", "rx"), 2, 0.02)],  # Sim et al., figure 1: circuits B and C on one qubit
)
def test_one_qubit_values_of_the_literature(rotation, depth, published):
    assert expressibility(Ansatz(True, (), rotation), 1, depth) == pytest.approx(published, abs=0.03)


def test_one_qubit_ry_against_the_exact_law():
    # For real rotations F = cos²(δ/2) with δ uniform: the arcsine law. Its divergence from the uniform Haar law of one
    # qubit, binned, is an integral that needs no sampling.
    edges = np.linspace(0, 1, 76)
    shares = np.diff(2 / np.pi * np.arcsin(np.sqrt(edges)))
    exact = float(np.sum(shares * np.log(shares * 75)))
    assert expressibility(Ansatz(False, (), "ry"), 1, 1, n_pairs=40_000) == pytest.approx(exact, abs=0.01)


def test_random_states_score_near_zero_and_depth_helps():
    deep = Ansatz(True, "cyc", ("rz", "ry"))
    assert expressibility(deep, 3, 12) < 0.03
    assert expressibility(deep, 3, 12) < expressibility(deep, 3, 2)


def test_fidelities_match_when_batched(monkeypatch):
    whole = pair_fidelities(CANDIDATES[4], 4, 2, n_pairs=50)
    monkeypatch.setattr("qtkit.analysis.haar._AMPLITUDES_AT_ONCE", 2**8)
    np.testing.assert_allclose(pair_fidelities(CANDIDATES[4], 4, 2, n_pairs=50), whole, atol=1e-15)


def test_states_can_move_while_probabilities_do_not():
    assert expressibility(CANDIDATES[2], 4, 2) < 0.2  # config 3: uniform distribution, yet phases all over the place


@pytest.mark.parametrize(("options", "message"), [({"n_pairs": 0}, "n_pairs"), ({"n_bins": 0}, "n_bins")])
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        expressibility(CANDIDATES[0], 2, 1, **options)


@pytest.mark.parametrize("config", [2, 7, 9])
def test_the_error_of_an_estimate_is_its_spread_over_draws(config):
    ansatz = CANDIDATES[config - 1]
    found = [estimate_expressibility(ansatz, 4, 2, n_pairs=1_000, seed=seed) for seed in range(60)]
    values, errors = np.array([each.value for each in found]), np.array([each.error for each in found])
    assert found[0].value == expressibility(ansatz, 4, 2, n_pairs=1_000)
    if config == 9:
        assert values.std() < 1e-12 and not errors.any(), "a state that never moves leaves nothing to chance"
    else:
        assert np.mean(errors) == pytest.approx(values.std(ddof=1), rel=0.25)


def test_an_estimate_says_how_sure_it_is():
    assert str(Estimate(0.123456, 0.0123)) == "0.123 ± 0.012"
