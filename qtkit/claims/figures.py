"""The paper's figures from stored results: what `qtkit figure` shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from qtkit.claims.seeds import DISTINCT, EQUAL, fill_equals
from qtkit.claims.selecting import select
from qtkit.claims.stored import HOW_MENDED, Folder, how_to_compute, load_accuracies, load_errors, load_rewards
from qtkit.names import CONTROLS, MODELS, OURS, PAPER_MODELS, unusual
from qtkit.paper import DATASETS, ENVIRONMENTS, FIGURES, PAIRS
from qtkit.tasks.readings import HEARD, WRITTEN, Reading, reading_named

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from qtkit.tasks.series.data import Series

_STORED = {title: name for name, title in (DATASETS | ENVIRONMENTS).items()}
_STORED |= {pair.title: name for name, pair in PAIRS.items()}

EXPERIMENT = {each.number: _STORED[each.dataset] for each in FIGURES if each.dataset}
"""The figures that show results by number, to the experiment of stored runs, such as `"mnist-1-5"`."""

_FIGURES = {each.number: each for each in FIGURES}

BOTH = (WRITTEN, HEARD)
"""What the reading `"both"` means: as written and heard, side by side."""

T = TypeVar("T")

Readings = Reading | str | Sequence[Reading | str] | None


OTHERS = ("depth", "choices")
"""Figures that the paper does not have: accuracy against depth, and what it leaves open."""


def figure(
    number: int | str,
    *,
    folder: Folder = None,
    seed: int = 0,
    controls: bool = False,
    mended: bool = False,
    reading: Readings = None,
    any_data: bool = False,
) -> go.Figure:
    """A figure of the paper from stored results.

    Circuits that are equal whatever their angles are drawn once, and the legend says so. What a figure lacks stands in
    its title, with the commands that compute it.

    Arguments:
        number: 5 to 7, accuracies and losses; 8 to 12, predictions at four epochs; 13 and 14, rewards; or a name:
            `"depth"`, the search on images with 1 to 20 layers; `"choices"`, the series under all that is left open.
        folder: of the results, see `qtkit.runs.results.results_folder`.
        seed: of Figures 8 to 12.
        controls: whether Figures 5 to 7, 13 and 14 show the networks themselves and the mapping alone too.
        mended: Figures 13 and 14 from runs with `qtkit.tasks.gridworld.settings.MENDED` instead of the paper's setting.
        reading: of equation 4, see `qtkit.tasks.readings`, by default as written; several are drawn side by side, and
            `"both"` is as written and heard.
        any_data: whether Figures 5 to 7 of a reading show runs on other than the official data, such as the sample.

    Raises:
        ValueError: for a figure that has no results to show, a reading that it does not have, or results that lack what
            it shows.
        FileNotFoundError: if no results are stored.
    """
    readings = _read(reading)
    if number in OTHERS:
        return _draw_depths(folder, readings) if number == "depth" else _draw_choices(folder, readings)
    number = int(number) if str(number).isdecimal() else number
    if not isinstance(number, int) or number not in EXPERIMENT:
        there = f"there are the figures {list(EXPERIMENT)}, and {', '.join(OTHERS)}"
        raise ValueError(f"no stored results for Figure {number}; {there}")
    task = _FIGURES[number].experiment
    if mended and readings:
        raise ValueError(f"the mended setting is a choice beside the readings, got {readings[0].name!r} too")
    for each in readings:
        each.changes(str(task))  # refuses one that the task does not have
    if task == "images":
        return _draw_accuracies(number, folder, readings, controls=controls, any_data=any_data)
    if task == "series":
        return _draw_rollout(number, folder, readings, seed)
    return _draw_rewards(number, folder, readings, controls=controls, mended=mended)


def _read(reading: Readings) -> tuple[Reading, ...]:
    """The readings that are meant, each once; none for the default."""
    if reading is None:
        return ()
    if isinstance(reading, str) and reading == "both":
        return BOTH
    several = (reading,) if isinstance(reading, str | Reading) else reading
    chosen = [reading_named(each) if isinstance(each, str) else each for each in several]
    return tuple({each.name: each for each in chosen}.values())


def _draw_accuracies(
    number: int, folder: Folder, readings: Sequence[Reading], *, controls: bool, any_data: bool
) -> go.Figure:
    from qtkit.claims.images import find_missing
    from qtkit.plots.accuracy import accuracy_curves
    from qtkit.plots.sides import accuracy_sides

    def load(reading: Reading | None) -> tuple[pd.DataFrame, str]:
        frame = load_accuracies(folder, EXPERIMENT[number], reading, any_data=any_data)
        how = how_to_compute("images", reading)
        missing = find_missing(frame).get(EXPERIMENT[number])
        return _choose_models(frame, number, controls=controls, how=how), f"{missing}; {how}" if missing else ""

    if len(readings) > 1:
        frames, lacks = _load_each(load, readings)
        title = _title(number) + _small(lacks)
        return accuracy_sides(frames, title=title + _say_equal(*frames.values()), names=CALLED)
    frame, missing = load(*readings or (None,))
    title = _title(number, *readings) + _small([missing and f"Incomplete: {missing}"])
    return accuracy_curves(frame, title=title + _say_equal(frame), bands=True, names=CALLED)


def _draw_rewards(
    number: int, folder: Folder, readings: Sequence[Reading], *, controls: bool, mended: bool
) -> go.Figure:
    from qtkit.claims.gridworld import find_missing
    from qtkit.plots.rewards import reward_curves
    from qtkit.plots.sides import reward_sides

    def load(reading: Reading | None) -> tuple[pd.DataFrame, str]:
        frame, runs = load_rewards(folder, EXPERIMENT[number], reading)
        how = how_to_compute("gridworld", reading)
        if mended:
            frame, words = _choose_mended(frame)
            return _choose_models(frame, number, controls=controls, how=HOW_MENDED), words
        missing = find_missing(runs).get(EXPERIMENT[number])
        return _choose_models(frame, number, controls=controls, how=how), f"{missing}; {how}" if missing else ""

    if len(readings) > 1:
        frames, lacks = _load_each(load, readings)
        title = _title(number) + _small(lacks)
        return reward_sides(frames, title=title + _say_equal(*frames.values()), names=CALLED)
    frame, words = load(*readings or (None,))
    said = words and (f"Not in the paper's setting: {words}" if mended else f"Incomplete: {words}")
    title = _title(number, *readings) + _small([said])
    return reward_curves(frame, title=title + _say_equal(frame), names=CALLED)


def _draw_rollout(number: int, folder: Folder, readings: Sequence[Reading], seed: int) -> go.Figure:
    from qtkit.plots.series import rollout_figure
    from qtkit.plots.sides import rollout_sides

    experiment = EXPERIMENT[number]
    if len(readings) > 1:

        def load(reading: Reading | None) -> tuple[tuple[Series, dict[int, NDArray[np.float64]]], str]:
            return _load_rollout(experiment, folder, reading, seed), ""

        found, lacks = _load_each(load, readings)
        series = next(each[0] for each in found.values() if each is not None)
        predictions = {title: each and each[1] for title, each in found.items()}
        return rollout_sides(series, predictions, title="<br>".join(f"<sub>{words}</sub>" for words in lacks))
    series, by_epoch = _load_rollout(experiment, folder, readings[0] if readings else None, seed)
    drawn = rollout_figure(series, by_epoch)
    if readings:
        drawn.layout.title.text += f"<br><sub>{readings[0].title}: {readings[0].words}</sub>"
    return drawn


def _draw_depths(folder: Folder, readings: Sequence[Reading]) -> go.Figure:
    from qtkit.claims.depth import ENOUGH, find_missing, measure_depths, summary
    from qtkit.plots.depth import depth_curves
    from qtkit.runs.sweeps.plans import DEPTH_EPOCHS

    chosen = tuple(readings) or BOTH
    table = measure_depths(folder, chosen)
    missing = find_missing(table, chosen)
    lines = [f"{each.title}: {each.words}" for each in chosen] + ([f"Incomplete: {missing}"] if missing else [])
    title = f"The search with 1 to 20 layers, after {DEPTH_EPOCHS} epochs; dotted: the paper's {ENOUGH}"
    return depth_curves(summary(table), enough=ENOUGH, title=title + _small(lines))


def _draw_choices(folder: Folder, readings: Sequence[Reading]) -> go.Figure:
    from qtkit.claims.left_open import SERIES, measure_choices, name_choices, note, summary
    from qtkit.paper import TABLE_II
    from qtkit.plots.left_open import left_open_figure
    from qtkit.runs.sweeps.plans import CHOICES

    if readings:
        raise ValueError(f"the figure 'choices' is of no single reading, got {readings[0].name!r}")
    table = measure_choices(folder)
    rows = summary(table)
    names = [name_choices({name: row[name] for name in CHOICES}) for row in rows.to_dict("records")]
    title = "What the paper leaves open: the search's median test error, and on how many series it is below the printed"
    printed = {name: TABLE_II[OURS][name] for name in SERIES}
    return left_open_figure(rows, names, printed, title=title + _small(note(table).splitlines()[1:]))


def _load_rollout(
    experiment: str, folder: Folder, reading: Reading | None, seed: int
) -> tuple[Series, dict[int, NDArray[np.float64]]]:
    """A series, and what the search predicts of it by epoch."""
    from qtkit.plots.series import predictions_by_epoch
    from qtkit.tasks.series.data import load_series
    from qtkit.tasks.series.settings import SeriesSettings

    frame = load_errors(folder, experiment, reading)
    frame = frame[(frame["label"] == OURS) & (frame["seed"] == seed)]
    if frame.empty:
        setting = "the paper's setting" if reading is None else f"the reading {reading.name!r}"
        raise ValueError(
            f"the results of {experiment!r} have no run of {OURS} in {setting} with seed {seed}"
            + (f"; {how_to_compute('series', reading)}" if reading else "")
        )
    key = frame.groupby("run")["prediction"].count().idxmax()  # runs may differ in how many predictions they record
    settings = select("series", lambda _: True, experiment, folder).settings[key]
    assert isinstance(settings, SeriesSettings), "the task's own"
    return load_series(settings), predictions_by_epoch(frame[frame["run"] == key])


def _load_each(
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


def _choose_mended(frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The runs in the mended setting under their models' names, the networks themselves, and the setting in words."""
    from qtkit.tasks.gridworld.settings import MENDED, GridworldSettings

    words = unusual(GridworldSettings(**MENDED))
    theirs = frame["label"].str.endswith(f" · {words}")
    named = frame.assign(label=frame["label"].str.removesuffix(f" · {words}"))
    return named[theirs | (frame["label"] == MODELS["classical"])], words


