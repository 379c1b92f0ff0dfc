"""The league's table: what each architecture is worth alone, looked up in no time."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.checks import checked_whole_or_none
from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.architectures import ARCHITECTURES, CHOICES, Architecture, architecture_of
from qtkit.claims.search.merit import END, MERITS, Merit
from qtkit.course.content import course_folder
from qtkit.league.reading import PROVENANCE, read_records
from qtkit.runs.results import results_folder
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS, TABLE_SEEDS, stand_ins

Folder = str | os.PathLike[str] | None
Floats = npt.NDArray[np.float64]

HOW = "to compute it: qtkit sweep league --seeds 6; then qtkit export league --to results/league"


@dataclass(frozen=True)
class Standing:
    """What architectures are worth on a task.

    Attributes:
        task: one of `LEAGUE_TASKS`.
        architectures: the N that are there.
        scores: what a search sees after each epoch: minus the training loss, of a series minus its decimal logarithm,
            `(N, seeds, epochs + 1)`; the first is the start.
        merits: by the test data, high is good, see `qtkit.claims.search.MERITS`, `(N, seeds, epochs + 1)`.
    """

    task: str
    architectures: tuple[Architecture, ...]
    scores: Floats
    merits: Floats

    @property
    def epochs(self) -> int:
        """Of a training."""
        return int(self.scores.shape[2]) - 1

    @cached_property
    def places(self) -> dict[Architecture, int]:
        """Where each stands."""
        return {each: place for place, each in enumerate(self.architectures)}

    @cached_property
    def worth(self) -> Floats:
        """The mean merit over the seeds, `(N,)`."""
        mean: Floats = self.merits[:, :, -1].mean(axis=1)
        return mean

    @property
    def regrets(self) -> Floats:
        """What the worth of each lacks to the best one's, `(N,)`."""
        lacking: Floats = self.worth.max() - self.worth
        return lacking

    def among(self, some: Iterable[Architecture] | None) -> Standing:
        """That of some architectures alone; of all for None.

        Raises:
            ValueError: for none, or one that is not there.
        """
        if some is None:
            return self
        chosen = tuple(dict.fromkeys(some))
        if not chosen:
            raise ValueError("a search needs at least one architecture to search over")
        for each in chosen:
            if each not in self.places:
                raise ValueError(f"{each} is not in the table of {self.task}: {_covered(self)}")
        rows = [self.places[each] for each in chosen]
        return Standing(self.task, chosen, self.scores[rows], self.merits[rows])


def space() -> tuple[Architecture, ...]:
    """All 224 architectures of the league: two starts, seven entanglers, four rotations, four depths.

    Example:
        >>> len(space()), str(space()[-1])
        (224, 'H, CZ star, U3 × 15')
    """
    return ARCHITECTURES


def merit(
    architecture: Architecture | Ansatz,
    task: str = "fashion-5-7",
    seed: int | None = None,
    *,
    depth: int | None = None,
    epoch: int | None = None,
    folder: Folder = None,
) -> float:
    """What a circuit is worth, trained alone: by the test data, high is good.

    The test accuracy, of a series minus the decimal logarithm of the test error; the median over the last tenth of the
    training so far.

    Arguments:
        architecture: one of `space()`; or any `Ansatz`, with its `depth`.
        task: one of `qtkit.league.TASKS`.
        seed: by default the mean over all.
        epoch: after which; by default the last.

    Raises:
        ValueError: for a circuit that is not in the space, or anything else that the table does not have.
        FileNotFoundError: if there is no table.

    Example:
        >>> from qtkit.circuits import CZ, U3, H
        >>> 0.5 < merit(Ansatz(start=[H()], layer=[CZ("ring"), U3()]), "mnist-1-5", seed=0, depth=3) < 1
        True
    """
    found = standing(task, folder)
    return _value(found, found.merits, _read(architecture, depth), seed, epoch)


