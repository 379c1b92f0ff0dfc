"""The files in which an item's stored runs lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qtkit.claims.reproduction import Item
from qtkit.claims.selecting import PLACES, settings_of
from qtkit.claims.stored import Folder
from qtkit.names import counted
from qtkit.runs import results
from qtkit.tasks.readings import Reading


@dataclass(frozen=True)
class Source:
    """A file of shipped results.

    Attributes:
        file: its provenance, from the folder of all results; the numbers lie beside it.
        runs: how many in it are of the item's reading.
        finished: the days of the first and the last of them.
    """

    file: str
    runs: int
    finished: tuple[str, str]

    def __str__(self) -> str:
        first, last = self.finished
        return f"{self.file}: {counted(self.runs, 'run')}, {first}" + (f" to {last}" if last != first else "")


def find_sources(item: Item, reading: Reading, folder: Folder = None) -> Iterator[Source]:
    """The files with runs of an item in one reading.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
    """
    root, task = Path(folder or results.results_folder()), str(item.task)
    for place in PLACES:
        for experiment in item.experiments:
            if not (root / place / task / f"{experiment}.json").is_file():
                continue
            runs = results.provenance(task, experiment, root / place)["runs"].values()
            # Networks that were read on machines tell a reading of their own and are no runs of a task.
            days = sorted(
                run["finished"][:10] for run in runs if "reading" not in run and reading.includes(settings_of(run))
            )
            if days:
                file = Path(root.name, place, task, f"{experiment}.json").as_posix()
                yield Source(file, len(days), (days[0], days[-1]))
