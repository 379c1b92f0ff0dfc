"""The command line: options from settings, plain lines in a pipe, a bar on a terminal, Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from qtkit.cli.main import main
from qtkit.cli.options import WholeNumbers, options_of
from qtkit.runs import Store
from qtkit.runs.options import field_docs
from qtkit.runs.store.lock import lock_run
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.registry import TASKS, task_named
from tests.helpers import PATIENCE, ROOT, output, python, wait_until

SMALL = ["--source", "sample", "--train-limit", "120", "--test-limit", "40", "--batch-size", "50"]
SMALL += ["--depth", "1", "--candidates", "2,7", "--epochs", "2"]
PYTHON = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def qtkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command in this process, with a store of its own."""
    monkeypatch.setenv("QTKIT_RUNS", str(tmp_path))
    monkeypatch.setattr("torch.set_num_threads", lambda threads: None)

    def invoke(*arguments: object) -> Result:
        words = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["qtkit", *words])  # is kept with a run
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return invoke


@pytest.mark.slow
def test_a_run_and_its_status(qtkit, tmp_path: Path) -> None:
    result: Result = qtkit("run", "images", *SMALL)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith(f"begins: {tmp_path}/images/")
    assert "1,990 real MNIST digits" in lines[1]
    assert re.fullmatch(r"finished · epoch 2 · train loss \S+ · train accuracy .* test accuracy \S+", lines[2])
    assert "\x1b" not in result.output
    (stored,) = Store(tmp_path)
    assert stored.settings == ImageSettings(
        source="sample", train_limit=120, test_limit=40, batch_size=50, depth=1, candidates=(2, 7), epochs=2
    )
    assert stored.facts()["sessions"][0]["command"].startswith("qtkit run images --source sample")
    assert "finished before" in qtkit("run", "images", *SMALL).output
    again = qtkit("run", "images", *SMALL, "--again").output
    assert "all 7 records are those of the earlier run, bit for bit" in again
    status = qtkit("status").output
    assert re.search(r"images +mnist-1-5 +DiffQAS 2,7 +0 +finished +6 of 6 +took \d", status)
    assert status.rstrip().endswith("1 run: 1 finished")


def test_an_export(qtkit, tmp_path: Path) -> None:
    qtkit("run", "images", *SMALL)
    refused = qtkit("export", "images", "--to", tmp_path / "out")
    assert refused.exit_code == 1
    assert "1 on other than the official data left out" in refused.output
    done = qtkit("export", "images", "--to", tmp_path / "out", "--any-data", "--where", "depth=1")
    assert done.output == f"{tmp_path}/out/mnist-1-5.parquet: 1 run\n"
    wrong = qtkit("export", "images", "--to", tmp_path / "out", "--any-data", "--where", "deep=1")
    assert "'deep' is no setting of ImageSettings" in wrong.output
    none = qtkit("export", "series", "--to", tmp_path / "out", "--where", "deep=1")
    assert "'deep' is no setting of SeriesSettings" in none.output, "also where there is no run to look at"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "images", "--candidates", "13"], "a candidate is a number from 1 to 12"),
        (["run", "images", "--candidates", "a"], "'a' is not a list of whole numbers such as 1,5 or 2,5,8-11"),
        (["run", "images", "--model", "magic"], "'magic' is not one of 'diffqas', 'mapping', 'classical'"),
        (["run", "images", "--source", "folder"], "source='folder' needs data_dir"),
        (["run", "images", "--source", "folder", "--data-dir", "/nowhere"], "no MNIST in /nowhere"),
        (["run", "chess"], "No such command 'chess': there are images, series, gridworld, agents, own"),
        (["run", "my_file.py"], "No such command 'my_file.py': there are images"),
        (["run", "--chess"], "No such option"),
        (
            ["sweep", "images", "--workers", "2", "--scheduler", "tcp://a:1"],
            "--workers 2 are processes here, --scheduler",
        ),
        (["sweep", "images", "--worker-folder", "x"], "--worker-folder x is for the workers of a --scheduler"),
        (["export", "chess", "--to", "x"], "there is no task 'chess'"),
        (["status", "serie"], "there is no task 'serie'; known are"),
    ],
)
@pytest.mark.usefixtures("home")
def test_mistakes_are_told_in_a_line(qtkit, arguments: list[str], message: str) -> None:
    result = qtkit(*arguments)
    assert result.exit_code in (1, 2)
    assert message in result.output
    assert "Traceback" not in result.output


