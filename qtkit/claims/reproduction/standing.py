"""How a figure or table of the paper stands: our numbers and the verdicts on its claims, reading by reading."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.claims.reproduction.items import ITEMS, Item
from qtkit.claims.reproduction.recomputing import Paces, settings_of
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, TOO_FEW
from qtkit.claims.stored import Folder, load_errors
from qtkit.claims.tables import Judged, judge
from qtkit.claims.verdicts import Claim
from qtkit.names import OURS
from qtkit.paper import DATASETS, TABLE_I
from qtkit.tasks.readings import Reading
from qtkit.tasks.registry import task_of

_VALUES = {"images": ("test_accuracy", ".3f"), "series": ("median", ".2g"), "gridworld": ("reward", ".3f")}
"""The column of a table's summary that tells what the search came to."""


@dataclass(frozen=True)
class Standing:
    """A figure or table in one reading.

    Attributes:
        reading: None for what has no runs.
        result: what the search came to, in words.
        claims: the paper's, with their verdicts.
        missing: why there is no result.
        runs: how many are stored.
        seconds: what the runs for verdicts, six seeds, take on one core; None if nothing alike is stored.
        numbers: a row a model of its data sets, as its table has them; None if there is no result.
    """

    item: Item
    reading: Reading | None
    result: str
    claims: tuple[Claim, ...] = ()
    missing: str = ""
    runs: int = 0
    seconds: float | None = None
    numbers: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def verdict(self) -> str:
        """The verdicts in few words: `"2 hold, 1 within noise"`."""
        counts = collections.Counter(claim.verdict for claim in self.claims)
        if self.missing or set(counts) == {TOO_FEW}:
            return TOO_FEW
        words = {HOLDS: ("holds", "hold"), FAILS: ("does not hold", "do not hold")}
        parts = []
        for verdict in (HOLDS, FAILS, NOISE, TOO_FEW):
            if count := counts[verdict]:
                one, several = words.get(verdict, (verdict, verdict))
                parts.append(f"{count} {one if count == 1 else several}")
        return ", ".join(parts)

    @property
    def command(self) -> str:
        """What recomputes it; of what has no runs, where it is."""
        if self.reading is None:
            return self.item.command
        return f"qtkit reproduce {self.item.name} --reading {self.reading.name}"


def stand(items: Iterable[Item] = tuple(ITEMS.values()), folder: Folder = None) -> Iterator[Standing]:
    """How the items stand, one after the other, reading by reading.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
    """
    judged: dict[tuple[str, str], Judged | str] = {}
    paces = Paces(folder)
    for item in items:
        if item.table is None or item.task is None:
            yield Standing(item, None, _check_table_i() if item.name == "table1" else "a drawing")
        for reading in item.readings.values():
            yield _stand(item, reading, folder, judged, paces)


def overview(items: Iterable[Item] = tuple(ITEMS.values()), folder: Folder = None) -> pd.DataFrame:
    """How the items stand, a row an item and reading.

    Columns: `item`, `title`, `paper` (what it says), `reading` (its name, empty for what has no runs), `result`,
    `verdict`, `runs` (stored), `seconds` (on one core, for six seeds), `command` (what recomputes it).
    """
    return pd.DataFrame(
        {
            "item": each.item.name,
            "title": each.item.title,
            "paper": each.item.says,
            "reading": each.reading.name if each.reading else "",
            "result": each.result,
            "verdict": each.verdict,
            "runs": each.runs,
            "seconds": each.seconds,
            "command": each.command,
        }
        for each in stand(items, folder)
    )


def _stand(
    item: Item, reading: Reading, folder: Folder, judged: dict[tuple[str, str], Judged | str], paces: Paces
) -> Standing:
    seconds = paces.estimate(settings_of(item, reading))
    stored = paces.settings(str(item.task), reading)
    runs = sum(task_of(each).experiment_of(each) in item.experiments for each in stored)
    found = _judge(item, reading, folder, judged)
    if isinstance(found, str):
        return Standing(item, reading, "", missing=found, runs=runs, seconds=seconds)
    claims = tuple(item.claims_of(found.claims))
    numbers = found.summary[found.summary.iloc[:, 0].isin(_titles(item))]
    return Standing(item, reading, _say_result(item, numbers), claims, "", runs, seconds, numbers)


def _judge(item: Item, reading: Reading, folder: Folder, judged: dict[tuple[str, str], Judged | str]) -> Judged | str:
    """The table with an item's claims, made once for all items of a reading, or why there is none."""
    alone = item.figure is not None and item.task == "series"  # the search's own: needs no other model
    key = (item.name if alone else str(item.table), reading.name)
    if key not in judged:
        try:
            if alone:
                judged[key] = _judge_prediction(item.experiments[0], reading, folder)
            else:
                judged[key] = judge(str(item.table), folder=folder, reading=reading)
        except (ValueError, FileNotFoundError) as error:
            judged[key] = str(error)
    return judged[key]


def _judge_prediction(experiment: str, reading: Reading, folder: Folder) -> Judged:
    """Of one of Figures 8 to 12."""
    from qtkit.claims import table2

    frame = load_errors(folder, experiment, reading)
    return Judged(table2.summary(table2.final_errors(frame)), [table2.judge_improvement(frame, experiment)])


def _say_result(item: Item, summary: pd.DataFrame) -> str:
    """What the search came to, and over how many seeds, from the rows of the item's data sets."""
    value, spec = _VALUES[str(item.task)]
    rows = summary[summary["model"] == OURS]
    seeds = sorted(set(rows["seeds"].dropna().astype(int)))
    if not seeds:
        return ""
    over = " to ".join(str(count) for count in dict.fromkeys((seeds[0], seeds[-1])))
    numbers = ", ".join(f"{each:{spec}}" for each in rows[value])
    return f"{OURS} {numbers} over {over} seed{'' if over == '1' else 's'}"


def _titles(item: Item) -> set[str]:
    from qtkit.claims.gridworld import TITLES as ROOMS
    from qtkit.claims.images import TITLES as PAIRS

    named = {**DATASETS, **PAIRS, **ROOMS}
    return {named[experiment] for experiment in item.experiments}


def _check_table_i() -> str:
    """Whether the candidates are those of Table I."""
    same = all(
        (circuit.hadamard, circuit.entangler, circuit.rotation)
        == (row.hadamard == "Y", row.entanglement.lower(), row.rotation.lower())
        for circuit, row in zip(CANDIDATES, TABLE_I.values(), strict=True)
    )
    return "qtkit.CANDIDATES are these twelve" if same else "qtkit.CANDIDATES are others"
