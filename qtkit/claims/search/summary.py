"""Does the search choose well, in a table and in verdicts: `summary`, `claims`."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from qtkit.claims.evidence import join
from qtkit.claims.search.choice import Choice
from qtkit.claims.search.spaces import Floats, Space
from qtkit.claims.statistics import MIN_SEEDS, NOISE, SIGNIFICANCE, TOO_FEW, judge, typical
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
    "hear": "Int64",
    "tau_hear": "float64",
    "chance_hear": "float64",
    "merit_agrees": "float64",
    "merit_agrees_hear": "float64",
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
    **dict.fromkeys(("tau", "low", "high", "tau_w", "tau_hear", "merit_agrees", "merit_agrees_hear"), ".2f"),
    **dict.fromkeys(("chance", "chance_hear"), ".2g"),
    "rank": ".1f",
    **dict.fromkeys(("regret", "random_regret", "over_pick", "over_random"), ".3f"),
    "known": ",.0f",
}
"""How the columns of `summary` are printed."""

NOTE = """\
tau: Kendall's, of the weights' shares at the end with what each circuit is worth alone, 1 if the order is the same, and
its bounds. chance: that shares dealt out at random agree so well. tau_w: the same where the uniform circuit's weight,
which says nothing, counts too. hear: how many circuits hear their angles; tau_hear, chance_hear: among these alone, for
that a circuit which cannot learn gets little is soon found. merit_agrees: tau of the circuits' worth in one seed and in
another, 0 if there is no order to find; merit_agrees_hear: among those that hear. pick: the circuit with the largest
share in most seeds; agree: in how many. rank: of the pick alone, 1 the best. regret: what it loses against the best
circuit; random_regret: what one picked at random does. known: the epoch or episode from which it stays the pick.
over_pick, over_random: what the search has more than its pick alone, or than one of its circuits at random. Worth is
test accuracy, -log10 of the test error, or the mean return: its median over the last tenth of a training."""
"""What the columns of `summary` are."""


def summary(spaces: Iterable[Space]) -> pd.DataFrame:
    """A row a search that has all its circuits alone in one seed at least; see `NOTE` for the columns.

    Values are means over seeds but for `tau` (the typical one, with its bounds from six seeds on), `known` (the
    median), `over_pick` and `over_random` (typical ones). `merit_agrees` is the mean over pairs of seeds.
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
        "hear": int(space.hears.sum()),
        "tau_hear": choice.hearing.taus.mean() if _orders(choice.hearing) else np.nan,
        "chance_hear": float(choice.hearing.chance.above) if _orders(choice.hearing) else np.nan,
        "merit_agrees": choice.merit_agrees,
        "merit_agrees_hear": choice.hearing.merit_agrees,
        "pick": name,
        "agree": count,
        "rank": choice.ranks.mean(),
        "regret": regret.mean(),
        "random_regret": random.mean(),
        "known": float(np.median(choice.known)),
        "over_pick": typical(choice.over_winner).centre,
        "over_random": typical(choice.over_random).centre,
    }


AGREE = "the seeds agree on the order of merit"
ORDER = "the order of the weights is the order of merit"
ORDER_OF_HEARING = "the order of the weights is the order of merit among the circuits that hear their angles"
PICK = "the picked circuit is worth more than one at random"
OVER_PICK = "the search is better than that circuit alone"
OVER_RANDOM = "the search is better than one of its circuits at random"

CLAIMS = (AGREE, ORDER, ORDER_OF_HEARING, PICK, OVER_PICK, OVER_RANDOM)
"""What is asked of every search, in this order."""


def claims(spaces: Iterable[Space]) -> list[Claim]:
    """Of each search what `CLAIMS` say: is there an order to find, do weights have it, is what comes out worth having?

    That the order of the weights is the order of merit is tested by dealing the merits out anew, in all seeds alike: a
    search that favours the same circuits whatever they are worth proves no more with many seeds. It is asked again
    among the circuits that hear their angles; where all do, once. The last three are compared seed by seed: they tell
    what came out here, not that it was found. All take six seeds, see docs/statistics.md.
    """
    return [
        Claim(f"on {space.title} ({space.settings}) {text}", verdict, evidence, None)
        for space in spaces
        for text, (verdict, evidence) in _answers(space).items()
    ]


