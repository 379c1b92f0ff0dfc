"""What figures share: which models they show, what stands in their titles, several readings beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TypeVar

import pandas as pd

from qtkit.claims.seeds import DISTINCT, EQUAL, fill_equals
from qtkit.claims.stored import Folder
from qtkit.names import CONTROLS, PAPER_MODELS
from qtkit.paper import DATASETS, ENVIRONMENTS, FIGURES, PAIRS
from qtkit.runs.results import results_folder
from qtkit.tasks.readings import Reading

T = TypeVar("T")

_STORED = {title: name for name, title in (DATASETS | ENVIRONMENTS).items()}
_STORED |= {pair.title: name for name, pair in PAIRS.items()}

EXPERIMENT = {each.number: _STORED[each.dataset] for each in FIGURES if each.dataset}
"""The figures that show results by number, to the experiment of stored runs, such as `"mnist-1-5"`."""

NUMBERED = {each.number: each for each in FIGURES}
"""All figures of the paper by number."""

LINE = 140
"""Small characters beside each other in a figure 800 pixels wide."""

CALLED = {group[0]: " = ".join([group[0], *(label.split()[-1] for label in group[1:])]) for group in EQUAL}
"""How the legend calls circuits that are equal whatever their angles: `"Config 9 = 12"`."""


def tables_of(task: str, folder: Folder) -> list[str]:
    """The names of a task's tables of exported results, such as its environments."""
    return sorted(path.stem for path in (Path(folder or results_folder()) / task).glob("*.json"))


def choose_models(frame: pd.DataFrame, number: int, *, controls: bool, how: str) -> pd.DataFrame:
    """The runs of the thirteen models, each circuit once, and of the controls if asked.

    Raises:
        ValueError: if there is no run of the thirteen; `how` to get them is told.
    """
    if frame[frame["label"].isin(PAPER_MODELS)].empty:
        raise ValueError(f"the results of {EXPERIMENT[number]!r} have no run of Figure {number}; {how}")
    return fill_equals(frame)[lambda filled: filled["label"].isin([*DISTINCT, *(CONTROLS if controls else [])])]


def load_each(
    load: Callable[[Reading | None], tuple[T, str]], readings: Sequence[Reading]
) -> tuple[dict[str, T | None], list[str]]:
    """What each reading has, by its title, None if nothing; and lines on what each means and lacks.

    Raises:
        ValueError, FileNotFoundError: if no reading has anything, as the last one does.
    """
    found: dict[str, T | None] = {}
    lacks, errors = ["; ".join(f"{reading.title}: {reading.words}" for reading in readings)], []
    for reading in readings:
        try:
            found[reading.title], missing = load(reading)
        except (ValueError, FileNotFoundError) as error:
            found[reading.title], missing = None, str(error)
            errors.append(error)
        if missing:
            lacks.append(f"{reading.title}, incomplete: {missing}")
    if len(errors) == len(readings):
        raise errors[-1]
    return found, lacks


def say_equal(*frames: pd.DataFrame | None) -> str:
    """A line of the title on the circuits that are drawn once, if there are any."""
    there = {label for frame in frames if frame is not None for label in frame["label"]}
    groups = [called.removeprefix("Config ") for label, called in CALLED.items() if label in there]
    return small_lines([f"Drawn once: config {', '.join(groups)}, equal whatever the angles"] if groups else [])


def small_lines(lines: Sequence[str]) -> str:
    """Further lines of a title; long ones are broken, for a title wider than its figure is cut off."""
    broken = ["<br>".join(wrap(line, LINE, break_on_hyphens=False, break_long_words=False)) for line in lines]
    return "".join(f"<br><sub>{line}</sub>" for line in broken if line)


def name_figure(number: int, reading: Reading | None = None) -> str:
    """A figure's number and caption, and the reading that it is in."""
    title = f"Figure {number}. {NUMBERED[number].caption}"
    return title + (small_lines([f"{reading.title}: {reading.words}"]) if reading else "")
