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
from qtkit.simulation.targets import portable_targets, this_processor
from tests.helpers import PATIENCE, ROOT

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
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    return float(run.stdout.split()[-1]), run.stderr


@pytest.mark.slow
def test_later_processes_start_from_the_cache(tmp_path):
    first, _ = warm_up(str(tmp_path))
    compiled = sorted(tmp_path.rglob("*.nbc"))
    assert any(path.name.startswith("real.real_forward.") for path in compiled), "nothing was cached"
    times = {path: path.stat().st_mtime_ns for path in compiled}
    second, _ = warm_up(str(tmp_path), code=f"{PLAY}\n{WARM_UP}")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")} == times, "compiled again"
    sys.stdout.write(f"compiled in {first:.1f} s, started from the cache in {second:.1f} s\n")


FROM_A_READ_ONLY_FOLDER = f"""
import warnings
from qtkit.simulation import kernel_cache
kernel_cache._can_write = lambda folder: False
warnings.simplefilter("error")
{ONE}
from qtkit.simulation.compiling import KERNELS
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in KERNELS))
"""


@pytest.mark.slow
def test_what_was_compiled_for_a_kind_of_processors_starts_from_a_read_only_folder(tmp_path, monkeypatch):
    kind = portable_targets()[0]
    for name, value in kind.environment.items():
        monkeypatch.setenv(name, value)
    only = "from qtkit.simulation.kernel_cache import KernelCache, Path"
    warm_up("", code=f"{only}\nKernelCache.only = Path({str(tmp_path)!r})\n{ONE}")
    assert list(tmp_path.rglob("real.real_forward.*.nbc"))
    for name in kind.environment:
        monkeypatch.delenv(name)
    monkeypatch.setenv("QTKIT_KERNELS", str(tmp_path))
    compiled, _ = warm_up("", code=FROM_A_READ_ONLY_FOLDER)
    assert compiled == 0


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
