"""docs/tasks.md: its examples run, in their order and from the command line."""

from __future__ import annotations

import pickle
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.runs import Store, run
from tests.helpers import ROOT

PAGE = (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8")
FILE, *BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clothes.py").write_text(FILE)
    return tmp_path


def write_photos(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files as those of CIFAR-10, of few images; torchvision compares checksums with the official ones."""
    from torchvision.datasets import CIFAR10

    place, draws = folder / CIFAR10.base_folder, np.random.default_rng(0)
    place.mkdir(parents=True)
    for name, _ in (*CIFAR10.train_list, *CIFAR10.test_list):
        images = draws.integers(0, 256, (8, 3 * 32 * 32), dtype=np.uint8)
        (place / name).write_bytes(pickle.dumps({"data": images, "labels": [*range(8)]}))
    (place / CIFAR10.meta["filename"]).write_bytes(pickle.dumps({"label_names": [str(k) for k in range(10)]}))
    monkeypatch.setattr("torchvision.datasets.cifar.check_integrity", lambda *_: True)


@pytest.mark.slow
def test_every_example_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_photos(folder / "data", monkeypatch)
    main_module = sys.modules["__main__"]
    for name in ("clothes", "above", "slope", "series", "cifar", "small"):  # where a notebook's variables are
        monkeypatch.setattr(main_module, name, None, raising=False)
    names: dict[str, Any] = vars(main_module)
    before = set(names)
    monkeypatch.delattr(main_module, "__file__", raising=False)
    try:
        for block in (FILE, *BLOCKS):
            exec(compile(block, "<cell>", "exec"), names)
        stored = run(names["cifar"].settings(depth=1, candidates=(5,), epochs=1))
        figure, last, rewards = names["figure"], names["last"], names["rewards"]
    finally:
        for name in set(names) - before:
            del names[name]
    assert stored.records().test_accuracy.notna().any()
    assert last.shape == (1, 2)
    assert {trace.name.partition("  ")[0] for trace in figure.data if trace.name} >= set(last.columns)
    assert rewards.layout.yaxis.range[1] > 5
    assert all(each.finished for each in Store())
    tasks = {getattr(each.settings, "task", each.settings.__class__.__name__) for each in Store()}
    assert sorted(tasks) == ["AgentSettings", "above", "cifar", "clothes", "series", "slope"]


def qtkit(*words: str) -> str:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("folder")
def test_the_command_line_runs_the_file() -> None:
    small = ("--depth", "1", "--set", "epochs=1", "--set", "candidates=[5]")
    assert "finished" in qtkit("run", "clothes.py:clothes", *small)
    assert "finished before" in qtkit("run", "clothes.py:clothes", *small)
    listed = qtkit("sweep", "clothes.py:clothes", "--list", "--rivals", "--set", "depth=1", "--set", "epochs=1")
    assert "clothes DiffQAS seed 0 depth=1" in " ".join(listed.split())
    assert "19 runs: 1 finished, 18 new" in listed
    assert "clothes" in qtkit("status", "own")
    assert "clothes.parquet: 1 run" in qtkit("export", "own", "--to", "results")
    result = CliRunner().invoke(main, ["run", "clothes.py:shoes"])
    assert result.exit_code == 1
    assert "clothes.py has no task 'shoes': there is none; its tasks are ['clothes']" in result.output
    assert "--task" not in qtkit("run", "clothes.py:clothes", "--help")


def test_what_is_refused_is_as_the_page_says() -> None:
    for words in (
        "must have as many inputs as targets, got",
        "the loss must be one real number",
        "does not take inputs of",
    ):
        assert words in PAGE
        sources = [path.read_text() for path in (ROOT / "qtkit" / "tasks" / "own").glob("*.py")]
        assert any(words.replace(", got", "") in source for source in sources)
