"""A search plays the league: `play` answers from the table what it asks, until its budget is spent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from qtkit.checks import checked_positive
from qtkit.circuits.architectures import Architecture
from qtkit.league.searches import SEARCHES, Search
from qtkit.league.table import Folder, Standing, standing

BUDGET = 60.0
"""Evaluations: trainings of one circuit to the end."""

IDLE = 1_000
"""Questions in a row that cost nothing, after which a search is taken to go round in circles."""

COLUMNS = ("search", "task", "seed", "cost", "pick", "score", "regret")


def play(
    search: Search | str,
    task: str = "fashion-5-7",
    seeds: Iterable[int] = range(50),
    *,
    budget: float = BUDGET,
    among: Iterable[Architecture] | None = None,
    name: str | None = None,
    folder: Folder = None,
) -> pd.DataFrame:
    """Let a search play, once a seed; a row a question.

    Columns: `search` (its name), `task`, `seed`, `cost` so far in evaluations, `pick` (the architecture it would name
    now, in words), its `score`, and its `regret`: what its merit, the mean over the table's seeds, lacks to the best.
    The pick is the one with the best score among those trained longest.

    A search sees scores, of the training data; regret is of the test data. Seed s sees the table's seed s modulo
    their number. Training on from where it stopped costs what is added, and what is known costs nothing.

    Arguments:
        search: a generator function, see `qtkit.league.searches`, or a name in `SEARCHES`.
        task: one of `qtkit.league.TASKS`.
        budget: in evaluations; a question that would cost more than is left ends the trial.
        among: architectures to search over, whose best one regret is measured against; by default all that the table
            has.
        name: of the search; by default that of the function.

    Raises:
        ValueError: for an unknown search or task, a question that is none, or a search that asks nothing new.
        FileNotFoundError: if there is no table.

    Example:
        >>> played = play("random", "fashion-5-7", seeds=range(3), budget=5)
        >>> len(played)
        15
    """
    found = standing(task, folder).among(among)
    function, name = _read_search(search, name)
    checked_positive("budget", budget)
    rows = [row for seed in seeds for row in _trial(function, found, int(seed), budget)]
    return pd.DataFrame([(name, task, *row) for row in rows], columns=list(COLUMNS))


def _read_search(search: Any, name: str | None) -> tuple[Search, str]:
    """The function, and what it is called."""
    if isinstance(search, str):
        if search not in SEARCHES:
            raise ValueError(f"there is no search {search!r}; there are {', '.join(SEARCHES)}, and functions of yours")
        return SEARCHES[search], name or search
    if not callable(search):
        raise ValueError(f"a search is a function of space and random, or one of {tuple(SEARCHES)}, got {search!r}")
    named = {function: short for short, function in SEARCHES.items()}
    return search, name or named.get(search, getattr(search, "__name__", "your search"))


def _trial(search: Search, found: Standing, seed: int, budget: float) -> list[tuple[int, float, str, float, float]]:
    """The rows of one seed: seed, cost, pick, score, regret."""
    asking = search(found.architectures, np.random.default_rng(seed))
    if not hasattr(asking, "send"):
        raise ValueError(
            f"a search must be a generator that yields architectures and is sent their scores, got "
            f"{type(asking).__name__}: is there a `yield` in it?"
        )
    scores = found.scores[:, seed % found.scores.shape[1]]  # (N, epochs + 1)
    trained: dict[int, int] = {}
    rows, spent, idle, best = [], 0, 0, (0, -np.inf, -1)
    answer: float | None = None
    while True:
        try:
            question = asking.send(answer)  # type: ignore[arg-type]  # the first one sent is None
        except StopIteration:
            break
        except AttributeError as error:
            if "no attribute 'send'" in str(error):
                raise ValueError("a list cannot be sent scores: write `for each in space: yield each`") from error
            raise
        place, epochs = _read_question(question, found)
        added = max(0, epochs - trained.get(place, 0))
        if (spent + added) / found.epochs > budget + 1e-9:
            break
        idle = 0 if added else idle + 1
        if idle > IDLE:
            raise ValueError(f"the search asked {IDLE:,} times in a row for what it knows: it goes round in circles")
        spent += added
        trained[place] = max(epochs, trained.get(place, 0))
        answer = float(scores[place, epochs])
        best = max(best, (epochs, answer, -place))
        pick = -best[2]
        rows.append((seed, spent / found.epochs, str(found.architectures[pick]), best[1], float(found.regrets[pick])))
    asking.close()
    return rows


def _read_question(question: Any, found: Standing) -> tuple[int, int]:
    """The place of the architecture, and for how many epochs it is trained."""
    share: Any = 1.0
    if isinstance(question, Sequence) and not isinstance(question, str) and len(question) == 2:
        question, share = question
    if not isinstance(question, Architecture):
        raise ValueError(
            "a search yields an Architecture, or one and the share of a training, such as (architecture, 0.5); got "
            f"{question!r}"
        )
    if question not in found.places:
        raise ValueError(f"{question} is not among the {len(found.places)} architectures that are searched")
    if isinstance(share, bool) or not isinstance(share, int | float | np.number) or not 0 < share <= 1:
        raise ValueError(f"the share of a training is above 0 and at most 1, got {share!r} with {question}")
    return found.places[question], max(1, round(float(share) * found.epochs))
