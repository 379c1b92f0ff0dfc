"""A run that is killed with SIGKILL, wherever it is, ends as an unbroken one."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from qtkit.runs import Store, run
from tests.helpers import output, python, values
from tests.runs.small import GRIDWORLD, IMAGES
from tests.runs.toy import ToySettings

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL") or sys.platform == "win32", reason="no fork here")

HANGS = 800
"""Seconds, of hundreds of deaths beside busy processes."""

# A child kills itself at its n-th operation on files, n = 1, 2, 3, ...: then the next child goes on, and is killed
# at its own n-th, until one ends before. Every operation of every stage is the last one of some child.
AT_EVERY_OPERATION = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from tests.runs.toy import ToySettings
from qtkit.runs import run
import qtkit.runs.store.provenance as provenance
provenance.git_commit()  # starts a process: before the forks
os.fsync = lambda number: None  # a killed process loses nothing that it gave to the system, and this is faster
store, again = sys.argv[1], sys.argv[2] == "again"
run(ToySettings(steps=2), store=Path(store) / "before")  # imports what runs need, too: once, before the forks
EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}

def child(limit, folder, again):
    count = itertools.count(1)
    def hook(event, arguments):
        if event in EVENTS and str(folder) in str(arguments[0]) and next(count) == limit:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    run(ToySettings(steps=2), store=folder, checkpoint_seconds=0, again=again)
    os._exit(0)

deaths = 0
for limit in itertools.count(1):
    folder = Path(store) / str(limit)
    if again:
        shutil.copytree(Path(store) / "before", folder)
    pid = os.fork()
    if pid == 0:
        child(limit, folder, again)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status):
        break
    deaths += 1
print(deaths)
"""


@pytest.mark.slow
@pytest.mark.parametrize("again", [False, True], ids=["new", "again"])
def test_killed_at_every_operation_on_files(tmp_path: Path, again: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda number: None)
    whole = run(ToySettings(steps=2), store=tmp_path / "whole")
    deaths = int(output(python(AT_EVERY_OPERATION, tmp_path, "again" if again else "new"), HANGS))
    assert deaths > 40
    for limit in range(1, deaths + 1):
        store = Store(tmp_path / str(limit))
        stored = store.run(ToySettings(steps=2))
        if stored.finished:  # then all of it is there
            assert values(stored).equals(values(whole)), limit
        done = run(ToySettings(steps=2), store=store, checkpoint_seconds=0)
        assert values(done).equals(values(whole)), limit
        leftovers = [path.name for path in done.path.rglob(".*")]
        assert leftovers == [] or stored.finished, limit
        for kept in done.path.glob("earlier/[0-9]*"):
            assert values(type(done)(kept / done.key)).equals(values(whole)), limit


# One child after another is killed at a record, or an operation on files, whose number chance chooses: while it starts,
# between two records, within a checkpoint. Some write a checkpoint after each record, some none before the end.
AT_RANDOM_MOMENTS = """
import itertools, os, random, signal, sys
from pathlib import Path
from tests.runs import small
from qtkit.runs import Observer, Store, run
from qtkit.runs.store.stored import make_training
from qtkit.tasks.registry import task_of
import qtkit.runs.store.provenance as provenance
provenance.git_commit()
settings = getattr(small, sys.argv[1])
Store(sys.argv[2]).run(settings)  # loads the data
for _ in itertools.islice(make_training(task_of(settings), settings), 2):
    pass  # what takes long the first time: once, before the forks
FILES = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}

def child(store, kind, limit, seconds):
    count = itertools.count(1)
    def moment(what):
        if what == kind and next(count) == limit:
            os.kill(os.getpid(), signal.SIGKILL)
    class Killer(Observer):
        def record(self, training, record):
            moment("record")
    def hook(event, arguments):
        if event in FILES and str(store) in str(arguments[0]):
            moment("file")
    sys.addaudithook(hook)
    run(settings, store=store, checkpoint_seconds=seconds, observer=Killer())
    os._exit(0)

for seed in sys.argv[3:]:
    chance, deaths = random.Random(int(seed)), 0
    while True:
        kind = chance.choice(["record", "file"])
        limit = chance.randint(1, 3 if kind == "record" else 50)
        seconds = chance.choice([0, 0, 3600])
        pid = os.fork()
        if pid == 0:
            child(Path(sys.argv[2]) / seed, kind, limit, seconds)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            break
        deaths += 1
    print(deaths)
"""


@pytest.mark.slow
@pytest.mark.parametrize("settings", [IMAGES, GRIDWORLD], ids=["images", "gridworld"])
def test_a_run_killed_at_random_moments(tmp_path: Path, settings: Any) -> None:
    whole = run(settings, store=tmp_path / "whole")
    network, parameters = whole.training().network().state_dict(), list(whole.training().model.parameters())
    name = "IMAGES" if settings is IMAGES else "GRIDWORLD"
    deaths = output(python(AT_RANDOM_MOMENTS, name, tmp_path / "killed", 0, 1), HANGS).split()
    for seed, times in zip((0, 1), deaths, strict=True):
        assert int(times) >= 3
        done = Store(tmp_path / "killed" / str(seed)).run(settings)
        assert values(done).equals(values(whole))
        training = done.training()
        assert training.network().state_dict().keys() == network.keys()
        for ours, theirs in zip(training.model.parameters(), parameters, strict=True):
            assert ours.equal(theirs)
