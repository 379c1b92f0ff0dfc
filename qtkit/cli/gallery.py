"""`qtkit gallery`: the whole paper as one live page."""

from __future__ import annotations

from pathlib import Path

import click

from qtkit.cli.common import FILE, RESULTS


@click.command(
    params=[RESULTS], context_settings={"show_default": True}, short_help="Write the whole paper as one live page."
)
@click.argument("items", nargs=-1)
@click.option("--to", "path", type=FILE, default=Path("gallery.html"), help="The page to write.")
def gallery(items: tuple[str, ...], path: Path, results: Path | None) -> None:
    """Write ITEMS of the paper, by default all, as one page that needs neither a kernel nor a network.

    ITEMS are fig1 to fig14, table1 and table2. Each is there with the paper's claim, what our stored runs say in each
    reading of equation 4, the verdicts, and the command that computes it anew; figures are live, and filtered by the
    circuits' factors.

    \b
    Examples:
      qtkit gallery
      qtkit gallery fig5 table2 --to small.html
    """  # noqa: D301 - click wants the character itself
    from qtkit.claims.gallery import write_gallery

    click.echo(write_gallery(path, items or ("all",), results))
