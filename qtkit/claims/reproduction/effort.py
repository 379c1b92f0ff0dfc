"""What all shipped runs took to compute: `measure_effort`."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import NamedTuple

from qtkit.claims.selecting import PLACES
from qtkit.claims.stored import Folder
from qtkit.runs.results import results_folder
from qtkit.runs.tables import read_provenance
from qtkit.tasks.registry import TASKS


class Effort(NamedTuple):
    """How many runs are shipped, and the sum of their seconds, as they were measured.

    The machines were shared with other work, so that the same runs take less on an idle one.
    """

    runs: int
    seconds: float


def measure_effort(folder: Folder = None) -> Effort:
    """The runs of all tasks in all folders of shipped results, each once.

    The league ships the merit of its circuits and not how long they took, and networks that were read on machines are
    no runs: neither is counted.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
    """
    root = Path(folder or results_folder())
    seconds: dict[str, float] = {}
    for place, task in itertools.product((*PLACES, "search"), TASKS):
        for path in sorted((root / place / task).glob("*.json")):
            for key, run in read_provenance(path)["runs"].items():
                seconds.setdefault(key, float(run["seconds"]))
    return Effort(len(seconds), sum(seconds.values()))