def verdicts(spaces: Iterable[Space]) -> pd.DataFrame:
    """The verdicts of `claims` alone: `experiment`, `settings`, `seeds`, and a column for each of `CLAIMS`.

    What is not asked of a search, since all its circuits hear their angles, is missing.
    """
    rows = [
        {"experiment": space.title, "settings": space.settings, "seeds": len(space.seeds)}
        | {text: verdict for text, (verdict, _) in _answers(space).items()}
        for space in spaces
    ]
    return pd.DataFrame(rows, columns=["experiment", "settings", "seeds", *CLAIMS])


def _answers(space: Space) -> dict[str, tuple[str, str]]:
    """Verdict and evidence of each of `CLAIMS` that is asked of a search."""
    few = f"{len(space.seeds)} of {MIN_SEEDS} seeds that the search and all circuits have" if _few(space) else ""
    if not space.seeds:
        return {ORDER: (TOO_FEW, join(few, space.lacking))}
    choice = Choice(space)
    (name, count), seeds = choice.favourite, len(space.seeds)
    picks = f"{count} of {seeds} {'seeds pick' if seeds > 1 else 'seed picks'} {name}"
    found = {
        AGREE: _agree(space, choice),
        ORDER: _order(space, choice, picks),
        ORDER_OF_HEARING: _order(space, choice.hearing),
        PICK: _pick(space, choice),
        OVER_PICK: _compare(space, choice.over_winner),
        OVER_RANDOM: _compare(space, choice.over_random),
    }
    if space.hears.all():
        del found[ORDER_OF_HEARING]
    return {text: (verdict, join(few, evidence)) for text, (verdict, evidence) in found.items()}


def _few(space: Space) -> bool:
    return len(space.seeds) < MIN_SEEDS


def _orders(choice: Choice) -> bool:
    """Whether there are circuits enough to have one."""
    return len(choice.space.names) > 1


def _chance(share: float) -> str:
    return f"so high by chance in {100 * share:.2g} %"


def _agree(space: Space, choice: Choice) -> tuple[str, str]:
    def say(one: Choice) -> str:
        return f"τ {one.merit_agrees:.2f}, {_chance(float(one.merit_chance.above))}"

    if not np.isfinite(choice.merit_agrees):
        return TOO_FEW if _few(space) else judge(choice.merit_chance), "no two seeds have an order"
    evidence = f"between two seeds {say(choice)}"
    if np.isfinite(choice.hearing.merit_agrees) and not space.hears.all():
        evidence = f"{evidence}; among those that hear {say(choice.hearing)}"
    return (TOO_FEW if _few(space) else judge(choice.merit_chance)), evidence


def _order(space: Space, choice: Choice, picks: str = "") -> tuple[str, str]:
    number = len(choice.space.names)
    taus = f"τ {choice.taus.mean():.2f} ({choice.taus.min():.2f} to {choice.taus.max():.2f})"
    evidence = join(f"{taus}, {_chance(float(choice.chance.above))}" if _orders(choice) else "", picks)
    verdict, rarest = TOO_FEW if _few(space) else judge(choice.chance), 1 / math.factorial(number)
    if rarest > SIGNIFICANCE / 2:
        never = f"of {number} {'circuit' if number == 1 else 'circuits'} no order is rarer than {100 * rarest:.2g} %"
        evidence = join(evidence, f"{never}, with however many seeds")
    elif verdict == NOISE:
        seen, missed = f"a τ of {choice.seen:.2f} would have been seen", "even a τ of 1 might have been missed"
        evidence = join(evidence, seen if choice.seen <= 1 else missed)
    return verdict, evidence


def _pick(space: Space, choice: Choice) -> tuple[str, str]:
    regret, random = choice.regrets
    number = len(space.names)
    more = (
        f"its mean rank is {choice.ranks.mean():.1f} of {number}",
        f"picks dealt out by chance do so well in {100 * float(choice.pick_chance.above):.2g} %",
        f"{choice.fixed} of {number} circuits would, if always picked" if not _few(space) else "",
    )
    return _compare(space, random - regret, join(*more))


def _compare(space: Space, differences: Floats, more: str = "") -> tuple[str, str]:
    (centre, low, high), number = typical(differences), space.merit.number
    bounds = f" ({number(low)} to {number(high)})" if np.isfinite(low) else ""
    factor = "a factor of " if space.merit.logarithmic else ""
    wins, seeds = int((differences > 0).sum()), len(differences)
    evidence = f"better in {wins} of {seeds} seeds, typically by {factor}{number(centre)}{bounds}"
    return weigh(differences, lambda tails: tails, join(evidence, more), space.merit.say)
