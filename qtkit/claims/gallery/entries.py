"""What the gallery shows of each item: how it stands, and a figure in each reading that has runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING

from qtkit.claims.drawing.parts import name_figure
from qtkit.claims.figures import figure
from qtkit.claims.gallery.drawings import draw_concept, draw_numbers
from qtkit.claims.gallery.sources import Source, find_sources
from qtkit.claims.reproduction import ITEMS, Item, Standing, stand
from qtkit.claims.stored import Folder

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class View:
    """An item in one reading.

    Attributes:
        figure: without its title; None if there are no runs.
        lines: what the figure's title says beside number and caption, or why there is no figure.
        sources: the files of its runs.
    """

    standing: Standing
    figure: go.Figure | None = None
    lines: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """Such as `"fig6-heard"`; without a reading the item's own."""
        item, reading = self.standing.item.name, self.standing.reading
        return f"{item}-{reading.name}" if reading else item

    @property
    def title(self) -> str:
        """Of the reading; empty for what has none."""
        return self.standing.reading.title if self.standing.reading else ""


@dataclass(frozen=True)
class Entry:
    """An item of the gallery: its views, and a drawing as HTML (empty for what is drawn from numbers)."""

    item: Item
    views: tuple[View, ...]
    drawing: str = ""

    @property
    def heading(self) -> str:
        """Number and caption."""
        kind, number = re.fullmatch(r"(fig|table)(\d+)", self.item.name).groups()  # type: ignore[union-attr] # all are
        called = f"Figure {number}" if kind == "fig" else f"Table {'I' * int(number)}"
        return f"{called}. {self.item.title}"


def gather(items: Iterable[Item] = tuple(ITEMS.values()), folder: Folder = None) -> list[Entry]:
    """The entries of some items, in order.

    Arguments:
        folder: of the results, see `qtkit.runs.results.results_folder`.
    """
    return [
        Entry(item, tuple(_view(each, folder) for each in standings), draw_concept(item.name))
        for item, standings in groupby(stand(items, folder), lambda each: each.item)
    ]


def _view(standing: Standing, folder: Folder) -> View:
    item, reading = standing.item, standing.reading
    if reading is None:
        return View(standing, draw_numbers(item.name))
    sources = tuple(find_sources(item, reading, folder))
    try:
        drawn = _draw(standing, folder)
    except (ValueError, FileNotFoundError) as error:
        return View(standing, None, (str(error),), sources)
    lines = _lines(drawn.layout.title.text or "")
    drawn.layout.title.text = None
    own = name_figure(item.figure) if item.figure else ""  # the heading says it
    return View(standing, drawn, tuple(line for line in lines if line != own), sources)


def _draw(standing: Standing, folder: Folder) -> go.Figure:
    """The figure of an item with runs; Table II as a map of its errors.

    Raises:
        ValueError, FileNotFoundError: if there are no runs to show.
    """
    from qtkit.plots.table2 import table2_figure

    if standing.item.figure:
        return figure(standing.item.figure, folder=folder, reading=standing.reading)
    if standing.numbers is None:
        raise ValueError(standing.missing)
    return table2_figure(standing.numbers)


def _lines(title: str) -> list[str]:
    """A figure's title line by line, as plain text; a line that was broken to fit is one again."""
    lines = re.split(r"<br>(?=<sub>)", title)
    return [unescape(re.sub(r"<[^>]+>", "", line.replace("<br>", " "))) for line in lines if line]
