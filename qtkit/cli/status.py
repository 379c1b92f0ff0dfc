"""`qtkit status`: how far all runs are. `qtkit doctor`: what works on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qtkit.cli.common import STORE, Command

if TYPE_CHECKING:
    from rich.table import Table

    from qtkit.runs.status import Row

STYLES = {"finished": "green", "running": "cyan", "damaged": "bold red"}
"""States that are seen at a glance on a terminal."""


@click.command(params=[STORE], short_help="Show all runs: what is finished, running and left.")
@click.argument("tasks", nargs=-1)
def status(tasks: tuple[str, ...], store: Path | None) -> None:
    """Show all runs: what is finished, running, left, and how long it takes.

    TASKS are those of qtkit run, such as images; by default all.
    """
    from rich.console import Console

    from qtkit.cli.terminal import print_table
    from qtkit.runs import Store
    from qtkit.runs.status import describe_totals, read_rows
    from qtkit.tasks.registry import task_named

    for name in tasks:
        task_named(name)
    where = Store(store)
    found = [row for row in read_rows(where) if not tasks or row.task in tasks]
    if not found:
        click.echo(f"no runs in {where.root}")
        return
    print_table(Console(), status_table(found))
    click.echo(describe_totals(found))


def status_table(rows: Iterable[Row]) -> Table:
    """A line a run; where the terminal is narrow, the settings take several."""
    from rich.table import Column
    from rich.text import Text

    from qtkit.cli.terminal import make_table

    lines = [columns_of(row) for row in rows]
    titles = lines[0] if lines else ()
    table = make_table(*(Column(title, no_wrap=title != "unusual settings", overflow="fold") for title in titles))
    for line in lines:
        styles = {"state": STYLES.get(line["state"], "")}
        table.add_row(*(Text(cell, style=styles.get(title, "")) for title, cell in line.items()))
    return table


def columns_of(row: Row) -> dict[str, str]:
    """A run in words, by the titles of the columns."""
    from qtkit.runs.status import format_duration

    progress, left = row.progress, ""
    if progress and progress.seconds_left is not None:
        finished = row.state == "finished"
        left = f"took {format_duration(progress.seconds)}" if finished else format_duration(progress.seconds_left)
    return {
        "task": row.task,
        "experiment": row.experiment,
        "model": row.model,
        "seed": "" if row.seed is None else str(row.seed),
        "state": row.state,
        "done": f"{progress.done:,} of {progress.total:,}" if progress else "",
        "left": left,
        "unusual settings": row.words,
        "run": row.key,
    }


@click.command(cls=Command, short_help="Say what works on this machine, and how to mend what does not.")
def doctor() -> None:
    """Say what qtkit finds on this machine, what will not work here, and how to mend it."""
    from qtkit.cli.doctor import doctor as look

    report = look()
    click.echo(str(report))
    raise SystemExit(1 if report.problems else 0)
