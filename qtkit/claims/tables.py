"""What stored results come to, each with a verdict on every claim: the tables that `qtkit table` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from qtkit.tasks.readings import BOTH, Reading, reading_named

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from qtkit.claims.stored import Folder
    from qtkit.claims.verdicts import Claim


@dataclass(frozen=True)
class Judged:
    """A table over the stored seeds, and the claims the paper draws from it; shows itself as text.

    Attributes:
        summary: a row a model.
        formats: of its columns of fractions, such as `".3f"`.
        note: what has to be said of a column.
        draw: makes the picture that belongs to it; None if there is none.
    """

    summary: pd.DataFrame
    claims: list[Claim]
    formats: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    draw: Callable[[], go.Figure] | None = None

    def about(self, *words: str) -> Judged:
        """The same, with only the rows and claims in which all of these words stand; small and capital are alike.

        Raises:
            ValueError: if there are none.

        Example:
            >>> judge("accuracies").about("FashionMNIST 5/7").summary["pair"].unique().tolist()
            ['FashionMNIST 5/7']
        """
        texts = self.summary.select_dtypes(["str", "object"]).astype(str).agg(" ".join, axis=1)
        rows = self.summary[[_stands(words, text) for text in texts]]
        claims = [claim for claim in self.claims if _stands(words, claim.text)]
        if rows.empty and not claims:
            raise ValueError(f"nothing in this table is about {', '.join(map(repr, words))}")
        return replace(self, summary=rows, claims=claims)

    def __str__(self) -> str:
        whole = self.summary.select_dtypes("Int64").columns
        shown = self.summary.astype(dict.fromkeys(whole, float))  # for which na_rep is heeded
        formats = {**self.formats, **dict.fromkeys(whole, ".0f")}
        formatters = {name: f"{{:{spec}}}".format for name, spec in formats.items()}
        table = shown.to_string(index=False, formatters=formatters, na_rep="-")
        above = [] if shown.empty else [table, *([self.note] if self.note else []), ""]
        return "\n".join([*above, *map(str, self.claims)])


def _stands(words: Iterable[str], text: str) -> bool:
    return all(each.casefold() in text.casefold() for each in words)


@dataclass(frozen=True)
class PaperTable:
    """A table by name: what it shows, and how it is made of the results in a folder.

    Attributes:
        task: whose readings of equation 4 it can be had in; None if it is of no single one.
    """

    name: str
    title: str
    judge: Callable[[Folder, Reading | None], Judged]
    task: str | None = None


def judge(which: int | str, *, folder: Folder = None, reading: Reading | str | None = None) -> Judged:
    """The table called `which`, from stored results, see `TABLES`.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
        reading: of equation 4, whose runs alone count, see `qtkit.tasks.readings`; without it the paper's setting does,
            and runs with other choices have rows of their own.

    Raises:
        ValueError: for another table, a reading it does not have, or if the results lack runs of the reading or of
            Table II.
        FileNotFoundError: if no results are stored.
    """
    if str(which) not in TABLES:
        raise ValueError(f"there are the tables {', '.join(TABLES)}, got {which!r}")
    table = TABLES[str(which)]
    if reading is None:
        return table.judge(folder, None)
    chosen = reading_named(reading) if isinstance(reading, str) else reading
    if table.task is None:
        raise ValueError(f"the table {table.name!r} is of no single reading, got {chosen.name!r}")
    chosen.changes(table.task)  # refuses one that the task does not have
    judged = table.judge(folder, chosen)
    return replace(judged, note="\n".join(filter(None, (judged.note, f"{chosen.title}: {chosen.words}"))))


def _judge_errors(folder: Folder, reading: Reading | None) -> Judged:
    from qtkit.claims import rulers, table2
    from qtkit.claims.stored import how_to_compute, load_errors

    frame = load_errors(folder, reading=reading)
    try:
        errors = table2.final_errors(frame)
        claims = table2.claims(errors, frame)
    except ValueError as error:
        raise (error if reading is None else ValueError(f"{error}; {how_to_compute('series', reading)}")) from None
    summary = rulers.beside(table2.summary(errors))
    return Judged(summary, claims, table2.FORMATS | rulers.FORMATS, rulers.NOTE)


def _judge_accuracies(folder: Folder, reading: Reading | None) -> Judged:
    from qtkit.claims import images
    from qtkit.claims.stored import load_accuracies

    frame = load_accuracies(folder, reading=reading)
    return Judged(images.summary(frame), images.claims(frame), images.FORMATS)


def _judge_rewards(folder: Folder, reading: Reading | None) -> Judged:
    from qtkit.claims import gridworld
    from qtkit.claims.stored import load_rewards

    frame, runs = load_rewards(folder, reading=reading)
    return Judged(gridworld.summary(runs), gridworld.claims(runs, frame), gridworld.FORMATS)


def _judge_search(folder: Folder, _: Reading | None) -> Judged:
    from qtkit.claims import search
    from qtkit.claims.search.figures import draw_choices

    spaces = search.find_spaces(folder)
    return Judged(
        search.summary(spaces), search.claims(spaces), search.FORMATS, search.NOTE, lambda: draw_choices(spaces)
    )


def _judge_rates(folder: Folder, _: Reading | None) -> Judged:
    from qtkit.claims.search import rates
    from qtkit.claims.search.figures import draw_rates

    found = rates.best_rates(folder)
    shown = found.drop(columns=["task", "merits"])
    return Judged(shown, rates.claims(found), rates.FORMATS, rates.NOTE, lambda: draw_rates(found))


def _judge_depths(folder: Folder, reading: Reading | None) -> Judged:
    from qtkit.claims import depth

    readings = BOTH if reading is None else (reading,)
    table = depth.measure_depths(folder, readings)
    missing = depth.find_missing(table, readings)
    note = f"{depth.NOTE}\n{missing}" if missing else depth.NOTE
    return Judged(depth.summary(table), depth.claims(table, readings), depth.FORMATS, note)


def _judge_choices(folder: Folder, _: Reading | None) -> Judged:
    from qtkit.claims import left_open

    table, calm = left_open.measure_choices(folder), left_open.measure_calm(folder)
    shown, claims = left_open.beside_calm(table, calm), left_open.claims(table, calm)
    return Judged(shown, claims, left_open.FORMATS, left_open.note(table, calm))


TABLES = {
    table.name: table
    for table in (
        PaperTable(
            "2",
            "Table II beside the paper's own numbers and rulers: forecasters with five numbers or fewer",
            _judge_errors,
            "series",
        ),
        PaperTable("accuracies", "what Figures 5 to 7 end with, and how steadily it came", _judge_accuracies, "images"),
        PaperTable(
            "rewards",
            "what Figures 13 and 14 end with, the last policies, random actions and the shortest path",
            _judge_rewards,
            "gridworld",
        ),
        PaperTable("search", "does the search choose well: its weights against its circuits alone", _judge_search),
        PaperTable("rates", "every model at its own best learning rate, chosen by the training data", _judge_rates),
        PaperTable("depth", "test accuracies with 1 to 20 layers: are fewer than 15 too few?", _judge_depths, "images"),
        PaperTable("choices", "the five series under all that the paper leaves open", _judge_choices),
    )
}
"""All tables by name."""
