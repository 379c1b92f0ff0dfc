"""The claims of section VI.A on made-up runs whose answer is known."""

from __future__ import annotations

import functools
import re

import numpy as np
import pandas as pd
import pytest

from qtkit.claims.images import TITLES, claims, find_missing, measure_runs, summary
from qtkit.claims.seeds import DISTINCT_BASELINES, STANDS_FOR
from qtkit.claims.statistics import FAILS, HOLDS, MIN_SEEDS, NOISE, TOO_FEW
from qtkit.names import BASELINES, OURS
from tests.claims import accuracy_frames

curves = functools.partial(accuracy_frames.curves, seeds=MIN_SEEDS)


def number(label: str) -> int:
    return int(label.split()[1]) if label in BASELINES else 0


def swing(label: str, seed: int, _: str) -> float:
    return 0.0005 * (seed - 1) + 0.0001 * (number(label) % 3)


def ours(more: float, otherwise: float):
    """A value for the search and one for the baselines, and a little noise."""
    return lambda label, seed, pair: (more if label == OURS else otherwise) + swing(label, seed, pair)


def verdicts(frame: pd.DataFrame, *words: str) -> list[str]:
    return [claim.verdict for claim in claims(frame) if all(word in claim.text for word in words)]


def test_each_figure_has_its_claims() -> None:
    found = claims(curves(ours(0.95, 0.9)))
    assert [sum(f"on {title}" in claim.text for claim in found) for title in TITLES.values()] == [4, 4, 5]
    assert all(claim.in_the_papers_table is None for claim in found), "the paper prints no numbers"


def test_how_a_run_ended_and_got_there() -> None:
    run = curves(lambda *_: 0.9, lambda *_: 0.05, labels=[OURS], seeds=1, pairs=["mnist-1-5"])
    (row,) = measure_runs(run.sample(frac=1, random_state=0)).to_dict("records")
    rising = 0.9 - 0.4 * np.exp(-0.5 * np.arange(21))
    assert row["epochs"] == 20
    assert row["test_accuracy"] == pytest.approx(rising[-1]) and row["peak"] == pytest.approx(rising[-1])
    assert row["first"] == pytest.approx(rising[1])
    assert row["falls"] == pytest.approx(0.05), "only what it lost, not what it won"
    assert row["gap"] == pytest.approx(0.01)
    steady = curves(labels=[OURS], seeds=1, pairs=["mnist-1-5"])
    assert measure_runs(steady)["falls"].tolist() == [0]


@pytest.mark.slow
def test_above_most_and_below_most() -> None:
    high, low = curves(ours(0.95, 0.9)), curves(ours(0.85, 0.9))
    for words in ("a higher test accuracy",), ("a higher train accuracy",), ("a lower test loss",):
        assert verdicts(high, *words) == [HOLDS] and verdicts(low, *words) == [FAILS]
    random = np.random.default_rng(0)
    same = curves(lambda *_: 0.9 + 0.004 * random.normal(), pairs=["fashion-5-7"])
    assert verdicts(same, "a higher test accuracy") == [NOISE]
    (claim,) = [each for each in claims(same) if "a higher test accuracy" in each.text]
    assert claim.evidence.endswith(" would have been seen")


@pytest.mark.slow
def test_most_is_five_of_eight() -> None:
    """Of distinct circuits: configs 1, 3, 4 and 6 count once, 9 and 12 too."""

    def level(n: int):
        return lambda label, seed, _: (
            0.9 + 0.0005 * seed + (-0.05 if STANDS_FOR.get(label) in DISTINCT_BASELINES[:n] else 0.05) * (label != OURS)
        )

    for n, verdict in ((4, FAILS), (5, HOLDS)):
        frame = curves(level(n), seeds=10, pairs=["fashion-5-7"])
        (claim,) = [each for each in claims(frame) if "a higher test accuracy" in each.text]
        assert claim.verdict == verdict, n
        words = f"above {n} of 8; 0.902 (0.900 to 0.904 over 10 seeds), the distinct baselines' median"
        assert claim.evidence.startswith(words)


def test_how_many_baselines_are_as_close() -> None:
    frame = curves(ours(0.895, 0.9))
    (claim, *_) = [each for each in claims(frame) if "comes close" in each.text]
    assert re.search(r"so (is|are) \d of the 8 baselines to the best of the others$", claim.evidence)


@pytest.mark.slow
def test_close_is_one_point_and_a_peak_is_a_peak() -> None:
    assert verdicts(curves(ours(0.895, 0.9)), "comes close") == [HOLDS] * 2
    assert verdicts(curves(ours(0.88, 0.9)), "comes close") == [FAILS] * 2
    assert verdicts(curves(ours(0.895, 0.9)), "lower peak") == [HOLDS]
    assert verdicts(curves(ours(0.91, 0.9)), "lower peak") == [FAILS]
    one = curves(lambda label, seed, _: 0.9 + 0.0005 * seed + 0.03 * (label == "Config 7"), seeds=10)
    (claim,) = [each for each in claims(one) if "comes close" in each.text and "on MNIST" in each.text]
    assert claim.verdict == FAILS
    assert claim.evidence == (
        "0.902, the best baseline is Config 7 with 0.932; so is 1 of the 8 baselines to the best of the others"
    )


