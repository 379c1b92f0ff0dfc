"""What docs/results.md tells of agents that see is what the stored runs say."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.analysis import effective_parameters
from qtkit.circuits.ansatz import CANDIDATES
from qtkit.claims.seeds import DISTINCT, OURS
from qtkit.claims.statistics import NOISE
from qtkit.claims.tables import judge
from qtkit.names import BASELINES
from qtkit.runs import results
from qtkit.tasks.readings import SEEING_HEARD
from tests.helpers import ROOT

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
SMALL, LARGE = "minigrid-empty-5x5-v0", "minigrid-empty-6x6-v0"
FOLDER = ROOT / "results" / "choices"
BEST_DIE = 0.745
"""What the best policy earns that ignores what it sees."""
BEST_DIE_6 = 0.739
"""The same in the larger room."""
WEIGHT = SEEING_HEARD.settings["gridworld"]["entropy_weight"]
IDLE = {name for name, circuit in zip(BASELINES, CANDIDATES, strict=True) if not effective_parameters(circuit, 6, 3)}


@pytest.fixture(scope="module")
def whole() -> pd.DataFrame:
    """A row a run of 50,000 episodes in the small room, the settings taken from the labels."""
    runs = results.summaries("gridworld", SMALL, FOLDER)
    return runs[runs["episodes"] == 50_000].assign(label=runs["label"].str.partition(" · ")[0])


@pytest.fixture(scope="module")
def large() -> pd.DataFrame:
    """The same of agents that see in the large room, all of that length."""
    runs = results.summaries("gridworld", LARGE, FOLDER)
    runs = runs[runs["entropy_weight"] == WEIGHT]
    assert (runs["episodes_done"] == 50_000).all()
    return runs.assign(label=runs["label"].str.partition(" · ")[0])


def test_where_agents_end_and_when_they_see(whole: pd.DataFrame) -> None:
    runs = whole[whole["entropy_weight"] == WEIGHT]
    ends = runs.set_index("label")["last_5000_return"]
    assert (runs[runs["label"].isin([*DISTINCT, OURS])].groupby("label")["seed"].nunique() == 6).all()
    assert {*DISTINCT, OURS} <= set(runs["label"])
    hear = ends[[name for name in (OURS, *DISTINCT) if name not in IDLE]]
    rest = ends[[name for name in DISTINCT if name in IDLE]]
    ends_between = f"end between {hear.min():.3f} and {hear.max():.3f}"
    assert f"the search and the six circuits that hear their angles {ends_between}" in PAGE
    assert "six seeds of every model)" in PAGE
    assert f"configs 1 and 9 between {rest.min():.3f} and {rest.max():.3f}" in PAGE
    first = runs.pivot_table(index="seed", columns="label", values="passed_0.9")
    for label, words in (("Config 5", "with config 5"), (OURS, "with the search")):
        assert f"{words} after {first[label].min():,.0f} to {first[label].max():,.0f}" in PAGE
    later = (first[OURS] > first["Config 5"]).sum()
    assert f"and with {later} of {len(first)} seeds later" in PAGE


def test_what_the_paper_says_of_agents_that_see() -> None:
    claims = judge("rewards", folder=ROOT / "results", reading=SEEING_HEARD).claims
    of_the_large_room = [claim for claim in claims if "6 × 6" in claim.text]
    assert {claim.verdict for claim in claims} == {NOISE} and (len(of_the_large_room), len(claims)) == (6, 11)
    assert "is within noise here, all five claims" in PAGE
    assert "the claims on Figure 14 are within noise, all six" in PAGE


def test_the_large_room(whole: pd.DataFrame, large: pd.DataFrame) -> None:
    assert (large.groupby("label")["seed"].nunique() == 6).all() and {*DISTINCT, OURS} <= set(large["label"])
    ends = large.set_index("label")["last_5000_return"]
    hear = ends[[name for name in (OURS, *DISTINCT) if name not in IDLE]]
    rest = ends[[name for name in DISTINCT if name in IDLE]]
    assert f"the search and the six circuits that hear end between {hear.min():.3f} and {hear.max():.3f}" in PAGE
    assert f"configs 1 and 9 between {rest.min():.3f} and {rest.max():.3f}, and the claims on Figure 14" in PAGE
    assert (ends[OURS].round(3) == 0.956).all() and "0.956 with each" in PAGE
    small = whole[whole["entropy_weight"] == WEIGHT]
    never = 50_000  # later than any: some of the small room do not pass it
    passed, before = (
        each.fillna({"passed_0.9": never}).groupby("label")["passed_0.9"].median() for each in (large, small)
    )
    assert (passed < before).all() and large["passed_0.9"].notna().all()
    assert "By the median every model passes 0.9 sooner than in the small room" in PAGE
    assert f"the search after {passed[OURS]:,.0f} episodes rather than {before[OURS]:,.0f}" in PAGE
    first = large.pivot_table(index="seed", columns="label", values="passed_0.9")
    assert f"config 5 is ahead of it with {(first['Config 5'] < first[OURS]).sum()} of 6 seeds" in PAGE


@pytest.mark.parametrize("room", [SMALL, LARGE])
def test_which_circuits_the_search_prefers(room: str) -> None:
    rows = results.load("gridworld", room, FOLDER)
    rows = rows[(rows["entropy_weight"] == WEIGHT) & rows["label"].str.startswith(OURS)]
    last = rows.sort_values("episode").groupby("seed").last()
    assert len(last) == 6
    for _, weights in last[[f"w{k}" for k in range(1, 13)]].iterrows():
        assert set(weights.abs().astype(float).nlargest(2).index) == {"w2", "w5"}
    told = {
        SMALL: "with each of them the two largest weights of its policy are those of configs 2 and 5",
        LARGE: "the two largest weights of the search's policy are again those of configs 2 and 5",
    }
    assert told[room] in PAGE


def test_agents_that_forget(whole: pd.DataFrame) -> None:
    lost = whole[(whole["entropy_weight"] == 0) & whole["label"].isin([OURS, "Config 2"])]
    assert len(lost) == 4 and lost["passed_0.9"].notna().all()
    assert f"{(lost['last_1000_return'] < 0.5).sum()} of {len(lost)} end below 0.5" in PAGE
    assert whole[whole["entropy_weight"] == WEIGHT]["last_1000_return"].min() > 0.85
    rows = results.load("gridworld", SMALL, FOLDER)
    for run in lost["run"]:  # a row a hundred episodes, in which they were played
        returns = rows[rows["run"] == run].sort_values("episode")["mean_return"].to_numpy()
        found = int((returns > 0.95).argmax())
        gone = found + int((returns[found:] < 0.1).argmax())
        assert returns[found] > 0.95 and returns[gone] < 0.1 and returns[gone - 2] > 0.9, "within a hundred episodes"


def test_agents_as_written() -> None:
    runs = results.summaries("gridworld", SMALL, ROOT / "results")
    ends = runs.pivot_table(index="label", columns="seed", values="last_5000_return")
    ours, circuits = ends.loc[OURS], ends.loc[[name for name in DISTINCT if name != OURS]]
    assert list(ours.index) == [0, 1, 2, 3, 4, 5] and circuits.notna().all(axis=None)
    assert f"the paper's setting | 314 | {', '.join(f'{end:.3f}' for end in ours)} |" in PAGE
    assert f"one by one | 290 | {circuits.min(axis=None):.3f} to {circuits.max(axis=None):.3f} |" in PAGE
    assert (ends.loc["Classical"].round(3) == 0.955).all()
    assert f"by the mean, {ours.mean():.3f} to at most {circuits.mean(axis=1).max():.3f}" in PAGE
    gains = ours - circuits.median()
    assert (
        f"with seeds 3 and 4 it is above the circuits' median by {gains[3]:.2f} and {gains[4]:.2f}, "
        f"with the four others by at most {gains.drop([3, 4]).max():.2f}, and with two of these it is below"
    ) in PAGE
    assert (gains < 0).sum() == 2
    dead, seeing = circuits < 1e-3, int((circuits > BEST_DIE).sum(axis=None))
    assert f"Of the circuits' {circuits.size} runs {dead.sum(axis=None)} have died" in PAGE
    assert f"{dead[[3, 4]].sum(axis=None)} of them with seeds 3 and 4, and {seeing} are above the best policy" in PAGE
    assert ours.min() > 0.5 and f"Of the search's six {(ours > BEST_DIE).sum()} are" in PAGE
    rows = results.load("gridworld", SMALL, ROOT / "results")
    for seed, rose in ((3, 22_000), (4, 38_000)):
        of_seed = rows[(rows["label"] == OURS) & (rows["seed"] == seed)].set_index("episode")["moving_mean"]
        assert of_seed.loc[1_500:rose].max() < 0.05 and of_seed.loc[rose + 4_000 :].min() > 0.4
    assert "dead at the end, though two were, for 22,000 and 38,000 episodes" in PAGE
    large = results.summaries("gridworld", LARGE, ROOT / "results").pivot_table(
        index="label", columns="seed", values="last_5000_return"
    )
    ours, circuits = large.loc[OURS], large.loc[[name for name in DISTINCT if name != OURS]]
    assert list(large.columns) == [0, 1, 2] and large.loc[[OURS, *circuits.index, "Classical"]].notna().all(axis=None)
    assert f"| {', '.join(f'{end:.3f}' for end in ours)} | 0 to 5; 0 to 2 |" in PAGE
    assert f"| {circuits.min(axis=None):.3f} to {circuits.max(axis=None):.3f} | 0 to 5; 0 to 2 |" in PAGE
    assert (large.loc["Classical"].round(3) == 0.956).all()
    dead, best = circuits < 1e-3, circuits.max()
    assert ours[0] < 1e-3 and f"and so are {dead[0].sum()} of its {len(circuits)} distinct circuits" in PAGE
    assert (ours > best)[[1, 2]].all()
    assert f"with {ours[1]:.3f} and {ours[2]:.3f} to at most {best[1]:.3f} and {best[2]:.3f}" in PAGE
    awake = circuits[[1, 2]]
    seeing = (awake > BEST_DIE_6).sum(axis=None)
    counts = f"of the circuits' {awake.size} runs {dead[[1, 2]].sum(axis=None)} have died, and {seeing}"
    assert f"{counts} are above the best policy that ignores what it sees" in PAGE
    small = [claim for claim in judge("rewards", folder=ROOT / "results").claims if "6 × 6" not in claim.text]
    assert len(small) == 5 and {claim.verdict for claim in small} == {NOISE}
    assert "all five claims on Figure 13 are within noise (the average reward: a difference of 0.83" in PAGE
    assert "a difference of 0.83 would have been seen" in small[0].evidence
