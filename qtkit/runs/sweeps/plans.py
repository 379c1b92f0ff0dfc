"""Sweeps that have a name: the settings behind the paper's table and figures."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from qtkit.names import RIVALS
from qtkit.runs.options import read_values
from qtkit.runs.store.identity import run_key
from qtkit.runs.sweeps.league_plan import plan_league
from qtkit.runs.sweeps.search_plans import SEARCH_PLANS
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import BOTH, READINGS, Reading, reading_named
from qtkit.tasks.registry import task_of

if TYPE_CHECKING:
    from qtkit.tasks.gridworld.settings import GridworldSettings

SettingsT = TypeVar("SettingsT", bound=Settings)

CONFIGS = tuple(range(1, 13))


@dataclass(frozen=True)
class Plan:
    """A list of runs by name.

    Attributes:
        title: what it gives.
        settings: from a seed to the settings of its runs.
        readings: those of equation 4 that it can be had in.
        usual: those it has if none is asked for; without any its settings are as they stand.
        lengths: settings that it has in any reading that is asked for: what the paper's figures need.
    """

    name: str
    title: str
    settings: Callable[[int], Sequence[Settings]]
    readings: tuple[Reading, ...] = ()
    usual: tuple[Reading, ...] = ()
    lengths: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def runs(
        self, seeds: Iterable[int], changes: Iterable[str] = (), reading: Reading | str | None = None
    ) -> list[Settings]:
        """The settings of all runs, seed by seed, so that a whole table is there early.

        Arguments:
            changes: such as `epochs=3`: settings that are not the plan's.
            reading: of equation 4, see `qtkit.tasks.readings`; figures of the paper at their full length.

        Raises:
            ValueError: for a change that is none or that the settings refuse, or a reading that is not the plan's.
        """
        changes = list(changes)
        settings = [each for seed in seeds for each in self._read(self.settings(seed), reading)]
        changed = {kind: dict(read_values(kind, changes)) for kind in {type(each) for each in settings}}
        return [_replace(each, changed[type(each)]) for each in settings]

    def matcher(self, reading: Reading | str | None = None) -> Callable[[Settings], bool]:
        """A test of settings: whether they are of a run of this plan, whatever its seed and wherever its data are.

        Raises:
            ValueError: if the reading is not the plan's.
        """
        self.runs([0], reading=reading)  # refuses a wrong reading before any run is looked at
        identities = cache(lambda seed: frozenset(map(_identity, self.runs([seed], reading=reading))))
        return lambda settings: _identity(settings) in identities(settings.seed)

    def _read(self, settings: Sequence[Settings], reading: Reading | str | None) -> list[Settings]:
        """These settings in the reading asked for, or else in the usual ones."""
        if reading is None:
            return [one.apply(each) for one in self.usual for each in settings] if self.usual else list(settings)
        chosen = reading_named(reading) if isinstance(reading, str) else reading
        if chosen not in self.readings:
            there = ", ".join(each.name for each in self.readings)
            has = f"it has {there}" if there else "its settings are its own"
            raise ValueError(f"the plan {self.name!r} has no reading {chosen.name!r}: {has}")
        return [_replace(chosen.apply(each), dict(self.lengths)) for each in settings]


def _table2(seed: int) -> list[Settings]:
    """The search and the twelve circuits on five series. The first seed of the search keeps every prediction."""
    from qtkit.paper import DATASETS
    from qtkit.tasks.series.settings import SeriesSettings

    ours = "all" if seed == 0 else "figures"
    settings: list[Settings] = []
    for dataset in DATASETS:
        settings.append(SeriesSettings(dataset=dataset, seed=seed, predictions=ours))
        settings += [SeriesSettings(dataset=dataset, seed=seed, candidates=(k,), predictions="none") for k in CONFIGS]
    return settings


def _images(seed: int) -> list[Settings]:
    """The search, the twelve circuits, the mapping alone and the network itself on three pairs of classes."""
    from qtkit.paper import PAIRS
    from qtkit.tasks.images.settings import ImageSettings

    settings: list[Settings] = []
    for pair in PAIRS.values():
        base = ImageSettings(dataset=pair.dataset, classes=pair.classes, seed=seed)
        settings.append(base)
        settings += [dataclasses.replace(base, candidates=(k,)) for k in CONFIGS]
        settings += [dataclasses.replace(base, model=model) for model in ("mapping", "classical")]
    return settings


def _controls(seed: int) -> list[Settings]:
    """MNIST 1/5 with 2**n P - 1: circuits that are trained, that stay as they start, or that are left out."""
    from qtkit.tasks.images.settings import ImageSettings

    base = ImageSettings(probability="scaled", seed=seed)
    searches = [
        dataclasses.replace(base, angle_init=start, train_angles=train)
        for start in ("normal", "uniform")
        for train in (True, False)
    ]
    return [*searches, dataclasses.replace(base, candidates=(5,)), dataclasses.replace(base, model="mapping")]


def _gridworld(seed: int) -> list[GridworldSettings]:
    """The search, the twelve circuits, and the networks themselves in two environments."""
    from qtkit.tasks.gridworld.settings import GridworldSettings

    settings = []
    for environment in ("MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0"):
        base = GridworldSettings(environment=environment, seed=seed)
        settings += [base, dataclasses.replace(base, model="classical")]
        settings += [dataclasses.replace(base, candidates=(k,)) for k in CONFIGS]
    return settings


def _agents(seed: int) -> list[Settings]:
    """The search, the twelve circuits, the mapping alone and the networks themselves in one environment."""
    from qtkit.tasks.agents.settings import AgentSettings

    return list(models_of(AgentSettings(seed=seed)))


def _rivals(seed: int) -> list[Settings]:
    """Beside every search of Figures 5-14 and Table II: what else so few numbers can do."""
    plans: tuple[Callable[[int], Sequence[Settings]], ...] = (_images, _table2, _gridworld)
    return rivals_of([each for plan in plans for each in plan(seed)])


def rivals_of(settings: Iterable[Settings]) -> list[Settings]:
    """Beside every search among these runs, the models without a circuit that train as many numbers."""
    searches = [each for each in settings if each.model == "diffqas" and len(each.ansatze) > 1]
    return [_replace(each, {"model": model}) for each in searches for model in RIVALS if _has_model(each, model)]


def _has_model(settings: Settings, model: str) -> bool:
    """Whether there is such a model: a task of one's own may have no small network."""
    from qtkit.tasks.own.settings import OwnSettings

    if model != "small" or not isinstance(settings, OwnSettings):
        return True
    from qtkit.tasks.own.places import find_task

    return find_task(settings).small is not None


