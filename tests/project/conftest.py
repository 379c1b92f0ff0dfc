"""The wheel, built and installed once for the tests of a process."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.helpers import ROOT
from tests.student_machine import Machine, build
from tests.teaching_page import commands


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """Where the wheel was installed, by the command of docs/teaching.md."""
    folder = tmp_path_factory.mktemp("installed")
    machine = Machine(folder, folder / "site packages")
    shutil.copy(wheel, machine.desk)
    machine.install(commands("Before the lesson")[0])
    return machine.packages


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, packages: Path) -> Machine:
    return Machine(tmp_path_factory.mktemp("machine of a student"), packages)
