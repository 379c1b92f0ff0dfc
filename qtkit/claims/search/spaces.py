"""Searches beside their candidates alone, in the same settings and with the same seeds: `find_spaces`."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qtkit.analysis import equal_circuits, weight_shares
from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.claims.search.merit import END, MERITS, Merit
from qtkit.claims.search.shipped import TITLES, ShippedRun, read_runs
from qtkit.claims.stored import Folder
from qtkit.claims.summary import order_experiments
from qtkit.names import candidate_name, candidates_label, ranges
from qtkit.runs.sweeps.plans import plan_named
from qtkit.simulation.structure import Structure, structure
from qtkit.tasks.protocols import Settings

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Space:
    """A search and its candidates alone: one task and experiment, one way to set them, all seeds.

    Circuits are distinct ones: of equal ones, see `qtkit.analysis.equal_circuits`, the first stands for all.

    Attributes:
        task, experiment: such as `"images"` and `"fashion-5-7"`.
        settings: all others in words, such as `"heard"`.
        circuits: the N distinct ones.
        names: theirs, such as `"5"`, `(N,)`.
        idle: whether each is uniform whatever its angles are, `(N,)`: the mapping's bias takes back what it adds.
        hears: whether the distribution of each depends on its angles, `(N,)`, so that it can learn.
        seeds: for which the search and all circuits have runs, `(S,)`.
        clock: epochs or episodes of the rows, `(T,)`.
        weights: of the mixture, those of equal circuits added, `(S, T, N)`.
        merits: of each circuit alone, `(S, N)`.
        ours: of the search, `(S,)`.
        runs: the keys of the searches, `(S,)`.
        lacking: what keeps further seeds out, in words; nothing if nothing does.
    """

    task: str
    experiment: str
    settings: str
    circuits: tuple[Ansatz, ...]
    names: tuple[str, ...]
    idle: npt.NDArray[np.bool_]
    hears: npt.NDArray[np.bool_]
    seeds: tuple[int, ...]
    clock: Floats
    weights: Floats
    merits: Floats
    ours: Floats
    runs: tuple[str, ...] = ()
    lacking: str = ""

    @property
    def merit(self) -> Merit:
        """What circuits are judged by."""
        return MERITS[self.task]

    @property
    def title(self) -> str:
        """The experiment by the paper's name."""
        return TITLES.get(self.experiment, self.experiment)

    def among_hearing(self) -> Space:
        """The same search with the circuits alone that hear their angles."""
        here = self.hears
        return replace(
            self,
            circuits=tuple(itertools.compress(self.circuits, here)),
            names=tuple(itertools.compress(self.names, here)),
            idle=self.idle[here],
            hears=here[here],
            weights=self.weights[:, :, here],
            merits=self.merits[:, here],
        )

    @cached_property
    def sizes(self) -> Floats:
        """Each circuit's `|w| / Σ|w|`, `(S, T, N)`: free of scale and sign, see `qtkit.analysis.weight_shares`."""
        return weight_shares(self.weights)

    @cached_property
    def shares(self) -> Floats:
        """The same among circuits that are not `idle`, whose share is 0, `(S, T, N)`.

        This does not change under anything that leaves the generated network the same. How large a circuit's signal is
        besides, is not stored; of a model at hand `DiffQAS.winners` takes it into account.
        """
        weights = np.where(self.idle, 0.0, self.weights)
        return weight_shares(weights)


def find_spaces(
    folder: Folder = None, *, end: float = END, beside: bool = True, task: str | None = None, plan: str | None = None
) -> list[Space]:
    """All searches in the stored results of whose candidates half at least were run alone, in the order of tasks.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
        end: of a run, see `Merit.of`.
        beside: whether runs in the folders `BESIDE` of it count too.
        task: such as `"images"`, to read no other's results; by default all.
        plan: such as `"search-planted"`: only the searches of this sweep, in its order.

    Raises:
        FileNotFoundError: if no results are stored.
        ValueError: if `end` is not from 0 to 1, or there is no such plan, or no such task has a merit.
    """
    place = plan_named(plan).finder() if plan else None
    runs = read_runs(folder, end=end, beside=beside, task=task)
    return [space for name, of_task in runs.items() for space in _spaces(name, of_task, place)]


