"""The controls of the search that docs/results.md tells are those of the stored runs."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.search import claims, find_spaces, summary
from qtkit.claims.search.choice import Choice
from qtkit.runs import results
from tests.helpers import ROOT

PAGE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


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
        assert taus in line or "too few orders" in line


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
    taus, told = ([Choice(space).taus.mean() for space in spaces] for spaces in (images, series))
    assert [len(space.seeds) for space in (*images, *series)] == [6] * 8
    assert f"(τ {', '.join(f'{tau:.2f}' for tau in taus)}) and" in text
    assert {claim.verdict for claim in claims(images)[::4]} == {"holds"}
    picks = [space.names[best] for space in images for best in space.shares[:, -1].argmax(axis=1)]
    assert f"{picks.count('5')} of {len(picks)} seeds name config 5" in text
    *_, hard = images
    alone = hard.merits[:, hard.names.index("5")]
    assert f"in {(alone > hard.ours).sum()} of 6 seeds ({alone.mean():.3f} and {hard.ours.mean():.3f})" in text
    over_pick = claims(images)[4 * 2 + 2]
    assert over_pick.verdict == "does not hold" and "the search is better than that circuit alone" in over_pick.text
    assert f"within noise as before (τ {min(told):.2f} to {max(told):.2f})" in text
    assert {claim.verdict for claim in claims(series)[::4]} == {"within noise"}


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
    told = claims(spaces)  # four of each search: the order of its weights, its pick, and the search beside two circuits
    assert {claim.verdict for claim in told[::4]} == {"within noise"}
    (better,) = [claim for claim in told[1::4] if claim.verdict == "holds"]
    assert better is told[4 * 3 + 1] and "Bessel" in better.text and "better in 6 of 6 seeds" in better.evidence


def test_how_far_the_weights_grow_as_written() -> None:
    rows = results.load("images", folder=ROOT / "results" / "choices")
    last = rows[(rows["label"] == "DiffQAS") & (rows["epoch"] == 50)]
    sizes = last[[f"w{number}" for number in (2, 5, 7, 8, 9, 10, 11)]].abs().to_numpy()
    assert len(last) == 18 and f"from 1/12 they grow to {np.median(sizes):.1f}" in " ".join(PAGE.split())
