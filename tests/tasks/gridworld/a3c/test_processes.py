"""Workers as processes: every episode once, whoever dies; and their traffic, played by the test itself."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from itertools import islice, pairwise
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from types import SimpleNamespace

import gymnasium
import psutil
import pytest
import torch

from qtkit.processes import process_context
from qtkit.runs import Store
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.gridworld.a3c import processes as a3c_processes
from qtkit.tasks.gridworld.a3c import worker_process
from qtkit.tasks.gridworld.a3c.actor_critic import build_actor_critic
from qtkit.tasks.gridworld.a3c.errors import WorkersLostError
from qtkit.tasks.gridworld.a3c.processes import ProcessPool, _Process
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import Update
from qtkit.tasks.gridworld.environment import RealEnvironment, load_environment
from qtkit.tasks.gridworld.environment.minigrid import pack
from tests.helpers import PATIENCE, ROOT
from tests.tasks.gridworld.worlds import register

SMALL = GridworldSettings(model="classical", workers=2, episodes=40, run_as="processes")
posix = pytest.mark.skipif(sys.platform == "win32", reason="no such signals")


def gone(process: psutil.Process, seconds: float = PATIENCE) -> bool:
    """Whether a process ends in time; one that nobody has asked for its exit code has ended, too."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.02)
                continue
        return True
    return False


# Real processes


@pytest.mark.slow
@posix
def test_a_run_in_processes_with_a_death_and_a_break():
    training = GridworldTraining(SMALL)
    start = training.model.numbers.clone()
    records = list(islice(training, 4))
    assert (records[0].step, records[0].workers, records[0].returns) == (0, 2, ())
    workers = training._pool._processes
    assert all(isinstance(each.process, process_context().Process) for each in workers)
    assert training.model.numbers.is_shared() and not training.model.numbers.equal(start)
    state = training.state()

    victim, survivor = (psutil.Process(each.process.pid) for each in workers)
    victim.kill()
    workers[0].process.join()
    records += training
    assert training.notes == ["worker 0 was killed by SIGKILL; 1 of 2 workers are left"]
    assert records[-1].workers == 1
    counted_once(records)
    assert not survivor.is_running(), "they end with the last episode"

    other = GridworldTraining(SMALL)
    other.load_state(state)
    assert other.model.policy[0].weight.equal(state["tensors"]["model.policy.0.weight"])
    assert other.steps_done == state["steps_done"] > 0
    records = [*records[:4], *islice(other, 3)]
    assert records[4].workers == 2 and records[4].step > records[3].step
    for each in other._pool._processes:
        each.process.kill()
        each.process.join()
    message = "all 2 worker processes are gone; the run can go on from its last checkpoint"
    with pytest.raises(WorkersLostError, match=message) as caught:
        records += other
    assert isinstance(caught.value, RuntimeError)
    assert other.notes[-1].endswith("was killed by SIGKILL; 0 of 2 workers are left")
    assert sum(len(record.returns) for record in records) <= other.state()["steps_done"] < 40
    other.load_state(other.state())
    assert other._pool.alive == 2, "as many as will be started"


def counted_once(records) -> None:
    """Exactly as many episodes as were asked for, each in one record."""
    assert sum(len(record.returns) for record in records) == records[-1].episode == 40
    for before, record in pairwise(records):
        assert len(record.returns) == len(record.lengths) == record.episode - before.episode
        assert record.step > before.step and record.environment_steps > before.environment_steps
        assert 0 < record.entropy < 2
        for total, length in zip(record.returns, record.lengths, strict=True):
            assert total == pytest.approx(1 - 0.9 * length / 100) or (total == 0 and length == 100)
    assert sum(sum(record.lengths) for record in records) <= records[-1].environment_steps


IN_A_NOTEBOOK = """
import gymnasium
from minigrid.envs import EmptyEnv
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining

class Mine(EmptyEnv):
    def __init__(self, **options):
        super().__init__(size=5, agent_start_pos=None, **options)

gymnasium.register("Mine-v0", Mine)
settings = {"environment": "Mine-v0", "model": "classical", "workers": 1, "episodes": 2, "run_as": "processes"}
*_, last = GridworldTraining(GridworldSettings(**settings))
print(last.episode)
"""
"""As in a notebook, there is no main file from which a worker could learn what is registered."""


