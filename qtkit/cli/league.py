"""`qtkit league`: what the league says of DiffQAS and of other searches."""

from __future__ import annotations

from pathlib import Path

import click

from qtkit.cli.common import FILE, RESULTS, write_figure


@click.command(params=[RESULTS], short_help="Compare searches by what each circuit is worth alone.")
@click.argument("task", required=False)
@click.option(
    "--figure",
    "page",
    type=FILE,
    help="Write a page instead: regret against evaluations on TASK.  [default: on bessel]",
)
def league(task: str | None, page: Path | None, results: Path | None) -> None:
    """Show the regret of DiffQAS and of other searches on the league of circuits, and verdicts.

    TASK is bessel, fashion-5-7 or mnist-1-5, by default all. The table comes from stored runs:

    \b
      qtkit sweep league --seeds 6
      qtkit export league --to results/league
    """  # noqa: D301
    from qtkit.league import TASKS, claims, coverage, draw, standings
    from qtkit.league.verdicts import NOTE

    if page:
        write_figure(page, draw(task or TASKS[0], folder=results))
        return
    click.echo(coverage(results).to_string(index=False))
    click.echo()
    click.echo(standings(task, results).to_string(index=False, float_format=lambda value: f"{value:.4g}"))
    click.echo(f"\n{NOTE}\n")
    for claim in claims(task, results):
        click.echo(str(claim))
