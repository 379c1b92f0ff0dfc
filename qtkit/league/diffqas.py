"""DiffQAS in the league: what the paper's own search chose in stored runs, epoch by epoch: `play_diffqas`."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from qtkit.circuits.architectures import Architecture
from qtkit.league.playing import COLUMNS
from qtkit.league.table import HOW, Folder, records, standing
from qtkit.names import OURS
from qtkit.runs.sweeps.league_plan import searched
from qtkit.simulation.structure import Structure, structure

NAME = OURS


def play_diffqas(
    task: str = "fashion-5-7", *, among: Iterable[Architecture] | None = None, folder: Folder = None
) -> pd.DataFrame:
    """The picks of the stored searches, a row a seed and epoch, with the columns of `play`.

    Each is one training of a sum over the N circuits of `searched(task)`, all distinct ones of one depth, with raw
    weights and shared angles. The pick is the circuit with the largest share of the weights, the uniform one left
    aside, whose weight says nothing. A step simulates all N circuits: the cost after a whole training is N evaluations.
    `score` is the pick's share.

    Arguments:
        among: architectures whose best one regret is measured against; by default those that were searched over.

    Raises:
        ValueError: if the table has no search on that task, or lacks circuits of it; how to compute them is told.
        FileNotFoundError: if there is no table.
    """
    circuits = searched(task)
    found = standing(task, folder).among(circuits if among is None else among)
    rows = records(folder)
    rows = rows[(rows["kind"] == "search") & (rows["task"] == task)]
    if rows.empty:
        raise ValueError(f"the table has no search on {task}; {HOW}")
    idle = np.array([structure(each.ansatz, each.depth, 4) is Structure.UNIFORM for each in circuits])
    played = []
    for seed, part in rows.groupby("seed"):
        shares = part["share"].to_numpy(np.float64).reshape(len(circuits), -1)  # (N, epochs + 1)
        shares[idle] = 0.0
        # At the start all shares are equal, and nothing is picked.
        for epoch, pick in enumerate(shares.argmax(axis=0)[1:], start=1):
            regret = found.regrets[_place(found.places, circuits[pick], task)]
            cost = len(circuits) * epoch / found.epochs
            played.append((NAME, task, int(str(seed)), cost, str(circuits[pick]), shares[pick, epoch], float(regret)))
    return pd.DataFrame(played, columns=list(COLUMNS))


def _place(places: dict[Architecture, int], pick: Architecture, task: str) -> int:
    if pick not in places:
        raise ValueError(f"the search on {task} picked {pick}, which is not among those compared")
    return places[pick]
