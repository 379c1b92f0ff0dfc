"""Searches that play the league: generators that ask for a circuit's training and are sent its score.

A search is a function of the space, a tuple of `Architecture`, and of a generator of random numbers. It yields an
architecture, to have it trained to the end, or `(architecture, share)`, for the first part of a training alone, and
is sent the score. To stop it is not to ask it any more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from types import MappingProxyType

import numpy as np

from qtkit.circuits.architectures import Architecture

Space = tuple[Architecture, ...]
Question = Architecture | tuple[Architecture, float]
Asking = Generator[Question, float, None]
Search = Callable[[Space, np.random.Generator], Asking]


def random_search(space: Space, random: np.random.Generator) -> Asking:
    """One architecture after the other, in random order."""
    for place in random.permutation(len(space)):
        yield space[place]


FIRST, KEPT = 27, 3
"""Of successive halving: with how many architectures a round begins, and that one of three goes on."""


def successive_halving(space: Space, random: np.random.Generator) -> Asking:
    """Many architectures for a ninth of a training, the best third for a third of it, the best of these to the end.

    Round after round, with other ones each time (Jamieson and Talwalkar, AISTATS 2016; a third is their η = 3).
    """
    order = [space[place] for place in random.permutation(len(space))]
    for begin in range(0, len(order), FIRST):
        rung = order[begin : begin + FIRST]
        for share in (1 / KEPT**2, 1 / KEPT, 1.0):
            scores = []
            for each in rung:
                scores.append((yield each, share))  # noqa: PERF401  a comprehension cannot be sent anything
            best = np.argsort(scores, kind="stable")[::-1][: max(1, len(rung) // KEPT)]
            rung = [rung[place] for place in best]


POPULATION, SAMPLE = 10, 3
"""Of evolution: how many live, and of how many the best has a child."""


def evolution(space: Space, random: np.random.Generator) -> Asking:
    """Regularised evolution: the best of a few has a child that differs in one choice, and the oldest dies.

    Children that were trained before, or are not in the space, are not born (Real et al., AAAI 2019).
    """
    known = set(space)
    alive: deque[tuple[float, Architecture]] = deque(maxlen=POPULATION)
    for place in random.permutation(len(space)):
        if len(alive) == POPULATION:
            break
        known.remove(space[place])
        alive.append(((yield space[place]), space[place]))
    while known:
        some = [alive[place] for place in random.choice(len(alive), min(SAMPLE, len(alive)), replace=False)]
        parent = max(some, key=lambda each: each[0])[1]
        children = [each for each in parent.neighbours() if each in known] or sorted(known, key=str)
        child = children[random.integers(len(children))]
        known.remove(child)
        alive.append(((yield child), child))


SEARCHES: Mapping[str, Search] = MappingProxyType(
    {"random": random_search, "halving": successive_halving, "evolution": evolution}
)
"""By the names that figures and tables show."""
