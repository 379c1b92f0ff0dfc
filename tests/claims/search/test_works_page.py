"""Where the search works and where not: what docs/results.md tells is what the stored runs say."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from qtkit.claims.search import CLAIMS, Space, find_spaces, verdicts
from qtkit.claims.search.choice import Choice
from qtkit.claims.search.shipped import read_runs
from qtkit.claims.statistics import FAILS, HOLDS, MIN_SEEDS, NOISE, SIGNIFICANCE, agreement_by_chance, agreements
from qtkit.claims.tables import judge
from qtkit.runs import results
from qtkit.tasks.readings import WRITTEN
from tests.helpers import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
TEXT = " ".join(PAGE.split())
AGREE, ORDER, HEARING, PICK, OVER_PICK, OVER_RANDOM = CLAIMS
SMOOTH = ("Bessel", "Damped SHM")

pytestmark = pytest.mark.slow


OTHERS = ", circuits 1,2,5,7,8,10,11"
"""What is told of a search without config 9."""


def calm(space: Space) -> bool:
    return {"learning_rate=0.002", "mapping_scale=0.3", "150 epochs"} <= set(
        space.settings.split(", ")
    ) and not space.settings.endswith(OTHERS)


def changed(space: Space) -> bool:
    """A search of the plan `search-causes` alone."""
    one = ("learning_rate=0.002", "mapping_scale=0.3", "150 epochs", "weighting=softmax")
    usual = {f"heard, {change}, 100 epochs" for change in one} | {"heard, 150 epochs"}
    return space.title in SMOOTH and (space.settings in usual or space.settings.endswith(OTHERS))


GROUPS: dict[str, Callable[[Space], bool]] = {
    "pictures, heard": lambda space: space.settings == "heard, 50 epochs",
    "pictures, as written": lambda space: space.settings == "as written, 50 epochs",
    "the five series, as written": lambda space: space.settings == "as written, 100 epochs",
    "the five series, heard": lambda space: space.settings == "heard, 100 epochs",
    "Bessel, damped SHM, heard, calmer": lambda space: calm(space) and space.title in SMOOTH,
    "Bessel, damped SHM, heard, one change": changed,
    "delayed QC, NARMA, heard, calmer": lambda space: calm(space) and space.title not in SMOOTH,
    "agents that see and hear": lambda space: space.settings == "seeing, heard, 50,000 episodes",
}


@pytest.fixture(scope="module")
def spaces() -> list[Space]:
    return [space for space in find_spaces(ROOT / "results") if len(space.seeds) >= MIN_SEEDS]


def of(spaces: Iterable[Space], name: str) -> list[Space]:
    return [space for space in spaces if GROUPS[name](space)]


def between(values: Iterable[float]) -> str:
    """Such as 0.63 to 0.67."""
    low, high = min(found := [f"{value:.2f}" for value in values], key=float), max(found, key=float)
    return low if low == high else f"{low} to {high}"


def row(name: str, group: list[Space]) -> str:
    table = verdicts(group)

    def cell(text: str) -> str:
        held, failed = (int((table[text] == verdict).sum()) for verdict in (HOLDS, FAILS))
        return f"{held}; {failed} against" if failed else str(held)

    cells = [name, str(len(group)), between(Choice(space).merit_agrees for space in group), *map(cell, CLAIMS)]
    return f"| {' | '.join(cells)} |"


def test_where_it_works(spaces: list[Space]) -> None:
    missing = [line for name in GROUPS if (line := row(name, of(spaces, name))) not in PAGE.splitlines()]
    assert not missing


def pictures(spaces: list[Space]) -> list[Space]:
    order = ("MNIST 1/5", "FashionMNIST 1/5", "FashionMNIST 5/7")
    return sorted(of(spaces, "pictures, heard"), key=lambda space: order.index(space.title))


def rows_of_pictures(spaces: list[Space]) -> list[str]:
    heard = pictures(spaces)
    choices = [Choice(space) for space in heard]
    classical = {run.experiment: [] for run in read_runs(ROOT / "results", task="images")["images"]}
    for run in read_runs(ROOT / "results", task="images")["images"]:
        settings = run.settings.to_dict()
        if settings["model"] == "classical" and settings["epochs"] == 50 and settings["learning_rate"] == 1e-3:
            classical[run.experiment].append(run.merit)

    def chance(choice: Choice) -> str:
        return f"{choice.taus.mean():.2f}; {100 * float(choice.chance.above):.1f} %"

    def alone(space: Space, name: str) -> float:
        return float(np.median(space.merits[:, space.names.index(name)]))

    cells = {
        "τ, with its range": [f"{c.taus.mean():.2f} ({c.taus.min():.2f} to {c.taus.max():.2f})" for c in choices],
        "so high by chance in": [f"{100 * float(c.chance.above):.1f} %" for c in choices],
        "τ among the six that hear; by chance": [chance(c.hearing) for c in choices],
        "τ of merit between two seeds; among the six": [
            f"{c.merit_agrees:.2f}; {c.hearing.merit_agrees:.2f}" for c in choices
        ],
        "seeds whose largest weight is config 5's": [
            f"{c.favourite[1]} of 6" for c in choices if c.favourite[0] == "5"
        ],
        "the pick is known from epoch": [f"{np.median(c.known):g}" for c in choices],
        "mean rank of that circuit alone, of eight": [f"{c.ranks.mean():.1f}" for c in choices],
        "accuracy: the search": [f"{np.median(space.ours):.3f}" for space in heard],
        "config 5 alone": [f"{alone(space, '5'):.3f}" for space in heard],
        "a circuit at random loses against the best": [f"{c.regrets[1].mean():.3f}" for c in choices],
        "the mapping alone": [f"{alone(space, '1'):.3f}" for space in heard],
        "the network itself, all 108,866 weights trained": [
            f"{np.median(classical[space.experiment]):.3f}" for space in heard
        ],
    }
    return [f"| {name} | {' | '.join(values)} |" for name, values in cells.items()]


def test_the_rows_of_pictures(spaces: list[Space]) -> None:
    assert [line for line in rows_of_pictures(spaces) if line not in PAGE.splitlines()] == []


def sentences(spaces: list[Space]) -> dict[str, str]:
    """What the text tells in numbers, by a word for each."""
    heard, series = pictures(spaces), [space for space in spaces if space.task == "series"]
    smooth = of(spaces, "Bessel, damped SHM, heard, calmer")
    raw = [space for space in smooth if "softmax" not in space.settings]
    nine = sum(int((Choice(space).picks == space.names.index("9")).sum()) for space in raw)
    agreed = {space.title: Choice(space).hearing.merit_agrees for space in smooth}
    agents = [Choice(space).hearing.merit_agrees for space in of(spaces, "agents that see and hear")]
    table = verdicts(series)[[name for name in CLAIMS if name != AGREE]]
    counts = [int((table == verdict).sum().sum()) for verdict in (HOLDS, FAILS)]
    asked = int(table.notna().sum().sum())
    rest = [space.hears & ~np.isin(space.names, ["2", "5"]) for space in heard]
    four = [
        agreements(space.shares[:, -1][:, here], space.merits[:, here]).mean()
        for space, here in zip(heard, rest, strict=True)
    ]
    written, louder = (
        [Choice(space).taus.mean() for space in of(series, f"the five series, {name}")]
        for name in ("as written", "heard")
    )
    known = [f"{np.median(Choice(space).known):g}" for space in heard]
    fixed = [Choice(space).fixed for space in heard]
    once = [Choice(space).hearing for space in find_spaces(ROOT / "results", task="images", plan="search-distinct")]
    return {
        "KNOWN": f"by the median from epoch {known[0]}, {known[1]} and {known[2]} on",
        "NINE": f"the worst of all, in {nine} of {6 * len(raw)} seeds",
        "BES": f"no steadier than chance on Bessel (τ {agreed['Bessel']:.2f} between seeds)",
        "SHM": f"a little on damped SHM ({agreed['Damped SHM']:.2f})",
        "AGE": f"not on which of these (τ {agents[0]:.2f} and {agents[1]:.2f})",
        "HOLDS": f"They are {counts[0]} that hold and {counts[1]} that do not, of {asked}:",
        "EXPECT": f"some {SIGNIFICANCE * asked:.0f} were to be expected",
        "FOUR": f"no order is shown (τ {', '.join(f'{tau:.2f}' for tau in four)})",
        "FIXED": f"of the eight, {fixed[0]}, {fixed[1]} and {fixed[2]} would be, if always picked",
        "WRITTEN": f"mean τ between {between(written).replace(' to ', ' and ')} as written, between "
        f"{between(louder).replace(' to ', ' and ')} heard)",
        "ONCE": f"among those that hear {', '.join(f'{c.taus.mean():.2f}' for c in once)}) and",
    }


def test_the_numbers_of_the_text(spaces: list[Space]) -> None:
    assert [text for text in sentences(spaces).values() if text not in TEXT] == []


def test_what_the_text_says_besides(spaces: list[Space]) -> None:
    heard, smooth = pictures(spaces), of(spaces, "Bessel, damped SHM, heard, calmer")
    for space in heard:
        two = np.argsort(space.merits, axis=1)[:, :2]
        assert {frozenset(space.names[place] for place in seed) for seed in two} == {frozenset({"1", "9"})}
    for space in smooth:
        assert (space.merits.argmin(axis=1) == space.names.index("9")).all(), "the worst of all"
    ranks = []
    for space in heard:
        shares = space.shares[:, -1]
        largest = np.argsort(-shares, axis=1)[:, :2]
        assert {frozenset(space.names[place] for place in seed) for seed in largest} == {frozenset({"2", "5"})}
        ranks += (1 + (shares > shares[:, [space.names.index("9")]]).sum(axis=1)).tolist()
    assert (min(ranks), max(ranks)) == (3, 7) and "third to seventh of eight" in TEXT
    table = verdicts(heard)
    assert (table[ORDER] == HOLDS).all() and table[HEARING].tolist() == [NOISE, NOISE, HOLDS]
    assert [f"{Choice(space).hearing.seen:.2f}" for space in heard[:2]] == ["0.61"] * 2
    assert (table[OVER_PICK] == NOISE).all() and (table[OVER_RANDOM] == HOLDS).all()
    written = verdicts(of(spaces, "the five series, as written"))
    assert written.loc[written[ORDER] == HOLDS, "experiment"].tolist() == ["Delayed QC"]
    assert (verdicts(of(spaces, "the five series, heard"))[ORDER] == NOISE).all()
    bessel = written[written["experiment"] == "Bessel"].iloc[0]
    assert bessel[OVER_PICK] == bessel[OVER_RANDOM] == HOLDS
    (anywhere,) = [
        space for space in spaces if space.task == "images" and space.settings.startswith("heard, angle_init=uniform")
    ]
    assert abs(Choice(anywhere).hearing.taus.mean()) < 0.005 and "Among those six τ is then 0.00" in TEXT


def test_how_many_baselines_are_as_close_as_the_search() -> None:
    close = [
        claim
        for claim in judge("accuracies", folder=ROOT / "results", reading=WRITTEN).claims
        if "comes close" in claim.text
    ]
    counts = [claim.evidence.rpartition("; so ")[2].split()[1] for claim in close]
    assert {claim.verdict for claim in close} == {HOLDS}
    assert f"(so are {counts[0]} and {counts[1]} of the eight baselines)" in TEXT


def test_agents_follow_what_learns_sooner(spaces: list[Space]) -> None:
    told = []
    for space in of(spaces, "agents that see and hear"):
        assert verdicts([space])[[ORDER, HEARING]].iloc[0].tolist() == [NOISE] * 2
        runs = results.summaries("gridworld", space.experiment, ROOT / "results" / "choices")
        runs = runs[(runs["entropy_weight"] > 0) & (runs["episodes_done"] == 50_000)]
        runs = runs.assign(label=runs["label"].str.partition(" · ")[0]).fillna({"passed_0.9": 50_001})
        passed = runs.pivot_table(index="seed", columns="label", values="passed_0.9")
        sooner = -passed.loc[list(space.seeds), [f"Config {name}" for name in space.names]].to_numpy(float)
        for here in (np.ones(len(space.names), dtype=bool), space.hears):
            shares, merits = space.shares[:, -1][:, here], sooner[:, here]
            chance = float(agreement_by_chance(shares, merits).above)
            assert chance <= SIGNIFICANCE / 2
            told.append((f"{agreements(shares, merits).mean():.2f}", f"{100 * chance:.2f} %"))
    (a, p), (b, q), (c, r), (d, s) = told
    small = (
        f"in the 5 × 5 room with τ {a} over all eight circuits (by chance in {p}) and {b} among the six that hear ({q})"
    )
    assert f"{small}, in the 6 × 6 room with τ {c} ({r}) and {d} ({s})" in TEXT


def test_how_many_claims_are_judged(spaces: list[Space]) -> None:
    table = verdicts(spaces)[list(CLAIMS)]
    judged = int(table.isin([HOLDS, FAILS, NOISE]).sum(axis=None))
    wrong = {21: "twenty-one", 22: "twenty-two", 23: "twenty-three"}[round(SIGNIFICANCE * judged)]
    page = " ".join((ROOT / "docs" / "statistics.md").read_text(encoding="utf-8").split())
    assert f"among the some {round(judged, -1)} that `qtkit table search` judges up to {wrong}" in page
