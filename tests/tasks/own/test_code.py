"""What identifies a task's code: what it does, and not where it lies or in which process."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

from qtkit.tasks.own.code import code_of
from qtkit.tasks.own.places import task_at
from tests.helpers import PATIENCE, ROOT


@dataclass(slots=True)
class Slotted:
    factor: float


class Weighted(nn.Module):
    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = weight


TYPED = """
import torch
width = 3
class Net(torch.nn.Module):
    gain = 2.0
    def __init__(self): super().__init__(); self.inner = torch.nn.Linear(4, width)
    def forward(self, x): return self.gain * self.inner(x)
def helper(x): return x
def make(): return helper(Net())
"""
"""As a notebook has it: no file."""


def typed(text: str = TYPED, name: str = "make") -> str:
    names: dict[str, Any] = {}
    exec(compile(text, "<cell>", "exec"), names)
    return code_of({"network": names[name]})


def test_a_change_of_what_is_used_is_a_change() -> None:
    assert typed() == typed()
    for before, after in (
        ("width = 3", "width = 4"),
        ("gain = 2.0", "gain = 2.5"),
        ("self.gain * self", "self.gain + self"),
        ("def helper(x): return x", "def helper(x): return x.double()"),
    ):
        assert typed(TYPED.replace(before, after)) != typed(), after
    assert typed(TYPED + "\nunused = 1") == typed()


def test_what_a_function_holds_counts() -> None:
    def wide(width: int, *, bias: bool = True) -> Any:
        return lambda: nn.Linear(4, width, bias=bias)

    kinds = [wide(3), wide(4), wide(3, bias=False), partial(nn.Linear, 4, 3), partial(nn.Linear, 4, 4), nn.Linear, max]
    kinds += [nn.Linear(1, 1), Scale(2.0), Scale(3.0), Scale(2.0).scale, torch.zeros(2), torch.ones(2)]
    codes = [code_of({"part": kind}) for kind in kinds]
    assert len(set(codes)) == len(kinds)
    assert code_of({"part": wide(3)}) == codes[0]
    assert code_of({"part": Scale(2.0)}) == codes[8]


def of_held(value: object) -> str:
    """Of a function that holds it, as one of a notebook does what it uses."""
    return code_of({"part": lambda: value})


HELD: dict[str, Callable[[int], object]] = {
    "a namespace": lambda k: SimpleNamespace(hidden=k),
    "arguments": lambda k: argparse.Namespace(hidden=k),
    "a set": lambda k: {"a", f"b{k}", "c"},
    "a series": lambda k: pd.Series([1.0, k]),
    "a table": lambda k: pd.DataFrame({"a": ["x", f"y{k}"]}),
    "times": lambda k: pd.Series(pd.to_datetime(["2020-01-01", f"202{k}-01-01"])),
    "a pattern": lambda k: re.compile(f"a{k}"),
    "a data set": lambda k: TensorDataset(torch.full((2,), k)),
    "a loss's sum": lambda k: nn.MSELoss(reduction=("mean", "sum")[k]),
    "a loss's smoothing": lambda k: nn.CrossEntropyLoss(label_smoothing=k / 2),
    "a width within": lambda k: nn.Sequential(nn.HuberLoss(delta=k + 1)),
    "slots": Slotted,
    "a module's number": Weighted,
}


@pytest.mark.parametrize("kind", HELD)
def test_what_an_object_holds_counts(kind: str) -> None:
    """A library's objects were once told by their class alone: a changed one got the run of the old."""
    make = HELD[kind]
    assert of_held(make(0)) == of_held(make(0)) != of_held(make(1))


def test_what_cannot_be_copied_or_draws_is_its_class() -> None:
    draws = np.random.default_rng(0)
    before = of_held(draws)
    draws.random()
    assert of_held(draws) == before
    assert of_held(threading.Lock()) == of_held(threading.Lock())


@pytest.mark.parametrize("kind", ["staticmethod", "classmethod", "property", "functools.cached_property"])
def test_methods_of_all_kinds_count(kind: str) -> None:
    text = f"import functools\nclass Net:\n    @{kind}\n    def gain(self=None): return 2\ndef make(): return Net"
    assert typed(text) == typed(text) != typed(text.replace("return 2", "return 3"))


def test_a_remembering_function_is_what_it_remembers_of() -> None:
    text = "import functools\n@functools.cache\ndef helper(x): return 2 * x\ndef make(): return helper(1)"
    assert typed(text) == typed(text) != typed(text.replace("2 * x", "3 * x"))


class Scale:
    def __init__(self, factor: float) -> None:
        self.factor = factor
        self.myself = self

    def scale(self, value: float) -> float:
        return self.factor * value

    def __call__(self, value: float) -> float:
        return self.scale(value)


def test_a_function_of_a_library_is_its_name() -> None:
    assert code_of({"loss": nn.functional.mse_loss}) != code_of({"loss": nn.functional.l1_loss})


def test_a_file_counts_as_a_whole_wherever_it_lies(tmp_path: Path) -> None:
    text = (ROOT / "tests" / "tasks" / "own" / "tasks.py").read_text()
    codes = []
    for folder, content in (("a", text), ("b", text), ("c", text + "\n# another\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.py").write_text(content)
        codes.append(task_at(f"{tmp_path}/{folder}/mine.py:CLASSES")[0].code)
    assert codes[0] == codes[1] != codes[2]
    assert codes[0] == task_at("tests.tasks.own.tasks:CLASSES")[0].code
    assert codes[0] != task_at(f"{tmp_path}/a/mine.py:NOISY")[0].code


def test_a_module_is_what_it_was_as_it_was_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was changed between its import and the first run once gave the old code the new file's key."""
    text = (ROOT / "tests" / "tasks" / "own" / "tasks.py").read_text()
    file = tmp_path / "imported_early.py"
    file.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    imported = importlib.import_module("imported_early")
    file.write_text(text.replace("nn.Linear(4, 3)", "nn.Linear(4, 3, bias=False)"))
    os.utime(file, ns=(1, 1))
    assert imported.CLASSES.code == task_at("tests.tasks.own.tasks:CLASSES")[0].code
    assert imported.CLASSES.code != task_at(f"{file}:CLASSES")[0].code


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_it_is_the_same_in_another_process(seed: str) -> None:
    code = "from tests.tasks.own.tasks import NOISY; print(NOISY.code)"
    there = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
    )
    assert there.stdout.strip() == task_at("tests.tasks.own.tasks:NOISY")[0].code
