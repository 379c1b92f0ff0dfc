"""The command line, put together: `qtkit run`, `qtkit status`, ... Everything here can be had from Python too."""

from __future__ import annotations

import click

from qtkit.cli.common import Commands
from qtkit.cli.gallery import gallery
from qtkit.cli.grade import grade
from qtkit.cli.handout import handout
from qtkit.cli.lab import lab
from qtkit.cli.league import league
from qtkit.cli.links import links
from qtkit.cli.machine import machine
from qtkit.cli.pages import pages
from qtkit.cli.reproduce import reproduce
from qtkit.cli.results import export, figure, table
from qtkit.cli.run import run
from qtkit.cli.status import doctor, status
from qtkit.cli.sweep import sweep
from qtkit.cli.warmup import warmup


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="qtkit", prog_name="qtkit")
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
def main(traceback: bool) -> None:
    """Quantum-Train and differentiable quantum architecture search.

    Every run is stored in a folder of its own, named by its settings and data. It is never computed twice, and
    whatever interrupts it, the same command goes on where it was.

    \b
    Examples:
      qtkit lab
      qtkit run images --dataset mnist --epochs 20 --seed 0
      qtkit run images --model mapping --source sample
      qtkit sweep table2 --seeds 10
      qtkit status
      qtkit export images --to results/images
      qtkit figure 5
      qtkit table 2
      qtkit table rewards
      qtkit reproduce --list
      qtkit gallery
      qtkit doctor
    """  # noqa: D301 - click wants the character itself


for command in (
    lab,
    run,
    sweep,
    status,
    export,
    figure,
    table,
    reproduce,
    gallery,
    league,
    machine,
    doctor,
    warmup,
    pages,
    links,
    handout,
    grade,
):
    main.add_command(command)
