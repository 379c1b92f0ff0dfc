"""The command line: `qtkit run`, `qtkit status`, ... Everything here can be had from Python too, see `qtkit.runs`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

STORE = click.Option(
    ["--store"],
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of all runs.  [default: the environment's QTKIT_RUNS, or else ./runs]",
)


class Commands(click.Group):
    """A group that tells errors in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        from qtkit.runs.errors import words
        from qtkit.runs.lock import RunInUseError

        try:
            return super().invoke(ctx)
        except (ValueError, OSError, RunInUseError, FloatingPointError) as error:
            if ctx.find_root().params.get("traceback"):
                raise
            raise click.ClickException(words(error)) from error


class TaskCommands(click.Group):
    """One command a task, its options made from the task's settings."""

    def __init__(self, *args: Any, make: Callable[..., click.Command], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._make = make

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The tasks."""
        from qtkit.runs.tasks import TASKS

        return list(TASKS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a task."""
        from qtkit.runs.tasks import TASKS

        return self._make(TASKS[name]) if name in TASKS else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="qtkit", prog_name="qtkit")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
def main(traceback: bool) -> None:
    r"""Quantum-Train and differentiable quantum architecture search.

    Every run is stored in a folder of its own, named by its settings and data. It is never computed twice, and
    whatever interrupts it, the same command goes on where it was.

    \b
    Examples:
      qtkit run images --dataset mnist --epochs 20 --seed 0
      qtkit run images --model mapping --source sample
      qtkit status
    """


def _run_command(task: Any) -> click.Command:
    from qtkit.runs.options import options_of

    settings_class = task.settings_class
    own = [
        STORE,
        click.Option(["--again"], is_flag=True, help="Compute anew what is finished; the earlier result is kept."),
        click.Option(["--wait/--no-wait"], default=True, help="Wait if another process is at this run, or say so."),
        click.Option(
            ["--threads"],
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            help="Processor threads. Their number can change the last bits of the records.",
        ),
        click.Option(
            ["--checkpoint-seconds"],
            type=click.FloatRange(min=0),
            default=10.0,
            show_default=True,
            help="How often to write a checkpoint: that much is lost at most.",
        ),
    ]

    def callback(
        store: Path | None, again: bool, wait: bool, threads: int, checkpoint_seconds: float, **values: Any
    ) -> None:
        import torch
        from rich.console import Console

        from qtkit.runs import run
        from qtkit.runs.display import observer
        from qtkit.runs.stopping import StopOnSignal

        settings = settings_class(**values)
        torch.set_num_threads(threads)
        watch = observer(Console(soft_wrap=True))
        with StopOnSignal() as stop:
            try:
                run(
                    settings,
                    store=store,
                    again=again,
                    wait=wait,
                    checkpoint_seconds=checkpoint_seconds,
                    observer=watch,
                    stop=stop,
                    command=shlex.join(["qtkit", *sys.argv[1:]]),
                )
            except KeyboardInterrupt:
                click.echo("interrupted; the same command goes on from the last checkpoint", err=True)
                stop.received = stop.received or 2
            finally:
                watch.close()
        if stop.received:
            raise SystemExit(128 + stop.received)

    return click.Command(
        task.name,
        params=[*own, *options_of(settings_class)],
        callback=callback,
        short_help=f"Compute one run: {task.title}.",
        help=f"Compute one run: {task.title}.\n\nA list is given as 1,5 or 2,5,8-11.",
    )


main.add_command(
    TaskCommands(
        "run",
        make=_run_command,
        short_help="Compute one run, or go on with it.",
        help="Compute one run, or go on with it; what is finished is only found.",
    )
)


if __name__ == "__main__":
    main()
