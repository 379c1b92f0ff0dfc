"""`open_lab`: JupyterLab on a notebook of the course, on any system."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from qtkit.course.content import FIRST, SETTINGS, course_folder

WINDOWS = sys.platform == "win32"


def check_lab() -> None:
    """Raise a ModuleNotFoundError with what to do if there is no JupyterLab beside this Python."""
    if importlib.util.find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(
            'JupyterLab is not installed beside this qtkit: pip install "qtkit[lab]"; '
            "or open the notebooks with a Jupyter that you have (--only-copy)"
        )


def find_notebook(folder: Path, name: str | None = None) -> str:
    """A notebook of the course, relative to the folder, with slashes.

    Arguments:
        name: its path in the folder, or how the name of one in `notebooks/` begins, such as `03`; None: the first,
            which in a handout need not be 00.

    Raises:
        FileNotFoundError: if there is none, with those there are.
    """
    if name is not None and (folder / name).is_file():
        return Path(name).as_posix()
    names = sorted(path.name for path in (folder / "notebooks").glob("*.ipynb"))
    found = next((each for each in names if each.startswith(name or "")), None)
    if found is None:
        raise FileNotFoundError(f"no notebook in {folder / 'notebooks'} begins with {name or ''!r}; there are {names}")
    return f"notebooks/{found}"


def open_lab(
    folder: Path, *, notebook: str = FIRST, port: int = 8888, browser: bool = True, more: Sequence[str] = ()
) -> int:
    """Start JupyterLab in a folder and wait for its end; elsewhere than on Windows, this process becomes JupyterLab.

    Arguments:
        folder: the root of what JupyterLab shows.
        notebook: what it opens, relative to the folder, with slashes.
        port: where it listens; the next free one if it is taken.
        browser: whether to open one, where there is a display: a text browser would take the terminal.
        more: further arguments for JupyterLab.

    Returns:
        JupyterLab's exit status, on Windows.

    Raises:
        ModuleNotFoundError: if there is no JupyterLab.
    """
    check_lab()
    command = lab_command(folder, notebook=notebook, port=port, browser=browser and has_display(), more=more)
    environment = lab_environment()
    sys.stdout.flush()
    if not WINDOWS:  # signals then reach JupyterLab itself
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # JupyterLab got it as well, and asks whether it is meant
            return process.wait()


def lab_command(folder: Path, *, notebook: str, port: int, browser: bool, more: Sequence[str] = ()) -> list[str]:
    """How JupyterLab is started: by this Python, as a user or as root."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", f"--port={port}"]
    command += [f"--LabApp.default_url=/lab/tree/{notebook}", "--log-level=WARN"]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # containers run as root
        command.append("--allow-root")
    return [*command, *more]


def lab_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment with the course's settings of JupyterLab (no question about news), and `qtkit` on the path.

    The notebooks say what to type in a terminal; `make lab` activates no environment, nor do some who call `qtkit lab`.
    """
    variables = dict(os.environ if environment is None else environment)
    settings = str((course_folder() / SETTINGS).parents[1])
    before = variables.get("JUPYTER_CONFIG_PATH")
    variables["JUPYTER_CONFIG_PATH"] = f"{settings}{os.pathsep}{before}" if before else settings
    commands, path = sysconfig.get_path("scripts"), variables.get("PATH")
    if commands not in (path or "").split(os.pathsep):
        variables["PATH"] = f"{commands}{os.pathsep}{path}" if path else commands
    return variables


def has_display() -> bool:
    """Whether a browser can be opened: on Linux, whether there is a display or the environment names a browser."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
