"""What is shipped of a command: nothing of the places on somebody's machine."""

from __future__ import annotations

import shlex

import pytest

from qtkit.runs.store.provenance import hide_paths

PLACE = "/elsewhere/bob o'hara/secret patients.csv"


@pytest.mark.parametrize(
    "name", ["--store", "--data-dir", "--file", "--worker-folder", "--scheduler", "--results", "--to"]
)
def test_places_are_left_out_however_they_are_written(name: str) -> None:
    parts = ["qtkit", "run", "series", "--dataset", "own", name, PLACE, "--seed", "1"]
    assert hide_paths(shlex.join(parts)) == f"qtkit run series --dataset own {name} ... --seed 1"
    parts[5:7] = [f"{name}={PLACE}"]
    assert hide_paths(shlex.join(parts)) == f"qtkit run series --dataset own {name}=... --seed 1"


def test_places_among_changed_settings() -> None:
    command = shlex.join(["qtkit", "sweep", "table2", "--set", f"file={PLACE}", "--set", f"data_dir={PLACE}"])
    assert hide_paths(command) == "qtkit sweep table2 --set file=... --set data_dir=..."


@pytest.mark.parametrize(
    "command", [None, "", "what o'clock", "qtkit run images --classes 1,5 --set 'a b=c'", "to = be"]
)
def test_what_names_no_place_stays(command: str | None) -> None:
    assert hide_paths(command) == command


def test_a_line_that_no_shell_takes() -> None:
    assert hide_paths("qtkit run series --file /elsewhere/o'hara --seed 1") == "qtkit run series --file ... --seed 1"
