"""What is finished, running and left: a line a run."""

from __future__ import annotations

import collections
import contextlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from qtkit.names import counted, model_label, unusual
from qtkit.runs.labels import tell_apart
from qtkit.runs.options import read_values
from qtkit.runs.store.stored import Progress, Store, StoredRun, check_kinds
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_named, task_of


@dataclass(frozen=True)
class Row:
    """One run in a table of all.

    Attributes:
        state: as `StoredRun.state`, or `"damaged"`.
        words: the settings that are not the defaults, and where these are not enough, what tells runs apart besides; of
            a damaged run, what is wrong.
    """

    task: str
    experiment: str
    model: str
    seed: int | None
    state: str
    progress: Progress | None
    words: str
    key: str


def read_rows(store: Store) -> list[Row]:
    """A row for each run of a store; a damaged run is a row too."""
    rows = {run: read_row(run) for run in store}
    sound = {run: row for run, row in rows.items() if row.state != "damaged"}
    lines = collections.Counter((row.task, row.experiment, row.model, row.seed, row.words) for row in sound.values())
    unclear = {(task, experiment) for (task, experiment, *_), count in lines.items() if count > 1}
    rows |= _told_apart({run: row for run, row in sound.items() if (row.task, row.experiment) in unclear})
    return list(rows.values())


def _told_apart(rows: dict[StoredRun, Row]) -> dict[StoredRun, Row]:
    """With words on data, circuits and sizes, which settings do not tell."""
    settings, known, labels = {}, {}, {}
    for run, row in rows.items():
        with contextlib.suppress(OSError, ValueError):  # removed meanwhile
            facts = run.facts()
            settings[run.key], known[run.key] = run.settings, {**facts["describe"], **facts}
            labels[run.key] = f"{row.task} {row.experiment} {row.model} {row.words}"
    told = dict(zip(labels, tell_apart(list(labels.values()), settings, known), strict=True))
    more = {key: told[key].removeprefix(label).removeprefix(" · ") for key, label in labels.items()}
    words = {run: " · ".join(filter(None, (row.words, more.get(run.key)))) for run, row in rows.items()}
    return {run: replace(row, words=words[run]) for run, row in rows.items()}


def read_row(run: StoredRun) -> Row:
    """The row of a run."""
    name = run.path.parent.name
    try:
        settings, task = run.settings, task_named(name)
        check_kinds(run)
        if run.finished:
            run.result()
        return Row(
            task=name,
            experiment=task.experiment_of(settings),
            model=model_label(settings),
            seed=settings.seed,
            state=run.state,
            progress=run.progress(),
            words=unusual(settings, {*task.aside, *task.experiment}),
            key=run.key,
        )
    except (OSError, ValueError) as error:
        return Row(name, "", "", None, "damaged", None, str(error), run.key)


def name_settings(settings: Settings) -> str:
    """A run in few words: `"mnist-1-5 DiffQAS seed 0"`, and what of its settings is unusual."""
    task = task_of(settings)
    words = unusual(settings, {*task.aside, *task.experiment})
    return " ".join(filter(None, (task.experiment_of(settings), model_label(settings), f"seed {settings.seed}", words)))


def describe_totals(rows: Iterable[Row]) -> str:
    """How many are in which state, and how long what was begun still takes if one process does it."""
    rows = list(rows)
    states = collections.Counter(row.state for row in rows)
    words = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    begun = [row.progress for row in rows if row.progress and row.state in ("running", "unfinished")]
    left = [progress.seconds_left for progress in begun if progress.seconds_left is not None]
    text = f"{counted(len(rows), 'run')}: {words}"
    return f"{text}; {format_duration(sum(left))} of computing left in those begun" if left else text


def format_duration(seconds: float) -> str:
    """`42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    seconds = round(seconds)
    for large, small, size, unit in ((86_400, 3_600, "d", "h"), (3_600, 60, "h", "min"), (60, 1, "min", "s")):
        if seconds >= large:
            rest = seconds % large // small
            return f"{seconds // large} {size}" + (f" {rest} {unit}" if rest else "")
    return f"{seconds} s"


def make_matcher(conditions: Iterable[str], settings_class: type[Settings]) -> Callable[[Settings], bool]:
    """A test of settings from conditions such as `epochs=20` or `dataset=mnist`: all must hold.

    Raises:
        ValueError: as `read_values` does.
    """
    pairs = read_values(settings_class, conditions)
    # Circuits are compared in the words that settings store, whichever were given.
    pairs = [(n, settings_class.from_dict({n: v}).to_dict()[n] if n == "candidates" else v) for n, v in pairs]
    wanted = [(name, _comparable(value)) for name, value in pairs]
    return lambda settings: all(_comparable(settings.to_dict()[name]) == value for name, value in wanted)


def _comparable(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
