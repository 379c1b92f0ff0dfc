from __future__ import annotations

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, Ansatz, probabilities
from qtkit.panels.studio import Measurement, measure, parse_noise, parse_shots


def angles(n=3, depth=2):
    return torch.randn(depth, n, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("config", [1, 5, 7, 8, 12])
def test_exact(config):
    exact = measure(CANDIDATES[config - 1], angles(), Measurement())
    np.testing.assert_allclose(exact, probabilities(CANDIDATES[config - 1], angles()), atol=1e-14)


@pytest.mark.parametrize("shots", [100, 1000, 100_000])
def test_shots_are_counts_around_the_exact_values(shots):
    exact = measure(CANDIDATES[4], angles(), Measurement())
    drawn = measure(CANDIDATES[4], angles(), Measurement(shots=shots, seed=3))
    assert drawn.sum() == pytest.approx(1)
    np.testing.assert_allclose(drawn * shots, np.round(drawn * shots), atol=1e-6)
    spread = np.sqrt(exact * (1 - exact) / shots)
    assert np.all(np.abs(drawn - exact) <= 5 * spread + 1e-12)


def test_a_seed_repeats_the_shots():
    first, again, other = (measure(CANDIDATES[4], angles(), Measurement(shots=500, seed=s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.slow
@pytest.mark.parametrize("ansatz", [CANDIDATES[4], CANDIDATES[6], Ansatz(True, ((0, 2),), ("rz", "rx"))])
def test_noise_zero_limit_and_full_mixing(ansatz):
    exact = measure(ansatz, angles(), Measurement())
    almost = measure(ansatz, angles(), Measurement(noise=1e-9))
    np.testing.assert_allclose(almost, exact, atol=1e-7)
    much = measure(ansatz, angles(), Measurement(noise=0.5))
    assert np.abs(much - 1 / 8).max() < np.abs(exact - 1 / 8).max()


def test_noise_by_hand():
    # RY(θ)|0>, then a random Pauli with chance r: X and Y flip, Z does not, so p₁ = s + (2r/3)(1 - 2s), s = sin²(θ/2).
    theta, r = 0.7, 0.09
    one = measure(Ansatz(False, (), "ry"), torch.tensor([[theta]]), Measurement(noise=r))
    s = np.sin(theta / 2) ** 2
    np.testing.assert_allclose(one, [1 - s - 2 * r / 3 * (1 - 2 * s), s + 2 * r / 3 * (1 - 2 * s)], atol=1e-12)


def test_noise_has_its_limit():
    with pytest.raises(ValueError, match="up to 6 qubits; this circuit has 7"):
        measure(CANDIDATES[4], angles(7), Measurement(noise=0.1))


@pytest.mark.parametrize(
    ("typed", "shots"), [("", None), (None, None), ("exact", None), ("1,000", 1000), ("1e5", 10**5)]
)
def test_typed_shots(typed, shots):
    assert parse_shots(typed) == shots


@pytest.mark.parametrize("typed", ["0", "99", "-1", "100001", "1e30", "lots", "150.5", "nan"])
def test_bad_shots_are_answered_in_words(typed):
    with pytest.raises(ValueError, match="from 100 to 100,000"):
        parse_shots(typed)


def test_typed_noise():
    assert parse_noise("") == 0
    assert parse_noise(" 0.02 ") == 0.02
    for typed in ("-0.1", "0.6", "nan", "some", "1e30"):
        with pytest.raises(ValueError, match=r"from 0 to 0\.5"):
            parse_noise(typed)
