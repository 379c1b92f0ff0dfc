"""The runs behind a figure or table, at full length or for a quick try, and how long they take."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from qtkit.claims.reproduction.items import Item
from qtkit.claims.selecting import select
from qtkit.claims.stored import Folder
from qtkit.names import model_label
from qtkit.runs.labels import LENGTHS
from qtkit.runs.sweeps.distinct import leave_out_equals
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import Reading, reading_of
from qtkit.tasks.registry import task_of

FULL: Mapping[str, Sequence[str]] = {"images": ("scale=paper",), "series": (), "gridworld": ()}
QUICK: Mapping[str, Sequence[str]] = {
    "images": ("source=sample", "epochs=2"),
    "series": (),
    "gridworld": ("episodes=300",),
}
"""What a quick try changes, by task. The series keep their 100 epochs, which take seconds: the figures show them."""

SCALES = {"quick": QUICK, "full": FULL}
"""How much is computed, by name."""

_SEEDS = {"quick": 1, "full": 6}
_TELLS = {
    "images": "the sample images, 2 epochs",
    "series": "the paper's series at their full length",
    "gridworld": "300 episodes of 50,000",
}


def seeds_of(scale: str) -> int:
    """How many seeds a scale has: one for a quick try, six for verdicts."""
    return _SEEDS[scale]


def describe_scale(item: Item, scale: str, seeds: int) -> str:
    """What is computed, in words; a quick try says what it cannot show."""
    count = "one seed" if seeds == 1 else f"{seeds} seeds"
    if scale == "full" or item.task is None:
        return f"the paper's setting at full length, {count}"
    return f"a quick try: {_TELLS[item.task]}, {count}; it shows that all runs, and nothing of what the paper says"


def settings_of(item: Item, reading: Reading, scale: str = "full", seeds: int | None = None) -> list[Settings]:
    """The runs that a figure or table needs, of equal circuits one; of Figures 8 to 12 the search's alone.

    Arguments:
        scale: `"full"` or `"quick"`, see `SCALES`.
        seeds: how many, by default as `seeds_of` has it.

    Raises:
        ValueError: for another scale, or a reading that it does not have.
    """
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(SCALES)}, got {scale!r}")
    if item.task is None or item.plan is None:
        return []
    runs = PLANS[item.plan].runs(range(seeds_of(scale) if seeds is None else seeds), SCALES[scale][item.task], reading)
    own = [each for each in runs if task_of(each).experiment_of(each) in item.experiments]
    if item.task == "series" and item.figure:
        return [each for each in own if each.model == "diffqas" and len(each.ansatze) > 1]
    return leave_out_equals(own)


class Paces:
    """How long stored runs took, per epoch or episode: the median, by task, model and reading.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
    """

    def __init__(self, folder: Folder = None) -> None:
        self._folder = folder
        self._runs: dict[str, list[tuple[Settings, float]]] = {}
        self._medians: dict[str, dict[tuple[str, ...], float]] = {}
        self._of_reading: dict[tuple[str, str], list[Settings]] = {}

    def runs(self, task: str) -> list[tuple[Settings, float]]:
        """The settings of a task's stored runs, and the seconds of an epoch or episode of each."""
        if task not in self._runs:
            try:
                found = select(task, lambda _: True, folder=self._folder)
            except FileNotFoundError:
                return self._runs.setdefault(task, [])
            self._runs[task] = [
                (each, float(found.provenance[key]["seconds"]) / _length(each)) for key, each in found.settings.items()
            ]
        return self._runs[task]

    def settings(self, task: str, reading: Reading) -> list[Settings]:
        """Those of a task's stored runs that are of a reading."""
        key = task, reading.name
        if key not in self._of_reading:
            self._of_reading[key] = [each for each, _ in self.runs(task) if reading.includes(each)]
        return self._of_reading[key]

    def estimate(self, settings: Sequence[Settings]) -> float | None:
        """How many seconds runs take on one core; None if nothing of their task is stored.

        Each is measured by the stored runs of its model in its reading; without any, by those in all readings, and then
        by those of all models.
        """
        total = 0.0
        for each in settings:
            known = self._by_group(task_of(each).name)
            pace = next((known[group] for group in _groups(each) if group in known), None)
            if pace is None:
                return None
            total += pace * _length(each)
        return total

    def _by_group(self, task: str) -> dict[tuple[str, ...], float]:
        if task not in self._medians:
            paces: dict[tuple[str, ...], list[float]] = {}
            for settings, pace in self.runs(task):
                for group in _groups(settings):
                    paces.setdefault(group, []).append(pace)
            self._medians[task] = {group: statistics.median(values) for group, values in paces.items()}
        return self._medians[task]


def _groups(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """What a run is measured by, the closest first."""
    label, reading = model_label(settings), reading_of(settings)
    return (label, reading.name if reading else ""), (label,), ()


def _length(settings: Settings) -> int:
    values = settings.to_dict()
    return int(next(values[name] for name in LENGTHS if name in values))
