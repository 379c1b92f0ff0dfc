"""What is shown on a terminal: lines, a bar, a table; in a pipe, plain lines of any width."""

from __future__ import annotations

import io
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column, Table


class Terminal:
    """Speaks on a console; `with` gives the console back at the end, also after an error."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, text: str) -> None:
        """Print, without colours and line breaks of rich's own."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def close(self) -> None:
        """Give the console back: stop what moves on it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def progress_bar(console: Console, *, time_left: bool = False) -> Progress:
    """A bar that counts what its task's field `what` says, and ends with words."""
    counted = TextColumn("{task.completed:,.0f} of {task.total:,.0f} {task.fields[what]}")
    columns: list[ProgressColumn] = [BarColumn(30), counted, TimeElapsedColumn()]
    columns += [TextColumn("· left"), TimeRemainingColumn()] if time_left else []
    return Progress(*columns, TextColumn("{task.description}"), console=console, transient=True, refresh_per_second=5)


def make_table(*titles: str | Column) -> Table:
    """An empty table without lines, of these columns, or of as many without a title as its rows have."""
    return Table(*titles, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=bool(titles))


def print_table(console: Console, table: Table, *, whole_rows: bool = False) -> None:
    """On a terminal as wide as it is, or with `whole_rows` for what is copied; in a pipe, a row a line, no colours."""
    if not table.row_count:
        return
    if console.is_terminal and not whole_rows:
        console.print(table)
        return
    text = io.StringIO()
    Console(file=text, width=1_000_000, color_system=None).print(table)  # which takes no more than it needs
    for line in text.getvalue().splitlines():
        click.echo(line.rstrip(), file=console.file)
