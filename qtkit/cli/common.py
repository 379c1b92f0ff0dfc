"""What commands share: options, errors told in one line, and the command's own words."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qtkit.tasks.readings import BOTH, READINGS

if TYPE_CHECKING:
    import plotly.graph_objects as go

Function = TypeVar("Function", bound=Callable[..., Any])

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
ANYWHERE = click.Path(path_type=Path)
"""What options take: a file, a folder, either; none needs to be there."""

STORE = click.Option(
    ["--store"],
    type=FOLDER,
    help="Folder of all runs.  [default: the environment's QTKIT_RUNS, or else ./runs]",
)

RESULTS = click.Option(
    ["--results"],
    type=FOLDER,
    help="Folder of stored results.  [default: the environment's QTKIT_RESULTS, or else ./results]",
)

WHERE = click.Option(
    ["--where", "conditions"],
    multiple=True,
    metavar="NAME=VALUE",
    help="Only runs with this setting, such as --where epochs=20; can be given several times.",
)

_OF_ALL, _OF_AGENTS = [one.name for one in BOTH], [name for name in READINGS if READINGS[name] not in BOTH]

WHICH_READING = f"Of equation 4: {', '.join(_OF_ALL)}; of agents {' and '.join(_OF_AGENTS)} too"
"""How the help of options names all readings."""

READING = click.Option(["--reading"], metavar="NAME", help=f"{WHICH_READING}.")

OFFICIAL = click.Option(
    ["--official/--any-data"],
    default=True,
    show_default=True,
    help="Only runs on the official data, or all.",
)


CHECKPOINTS = click.Option(
    ["--checkpoint-seconds"],
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    help="How often to write a checkpoint: that much is lost at most.",
)


def in_parallel(command: Function) -> Function:
    """The options of a command that computes many runs: by whom."""
    by = (
        click.option(
            "--workers", type=click.IntRange(min=1), help="Local processes, one thread each.  [default: the cores]"
        ),
        click.option(
            "--scheduler", metavar="ADDRESS", help="Workers of this Dask scheduler instead, such as tcp://host:8786."
        ),
        click.option(
            "--worker-folder",
            metavar="DIRECTORY",
            help="With --scheduler: a folder that the workers share, for checkpoints of runs under way.",
        ),
    )
    for option in reversed(by):
        command = option(command)
    return command


class Command(click.Command):
    """A command that tells errors in one line, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line."""
        from qtkit.cli.printing import print_anything

        print_anything()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise  # click's own ways to end
        except BrokenPipeError:
            raise  # the reader of a pipe, such as `head`, has enough: click ends quietly
        except Exception as error:
            if ctx.find_root().params.get("traceback") or not _is_expected(error):
                raise
            from qtkit.runs.store.errors import describe_error

            raise click.ClickException(describe_error(error)) from error


class Commands(Command, click.Group):
    """A group of commands that tells their errors in one line."""


class ListingCommand(click.Command):
    """A command whose help ends with a list.

    Arguments:
        heading: of the list.
        listed: gives names, and what each is; asked when the help is shown.
    """

    def __init__(
        self, *args: Any, heading: str, listed: Callable[[], Iterable[tuple[str, str]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.heading, self.listed = heading, listed

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does, then the list."""
        super().format_help_text(ctx, formatter)
        with formatter.section(self.heading):
            formatter.write_dl(list(self.listed()))


def write_figure(path: Path, figure: go.Figure) -> None:
    """Write a figure as a page that needs no network, and say where it is and how large."""
    from qtkit.files import write_text

    write_text(path, figure.to_html(include_plotlyjs=True))
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


def command_line() -> str:
    """How this command was started, as one would type it."""
    return shlex.join(["qtkit", *sys.argv[1:]])


def _is_expected(error: Exception) -> bool:
    """Whether its message is for the person at the keyboard; anything else is a fault of the program."""
    if isinstance(error, (ValueError, OSError, ModuleNotFoundError, FloatingPointError)):
        return True
    from qtkit.runs.store.lock import RunInUseError
    from qtkit.tasks.gridworld.a3c.errors import WorkersLostError

    return isinstance(error, (RunInUseError, WorkersLostError))
