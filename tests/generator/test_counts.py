from __future__ import annotations

import numpy as np
import pytest
import torch

from qtkit.generator.counts import counts
from qtkit.panels.studio import mapping_start, parse_target, weights


@pytest.mark.parametrize(
    ("target", "depth", "qubits", "searched"),
    [(108_866, 15, 17, 286), (1_781, 10, 11, 135), (6_023, 10, 13, 157), (5_825, 10, 13, 157)],
)
def test_the_papers_four_networks(target, depth, qubits, searched):
    sizes = counts(target, depth)
    assert (sizes.qubits, sizes.searched) == (qubits, searched)
    assert sizes.compression == pytest.approx(target / searched)
    assert sizes.searched == sizes.trainable + 12


@pytest.mark.parametrize(("target", "qubits"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (2**40, 40), (2**40 + 1, 41)])
def test_qubits_at_powers_of_two(target, qubits):
    assert counts(target, 1).qubits == qubits


@pytest.mark.parametrize(
    ("typed", "target"),
    [("16", 16), (" 6,023 ", 6023), ("6 023", 6023), ("1e6", 10**6), ("999999999999999999", 10**18 - 1), (7, 7)],
)
def test_typed_numbers(typed, target):
    assert parse_target(typed) == target


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0", "at least 1 weight, not 0"),
        ("-5", "at least 1 weight, not -5"),
        ("1e30", "more than the 10¹⁸"),
        ("10" * 40, "…"),
        ("inf", "more than"),
        ("nan", "not a number of weights"),
        ("many", "“many” is not a number"),
        ("", "Type how many"),
        ("2.5", "2.5 is not a whole number"),
    ],
)
def test_bad_numbers_are_answered_in_words(typed, message):
    with pytest.raises(ValueError, match=message):
        parse_target(typed)


@pytest.mark.parametrize("n", [1, 3, 5])
@pytest.mark.parametrize("seen", ["raw", "scaled"])
def test_weights_are_those_of_a_torch_linear(n, seen):
    mapping = mapping_start(n, seed=4)
    assert np.abs(mapping).max() <= (n + 1) ** -0.5
    linear = torch.nn.Linear(n + 1, 1, dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(torch.as_tensor(mapping[None, :-1]))
        linear.bias.copy_(torch.as_tensor(mapping[-1:]))
    p = np.random.default_rng(0).dirichlet(np.ones(2**n))
    rows = [[*map(float, f"{i:0{n}b}"), p[i] if seen == "raw" else 2**n * p[i] - 1] for i in range(2**n)]
    expected = linear(torch.tensor(rows, dtype=torch.float64))[:, 0].detach().numpy()
    np.testing.assert_allclose(weights(p, mapping, seen=seen), expected, atol=1e-14)
