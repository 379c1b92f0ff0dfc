"""`qtkit pages`: notebooks as single HTML pages; also `python -m qtkit.pages`."""

from __future__ import annotations

from pathlib import Path

import click

from qtkit.cli.common import ANYWHERE, FOLDER, Command


@click.command(cls=Command, short_help="Write notebooks as single HTML pages.")
@click.argument("notebooks", nargs=-1, required=True, type=ANYWHERE, metavar="NOTEBOOK...")
@click.option(
    "--to",
    "folder",
    type=FOLDER,
    default=Path("pages"),
    show_default=True,
    help="The folder of the pages.",
)
@click.option(
    "--as-it-is",
    is_flag=True,
    help="Do not run the notebooks, show what outputs they have. HTML and scripts in the notebook's texts and outputs "
    "stay active in the page: only for notebooks that you would run.",
)
@click.option("--slides", is_flag=True, help="Slides for the lesson, without answers, turned by arrow keys.")
def pages(notebooks: tuple[Path, ...], folder: Path, as_it_is: bool, slides: bool) -> None:
    """Write notebooks as single HTML pages that need neither a kernel nor a network."""
    from nbclient.exceptions import CellExecutionError

    from qtkit.cli.notebook_page import write_page
    from qtkit.cli.notebook_slides import write_slides

    write = write_slides if slides else write_page
    for notebook in notebooks:
        try:
            click.echo(write(notebook, folder, execute=not as_it_is))
        except CellExecutionError as error:  # with the cell, and where in it
            raise click.ClickException(f"{notebook} does not run: {error}") from error
