"""`qtkit sweep`: compute all runs of a plan, in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qtkit.cli.common import CHECKPOINTS, FOLDER, READING, STORE, ListingCommand, command_line, in_parallel
from qtkit.names import counted

if TYPE_CHECKING:
    from qtkit.runs import Store, StoredRun
    from qtkit.runs.sweeps.jobs import Workers
    from qtkit.tasks.protocols import Settings


def _plans() -> list[tuple[str, str]]:
    from qtkit.runs.sweeps.plans import PLANS

    return [(plan.name, plan.title) for plan in PLANS.values()]


@click.command(
    cls=ListingCommand,
    heading="Plans",
    listed=_plans,
    params=[READING, STORE, CHECKPOINTS],
    context_settings={"show_default": True},
    short_help="Compute all runs of a plan, in parallel.",
)
@click.argument("plan")
@click.option("--seeds", type=click.IntRange(min=1), default=1, help="How many seeds, from --first-seed on.")
@click.option("--first-seed", type=click.IntRange(min=0), default=0, help="The first of them.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting of all runs, such as --set epochs=3; can be given several times. With --set candidates=5,2 a plan "
    "of a search and its circuits has these.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="Only runs of this task or experiment, such as series or mnist-1-5; can be given several times.",
)
@in_parallel
@click.option("--distinct", is_flag=True, help="Leave out circuits that equal another one, whatever their angles.")
@click.option(
    "--rivals", is_flag=True, help="Beside each search, models without a circuit that train as many numbers as it."
)
@click.option(
    "--not-in",
    "elsewhere",
    type=FOLDER,
    multiple=True,
    help="Leave out runs that the tables in this folder have, such as results/images; can be given several times.",
)
@click.option("--list", "only_list", is_flag=True, help="Only say which runs there are and which are left.")
def sweep(
    plan: str,
    seeds: int,
    first_seed: int,
    changes: tuple[str, ...],
    only: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    worker_folder: str | None,
    checkpoint_seconds: float,
    distinct: bool,
    rivals: bool,
    elsewhere: tuple[Path, ...],
    only_list: bool,
    reading: str | None,
    store: Path | None,
) -> None:
    """Compute all runs of a PLAN, in parallel; what is finished is not computed again.

    A task of one's own, such as my_file.py:task, is a plan, too: the search, its circuits alone, the mapping alone and
    the network itself.

    \b
    Examples:
      qtkit sweep table2 --seeds 10
      qtkit sweep table2 --seeds 10 --list
      qtkit sweep rates --seeds 6 --only series
      qtkit sweep images --seeds 5 --set epochs=20 --workers 2
      qtkit sweep images --reading heard --seeds 6 --distinct
      qtkit sweep gridworld --reading seeing-heard --seeds 6
      qtkit sweep gridworld --seeds 6 --distinct --not-in results/gridworld
      qtkit sweep table2 --seeds 100 --scheduler tcp://192.0.2.7:8786
      qtkit sweep my_file.py:task --seeds 6 --rivals
    """  # noqa: D301
    from qtkit.runs import Store
    from qtkit.runs.sweeps.paper_plans import rivals_of
    from qtkit.runs.sweeps.plans import plan_named

    settings = plan_named(plan).runs(range(first_seed, first_seed + seeds), changes, reading)
    if only:
        settings = _keep_only(settings, only)
    if rivals:
        settings += rivals_of(settings)
    if distinct:
        from qtkit.runs.sweeps.distinct import leave_out_equals

        settings = leave_out_equals(settings)
    where = Store(store)
    if elsewhere:
        settings = _leave_out_shipped(settings, where, elsewhere)
    if only_list:
        list_runs([where.run(each) for each in settings], settings)
        return
    compute(settings, where, workers, scheduler, worker_folder, checkpoint_seconds)


def _keep_only(settings: Sequence[Settings], names: Sequence[str]) -> list[Settings]:
    """The runs of these tasks and experiments.

    Raises:
        click.UsageError: for a name that is of none of them.
    """
    from qtkit.tasks.registry import task_of

    found = [(each, {task_of(each).name, task_of(each).experiment_of(each)}) for each in settings]
    there = dict.fromkeys(name for _, of in found for name in sorted(of))
    for name in names:
        if name not in there:
            raise click.UsageError(f"--only {name} is of no run of this plan; it has {', '.join(there)}")
    return [each for each, of in found if of & set(names)]


def _leave_out_shipped(settings: Sequence[Settings], store: Store, folders: Sequence[Path]) -> list[Settings]:
    """The runs that none of these folders of tables has; how many it has is told."""
    from qtkit.runs.results import stored_keys

    there = {key for folder in folders for key in stored_keys(folder)}
    left = [each for each in settings if store.run(each).key not in there]
    click.echo(f"{counted(len(settings) - len(left), 'run')} left out, in {', '.join(map(str, folders))} already")
    return left


def compute(
    settings: Sequence[Settings],
    store: Store,
    workers: int | None = None,
    scheduler: str | None = None,
    worker_folder: str | None = None,
    checkpoint_seconds: float = 10.0,
) -> None:
    """Compute runs in parallel, tell how it goes and what came of it; ends the command if any is left or failed.

    Raises:
        click.UsageError: for workers of both kinds, or a folder of Dask's workers without them.
    """
    if scheduler and workers:
        raise click.UsageError(f"--workers {workers} are processes here, --scheduler {scheduler} has its own: give one")
    if worker_folder and not scheduler:
        raise click.UsageError(
            f"--worker-folder {worker_folder} is for the workers of a --scheduler, and none is given"
        )
    from rich.console import Console

    from qtkit.cli.display import sweep_observer
    from qtkit.runs.status import format_duration, name_settings
    from qtkit.runs.stopping import StopOnSignal
    from qtkit.runs.sweeps.sweeping import sweep as sweep_runs

    by: Workers | int | None = workers
    if scheduler:
        from qtkit.runs.sweeps.dask_workers import DaskWorkers

        by = DaskWorkers(scheduler, folder=worker_folder, checkpoint_seconds=checkpoint_seconds, command=command_line())
    with StopOnSignal() as stop, sweep_observer(Console(soft_wrap=True)) as observer:
        result = sweep_runs(
            settings,
            store=store,
            workers=by,
            observer=observer,
            stop=stop,
            checkpoint_seconds=checkpoint_seconds,
            command=command_line(),
        )
    words = f"{len(result.finished)} of {len(set(settings))} runs finished, {result.computed} of them now, "
    click.echo(words + f"in {format_duration(result.seconds)}")
    if result.left:
        click.echo(f"{len(result.left)} left; the same command goes on from there")
    for run, error in result.failed.items():
        click.echo(f"failed: {name_settings(observer.settings[run])} ({run.path}): {error}", err=True)
    if stop.received:
        raise SystemExit(128 + stop.received)
    if result.failed:
        raise SystemExit(1)


def list_runs(runs: Sequence[StoredRun], settings: Sequence[Settings]) -> None:
    """Print the runs of a plan and their states."""
    import collections

    from rich.console import Console
    from rich.text import Text

    from qtkit.cli.terminal import make_table, print_table
    from qtkit.names import model_label, unusual
    from qtkit.tasks.registry import task_of

    table = make_table()
    for run, each in zip(runs, settings, strict=True):
        task = task_of(each)
        words = unusual(each, {*task.aside, *task.silent, *task.experiment})
        cells = (run.state, run.key, task.experiment_of(each), model_label(each), f"seed {each.seed}", words)
        table.add_row(*map(Text, cells))
    print_table(Console(), table, whole_rows=True)
    states = collections.Counter(run.state for run in runs)
    parts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    click.echo(": ".join(filter(None, (counted(len(runs), "run"), parts))))