def score(
    architecture: Architecture | Ansatz,
    task: str = "fashion-5-7",
    seed: int | None = None,
    *,
    depth: int | None = None,
    epoch: int | None = None,
    folder: Folder = None,
) -> float:
    """What a search sees of a circuit that is trained alone, high is good; arguments and errors as of `merit`.

    Minus the training loss, of a series minus its decimal logarithm, the median over the last tenth so far.
    """
    found = standing(task, folder)
    return _value(found, found.scores, _read(architecture, depth), seed, epoch)


def table(task: str | None = None, folder: Folder = None) -> pd.DataFrame:
    """A row an architecture, task and seed, of all that is stored.

    Columns: `task`, `architecture` (in words), `start`, `entangler`, `rotation`, `depth`, `seed`, `score`, `merit`, and
    `stands_in`, the one that was trained for it, in words: itself, or one with the same distributions.

    Raises:
        ValueError: for an unknown task.
        FileNotFoundError: if there is no table.
    """
    if task is not None:
        return _table_of(standing(task, folder))
    parts = [_table_of(found) for each in LEAGUE_TASKS if len((found := _found(each, folder)).architectures)]
    if not parts:
        raise ValueError(f"the table has no circuit yet; {HOW}")
    return pd.concat(parts, ignore_index=True)


def records(folder: Folder = None) -> pd.DataFrame:
    """All that is stored, as it was recorded: a row an epoch of each training; of a search, a row a circuit and epoch.

    Columns: `kind` (`"alone"`, `"search"` or `"pilot"`), `task`, the four choices, `seed`, `epoch`, `train_loss`,
    `train_accuracy`, `test_loss`, `test_accuracy`, and of searches the `share` of the structural weights.

    Raises:
        FileNotFoundError: if there is no table.
        ValueError: if it is damaged.
    """
    return _records(*place_of(folder)).copy()


def coverage(folder: Folder = None) -> pd.DataFrame:
    """How much of the table is there, a row a task.

    Columns: `task`; `distinct` circuits of the space; `trained`, how many of them are there; `architectures` that these
    stand for; `seeds`, those that all of these have; `searches`, the seeds of DiffQAS.

    Raises:
        FileNotFoundError: if there is no table.
    """
    rows, runs = [], records(folder)
    for task in LEAGUE_TASKS:
        found = _found(task, folder)
        distinct = {ARCHITECTURES[place] for place in stand_ins(task)}
        rows.append(
            {
                "task": task,
                "distinct": len(distinct),
                "trained": len(distinct & set(found.architectures)),
                "architectures": len(found.architectures),
                "seeds": found.scores.shape[1],
                "searches": runs[(runs["kind"] == "search") & (runs["task"] == task)]["seed"].nunique(),
            }
        )
    return pd.DataFrame(rows)


def standing(task: str, folder: Folder = None) -> Standing:
    """What all architectures are worth on a task; errors as of `merit`."""
    found = _found(task, folder)
    if not len(found.architectures):
        raise ValueError(f"the table has no circuit on {task} yet; {HOW}")
    return found


def _found(task: str, folder: Folder) -> Standing:
    """What is there of a task, which may be nothing."""
    if task not in LEAGUE_TASKS:
        raise ValueError(f"the league has no task {task!r}; it has {', '.join(LEAGUE_TASKS)}")
    return _standing(task, *place_of(folder))


def place_of(folder: Folder) -> tuple[Path, object]:
    """The folder of the table, and what changes when it is written anew."""
    place = Path(folder or results_folder()) / "league"
    if folder is None and not (place / PROVENANCE).is_file():
        place = course_folder() / "results" / "league"  # one's own results are seldom a league
    try:
        stamp = (place / PROVENANCE).stat()
    except OSError:
        return place, None
    return place, (stamp.st_mtime_ns, stamp.st_size, stamp.st_ino)


@functools.lru_cache(maxsize=4)
def _records(place: Path, stamp: object) -> pd.DataFrame:  # noqa: ARG001  the stamp tells versions apart
    try:
        return read_records(place)
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{error}; {HOW}") from None


