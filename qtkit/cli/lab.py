"""`qtkit lab`: the course in a folder of one's own, and JupyterLab on its first notebook."""

from __future__ import annotations

from pathlib import Path

import click

from qtkit.cli.common import ANYWHERE, Command


@click.command(cls=Command, context_settings={"show_default": True})
@click.argument("folder", required=False, type=ANYWHERE)
@click.argument("jupyter_options", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTER_OPTION...]")
@click.option(
    "--update", is_flag=True, help="Put new versions in the place of files you changed, and keep yours beside."
)
@click.option("--only-copy", is_flag=True, help="Copy the course, and start nothing.")
@click.option(
    "--notebook", help="What to open: a path in FOLDER, or how a notebook's name begins.  [default: the first]"
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8888,
    help="JupyterLab's port; the next free one if it is taken.",
)
@click.option("--browser/--no-browser", default=True, help="Open a browser, or only print the address.")
def lab(
    folder: Path | None,
    jupyter_options: tuple[str, ...],
    update: bool,
    only_copy: bool,
    notebook: str | None,
    port: int,
    browser: bool,
) -> None:
    """Copy the course to FOLDER and open it in JupyterLab.

    FOLDER is by default the copy, the handout or the checkout around the current folder, or else ./qtkit-course. What
    you changed there stays: files that you did not touch become those of this qtkit, and what differs is listed. To a
    handout nothing is copied.

    \b
    Examples:
      qtkit lab
      qtkit lab "My course" --no-browser --port 9000
      qtkit lab --update
      qtkit lab . -- --ip=0.0.0.0
    """  # noqa: D301 - click wants the character itself
    from qtkit.course.copying import copy_course, default_folder
    from qtkit.course.jupyter import check_lab, find_notebook, open_lab

    if not only_copy:
        check_lab()
    folder = default_folder(Path.cwd()) if folder is None else folder.expanduser().absolute()
    if kind := complete_as_it_is(folder):
        click.echo(f"The course is in {folder}, a {kind}: nothing to copy.")
    else:
        click.echo(str(copy_course(folder, update=update)))
    if only_copy:
        return
    opened = find_notebook(folder, notebook)
    click.echo("JupyterLab is starting; open the address it prints. Ctrl-C ends it.")
    raise SystemExit(open_lab(folder, notebook=opened, port=port, browser=browser, more=jupyter_options))


def complete_as_it_is(folder: Path) -> str | None:
    """What a folder is that nothing is copied to: the checkout that copies are made from, or a handout."""
    from qtkit.course.content import course_folder
    from qtkit.course.handout import is_handout

    if folder.resolve() == course_folder().resolve():
        return "checkout"
    return "handout" if is_handout(folder) else None
