"""`python -m qtkit`: the command line."""

from qtkit.cli import main

main(prog_name="qtkit")
