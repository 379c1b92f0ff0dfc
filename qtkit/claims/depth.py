"""How deep the circuits have to be: the search on images with 1 to 20 layers, in each reading of equation 4."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qtkit.claims.evidence import join
from qtkit.claims.images import CLOSE, TITLES
from qtkit.claims.selecting import select
from qtkit.claims.statistics import MIN_SEEDS, TOO_FEW, every
from qtkit.claims.stored import Folder
from qtkit.claims.verdicts import Claim, say_difference, weigh
from qtkit.names import OURS, model_label, ranges
from qtkit.paper import EXPERIMENTS
from qtkit.runs.sweeps.paper_plans import DEPTH_EPOCHS, DEPTHS
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import BOTH, Reading

ENOUGH = EXPERIMENTS["images"].depth
"""The layers that the paper says are needed."""

HOW = (
    f"to compute them: qtkit sweep depth --seeds {MIN_SEEDS} --set scale=paper --set source=download; "
    f"qtkit export images --where epochs={DEPTH_EPOCHS} --to results/choices/images"
)


def measure_depths(folder: Folder = None, readings: Sequence[Reading] = BOTH) -> pd.DataFrame:
    """A row a run: `experiment`, `reading` (its title), `depth`, `seed`, and `test_accuracy` after 20 epochs.

    Longer runs count too, as they were then: what comes later changes nothing of it.

    Raises:
        FileNotFoundError: if no results of images are stored; how to compute them is told.
        ValueError: if none is of a search that is 20 epochs long; how to compute them is told.
    """
    parts = []
    for reading in readings:

        def wanted(settings: Settings, reading: Reading = reading) -> bool:
            return model_label(settings) == OURS and reading.includes(settings, free=["depth"])

        try:
            found = select("images", wanted, folder=folder)
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{error}; {HOW}") from None
        if not found.settings:
            continue
        frame = found.frame[found.frame["epoch"] == DEPTH_EPOCHS]
        if "official" in frame:
            frame = frame[frame["official"].fillna(True).astype(bool)]
        depths = {key: each.to_dict()["depth"] for key, each in found.settings.items()}
        parts.append(frame.assign(reading=reading.title, depth=frame["run"].map(depths)))
    columns = ["experiment", "reading", "depth", "seed", "test_accuracy"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    if table.empty:
        raise ValueError(f"no stored search on images is {DEPTH_EPOCHS} epochs long; {HOW}")
    return table.drop_duplicates(columns[:-1], ignore_index=True)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """A row a pair, reading and depth: `seeds` (how many), `test_accuracy` (the median over them), `low`, `high`.

    Arguments:
        table: as `measure_depths` gives it.
    """
    runs = table.groupby(["experiment", "reading", "depth"], sort=False)["test_accuracy"]
    rows = runs.agg(seeds="count", test_accuracy="median", low="min", high="max").reset_index()
    places = {name: place for place, name in enumerate(TITLES)}
    titles = {reading.title: place for place, reading in enumerate(BOTH)}
    rows = rows.sort_values(
        ["experiment", "reading", "depth"], key=lambda column: column.map(places | titles).fillna(column)
    )
    named = rows.assign(experiment=rows["experiment"].map(TITLES), depth=rows["depth"].astype(int))
    return named.rename(columns={"experiment": "pair"}).reset_index(drop=True)


FORMATS = dict.fromkeys(("test_accuracy", "low", "high"), ".3f")
"""How the columns of `summary` are printed."""

NOTE = (
    f"after {DEPTH_EPOCHS} epochs; three seeds draw the figure, a verdict takes {MIN_SEEDS}: "
    f"qtkit sweep depth --seeds {MIN_SEEDS}"
)


def claims(table: pd.DataFrame, readings: Sequence[Reading] = BOTH) -> list[Claim]:
    """The claim of section VI.A that fewer than 15 layers are too few, on each pair and in each reading.

    "Too few" is made measurable: each shallower search ends more than 0.01 below that with 15 layers, seed by seed. It
    does not hold if the seeds speak against it for one depth; see docs/statistics.md. Without all depths, or with fewer
    than six seeds that all have, there are not enough runs.

    Arguments:
        table: as `measure_depths` gives it.
    """
    return [_too_few(table, experiment, reading) for experiment in TITLES for reading in readings]


def find_missing(table: pd.DataFrame, readings: Sequence[Reading] = BOTH) -> str:
    """Which depths have no run at all, in words; nothing if all have."""
    words = []
    for experiment, title in TITLES.items():
        for reading in readings:
            part = table[(table["experiment"] == experiment) & (table["reading"] == reading.title)]
            if absent := [str(depth) for depth in DEPTHS if depth not in set(part["depth"])]:
                words.append(f"{title}, {reading.title.lower()}: no run with L = {ranges(absent)}")
    return f"{'; '.join(words)}; {HOW}" if words else ""


def _too_few(table: pd.DataFrame, experiment: str, reading: Reading) -> Claim:
    where = f"{TITLES[experiment]}, {reading.title.lower()}"
    text = f"fewer than {ENOUGH} layers are too few on {where}: more than {CLOSE} is lost"
    part = table[(table["experiment"] == experiment) & (table["reading"] == reading.title)]
    depths = [depth for depth in DEPTHS if depth <= ENOUGH]
    by_seed = part.pivot_table(index="seed", columns="depth", values="test_accuracy").reindex(columns=depths)
    if absent := [str(depth) for depth in depths if by_seed[depth].isna().all()]:
        return Claim(text, TOO_FEW, f"no run with L = {ranges(absent)}", None)
    common = by_seed.dropna()
    few = f"{len(common)} of {MIN_SEEDS} seeds that all depths have in common" if len(common) < MIN_SEEDS else ""
    if common.empty:
        return Claim(text, TOO_FEW, few, None)
    medians = common.median()
    near = min(depth for depth in depths if medians[depth] >= medians[ENOUGH] - CLOSE)
    evidence = join(
        few,
        f"L = {near} is the least within {CLOSE}: {medians[near]:.3f}, beside {medians[ENOUGH]:.3f} of L = {ENOUGH}",
        f"L = 1 has {medians[depths[0]]:.3f}",
    )
    lost = (common[[ENOUGH]].to_numpy() - common[depths[:-1]].to_numpy() - CLOSE).T  # (depths, seeds)
    return Claim(text, *weigh(np.asarray(lost), every, evidence, say_difference), None)
