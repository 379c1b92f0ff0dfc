"""What of a calmer optimiser matters: the table and the sentences of docs/results.md are those of the stored runs."""

from __future__ import annotations

import pytest

from qtkit.claims.search import CLAIMS, Space, find_spaces, verdicts
from qtkit.claims.search.choice import Choice
from qtkit.claims.statistics import FAILS, HOLDS, NOISE
from tests.helpers import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
AGREE, ORDER, HEARING, PICK, *_ = CLAIMS
CAUSES = (
    "the usual optimiser",
    "the usual, with a softmax",
    "the usual, without config 9",
    "rate 0.002",
    "150 epochs",
    "mapping starts at 0.3",
    "all three",
    "all three, with a softmax",
    "all three, without config 9",
)
"""In the order of the plan `search-causes`."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spaces() -> list[Space]:
    found = find_spaces(ROOT / "results", task="series", plan="search-causes")
    assert [space.title for space in found] == ["Bessel"] * 9 + ["Damped SHM"] * 9
    assert {space.seeds for space in found} == {(0, 1, 2, 3, 4, 5)}
    return found


def test_the_table(spaces: list[Space]) -> None:
    taus = [f"{Choice(space).merit_agrees:.2f}; {Choice(space).taus.mean():.2f}" for space in spaces]
    rows = [f"| {name} | {taus[k]} | {taus[k + 9]} |" for k, name in enumerate(CAUSES)]
    assert [row for row in rows if row not in PAGE.splitlines()] == []


def test_the_sentences(spaces: list[Space]) -> None:
    table = verdicts(spaces)
    bessel, damped = table[:9], table[9:]
    assert bessel.loc[bessel[AGREE] != HOLDS].index.tolist() == [3], "the rate alone"
    assert damped.loc[damped[AGREE] != HOLDS].index.tolist() == [9, 10, 11], "what has the usual optimiser"
    assert max(range(12, 15), key=lambda k: Choice(spaces[k]).merit_agrees) == 12, "the rate most"
    assert table.loc[table[ORDER] != NOISE, ORDER].to_dict() == {5: FAILS}, "none of 18; the opposite once"
    assert table[PICK].eq(NOISE).all(), "no pick is better than a circuit at random"
    assert table.loc[table[HEARING] != NOISE, HEARING].to_dict() == {5: FAILS, 7: HOLDS}
