"""`qtkit reproduce`: the whole paper, item by item: how each stands, and computed anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qtkit.cli.common import FOLDER, RESULTS, STORE, WHICH_READING, in_parallel
from qtkit.cli.sweep import compute
from qtkit.names import counted

if TYPE_CHECKING:
    from qtkit.claims.reproduction import Item
    from qtkit.runs import Store
    from qtkit.tasks.protocols import Settings
    from qtkit.tasks.readings import Reading


@click.command(
    params=[STORE, RESULTS],
    context_settings={"show_default": True},
    short_help="Compute figures and tables of the paper anew.",
)
@click.argument("items", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="Only say how the items stand; so it is without any item.")
@click.option(
    "--scale",
    type=click.Choice(["full", "quick"]),
    default="full",
    help="quick: sample data, few epochs or episodes, one seed; it shows that all runs, and nothing else.",
)
@click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="NAME",
    default=("both",),
    help=f"{WHICH_READING}; or both; can be given several times.",
)
@click.option("--seeds", type=click.IntRange(min=1), help="How many seeds, from 0 on.  [default: 6; quick: 1]")
@click.option(
    "--to",
    "folder",
    type=FOLDER,
    help="Where figures, tables and results go.  [default: reproduction-SCALE]",
)
@in_parallel
def reproduce(
    items: tuple[str, ...],
    only_list: bool,
    scale: str,
    readings: tuple[str, ...],
    seeds: int | None,
    folder: Path | None,
    workers: int | None,
    scheduler: str | None,
    worker_folder: str | None,
    store: Path | None,
    results: Path | None,
) -> None:
    """Compute ITEMS of the paper anew: fig5 to fig14, table2, or all; what is finished is not computed again.

    Whatever interrupts it, the same command goes on where it was. With --list: what the paper says of each, what our
    stored runs say in each reading, and how long they take.

    \b
    Examples:
      qtkit reproduce --list
      qtkit reproduce fig6 --scale quick
      qtkit reproduce fig6 --reading heard
      qtkit reproduce all --scheduler tcp://192.0.2.7:8786
    """  # noqa: D301 - click wants the character itself
    from qtkit.claims.reproduction import items_named
    from qtkit.runs import Store
    from qtkit.tasks.readings import readings_named

    chosen = items_named(items or ("all",))
    if only_list or not items:
        list_items(chosen, results, details=0 < len(chosen) < len(items_named(["all"])))
        return
    wanted = readings_named(readings)
    where = Store(store)
    parts = _gather(chosen, wanted, scale, seeds)
    settings = list(dict.fromkeys(each for part in parts.values() for each in part))
    if settings:
        _tell_time(settings, results)
        compute(settings, where, workers, scheduler, worker_folder)
    folder = folder or Path(f"reproduction-{scale}")
    for (item, reading), runs in parts.items():
        show_item(item, reading, runs, where, folder, scale)


def list_items(items: Sequence[Item], results: Path | None, *, details: bool) -> None:
    """Print how items stand; with `details` each claim of theirs, too, and without what all shipped runs took."""
    from qtkit.claims.reproduction import measure_effort, stand
    from qtkit.runs.status import format_duration

    last = None
    for each in stand(items, results):
        if each.item is not last:
            click.echo(f"{'' if last is None else chr(10)}{each.item.name:8}{each.item.title}")
            click.echo(f"        the paper: {each.item.says}")
            last = each.item
        if each.reading is None:
            click.echo(f"        {each.result}: {each.command}")
            continue
        time = f"{format_duration(each.seconds)} on one core" if each.seconds else "nobody knows how long"
        told = [each.verdict, each.result, f"{counted(each.runs, 'run')} stored", f"{each.command} ({time})"]
        click.echo(f"  {each.reading.name:12}  {'; '.join(filter(None, told))}")
        if details:
            for line in (*map(str, each.claims), each.missing):
                click.echo(f"    {line}" if line else "", nl=bool(line))
    effort = measure_effort(results)
    if effort.runs and not details:
        click.echo(
            f"\nall shipped runs, these and others: {counted(effort.runs, 'run')}, {format_duration(effort.seconds)} "
            "by their seconds, on machines that other work shared; the league's, which tell none, are not counted"
        )


def _gather(
    items: Sequence[Item], readings: Sequence[Reading], scale: str, seeds: int | None
) -> dict[tuple[Item, Reading | None], list[Settings]]:
    """The runs of each item in each reading that it has.

    Raises:
        ValueError: if an item has none of the readings.
    """
    from qtkit.claims.reproduction import settings_of

    parts: dict[tuple[Item, Reading | None], list[Settings]] = {}
    for item in items:
        if item.task is None:
            parts[item, None] = []
            continue
        own = [reading for reading in readings if reading.name in item.readings]
        if not own:
            asked = ", ".join(reading.name for reading in readings)
            raise ValueError(f"{item.name} has the readings {', '.join(item.readings)}, got {asked}")
        for reading in own:
            parts[item, reading] = settings_of(item, reading, scale, seeds)
    return parts


def _tell_time(settings: Sequence[Settings], results: Path | None) -> None:
    from qtkit.claims.reproduction import Paces
    from qtkit.runs.status import format_duration

    seconds = Paces(results).estimate(settings)
    known = f"about {format_duration(seconds)} on one core, as stored runs have it" if seconds else "for some time"
    click.echo(f"{counted(len(settings), 'run')}, {known}; what is finished is not computed again")


def show_item(
    item: Item, reading: Reading | None, runs: Sequence[Settings], store: Store, folder: Path, scale: str
) -> None:
    """Ship an item's finished runs to `folder`, draw its figure there, and print the verdicts on its claims."""
    from qtkit.claims.figures import figure
    from qtkit.claims.reproduction import describe_scale, stand
    from qtkit.claims.tables import judge
    from qtkit.files import write_text
    from qtkit.runs import results
    from qtkit.tasks.readings import WRITTEN

    if reading is None:
        (standing,) = stand([item])
        click.echo(f"{item.name}: {standing.result}; {item.command}")
        return
    shipped = folder / "results"
    place = shipped / str(item.task) if reading is WRITTEN else shipped / "choices" / str(item.task)
    results.export([store.run(each) for each in runs], place)
    name = f"{item.name}-{reading.name}"
    click.echo(f"\n{name}: {describe_scale(item, scale, len({each.seed for each in runs}))}")
    if item.figure:
        drawn = figure(item.figure, folder=shipped, reading=reading, any_data=scale == "quick")
        if scale == "quick":
            drawn.layout.title.text = f"A quick try, no reproduction. {drawn.layout.title.text}"
        write_text(folder / f"{name}.html", drawn.to_html(include_plotlyjs=True))
        click.echo(f"{folder / f'{name}.html'}")
    else:
        judged = judge(str(item.table), folder=shipped, reading=reading)
        write_text(folder / f"{name}.csv", judged.summary.to_csv(index=False))
        click.echo(f"{folder / f'{name}.csv'}")
    if scale == "full":
        for standing in stand([item], shipped):
            if standing.reading is reading:
                click.echo("\n".join(filter(None, [*map(str, standing.claims), standing.missing])))
