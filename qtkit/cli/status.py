"""`qtkit status`: how far all runs are. `qtkit doctor`: what works on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from qtkit.cli.common import STORE


@click.command(params=[STORE])
@click.argument("tasks", nargs=-1)
def status(tasks: tuple[str, ...], store: Path | None) -> None:
    """Show all runs: what is finished, running, left, and how long it takes.

    TASKS are such as images; by default all.
    """
    from qtkit.runs import Store
    from qtkit.runs.status import rows, totals
    from qtkit.tasks.registry import task_named

    for name in tasks:
        task_named(name)
    where = Store(store)
    found = [row for row in rows(where) if not tasks or row.task in tasks]
    if not found:
        click.echo(f"no runs in {where.root}")
        return
    columns = ["task", "experiment", "model", "seed", "state", "done", "left", "unusual settings", "run"]
    table = [columns, *([*row.cells()] for row in found)]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    click.echo(totals(found))


@click.command()
def doctor() -> None:
    """Say what qtkit finds on this machine, what will not work here, and how to mend it."""
    from qtkit.cli.doctor import doctor as look

    report = look()
    click.echo(str(report))
    raise SystemExit(1 if report.problems else 0)
