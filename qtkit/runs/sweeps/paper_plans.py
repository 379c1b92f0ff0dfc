"""Sweeps behind the paper's table and figures, what stands beside them, and what it leaves open."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qtkit.circuits.ansatz import Ansatz
from qtkit.names import RIVALS
from qtkit.runs.sweeps.plan import SettingsT, with_changes
from qtkit.tasks.protocols import Settings

if TYPE_CHECKING:
    from qtkit.tasks.gridworld.settings import GridworldSettings

Circuits = tuple[int | Ansatz, ...]
"""As settings take them for `candidates`."""

CONFIGS: Circuits = tuple(range(1, 13))


def plan_table2(seed: int, candidates: Circuits = CONFIGS) -> list[Settings]:
    """The search and its circuits on five series. The first seed of the search keeps every prediction."""
    from qtkit.paper import DATASETS
    from qtkit.tasks.series.settings import SeriesSettings

    ours = "all" if seed == 0 else "figures"
    settings: list[Settings] = []
    for dataset in DATASETS:
        search = SeriesSettings(dataset=dataset, seed=seed, candidates=candidates, predictions=ours)
        settings += [search, *alone(dataclasses.replace(search, predictions="none"))]
    return settings


def plan_images(seed: int, candidates: Circuits = CONFIGS) -> list[Settings]:
    """The search, its circuits, the mapping alone and the network itself on three pairs of classes."""
    from qtkit.paper import PAIRS
    from qtkit.tasks.images.settings import ImageSettings

    settings: list[Settings] = []
    for pair in PAIRS.values():
        settings += models_of(
            ImageSettings(dataset=pair.dataset, classes=pair.classes, seed=seed, candidates=candidates)
        )
    return settings


def plan_controls(seed: int) -> list[Settings]:
    """MNIST 1/5 with 2**n P - 1: circuits that are trained, that stay as they start, or that are left out."""
    from qtkit.tasks.images.settings import ImageSettings

    base = ImageSettings(probability="scaled", seed=seed)
    searches = [
        dataclasses.replace(base, angle_init=start, train_angles=train)
        for start in ("normal", "uniform")
        for train in (True, False)
    ]
    return [*searches, dataclasses.replace(base, candidates=(5,)), dataclasses.replace(base, model="mapping")]


def plan_gridworld(seed: int, candidates: Circuits = CONFIGS) -> list[GridworldSettings]:
    """The search, its circuits, and the networks themselves in two environments."""
    from qtkit.tasks.gridworld.settings import GridworldSettings

    settings = []
    for environment in ("MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0"):
        search = GridworldSettings(environment=environment, seed=seed, candidates=candidates)
        settings += [search, dataclasses.replace(search, model="classical"), *alone(search)]
    return settings


def plan_agents(seed: int, candidates: Circuits = CONFIGS) -> list[Settings]:
    """The search, its circuits, the mapping alone and the networks themselves in one environment."""
    from qtkit.tasks.agents.settings import AgentSettings

    return list(models_of(AgentSettings(seed=seed, candidates=candidates)))


def plan_rivals(seed: int) -> list[Settings]:
    """Beside every search of Figures 5-14 and Table II: what else so few numbers can do."""
    plans: tuple[Callable[[int], Sequence[Settings]], ...] = (plan_images, plan_table2, plan_gridworld)
    return rivals_of([each for plan in plans for each in plan(seed)])


DEPTHS = tuple(range(1, 21))
"""Layers of the plan `depth`; the paper says that fewer than 15 are too few on images."""

DEPTH_EPOCHS = 20
"""After which depths are compared: as long as the shortest of the stored runs of Figures 5 to 7."""


def plan_depth(seed: int) -> list[Settings]:
    """The search alone with 1 to 20 layers, on three pairs of classes."""
    from qtkit.paper import PAIRS
    from qtkit.tasks.images.settings import ImageSettings

    return [
        ImageSettings(dataset=pair.dataset, classes=pair.classes, seed=seed, depth=depth, epochs=DEPTH_EPOCHS)
        for pair in PAIRS.values()
        for depth in DEPTHS
    ]


CHOICES: Mapping[str, tuple[Any, ...]] = {
    "probability": ("raw", "tanh", "scaled"),
    "bits": ("01", "pm1"),
    "angle_init": ("normal", "uniform"),
    "mapping_scale": (1.0, 0.3),
    "centre": (False, True),
    "weighting": ("raw", "softmax"),
}
"""What the paper leaves open and the series' settings have, the defaults first."""


def plan_choices(seed: int) -> list[Settings]:
    """The search on five series with every combination of what the paper leaves open."""
    from qtkit.paper import DATASETS
    from qtkit.tasks.series.settings import SeriesSettings

    usual = [SeriesSettings(dataset=dataset, seed=seed, predictions="none") for dataset in DATASETS]
    combinations = [dict(zip(CHOICES, values, strict=True)) for values in itertools.product(*CHOICES.values())]
    return [dataclasses.replace(each, **choices) for choices in combinations for each in usual]


FIGURE_EPOCHS = 50
"""Of Figures 5 to 7 in a reading: the paper does not tell, and the shipped runs of the heard one have so many."""


def models_of(search: SettingsT) -> list[SettingsT]:
    """A search, each of its circuits alone, the mapping alone and the network itself.

    Example:
        >>> from qtkit.tasks.images import ImageSettings
        >>> len(models_of(ImageSettings()))
        15
    """
    return [search, *alone(search), *(with_changes(search, {"model": model}) for model in ("mapping", "classical"))]


def alone(search: SettingsT) -> list[SettingsT]:
    """Each circuit of a search alone; none of one that is alone already."""
    circuits = search.to_dict()["candidates"]
    return [with_changes(search, {"candidates": [each]}) for each in circuits] if len(circuits) > 1 else []


def rivals_of(settings: Iterable[Settings]) -> list[Settings]:
    """Beside every search among these runs, the models without a circuit that train as many numbers."""
    searches = [each for each in settings if each.model == "diffqas" and len(each.ansatze) > 1]
    return [with_changes(each, {"model": model}) for each in searches for model in RIVALS if _has_model(each, model)]


def _has_model(settings: Settings, model: str) -> bool:
    """Whether there is such a model: a task of one's own may have no small network."""
    from qtkit.tasks.own.settings import OwnSettings

    if model != "small" or not isinstance(settings, OwnSettings):
        return True
    from qtkit.tasks.own.places import find_task

    return find_task(settings).small is not None
