"""`qtkit handout`: the course's notebooks for students, for the lecturer, for nbgrader and Otter."""

from __future__ import annotations

from pathlib import Path

import click

from qtkit.cli.common import FILE, FOLDER, Command


@click.command(cls=Command, short_help="Make handouts from the course's notebooks.")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
@click.option(
    "--for",
    "kind",
    type=click.Choice(["student", "lecturer", "nbgrader", "otter"]),
    default="student",
    show_default=True,
    help="Whom the notebooks are for.",
)
@click.option(
    "--release", is_flag=True, help="Write only what students' notebooks leave out, What we saw, for after the lesson."
)
@click.option("--notebook", metavar="NN", help="Only the notebooks whose name begins so.  [default: all]")
@click.option("--course", "name", default="", help="What the course is called; needs --secret.")
@click.option(
    "--secret",
    "secret_file",
    type=FILE,
    help="The file with the course's secret, made if there is none: variants follow from it. It stays with you.",
)
@click.option(
    "--from",
    "source",
    type=FOLDER,
    help="The folder with the course's notebooks/ and docs/.  [default: that of this qtkit]",
)
def handout(
    folder: Path,
    kind: str,
    release: bool,
    notebook: str | None,
    name: str,
    secret_file: Path | None,
    source: Path | None,
) -> None:
    """Make handouts from the course's notebooks, into FOLDER; nothing that is there is written over.

    \b
    Examples:
      qtkit handout monday --course "Quantum-Train 2027" --secret course.secret
      qtkit handout monday --release
      qtkit handout mine --for lecturer
      qtkit handout grading --for nbgrader --notebook 03
    """  # noqa: D301
    from qtkit.course.content import course_folder
    from qtkit.handouts.secret import make_secret
    from qtkit.handouts.writing import write_handouts, write_release

    source = source or course_folder()
    if release:
        if kind != "student":
            raise click.UsageError(f"--release is for students, got --for {kind}")
        if name or secret_file:
            raise click.UsageError("--release is the same for all students: it takes neither --course nor --secret")
        written = write_release(source, folder, notebook=notebook)
    else:
        if name and secret_file is None:
            raise click.UsageError("--course needs --secret: the key of the course's variants follows from it")
        secret = make_secret(secret_file) if secret_file else None
        written = write_handouts(kind, source, folder, name=name, secret=secret, notebook=notebook)
    for path in written:
        click.echo(path)
