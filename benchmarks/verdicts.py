"""How often verdicts are wrong, and how often they miss: counted on made-up tables of a search and eight rivals.

    python benchmarks/verdicts.py --save results/benchmarks
    python benchmarks/verdicts.py --searches --save results/benchmarks

Tables without an effect are drawn in every way that runs have shown, or worse; then the search of the same tables is
better by a known amount. Random numbers are fixed, so that the counts can be made again to the digit; they stand in
docs/statistics.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from qtkit.claims.statistics import (
    MIN_SEEDS,
    SIGNIFICANCE,
    Tails,
    agreement_by_chance,
    at_least,
    every,
    picks_by_chance,
    regrets,
    signed_rank,
)
from qtkit.claims.verdicts import most
from qtkit.files import write_text

RIVALS = 8
SEEDS = (6, 10, 20)
TABLES = 40_000

Draw = Callable[[np.random.Generator, tuple[int, int, int]], np.ndarray]
"""Values `(tables, models, seeds)` without an effect, the search first, high is good."""


def independent(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Every run is by itself."""
    return random.normal(size=shape)


def seed_in_common(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """The models of a seed share a start, whose spread is 1; their own is 0.3."""
    tables, _, seeds = shape
    return random.normal(size=(tables, 1, seeds)) + 0.3 * random.normal(size=shape)


def all_or_nothing(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Every run is lucky or not, as those of agents are."""
    return 0.95 * (random.random(shape) < 0.5) + 0.01 * random.normal(size=shape)


def decided_by_the_seed(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """The seed is lucky or not, and one run in ten is the other way."""
    tables, _, seeds = shape
    lucky = (random.random((tables, 1, seeds)) < 0.5) ^ (random.random(shape) < 0.1)
    return 0.95 * lucky + 0.01 * random.normal(size=shape)


def mostly_dead(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Seven of ten runs are exactly 0."""
    return np.where(random.random(shape) < 0.7, 0.0, random.uniform(0.5, 0.95, shape))


def far_outliers(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Some runs are away by far, as errors are before their logarithms are taken."""
    return random.standard_cauchy(shape)


def rounded(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Accuracies of few images: many ties."""
    return np.round(random.normal(size=shape))


def one_steady(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """The search's seeds are ten times as close together as its rivals'."""
    values = random.normal(size=shape)
    values[:, 0] /= 10
    return values


def duplicates(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """Rivals 1 to 4 are one, 5 and 6 another: what counting configs 1, 3, 4, 6 and 9, 12 by name would do."""
    values = random.normal(size=shape)
    values[:, 2:5], values[:, 6] = values[:, 1:2], values[:, 5]
    return values


def half_far_below(random: np.random.Generator, shape: tuple[int, int, int]) -> np.ndarray:
    """The search equals four rivals; the other four are far below: at the edge of "most" and of "the best"."""
    values = random.normal(size=shape)
    values[:, 5:] -= 100
    return values


CASES: dict[str, Draw] = {
    draw.__name__.replace("_", " "): draw
    for draw in (
        independent,
        seed_in_common,
        all_or_nothing,
        decided_by_the_seed,
        mostly_dead,
        far_outliers,
        rounded,
        one_steady,
        duplicates,
        half_far_below,
    )
}

CLAIMS: dict[str, Callable[[Tails], Tails]] = {
    "better than one": lambda tails: Tails(tails.above[..., 0], tails.below[..., 0]),
    "best of all": every,
    "in the first three": lambda tails: at_least(tails, RIVALS + 1 - 3),
    "better than most": most,
    "better than two": lambda tails: at_least(tails, 2),
}


TRUE = {("half far below", "better than two")}
"""What is true even there, so that "holds" is right."""


def count(
    draw: Draw, seeds: int, *, shift: float = 0.0, tables: int = TABLES, start: int = 0
) -> dict[str, tuple[float, float]]:
    """The shares of tables in which each claim "holds" and "does not hold", the search better by `shift`."""
    values = draw(np.random.default_rng([start, seeds]), (tables, RIVALS + 1, seeds))
    tails = signed_rank(values[:, :1] + shift - values[:, 1:])
    found = {name: combine(tails) for name, combine in CLAIMS.items()}
    level = SIGNIFICANCE / 2
    return {
        name: (float((each.above <= level).mean()), float((each.below <= level).mean())) for name, each in found.items()
    }


def wrong(tables: int) -> str:
    """The wrong verdicts where there is no effect, as Markdown."""
    lines = [f"| no effect | {' | '.join(CLAIMS)} |", "|---" * (len(CLAIMS) + 1) + "|"]
    for case, draw in CASES.items():
        counts = [count(draw, seeds, tables=tables) for seeds in SEEDS]
        cells = [
            "true" if (case, claim) in TRUE else ", ".join(f"{100 * sum(each[claim]):.1f}" for each in counts)
            for claim in CLAIMS
        ]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines)


def missed(tables: int) -> str:
    """The verdicts missed where the search is better than all its rivals by a known amount, as Markdown."""
    lines = [f"| better by | {' | '.join(CLAIMS)} |", "|---" * (len(CLAIMS) + 1) + "|"]
    effects = (
        ("0.5, seed in common", seed_in_common, 0.5),
        ("1, seed in common", seed_in_common, 1.0),
        ("1, independent", independent, 1.0),
        ("2, independent", independent, 2.0),
        ("0.4, all or nothing", all_or_nothing, 0.4),
        ("0.4, decided by the seed", decided_by_the_seed, 0.4),
    )
    for name, draw, shift in effects:
        counts = [count(draw, seeds, shift=shift, tables=tables) for seeds in SEEDS]
        cells = [", ".join(f"{100 * (1 - each[claim][0]):.0f}" for each in counts) for claim in CLAIMS]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


CIRCUITS, DEAF, SEARCHES, SEARCH_SEEDS = 7, 2, 500, (6, 10)

SEARCH_CASES = (
    "a fixed favourite",
    "a favourite a seed",
    "circuits of equal merit",
    "two that cannot learn get little",
    "weights that follow merit, half",
    "weights that follow merit",
)
"""Of made-up searches; only the weights of the last two know anything of merit."""

SEARCH_CLAIMS = (
    "order",
    "order, those that hear",
    "pick above random",
    "picks by chance",
    "above its pick",
    "above random",
)


def draw_search(case: str, random: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shares and merits `(seeds, N)`, and what the search is worth: as one of its circuits at random, with noise.

    Circuits differ by 1, runs of one by 0.5; the search's favourites stay the same but for the second case.
    """
    size = (seeds, CIRCUITS)
    worth = np.zeros(CIRCUITS) if case == "circuits of equal merit" else random.normal(size=CIRCUITS)
    bias = random.normal(size=size if case == "a favourite a seed" else CIRCUITS)
    if case == "two that cannot learn get little":
        worth[:DEAF] -= 4
        bias[:DEAF] -= 4
    knows = {"weights that follow merit, half": 0.5, "weights that follow merit": 1.0}.get(case, 0.0)
    merits = worth + 0.5 * random.normal(size=size)
    shares = np.exp(np.sqrt(1 - knows**2) * bias + knows * worth + 0.3 * random.normal(size=size))
    return shares, merits, merits.mean(axis=1) + 0.5 * random.normal(size=seeds)


def count_searches(case: str, seeds: int, *, searches: int = SEARCHES, start: int = 0) -> dict[str, float]:
    """The shares of made-up searches of which each claim "holds"."""
    random = np.random.default_rng([start, seeds, SEARCH_CASES.index(case)])
    held = dict.fromkeys(SEARCH_CLAIMS, 0)
    for _ in range(searches):
        shares, merits, ours = draw_search(case, random, seeds)
        lost, by_chance = regrets(shares, merits)
        picked = merits[np.arange(seeds), shares.argmax(axis=1)]
        tails = (
            agreement_by_chance(shares, merits),
            agreement_by_chance(shares[:, DEAF:], merits[:, DEAF:]),
            signed_rank(by_chance - lost),
            picks_by_chance(shares, merits),
            signed_rank(ours - picked),
            signed_rank(ours - merits.mean(axis=1)),
        )
        for name, each in zip(SEARCH_CLAIMS, tails, strict=True):
            held[name] += bool(each.above <= SIGNIFICANCE / 2)
    return {name: number / searches for name, number in held.items()}


def searched() -> str:
    """What holds of made-up searches, as Markdown."""
    lines = [f"| weights | {' | '.join(SEARCH_CLAIMS)} |", "|---" * (len(SEARCH_CLAIMS) + 1) + "|"]
    for case in SEARCH_CASES:
        counts = [count_searches(case, seeds) for seeds in SEARCH_SEEDS]
        cells = [", ".join(f"{100 * each[claim]:.1f}" for each in counts) for claim in SEARCH_CLAIMS]
        lines.append(f"| {case} | {' | '.join(cells)} |")
    return "\n".join(lines)


def report_searches() -> str:
    """The table of made-up searches with what it counts."""
    return (
        f"What holds of made-up searches over {CIRCUITS} circuits, of which the last {CIRCUITS - DEAF} hear, per cent "
        f"of {SEARCHES} searches, with {', '.join(map(str, SEARCH_SEEDS))} seeds:\n\n{searched()}"
    )


def report(tables: int) -> str:
    """Both tables with what they count."""
    seeds = ", ".join(map(str, SEEDS))
    return (
        f"Wrong verdicts, per cent of {tables:,} made-up tables, with {seeds} seeds; with fewer than {MIN_SEEDS} there "
        f"are none:\n\n{wrong(tables)}\n\n"
        f"Missed verdicts, per cent of {tables:,} tables in which the claim is true, with {seeds} seeds:\n\n"
        f"{missed(tables)}"
    )


def main() -> None:
    """Count, print, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=TABLES, help="made-up tables a case and number of seeds")
    parser.add_argument("--searches", action="store_true", help="count the claims on searches alone: a minute")
    parser.add_argument("--save", type=Path, help="folder for verdicts.md, or search-verdicts.md")
    arguments = parser.parse_args()
    text = report_searches() if arguments.searches else report(arguments.tables)
    print(text)
    if arguments.save:
        write_text(arguments.save / ("search-verdicts.md" if arguments.searches else "verdicts.md"), text + "\n")


if __name__ == "__main__":
    main()
