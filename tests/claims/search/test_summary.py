"""Tables and verdicts of made-up searches."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from qtkit.claims.search import claims, summary
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, TOO_FEW
from qtkit.claims.tables import judge
from qtkit.tasks.protocols import Settings
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.search.made import DISTINCT, alone, space, store

MERITS = [0.6, 0.93, 0.95, 0.85, 0.84, 0.65, 0.91, 0.9]


def noisy(weights: list[float], seeds: int = 6) -> list[list[float]]:
    random = np.random.default_rng(0)
    return [(np.array(weights) + 0.001 * random.normal(size=len(weights))).tolist() for _ in range(seeds)]


def test_a_search_that_chooses_well_and_one_that_chooses_ill() -> None:
    well = space(noisy(MERITS), noisy(MERITS), ours=[0.96, 0.97, 0.99, 0.98, 0.965, 0.975])
    assert [claim.verdict for claim in claims([well])] == [HOLDS] * 4
    worth = [0.97, *MERITS[1:]]
    ill = space(noisy([1 / value for value in worth]), noisy(worth), ours=[0.5] * 6)
    assert [claim.verdict for claim in claims([ill])] == [FAILS] * 4
    (row,) = summary([well, dataclasses.replace(ill, seeds=())]).to_dict("records")
    assert row["seeds"] == 6 and row["pick"] == "5" and row["agree"] == 6 and row["rank"] == 1
    assert row["tau"] > 0.9 and row["low"] > 0.8 and row["chance"] < 0.001 and row["known"] == 1
    assert row["regret"] == 0 and row["random_regret"] == pytest.approx(0.95 - np.mean(MERITS), abs=0.01)
    assert row["over_pick"] > 0 and row["over_random"] > row["over_pick"]


def test_a_search_that_always_favours_the_same_circuits_proves_little_by_many_seeds() -> None:
    """Two of eight circuits trade places with the weights' order: no more likely in ten seeds than in one."""
    few, many = (
        claims([space(noisy([0, 3, 2.5, 2, 1, 0.5, 0.2, 0.1], seeds), noisy(MERITS, seeds))])[0] for seeds in (6, 12)
    )
    assert few.verdict == many.verdict == NOISE


def test_with_few_seeds_numbers_and_no_verdict() -> None:
    found = claims([space(noisy(MERITS, 1), noisy(MERITS, 1))])
    assert [claim.verdict for claim in found] == [TOO_FEW] * 4
    assert "1 of 6 seeds that the search and all circuits have; τ 1.00" in found[0].evidence
    assert "by chance in 0.0025 %; 1 of 1 seed picks 5" in found[0].evidence
    none = dataclasses.replace(space(noisy(MERITS, 1), noisy(MERITS, 1)), seeds=(), lacking="2,5 lack 3 of 3 seeds")
    (only,) = claims([none])
    assert only.verdict == TOO_FEW and only.evidence.endswith("2,5 lack 3 of 3 seeds")


def test_three_circuits_have_too_few_orders_for_a_verdict() -> None:
    three, five = (claims([space(noisy(MERITS[:count]), noisy(MERITS[:count]))])[0] for count in (3, 5))
    assert three.verdict == NOISE and three.evidence.endswith("; of 3 circuits no order is rarer than 17 %")
    assert five.verdict == HOLDS and "rarer" not in five.evidence


def test_errors_are_told_as_factors() -> None:
    series = dataclasses.replace(space(noisy(MERITS), noisy([5 * value for value in MERITS])), task="series")
    told = [claim.evidence for claim in claims([series])]
    assert "typically by a factor of" in told[1] and "its mean rank is 1.0 of 8" in told[1]


def test_no_search_no_row() -> None:
    assert summary([]).empty and claims([]) == []


def test_the_table_of_stored_results(tmp_path: Path) -> None:
    search = SeriesSettings(dataset="bessel", epochs=2, predictions="none")

    def errors(each: Settings) -> dict[str, float]:
        return {"test_loss": 10.0 ** -(each.ansatze[0].config or 0) if len(each.ansatze) == 1 else 1e-3}

    store(tmp_path, [search, *alone(search, DISTINCT)], errors)
    judged = judge("search", folder=tmp_path)
    (row,) = judged.summary.to_dict("records")
    assert (row["experiment"], row["pick"], row["agree"]) == ("Bessel", "9", 1)
    assert [claim.verdict for claim in judged.claims] == [TOO_FEW] * 4
    assert "as written, 2 epochs" in str(judged) and "tau: Kendall's" in str(judged)
