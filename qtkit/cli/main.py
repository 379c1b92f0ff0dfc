"""The command line: `qtkit run`, `qtkit status`, ... Everything here can be had from Python too, see `qtkit.runs`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from qtkit.cli.machine import machine

STORE = click.Option(
    ["--store"],
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of all runs.  [default: the environment's QTKIT_RUNS, or else ./runs]",
)


class Commands(click.Group):
    """A group that tells errors in one line, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line."""
        from qtkit.cli.printing import print_anything

        print_anything()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        from qtkit.runs.store.errors import words
        from qtkit.runs.store.lock import RunInUseError
        from qtkit.tasks.errors import WorkersLostError

        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of a pipe, such as `head`, has enough: click ends quietly
        except (ValueError, OSError, ModuleNotFoundError, RunInUseError, WorkersLostError, FloatingPointError) as error:
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
        from qtkit.tasks.registry import TASKS

        return list(TASKS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a task."""
        from qtkit.tasks.registry import TASKS

        return self._make(TASKS[name]) if name in TASKS else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="qtkit", prog_name="qtkit")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
def main(traceback: bool) -> None:
    """Quantum-Train and differentiable quantum architecture search.

    Every run is stored in a folder of its own, named by its settings and data. It is never computed twice, and
    whatever interrupts it, the same command goes on where it was.

    \b
    Examples:
      qtkit run images --dataset mnist --epochs 20 --seed 0
      qtkit run images --model mapping --source sample
      qtkit sweep table2 --seeds 10
      qtkit status
      qtkit export images --to results/images
      qtkit figure 5
      qtkit table 2
      qtkit table rewards
      qtkit doctor
    """  # noqa: D301 - click wants the character itself


