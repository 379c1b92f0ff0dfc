"""Damaged, newer and unwritable run folders: clear words, nothing lost, nothing silently wrong."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qtkit.runs import Store, StoredRun, run
from qtkit.runs.status import read_rows
from qtkit.seals import FORMAT, seal
from qtkit.tasks.series import SeriesSettings, own_series
from tests.helpers import after, output, python, values
from tests.runs.toy import ToySettings


@pytest.fixture
def finished(tmp_path: Path) -> StoredRun:
    return run(ToySettings(), store=tmp_path)


@pytest.fixture
def unfinished(tmp_path: Path) -> StoredRun:
    return run(ToySettings(), store=tmp_path, stop=after(3))


def only(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def remove(path: Path) -> None:
    path.unlink()


def edit(path: Path) -> None:
    """Another number, in JSON that stays valid."""
    text = path.read_text()
    path.write_text(text.replace('"seed": 0', '"seed": 1').replace('"steps_done": 3', '"steps_done": 2'))
    if path.read_text() == text:
        path.write_text(text.replace('"records": 6', '"records": 5'))
    assert path.read_text() != text


def renumber(path: Path) -> None:
    value = json.loads(path.read_text())
    path.write_text(json.dumps({**value, "format": FORMAT + 1}))


PARQUET, TENSORS = "records/*.parquet", "checkpoint/*.safetensors"


@pytest.mark.parametrize(
    ("pattern", "harm", "message"),
    [
        (PARQUET, truncate, "is damaged: its content is not what was written"),
        (PARQUET, flip, "is damaged: its content is not what was written"),
        (PARQUET, remove, "is missing"),
        ("run.json", truncate, "is damaged: it is not valid JSON"),
        ("run.json", edit, "is damaged or was edited"),
        ("run.json", remove, "is missing"),
        ("finished.json", truncate, "is damaged: it is not valid JSON"),
        ("finished.json", edit, "is damaged or was edited"),
    ],
)
def test_a_harmed_result_is_seen_and_can_be_computed_again(
    finished: StoredRun, pattern: str, harm: Callable[[Path], None], message: str
) -> None:
    before, store = values(finished), finished.path.parents[1]
    harm(only(finished.path, pattern))
    with pytest.raises((ValueError, FileNotFoundError), match=f"{message}.*--again"):
        run(ToySettings(), store=store)
    assert values(run(ToySettings(), store=store, again=True)).equals(before)


@pytest.mark.parametrize(
    ("pattern", "harm", "message"),
    [
        (PARQUET, truncate, "is damaged: its content is not what was written"),
        (PARQUET, flip, "is damaged: its content is not what was written"),
        (PARQUET, remove, "is missing"),
        (TENSORS, truncate, "is damaged: its content is not what checkpoint.json says"),
        (TENSORS, flip, "is damaged: its content is not what checkpoint.json says"),
        (TENSORS, remove, "is incomplete: tensors-.* is missing"),
        ("checkpoint/checkpoint.json", truncate, "is damaged: it is not valid JSON"),
        ("checkpoint/checkpoint.json", edit, "is damaged or was edited"),
        ("run.json", edit, "is damaged or was edited"),
        ("run.json", remove, "is missing"),
    ],
)
def test_a_harmed_checkpoint_is_seen_and_the_run_can_begin_anew(
    unfinished: StoredRun, pattern: str, harm: Callable[[Path], None], message: str
) -> None:
    store = unfinished.path.parents[1]
    harm(only(unfinished.path, pattern))
    with pytest.raises((ValueError, FileNotFoundError), match=f"{message}.*--again"):
        run(ToySettings(), store=store)
    assert not unfinished.finished
    whole = run(ToySettings(), store=store / "whole")
    assert values(run(ToySettings(), store=store, again=True)).equals(values(whole))


@pytest.mark.parametrize("name", ["run.json", "finished.json", "checkpoint/checkpoint.json"])
@pytest.mark.parametrize("again", [False, True])
def test_a_folder_of_a_newer_version_is_left_alone(finished: StoredRun, name: str, again: bool) -> None:
    if name.startswith("checkpoint"):
        remove(finished.path / "finished.json")
    renumber(finished.path / name)
    before = {path: path.read_bytes() for path in finished.path.rglob("*.*")}
    with pytest.raises(ValueError, match=rf"was written by a newer qtkit \(format {FORMAT + 1}; .*\): update qtkit$"):
        run(ToySettings(), store=finished.path.parents[1], again=again)
    assert {path: path.read_bytes() for path in finished.path.rglob("*.*")} == before


def test_a_run_in_a_folder_of_another_name_is_refused(finished: StoredRun) -> None:
    other = finished.path.rename(finished.path.with_name("0123456789abcdef"))
    with pytest.raises(ValueError, match="belongs to the run .*, but its folder is called 0123456789abcdef"):
        StoredRun(other).facts()


def test_the_training_of_a_run_that_was_given_its_data(tmp_path: Path) -> None:
    settings = SeriesSettings(dataset="own", model="mapping", epochs=1, window=5)
    data, others = (own_series([(k * factor) % 9 for k in range(30)], settings) for factor in (5, 7))
    made = run(settings, store=tmp_path, data=data)
    training = made.training(data)
    assert training.steps_done == training.n_steps and training.data is data
    assert training.evaluate()["test_loss"] == made.records()["test_loss"].iloc[-1]
    with pytest.raises(ValueError, match="made with other series than these"):
        made.training(others)
    with pytest.raises(ValueError, match="dataset='own' needs file="):
        made.training()


def test_a_task_that_is_unknown_here_is_told(finished: StoredRun) -> None:
    path = finished.path / "run.json"
    facts = {k: v for k, v in json.loads(path.read_text()).items() if k != "seal"}
    path.write_text(json.dumps(seal({**facts, "task": "chess"})))
    with pytest.raises(ValueError, match="there is no task 'chess'; known are"):
        finished.settings  # noqa: B018


def test_the_status_tells_apart_what_settings_do_not(tmp_path: Path) -> None:
    """Series of several files, and rivals of several sizes."""
    settings = SeriesSettings(dataset="own", window=2, depth=1, epochs=1, candidates=(5,))

    def words() -> list[str]:
        return sorted(row.words for row in read_rows(Store(tmp_path)))

    def compute(name: str, **changes: object) -> None:
        each = dataclasses.replace(settings, **changes)
        run(each, store=tmp_path, data=own_series([0, 1, len(name), 3, 5, 4, 2, 8], each, source=name))

    compute("one.csv")
    plain = "window=2 depth=1 epochs=1"
    (alone,) = words()
    assert set(alone.split()) == set(plain.split())
    compute("other.csv")
    assert words() == [f"{alone} · one.csv, 8 points", f"{alone} · other.csv, 8 points"]
    compute("one.csv", model="fourier")
    compute("one.csv", model="fourier", candidates=(1, 2))
    assert sum(" numbers" in each for each in words()) == 2 and len(set(words())) == 4


def test_the_status_shows_damaged_runs_too(finished: StoredRun) -> None:
    edit(finished.path / "run.json")
    (row,) = read_rows(Store(finished.path.parents[1]))
    assert (row.state, row.key) == ("damaged", finished.key)
    assert "was edited" in row.words


# --- disks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "input/output"),
    ],
)
def test_a_disk_that_fails_costs_nothing_of_the_last_checkpoint(
    unfinished: StoredRun, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    store = unfinished.path.parents[1]
    whole = values(run(ToySettings(), store=store / "whole"))
    real, calls = os.fsync, iter(range(1_000))

    def fsync(file: int) -> None:
        if next(calls) >= 4:  # in the middle of a checkpoint
            raise OSError(number, os.strerror(number))
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match=f"cannot write the run in .*{advice}.*start the same run again") as caught:
        run(ToySettings(), store=store, checkpoint_seconds=0)
    assert caught.value.errno == number
    monkeypatch.undo()
    assert values(unfinished).equals(whole[: len(unfinished.table())])
    assert values(run(ToySettings(), store=store)).equals(whole)


LIMITED = """
import resource, sys
from tests.runs.toy import ToySettings
from qtkit.runs import run
resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))  # bytes a file
try:
    run(ToySettings(), store=sys.argv[1], checkpoint_seconds=0)
