"""What identifies a task's code: what it does, and not where it lies or in which process."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from qtkit.tasks.own.code import code_of
from qtkit.tasks.own.places import task_at
from tests.helpers import PATIENCE, ROOT

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
