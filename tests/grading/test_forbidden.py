"""What is forbidden is there, and each row belongs to an exercise."""

from __future__ import annotations

from importlib import import_module

import pytest

from qtkit import labs
from qtkit.grading import FORBIDDEN


def test_each_row_is_an_exercises():
    assert set(FORBIDDEN) <= set(labs.EXERCISES)


@pytest.mark.parametrize("name", sorted({name for names in FORBIDDEN.values() for name in names}))
def test_what_is_forbidden_is_there(name):
    module, _, function = name.rpartition(".")
    found = getattr(import_module(module), function)
    assert found.__module__ == module or found.__wrapped__.__module__ == module
