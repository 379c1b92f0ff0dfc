"""Sweeps on a real Dask cluster on the loopback interface: a worker killed, the scheduler restarted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from qtkit.files import write_text
from qtkit.runs import Store, run
from qtkit.runs.sweeps.dask_workers import DaskWorkers
from tests.helpers import PATIENCE, ROOT, output, python, values, wait_until
from tests.ports import free_port
from tests.runs.small import IMAGES, held_runs

pytestmark = [
    pytest.mark.skipif(find_spec("distributed") is None, reason="distributed is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


# The client is a process of its own: it prints each event, and how often a run arrived.
CLIENT = """
import sys
import qtkit.runs.sweeps.dask_workers as dask_workers
from qtkit.runs import SweepObserver, sweep
from tests.helpers import PATIENCE
from tests.runs.small import held_runs

arrive = dask_workers.unpack
def unpack(files, run):
    new = arrive(files, run)
    print("arrived" if new else "again", run.key, sum(map(len, files.values())), flush=True)
    return new
dask_workers.unpack = unpack

class Said(SweepObserver):
    def one(self, run, error, seconds_left):
        print("done", run.key, error, flush=True)
    def note(self, text):
        print("note", text, flush=True)

if __name__ == "__main__":
    workers = dask_workers.DaskWorkers(sys.argv[1], reconnect_seconds=PATIENCE)
    result = sweep(held_runs(sys.argv[3]), store=sys.argv[2], workers=workers, observer=Said())
    print("result", len(result.finished), len(result.failed), len(result.left), flush=True)
"""


class Cluster:
    """A scheduler and two workers, each a process; the workers are kept alive, as a cluster's manager does."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.log = (folder / "cluster.log").open("w")
        self.folder, self.alive = folder, True
        self.scheduler = self._start_scheduler()
        self.workers = [self._start_worker(), self._start_worker()]
        self.started = 2
        self._manager = threading.Thread(target=self._manage)
        self._manager.start()

    def restart_scheduler(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()
        self.scheduler = self._start_scheduler()

    def close(self) -> None:
        self.alive = False
        self._manager.join()
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self.log.close()

    def _manage(self) -> None:
        while self.alive:
            for i, worker in enumerate(self.workers):
                if worker.poll() is not None and self.alive:
                    self.workers[i] = self._start_worker()
                    self.started += 1
            time.sleep(0.1)

    def _start_scheduler(self) -> subprocess.Popen:
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def _start_worker(self) -> subprocess.Popen:
        own = ["--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder), "--death-timeout", str(PATIENCE)]
        return self._start("worker", self.address, "--host", "127.0.0.1", *own)

    def _start(self, *arguments: str) -> subprocess.Popen:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
        return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=self.log, stderr=self.log)


@pytest.fixture
def cluster(tmp_path: Path):
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


@pytest.mark.slow
def test_a_worker_killed_and_the_scheduler_restarted(cluster: Cluster, tmp_path: Path) -> None:
    hold = tmp_path / "hold"
    client = python(CLIENT, cluster.address, tmp_path / "s", hold)
    said: list[str] = []

    def listen(until: Callable[[], bool]) -> None:
        while not until() and (line := client.stdout.readline()):
            said.append(line.rstrip())

    listen(until=lambda: sum(text.startswith("done") for text in said) == 3)
    wait_until(lambda: list(hold.glob("[0-9]")))
    victim = int(next(hold.glob("[0-9]")).read_text())  # is at a run
    assert victim in [worker.pid for worker in cluster.workers]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: cluster.started >= 3)
    wait_until(lambda: any(int(path.read_text()) != victim for path in hold.glob("[0-9]")))  # so is another one
    cluster.restart_scheduler()
    listen(until=lambda: any(text.startswith("note") for text in said))
    write_text(hold / "open", "")
    listen(until=lambda: False)
    client.stdout.close()
    assert client.wait(timeout=PATIENCE) == 0, said
    assert said[-1] == "result 6 0 0", said
    assert any(text.startswith("note the scheduler at tcp://") for text in said), said
    arrived = Counter(text.split()[1] for text in said if text.startswith("arrived"))
    assert set(arrived.values()) == {1}
    store = Store(tmp_path / "s")
    assert set(arrived) == {stored.key for stored in store} == {store.run(each).key for each in held_runs(hold)}
    for each in held_runs(hold):
        assert values(store.run(each)).equals(values(run(each, store=tmp_path / "local"))), each
    assert store.run(IMAGES).training().steps_done == 6


@pytest.mark.slow
def test_no_scheduler(tmp_path: Path) -> None:
    code = """
import sys
from qtkit.runs import sweep
from qtkit.runs.sweeps.dask_workers import DaskWorkers
from tests.runs.toy import ToySettings
for address in sys.argv[2:]:
    try:
        sweep([ToySettings()], store=sys.argv[1], workers=DaskWorkers(address, reconnect_seconds=1))
    except OSError as error:
        print("said:", error)
"""
    text = output(python(code, tmp_path, "tcp://127.0.0.1:1", "nowhere"))
    said = [line for line in text.splitlines() if line.startswith("said:")]
    assert said[0].startswith("said: no Dask scheduler answers at tcp://127.0.0.1:1"), text
    assert said[1].startswith("said: no Dask scheduler "), text


def test_without_dask_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModuleNotFoundError, match=r"a cluster needs Dask: pip install 'qtkit\[dask\]'"):
        DaskWorkers("tcp://127.0.0.1:1")
