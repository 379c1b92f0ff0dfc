"""How JupyterLab is started: here, on Windows and macOS, with and without a display, as root or not."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from qtkit.course import jupyter
from tests.helpers import ROOT

FOLDER = Path("/Übung eins/mein Kurs")


def test_the_command_is_a_list_that_no_shell_takes_apart() -> None:
    command = jupyter.lab_command(FOLDER, notebook="notebooks/00.ipynb", port=9000, browser=True, more=["--ip=0.0.0.0"])
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={FOLDER}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00.ipynb" in command
    assert "--port=9000" in command
    assert "--no-browser" not in command
    assert command[-1] == "--ip=0.0.0.0"


@pytest.mark.parametrize(("user", "flagged"), [(0, True), (1000, False), (None, False)])
def test_root_needs_a_flag_and_windows_has_no_root(monkeypatch, user: int | None, flagged: bool) -> None:
    if user is None:
        monkeypatch.delattr(os, "geteuid", raising=False)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    command = jupyter.lab_command(FOLDER, notebook="x", port=1, browser=False)
    assert ("--allow-root" in command) is flagged
    assert "--no-browser" in command


@pytest.mark.parametrize("before", [None, "/elsewhere"])
def test_the_course_brings_its_settings_and_keeps_those_there_are(before: str | None) -> None:
    found = jupyter.lab_environment({"JUPYTER_CONFIG_PATH": before} if before else {})["JUPYTER_CONFIG_PATH"]
    assert found.split(os.pathsep) == [str(ROOT / "jupyter"), *([before] if before else [])]
    assert Path(found.split(os.pathsep)[0], "labconfig", "page_config.json").is_file()


def test_in_a_terminal_of_jupyterlab_the_command_is_found() -> None:
    commands = sysconfig.get_path("scripts")
    assert jupyter.lab_environment({})["PATH"] == commands
    path = jupyter.lab_environment({"PATH": "/elsewhere"})["PATH"]
    assert path.split(os.pathsep) == [commands, "/elsewhere"]
    assert jupyter.lab_environment({"PATH": path})["PATH"] == path, "an environment that is active stays as it is"
    assert shutil.which("qtkit", path=path)


@pytest.mark.parametrize(
    ("system", "variables", "opens"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "firefox"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_where_a_browser_can_be_opened(monkeypatch, system: str, variables: dict[str, str], opens: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", system)
    assert jupyter.has_display() is opens


def test_without_jupyterlab_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "qtkit\[lab\]"'):
        jupyter.open_lab(FOLDER)


@pytest.mark.skipif(sys.platform == "win32", reason="the other way is taken there")
def test_elsewhere_than_on_windows_the_process_becomes_jupyterlab(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(os, "execve", lambda *arguments: started.append(arguments))
    monkeypatch.setattr(jupyter.subprocess, "Popen", FakeProcess)
    jupyter.open_lab(FOLDER, port=9000)
    (program, command, environment), *_ = started
    assert program == command[0] == sys.executable
    assert "JUPYTER_CONFIG_PATH" in environment


class FakeProcess:
    """JupyterLab, which gets Ctrl-C as well, goes on for a while, and ends."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        assert command[:3] == [sys.executable, "-m", "jupyterlab"]
        assert "JUPYTER_CONFIG_PATH" in env
        self.waits = 0

    def wait(self) -> int:
        self.waits += 1
        if self.waits < 3:
            raise KeyboardInterrupt
        return 7


def test_on_windows_its_end_is_waited_for_through_every_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter, "WINDOWS", True)
    monkeypatch.setattr(jupyter.subprocess, "Popen", FakeProcess)
    assert jupyter.open_lab(FOLDER) == 7


def test_a_notebook_is_found_by_its_path_or_its_beginning(course) -> None:
    folder = course("one", **{"notebooks/05_time_series.ipynb": "{}"})
    assert jupyter.find_notebook(folder, "05") == "notebooks/05_time_series.ipynb"
    assert jupyter.find_notebook(folder, "notebooks/05_time_series.ipynb") == "notebooks/05_time_series.ipynb"
    assert jupyter.find_notebook(folder, "docs/runs.md") == "docs/runs.md"
    assert jupyter.find_notebook(folder, "00_start") == "notebooks/00_start_here.ipynb"
    with pytest.raises(FileNotFoundError, match=r"begins with '9'; there are \['00_start_here.ipynb', '05"):
        jupyter.find_notebook(folder, "9")