def _gridworld_mended(seed: int) -> list[Settings]:
    """The search and the mapping alone, changed so that hidden units stay awake."""
    from qtkit.tasks.gridworld.settings import MENDED

    searches = [each for each in _gridworld(seed) if len(each.ansatze) > 1 and each.model == "diffqas"]
    return [dataclasses.replace(each, model=model, **MENDED) for each in searches for model in ("diffqas", "mapping")]


DEPTHS = tuple(range(1, 21))
"""Layers of the plan `depth`; the paper says that fewer than 15 are too few on images."""

DEPTH_EPOCHS = 20
"""After which depths are compared: as long as the shortest of the stored runs of Figures 5 to 7."""


def _depth(seed: int) -> list[Settings]:
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


def _choices(seed: int) -> list[Settings]:
    """The search on five series with every combination of what the paper leaves open."""
    from qtkit.paper import DATASETS
    from qtkit.tasks.series.settings import SeriesSettings

    usual = [SeriesSettings(dataset=dataset, seed=seed, predictions="none") for dataset in DATASETS]
    combinations = [dict(zip(CHOICES, values, strict=True)) for values in itertools.product(*CHOICES.values())]
    return [dataclasses.replace(each, **choices) for choices in combinations for each in usual]


FIGURE_EPOCHS = 50
"""Of Figures 5 to 7 in a reading: the paper does not tell, and the shipped runs of the heard one have so many."""