def test_every_setting_is_an_option_with_its_default_and_help(qtkit) -> None:
    text = qtkit("run", "images", "--help").output
    for name in ImageSettings().to_dict():
        assert f"--{name.replace('_', '-')}" in text
    assert "default: 0.3" in text
    assert "quick tries" in field_docs(ImageSettings)["train_limit"]
    context = click.Context(click.Command("run"))
    defaults = {option.name: option.get_default(context) for option in options_of(ImageSettings)}
    defaults = {o.name: o.type_cast_value(context, defaults[o.name]) for o in options_of(ImageSettings)}
    assert ImageSettings(**defaults) == ImageSettings()


@pytest.mark.parametrize("task", ["images", "series", "gridworld", "agents", "own"])
def test_every_setting_is_told_in_words_that_stand_alone(task: str) -> None:
    """A help page names no "next three"."""
    options = {option.name: option.help or "" for option in options_of(task_named(task).settings_class)}
    assert {name for name, words in options.items() if not words or "next" in words} == set()


@pytest.mark.parametrize("task", ["images", "series", "gridworld"])
def test_lists_have_their_defaults_as_one_writes_them(qtkit, task: str) -> None:
    text = " ".join(qtkit("run", task, "--help").output.split())
    assert "or any Ansatz. [default: 1-12]" in text
    assert task != "images" or "[default: 1,5]" in text


def test_help_names_every_plan(qtkit) -> None:
    lines = [line.split(maxsplit=1) for line in qtkit("sweep", "--help").output.splitlines() if line.strip()]
    told = {words[0]: words[1] for words in lines if len(words) > 1}
    assert set(PLANS) <= set(told)


@pytest.mark.parametrize("group", [[], ["run"]])
def test_help_tells_what_each_command_does_in_a_whole_line(qtkit, group: list[str]) -> None:
    lines = qtkit(*group, "--help").output.partition("Commands:\n")[2].splitlines()
    assert len(lines) == len(TASKS if group else main.commands)
    assert all(re.fullmatch(r"  [a-z]+ +[A-Z].*\w.*\.", line) and not line.endswith("...") for line in lines)