except OSError as error:
    print("said:", error.strerror)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such limits")
def test_a_real_limit_of_the_system(tmp_path: Path) -> None:
    assert "said: cannot write the run in" in output(python(LIMITED, tmp_path))
    assert values(run(ToySettings(), store=tmp_path)).equals(values(run(ToySettings(), store=tmp_path / "whole")))


READ_ONLY = """
import os, sys
from pathlib import Path
from tests.runs.toy import ToySettings
from qtkit.runs import Store, run
if os.geteuid() == 0:
    os.seteuid(65534)  # the administrator may write everywhere
try:
    print(run(ToySettings(seed=int(sys.argv[2])), store=sys.argv[1]).state)
except OSError as error:
    print("said:", error.strerror)
sys.stdout.flush()
os._exit(0)  # libraries need not clean up after a user who changed midway
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no users here")
def test_a_read_only_store_still_gives_what_is_finished(finished: StoredRun) -> None:
    """Not below `tmp_path`: each pytest of this user that begins takes others' right to look in there away."""
    with tempfile.TemporaryDirectory() as name:
        store = shutil.copytree(finished.path.parents[1], Path(name) / "store")
        Path(name).chmod(0o755)
        folders = [path for path in (store, *store.rglob("*")) if path.is_dir()]
        for folder in folders:
            folder.chmod(0o555)
        try:
            assert output(python(READ_ONLY, store, 0)) == "finished\n"
            said = output(python(READ_ONLY, store, 1))
            assert said.startswith("said: cannot write the run in")
            assert "writing there is not allowed: choose another folder" in said
        finally:
            for folder in folders:
                folder.chmod(0o755)
