"""The claims of section VI.C on made-up runs whose answer is known."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from qtkit.claims.gridworld import RANDOM, SHORTEST, claims, deviations, find_missing, summary
from qtkit.claims.seeds import DISTINCT_BASELINES, STANDS_FOR
from qtkit.claims.statistics import FAILS, HOLDS, MIN_SEEDS, NOISE, TOO_FEW
from qtkit.names import BASELINES
from tests.claims.reward_frames import ENVIRONMENTS, curves, summaries

TEN = {"seeds": 10, "baseline_seeds": 10}
"""Seeds that can single out some of many: six can only where all agree."""


def judged(frame: pd.DataFrame) -> list:
    return claims(summaries(frame), frame)


def verdicts(found: list, *words: str) -> list[str]:
    return [claim.verdict for claim in found if all(word in claim.text for word in words)]


def swing(label: str, seed: int, _: str) -> float:
    """A little noise over the seeds of the search, and between the baselines."""
    return 0.002 * (seed - 1) + (0.001 * (int(label.split()[1]) % 3) if label in BASELINES else 0)


def above(height: float, **options):
    return curves(
        lambda label, seed, where: 0.6 + (height if label == "DiffQAS" else 0) + swing(label, seed, where),
        lambda label, seed, where: 0.3 - (height / 2 if label == "DiffQAS" else 0) + swing(label, seed, where),
        **{"seeds": MIN_SEEDS, "baseline_seeds": MIN_SEEDS, **options},
    )


def test_there_are_five_claims_an_environment_and_one_on_both() -> None:
    found = judged(above(0.1))
    assert len(found) == 11
    assert [claim.text for claim in found if "5 × 5" in claim.text and "6 × 6" in claim.text] == [found[-1].text]
    assert all(claim.in_the_papers_table is None for claim in found), "the paper prints no numbers"


def test_all_hold_where_the_search_is_far_above() -> None:
    assert {claim.verdict for claim in judged(above(0.1))} == {HOLDS}


def test_none_holds_where_it_is_far_below() -> None:
    assert {claim.verdict for claim in judged(above(-0.1))} == {FAILS}


def test_differences_by_chance_are_noise() -> None:
    random = np.random.default_rng(0)
    found = judged(
        curves(
            lambda *_: 0.6 + 0.02 * random.normal(),
            lambda *_: 0.3 + 0.02 * random.normal(),
            seeds=MIN_SEEDS,
            baseline_seeds=MIN_SEEDS,
        )
    )
    assert {claim.verdict for claim in found} == {NOISE}
    assert found[-1].evidence.endswith("stability on 6 × 6 within noise; each claim tells what would have been seen")
    for claim in found[:-1]:
        assert re.search(r"; a difference of 0\.\d+ would have been seen$", claim.evidence), claim.evidence


def test_most_is_five_of_eight() -> None:
    """Of distinct circuits: configs 1, 3, 4 and 6 count once."""

    def level(n: int):
        low = DISTINCT_BASELINES[:n]
        return lambda label, seed, _: (
            (0.5 if STANDS_FOR[label] in low else 0.7 if label in BASELINES else 0.6) + 0.001 * seed
            if label != "DiffQAS"
            else 0.6 + 0.001 * seed
        )

    for n, verdict in ((4, FAILS), (5, HOLDS), (8, HOLDS)):
        found = judged(curves(level(n), **TEN, environments=ENVIRONMENTS[:1]))
        assert verdicts(found, "higher average reward than most", "5 × 5") == [verdict], n
        assert verdicts(found, "highest average reward", "5 × 5") == [HOLDS if n == 8 else FAILS]
        assert found[0].evidence.startswith(f"above {n} of 8; 0.604 (0.600 to 0.609 over 10 seeds), ")


def test_each_thousand_of_the_last_episodes_counts() -> None:
    frame = above(0.1, **TEN, environments=ENVIRONMENTS[:1])
    dip = (frame["label"] == "DiffQAS") & (frame["episode"] == 48_000)
    frame.loc[dip, "moving_mean"] -= np.float32(0.2)
    found = judged(frame)
    assert verdicts(found, "in every 1,000", "5 × 5") == [FAILS]
    assert verdicts(found, "higher average reward than most", "5 × 5") == [HOLDS], "that comes from the summaries"
    (claim,) = [each for each in found if "in every 1,000" in each.text and "5 × 5" in each.text]
    assert claim.evidence == "above 8, 8, 0, 8, 8 of 8"


def test_the_environments_are_judged_apart() -> None:
    small = above(0.1, environments=ENVIRONMENTS[:1], **TEN)
    large = above(-0.1, environments=ENVIRONMENTS[1:], **TEN)
    found = judged(pd.concat([small, large], ignore_index=True))
    assert verdicts(found, "over the last", "5 × 5") == [HOLDS] * 4
    assert verdicts(found, "over the last", "6 × 6") == [FAILS] * 4
    assert found[-1].verdict == FAILS
    assert found[-1].evidence == (
        "reward on 5 × 5 holds, stability on 5 × 5 holds, "
        "reward on 6 × 6 does not hold, stability on 6 × 6 does not hold"
    )


def test_seeds_are_paired() -> None:
    """The seeds differ by far more than the models of a seed, as where the start decides: pairs see through it."""
    random = np.random.default_rng(0)
    starts = random.uniform(0.3, 0.9, 6)
    frame = curves(
        lambda label, seed, _: starts[seed] + 0.02 * (label == "DiffQAS") + 0.005 * random.random(),
        seeds=6,
        baseline_seeds=6,
    )
    assert verdicts(judged(frame), "higher average reward than most") == [HOLDS, HOLDS]
    assert verdicts(judged(frame), "highest average reward") == [HOLDS, HOLDS]


@pytest.mark.slow
def test_more_seeds_decide_what_few_cannot() -> None:
    def frame(seeds: int) -> pd.DataFrame:
        return curves(
            lambda label, seed, _: 0.6 + (0.01 + 0.03 * (-1) ** (seed % 3 == 0) if label == "DiffQAS" else 0),
            seeds=seeds,
            baseline_seeds=seeds,
        )

    few, many = (verdicts(judged(frame(seeds)), "higher average reward than most") for seeds in (6, 30))
    assert few == [NOISE, NOISE] and many == [HOLDS, HOLDS]


def test_three_seeds_of_luck_give_no_verdict() -> None:
    """Lucky or not, as agents are: the search's three seeds agree, one seed of each baseline does not."""
    frame = curves(lambda label, *_: 0.95 if label == "DiffQAS" else 0.0)
    found = judged(frame)
    assert {claim.verdict for claim in found} == {TOO_FEW}
    assert found[0].evidence == (
        "1 of 6 seeds that all models have in common; Config 1 has 1; "
        "above 8 of 8; 0.950 (0.950 to 0.950 in the one seed), the distinct baselines' median 0.000"
    )


