"""Where a task is written and how it is found again: files, modules and notebooks; here, in workers and on clusters."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import cloudpickle
import pytest
from click.testing import CliRunner
from torch import nn
from torch.nn.functional import mse_loss

from qtkit.cli.main import main
from qtkit.runs import Store, run, sweep
from qtkit.runs.sweeps.dask_workers import compute
from qtkit.runs.sweeps.paper_plans import models_of, rivals_of
from qtkit.runs.sweeps.plans import plan_named
from qtkit.tasks import Task
from qtkit.tasks.own import OwnSettings, OwnTraining, find_task
from qtkit.tasks.own.known import KNOWN
from qtkit.tasks.own.places import place_of, task_at
from tests.helpers import PATIENCE, ROOT, values
from tests.tasks.own.tasks import CLASSES, LINE, NOISY, SMALL, lines

TEXT = (ROOT / "tests" / "tasks" / "own" / "tasks.py").read_text()


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with tasks in the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(TEXT)
    return tmp_path / "mine.py"


def test_a_task_of_a_file_is_found_by_its_place(mine: Path) -> None:
    task, place = task_at("mine.py:LINE")
    assert place == ("LINE", "mine.py")
    assert place_of(task) == place
    assert task_at("mine.py:LINE")[0] is task
    settings = task.settings(epochs=3)
    assert (settings.task, settings.file, settings.epochs) == ("LINE", "mine.py", 3)
    assert find_task(settings) is task
    os.utime(mine, ns=(1, 1))
    mine.write_text(TEXT.replace("2 * inputs", "3 * inputs"))
    assert find_task(settings).code != task.code


def test_a_task_of_a_module_is_found_by_its_name() -> None:
    assert place_of(CLASSES) == ("CLASSES", "tests.tasks.own.tasks")
    assert find_task(CLASSES.settings()) is CLASSES


def test_a_task_without_a_place_needs_a_name() -> None:
    unnamed = dataclasses.replace(LINE)
    with pytest.raises(ValueError, match="stands in no variable of a file or notebook needs a name"):
        unnamed.settings()
    named = dataclasses.replace(LINE, name="a line")
    settings = named.settings()
    assert (settings.task, settings.file) == ("a line", None)
    assert find_task(settings) is named
    assert copy.deepcopy(settings) is settings
    with pytest.raises(
        ValueError, match=r"'another' stands in no file .* \(known are \[.*'a line'.*\]\): make it again"
    ):
        find_task(OwnSettings(task="another"))


def test_what_is_not_there_is_told(mine: Path) -> None:
    for place, kind, message in (
        ("mine.py", ValueError, "named as FILE:NAME, such as my_file.py:task; got 'mine.py'"),
        (
            "mine.py:LINES",
            ValueError,
            r"has no task 'LINES': there is none; its tasks are \['CLASSES', 'LINE', 'NOISY'\]",
        ),
        ("mine.py:lines", ValueError, "has no task 'lines': lines is a function; its tasks are"),
        ("none.py:LINE", FileNotFoundError, f"there is no file none.py in {mine.parent}"),
        ("none:LINE", FileNotFoundError, "there is no module 'none'; a file is named with its ending, none.py"),
        ("bad.py:LINE", ValueError, r"bad.py, line 2, cannot be read \(ZeroDivisionError: division by zero\)"),
        ("worse.py:LINE", ValueError, r"worse.py, line 1, cannot be read \(SyntaxError: "),
    ):
        (mine.parent / "bad.py").write_text("import math\n1 / 0\n")
        (mine.parent / "worse.py").write_text("1 +\n")
        with pytest.raises(kind, match=message):
            task_at(place)


def test_the_key_is_that_of_the_code_wherever_the_file_lies(mine: Path) -> None:
    store = Store(mine.parent / "runs")
    here = store.run(task_at("mine.py:CLASSES")[0].settings())
    there = store.run(CLASSES.settings())
    assert here.path == there.path
    assert here.path != store.run(NOISY.settings()).path
    mine.write_text(TEXT + "\n# changed\n")
    assert store.run(task_at("mine.py:CLASSES")[0].settings()).path != here.path


def test_settings_take_a_notebooks_task_along() -> None:
    """Standing in for a notebook: functions that no other process can import."""
    names: dict[str, object] = {}
    exec(
        "import torch\nfrom torch import nn\nfrom qtkit.tasks import Task\nx = torch.ones(4, 1)\n"
        "def make(): return nn.Linear(1, 1)\n"
        "task = Task(((x, x), (x, x)), make, nn.functional.mse_loss, name='of a notebook')",
        names,
    )
    task = names["task"]
    assert isinstance(task, Task)
    settings = task.settings(**SMALL)
    sent = pickle.dumps(settings)
    del KNOWN["of a notebook"]
    assert pickle.loads(sent) == settings
    assert KNOWN["of a notebook"] is not task
    assert KNOWN["of a notebook"].code == task.code
    assert list(OwnTraining(settings))[-1].train_loss is not None


def test_settings_are_of_the_task_that_they_were_made_of() -> None:
    """A loop's tasks once were all the last one, and a cell that was run anew took older settings along."""
    wide, narrow = (
        dataclasses.replace(LINE, loss=partial(mse_loss, reduction=kind), name="both") for kind in ("sum", "mean")
    )
    first, second = wide.settings(**SMALL), narrow.settings(**SMALL)
    assert first != second
    assert "version" not in repr(first) + str(first.to_dict())
    assert find_task(second) is narrow
    for settings in (first, dataclasses.replace(first, seed=1), pickle.loads(pickle.dumps(first))):
        with pytest.raises(
            ValueError, match=r"both is another task now than .* Tasks that are made in a loop need a name"
        ):
            run(settings)
    assert wide.settings(**SMALL) == first
    assert find_task(first) is wide
    assert find_task(OwnSettings.from_dict(first.to_dict())) is wide, "a stored run's"
    (x, y), tested = lines()
    given, other = (dataclasses.replace(wide, data=((x, factor * y), tested)) for factor in (1, 2))
    assert given.code == other.code
    assert given.settings() != other.settings()


