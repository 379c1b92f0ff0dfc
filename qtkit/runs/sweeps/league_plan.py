"""The plan `league`: each architecture of the space alone, on three tasks, and what is compared with them.

`qtkit.league` reads what it gives. All is in the reading in which a circuit is heard, see `qtkit.tasks.readings`.
"""

from __future__ import annotations

import dataclasses
import functools

from qtkit.circuits.ansatz import Ansatz, qubits_for
from qtkit.circuits.architectures import ARCHITECTURES, Architecture
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import HEARD
from qtkit.tasks.settings import EpochSettings

LEAGUE_TASKS = ("bessel", "fashion-5-7", "mnist-1-5")
"""The experiments of the league, in the order they are computed."""

IMAGE_EPOCHS = 5
"""As few as keep the order that the paper's circuits have after `PILOT_EPOCHS`; see `qtkit.league.order_kept`."""

PILOT_EPOCHS = 30
PILOT_TASK = "fashion-5-7"
"""The pair on which circuits differ most."""

PILOT_STEP = 7
"""Every seventh architecture is in the pilot."""

TABLE_SEEDS = 3
"""Of each architecture alone; searches may have more."""

SEARCH_DEPTH = 7
"""Of the searches: one sum of circuits has one depth."""


def plan_league(seed: int) -> list[Settings]:
    """Each distinct architecture alone, for `TABLE_SEEDS` seeds, and the search over all of one depth, on three tasks.

    Architectures whose distributions are equal, see `equal_architectures`, are computed once. Seed 0 has the pilot,
    too: some of them on one pair of classes, much longer, which tell whether so few epochs keep the order.
    """
    runs: list[Settings] = []
    for task in LEAGUE_TASKS:
        runs += [alone(task, each, seed) for each in distinct_architectures(task)] if seed < TABLE_SEEDS else []
        runs.append(search(task, seed))
    return [*runs, *(pilot() if seed == 0 else ())]


def league_settings(task: str, seed: int) -> EpochSettings:
    """The settings that all runs of a task share.

    Raises:
        ValueError: for an experiment that is none of `LEAGUE_TASKS`.
    """
    from qtkit.tasks.images.settings import ImageSettings
    from qtkit.tasks.series.settings import SeriesSettings

    settings: EpochSettings
    if task not in LEAGUE_TASKS:
        raise ValueError(f"the league has no task {task!r}; it has {', '.join(LEAGUE_TASKS)}")
    dataset, *classes = task.split("-")
    if classes:
        first, second = map(int, classes)
        settings = ImageSettings(
            dataset=dataset, classes=(first, second), scale="paper", epochs=IMAGE_EPOCHS, seed=seed
        )
    else:
        settings = SeriesSettings(dataset=dataset, predictions="none", seed=seed)
    return HEARD.apply(settings)


def alone(task: str, architecture: Architecture, seed: int) -> EpochSettings:
    """An architecture trained alone; the same run for all that are equal to it."""
    one = ARCHITECTURES[stand_ins(task)[ARCHITECTURES.index(architecture)]]
    settings = league_settings(task, seed)
    return dataclasses.replace(settings, candidates=(_circuit(one),), depth=one.depth)


def search(task: str, seed: int) -> EpochSettings:
    """The search over the distinct architectures with `SEARCH_DEPTH` layers, as long as each alone."""
    circuits = tuple(_circuit(each) for each in searched(task))
    return dataclasses.replace(league_settings(task, seed), candidates=circuits, depth=SEARCH_DEPTH)


def piloted() -> tuple[Architecture, ...]:
    """The architectures of the pilot."""
    return distinct_architectures(PILOT_TASK)[::PILOT_STEP]


def pilot() -> list[EpochSettings]:
    """Some architectures on one task, seed 0, for `PILOT_EPOCHS`."""
    return [dataclasses.replace(alone(PILOT_TASK, each, 0), epochs=PILOT_EPOCHS) for each in piloted()]


def distinct_architectures(task: str) -> tuple[Architecture, ...]:
    """The first of each group of equal ones, in the order of `ARCHITECTURES`."""
    return tuple(ARCHITECTURES[place] for place in dict.fromkeys(stand_ins(task)))


def searched(task: str) -> tuple[Architecture, ...]:
    """The architectures of the searches: with `SEARCH_DEPTH` layers, the first of each group of equal ones."""
    from qtkit.analysis.equal_architectures import equal_architectures  # PyTorch comes with it

    layers = [each for each in ARCHITECTURES if each.depth == SEARCH_DEPTH]
    return tuple(layers[group[0]] for group in equal_architectures(layers, _qubits(task)))


@functools.cache
def stand_ins(task: str) -> tuple[int, ...]:
    """Of each of `ARCHITECTURES` the place of the first that is equal to it on the task's qubits."""
    from qtkit.analysis.equal_architectures import equal_architectures  # PyTorch comes with it

    first = {place: group[0] for group in equal_architectures(ARCHITECTURES, _qubits(task)) for place in group}
    return tuple(first[place] for place in range(len(ARCHITECTURES)))


def _circuit(architecture: Architecture) -> int | Ansatz:
    """As settings tell it: of the paper's circuits by the number, so that a run is the same wherever it was asked."""
    return architecture.ansatz.config or architecture.ansatz


def _qubits(task: str) -> int:
    from qtkit.paper import EXPERIMENTS

    kind = "images" if "-" in task else "series"
    return qubits_for(EXPERIMENTS[kind].targets[0].num_weights)