def test_steadier_is_to_fall_less() -> None:
    assert verdicts(curves(wobble=ours(0.01, 0.05)), "falls less") == [HOLDS] * 3
    assert verdicts(curves(wobble=ours(0.05, 0.01)), "falls less") == [FAILS] * 3


@pytest.mark.slow
def test_a_smaller_gap_generalises_better() -> None:
    assert verdicts(curves(gap=ours(-0.01, 0.05)), "generalises") == [HOLDS]
    assert verdicts(curves(gap=ours(0.05, 0.01)), "generalises") == [FAILS]


@pytest.mark.slow
def test_two_baselines_that_are_ahead_are_several() -> None:
    def speed(n: int):
        return lambda label, seed, _: 0.5 + 0.001 * seed + (0.3 if 0 < number(label) <= n else -0.1) * (label != OURS)

    assert verdicts(curves(speed=speed(1), seeds=10), "ahead") == [FAILS] * 2
    assert verdicts(curves(speed=speed(2), seeds=10), "ahead") == [HOLDS] * 2
    assert verdicts(curves(speed=speed(2)), "ahead") == [NOISE] * 2, "six seeds single out none of eight"


@pytest.mark.slow
def test_high_is_both_accuracies() -> None:
    assert verdicts(curves(ours(0.985, 0.9)), "exceeds") == [HOLDS]
    assert verdicts(curves(ours(0.985, 0.9), gap=lambda *_: -0.02, seeds=10), "exceeds") == [FAILS], (
        "the train accuracy is not"
    )
    (claim,) = [each for each in claims(curves(ours(0.985, 0.9))) if "exceeds" in each.text]
    assert claim.evidence == "train 0.996, test 0.986"


def test_without_enough_runs_there_is_no_verdict() -> None:
    frame = curves(ours(0.95, 0.9), seeds=2)
    seeds = "2 of 6 seeds that all models have in common; DiffQAS has 2"
    few = frame[~((frame["label"] == "Config 5") & (frame["experiment"] == "fashion-5-7"))]
    found = claims(few)
    assert {claim.verdict for claim in found} == {TOO_FEW}
    assert found[0].evidence == f"{seeds}; 0.950, the best baseline is Config 2 with 0.900"
    assert found[4].evidence == f"{seeds}; train 0.960, test 0.950"
    assert found[-1].evidence == "no full run of config 5"
    assert find_missing(few)["fashion-5-7"] == "no full run of config 5; 2 of 3 seeds of DiffQAS"
    assert find_missing(curves()) == {}
    assert set(find_missing(curves(pairs=["mnist-1-5"]))) == {"fashion-1-5", "fashion-5-7"}


@pytest.mark.slow
def test_shorter_runs_do_not_count() -> None:
    long, short = curves(ours(0.95, 0.9)), curves(ours(0.7, 0.9), epochs=5)
    both = pd.concat([long, short.assign(run=short["run"] + " short")], ignore_index=True)
    assert [claim.evidence for claim in claims(both)] == [claim.evidence for claim in claims(long)]


@pytest.mark.slow
def test_what_cannot_be_judged() -> None:
    frame = curves()
    with pytest.raises(ValueError, match=r"the table lacks the columns \['test_loss'\]; it has"):
        claims(frame.drop(columns="test_loss"))
    again = pd.concat([frame, frame.assign(run=frame["run"] + " again")])
    with pytest.raises(ValueError, match="on MNIST 1/5 has seed 0 more than once: choose the runs of one setting"):
        claims(again)


def test_nothing_to_sum_up() -> None:
    with pytest.raises(ValueError, match="no row has accuracies and losses: nothing to sum up"):
        summary(curves(pairs=["fashion-5-7"]).assign(test_loss=np.nan))


def test_the_table() -> None:
    labels = (OURS, *BASELINES, "Mapping alone", "DiffQAS · centre=False")
    frame = curves(
        lambda label, seed, _: 0.9 + 0.001 * number(label) + 0.002 * (seed - 1),
        labels=labels,
        pairs=["fashion-5-7"],
        seeds=3,
    )
    table = summary(frame).set_index("model")
    assert list(table.index) == list(labels)
    assert set(table["pair"]) == {"FashionMNIST 5/7"} and set(table["seeds"]) == {3}
    assert table.loc[list(BASELINES), "rank"].tolist() == [7, 8, 7, 7, 6, 7, 5, 4, 2, 3, 1, 2]
    assert table.loc[OURS, "rank"] == 9, "of nine distinct models"
    assert np.isnan(table.loc["Mapping alone", "rank"])
    ours_row = table.loc[OURS]
    assert (ours_row["low"], ours_row["test_accuracy"], ours_row["high"]) == pytest.approx(
        (0.898, 0.9, 0.902), abs=1e-4
    )
