"""How well made-up searches choose."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.search import Choice, agreement_over_time, points
from tests.claims.search.made import space

MERITS = [0.1, 0.9, 0.8, 0.7]


def test_a_perfect_choice() -> None:
    choice = Choice(space([[0.9, 0.4, 0.3, 0.2]] * 2, [MERITS] * 2, ours=[0.95, 0.85]))
    assert choice.taus.tolist() == [1, 1], "however large the uniform circuit's weight"
    assert choice.taus_of_sizes.tolist() == [0, 0], "which counts here"
    assert choice.picks.tolist() == [1, 1] and choice.favourite == ("2", 2)
    assert choice.ranks.tolist() == [1, 1]
    regret, random = choice.regrets
    assert regret.tolist() == [0, 0] and random.tolist() == pytest.approx([0.9 - 0.625] * 2)
    assert choice.over_winner.tolist() == pytest.approx([0.05, -0.05])
    assert choice.over_random.tolist() == pytest.approx([0.325, 0.225])
    assert choice.chance.above == pytest.approx(1 / 24)


def test_signs_and_scales_of_weights_do_not_matter() -> None:
    plain, other = (Choice(space([weights], [MERITS])) for weights in ([0.9, 0.4, 0.3, 0.2], [5.0, -0.8, -0.6, -0.4]))
    assert np.allclose(plain.shares, other.shares)
    assert plain.shares.tolist() == [pytest.approx([0, 4 / 9, 3 / 9, 2 / 9])]


def test_seeds_that_disagree() -> None:
    choice = Choice(space([[0, 3, 2, 1], [0, 1, 3, 2], [0, 2, 3, 1]], [MERITS] * 3))
    assert choice.favourite == ("5", 2)
    assert choice.ranks.tolist() == [1, 2, 2]
    assert choice.regrets[0].tolist() == pytest.approx([0, 0.1, 0.1])


def test_another_measure_may_pick_another_circuit() -> None:
    chosen = Choice(space([[0, 3, 2, 1]], [MERITS]), np.array([[0, 0.1, 0.2, 0.7]]))
    assert chosen.favourite == ("7", 1) and chosen.ranks.tolist() == [3]


def test_from_when_the_pick_is_known() -> None:
    made = space([[0, 3, 2, 1]] * 3, [MERITS] * 3)
    made.weights[0] = [[0, 3, 2, 1]] * 3  # always
    made.weights[1, :2] = [[0, 3, 2, 1], [0, 1, 2, 3]]  # lost in between
    made.weights[2, 0] = [0, 1, 1, 3]
    assert Choice(made).known.tolist() == [0, 2, 1]


def test_agreement_over_time() -> None:
    made = space([[0, 3, 2, 1]], [MERITS])
    made.weights[0, 1] = [0, 1, 2, 3]
    found = agreement_over_time(made)
    assert found["tau"].tolist() == pytest.approx([0, 0, 1]), "at the start all weights are equal: no order"
    assert found["progress"].tolist() == [0, 0.5, 1] and found["clock"].tolist() == [0, 1, 2]


def test_a_point_a_seed_and_circuit() -> None:
    found = points(space([[0.9, 0.4, 0.3, 0.3]] * 2, [MERITS] * 2))
    assert len(found) == 8 and found["picked"].sum() == 2
    assert found.loc[found["picked"], "circuit"].tolist() == ["2", "2"]
    assert found["merit"].tolist() == MERITS * 2


def test_circuits_that_are_worth_the_same_have_no_order() -> None:
    """As agents that all fail."""
    dead = Choice(space([[0, 3, 2, 1]] * 2, [[0.0] * 4] * 2))
    assert dead.taus.tolist() == [0, 0] and (dead.chance.above, dead.chance.below) == (1, 1)
    assert dead.regrets[0].tolist() == [0, 0] and agreement_over_time(dead.space)["tau"].eq(0).all()
    half = Choice(space([[0, 3, 2, 1]] * 2, [MERITS, [0.0] * 4]))
    assert half.taus.tolist() == [1, 0] and half.chance.above == pytest.approx(1 / 24)
