"""The table of all runs: plain and of full width in a pipe, as wide as a terminal is."""

from __future__ import annotations

import io

from rich.console import Console

from qtkit.cli.status import status_table
from qtkit.cli.terminal import print_table
from qtkit.runs.status import Row
from qtkit.runs.store.stored import Progress

LONG = " ".join(f"setting_{k}={k}" for k in range(30))
ROWS = [
    Row("images", "mnist-1-5", "DiffQAS 2,7", 0, "finished", Progress(1_200, 1_200, 12.0), LONG, "0a1b"),
    Row("series", "bessel", "Config 1", 11, "running", Progress(10, 20, 60.0), "window=[8]", "2c3d"),
    Row("series", "", "", None, "damaged", None, "run.json: no [such] file", "4e5f"),
]


def shown(**options) -> str:
    text = io.StringIO()
    print_table(Console(file=text, **options), status_table(ROWS))
    return text.getvalue()


def test_in_a_pipe_a_run_is_a_line_however_long() -> None:
    head, *lines = shown().splitlines()
    assert len(lines) == len(ROWS) and "\x1b" not in head
    assert head.split("  ")[0] == "task" and head.endswith("run")
    assert lines[0].startswith(
        "images  mnist-1-5   DiffQAS 2,7  0     finished  1,200 of 1,200  took 12 s  setting_0=0 "
    )
    assert [line.split()[-1] for line in lines] == ["0a1b", "2c3d", "4e5f"]
    assert LONG in lines[0] and "  1 min  " in lines[1]
    assert "window=[8]" in lines[1] and "run.json: no [such] file" in lines[2], "brackets are no markup"
    starts = {line.index(words) for line, words in zip(lines, (LONG, "window", "run.json"), strict=True)}
    assert starts == {head.index("unusual settings")}


def test_on_a_terminal_the_table_fits_and_states_have_colours() -> None:
    text = shown(force_terminal=True, width=120, color_system="standard")
    plain = shown(force_terminal=True, width=120, color_system=None, no_color=True)
    assert "\x1b[32mfinished" in text and "\x1b[1;31mdamaged" in text
    assert all(len(line) <= 120 for line in plain.splitlines()) and len(plain.splitlines()) > 4
    assert all(f"setting_{k}={k}" in plain for k in range(30)), "nothing is cut off"
    assert all(key in plain for key in ("0a1b", "2c3d", "4e5f"))
