"""How well a search chooses among its circuits: `Choice`, and when that is known, `agreement_over_time`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.claims.search.spaces import Floats, Space
from qtkit.claims.statistics import (
    SIGNIFICANCE,
    Tails,
    Typical,
    agreement_by_chance,
    agreements,
    average_ranks,
    detectable_agreement,
    merit_agreement,
    merit_agreement_by_chance,
    picks_by_chance,
    regrets,
    signed_rank,
    typical,
)


@dataclass(frozen=True)
class Choice:
    """What the search of a space chose, seed by seed; all arrays are `(S,)`.

    The pick is the circuit with the largest share at the end.

    Attributes:
        measured: each circuit's share at the end by another measure, `(S, N)`, such as `signals.measure_signals` gives;
            by default `Space.shares`.
    """

    space: Space
    measured: Floats | None = None

    @property
    def shares(self) -> Floats:
        """At the end, `(S, N)`."""
        return self.space.shares[:, -1] if self.measured is None else self.measured

    @cached_property
    def picks(self) -> npt.NDArray[np.intp]:
        """The place of the pick among the circuits."""
        picks: npt.NDArray[np.intp] = self.shares.argmax(axis=1)
        return picks

    @cached_property
    def taus(self) -> Floats:
        """Kendall's τ of shares and merit, see `agreements`; 0 for a seed whose circuits are all worth the same."""
        return _agreements(self.shares, self.space.merits)

    @cached_property
    def taus_of_sizes(self) -> Floats:
        """The same of `Space.sizes`, where the uniform circuit's weight counts too."""
        return _agreements(self.space.sizes[:, -1], self.space.merits)

    @cached_property
    def chance(self) -> Tails:
        """How likely so much agreement is if it did not matter which circuit has which share."""
        ordered = _ordered(self.shares, self.space.merits)
        if not ordered.any():
            return Tails(np.ones(()), np.ones(()))
        return agreement_by_chance(self.shares[ordered], self.space.merits[ordered])

    @cached_property
    def seen(self) -> float:
        """The smallest mean τ that these seeds would have seen, see `detectable_agreement`."""
        ordered = _ordered(self.shares, self.space.merits)
        return detectable_agreement(self.shares[ordered], self.space.merits[ordered]) if ordered.any() else np.inf

    @cached_property
    def hearing(self) -> Choice:
        """The same among the circuits that hear their angles: those which cannot learn are no part of it."""
        measured = None if self.measured is None else self.measured[:, self.space.hears]
        return Choice(self.space.among_hearing(), measured)

    @cached_property
    def merit_agrees(self) -> float:
        """Kendall's τ of the circuits' merit in one seed and in another, see `merit_agreement`."""
        return merit_agreement(self.space.merits)

    @cached_property
    def merit_chance(self) -> Tails:
        """How likely seeds agree so well on merit if it did not matter which circuit it is."""
        return merit_agreement_by_chance(self.space.merits)

    @cached_property
    def pick_chance(self) -> Tails:
        """How likely the picks are worth so much if it did not matter which circuit has which merit."""
        return picks_by_chance(self.shares, self.space.merits)

    @cached_property
    def fixed(self) -> int:
        """How many circuits, picked in every seed whatever they are worth, would be better than one at random, too."""
        merits = self.space.merits.T  # (N, S)
        return int((signed_rank(merits - merits.mean(axis=0)).above <= SIGNIFICANCE / 2).sum())

    @cached_property
    def regrets(self) -> tuple[Floats, Floats]:
        """What the pick loses against the best circuit of its seed, and what one picked by chance would."""
        return regrets(self.shares, self.space.merits)

    @cached_property
    def ranks(self) -> Floats:
        """Of the pick among the circuits of its seed, 1 the best."""
        return self._of_picks(average_ranks(self.space.merits, lower=False))

    @cached_property
    def favourite(self) -> tuple[str, int]:
        """The circuit that most seeds pick, and how many do."""
        places, counts = np.unique(self.picks, return_counts=True)
        return self.space.names[places[counts.argmax()]], int(counts.max())

    @cached_property
    def known(self) -> Floats:
        """The epoch or episode from which the largest of `Space.shares` stays the largest."""
        largest = self.space.shares.argmax(axis=2)  # (S, T)
        same = largest == largest[:, -1:]
        changed = (~same).cumsum(axis=1).argmax(axis=1)  # where it last was another, 0 if it never was
        known: Floats = self.space.clock[np.where(same.all(axis=1), 0, changed + 1)]
        return known

    @cached_property
    def over_winner(self) -> Floats:
        """What the search has more than its pick alone."""
        return self.space.ours - self._of_picks(self.space.merits)

    @cached_property
    def over_random(self) -> Floats:
        """What the search has more than one of its circuits at random."""
        ahead: Floats = self.space.ours - self.space.merits.mean(axis=1)
        return ahead

    def _of_picks(self, values: Floats) -> Floats:
        """Of `(S, N)` those of the picks."""
        picked: Floats = values[np.arange(len(values)), self.picks]
        return picked

    @property
    def tau(self) -> Typical:
        """The typical τ and its bounds."""
        return typical(self.taus)


def agreement_over_time(space: Space) -> pd.DataFrame:
    """Kendall's τ of the shares so far with the merit at the end: columns `seed`, `clock`, `progress`, `tau`.

    `progress` is 1 at the end. Rows where all shares are equal, as at the start, have no order and τ 0.
    """
    rows = []
    for place, seed in enumerate(space.seeds):
        for time, clock in enumerate(space.clock):
            shares = space.shares[place, time]
            flat = np.ptp(shares[~space.idle]) == 0
            tau = 0.0 if flat else float(_agreements(shares[None], space.merits[place][None])[0])
            rows.append({"seed": seed, "clock": clock, "progress": clock / space.clock[-1], "tau": tau})
    return pd.DataFrame(rows, columns=["seed", "clock", "progress", "tau"])


def _agreements(shares: Floats, merits: Floats) -> Floats:
    """As `agreements`, and 0 where there is no order to agree with."""
    ordered, found = _ordered(shares, merits), np.zeros(len(shares))
    if ordered.any():
        found[ordered] = agreements(shares[ordered], merits[ordered])
    return found


def _ordered(shares: Floats, merits: Floats) -> npt.NDArray[np.bool_]:
    """Which seeds have shares and merits that are not all equal."""
    if shares.shape[1] < 2:
        return np.zeros(len(shares), dtype=np.bool_)
    ordered: npt.NDArray[np.bool_] = (np.ptp(shares, axis=1) > 0) & (np.ptp(merits, axis=1) > 0)
    return ordered


def points(space: Space) -> pd.DataFrame:
    """A row a seed and circuit: `seed`, `circuit`, `share` at the end, `merit` alone, and `picked`."""
    shares = space.shares[:, -1]
    return pd.DataFrame(
        [
            {
                "seed": seed,
                "circuit": name,
                "share": shares[row, column],
                "merit": space.merits[row, column],
                "picked": bool(column == shares[row].argmax()),
            }
            for row, seed in enumerate(space.seeds)
            for column, name in enumerate(space.names)
        ],
        columns=["seed", "circuit", "share", "merit", "picked"],
    )
