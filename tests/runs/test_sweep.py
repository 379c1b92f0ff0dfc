"""Sweeps over local processes: each run once, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from qtkit.files import read_json
from qtkit.runs import Store, StoredRun, SweepObserver, run, sweep
from qtkit.runs.packing import pack, unpack
from qtkit.runs.plans import PLANS
from tests.runs.helpers import values
from tests.runs.test_runner import IMAGES
from tests.runs.toy import ToySettings

WALKS = [ToySettings(seed=seed, steps=20) for seed in range(6)]


class Watch(SweepObserver):
    def __init__(self) -> None:
        self.runs: list[StoredRun] = []
        self.notes: list[str] = []
        self.start = (0, 0)

    def begins(self, total: int, finished: int) -> None:
        self.start = (total, finished)

    def one(self, run: StoredRun, error: str | None, seconds_left: float) -> None:
        assert seconds_left >= 0
        self.runs.append(run)

    def note(self, text: str) -> None:
        self.notes.append(text)


def check(store: Path, settings: list[ToySettings], tmp_path: Path) -> None:
    """All runs are in `store`, as computed alone, and nothing else is."""
    for each in settings:
        alone = run(each, store=tmp_path / "alone")
        assert values(Store(store).run(each)).equals(values(alone))
    assert len(list(Store(store))) == len(settings)


def test_every_run_once_and_as_computed_alone(tmp_path: Path) -> None:
    run(WALKS[0], store=tmp_path / "s")
    watch = Watch()
    result = sweep([*WALKS, WALKS[1]], store=tmp_path / "s", workers=2, observer=watch)
    assert watch.start == (6, 1)
    assert sorted(r.key for r in watch.runs) == sorted(r.key for r in result.finished[1:])
    assert (len(result.finished), result.computed, result.failed, result.left) == (6, 5, {}, [])
    check(tmp_path / "s", WALKS, tmp_path)
    again = sweep(WALKS, store=tmp_path / "s", workers=2)
    assert (len(again.finished), again.computed) == (6, 0)


def test_a_run_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    settings = [ToySettings(steps=5, seed=seed, fail_at=3 if seed == 1 else -1) for seed in range(3)]
    result = sweep(settings, store=tmp_path, workers=2)
    assert len(result.finished) == 2
    assert list(result.failed.values()) == ["the walk fell at step 3"]


def test_stopped_it_goes_on_later(tmp_path: Path) -> None:
    settings = [ToySettings(seed=seed, steps=60, nap=0.02) for seed in range(4)]
    store, begun = Store(tmp_path / "s"), time.monotonic()

    def stop() -> bool:  # once some are under way
        begun_runs = [r for r in store if r.has_checkpoint()]
        return len(begun_runs) >= 2 or time.monotonic() - begun > 60

    result = sweep(settings, store=store, workers=2, stop=stop, checkpoint_seconds=0)
    assert result.left and not result.failed
    assert all(r.state in ("new", "unfinished") for r in result.left)
    assert any(r.progress().done for r in result.left if r.has_checkpoint())
    result = sweep(settings, store=store, workers=2)
    assert len(result.finished) == 4
    check(tmp_path / "s", settings, tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_killed_worker_costs_nothing(tmp_path: Path) -> None:
    settings = [ToySettings(seed=seed, steps=60, nap=0.02) for seed in range(4)]
    store, watch, killed = Store(tmp_path / "s"), Watch(), []

    def kill_one() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for one in store:
                if one.has_checkpoint() and not one.finished and (one.path / "holder.json").exists():
                    killed.append(read_json(one.path / "holder.json")["pid"])
                    os.kill(killed[0], signal.SIGKILL)
                    return
            time.sleep(0.01)

    thread = threading.Thread(target=kill_one)
    thread.start()
    result = sweep(settings, store=store, workers=2, observer=watch, checkpoint_seconds=0)
    thread.join()
    assert killed
    assert watch.notes[0].startswith("a worker process ended abruptly")
    assert len(result.finished) == 4
    assert any(len(r.facts()["sessions"]) > 1 for r in result.finished), "it went on from its checkpoint"
    check(tmp_path / "s", settings, tmp_path)


def test_image_runs_in_workers_are_those_of_this_process(tmp_path: Path) -> None:
    result = sweep([IMAGES], store=tmp_path / "s", workers=1)
    assert values(result.finished[0]).equals(values(run(IMAGES, store=tmp_path / "alone")))


@pytest.mark.parametrize("workers", [0, -1, True])
def test_no_workers(tmp_path: Path, workers: int) -> None:
    with pytest.raises(ValueError, match="workers must be a whole number of at least 1"):
        sweep(WALKS, store=tmp_path, workers=workers)


# --- plans ------------------------------------------------------------------------------------------------------------


def test_the_plan_of_table_2() -> None:
    settings = PLANS["table2"].runs(range(10))
    assert len(settings) == len(set(settings)) == 10 * 13 * 5
    assert {each.epochs for each in settings} == {100}
    assert {len(each.candidates) for each in settings} == {1, 12}


def test_the_plan_of_the_images() -> None:
    settings = PLANS["images"].runs([3], ["epochs=2", "pixels=0..1", "centre=false"])
    assert len(settings) == 3 * 15
    assert {(each.seed, each.epochs, each.pixels, each.centre) for each in settings} == {(3, 2, "0..1", False)}


def test_the_plans_of_reinforcement_learning() -> None:
    faithful, mended = (PLANS[name].runs([1]) for name in ("gridworld", "gridworld-mended"))
    assert len(faithful) == 2 * 14 and not any(each.centre for each in faithful)
    assert {(each.environment, each.model) for each in mended} == {
        (f"MiniGrid-Empty-{size}-v0", model) for size in ("5x5", "6x6") for model in ("diffqas", "mapping")
    }
    assert {(each.seed, each.centre, each.mapping_scale, each.episodes) for each in mended} == {(1, True, 0.3, 50_000)}


@pytest.mark.parametrize(
    ("change", "message"),
    [("epochs", "a change is NAME=VALUE"), ("epoks=3", "unknown settings"), ("epochs=0", "epochs must be")],
)
def test_a_wrong_change(change: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PLANS["table2"].runs([0], [change])


# --- packed runs ------------------------------------------------------------------------------------------------------


def test_a_packed_run_is_the_same_elsewhere(tmp_path: Path) -> None:
    there = run(ToySettings(), store=tmp_path / "there")
    here = Store(tmp_path / "here").run(ToySettings())
    run(ToySettings(), store=tmp_path / "here", stop=lambda: True)  # something unfinished is in its place
    assert unpack(pack(there), here) is True
    assert here.finished and here.table().equals(there.table())
    assert here.training().steps_done == 6
    assert unpack(pack(there), here) is False
    assert [path.name for path in here.path.rglob(".*")] == []


def test_a_harmed_or_strange_pack_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    there = run(ToySettings(), store=tmp_path / "there")
    files, here = pack(there), Store(tmp_path / "here").run(ToySettings())
    name = next(name for name in files if name.endswith(".parquet"))
    with pytest.raises(ValueError, match="is damaged"):
        unpack({**files, name: files[name][:-1]}, here)
    with pytest.raises(FileNotFoundError):
        unpack({k: v for k, v in files.items() if k != "run.json"}, here)
    with pytest.raises(ValueError, match="belongs to the run"):
        unpack(files, Store(tmp_path / "here").run(ToySettings(seed=1)))
    for bad in ("../../x", "records/../../x", "other/x", "records/"):
        with pytest.raises(ValueError, match="is no file of a run"):
            unpack({**files, bad: b""}, here)
    assert here.state == "new"
    assert unpack(files, here)