@functools.lru_cache(maxsize=12)
def _standing(task: str, place: Path, stamp: object) -> Standing:
    rows = _records(place, stamp)
    rows = rows[(rows["kind"] == "alone") & (rows["task"] == task)]
    curves = dict(iter(rows.groupby([*CHOICES, "seed"], sort=False)))
    begun = [each for each in ARCHITECTURES if (*_choices(each), 0) in curves]
    whole = (all((*_choices(each), seed) in curves for each in begun) for seed in range(TABLE_SEEDS))
    seeds = sum(itertools.takewhile(bool, whole))  # a sweep goes seed by seed
    trained = [ARCHITECTURES[number] for number in stand_ins(task)]
    known = set(begun)
    there = [place for place, each in enumerate(trained) if each in known]
    merit = merit_of(task)

    def judged(column: str) -> Floats:
        one = {each: [curves[(*_choices(each), seed)][column] for seed in range(seeds)] for each in begun}
        values = np.array([one[trained[place]] for place in there], dtype=np.float64)
        return _judged(values, logarithmic=merit.logarithmic)

    if not there:
        return Standing(task, (), np.empty((0, 0, 1)), np.empty((0, 0, 1)))
    sign = -1.0 if merit.logarithmic else 1.0
    architectures = tuple(ARCHITECTURES[place] for place in there)
    return Standing(task, architectures, -judged(merit.training), sign * judged(merit.column))


def _choices(each: Architecture) -> tuple[str, str, str, int]:
    return each.start, each.entangler, each.rotation, each.depth


def merit_of(task: str) -> Merit:
    """How circuits are judged on a task of the league."""
    return MERITS["images" if "-" in task else "series"]


def _judged(values: Floats, *, logarithmic: bool) -> Floats:
    """After each epoch the median over the last tenth so far, of the last axis, as `Merit.of` takes it."""
    judged = np.empty_like(values)
    for epoch in range(values.shape[-1]):
        rows = max(1, round(END * epoch))
        judged[..., epoch] = np.median(values[..., epoch + 1 - rows : epoch + 1], axis=-1)
    return np.log10(np.maximum(judged, np.finfo(float).tiny)) if logarithmic else judged


def _read(architecture: Architecture | Ansatz, depth: int | None) -> Architecture:
    if isinstance(architecture, Architecture):
        if depth not in (None, architecture.depth):
            raise ValueError(f"{architecture} has its depth; got depth={depth!r} besides")
        return architecture
    if not isinstance(architecture, Ansatz):
        raise ValueError(
            f"a circuit is an Architecture of qtkit.league.space(), or an Ansatz with a depth, got {architecture!r}"
        )
    if depth is None:
        raise ValueError(f"the circuit {architecture} needs a depth, such as depth=7")
    return architecture_of(architecture, depth)


def _value(found: Standing, values: Floats, architecture: Architecture, seed: int | None, epoch: int | None) -> float:
    if architecture not in found.places:
        raise ValueError(f"{architecture} is not in the table of {found.task} yet: {_covered(found)}")
    epoch = checked_whole_or_none(f"the epoch on {found.task}", epoch, 0, found.epochs)
    seed = checked_whole_or_none("seed", seed, 0, values.shape[1] - 1)
    ends = values[found.places[architecture], :, found.epochs if epoch is None else epoch]
    return float(ends.mean() if seed is None else ends[seed])


def _covered(found: Standing) -> str:
    return f"it has {len(found.architectures)} of {len(ARCHITECTURES)}"


def _table_of(found: Standing) -> pd.DataFrame:
    trained = stand_ins(found.task)
    rows = [
        {
            "task": found.task,
            "architecture": str(each),
            "start": each.start,
            "entangler": each.entangler,
            "rotation": each.rotation,
            "depth": each.depth,
            "seed": seed,
            "score": float(found.scores[place, seed, -1]),
            "merit": float(found.merits[place, seed, -1]),
            "stands_in": str(ARCHITECTURES[trained[ARCHITECTURES.index(each)]]),
        }
        for place, each in enumerate(found.architectures)
        for seed in range(found.scores.shape[1])
    ]
    return pd.DataFrame(rows)
