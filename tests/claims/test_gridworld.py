"""The claims of section VI.C on made-up runs whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qtkit.claims.gridworld import RANDOM, SHORTEST, claims, find_missing, summary
from qtkit.claims.verdicts import FAILS, HOLDS, NOISE, TOO_FEW
from qtkit.names import BASELINES
from tests.claims.reward_frames import ENVIRONMENTS, curves, summaries


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
        **options,
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


def test_differences_of_the_size_of_the_seeds_are_noise() -> None:
    found = judged(above(0.0))
    assert verdicts(found, "than most baselines over", "reward") == [NOISE, NOISE]
    assert verdicts(found, "lower deviation than most") == [NOISE, NOISE]


def test_most_is_seven_of_twelve() -> None:
    def level(n: int):
        low = BASELINES[:n]
        return lambda label, seed, _: (0.5 if label in low else 0.7 if label in BASELINES else 0.6) + 0.001 * seed

    for n, verdict in ((6, FAILS), (7, HOLDS), (12, HOLDS)):
        found = judged(curves(level(n)))
        assert verdicts(found, "higher average reward than most", "5 × 5") == [verdict], n
        assert verdicts(found, "highest average reward") == [HOLDS if n == 12 else FAILS] * 2
        assert found[0].evidence.startswith(f"above {n} of 12; 0.601 (0.600 to 0.602 over 3 seeds), ")


def test_each_thousand_of_the_last_episodes_counts() -> None:
    frame = above(0.1)
    dip = (frame["label"] == "DiffQAS") & (frame["episode"] == 48_000)
    frame.loc[dip, "moving_mean"] -= np.float32(0.2)
    found = judged(frame)
    assert verdicts(found, "in every 1,000") == [FAILS, FAILS]
    assert verdicts(found, "higher average reward than most") == [HOLDS, HOLDS], "that comes from the summaries"
    (claim,) = [each for each in found if "in every 1,000" in each.text and "5 × 5" in each.text]
    assert claim.evidence == "above 12, 12, 0, 12, 12 of 12"


def test_the_environments_are_judged_apart() -> None:
    small, large = above(0.1, environments=ENVIRONMENTS[:1]), above(-0.1, environments=ENVIRONMENTS[1:])
    found = judged(pd.concat([small, large], ignore_index=True))
    assert verdicts(found, "over the last", "5 × 5") == [HOLDS] * 4
    assert verdicts(found, "over the last", "6 × 6") == [FAILS] * 4
    assert found[-1].verdict == FAILS
    assert found[-1].evidence.endswith("reward on 6 × 6 in 0%, stability on 6 × 6 in 0%")


@pytest.mark.slow
def test_more_seeds_decide_what_few_cannot() -> None:
    def frame(seeds: int) -> pd.DataFrame:
        def level(label: str, seed: int, _: str) -> float:
            return 0.62 + 0.03 * (-1) ** seed if label == "DiffQAS" else 0.6 - 1e-5 * int(label.split()[1])

        ours = curves(level, seeds=seeds)
        others = [ours[ours["label"] != "DiffQAS"].assign(seed=seed) for seed in range(1, seeds)]
        more = pd.concat([ours, *others], ignore_index=True)
        return more.assign(run=more["experiment"] + more["label"] + more["seed"].astype(str))

    few, many = (verdicts(judged(frame(seeds)), "higher average reward than most") for seeds in (3, 30))
    assert few == [NOISE, NOISE] and many == [HOLDS, HOLDS]


@pytest.mark.slow
def test_equal_baselines_have_their_noise_in_common() -> None:
    """Twelve equal ones a little below: with noise of their own most would lie below in nearly every draw."""
    equal = curves(lambda label, seed, _: 0.6 + (0.004 * (seed - 1) + 0.003 if label == "DiffQAS" else 0))
    assert verdicts(judged(equal), "higher average reward than most") == [NOISE, NOISE]
    assert verdicts(judged(equal), "lower deviation") == [FAILS, FAILS], "an equal deviation is none lower"


def test_without_enough_runs_there_is_no_verdict() -> None:
    frame = above(0.1, seeds=2)
    found = judged(frame[~((frame["label"] == "Config 5") & (frame["experiment"] == ENVIRONMENTS[1]))])
    assert {claim.verdict for claim in found} == {TOO_FEW}
    assert found[0].evidence == "2 of 3 seeds of DiffQAS"
    assert found[5].evidence == "no full run of config 5; 2 of 3 seeds of DiffQAS"
    short = above(0.1, episodes=1_000)
    assert find_missing(summaries(short)) == dict.fromkeys(
        ENVIRONMENTS, "no full run of config 1-12; 0 of 3 seeds of DiffQAS"
    )
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
        claims(twice.sort_values("label"), frame)


def test_the_table() -> None:
    frame = above(0.1, labels=("DiffQAS", *BASELINES, "Classical", "DiffQAS · entropy_weight=0.01"))
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
    assert small.loc[list(BASELINES), "rank"].tolist() == [6, 2, 10] * 4
    assert small.loc["Classical", "rank"] is pd.NA and np.isnan(small.loc["Config 1", "episodes_to_0.9"])
    assert np.isnan(small.loc[RANDOM, "greedy"]) and small.loc[RANDOM, "sampled"] == 0.5
    assert small.loc[SHORTEST, "greedy_steps"] == 9.0 and small.loc[SHORTEST, "seeds"] is pd.NA
    other = summary(runs.assign(experiment="minigrid-empty-8x8-v0"))
    assert set(other["environment"]) == {"minigrid-empty-8x8-v0"}
