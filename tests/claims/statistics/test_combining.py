"""Of many comparisons at once."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.statistics import Tails, at_least, every


def tails(*above: float) -> Tails:
    return Tails(np.array(above), 1 - np.array(above))


def test_all_are_as_sure_as_the_least_sure() -> None:
    assert every(tails(0.01, 0.02, 0.3)).above == pytest.approx(0.3)
    assert every(tails(0.01, 0.02, 0.03)).below == pytest.approx(0.99)


def test_one_of_many_must_be_surer() -> None:
    assert at_least(tails(0.01, 0.9, 0.9, 0.9), 1).above == pytest.approx(0.04)
    assert at_least(tails(0.01, 0.01, 0.01, 0.01), 1).above == pytest.approx(0.01), "Simes: many that agree help"


def test_the_surest_are_given_away() -> None:
    assert at_least(tails(0.001, 0.02, 0.9), 2).above == pytest.approx(0.04)
    assert at_least(tails(0.001, 0.001, 0.001), 2).above == pytest.approx(0.001)


def test_the_contrary_of_at_least_two_of_three_is_at_least_two_others() -> None:
    one = at_least(tails(0.999, 0.98, 0.1), 2)
    assert one.below == pytest.approx(at_least(tails(0.001, 0.02, 0.9), 2).above)


def test_many_at_once() -> None:
    both = Tails(np.array([[0.01, 0.3], [0.02, 0.02]]), np.array([[0.9, 0.9], [0.9, 0.9]]))
    np.testing.assert_allclose(every(both).above, [0.3, 0.02])
    assert every(every(both)).above == pytest.approx(0.3)


@pytest.mark.parametrize("least", [0, 4])
def test_more_than_there_are(least: int) -> None:
    with pytest.raises(ValueError, match=f"least must be from 1 to 3, the number of comparisons, got {least}"):
        at_least(tails(0.1, 0.2, 0.3), least)