CALLED = {group[0]: " = ".join([group[0], *(label.split()[-1] for label in group[1:])]) for group in EQUAL}
"""How the legend calls circuits that are equal whatever their angles: `"Config 9 = 12"`."""


def _choose_models(frame: pd.DataFrame, number: int, *, controls: bool, how: str) -> pd.DataFrame:
    """The runs of the thirteen models, each circuit once, and of the controls if asked.

    Raises:
        ValueError: if there is no run of the thirteen; `how` to get them is told.
    """
    if frame[frame["label"].isin(PAPER_MODELS)].empty:
        raise ValueError(f"the results of {EXPERIMENT[number]!r} have no run of Figure {number}; {how}")
    return fill_equals(frame)[lambda filled: filled["label"].isin([*DISTINCT, *(CONTROLS if controls else [])])]


def _say_equal(*frames: pd.DataFrame | None) -> str:
    """A line of the title on the circuits that are drawn once, if there are any."""
    there = {label for frame in frames if frame is not None for label in frame["label"]}
    groups = [called.removeprefix("Config ") for label, called in CALLED.items() if label in there]
    return _small([f"Drawn once: config {', '.join(groups)}, equal whatever the angles"] if groups else [])


def _small(lines: Sequence[str]) -> str:
    """Further lines of a title."""
    return "".join(f"<br><sub>{line}</sub>" for line in lines if line)


def _title(number: int, reading: Reading | None = None) -> str:
    title = f"Figure {number}. {_FIGURES[number].caption}"
    return title + (_small([f"{reading.title}: {reading.words}"]) if reading else "")
