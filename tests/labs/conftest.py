"""Checks of exercises here have all the time they need; a test of their limit names one."""

from __future__ import annotations

import pytest

from qtkit import labs
from tests.helpers import PATIENCE


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(labs.check.__kwdefaults__, "seconds", PATIENCE)
