"""The controls of the search that docs/results.md tells are those of the stored runs."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.analysis import effective_parameters
from qtkit.circuits.ansatz import CANDIDATES
from qtkit.claims.search import CLAIMS, Space, claims, find_spaces, summary
from qtkit.claims.search.choice import Choice
from qtkit.claims.verdicts import Claim
from qtkit.runs import results
from tests.helpers import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
AGREE, ORDER, HEARING, PICK, OVER_PICK, OVER_RANDOM = CLAIMS


def told(spaces: list[Space], what: str) -> list[Claim]:
    """The claims on these searches that say this."""
    return [claim for claim in claims(spaces) if claim.text.endswith(f") {what}")]


def hearing(space: Space) -> str:
    """A cell: the same among the circuits that hear their angles."""
    choice = Choice(space).hearing
    if len(choice.space.names) < 2:
        return "one hears"
    chance = f"{100 * float(choice.chance.above):.2g} %"
    return f"all hear; {chance}" if space.hears.all() else f"{choice.taus.mean():.2f}; {chance}"


@pytest.mark.slow
def test_the_rows_of_the_controls() -> None:
    found = [
        space
        for plan in ("search-planted", "search-uniform", "search-alike", "search-patterns", "search-distinct")
        for space in find_spaces(ROOT / "results", task="images", plan=plan)
        if space.experiment == "fashion-5-7"
    ]
    starts = (
        "| config 5 among eleven",
        "| config 9, which ignores",
        "| the twelve of Table I, from angles anywhere",
        "| every circuit's signal scaled",
        "| twelve patterns of CNOTs",
        "| the eight distinct circuits",
    )
    for start, space in zip(starts, found, strict=True):
        (line,) = [line for line in PAGE.splitlines() if line.startswith(start)]
        choice = Choice(space)
        (name, count), (_, random) = choice.favourite, choice.regrets
        assert len(space.seeds) == 6 and f"| {name}, by {count} of 6" in line
        assert f"| {choice.ranks.mean():.1f} of {len(space.names)} |" in line and f"| {random.mean():.3f} |" in line
        taus = f"{choice.taus.mean():.2f} ({choice.taus.min():.2f} to {choice.taus.max():.2f})"
        assert (taus in line or "too few orders" in line) and f"| {hearing(space)} |" in line
    many = [space for space in found if space.hears.sum() > 10]
    verdicts = [claim.verdict for space in many for claim in told([space], ORDER if space.hears.all() else HEARING)]
    assert verdicts == ["holds"] * 2 and "Where eleven or twelve hear, the order among these is" in PAGE
    planted = found[0]
    assert planted.hears.sum() == 1 and len(planted.names) == 3 and "come down to two distinct circuits" in PAGE


@pytest.mark.slow
def test_what_patterns_are_worth() -> None:
    (space,) = find_spaces(ROOT / "results", task="images", plan="search-patterns")
    merits = dict(zip(space.names, space.merits.mean(axis=0), strict=True))
    ring_reversed, ring, skip, none = (f"{merits[name]:.3f}" for name in ("C", "5", "H", "A"))
    text = " ".join(PAGE.split())
    assert f"rings ({ring_reversed}, {ring}) and each qubit to the next but one ({skip})" in text
    assert f"no CNOT at all is worth {none}" in text and min(merits, key=merits.get) == "A"


@pytest.mark.slow
def test_each_distinct_circuit_once() -> None:
    images, series = (find_spaces(ROOT / "results", task=task, plan="search-distinct") for task in ("images", "series"))
    text = " ".join(PAGE.split())
    taus, series_taus = ([Choice(space).taus.mean() for space in spaces] for spaces in (images, series))
    assert [len(space.seeds) for space in (*images, *series)] == [6] * 8
    assert f"(τ {', '.join(f'{tau:.2f}' for tau in taus)}; among" in text
    assert {claim.verdict for claim in told(images, ORDER)} == {"holds"}
    picks = [space.names[best] for space in images for best in space.shares[:, -1].argmax(axis=1)]
    assert f"{picks.count('5')} of {len(picks)} seeds name config 5" in text
    *_, hard = images
    alone = hard.merits[:, hard.names.index("5")]
    assert f"in {(alone > hard.ours).sum()} of 6 seeds ({alone.mean():.3f} and {hard.ours.mean():.3f})" in text
    assert told(images, OVER_PICK)[2].verdict == "does not hold"
    assert f"within noise as before (τ {min(series_taus):.2f} to {max(series_taus):.2f})" in text
    assert {claim.verdict for claim in told(series, ORDER)} == {"within noise"}


@pytest.mark.slow
def test_a_calmer_optimiser() -> None:
    spaces = find_spaces(ROOT / "results", task="series", plan="search-calm")
    table = summary(spaces)
    text = " ".join(PAGE.split())
    assert len(spaces) == 20 and {len(space.seeds) for space in spaces} == {6}
    assert all(space.settings.startswith("heard, ") for space in spaces), "as notebook 05 tells"
    assert f"τ goes from {table['tau'].min():.2f} to {table['tau'].max():.2f}" in text
    smooth = table[3:12:4]  # a softmax over the eight distinct circuits
    low, middle, high = (f"{100 * chance:.1f}" for chance in smooth["chance"])
    taus = [f"{tau:.2f}" for tau in smooth["tau"]]
    assert f"({taus[0]}, {taus[1]}, {taus[2]}; by chance in {low}, {middle} and {high} %)" in text
    assert {claim.verdict for claim in told(spaces, ORDER)} == {"within noise"}
    picks = told(spaces, PICK)
    (better,) = [claim for claim in picks if claim.verdict == "holds"]
    assert better is picks[3] and "Bessel" in better.text and "better in 6 of 6 seeds" in better.evidence


def test_how_far_the_weights_grow_as_written() -> None:
    rows = results.load("images", folder=ROOT / "results" / "choices")
    last = rows[(rows["label"] == "DiffQAS") & (rows["epoch"] == 50)]
    hear = [number for number, circuit in enumerate(CANDIDATES, 1) if effective_parameters(circuit, 4, 3)]
    sizes = last[[f"w{number}" for number in hear]].abs().to_numpy()
    assert len(hear) == 6
    assert len(last) == 18 and f"from 1/12 they grow to {np.median(sizes):.1f}" in " ".join(PAGE.split())
