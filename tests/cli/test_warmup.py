"""The kernel cache: filled once, used by later processes, and done without where there is no place for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from qtkit.cli.warmup import warmup
from qtkit.simulation.compiling.targets import portable_targets, this_processor
from tests.helpers import PATIENCE, ROOT

COMPILED = "sum(sum(kernel.stats.cache_misses.values()) for kernel in KERNELS)"
WARM_UP = f"""
import torch
from qtkit.cli.warmup import warm_up
warm_up([torch.float32])
from qtkit.simulation.compiling.functions import KERNELS
print({COMPILED})
"""
# Those of the mapping, which are soon compiled: where a cache lies is the same for all.
ONE = f"""
import torch
from qtkit.generator.mapping.kernels import spread
from qtkit.simulation.compiling.functions import KERNELS
spread(*(torch.ones(count).numpy() for count in (2, 2, 4)), 1.0, torch.ones(4).numpy())
print({COMPILED})
"""
TRAIN = """
from qtkit.tasks import gridworld, images, series
for model in ("diffqas", "classical"):
    list(gridworld.train(gridworld.GridworldSettings(model=model, depth=1, workers=2, episodes=2, entropy_weight=0.1)))
list(images.train(images.ImageSettings(source="sample", train_limit=16, test_limit=16, depth=1, epochs=1)))
for probability in ("raw", "scaled"):
    list(series.train(series.SeriesSettings(depth=1, epochs=1, probability=probability)))
"""


def compiled_by(code: str, cwd: Path = ROOT, **environment: str) -> tuple[int, str]:
    """How many kernels a process compiled that runs `code`, and what it said on stderr."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    return int(run.stdout.split()[-1]), run.stderr


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a copy of the package, without what was compiled beside it."""
    shutil.copytree(ROOT / "qtkit", tmp_path / "qtkit", ignore=shutil.ignore_patterns("__pycache__", "data"))
    return tmp_path


@pytest.mark.slow
def test_after_a_warm_up_nothing_is_compiled():
    """In this checkout, whose set-up did it once; where a kernel has changed since, it is compiled here.

    What an earlier process happens to have kept does not count: trainings call kernels with what the warm-up called
    them with, and nothing else.
    """
    kinds = "sum(len(kernel.signatures) for kernel in KERNELS)"
    compiled_by(WARM_UP)
    assert compiled_by(f"{WARM_UP}\nbefore = {kinds}\n{TRAIN}\nprint({kinds} - before + {COMPILED})")[0] == 0


@pytest.mark.slow
def test_a_kernel_is_compiled_once(tmp_path):
    folder = {"NUMBA_CACHE_DIR": str(tmp_path), "HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}
    assert compiled_by(ONE, **folder)[0] == 1
    compiled = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}
    assert [path.name.split(".")[:2] for path in compiled] == [["kernels", "spread"]]
    assert compiled_by(ONE, **folder)[0] == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == compiled


FROM_A_READ_ONLY_FOLDER = f"""
import warnings
from qtkit.simulation.compiling import cache as kernel_cache
kernel_cache._can_write = lambda folder: False
warnings.simplefilter("error")
{ONE}
"""


@pytest.mark.slow
def test_what_was_compiled_for_a_kind_of_processors_starts_from_a_read_only_folder(package, tmp_path):
    folder = tmp_path / "kernels"
    only = "from qtkit.simulation.compiling.cache import KernelCache, Path"
    filled = f"{only}\nKernelCache.only = Path({str(folder)!r})\n{ONE}"
    elsewhere = {"NUMBA_CACHE_DIR": "", "HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null"}
    assert compiled_by(filled, package, **elsewhere, **portable_targets()[0].environment)[0] == 1
    assert list(folder.rglob("kernels.spread.*.nbc"))
    assert compiled_by(FROM_A_READ_ONLY_FOLDER, package, **elsewhere, QTKIT_KERNELS=str(folder))[0] == 0


def test_a_folder_is_filled_for_this_processor_and_its_kinds(tmp_path, monkeypatch):
    asked = []

    def ended(command, *, env, **_):
        asked.append((command[-1], env["NUMBA_CPU_NAME"], env["NUMBA_CPU_FEATURES"]))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", ended)
    folder = tmp_path / "a" / "b"
    result = CliRunner().invoke(warmup, ["--to", str(folder)])
    targets = (this_processor(), *portable_targets())
    assert asked == [(str(folder), target.name, target.features) for target in targets]
    *lines, last = result.output.splitlines()
    assert [line.split()[2] for line in lines] == [target.name for target in targets]
    assert last == f"to use them: export QTKIT_KERNELS={folder}" and folder.is_dir()


def test_what_cannot_be_kept_is_told_in_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    result = CliRunner().invoke(warmup, ["--to", str(tmp_path)])
    assert result.exit_code == 1
    assert f"could not be compiled into {tmp_path}: exit status 1" in " ".join(result.output.split())
    nowhere = CliRunner().invoke(warmup, ["--to", "/dev/null/kernels"])
    assert nowhere.exit_code == 1 and "Not a directory" in nowhere.output and "Traceback" not in nowhere.output


@pytest.mark.slow
def test_without_a_place_to_write_kernels_work_and_say_so(package):
    """A read-only install, home and cache folder. Files stand where folders would be made, which stops root as well."""
    for folder in (package / "qtkit", *(path for path in (package / "qtkit").rglob("*") if path.is_dir())):
        (folder / "__pycache__").touch()
    before = sorted(package.rglob("*"))
    nowhere = {"NUMBA_CACHE_DIR": "/dev/null/cache", "HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null"}
    _, errors = compiled_by(ONE, package, **nowhere)
    assert "kernels are compiled anew in each process" in errors
    assert sorted(package.rglob("*")) == before
