"""`qtkit links`: addresses that open the course on Binder, in Colab and on a JupyterHub."""

from __future__ import annotations

import click

from qtkit.cli.common import Command


@click.command(cls=Command, short_help="Print links that open the notebooks elsewhere.")
@click.option(
    "--repository",
    "address",
    metavar="URL",
    help="A public copy of the course.  [default: that of pyproject.toml]",
)
@click.option("--branch", default="main", show_default=True, help="The branch, tag or commit that is opened.")
@click.option("--hub", metavar="URL", help="A JupyterHub with nbgitpuller, such as https://hub.example.org.")
@click.option("--markdown", is_flag=True, help="Print badges in Markdown, for a page of your own.")
def links(address: str | None, branch: str, hub: str | None, markdown: bool) -> None:
    """Print links that open each notebook elsewhere: on Binder, in Google Colab, on a JupyterHub.

    They need a public git repository: yours, as long as qtkit is published nowhere.
    """
    from rich.console import Console
    from rich.text import Text

    from qtkit.cli.terminal import make_table, print_table
    from qtkit.course.content import course_files
    from qtkit.course.links import links as make_links
    from qtkit.course.repository import Repository, repository

    found = Repository.parse(address) if address else repository()
    if found is None:
        raise click.ClickException(
            "no repository is known: give --repository https://github.com/OWNER/NAME, or name it in pyproject.toml "
            "under [project.urls] as Repository"
        )
    notebooks = [name for name in course_files() if name.startswith("notebooks/")]
    made = make_links(found, notebooks, branch, hub)
    if markdown:
        for link in made:
            click.echo(link.badge)
        return
    table = make_table()
    for link in made:
        table.add_row(*map(Text, (link.notebook.rpartition("/")[2], link.name, link.url)))
    print_table(Console(), table, whole_rows=True)
