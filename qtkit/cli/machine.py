"""`qtkit machine`: trained networks whose circuits are read on imperfect machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qtkit.cli.common import FOLDER, OFFICIAL, STORE, WHERE, command_line
from qtkit.names import counted

if TYPE_CHECKING:
    from qtkit.runs.store.shapes import FactsShape
    from qtkit.tasks.protocols import Settings


@click.command(params=[STORE, WHERE, OFFICIAL], short_help="Read trained circuits on imperfect machines.")
@click.argument("task", type=click.Choice(["images", "series"]))
@click.option("--to", "folder", type=FOLDER, required=True, help="The folder of the tables, such as results/machine.")
def machine(task: str, store: Path | None, folder: Path, conditions: tuple[str, ...], official: bool) -> None:
    """Read the circuits of finished runs with shots, faulty gates and faulty readout, and test what comes of it.

    A row a run and machine goes to EXPERIMENT.parquet in the folder of --to; runs that are in the tables already stay
    there. Load them with qtkit.runs.results.load("machine").
    """
    from qtkit.runs import Store
    from qtkit.runs.robustness import study_runs
    from qtkit.runs.status import make_matcher
    from qtkit.tasks.registry import task_named

    matches = make_matcher(conditions, task_named(task).settings_class)

    def keep(settings: Settings, facts: FactsShape) -> bool:
        return matches(settings) and (not official or facts["describe"].get("official", True))

    runs = [run for run in Store(store) if run.path.parent.name == task]
    counts = study_runs(runs, folder, keep=keep, command=command_line(), tell=click.echo)
    for experiment, count in counts.items():
        click.echo(f"{experiment}: {counted(count, 'run')} in the table")
    if not counts:
        raise click.ClickException(f"no finished run of {task!r} with circuits in {Store(store).root} to read")