@pytest.mark.parametrize("name", sorted(set(main.commands) - {"run"}))
def test_every_option_says_what_it_does(name: str) -> None:
    options = [each for each in main.commands[name].params if isinstance(each, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_help_has_examples(qtkit) -> None:
    assert "qtkit run images --dataset mnist" in qtkit("--help").output


@pytest.mark.parametrize(
    ("text", "numbers"), [("1,5", (1, 5)), ("1/5", (1, 5)), ("2,5,8-11", (2, 5, 8, 9, 10, 11)), ("1..3", (1, 2, 3))]
)
def test_lists_of_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert WholeNumbers().convert(text, None, None) == numbers


def test_a_missing_package_is_told_in_a_line(qtkit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = qtkit("sweep", "table2", "--scheduler", "tcp://127.0.0.1:1")
    assert (result.exit_code, result.output) == (1, "Error: a cluster needs Dask: pip install 'qtkit[dask]'\n")


@pytest.mark.slow
def test_a_narrow_encoding_does_not_end_a_run(tmp_path: Path) -> None:
    arguments = ["run", "series", "--dataset", "bessel", "--model", "mapping", "--epochs", "1"]
    arguments += ["--store", str(tmp_path)]
    process = command(*arguments, encoding="cp1252", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, text
    assert "the Bessel function J?(x)" in text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the error is another one there")
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = command("status", "--store", str(tmp_path), stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    _, errors = process.communicate(timeout=PATIENCE)
    assert errors == ""


def command(*arguments: str, **options) -> subprocess.Popen:
    environment = PYTHON | {"PYTHONIOENCODING": options.get("encoding", "utf-8")}
    return subprocess.Popen([sys.executable, "-m", "qtkit", *arguments], env=environment, cwd=ROOT, **options)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_at_a_checkpoint_and_the_same_command_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    arguments = ["run", "images", *SMALL, "--epochs", "1000000", "--store", str(tmp_path), "--checkpoint-seconds", "0"]
    process = command(*arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_until(lambda: list(tmp_path.glob("images/*/checkpoint/checkpoint.json")))
    process.send_signal(number)
    text, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + number, text
    assert re.search(r"stopped at (step \d+ of 3,000,000|its start); the same command goes on from there", text)
    (stored,) = Store(tmp_path)
    assert stored.state == "unfinished"
    assert not (stored.path / "holder.json").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_signal_ends_a_wait_for_another_process(tmp_path: Path) -> None:
    stored = Store(tmp_path).run(ImageSettings(source="sample"))
    with lock_run(stored.path, wait=False):
        arguments = ["run", "images", "--source", "sample", "--store", str(tmp_path)]
        process = command(*arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "is at this run; waiting" in line
        process.send_signal(signal.SIGTERM)
        text, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM, text
    assert "stopped at its start; the same command goes on from there" in text


IGNORED = """
import os, signal
from qtkit.runs.stopping import StopOnSignal
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with StopOnSignal() as stop:
    os.kill(os.getpid(), signal.SIGHUP)
    print(stop())
    os.kill(os.getpid(), signal.SIGTERM)
    print(stop())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_an_ignored_signal_stays_ignored() -> None:
    assert output(python(IGNORED)).split() == ["False", "True"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_shows_a_bar(tmp_path: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    process = command("run", "images", *SMALL, "--store", str(tmp_path), stdout=follower, stderr=follower)
    os.close(follower)
    text = b""
    while True:
        try:
            chunk = os.read(leader, 4096)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        text += chunk
    os.close(leader)
    assert process.wait(timeout=PATIENCE) == 0
    shown = text.decode()
    assert "\x1b[?25l" in shown and "\x1b[?25h" in shown, "the cursor is hidden and comes back"
    assert "━" in shown and "finished" in shown and "test accuracy" in shown


STORED = ROOT / "tests/runs/format_1/runs"
LIGHT = [["--help"], ["--version"], ["status", "images"]]
LIGHT += [[name, "--help"] for name in main.commands]
LIGHT += [["run", name, "--help"] for name, task in TASKS.items() if task.settings.startswith("qtkit.")]
MISTYPED = [["export"], ["nothing"]]

HEAVY = "torch", "numpy", "pandas", "pyarrow", "numba", "scipy", "matplotlib", "plotly", "ipywidgets", "IPython"
"""Each takes a tenth of a second to seconds to import."""

LOOK = f"""
import atexit, sys
atexit.register(lambda: print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr))
from qtkit.cli.main import main
"""


def said_lightly(code: str, *, status: int = 0, **environment: str) -> str:
    """What a process says that runs `code` and ends with this status; it must not import a heavy module."""
    process = subprocess.run(
        [sys.executable, "-c", LOOK + code],
        env={**PYTHON, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == status, process.stderr
    assert process.stderr.splitlines()[-1] == "[]", process.stderr
    return process.stdout


@pytest.mark.parametrize("arguments", LIGHT, ids=" ".join)
def test_what_computes_nothing_imports_nothing_that_computes(arguments: list[str]) -> None:
    assert said_lightly(f"main({arguments})") != ""


@pytest.mark.parametrize(("kind", "option"), [("Task", "--batch-size"), ("Agent", "--environment")])
def test_help_for_a_file_of_ones_own_does_not_run_it(tmp_path: Path, kind: str, option: str) -> None:
    (tmp_path / "mine.py").write_text(f"from qtkit.tasks import {kind}\nimport torch\nmine = {kind}(torch)\n")
    assert option in said_lightly(f"main(['run', {str(tmp_path / 'mine.py:mine')!r}, '--help'])")


@pytest.mark.parametrize("arguments", MISTYPED, ids=" ".join)
def test_what_is_mistyped_is_told_without_such_imports(arguments: list[str]) -> None:
    assert said_lightly(f"main({arguments})", status=2) == ""


def test_the_status_of_a_store_needs_nothing_that_computes() -> None:
    assert "6 runs: 3 finished, 3 unfinished" in said_lightly(f"main(['status', '--store', {str(STORED)!r}])")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", "status"),
        ("run ", "gridworld"),
        ("run images --ep", "--epochs"),
        ("run images --model ", "mapping"),
        ("table ", "rewards"),
        ("status --st", "--store"),
    ],
)
def test_completion_needs_nothing_that_computes(typed: str, offered: str) -> None:
    words = f"qtkit {typed}"
    asked = {"_QTKIT_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    completions = [line.rpartition(",")[2] for line in said_lightly("main(prog_name='qtkit')", **asked).splitlines()]
    assert offered in completions