def _run_command(task: Any) -> click.Command:
    from qtkit.runs.options import options_of

    settings_class = task.settings_class
    own = [
        STORE,
        click.Option(
            ["--again"],
            is_flag=True,
            help="Compute anew what is finished or damaged; the earlier result is kept. What is under way goes on.",
        ),
        click.Option(["--wait/--no-wait"], default=True, help="Wait if another process is at this run, or say so."),
        click.Option(
            ["--threads"],
            type=click.IntRange(min=1),
            help="Processor threads for the circuits; they do not change the records.  [default: all cores]",
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
        store: Path | None, again: bool, wait: bool, threads: int | None, checkpoint_seconds: float, **values: Any
    ) -> None:
        import torch
        from rich.console import Console

        from qtkit.cli.display import observer
        from qtkit.runs import run
        from qtkit.runs.stopping import StopOnSignal
        from qtkit.simulation.threads import set_num_threads

        settings = settings_class(**values)
        torch.set_num_threads(1)  # the networks are small; and so every machine and sweep gives the same bits
        set_num_threads(threads)
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
                    command=_command(),
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


@main.command(params=[STORE], context_settings={"show_default": True})
@click.argument("plan")
@click.option("--seeds", type=click.IntRange(min=1), default=1, help="How many seeds, from --first-seed on.")
@click.option("--first-seed", type=click.IntRange(min=0), default=0)
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Another setting in all runs: epochs=3.")
@click.option("--workers", type=click.IntRange(min=1), help="Local processes, one thread each.  [default: the cores]")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler instead, such as tcp://host:8786.")
@click.option("--worker-folder", help="A folder shared by the Dask workers, for checkpoints of runs under way.")
@click.option("--checkpoint-seconds", type=click.FloatRange(min=0), default=10.0)
@click.option("--list", "only_list", is_flag=True, help="Only say which runs there are and which are left.")
def sweep(
    plan: str,
    seeds: int,
    first_seed: int,
    changes: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    worker_folder: str | None,
    checkpoint_seconds: float,
    only_list: bool,
    store: Path | None,
) -> None:
    """Compute all runs of a PLAN, in parallel; what is finished is not computed again.

    \b
    Plans:
      table2            Table II and Figures 8-12: 13 models on 5 series
      images            Figures 5-7: 13 models, the mapping alone and the network itself on 3 pairs
      controls          Notebook 04: circuits trained, kept as they start, or left out, on MNIST 1/5
      gridworld         Figures 13-14: 13 models and the networks themselves in 2 environments
      gridworld-mended  Beside Figures 13-14: agents whose hidden units stay awake

    \b
    Examples:
      qtkit sweep table2 --seeds 10
      qtkit sweep table2 --seeds 10 --list
      qtkit sweep images --seeds 5 --set epochs=20 --workers 2
      qtkit sweep table2 --seeds 100 --scheduler tcp://192.0.2.7:8786
    """  # noqa: D301
    from rich.console import Console

    from qtkit.cli.display import sweep_observer
    from qtkit.runs import Store
    from qtkit.runs.status import duration
    from qtkit.runs.stopping import StopOnSignal
    from qtkit.runs.sweeps.plans import PLANS
    from qtkit.runs.sweeps.sweeping import sweep as sweep_runs

    if plan not in PLANS:
        raise click.ClickException(f"there is no plan {plan!r}; there are {', '.join(PLANS)}")
    settings = PLANS[plan].runs(range(first_seed, first_seed + seeds), changes)
    where = Store(store)
    if only_list:
        _list([where.run(each) for each in settings], settings)
        return
    by: Any = workers
    if scheduler:
        from qtkit.runs.sweeps.dask_workers import DaskWorkers

        by = DaskWorkers(scheduler, folder=worker_folder, checkpoint_seconds=checkpoint_seconds, command=_command())
    watch = sweep_observer(Console(soft_wrap=True))
    with StopOnSignal() as stop:
        try:
            result = sweep_runs(
                settings,
                store=where,
                workers=by,
                observer=watch,
                stop=stop,
                checkpoint_seconds=checkpoint_seconds,
                command=_command(),
            )
        finally:
            watch.close()
    words = f"{len(result.finished)} of {len(set(settings))} runs finished, {result.computed} of them now, "
    click.echo(words + f"in {duration(result.seconds)}")
    if result.left:
        click.echo(f"{len(result.left)} left; the same command goes on from there")
    for run, error in result.failed.items():
        click.echo(f"failed: {run.path}: {error}", err=True)
    if stop.received:
        raise SystemExit(128 + stop.received)
    if result.failed:
        raise SystemExit(1)


def _list(runs: list[Any], settings: list[Any]) -> None:
    """The runs of a plan and their states."""
    import collections

    from qtkit.names import model_label
    from qtkit.tasks.registry import task_of

    for run, each in zip(runs, settings, strict=True):
        name = f"{task_of(each).experiment_of(each)}  {model_label(each)}  seed {each.seed}"
        click.echo(f"{run.state:10}  {run.key}  {name}")
    states = collections.Counter(run.state for run in runs)
    click.echo(f"{len(runs)} runs: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))


@main.command(params=[STORE])
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


@main.command(params=[STORE])
@click.argument("task")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Such as results/images."
)
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="NAME=VALUE",
    help="Only runs with this setting, such as --where epochs=20; can be given several times.",
)
@click.option("--official/--any-data", default=True, show_default=True, help="Only runs on the official data, or all.")
def export(task: str, folder: Path, conditions: tuple[str, ...], official: bool, store: Path | None) -> None:
    """Write finished runs as small tables to ship, one an experiment, each with its provenance.

    Of gridworld: a row every 100 episodes, exact summaries, and 1,000 episodes of each run's last policy.

    Runs that are in the tables already stay there. Load them with qtkit.runs.results.load.
    """
    from qtkit.runs import Store, results
    from qtkit.runs.status import matcher
    from qtkit.tasks.registry import task_named

    matches, passed = matcher(conditions, task_named(task).settings_class), []

    def keep(settings: Any, facts: Any) -> bool:
        if not matches(settings):
            return False
        passed.append(official and not facts["describe"].get("official", True))
        return not passed[-1]

    runs = [run for run in Store(store) if run.path.parent.name == task]
    counts = results.export(runs, folder, keep=keep, command=_command())
    for experiment, count in counts.items():
        click.echo(f"{folder / experiment}.parquet: {count} run{'s' if count != 1 else ''}")
    if any(passed):
        click.echo(f"{sum(passed)} on other than the official data left out; --any-data takes them too")
    if not counts:
        raise click.ClickException(f"no finished run of {task!r} in {Store(store).root} to export")


