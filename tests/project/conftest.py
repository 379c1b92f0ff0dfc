"""The wheel, built and installed once for all processes that the tests run in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tests.helpers import ROOT
from tests.student_machine import Machine, build
from tests.teaching_page import commands


@pytest.fixture(scope="session")
def wheel(shared: Path) -> Path:
    folder = shared / "wheel"
    with FileLock(shared / "wheel.lock"):
        if not folder.exists():
            build("wheel", ROOT, shared / "half a wheel")
            (shared / "half a wheel").rename(folder)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def packages(shared: Path, wheel: Path) -> Path:
    """Where the wheel was installed, by the command of docs/teaching.md."""
    folder = shared / "installed"
    with FileLock(shared / "installed.lock"):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            machine = Machine(folder, folder / "site packages")
            shutil.copy(wheel, machine.desk)
            machine.install(commands("Before the lesson")[0])
            (folder / "done").touch()
    return folder / "site packages"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine of a student"), packages)