def test_dead_policies_are_not_steady() -> None:
    """A policy that never arrives has deviation 0; it wins nothing by it."""
    frame = curves(
        lambda label, seed, _: 0.6 + 0.001 * seed if label == "DiffQAS" else 0.0,
        lambda label, seed, _: 0.3 + 0.001 * seed if label == "DiffQAS" else 0.0,
        seeds=6,
        baseline_seeds=6,
    )
    found = judged(frame)
    assert verdicts(found, "deviation") == [HOLDS] * 4
    (claim,) = [each for each in found if "lower deviation than most" in each.text and "5 × 5" in each.text]
    assert claim.evidence == (
        "below 8 of 8; 0.302 (0.300 to 0.305 over 6 seeds), the distinct baselines' median 0.500; "
        "of 54 policies 48 earn no more than random actions"
    )
    steady = summaries(frame)
    assert deviations(steady)[steady["label"] == "Config 2"].tolist() == [0.5] * 12
    assert deviations(steady)[steady["label"] == "DiffQAS"].max() < 0.31


def test_equal_baselines_are_one() -> None:
    """Configs 3, 4, 6 and 12 need no runs, and change nothing if they have some."""
    whole = above(0.1)
    distinct = whole[whole["label"].isin(["DiffQAS", *DISTINCT_BASELINES])]
    assert judged(distinct) == judged(whole)


