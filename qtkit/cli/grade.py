"""`qtkit grade`: marks for what students handed in."""

from __future__ import annotations

import secrets as chance
from pathlib import Path

import click

from qtkit.cli.common import ANYWHERE, FILE, FOLDER, Command


@click.command(cls=Command, short_help="Mark what students handed in.")
@click.argument("submissions", type=ANYWHERE, metavar="SUBMISSIONS")
@click.option(
    "--to",
    "table",
    type=FILE,
    default=Path("marks.csv"),
    show_default=True,
    help="The table of marks to write.",
)
@click.option("--overwrite", is_flag=True, help="Write over a table that is there.")
@click.option("--exercises", "names", metavar="NAME,...", help="Only these exercises.  [default: all]")
@click.option(
    "--notebooks",
    type=FOLDER,
    help="The course's notebooks, which say what there is to mark.  [default: those of this qtkit]",
)
@click.option(
    "--secret",
    "secret_file",
    type=FILE,
    help="The file with the course's secret: the same cases are drawn again.  [default: new cases each time]",
)
@click.option("--course", metavar="NAME", help="Only submissions of this course; those of others are told.")
@click.option("--seconds", type=float, default=10.0, show_default=True, help="Of a processor, for an exercise.")
@click.option("--memory", type=int, default=2000, show_default=True, help="Megabytes, for a submission.")
@click.option("--jobs", type=click.IntRange(min=1), help="Submissions at once.  [default: one a processor]")
def grade(
    submissions: Path,
    table: Path,
    overwrite: bool,
    names: str | None,
    notebooks: Path | None,
    secret_file: Path | None,
    course: str | None,
    seconds: float,
    memory: int,
    jobs: int | None,
) -> None:
    """Mark the submissions in a folder: zip files of labs.hand_in(), or a folder of notebooks for each student.

    The checks are those of this qtkit, whatever is in a submission, and every answer is called in a process of its own.

    \b
    Examples:
      qtkit grade handed-in --to marks.csv
      qtkit grade handed-in --exercises qubits,count --secret course.secret
    """  # noqa: D301
    from qtkit.course.content import course_folder
    from qtkit.files import write_text
    from qtkit.grading.landlock import landlock_version
    from qtkit.grading.marking import grade as mark
    from qtkit.grading.marks import Graded, to_csv
    from qtkit.grading.process import Limits
    from qtkit.handouts.exercises import choose_exercises, read_exercises
    from qtkit.handouts.secret import read_secret

    if table.exists() and not overwrite:
        raise click.ClickException(f"{table} is there already: --overwrite writes over it, --to names another")
    exercises = choose_exercises(read_exercises(notebooks or course_folder() / "notebooks"), names)
    secret = read_secret(secret_file) if secret_file else chance.token_bytes(32)
    if not landlock_version():
        click.echo(
            "this system cannot keep files from a program (Linux's Landlock): grade strangers' code in a container",
            err=True,
        )

    def tell(graded: Graded) -> None:
        marks = f"{sum(map(graded.marks, exercises))} of {sum(exercise.marks for exercise in exercises)}"
        click.echo(f"{graded.student}: {graded.error or marks}")

    limits = Limits(seconds, memory)
    graded = mark(submissions, exercises, secret, limits=limits, jobs=jobs, course=course, on_graded=tell)
    write_text(table, to_csv(graded, exercises))
    click.echo(table)
