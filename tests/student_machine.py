"""A student's machine: the wheel as it is built here, installed with an empty home, in paths that are not plain."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.helpers import ROOT


def run(command: list[object], **options: object) -> str:
    """What a command printed; it must end well."""
    words = [str(word) for word in command]
    done = subprocess.run(words, text=True, encoding="utf-8", capture_output=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


def build(kind: str, source: Path, folder: Path) -> Path:
    """A wheel or a source distribution, without a network."""
    run([sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder], cwd=source)
    (built,) = folder.iterdir()
    return built


class Machine:
    """A student's machine: an empty home folder, an empty folder to work in, and qtkit from a folder of packages."""

    def __init__(self, folder: Path, packages: Path) -> None:
        self.packages, self.home, self.desk = packages, folder / "Zoë", folder / "Übung eins"
        for each in (self.home, self.desk):
            each.mkdir(parents=True)
        left_out = ("QTKIT_", "XDG_", "JUPYTER", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        path = [str(self.packages / "bin"), str(Path(sys.executable).parent), kept["PATH"]]
        self.environment = kept | {
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "PATH": os.pathsep.join(path),
            "PYTHONPATH": str(self.packages),
            "QTKIT_SCALE": "toy",
            "OMP_NUM_THREADS": "1",
            "JUPYTER_PLATFORM_DIRS": "1",
        }

    def install(self, line: str) -> None:
        """Install the wheel by this command line, and take along the kernels that the checkout has compiled.

        Only the wheel, and into the folder of packages: what it needs is here already, and there is no network.
        """
        alone = {"TARGET": str(self.packages), "NO_DEPS": "1", "NO_INDEX": "1", "COMPILE": "0"}
        settings = {f"PIP_{name}": value for name, value in alone.items()} | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        run(self.words(line), cwd=self.desk, env=self.environment | settings)
        for path in (ROOT / "qtkit").rglob("__pycache__/*.nb[ic]"):
            there = self.packages / path.relative_to(ROOT)
            there.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, there)

    def words(self, line: str) -> list[str]:
        """A command line as its words, the program as it is found on this machine."""
        program, *arguments = shlex.split(line)
        found = shutil.which(program, path=self.environment["PATH"])
        assert found is not None, f"there is no {program}"
        return [found, *arguments]

    def shell(self, line: str) -> str:
        """What a command line prints, typed in the folder to work in."""
        return run(self.words(line), cwd=self.desk, env=self.environment)

    def python(self, *arguments: object, folder: Path | None = None) -> str:
        """What Python prints."""
        return run([sys.executable, *arguments], cwd=folder or self.desk, env=self.environment)

    def qtkit(self, *arguments: object, folder: Path | None = None) -> str:
        """What a command of qtkit prints."""
        return self.python("-m", "qtkit", *arguments, folder=folder)
