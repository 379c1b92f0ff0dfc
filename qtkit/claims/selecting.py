"""Stored runs by their settings: what is compared with each other is chosen here, and nowhere by the words of labels.

Runs in the paper's setting are shipped in `results/TASK`, all others in `results/choices/TASK`: both are searched.
"""

from __future__ import annotations

import functools
import marshal
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from qtkit.names import usual_values
from qtkit.runs import results
from qtkit.runs.labels import run_labels
from qtkit.runs.same import what_counts
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_named, task_of

PLACES = (".", "choices")
"""Folders of shipped results, in that of all."""


@dataclass(frozen=True)
class Selected:
    """Some stored runs.

    Attributes:
        frame: as `qtkit.runs.results.load` or `summaries` gives them, each run once.
        settings: of each run that was selected, by its key.
        provenance: what is known of how each of them was made, see `qtkit.runs.results.describe_run`.
    """

    frame: pd.DataFrame
    settings: Mapping[str, Settings]
    provenance: Mapping[str, Mapping[str, Any]]


def select(
    task: str,
    keep: Callable[[Settings], bool],
    experiment: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    *,
    summed: bool = False,
    named_as: Callable[[Settings], Settings] = lambda settings: settings,
    any_data: bool = False,
    places: Sequence[str] = PLACES,
) -> Selected:
    """The stored runs of a task whose settings `keep` accepts; none if it accepts none.

    Runs of the same settings and data that differ in what they record, or in candidates that their model does not have,
    are the same run: that which records the usual is given, and of several the one with most rows.

    Arguments:
        experiment: such as `"mnist-1-5"`; by default all.
        folder: of all results, by default `qtkit.runs.results.results_folder()`.
        summed: whether to give a row a run, as `summaries` does, instead of all rows.
        named_as: from a run's settings to those that its label tells; so runs of one reading have the models' names.
        any_data: whether labels pass over it if a run's data are not the official ones.
        places: folders in that of all results, where to look.

    Raises:
        FileNotFoundError: if nothing of the experiment is stored.
        ValueError: if a file is damaged, or from a newer qtkit.
    """
    root = Path(folder or results.results_folder())
    there = [(root / place, name) for place in places for name in _experiments(root / place / task, experiment)]
    if not there:
        results.load(task, experiment, root)  # raises, and says what there is
    frames: list[pd.DataFrame] = []
    settings: dict[str, Settings] = {}
    told: dict[str, Mapping[str, Any]] = {}
    seen: set[str] = set()
    for place, name in there:
        frame, provenance = results.load_with_provenance(task, name, place, summed=summed)
        about = provenance["runs"]
        chosen = {key: each for key, each in _settings(about).items() if key not in settings and keep(each)}
        if chosen:
            chosen = _each_once(chosen, about, frame["run"].value_counts().to_dict(), seen)
            frames.append(frame[frame["run"].isin(chosen)])
            settings |= chosen
            told |= {key: about[key] for key in chosen}
    if not frames:
        return Selected(pd.DataFrame(columns=["experiment", "label", "seed", "run"]), {}, {})
    frame = pd.concat(frames, ignore_index=True)
    known = {key: {**each, "official": True} for key, each in told.items()} if any_data else told
    labels = _labels(frame, settings, known, named_as)
    return Selected(frame.assign(label=frame["run"].map(labels)), settings, told)


def select_all(
    task: str,
    experiment: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    *,
    summed: bool = False,
) -> pd.DataFrame:
    """All runs of a task that are shipped in `results/TASK`, each once; arguments and errors as of `select`."""
    return select(task, lambda _: True, experiment, folder, summed=summed, places=(".",)).frame


def _each_once(
    chosen: Mapping[str, Settings], about: Mapping[str, Mapping[str, Any]], rows: Mapping[str, int], seen: set[str]
) -> dict[str, Settings]:
    """Those that are not `seen`, which grows: of runs that are the same, one."""

    def unusual(key: str) -> tuple[int, int]:
        values, usual = chosen[key].to_dict(), usual_values(type(chosen[key]))
        return sum(values[name] != usual[name] for name in task_of(chosen[key]).silent), -rows.get(key, 0)

    found = {}
    for key in sorted(chosen, key=unusual):
        same = what_counts(chosen[key], about[key])
        if same not in seen:
            seen.add(same)
            found[key] = chosen[key]
    return found


def _experiments(folder: Path, experiment: str | None) -> list[str]:
    names = sorted(path.stem for path in folder.glob("*.json"))
    return [name for name in names if experiment in (None, name)]


def _settings(about: Mapping[str, Mapping[str, Any]]) -> dict[str, Settings]:
    """Of the runs in a provenance; networks that were read on machines are none (`qtkit.runs.robustness`)."""
    return {key: settings_of(run) for key, run in about.items() if "reading" not in run}


def settings_of(run: Mapping[str, Any]) -> Settings:
    """The settings of a run in a provenance; equal ones are made and checked once."""
    return _made(task_named(run["task"]).settings_class, marshal.dumps(run["settings"], 2))


@functools.lru_cache(maxsize=2**14)
def _made(kind: type[Settings], values: bytes) -> Settings:
    return kind.from_dict(marshal.loads(values))


def _labels(
    frame: pd.DataFrame,
    settings: Mapping[str, Settings],
    told: Mapping[str, Mapping[str, Any]],
    named_as: Callable[[Settings], Settings],
) -> dict[str, str]:
    """Each run's label among those of its experiment, wherever they are shipped."""
    labels: dict[str, str] = {}
    for keys in frame.groupby("experiment")["run"].unique():
        values = {key: named_as(settings[key]) for key in keys}
        # What a label tells of a device or a length depends on what the others have.
        known = {key: {**told[key], "settings": values[key].to_dict()} for key in keys}
        labels |= dict(zip(values, run_labels(values, known), strict=True))
    return labels