SCRIPT = """
from torch import nn, ones
from qtkit.runs import run
from qtkit.tasks import Task
print("begun")
x = ones(4, 1)
mine = Task(((x, x), (x, x)), lambda: nn.Linear(1, 1), nn.functional.mse_loss)
print(run(mine.settings(model="mapping", epochs=1), store="runs").settings.file)
"""


@pytest.mark.slow
def test_a_script_runs_once_and_its_runs_are_found_again(tmp_path: Path) -> None:
    """Without `if __name__ == "__main__"`: it was read, and so run, a second time, under a name that was gone after."""
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    printed = done.stdout.splitlines()
    assert printed == ["begun", str(tmp_path / "script.py")], done.stdout + done.stderr
    (found,) = Store(tmp_path / "runs")
    assert found.training().task.metrics == {}


def test_a_task_that_cannot_be_sent_says_so() -> None:
    import threading

    lock = threading.Lock()

    def make() -> nn.Module:
        with lock:
            return nn.Linear(1, 1)

    task = dataclasses.replace(LINE, network=make, name="locked")
    with pytest.raises(ValueError, match=r"Task\(locked: loss\) cannot be sent to another process \(TypeError: "):
        pickle.dumps(task)


@pytest.mark.slow
def test_local_workers_compute_what_this_process_does(mine: Path) -> None:
    named = dataclasses.replace(LINE, loss=mse_loss, name="sent")
    tasks = [task_at("mine.py:CLASSES")[0], named]
    settings = [task.settings(seed=seed, **SMALL) for task in tasks for seed in range(2)]
    result = sweep(settings, store=mine.parent / "swept", workers=2)
    assert not result.failed
    assert result.computed == 4
    for each in settings:
        alone = run(each, store=mine.parent / "alone")
        assert values(Store(mine.parent / "swept").run(each)).equals(values(alone))


@pytest.mark.slow
def test_a_cluster_needs_no_file(mine: Path) -> None:
    """What a Dask worker does, in a process without the file."""
    task = task_at("mine.py:CLASSES")[0]
    settings = task.settings(**SMALL)
    sent = mine.parent / "sent"
    sent.write_bytes(cloudpickle.dumps((compute, settings, task.load())))
    code = (
        "import pickle, sys; compute, settings, data = pickle.load(open(sys.argv[1], 'rb')); "
        "files = compute(settings, data, folder=None, checkpoint_seconds=10.0, command=None); "
        "pickle.dump(files, open(sys.argv[1] + '-back', 'wb'))"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(sent)],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=PATIENCE,
    )
    from qtkit.runs.store.packing import unpack

    back = Store(mine.parent / "back").run(settings)
    assert unpack(pickle.loads((mine.parent / "sent-back").read_bytes()), back)
    assert values(back).equals(values(run(settings, store=mine.parent / "alone")))


@pytest.mark.usefixtures("mine")
def test_a_task_is_a_plan_of_all_its_models() -> None:
    settings = plan_named("mine.py:CLASSES").runs(range(2), ["epochs=3"])
    assert len(settings) == 2 * 15
    assert {each.epochs for each in settings} == {3}  # type: ignore[attr-defined]
    assert [each.model for each in rivals_of(settings[:15])] == ["fourier", "subspace", "random", "hashed"]
    assert "small" in [each.model for each in rivals_of(plan_named("mine.py:NOISY").runs([0]))]
    (heard, *_) = plan_named("mine.py:CLASSES").runs([0], reading="heard")
    assert heard.to_dict()["probability"] == "scaled"
    assert len(models_of(CLASSES.settings(candidates=(5, 2)))) == 5
    assert len(models_of(CLASSES.settings(candidates=(5,)))) == 3, "one circuit is no second run beside itself"
    with pytest.raises(
        ValueError, match="there is no plan 'mine'; there are table2, .*and tasks such as my_file.py:task"
    ):
        plan_named("mine")


OWN_CIRCUIT = '{"start": [{"gate": "H"}], "layer": [[{"gate": "CZ", "pattern": "ring"}, {"gate": "U3"}]]}'


@pytest.mark.usefixtures("mine")
def test_run_and_sweep_read_candidates_alike(tmp_path: Path) -> None:
    def lines(*words: str, given: str) -> list[str]:
        options = ("--set", "epochs=1", "--set", "depth=1", "--set", f"candidates={given}", "--store", str(tmp_path))
        done = CliRunner().invoke(main, [*words, *options])
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    listed = lines("sweep", "mine.py:LINE", "--list", given="5,2")
    assert [re.split("  +", line.rstrip())[3] for line in listed[:-1]] == [
        *("DiffQAS 5,2", "Config 5", "Config 2"),
        *("Mapping alone", "Classical"),
    ]
    mixed = f"[5, {OWN_CIRCUIT}]"
    before = lines("sweep", "mine.py:LINE", "--list", given=mixed)
    assert before[-1] == "5 runs: 5 new" and "H, CZ ring, U3" in before[2]
    lines("run", "mine.py:LINE", given=mixed)
    after = lines("sweep", "mine.py:LINE", "--list", given=mixed)
    assert after[-1] == "5 runs: 1 finished, 4 new" and after[0].split()[1:] == before[0].split()[1:]