PLANS = {
    plan.name: plan
    for plan in (
        Plan("table2", "Table II and Figures 8-12: 13 models on 5 series", _table2, BOTH),
        Plan(
            "images",
            "Figures 5-7: 13 models, the mapping alone and the network itself on 3 pairs",
            _images,
            BOTH,
            lengths={"epochs": FIGURE_EPOCHS},
        ),
        Plan("controls", "Notebook 04: circuits trained, kept as they start, or left out, on MNIST 1/5", _controls),
        Plan(
            "gridworld",
            "Figures 13 and 14: 13 models and the networks themselves in 2 environments",
            _gridworld,
            tuple(READINGS.values()),
        ),
        Plan(
            "rivals", "Generators without a circuit and a small network, as many trained numbers, on all tasks", _rivals
        ),
        Plan("gridworld-mended", "Beside Figures 13 and 14: agents whose hidden units stay awake", _gridworld_mended),
        Plan(
            "agents", "13 models, the mapping alone and the networks themselves in CartPole, or another", _agents, BOTH
        ),
        Plan("depth", "The search on images with 1 to 20 layers, in both readings, 20 epochs each", _depth, BOTH, BOTH),
        Plan("choices", "What the paper leaves open: 96 ways to set the search on 5 series", _choices),
        *(Plan(*each) for each in SEARCH_PLANS),
        Plan("league", "Every circuit of a space alone, and searches over it, on 3 tasks", plan_league),
    )
}
"""All plans by name."""


def plan_named(name: str) -> Plan:
    """The plan called `name`; of a task of one's own, such as `my_file.py:task`, that of all its models.

    Raises:
        ValueError: if there is none.
        FileNotFoundError: if there is no such file.
    """
    if ":" in name:
        return _own_plan(name)
    if name not in PLANS:
        raise ValueError(f"there is no plan {name!r}; there are {', '.join(PLANS)}, and tasks such as my_file.py:task")
    return PLANS[name]


def _own_plan(place: str) -> Plan:
    """The search, the twelve circuits, the mapping alone and the network itself."""
    from qtkit.tasks.agents.places import is_agent
    from qtkit.tasks.agents.settings import AgentSettings
    from qtkit.tasks.own.places import read_place
    from qtkit.tasks.own.settings import OwnSettings

    name, file = read_place(place)
    acts = is_agent(place)

    def settings(seed: int) -> list[Settings]:
        if acts:
            return models_of(AgentSettings(agent=name, file=file, seed=seed))
        return models_of(OwnSettings(task=name, file=file, seed=seed))

    what = "with networks of one's own" if acts else "on a task of one's own"
    return Plan(place, f"13 models, the mapping alone and the network itself {what}", settings, BOTH)


def models_of(search: SettingsT) -> list[SettingsT]:
    """A search, each of its circuits alone, the mapping alone and the network itself.

    Example:
        >>> from qtkit.tasks.images import ImageSettings
        >>> len(models_of(ImageSettings()))
        15
    """
    alone = [_replace(search, {"candidates": [each]}) for each in search.to_dict()["candidates"]]
    return [search, *alone, *(_replace(search, {"model": model}) for model in ("mapping", "classical"))]


def _replace(settings: SettingsT, changes: dict[str, Any]) -> SettingsT:
    return type(settings).from_dict({**settings.to_dict(), **changes}) if changes else settings


def _identity(settings: Settings) -> str:
    """What makes two runs the same besides their data."""
    task = task_of(settings)
    return run_key(task.name, settings.to_dict(), None, task.aside)
