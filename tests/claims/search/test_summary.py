"""Tables and verdicts of made-up searches."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from qtkit.claims.search import CLAIMS, Space, claims, summary, verdicts
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, TOO_FEW
from qtkit.claims.tables import judge
from qtkit.claims.verdicts import Claim
from qtkit.tasks.protocols import Settings
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.search.made import DISTINCT, alone, space, store

MERITS = [0.6, 0.93, 0.95, 0.85, 0.84, 0.65, 0.91, 0.9]


def noisy(weights: list[float], seeds: int = 6) -> list[list[float]]:
    random = np.random.default_rng(0)
    return [(np.array(weights) + 0.001 * random.normal(size=len(weights))).tolist() for _ in range(seeds)]


AGREE, ORDER, HEARING, PICK, *_ = CLAIMS


def told(made: Space, what: str) -> Claim:
    """The claim on one search that says this."""
    (found,) = [claim for claim in claims([made]) if claim.text.endswith(f") {what}")]
    return found


def test_a_search_that_chooses_well_and_one_that_chooses_ill() -> None:
    well = space(noisy(MERITS), noisy(MERITS), ours=[0.96, 0.97, 0.99, 0.98, 0.965, 0.975])
    assert [claim.verdict for claim in claims([well])] == [HOLDS] * 6
    worth = [0.97, *MERITS[1:]]
    ill = space(noisy([1 / value for value in worth]), noisy(worth), ours=[0.5] * 6)
    assert [claim.verdict for claim in claims([ill])] == [HOLDS, *[FAILS] * 5]
    (row,) = summary([well, dataclasses.replace(ill, seeds=())]).to_dict("records")
    assert row["seeds"] == 6 and row["pick"] == "5" and row["agree"] == 6 and row["rank"] == 1
    assert row["hear"] == 6 and row["tau_hear"] > 0.9 and row["chance_hear"] < 0.01
    assert row["merit_agrees"] > 0.9 and row["merit_agrees_hear"] > 0.9
    assert row["tau"] > 0.9 and row["low"] > 0.8 and row["chance"] < 0.001 and row["known"] == 1
    assert row["regret"] == 0 and row["random_regret"] == pytest.approx(0.95 - np.mean(MERITS), abs=0.01)
    assert row["over_pick"] > 0 and row["over_random"] > row["over_pick"]


def test_a_search_that_always_favours_the_same_circuits_proves_little_by_many_seeds() -> None:
    """Two of eight circuits trade places with the weights' order: no more likely in ten seeds than in one."""
    few, many = (
        told(space(noisy([0, 3, 2.5, 2, 1, 0.5, 0.2, 0.1], seeds), noisy(MERITS, seeds)), ORDER) for seeds in (6, 12)
    )
    assert few.verdict == many.verdict == NOISE
    assert few.evidence.endswith(" would have been seen")


def test_that_those_get_little_which_cannot_learn_is_no_order_of_the_others() -> None:
    """Circuits 1 and 9 are worst and last; among the six others weights have nothing to do with merit."""
    made = space(noisy([0, 0.5, 0.9, 0.3, 0.6, 0.1, 0.4, 0.8]), noisy([0.1, 0.9, 0.85, 0.87, 0.86, 0.2, 0.91, 0.88]))
    assert made.among_hearing().names == ("2", "5", "7", "8", "10", "11")
    assert told(made, HEARING).verdict == NOISE
    (row,) = summary([made]).to_dict("records")
    assert row["tau_hear"] < 0.1 < row["tau"] and row["hear"] == 6
    (found,) = verdicts([made]).to_dict("records")
    assert (found["settings"], found["seeds"], found[AGREE], found[HEARING]) == ("heard, 2 epochs", 6, HOLDS, NOISE)


def test_a_pick_that_is_always_the_same_proves_little() -> None:
    """Whatever the fixed favourite: that it is better than one at random here is true of five of these eight."""
    made = space(noisy([0, 0, 1, 0, 0, 0, 0, 0]), noisy(MERITS))
    pick = told(made, PICK)
    assert pick.verdict == HOLDS and "picks dealt out by chance do so well in 12 %" in pick.evidence
    above = sum(merit > np.mean(MERITS) for merit in MERITS)
    assert pick.evidence.endswith(f"{above} of 8 circuits would, if always picked")


def test_where_all_hear_the_order_is_asked_for_once() -> None:
    made = space(noisy(MERITS), noisy(MERITS))
    all_hear = dataclasses.replace(made, hears=np.ones(8, dtype=bool))
    assert len(claims([all_hear])) == 5 and verdicts([all_hear])[HEARING].isna().all()


def test_seeds_that_do_not_agree_leave_nothing_to_find() -> None:
    made = space(noisy(MERITS), np.random.default_rng(3).normal(size=(6, 8)).tolist())
    assert told(made, AGREE).verdict == NOISE


def test_with_few_seeds_numbers_and_no_verdict() -> None:
    found = claims([space(noisy(MERITS, 1), noisy(MERITS, 1))])
    assert [claim.verdict for claim in found] == [TOO_FEW] * 6
    assert found[0].evidence.endswith("no two seeds have an order")
    assert "1 of 6 seeds that the search and all circuits have; τ 1.00" in found[1].evidence
    assert "by chance in 0.0025 %; 1 of 1 seed picks 5" in found[1].evidence
    none = dataclasses.replace(space(noisy(MERITS, 1), noisy(MERITS, 1)), seeds=(), lacking="2,5 lack 3 of 3 seeds")
    (only,) = claims([none])
    assert only.verdict == TOO_FEW and only.evidence.endswith("2,5 lack 3 of 3 seeds")


def test_three_circuits_have_too_few_orders_for_a_verdict() -> None:
    three, five = (told(space(noisy(MERITS[:count]), noisy(MERITS[:count])), ORDER) for count in (3, 5))
    assert three.verdict == NOISE
    assert three.evidence.endswith("; of 3 circuits no order is rarer than 17 %, with however many seeds")
    assert "would have been seen" not in three.evidence
    assert five.verdict == HOLDS and "rarer" not in five.evidence
    one = told(dataclasses.replace(space(noisy(MERITS), noisy(MERITS)), hears=np.arange(8) == 2), HEARING)
    assert one.evidence == "of 1 circuit no order is rarer than 1e+02 %, with however many seeds"


def test_errors_are_told_as_factors() -> None:
    series = dataclasses.replace(space(noisy(MERITS), noisy([5 * value for value in MERITS])), task="series")
    pick = told(series, PICK).evidence
    assert "typically by a factor of" in pick and "its mean rank is 1.0 of 8" in pick


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
    assert [claim.verdict for claim in judged.claims] == [TOO_FEW] * 6
    assert "as written, 2 epochs" in str(judged) and "tau: Kendall's" in str(judged)
