"""`run`: computed once, resumed exactly, done again on request."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest

from qtkit.runs import RunInUseError, Store, run
from qtkit.runs.store.lock import lock_run
from qtkit.runs.store.record_log import PART_ROWS
from qtkit.simulation.threads import one_torch_thread
from qtkit.tasks.gridworld import GridworldTraining
from qtkit.tasks.images import train
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.versions import versions
from tests.helpers import Diary, after, output, python, values
from tests.runs.small import GRIDWORLD, IMAGES
from tests.runs.toy import ToySettings, ToyTraining


def test_a_run_gives_the_records_of_the_training_and_is_then_only_found(tmp_path: Path) -> None:
    settings, diary = ToySettings(), Diary()
    done = run(settings, store=tmp_path, observer=diary)
    expected = [dataclasses.asdict(record) for record in ToyTraining(settings)]
    for row in expected:
        del row["seconds"]
        row["path"] = list(row["path"])
    assert values(done).to_pylist() == expected
    assert done.finished and done.state == "finished"
    assert (done.settings, done.progress().done) == (settings, 6)
    assert run(settings, store=tmp_path, observer=diary) == done
    assert diary.lines == ["begins at 0", "finished", "found"]


def test_image_records_are_those_of_the_training(tmp_path: Path) -> None:
    frame = run(IMAGES, store=tmp_path).records()
    with one_torch_thread():  # as a run does
        records = list(train(IMAGES))
    for row, record in zip(frame.to_dict("records"), records, strict=True):
        assert (row["w2"], row["w7"]) == record.weights
        for name in ("step", "epoch", "loss", "test_accuracy", "train_loss"):
            value = getattr(record, name)
            assert row[name] == value or (value is None and row[name] != row[name])


def test_gridworld_records_are_those_of_the_training(tmp_path: Path) -> None:
    done, names = run(GRIDWORLD, store=tmp_path), ("step", "episode", "environment_steps", "loss", "returns", "lengths")
    with one_torch_thread():
        records = [dataclasses.asdict(record) for record in GridworldTraining(GRIDWORLD)]
    found = done.table().to_pylist()
    assert [[row[name] for name in names] for row in found] == [
        [list(r[name]) if isinstance(r[name], tuple) else r[name] for name in names] for r in records
    ]
    assert (done.progress().done, done.progress().total) == (5, 5)
    assert sum(len(row["returns"]) for row in found) == 5


@pytest.mark.slow
@pytest.mark.parametrize("settings", [ToySettings(), IMAGES], ids=["toy", "images"])
def test_stopped_after_every_record_it_ends_the_same(tmp_path: Path, settings: ToySettings | ImageSettings) -> None:
    whole = run(settings, store=tmp_path / "whole")
    for _ in range(100):
        part = run(settings, store=tmp_path / "parts", stop=after(1))
        if part.finished:
            break
        assert part.state == "unfinished"
        assert values(part).equals(values(whole)[: len(part.table())])
    assert len(part.facts()["sessions"]) > 5
    assert values(part).equals(values(whole))
    assert part.records().drop(columns="seconds").equals(whole.records().drop(columns="seconds"))


@pytest.mark.slow
def test_many_records_close_parts(tmp_path: Path) -> None:
    settings, rows = ToySettings(steps=PART_ROWS + 600), []
    for records in (300, 200, PART_ROWS - 400, 400):  # of each session
        part = run(settings, store=tmp_path, stop=after(records), checkpoint_seconds=60)
        rows.append([p["rows"] for p in part.checkpoint()["parts"]])
        assert {path.name for path in (part.path / "records").iterdir()} == {
            p["file"] for p in part.checkpoint()["parts"]
        }
    assert rows == [[300], [500], [PART_ROWS + 100], [PART_ROWS + 100, 400]]
    done = run(settings, store=tmp_path, checkpoint_seconds=60)
    assert done.table().column("step").to_pylist() == list(range(1, settings.steps + 1))


def test_what_makes_a_run_another_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    base = store.run(ToySettings())
    assert store.run(ToySettings(place="there", hold="there")) == base
    assert store.run(ToySettings(seed=1)) != base
    assert store.run(ToySettings(steps=7)) != base


def test_other_images_are_another_run_and_the_same_from_elsewhere_are_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.run(IMAGES) != store.run(dataclasses.replace(IMAGES, train_limit=121))
    assert store.run(IMAGES) != store.run(dataclasses.replace(IMAGES, pixels="0..1"))
    # "auto" without a folder is the sample: one and the same data.
    assert len(store.run(IMAGES).key) == 16


def test_again_keeps_the_earlier_result_and_compares(tmp_path: Path) -> None:
    settings, diary = ToySettings(), Diary()
    first = run(settings, store=tmp_path)
    table = first.table()
    second = run(settings, store=tmp_path, again=True, observer=diary)
    third = run(settings, store=tmp_path, again=True)
    assert first == second == third
    assert "all 6 records are those of the earlier run, bit for bit" in diary.lines
    kept = sorted((first.path / "earlier").iterdir())
    assert [path.name for path in kept] == ["1", "2"]
    assert type(first)(kept[0] / first.key).table().equals(table)


def test_again_goes_on_with_an_unfinished_run_and_compares_it_at_last(tmp_path: Path) -> None:
    run(ToySettings(), store=tmp_path)
    for begin in (0, 3):
        diary = Diary()
        run(ToySettings(), store=tmp_path, again=True, observer=diary, stop=after(3 - begin // 2))
        assert diary.lines[-2:] == [f"begins at {begin}", "unfinished"]
    done = run(ToySettings(), store=tmp_path, again=True, observer=diary)
    assert diary.lines[2:] == ["begins at 5", "all 6 records are those of the earlier run, bit for bit", "finished"]
    assert [path.name for path in (done.path / "earlier").iterdir()] == ["1"]


@pytest.mark.parametrize("name", ["run.json", "checkpoint/checkpoint.json", "records/000000000-000000003.parquet"])
def test_again_begins_a_damaged_unfinished_run_anew(tmp_path: Path, name: str) -> None:
    stored = run(ToySettings(), store=tmp_path, stop=after(3))
    (stored.path / name).write_bytes(b"{}")
    diary = Diary()
    assert run(ToySettings(), store=tmp_path, again=True, observer=diary).finished
    assert diary.lines == ["begins at 0", "finished"]


def test_again_does_not_take_the_rest_of_a_result_put_aside_for_a_run_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, diary, unlink = run(ToySettings(), store=tmp_path), Diary(), Path.unlink

    def broken_off(path: Path, **options: bool) -> None:
        unlink(path, **options)
        if path == stored.path / "finished.json":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", broken_off)
        with pytest.raises(KeyboardInterrupt):
            run(ToySettings(), store=tmp_path, again=True)
    assert stored.state == "unfinished" and stored.progress().done == 6
    run(ToySettings(), store=tmp_path, again=True, observer=diary)
    assert diary.lines[0] == "begins at 0"


def test_an_error_in_training_leaves_the_run_resumable(tmp_path: Path) -> None:
    settings = ToySettings(fail_at=4)
    for _ in range(2):
        with pytest.raises(FloatingPointError, match="the walk fell at step 4"):
            run(settings, store=tmp_path, checkpoint_seconds=0)
        stored = Store(tmp_path).run(settings)
        assert stored.state == "unfinished"
        assert stored.progress().done == 3


class Watching(Diary):
    """Keeps the training, and gives it something to tell."""

    def begins(self, run, training) -> None:
        super().begins(run, training)
        self.training = training
        training.notes.append("the ground is wet")

    def record(self, training, record) -> None:
        if record.step == 3:
            training.notes += ["it rains", "and how"]


@pytest.mark.parametrize("ending", ["finished", "unfinished", "failed"])
def test_a_training_is_closed_however_it_ends_and_its_notes_are_told(tmp_path: Path, ending: str) -> None:
    diary, settings = Watching(), ToySettings(fail_at=3 if ending == "failed" else -1)
    stop = after(3) if ending == "unfinished" else None
    if ending == "failed":
        with pytest.raises(FloatingPointError):
            run(settings, store=tmp_path, observer=diary, stop=stop)
        assert diary.lines == ["begins at 0", "the ground is wet"]
    else:
        run(settings, store=tmp_path, observer=diary, stop=stop)
        assert diary.lines == ["begins at 0", "the ground is wet", "it rains", "and how", ending]
    assert diary.training.closed


def test_notes_that_come_with_an_error_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: ToyTraining) -> None:
        self.notes.append("a tree is in the way")
        raise FloatingPointError("the walk fell")

    monkeypatch.setattr(ToyTraining, "__next__", fail)
    diary = Diary()
    with pytest.raises(FloatingPointError):
        run(ToySettings(), store=tmp_path, observer=diary)
    assert diary.lines == ["begins at 0", "a tree is in the way"]


def test_old_files_that_another_process_has_open_do_not_end_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refusing(path: Path, **options: bool) -> None:
        if path.suffix in (".parquet", ".safetensors"):
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refusing)
        run(ToySettings(), store=tmp_path, checkpoint_seconds=0, stop=after(4))
    done = run(ToySettings(), store=tmp_path)
    assert len(done.table()) == 6
    assert [len(list((done.path / name).iterdir())) for name in ("records", "checkpoint")] == [1, 2]


def test_other_versions_at_a_resume_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(ToySettings(), store=tmp_path, stop=after(2))
    monkeypatch.setattr("qtkit.runs.store.provenance.versions", lambda: {"torch": "99.0", "threads": "64"})
    diary = Diary()
    run(ToySettings(), store=tmp_path, observer=diary)
    assert "torch " in diary.lines[0] and "then, 99.0 now" in diary.lines[0]


def test_versions_that_an_older_qtkit_did_not_note_are_no_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = versions()
    assert now.keys() >= {"numba", "gymnasium", "minigrid"}
    older = {name: now[name] for name in now if name not in ("gymnasium", "minigrid")} | {"numba": "0.1"}
    with monkeypatch.context() as patch:
        patch.setattr("qtkit.runs.store.provenance.versions", lambda: older)
        run(ToySettings(), store=tmp_path, stop=after(2))
    diary = Diary()
    run(ToySettings(), store=tmp_path, observer=diary)
    expected = f"this run was begun with other versions, its last bits may differ: numba 0.1 then, {now['numba']} now"
    assert diary.lines[0] == expected


def test_facts_tell_where_a_run_comes_from(tmp_path: Path) -> None:
    done = run(ToySettings(), store=tmp_path, command="qtkit run toy")
    facts, (session,) = done.facts(), done.facts()["sessions"]
    assert (facts["task"], facts["settings"]["seed"], facts["describe"]["source"]) == ("toy", 0, "a generator")
    assert session["command"] == "qtkit run toy"
    assert session["versions"].keys() >= {"qtkit", "torch", "numpy", "python", "threads"}
    assert session["machine"].keys() == {"processor", "cores", "memory_gib", "system"}
    assert session["git"] is None or len(session["git"]["commit"]) == 40
    assert done.result()["records"] == 6


def test_the_trained_model_can_be_had(tmp_path: Path) -> None:
    done = run(IMAGES, store=tmp_path)
    training = done.training()
    assert training.steps_done == training.n_steps
    # Here PyTorch may use more threads than in a run, which adds up in another order.
    assert training.evaluate()["test_loss"] == pytest.approx(done.records()["test_loss"].iloc[-1], rel=1e-5)


def test_settings_of_no_task_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"dict are the settings of no task; known are \['agents', 'gridworld', 'images'"
    ):
        run({"seed": 0}, store=tmp_path)


# --- two processes ----------------------------------------------------------------------------------------------------

TWO = """
import sys
from tests.helpers import Diary
from tests.runs.toy import ToySettings
from qtkit.runs import run

