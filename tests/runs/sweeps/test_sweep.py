"""Sweeps over local processes: each run once, whatever happens to the workers."""

from __future__ import annotations

import errno
import io
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from rich.console import Console

from qtkit.cli.display import sweep_observer
from qtkit.files import read_json, write_text
from qtkit.runs import Store, StoredRun, SweepObserver, run, sweep
from qtkit.runs.store.lock import is_in_use, lock_run
from qtkit.runs.store.packing import pack, unpack
from qtkit.runs.sweeps.jobs import Job, LostError
from qtkit.runs.sweeps.plans import PLANS
from tests.helpers import PATIENCE, output, python, values, wait_until
from tests.runs.small import IMAGES
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_run_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    settings = [ToySettings(steps=5, seed=seed, fail_at=3 if seed == 1 else -1) for seed in range(3)]
    result = sweep(settings, store=tmp_path, workers=2)
    assert len(result.finished) == 2
    assert list(result.failed.values()) == ["the walk fell at step 3"]


@pytest.mark.slow
def test_stopped_it_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold = tmp_path / "hold"
    settings, store = [ToySettings(seed=seed, hold=str(hold)) for seed in range(4)], Store(tmp_path / "s")

    class Pool(ProcessPoolExecutor):
        def shutdown(self, *arguments: Any, **options: Any) -> None:  # by now the processes know that they are to stop
            write_text(hold / "open", "")
            super().shutdown(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr("qtkit.runs.sweeps.local_workers.ProcessPoolExecutor", Pool)
        stop = lambda: len([r for r in store if r.has_checkpoint()]) == 2  # noqa: E731
        result = sweep(settings, store=store, workers=2, stop=stop, checkpoint_seconds=0)
    assert len(result.left) == 4 and not result.failed
    assert sorted(r.state for r in result.left) == ["new", "new", "unfinished", "unfinished"]
    assert {r.progress().done for r in result.left if r.has_checkpoint()} == {2}
    result = sweep(settings, store=store, workers=1)
    assert len(result.finished) == 4
    check(tmp_path / "s", settings, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_killed_worker_costs_nothing(tmp_path: Path) -> None:
    hold = tmp_path / "hold"
    settings = [ToySettings(seed=seed, hold=str(hold)) for seed in range(4)]
    store, watch = Store(tmp_path / "s"), Watch()

    def kill_one() -> None:
        wait_until(lambda: list(hold.glob("[0-9]")))  # a walk has begun, and is held
        os.kill(int(next(hold.glob("[0-9]")).read_text()), signal.SIGKILL)
        write_text(hold / "open", "")

    thread = threading.Thread(target=kill_one)
    thread.start()
    result = sweep(settings, store=store, workers=2, observer=watch, checkpoint_seconds=0)
    thread.join()
    assert watch.notes[0].startswith("a worker process ended abruptly")
    assert len(result.finished) == 4
    assert any(len(r.facts()["sessions"]) > 1 for r in result.finished), "it went on from its checkpoint"
    check(tmp_path / "s", settings, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_run_that_ends_its_process_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poison = ToySettings(seed=9, steps=5, die_at=4)
    monkeypatch.setattr("qtkit.runs.sweeps.sweeping.ATTEMPTS", 2)  # each is new processes
    settings, store, watch = [poison, *(ToySettings(seed=seed, steps=5) for seed in range(5))], Store(tmp_path), Watch()
    result = sweep(settings, store=store, workers=2, observer=watch, checkpoint_seconds=0)
    assert (len(result.finished), result.computed, result.left) == (5, 5, [])
    assert result.failed == {store.run(poison): "a worker process ended abruptly (killed, or out of memory)"}
    assert watch.runs[-1] == store.run(poison), "tried again after all others"
    assert len(store.run(poison).facts()["sessions"]) == 2


class Silent:
    """Workers that lose every run, and know that none had begun."""

    def __init__(self) -> None:
        self.rounds = 0

    def start(self) -> None:
        self.rounds += 1

    def submit(self, job: Job, done: Callable[[Job, BaseException | None], None]) -> None:
        done(job, LostError("gone", begun=False))

    def close(self, *, now: bool) -> None: ...


def test_workers_that_never_begin_anything_come_to_an_end(tmp_path: Path) -> None:
    workers = Silent()
    result = sweep(WALKS[:2], store=tmp_path, workers=workers)
    assert list(result.failed.values()) == ["gone", "gone"]
    assert workers.rounds == 4


def test_what_another_process_finished_has_not_failed(tmp_path: Path) -> None:
    class Late(Silent):
        def submit(self, job: Job, done: Callable[[Job, BaseException | None], None]) -> None:
            if self.rounds == (2 if job.settings == WALKS[0] else 1):
                run(job.settings, store=tmp_path)
            done(job, LostError("gone", begun=True) if job.settings == WALKS[0] else ValueError("two at once"))

    watch = Watch()
    result = sweep(WALKS[:2], store=tmp_path, workers=Late(), observer=watch)
    assert (len(result.finished), result.failed, result.left) == (2, {}, [])
    assert result.computed == 0
    assert len(watch.runs) == 2


TWO_SWEEPS = """
import sys
from tests.runs.toy import ToySettings
from qtkit.runs import sweep
if __name__ == "__main__":
    settings = [ToySettings(seed=seed, hold=sys.argv[2]) for seed in range(4)]
    result = sweep(settings, store=sys.argv[1], workers=2)
    print(len(result.finished), result.computed)
"""


@pytest.mark.slow
def test_two_sweeps_at_once_count_what_each_finished(tmp_path: Path) -> None:
    """The first is at two walks while the second begins, which so takes the two others."""
    hold = tmp_path / "hold"
    processes = []
    for number in range(2):
        processes.append(python(TWO_SWEEPS, tmp_path / "s", hold))
        wait_until(lambda: len(list(hold.glob("[0-9]"))) == 2 * number + 2)  # noqa: B023
    write_text(hold / "open", "")
    assert [output(process) for process in processes] == ["4 2\n", "4 2\n"]


class Full(Silent):
    """Workers whose disk is full before anything is written."""

    def submit(self, job: Job, done: Callable[[Job, BaseException | None], None]) -> None:
        done(job, OSError(errno.ENOSPC, "the disk is full"))


@pytest.mark.parametrize("terminal", [False, True])
def test_a_failed_run_is_named_though_nothing_is_on_disk(tmp_path: Path, terminal: bool) -> None:
    shown = io.StringIO()
    with sweep_observer(Console(file=shown, force_terminal=terminal, width=200, soft_wrap=True)) as observer:
        result = sweep([IMAGES, WALKS[1]], store=tmp_path, workers=Full(), observer=observer)
    assert list(result.failed.values()) == ["the disk is full"] * 2
    assert "mnist-1-5 DiffQAS 2,7 seed 0 depth=1 batch_size=50 epochs=2 train_limit=120" in shown.getvalue()
    assert re.search(r"toy .*seed 1 steps=20 \([0-9a-f]{16}\) FAILED: the disk is full", shown.getvalue())


@pytest.mark.slow
def test_a_run_in_use_is_waited_for_without_new_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pools: list[ProcessPoolExecutor] = []

    def pool(*arguments: Any) -> ProcessPoolExecutor:
        pools.append(ProcessPoolExecutor(*arguments))
        return pools[-1]

    looks: list[Path] = []

    def look(path: Path) -> bool:
        looks.append(path)
        return is_in_use(path)

    monkeypatch.setattr("qtkit.runs.sweeps.local_workers.ProcessPoolExecutor", pool)
    monkeypatch.setattr("qtkit.runs.sweeps.sweeping.is_in_use", look)
    monkeypatch.setattr("qtkit.runs.sweeps.sweeping.BUSY_SECONDS", 0.3)
    store = Store(tmp_path)
    begun = store.run(WALKS[1])

    def stop() -> bool:
        return begun.finished and len(looks) >= 5

    with lock_run(store.run(WALKS[0]).path, wait=False):
        result = sweep(WALKS[:2], store=store, workers=1, stop=stop)
    assert (result.finished, result.left, result.failed) == ([begun], [store.run(WALKS[0])], {})
    assert len(pools) == 1


@pytest.mark.slow
def test_a_run_in_use_is_computed_once_it_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qtkit.runs.sweeps.sweeping.BUSY_SECONDS", 0.3)
    store = Store(tmp_path)
    begun, other = store.run(WALKS[1]), ExitStack()

    def stop() -> bool:
        if begun.finished:
            other.close()
        return False

    with other:
        other.enter_context(lock_run(store.run(WALKS[0]).path, wait=False))
        result = sweep(WALKS[:2], store=store, workers=1, stop=stop)
    assert len(result.finished) == 2


KILLED = """
import sys
from tests.runs.toy import ToySettings
from qtkit.runs import sweep
if __name__ == "__main__":
    settings = [ToySettings(seed=seed, steps=10**9) for seed in range(2)]
    sweep(settings, store=sys.argv[1], workers=2, checkpoint_seconds=0)
"""


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_workers_end_with_a_sweep_that_is_killed(tmp_path: Path) -> None:
    store, process = Store(tmp_path), python(KILLED, tmp_path)
    wait_until(lambda: sum(one.has_checkpoint() for one in store) == 2)
    workers = [read_json(one.path / "holder.json")["pid"] for one in store]
    process.kill()
    process.communicate(timeout=PATIENCE)  # until its output is closed, and so the workers, who have it too, have ended
    assert len(workers) == 2
    wait_until(lambda: not any(alive(pid) for pid in workers))
    assert {one.state for one in store} == {"unfinished"}
    assert not list(tmp_path.rglob("holder.json"))


UNGUARDED = "from qtkit.runs import sweep\nfrom tests.runs.toy import ToySettings\nsweep([ToySettings()], store={!r})\n"


@pytest.mark.slow
def test_a_script_without_a_guard_is_told_what_it_lacks(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED.format(str(tmp_path / "s")))
    process = python(script)
    errors, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "OSError: worker processes end while they start; a script that computes a sweep must do so under" in errors


@pytest.mark.slow
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
    settings = PLANS["images"].runs([3], ["epochs=2", "pixels=0..1", "centre=False"])
    assert len(settings) == 3 * 15
    assert {(each.seed, each.epochs, each.pixels, each.centre) for each in settings} == {(3, 2, "0..1", False)}


def test_the_plan_of_reinforcement_learning() -> None:
    plan = PLANS["gridworld"]
    runs = plan.runs([1])
    assert len(runs) == 2 * 14 and not any(each.centre for each in runs)
    assert {(each.environment, each.episodes) for each in runs} == {
        (f"MiniGrid-Empty-{size}-v0", 50_000) for size in ("5x5", "6x6")
    }
    seeing = plan.runs([1], reading="seeing-heard")
    assert [each.ansatze for each in seeing] == [each.ansatze for each in runs]
    assert {(each.seed, each.centre, each.probability, each.entropy_weight) for each in seeing} == {
        (1, True, "scaled", 0.01)
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("epochs", "a setting is given as NAME=VALUE, such as epochs=3; got 'epochs'"),
        ("epoks=3", "'epoks' is no setting of SeriesSettings; there are .*'epochs'"),
        ("epochs=0", "epochs must be"),
        ("centre=maybe", "centre=maybe: 'maybe' is not a valid boolean"),
    ],
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
