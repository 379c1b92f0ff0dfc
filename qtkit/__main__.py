"""`python -m qtkit`: the command line."""

from qtkit.cli.main import main

main(prog_name="qtkit")
