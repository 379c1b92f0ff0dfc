"""`qtkit export`, `figure`, `table`: finished runs as small tables, and what the paper shows made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qtkit.claims.tables import TABLES
from qtkit.cli.common import (
    FILE,
    FOLDER,
    OFFICIAL,
    READING,
    RESULTS,
    STORE,
    WHERE,
    WHICH_READING,
    ListingCommand,
    command_line,
    write_figure,
)
from qtkit.names import counted

if TYPE_CHECKING:
    from qtkit.runs.store.shapes import FactsShape
    from qtkit.tasks.protocols import Settings


@click.command(params=[STORE, WHERE, READING, OFFICIAL], short_help="Write finished runs as small tables to ship.")
@click.argument("task")
@click.option("--to", "folder", type=FOLDER, required=True, help="The folder of the tables, such as results/images.")
@click.option("--plan", metavar="PLAN", help="Only runs of this plan, of any seed; see qtkit sweep.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=1,
    help="Only rows of each EVERY-th epoch, and of the last tenth: for many runs, whose ends count.",
)
@click.option(
    "--not-in",
    "elsewhere",
    type=FOLDER,
    multiple=True,
    help="Leave out runs that the tables in this folder have; can be given several times.",
)
def export(
    task: str,
    folder: Path,
    plan: str | None,
    every: int,
    elsewhere: tuple[Path, ...],
    conditions: tuple[str, ...],
    reading: str | None,
    official: bool,
    store: Path | None,
) -> None:
    """Write finished runs as small tables to ship, one an experiment, each with its provenance.

    Of gridworld: a row every 100 episodes, exact summaries, and 1,000 episodes of each run's last policy; of agents up
    to 500 rows, and 100 episodes.

    TASK is one of qtkit run. Runs that are in the tables already stay there. Load them with qtkit.runs.results.load.

    With `league` for TASK: the table of the league from the runs of its plan, made anew; see qtkit league.

    \b
    Examples:
      qtkit export series --to results/series
      qtkit export images --reading heard --to results/choices/images
      qtkit export images --plan search-planted --not-in results/choices/images --to results/search/images
    """  # noqa: D301
    from qtkit.runs import Store, results
    from qtkit.runs.status import make_matcher
    from qtkit.runs.sweeps.plans import plan_named
    from qtkit.tasks.readings import reading_named
    from qtkit.tasks.registry import task_named

    if task == "league":
        if conditions or reading or plan or elsewhere or every > 1 or not official:
            choices = "--where, --reading, --plan, --not-in, --every and --any-data"
            raise click.UsageError(f"the league is exported whole: without {choices}")
        _export_league(folder, store)
        return
    matches, passed = make_matcher(conditions, task_named(task).settings_class), []
    chosen = reading_named(reading) if reading else None
    if chosen:
        chosen.changes(task)  # refuses one that the task does not have
    place = plan_named(plan).finder(chosen) if plan else None
    there = {key for other in elsewhere for key in results.stored_keys(other)}

    def keep(settings: Settings, facts: FactsShape) -> bool:
        is_of_plan = place(settings) is not None if place else chosen is None or chosen.includes(settings)
        if not (is_of_plan and matches(settings)):
            return False
        passed.append(official and not facts["describe"].get("official", True))
        return not passed[-1]

    runs = [run for run in Store(store) if run.path.parent.name == task and run.key not in there]
    counts = results.export(runs, folder, keep=keep, every=every, command=command_line())
    for experiment, count in counts.items():
        click.echo(f"{folder / experiment}.parquet: {counted(count, 'run')}")
    if any(passed):
        click.echo(f"{sum(passed)} on other than the official data left out; --any-data takes them too")
    if not counts:
        which = " as asked for" if plan or elsewhere or conditions or reading else ""
        raise click.ClickException(f"no finished run of {task!r}{which} in {Store(store).root} to export")


def _export_league(folder: Path, store: Path | None) -> None:
    """All finished runs of the plan `league`, none chosen."""
    from qtkit.league.writing import export_league
    from qtkit.runs import Store

    for name, words in export_league(Store(store), folder, command=command_line()).items():
        click.echo(f"{folder}: {name}: {words}")


@click.command(
    params=[RESULTS],
    context_settings={"show_default": True},
    short_help="Draw a figure of the paper from stored results.",
)
@click.argument("number")
@click.option("--to", "path", type=FILE, help="The page to write.  [default: figure-NUMBER.html]")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="Whose predictions Figures 8 to 12 show.")
@click.option("--controls", is_flag=True, help="Figures 5 to 7, 13, 14: the networks themselves too.")
@click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME",
    help=f"{WHICH_READING}; both, or given twice: side by side.",
)
@click.option("--metric", metavar="NAME", help="Of an own task: a metric, or loss.  [default: its accuracy and loss]")
def figure(
    number: str,
    path: Path | None,
    seed: int,
    controls: bool,
    readings: tuple[str, ...],
    metric: str | None,
    results: Path | None,
) -> None:
    """Draw Figure NUMBER of the paper, 5 to 14, from stored results: a page for a browser, needing no network.
    Or the rewards of agents, named by their environment: qtkit figure CartPole-v1.

    Two more have names: `depth`, the search on images with 1 to 20 layers, and `choices`, what the paper leaves open.
    A task of one's own is named as it is exported, or as my_file.py:task.
    """
    from qtkit.claims.figures import figure as draw

    path = path or Path(f"figure-{number.rpartition(':')[2]}.html")
    drawn = draw(number, folder=results, seed=seed, controls=controls, reading=readings, metric=metric)
    write_figure(path, drawn)


@click.command(
    cls=ListingCommand,
    heading="Tables",
    listed=lambda: [(name, each.title) for name, each in TABLES.items()],
    params=[READING, RESULTS],
    short_help="Show results over all seeds, and verdicts on claims.",
)
@click.argument("which", type=click.Choice(list(TABLES)), default="2")
@click.option("--to", "path", type=FILE, help="The CSV file to write, instead of showing the table.")
@click.option("--figure", "page", type=FILE, help="The page to write, with a picture of it; search and rates have one.")
@click.option(
    "--about",
    multiple=True,
    metavar="WORDS",
    help="Only rows and claims with these words, such as 'FashionMNIST 5/7'; given twice, with both.",
)
def table(
    which: str, path: Path | None, page: Path | None, about: tuple[str, ...], reading: str | None, results: Path | None
) -> None:
    """Show results over all stored seeds, and a verdict on each claim the paper draws from them."""
    from qtkit.claims.tables import judge
    from qtkit.files import write_text

    if page and about:
        raise click.UsageError("--figure shows all of a table: without --about")
    judged = judge(which, folder=results, reading=reading)
    if about:
        judged = judged.about(*about)
    if path:
        write_text(path, judged.summary.to_csv(index=False))
        click.echo(f"{path}: {counted(len(judged.summary), 'row')}")
    if page:
        if judged.draw is None:
            raise click.ClickException(f"the table {which!r} has no picture; search and rates have")
        write_figure(page, judged.draw())
    if not path and not page:
        click.echo(str(judged))