class Slow(Diary):
    def waiting(self, run, holder):
        super().waiting(run, holder)
        print("waits")

    def begins(self, run, training):
        super().begins(run, training)
        print("begins")
        sys.stdin.readline()

diary = Slow()
done = run(ToySettings(), store=sys.argv[1], observer=diary)
print(done.state, "|".join(diary.lines))
"""


@pytest.mark.slow
def test_of_processes_that_want_the_same_run_one_computes_and_the_others_wait(tmp_path: Path) -> None:
    processes = [python(TWO, tmp_path, stdin=subprocess.PIPE) for _ in range(3)]
    first = [process.stdout.readline() for process in processes]
    assert sorted(first) == ["begins\n", "waits\n", "waits\n"]
    for process in processes:
        print("go on", file=process.stdin, flush=True)
    said = [output(process) for process in processes]
    assert sorted(text.startswith("finished begins at 0|finished") for text in said) == [False, False, True]
    assert sorted(text.startswith("finished waiting for process") for text in said) == [False, True, True]
    done = Store(tmp_path).run(ToySettings())
    assert len(done.facts()["sessions"]) == 1
    assert len(done.table()) == 6


@pytest.mark.slow
def test_a_run_in_use_can_be_told_instead_of_waited_for(tmp_path: Path) -> None:
    stored = Store(tmp_path).run(ToySettings())
    with lock_run(stored.path, wait=False):
        assert stored.state == "running"
        with pytest.raises(RunInUseError, match=r"process \d+ \(since .*\) is at the run in "):
            run(ToySettings(), store=tmp_path, wait=False)
    assert run(ToySettings(), store=tmp_path, wait=False).finished


@pytest.mark.slow
def test_a_wait_can_be_stopped(tmp_path: Path) -> None:
    stored, diary = Store(tmp_path).run(ToySettings()), Diary()
    with lock_run(stored.path, wait=False):
        waited = run(ToySettings(), store=tmp_path, observer=diary, stop=after(2))
    assert waited == stored and not waited.finished
    assert diary.lines[0].startswith("waiting for process ")
    assert diary.lines[1:] == ["running"]
    assert run(ToySettings(), store=tmp_path, stop=lambda: False).finished