def _spaces(
    task: str, runs: Iterable[ShippedRun], place: Callable[[Settings], int | None] | None = None
) -> Iterator[Space]:
    """One for each way to set a search, those without a circuit alone left out.

    Arguments:
        place: of a search; those that have none are left out, too.
    """
    alone: dict[tuple[str, ...], dict[tuple[Ansatz, int], ShippedRun]] = {}
    searches: dict[tuple[str, ...], dict[int, ShippedRun]] = {}
    for run in runs:
        if run.settings.model != "diffqas":
            continue
        if len(run.settings.ansatze) == 1:
            # A circuit of Table I may have a second run, under its parts instead of its number: the first found counts.
            alone.setdefault(run.common, {}).setdefault((run.settings.ansatze[0], run.settings.seed), run)
        elif place is None or place(run.settings) is not None:
            searches.setdefault(run.search, {})[run.settings.seed] = run
    order = list(order_experiments((key[0] for key in searches), TITLES))

    def turn(key: tuple[str, ...]) -> tuple[int, int]:
        one = next(iter(searches[key].values())).settings
        return order.index(key[0]), (place(one) or 0) if place else 0

    for key in sorted(searches, key=turn):
        group = next(iter(searches[key].values())).common
        if group in alone and _is_begun(searches[key], alone[group]):
            yield _space(task, searches[key], alone[group])


def _is_begun(searches: dict[int, ShippedRun], alone: dict[tuple[Ansatz, int], ShippedRun]) -> bool:
    """Whether half of its circuits at least were run alone: the best two beside a search tell nothing of its choice."""
    groups = _distinct(next(iter(searches.values())))
    trained = {ansatz for ansatz, _ in alone}
    return 2 * sum(any(ansatz in trained for ansatz in group) for group in groups) >= len(groups)


def _space(task: str, searches: dict[int, ShippedRun], alone: dict[tuple[Ansatz, int], ShippedRun]) -> Space:
    one = next(iter(searches.values()))
    groups, ansatze, n = _distinct(one), one.settings.ansatze, int(one.described["n_qubits"])

    def merit(group: tuple[Ansatz, ...], seed: int) -> float:
        """Of the first of equal circuits that has a run."""
        return next((alone[ansatz, seed].merit for ansatz in group if (ansatz, seed) in alone), np.nan)

    merits = {seed: [merit(group, seed) for group in groups] for seed in sorted(searches)}
    seeds = tuple(seed for seed, values in merits.items() if not np.isnan(values).any())
    names = tuple(candidate_name(group[0], ansatze) for group in groups)
    columns = [[f"w{candidate_name(ansatz, ansatze)}" for ansatz in group] for group in groups]
    rows = [searches[seed].rows for seed in seeds] or [one.rows]
    clocks = [each[MERITS[task].clock].to_numpy(dtype=np.float64) for each in rows]
    clock = functools.reduce(np.intersect1d, clocks)  # of some runs only a part of the rows may be stored
    known = [np.isin(times, clock) for times in clocks]
    weights = np.array(
        [
            np.stack([each[column].to_numpy(dtype=np.float64)[there].sum(axis=1) for column in columns], axis=1)
            for each, there in zip(rows, known, strict=True)
        ]
    )[: len(seeds)]
    kinds = [structure(group[0], one.depth, n) for group in groups]
    return Space(
        task=task,
        experiment=one.experiment,
        settings=_describe_search(one),
        circuits=tuple(group[0] for group in groups),
        names=names,
        idle=np.array([kind is Structure.UNIFORM for kind in kinds]),
        hears=np.array([kind.depends_on_angles for kind in kinds]),
        seeds=seeds,
        clock=clock,
        weights=weights,
        merits=np.array([merits[seed] for seed in seeds]).reshape(len(seeds), len(groups)),
        ours=np.array([searches[seed].merit for seed in seeds]),
        runs=tuple(searches[seed].key for seed in seeds),
        lacking=_describe_lacking(names, merits),
    )


def _describe_search(one: ShippedRun) -> str:
    """Its settings in words, and its circuits where they are not those of Table I."""
    usual = one.settings.ansatze == CANDIDATES
    return one.words() if usual else f"{one.words()}, circuits {candidates_label(one.settings)}"


def _describe_lacking(names: tuple[str, ...], merits: dict[int, list[float]]) -> str:
    """Which circuits have no run of some seed that the search has, such as `"2, 5 lack 3 of 3 seeds"`."""
    by_count: dict[int, list[str]] = {}
    for place, name in enumerate(names):
        count = sum(bool(np.isnan(values[place])) for values in merits.values())
        by_count.setdefault(count, []).append(name)
    lacking = {count: found for count, found in by_count.items() if count}
    return "; ".join(
        f"{ranges(found)} {'lacks' if len(found) == 1 else 'lack'} {count} of {len(merits)} seeds"
        for count, found in lacking.items()
    )


def _distinct(search: ShippedRun) -> tuple[tuple[Ansatz, ...], ...]:
    """Its candidates, equal ones together."""
    ansatze, n = search.settings.ansatze, int(search.described["n_qubits"])
    return tuple(tuple(ansatze[place] for place in group) for group in equal_circuits(ansatze, n, search.depth))