def test_without_enough_runs_there_is_no_verdict() -> None:
    frame = above(0.1, seeds=2)
    found = judged(frame[~((frame["label"] == "Config 5") & (frame["experiment"] == ENVIRONMENTS[1]))])
    assert {claim.verdict for claim in found} == {TOO_FEW}
    assert found[0].evidence.startswith("2 of 6 seeds that all models have in common; DiffQAS has 2; above 8 of 8; ")
    assert found[5].evidence == "no full run of config 5"
    short = above(0.1, episodes=1_000)
    assert find_missing(summaries(short)) == dict.fromkeys(
        ENVIRONMENTS, "no full run of config 1-12; 0 of 3 seeds of DiffQAS"
    )
    assert {claim.evidence for claim in judged(short)} == {"no full run of config 1-12", "see above"}
    assert find_missing(summaries(above(0.1))) == {}
    one = above(0.1, environments=ENVIRONMENTS[:1])
    assert verdicts(judged(one), "over the last", "5 × 5") == [HOLDS] * 4
    assert judged(one)[-1].verdict == TOO_FEW


def test_what_cannot_be_judged() -> None:
    frame = above(0.1)
    with pytest.raises(ValueError, match=r"the summaries lack the columns \['last_5000_std'\]; they have"):
        claims(summaries(frame).drop(columns="last_5000_std"), frame)
    with pytest.raises(ValueError, match=r"the curves lack the columns \['moving_mean'\]; they have"):
        claims(summaries(frame), frame.drop(columns="moving_mean"))
    twice = pd.concat([summaries(frame)] * 2)
    with pytest.raises(ValueError, match="Config 1 on 5 × 5 has seed 0 more than once: choose the runs of one setting"):
        claims(twice.sort_values(["label", "seed"]), frame)


def test_the_table() -> None:
    labels = ("DiffQAS", *BASELINES, "Classical", "DiffQAS · entropy_weight=0.01")
    frame = above(0.1, labels=labels, seeds=3, baseline_seeds=1)
    runs = summaries(frame)
    runs.loc[runs["label"] == "DiffQAS", "passed_0.9"] = [3_000.0, np.nan, 5_000.0] * 2
    table = summary(runs)
    assert list(dict.fromkeys(table["environment"])) == ["5 × 5", "6 × 6"]
    small = table[table["environment"] == "5 × 5"].set_index("model")
    assert list(small.index) == [
        *("DiffQAS", *BASELINES, "Classical", "DiffQAS · entropy_weight=0.01", RANDOM, SHORTEST)
    ]
    ours = small.loc["DiffQAS"]
    assert (ours["seeds"], ours["rank"], ours["episodes_to_0.9"]) == (3, 1, 5_000)
    assert (ours["reward"], ours["low"], ours["high"]) == pytest.approx((0.7, 0.698, 0.702), abs=1e-6)
    assert ours["std"] == pytest.approx(np.sqrt(np.mean([0.248**2, 0.25**2, 0.252**2])), abs=1e-6)
    assert small.loc[list(BASELINES), "rank"].tolist() == [8, 3.5, 8, 8, 3.5, 8, 6.5, 3.5, 9, 6.5, 3.5, 9]
    assert np.isnan(small.loc["Classical", "rank"]) and np.isnan(small.loc["Config 1", "episodes_to_0.9"])
    assert np.isnan(small.loc[RANDOM, "greedy"]) and small.loc[RANDOM, "sampled"] == 0.2
    assert small.loc[SHORTEST, "greedy_steps"] == 9.0 and small.loc[SHORTEST, "seeds"] is pd.NA
    other = summary(runs.assign(experiment="minigrid-empty-8x8-v0"))
    assert set(other["environment"]) == {"minigrid-empty-8x8-v0"}