RESULTS = click.Option(
    ["--results"],
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of stored results.  [default: the environment's QTKIT_RESULTS, or else ./results]",
)


@main.command(params=[RESULTS], context_settings={"show_default": True})
@click.argument("number", type=int)
@click.option(
    "--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="The page to write.  [figure-N.html]"
)
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Whose predictions Figures 8 to 12 show.")
@click.option("--controls", is_flag=True, help="Figures 5 to 7, 13, 14: the networks themselves too.")
@click.option("--mended", is_flag=True, help="Figures 13 and 14 of agents whose hidden units stay awake.")
def figure(number: int, path: Path | None, seed: int, controls: bool, mended: bool, results: Path | None) -> None:
    """Draw Figure NUMBER of the paper, 5 to 14, from stored results: a page for a browser, needing no network."""
    from qtkit.claims.figures import figure as draw
    from qtkit.files import write_text

    path = path or Path(f"figure-{number}.html")
    drawn = draw(number, folder=results, seed=seed, controls=controls, mended=mended)
    write_text(path, drawn.to_html(include_plotlyjs=True))
    click.echo(f"{path} ({path.stat().st_size / 1e6:.1f} MB)")


@main.command(params=[RESULTS])
@click.argument("which", type=click.Choice(["2", "accuracies", "rewards"]), default="2")
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write it as CSV.")
def table(which: str, path: Path | None, results: Path | None) -> None:
    """Show results over all stored seeds, and a verdict on each claim the paper draws from them.

    \b
    2           Table II beside the paper's own numbers and rulers: forecasters with five numbers or fewer
    accuracies  what Figures 5 to 7 end with, and how steadily it came
    rewards     what Figures 13 and 14 end with, the last policies, random actions and the shortest path
    """  # noqa: D301
    from qtkit.claims.figures import table as compute
    from qtkit.files import write_text

    summary, claims = compute(int(which) if which.isdigit() else which, folder=results)
    if path:
        write_text(path, summary.to_csv(index=False))
        click.echo(f"{path}: {len(summary)} rows")
        return
    if which == "2":
        formats: dict[str, Any] = dict.fromkeys(("median", "low", "high", "paper", "normalised"), "{:.2g}".format)
    elif which == "accuracies":
        measured = ("test_accuracy", "low", "high", "train_accuracy", "test_loss", "peak", "first", "falls")
        formats = dict.fromkeys(measured, "{:.3f}".format)
    else:
        formats = dict.fromkeys(("reward", "low", "high", "std", "greedy", "sampled"), "{:.3f}".format)
        formats |= dict.fromkeys(("greedy_steps", "sampled_steps"), "{:.1f}".format)
        formats |= {"episodes_to_0.9": "{:,.0f}".format}
    counts = summary.select_dtypes("Int64").columns  # as floats, for which na_rep is heeded
    formats |= dict.fromkeys(counts, "{:.0f}".format)
    shown = summary.astype(dict.fromkeys(counts, float))
    click.echo(shown.to_string(index=False, formatters=formats, na_rep="-"))
    if which == "2":
        click.echo("normalised: the median over the variance of the test targets; their own mean would get 1")
    click.echo()
    for claim in claims:
        click.echo(f"{claim.verdict:>16}: {claim.text} ({claim.evidence})")


@main.command()
def doctor() -> None:
    """Say what qtkit finds on this machine, what will not work here, and how to mend it."""
    from qtkit.cli.doctor import doctor as look

    report = look()
    click.echo(str(report))
    raise SystemExit(1 if report.problems else 0)


main.add_command(machine)


def _command() -> str:
    return shlex.join(["qtkit", *sys.argv[1:]])


if __name__ == "__main__":
    main()