@pytest.mark.slow
def test_an_environment_that_only_the_notebook_knows():
    done = subprocess.run([sys.executable, "-c", IN_A_NOTEBOOK], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.returncode) == ("2\n", 0), done.stderr


def test_an_environment_that_cannot_be_sent_is_refused_before_any_process_starts(monkeypatch):
    name = register("RandomSteps")
    training = GridworldTraining(dataclasses.replace(SMALL, environment=name))
    monkeypatch.setattr(ProcessPool, "_spawn", lambda *_: pytest.fail("a process was started"))
    monkeypatch.setattr(gymnasium.registry[name], "entry_point", threading.Lock())
    with pytest.raises(ValueError, match=r"QtkitRandomSteps-v0 cannot be sent to worker processes \(TypeError: cannot"):
        next(training)


def workers_of(run: subprocess.Popen) -> list[psutil.Process]:
    """The processes that a run has started to work for it; it has others, such as git, for a moment."""
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for each in psutil.Process(run.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                found += [each] if is_worker(each) else []
    return found


def is_worker(process: psutil.Process) -> bool:
    """Whether it is multiprocessing's: started anew, or a copy of its server."""
    here, above = (" ".join(each.cmdline()) for each in (process, process.parent()))
    return "spawn_main" in here or ("forkserver" in here and "forkserver" in above)


@pytest.mark.slow
@posix
@pytest.mark.parametrize(
    ("moment", "number", "workers"),
    [("start", signal.SIGINT, 1), ("midway", signal.SIGINT, 2), ("midway", signal.SIGKILL, 1)],
    ids=["interrupted while starting", "interrupted midway", "killed"],
)
def test_no_worker_outlives_its_run(tmp_path: Path, moment: str, number: signal.Signals, workers: int):
    settings = ["--model", "classical", "--run-as", "processes", "--workers", str(workers), "--episodes", "1000000"]
    family: list[psutil.Process] = []
    with subprocess.Popen(
        [sys.executable, "-m", "qtkit", "run", "gridworld", *settings, "--checkpoint-seconds", "0.1"],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "QTKIT_RUNS": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as run:
        try:
            deadline = time.monotonic() + PATIENCE
            there = False
            while not there and time.monotonic() < deadline and run.poll() is None:
                family = workers_of(run)
                there = bool(family)
                if moment == "midway":
                    progress = [each.progress() for each in Store(tmp_path)]
                    there = len(family) == workers and any(each and each.done for each in progress)
                time.sleep(0.05)  # each look goes through all processes of the machine
            # Ctrl-C in a terminal goes to all of them; a kill to one.
            (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
            text, _ = run.communicate(timeout=PATIENCE)
            assert all(gone(each) for each in family)
        finally:
            for each in (run, *family):
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
    assert "Traceback" not in text, text
    assert "workers are left" not in text, text
    (stored,) = Store(tmp_path)
    assert stored.state == "unfinished"
    if number == signal.SIGINT:
        assert run.returncode == 128 + signal.SIGINT
        assert "stopped at " in text and "; the same command goes on from there" in text
    if moment == "midway":
        training = stored.training()
        episodes, updates = training.state()["tensors"]["workers.counts"].sum(0).tolist()
        assert 0 < training.steps_done == stored.progress().done <= episodes < updates


# The run's side, with workers that the test plays


class FakeProcess:
    """Ends when it is killed; `code` is what it then tells."""

    def __init__(self) -> None:
        self.exitcode: int | None = None

    def kill(self) -> None:
        self.exitcode = -9

    def join(self, timeout: float) -> None:
        pass


@pytest.fixture
def stage(monkeypatch):
    """Makes a crew whose workers' ends of the pipes are in `crew.ends`; they have said what `first` tells."""

    def make(workers: int, first=lambda index: "ready") -> ProcessPool:
        settings = GridworldSettings(model="mapping", workers=workers, run_as="processes")
        model, notes = build_actor_critic(settings), []
        optimiser = SharedAdam(model.numbers, settings.learning_rate, **settings.optimiser_options)
        crew = ProcessPool(model, optimiser, load_environment(settings.environment), settings, notes.append)
        crew.notes, crew.ends = notes, []

        def spawn(self, index, episodes, updates):
            here, there = Pipe()
            self.ends.append(there)
            if (said := first(index)) is not None:
                there.send(said)
            self._processes.append(_Process(index, FakeProcess(), here, episodes, updates))

        monkeypatch.setattr(ProcessPool, "_spawn", spawn)
        crew.start()
        made.append(crew)
        return crew

    made: list[ProcessPool] = []
    yield make
    for crew in made:
        crew.close()
        for end in crew.ends:
            end.close()


def update(finished: tuple[float, int] | None = None) -> Update:
    return Update(1.0, 0.5, 0.5, 1.5, 5, finished)


def test_no_more_episodes_are_given_than_are_left(stage):
    crew = stage(3)
    crew.ends[0].send([update(), update((0.5, 55))])
    assert crew.round(2) == [update(), update((0.5, 55))]
    assert [end.poll() for end in crew.ends] == [True, True, False]
    crew.ends[1].send([update()])
    assert len(crew.round(1)) == 1
    assert [end.recv() for end in crew.ends[:2]] == [0, 0]
    assert not crew.ends[0].poll(), "the last one is under way"
    crew.ends[1].send([update((0.0, 100))])
    assert len(crew.round(1)) == 1
    crew.ends[0].send([update()])
    assert len(crew.round(3)) == 1
    assert [end.recv() for end in crew.ends] == [1, 1, 0], "each has episodes of its own"
    assert crew.tensors()["workers.counts"].tolist() == [[1, 3], [1, 2], [0, 0]]


def test_a_worker_that_is_gone_is_told_and_done_without(stage):
    crew = stage(2)
    crew.ends[0].close()
    crew.ends[1].send([update()])
    assert len(crew.round(9)) == 1 and crew.alive == 1
    assert crew.notes == ["worker 0 does not answer any more; 1 of 2 workers are left"]
    crew.ends[1].close()
    with pytest.raises(WorkersLostError, match="all 2 worker processes are gone"):
        crew.round(9)
    assert len(crew.notes) == 2 and crew.alive == 2, "as many as will be started"


@pytest.mark.slow
def test_a_worker_that_says_nothing_is_not_waited_for_for_ever(stage, monkeypatch):
    crew = stage(2)
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)

    def listen(pipes, seconds):
        clock.now += seconds
        return wait(pipes, 0)

    monkeypatch.setattr(a3c_processes, "TIMEOUT_SECONDS", 1.5)
    monkeypatch.setattr(a3c_processes, "time", clock)
    monkeypatch.setattr(a3c_processes, "wait", listen)
    silent = crew._processes[0].process
    for lost in (False, True, True):
        crew.ends[1].send([update()])
        crew.round(9)
        assert (crew.alive == 1) == lost
    assert crew.notes == ["worker 0 has not reported for 1.5 s; 1 of 2 workers are left"]
    assert silent.exitcode == -9, "its process is ended"


def test_workers_that_do_not_start(stage, monkeypatch):
    monkeypatch.setattr(a3c_processes, "TIMEOUT_SECONDS", 0.1)
    crew = stage(2, lambda index: "ready" if index else None)
    assert crew.alive == 1 and crew.notes == ["worker 0 did not start in 0.1 s; 1 of 2 workers are left"]
    with pytest.raises(WorkersLostError, match="all 2 worker processes are gone"):
        stage(2, lambda index: None)


def test_an_error_in_a_worker_is_the_run_s(stage):
    crew = stage(2)
    processes = [each.process for each in crew._processes]
    crew.ends[0].send(FloatingPointError("the loss is nan"))
    with pytest.raises(FloatingPointError, match="the loss is nan"):
        crew.round(9)
    assert [process.exitcode for process in processes] == [-9, -9]
    with pytest.raises(RuntimeError, match="worker 1 failed"):
        stage(2, lambda index: RuntimeError("worker 1 failed") if index else "ready")


def test_an_interrupt_loses_nothing_that_was_reported(stage, monkeypatch):
    crew = stage(2)
    receive = ProcessPool._receive

    def interrupted(self, each):
        receive(self, each)
        if each.index == 0:
            raise KeyboardInterrupt

    crew.ends[0].send([update((0.5, 55))])
    crew._hand_out(9)
    monkeypatch.setattr(ProcessPool, "_receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        crew.round(9)
    assert crew._processes == []
    monkeypatch.setattr(ProcessPool, "_receive", receive)
    assert crew.round(9) == [update((0.5, 55))], "with new processes"
    assert [(each.episodes, each.updates) for each in crew._processes] == [(1, 1), (0, 0)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (None, "does not answer any more"),
        (3, "ended with code 3"),
        (-11, "was killed by SIGSEGV"),
        (-99, "was killed by signal 99"),
    ],
)
def test_ends_in_words(stage, code, told):
    crew = stage(2)
    crew._processes[0].process.exitcode = code
    crew.ends[0].close()
    crew.ends[1].send([update()])
    crew.round(9)
    assert crew.notes == [f"worker 0 {told}; 1 of 2 workers are left"]


# The worker's side, on a thread


@pytest.fixture
def life(monkeypatch):
    """Starts the life of a worker; its pipe, the shared numbers, the thread."""
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    monkeypatch.setattr("qtkit.tasks.gridworld.a3c.worker_process.set_num_threads", lambda _: None)
    monkeypatch.setattr(worker_process, "REPORT_SECONDS", 100.0)
    begun = []

    def begin(settings=SMALL, environment=None, spoil=lambda numbers: None, updates=0, sent=None):
        here, there = Pipe()
        shared = build_actor_critic(settings).numbers
        moments = SharedAdam(shared, 0.0, (0.9, 0.9)).state[shared]
        spoil(shared)
        environment = environment or load_environment(settings.environment)
        arguments = (there, 1, settings, environment, shared, moments, updates, sent)
        thread = threading.Thread(target=worker_process.run_worker, args=arguments)
        thread.start()
        begun.append((here, thread))
        return here, shared, moments, thread

    yield begin
    for here, thread in begun:
        here.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_worker_plays_what_it_is_given_and_ends_with_its_pipe(life):
    pipe, shared, moments, thread = life()
    start, updates = shared.clone(), 0
    assert pipe.recv() == "ready" and not pipe.poll(0.05)
    for episode in (0, 1, 7):
        pipe.send(episode)
        done = pipe.recv()
        assert [each.finished is not None for each in done] == [False] * (len(done) - 1) + [True]
        assert sum(each.steps for each in done) == done[-1].finished[1]
        updates += len(done)
    assert not shared.equal(start) and moments["step"] == updates
    pipe.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_worker_reports_in_the_midst_of_long_episodes(life, monkeypatch):
    monkeypatch.setattr(worker_process, "REPORT_SECONDS", 0.0)
    pipe, *_ = life()
    assert pipe.recv() == "ready"
    pipe.send(0)
    reports = [pipe.recv()]
    while not reports[-1][-1].finished:
        reports.append(pipe.recv())
    assert len(reports) > 1 and all(len(report) == 1 for report in reports)


def test_a_worker_s_random_numbers_go_on(life):
    """After a break, the updates made before count: no draw is used twice."""
    lengths = []
    for updates in (0, 0, 5):
        pipe, *_ = life(updates=updates)
        pipe.recv()
        pipe.send(0)
        lengths.append([each.loss for each in pipe.recv()])
    assert lengths[0] == lengths[1] != lengths[2]


def test_a_worker_learns_what_is_registered(life, monkeypatch):
    name = register("RandomSteps")
    environment, sent = RealEnvironment(name), pack(name)
    monkeypatch.delitem(gymnasium.registry, name)
    pipe, *_ = life(environment=environment, sent=sent)
    assert pipe.recv() == "ready" and name in gymnasium.registry
    pipe.send(0)
    assert pipe.recv()[-1].finished
    known = gymnasium.registry[name]
    pipe, *_ = life(environment=environment, sent=sent)
    assert pipe.recv() == "ready" and gymnasium.registry[name] is known, "what it knows by itself stays"


def test_a_worker_tells_its_errors(life):
    pipe, shared, _, thread = life(spoil=lambda numbers: numbers.fill_(torch.nan))
    pipe.recv()
    pipe.send(0)
    error = pipe.recv()
    assert isinstance(error, FloatingPointError) and "in update 1 of worker 1" in str(error)
    thread.join(PATIENCE)
    assert shared.isnan().all()

    class Nowhere(type(load_environment(SMALL.environment))):
        def new_episode(self, seed):
            raise ValueError("unknown environment 'Nowhere'")

    pipe, *_ = life(environment=Nowhere(load_environment(SMALL.environment).table))
    pipe.recv()
    pipe.send(0)
    error = pipe.recv()
    assert type(error) is RuntimeError
    assert str(error) == "worker 1 failed: ValueError: unknown environment 'Nowhere'"
