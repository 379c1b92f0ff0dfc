"""`qtkit run`: compute one run of a task, or go on with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qtkit.cli.common import CHECKPOINTS, FOLDER, STORE, command_line

if TYPE_CHECKING:
    from qtkit.runs import Observer
    from qtkit.tasks.protocols import Settings
    from qtkit.tasks.registry import TaskEntry

OWN = (
    STORE,
    click.Option(
        ["--again"],
        is_flag=True,
        help="Compute anew what is finished or damaged; the earlier result is kept. What is under way goes on.",
    ),
    click.Option(
        ["--set", "changes"],
        multiple=True,
        metavar="NAME=VALUE",
        help="A setting as qtkit sweep takes it, such as --set epochs=3; it wins over the setting's own option; can be "
        "given several times.",
    ),
    click.Option(["--wait/--no-wait"], default=True, help="Wait if another process is at this run, or say so."),
    click.Option(
        ["--tensorboard"],
        type=FOLDER,
        help="A folder for TensorBoard's event files, if it is installed.",
    ),
    click.Option(["--mlflow"], metavar="EXPERIMENT", help="An experiment of MLflow's, if it is installed."),
    click.Option(
        ["--threads"],
        type=click.IntRange(min=1),
        help="Processor threads for the circuits; they do not change the records.  [default: all cores]",
    ),
    CHECKPOINTS,
)
"""The options of every task, before those of its settings."""


class TaskCommands(click.Group):
    """One command a task, its options made from the task's settings."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The tasks."""
        from qtkit.tasks.registry import TASKS

        return list(TASKS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The task's command; for what is none, an error that says which there are."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args[0].startswith("-"):
                raise
            tasks = ", ".join(self.list_commands(ctx))
            told = f"{error.message.rstrip('.')}: there are {tasks}, and own ones such as my_file.py:task."
            raise click.UsageError(told, ctx) from error

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a task; of one's own, such as my_file.py:task, too."""
        from qtkit.tasks.registry import TASKS

        if ":" in name:
            return own_command(name)
        return task_command(TASKS[name]) if name in TASKS else None


run = TaskCommands(
    "run",
    subcommand_metavar="TASK [OPTIONS]",
    short_help="Compute one run, or go on with it.",
    help="Compute one run, or go on with it; what is finished is only found.\n\nA task or an agent of one's own is "
    "named by the file it is written in, or the module: qtkit run my_file.py:task --model diffqas.",
)


def own_command(place: str) -> click.Command:
    """The command that computes a run of the task, or with the agent, of one's own at such a place."""
    from qtkit.tasks.agents.places import is_agent
    from qtkit.tasks.registry import TASKS

    return task_command(TASKS["agents" if is_agent(place) else "own"], place)


def task_command(task: TaskEntry, place: str | None = None) -> click.Command:
    """The command that computes a run of `task`, of one's own at `place`."""
    from qtkit.cli.options import options_of

    def callback(
        store: Path | None,
        again: bool,
        changes: tuple[str, ...],
        wait: bool,
        tensorboard: Path | None,
        mlflow: str | None,
        threads: int | None,
        checkpoint_seconds: float,
        **values: Any,
    ) -> None:
        from qtkit.runs import MLflowObserver, TensorBoardObserver

        settings = _read_settings(task, place, values, changes)
        watching: list[Observer] = [TensorBoardObserver(tensorboard)] if tensorboard else []
        watching += [MLflowObserver(mlflow)] if mlflow else []
        how = {"store": store, "again": again, "wait": wait, "checkpoint_seconds": checkpoint_seconds}
        _compute(settings, watching, threads, how)

    options = options_of(task.settings_class)
    if place is not None:
        options = [option for option in options if option.name not in ("task", "agent", "file")]
    return click.Command(
        place or task.name,
        params=[*OWN, *options],
        callback=callback,
        short_help=f"{task.title[0].upper()}{task.title[1:]}.",
        help=f"Compute one run: {task.title}.\n\nA list is given as 1,5 or 2,5,8-11.",
    )


def _read_settings(task: TaskEntry, place: str | None, values: dict[str, Any], changes: tuple[str, ...]) -> Settings:
    """The settings from the options' values, those of --set over them.

    Raises:
        ValueError: for settings that are not possible.
    """
    from qtkit.runs.options import read_values
    from qtkit.runs.sweeps.plan import with_changes

    if place is not None:
        from qtkit.tasks.own.places import read_place

        name, file = read_place(place)
        values |= {"agent" if task.name == "agents" else "task": name, "file": file}
    return with_changes(task.settings_class(), values | dict(read_values(task.settings_class, changes)))


def _compute(settings: Settings, watching: Sequence[Observer], threads: int | None, how: Mapping[str, Any]) -> None:
    """Compute a run and show how it goes; ends the command if it is stopped.

    Arguments:
        watching: who is told besides.
        threads: see `set_num_threads`.
        how: further arguments of `qtkit.runs.run`.
    """
    import torch
    from rich.console import Console

    from qtkit.cli.display import run_observer
    from qtkit.runs import Observers
    from qtkit.runs import run as compute
    from qtkit.runs.stopping import StopOnSignal
    from qtkit.simulation.threads import set_num_threads

    torch.set_num_threads(1)  # the networks are small; and so every machine and sweep gives the same bits
    set_num_threads(threads)
    with StopOnSignal() as stop:
        try:
            with run_observer(Console(soft_wrap=True)) as observer:
                told = Observers(observer, *watching)
                compute(settings, observer=told, stop=stop, command=command_line(), **how)
        except KeyboardInterrupt:
            click.echo("interrupted; the same command goes on from the last checkpoint", err=True)
            stop.received = stop.received or 2
    if stop.received:
        raise SystemExit(128 + stop.received)
