"""`Plan`: a list of runs by name, in the readings it can be had in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from qtkit.runs.options import read_values
from qtkit.runs.store.identity import run_key
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import Reading, reading_named
from qtkit.tasks.registry import task_of
from qtkit.tasks.settings import RunSettings

SettingsT = TypeVar("SettingsT", bound=Settings)


@dataclass(frozen=True)
class Plan:
    """A list of runs by name.

    Attributes:
        title: what it gives.
        settings: from a seed to the settings of its runs; where the plan `takes_candidates`, also of `candidates`.
        readings: those of equation 4 that it can be had in.
        usual: those it has if none is asked for; without any its settings are as they stand.
        lengths: settings that it has in any reading that is asked for: what the paper's figures need.
        takes_candidates: whether other `candidates` are searched over and alone; otherwise they are those of each run.
    """

    name: str
    title: str
    settings: Callable[..., Sequence[Settings]]
    readings: tuple[Reading, ...] = ()
    usual: tuple[Reading, ...] = ()
    lengths: Mapping[str, Any] = field(default_factory=dict, hash=False)
    takes_candidates: bool = False

    def runs(
        self, seeds: Iterable[int], changes: Iterable[str] = (), reading: Reading | str | None = None
    ) -> list[Settings]:
        """The settings of all runs, each once, seed by seed, so that a whole table is there early.

        Arguments:
            changes: such as `epochs=3`: settings that are not the plan's. Of a plan that `takes_candidates`, those of
                `candidates=5,2` are searched over, and each is alone, too. What is of use to some runs alone, such as
                `narma_windows`, changes these.
            reading: of equation 4, see `qtkit.tasks.readings`; figures of the paper at their full length.

        Raises:
            ValueError: for a change that is none or that the settings refuse, or a reading that is not the plan's.
        """
        changes = list(changes)
        circuits, changes = self._circuits(changes)
        settings = [each for seed in seeds for each in self._read(self.settings(seed, **circuits), reading)]
        changed = {kind: dict(read_values(kind, changes)) for kind in {type(each) for each in settings}}
        idle = [_without_effect(each, changed[type(each)]) for each in settings]
        refused = set.intersection(*idle) if idle else set()  # what is of use to no run, is left for them to refuse
        kept = [
            {name: value for name, value in changed[type(each)].items() if name in refused or name not in of}
            for each, of in zip(settings, idle, strict=True)
        ]
        # A change of what a plan goes through, such as its environments, makes runs equal.
        return list(dict.fromkeys(map(with_changes, settings, kept)))

    def finder(self, reading: Reading | str | None = None) -> Callable[[Settings], int | None]:
        """A function of settings: their place among this plan's runs of their seed, wherever their data are.

        It gives None for settings that are of no run of the plan.

        Raises:
            ValueError: if the reading is not the plan's.
        """
        self.runs([0], reading=reading)  # refuses a wrong reading before any run is looked at

        @cache
        def places(seed: int) -> dict[str, int]:
            return {_identity(each): place for place, each in enumerate(self.runs([seed], reading=reading))}

        return lambda settings: places(settings.seed).get(_identity(settings))

    def _circuits(self, changes: list[str]) -> tuple[dict[str, Any], list[str]]:
        """What `settings` is given besides the seed, and the changes that are left for its runs."""
        texts = [text for text in changes if text.partition("=")[0].strip() == "candidates"]
        if not self.takes_candidates or not texts:
            return {}, changes
        # Once there are runs it is too late: whatever was alone would be searched over, too.
        read = RunSettings.from_dict(dict(read_values(RunSettings, texts)))
        return {"candidates": read.candidates}, [text for text in changes if text not in texts]

    def _read(self, settings: Sequence[Settings], reading: Reading | str | None) -> list[Settings]:
        """These settings in the reading asked for, or else in the usual ones."""
        if reading is None:
            return [one.apply(each) for one in self.usual for each in settings] if self.usual else list(settings)
        chosen = reading_named(reading) if isinstance(reading, str) else reading
        if chosen not in self.readings:
            there = ", ".join(each.name for each in self.readings)
            has = f"it has {there}" if there else "its settings are its own"
            raise ValueError(f"the plan {self.name!r} has no reading {chosen.name!r}: {has}")
        return [with_changes(chosen.apply(each), dict(self.lengths)) for each in settings]


def with_changes(settings: SettingsT, changes: dict[str, Any]) -> SettingsT:
    """These settings, some of them changed; ValueError for a change that is not possible or has no effect."""
    if not changes:
        return settings
    changed = type(settings).from_dict({**settings.to_dict(), **changes})
    if isinstance(changed, RunSettings):
        changed.check_effects()
    return changed


def _without_effect(settings: Settings, changes: dict[str, Any]) -> set[str]:
    """The names of the changes that nothing of such a run would read."""
    if not isinstance(settings, RunSettings):
        return set()
    return set(changes) & set(settings.without_effect({**settings.to_dict(), **changes}))


def _identity(settings: Settings) -> str:
    """What makes two runs the same besides their data."""
    task = task_of(settings)
    return run_key(task.name, settings.to_dict(), None, task.aside)
