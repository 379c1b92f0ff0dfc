"""Does the search choose well, in a table and in verdicts: `summary`, `claims`."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from qtkit.claims.evidence import join
from qtkit.claims.search.choice import Choice
from qtkit.claims.search.spaces import Floats, Space
from qtkit.claims.statistics import MIN_SEEDS, SIGNIFICANCE, TOO_FEW, judge, typical
from qtkit.claims.verdicts import Claim, weigh

COLUMNS = {
    "experiment": "str",
    "settings": "str",
    "seeds": "Int64",
    "tau": "float64",
    "low": "float64",
    "high": "float64",
    "chance": "float64",
    "tau_w": "float64",
    "pick": "str",
    "agree": "Int64",
    "rank": "float64",
    "regret": "float64",
    "random_regret": "float64",
    "known": "float64",
    "over_pick": "float64",
    "over_random": "float64",
}

FORMATS = {
    **dict.fromkeys(("tau", "low", "high", "tau_w"), ".2f"),
    "chance": ".2g",
    "rank": ".1f",
    **dict.fromkeys(("regret", "random_regret", "over_pick", "over_random"), ".3f"),
    "known": ",.0f",
}
"""How the columns of `summary` are printed."""

NOTE = """\
tau: Kendall's, of the weights' shares at the end with what each circuit is worth alone, 1 if the order is the same, and
its bounds. chance: that shares dealt out at random agree so well. tau_w: the same where the uniform circuit's weight,
which says nothing, counts too. pick: the circuit with the largest share in most seeds; agree: in how many. rank: of the
pick alone, 1 the best. regret: what it loses against the best circuit; random_regret: what one picked at random does.
known: the epoch or episode from which it stays the pick. over_pick, over_random: what the search has more than its pick
alone, or than one of its circuits at random. Worth is test accuracy, -log10 of the test error, or the mean return: its
median over the last tenth of a training."""
"""What the columns of `summary` are."""


def summary(spaces: Iterable[Space]) -> pd.DataFrame:
    """A row a search that has all its circuits alone in one seed at least; see `NOTE` for the columns.

    Values are means over seeds but for `tau` (the typical one, with its bounds from six seeds on), `known` (the
    median), `over_pick` and `over_random` (typical ones).
    """
    rows = [_row(space) for space in spaces if space.seeds]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _row(space: Space) -> dict[str, object]:
    choice = Choice(space)
    tau, (name, count), (regret, random) = choice.tau, choice.favourite, choice.regrets
    return {
        "experiment": space.title,
        "settings": space.settings,
        "seeds": len(space.seeds),
        "tau": tau.centre,
        "low": tau.low if np.isfinite(tau.low) else np.nan,
        "high": tau.high if np.isfinite(tau.high) else np.nan,
        "chance": float(choice.chance.above),
        "tau_w": typical(choice.taus_of_sizes).centre,
        "pick": name,
        "agree": count,
        "rank": choice.ranks.mean(),
        "regret": regret.mean(),
        "random_regret": random.mean(),
        "known": float(np.median(choice.known)),
        "over_pick": typical(choice.over_winner).centre,
        "over_random": typical(choice.over_random).centre,
    }


def claims(spaces: Iterable[Space]) -> list[Claim]:
    """Of each search: its weights order the circuits, its pick is worth having, and so is the search itself.

    That the order of the weights is the order of merit is tested by dealing the merits out anew, in all seeds alike: a
    search that favours the same circuits whatever they are worth proves no more with many seeds. The others are
    compared seed by seed. All take six seeds, see docs/statistics.md.
    """
    return [claim for space in spaces for claim in _claims(space)]


def _claims(space: Space) -> list[Claim]:
    where = f"on {space.title} ({space.settings})"
    first = f"{where} the order of the weights is the order of merit"
    few = f"{len(space.seeds)} of {MIN_SEEDS} seeds that the search and all circuits have" if _few(space) else ""
    if not space.seeds:
        return [Claim(first, TOO_FEW, join(few, space.lacking), None)]
    choice = Choice(space)
    regret, random = choice.regrets
    rank = f"its mean rank is {choice.ranks.mean():.1f} of {len(space.names)}"
    found = {
        first: _order(space, choice),
        f"{where} the circuit with the largest weight is better than one at random": _compare(
            space, random - regret, rank
        ),
        f"{where} the search is better than that circuit alone": _compare(space, choice.over_winner),
        f"{where} the search is better than one of its circuits at random": _compare(space, choice.over_random),
    }
    return [Claim(text, verdict, join(few, evidence), None) for text, (verdict, evidence) in found.items()]


def _few(space: Space) -> bool:
    return len(space.seeds) < MIN_SEEDS


def _order(space: Space, choice: Choice) -> tuple[str, str]:
    (name, count), seeds = choice.favourite, len(space.seeds)
    evidence = (
        f"τ {choice.taus.mean():.2f} ({choice.taus.min():.2f} to {choice.taus.max():.2f}), so high by chance in "
        f"{100 * float(choice.chance.above):.2g} %; {count} of {seeds} {'seeds pick' if seeds > 1 else 'seed picks'} "
        f"{name}"
    )
    rarest = 1 / math.factorial(len(space.names))
    if rarest > SIGNIFICANCE / 2:
        evidence = f"{evidence}; of {len(space.names)} circuits no order is rarer than {100 * rarest:.2g} %"
    return (TOO_FEW if _few(space) else judge(choice.chance)), evidence


def _compare(space: Space, differences: Floats, more: str = "") -> tuple[str, str]:
    (centre, low, high), number = typical(differences), space.merit.number
    bounds = f" ({number(low)} to {number(high)})" if np.isfinite(low) else ""
    factor = "a factor of " if space.merit.logarithmic else ""
    wins, seeds = int((differences > 0).sum()), len(differences)
    evidence = f"better in {wins} of {seeds} seeds, typically by {factor}{number(centre)}{bounds}"
    return weigh(differences, lambda tails: tails, join(evidence, more), space.merit.say)
