"""The kernel cache: filled once, used by later processes, and done without where there is no place for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import ROOT

WARM_UP = "import torch; from qtkit.cli.warmup import warm_up; print('seconds', warm_up([torch.float32]))"
ONE = """
from qtkit import CANDIDATES, DiffQAS
DiffQAS(3, 1, CANDIDATES[4:5])().sum().backward()
print("seconds", 0)
"""
PLAY = """
from qtkit.tasks.gridworld import GridworldSettings, train
for model in ("diffqas", "classical"):
    list(train(GridworldSettings(model=model, depth=1, workers=2, episodes=2, entropy_weight=0.1)))
"""


def warm_up(cache: str, home: str = "/nonexistent", cwd: Path = ROOT, code: str = WARM_UP) -> tuple[float, str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache, "HOME": home, "XDG_CACHE_HOME": home}
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    return float(run.stdout.split()[-1]), run.stderr


@pytest.mark.slow
def test_later_processes_start_from_the_cache_until_the_sources_change(tmp_path):
    first, _ = warm_up(str(tmp_path))
    compiled = sorted(tmp_path.rglob("*.nbc"))
    assert any(path.name.startswith("kernels.real_forward-") for path in compiled), "nothing was cached"
    times = {path: path.stat().st_mtime_ns for path in compiled}
    second, _ = warm_up(str(tmp_path), code=f"{PLAY}\n{WARM_UP}")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == times, "compiled again"
    sys.stdout.write(f"compiled in {first:.1f} s, started from the cache in {second:.1f} s\n")

    index = next(tmp_path.rglob("kernels.real_forward-*.nbi"))
    os.utime(index, (0, 0))  # as if `vector.py` had been edited since; Numba itself would not notice that
    warm_up(str(tmp_path), code=ONE)
    assert index.stat().st_mtime > 0


@pytest.mark.slow
def test_without_a_place_to_write_kernels_work_and_say_so(tmp_path):
    """A read-only install, home and cache folder. Files stand where folders would be made, which stops root as well."""
    package = tmp_path / "qtkit"
    shutil.copytree(ROOT / "qtkit", package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    for folder in (package, *(path for path in package.rglob("*") if path.is_dir())):
        (folder / "__pycache__").touch()
    before = sorted(tmp_path.rglob("*"))
    _, errors = warm_up("/dev/null/cache", home="/dev/null", cwd=tmp_path, code=ONE)
    assert "kernels are compiled anew in each process" in errors
    assert sorted(tmp_path.rglob("*")) == before
