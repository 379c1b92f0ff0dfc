"""Compiled kernels on disk: where they are looked for, for whom they were compiled, and what goes wrong there."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.caching import IndexDataCacheFile

from qtkit.simulation.compiling import cache as kernel_cache
from qtkit.simulation.compiling.cache import KernelCache
from qtkit.simulation.compiling.functions import KERNELS, compiled
from qtkit.simulation.compiling.targets import Target, portable_targets, this_processor
from qtkit.simulation.kernels import pieces as kernels

SOURCE = """
from qtkit.simulation.compiling.functions import compiled
@compiled
def part(x):
    return x + 1
@compiled
def whole(x):
    return 2 * part(x)
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of kernels; named folders are the only ones that can be written."""
    monkeypatch.setattr(KernelCache, "only", None)
    monkeypatch.setenv("QTKIT_KERNELS", str(tmp_path / "kept"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "", raising=False)
    monkeypatch.setattr(
        sys, "dont_write_bytecode", True
    )  # Python's cache goes by the second and the length of a change
    path = tmp_path / "small.py"
    path.write_text(SOURCE)
    return path


def fresh(path: Path, name: str = "whole") -> Any:
    """A function of the file as a new process has it: nothing is compiled yet."""
    spec = importlib.util.spec_from_file_location("small", path)
    module = importlib.util.module_from_spec(spec)
    before = list(KERNELS)
    kernel_cache._stamp.cache_clear()
    kernel_cache._can_write.cache_clear()
    kernel_cache._imported.cache_clear()
    spec.loader.exec_module(module)
    KERNELS[:] = before
    return getattr(module, name)


def counts(kernel: Any) -> tuple[int, int]:
    """How often it was found, and compiled."""
    return sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values())


def test_what_was_compiled_is_found_by_a_later_process(source):
    first = fresh(source)
    assert first(3) == 8 and counts(first) == (0, 1)
    later = fresh(source)
    assert later(3) == 8 and counts(later) == (1, 0)
    assert later(0.5) == 3.0 and counts(later) == (1, 1), "another kind of arguments"
    assert {path.parent.parent.name for path in source.parent.rglob("*.nbc")} == {"kept"}


def test_folders_are_looked_for_in_order(source, tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "numba"), raising=False)
    cache = fresh(source)._cache
    named, of_numba = cache.folders
    assert named.parent == tmp_path / "kept" and of_numba.parent == tmp_path / "numba"
    monkeypatch.setattr(kernel_cache, "_can_write", ReadOnly())
    assert cache.folders[:3] == [named, of_numba, tmp_path / "__pycache__"] and cache.folders[3].name == named.name
    monkeypatch.undo()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "numba"), raising=False)
    monkeypatch.delenv("QTKIT_KERNELS", raising=False)
    assert cache.folders == [of_numba] and cache.cache_path == str(of_numba)
    monkeypatch.setattr(KernelCache, "only", tmp_path / "filled")
    assert cache.folders == [tmp_path / "filled" / named.name]


def test_a_folder_is_read_where_it_cannot_be_written(source, monkeypatch):
    fresh(source)(3)
    monkeypatch.setattr(kernel_cache, "_can_write", ReadOnly())
    kernel_cache._warn_of_no_place.cache_clear()
    later = fresh(source)
    assert later(3) == 8 and counts(later) == (1, 0)
    assert later._cache.is_filled() and later._cache.cache_path is None
    with pytest.warns(RuntimeWarning, match="compiled anew in each process.*let QTKIT_KERNELS name one"):
        assert later(0.5) == 3.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert later(np.float32(0.5)) == 3.0, "said once"


class ReadOnly:
    """A machine on which nothing can be written."""

    def __call__(self, folder: Path) -> bool:
        return False

    def cache_clear(self) -> None:
        pass


def test_code_for_a_kind_of_processors_runs_on_another_one(source, monkeypatch):
    fresh(source)(3)
    compiled_for = kernel_cache._processors
    monkeypatch.setattr(kernel_cache, "_processors", lambda context: [("another",), *compiled_for(context)])
    later = fresh(source)
    assert later._cache.is_filled()
    assert later(3) == 8 and counts(later) == (1, 0)
    monkeypatch.setattr(kernel_cache, "_processors", lambda _: [("another",)])
    assert not later._cache.is_filled()
    stranger = fresh(source)
    assert stranger(3) == 8 and counts(stranger) == (0, 1)


def test_what_is_compiled_is_not_made_of_parts_for_another_processor(source, monkeypatch):
    fresh(source, "part")(3)  # is kept, `whole` is not
    compiled_for = kernel_cache._processors
    monkeypatch.setattr(kernel_cache, "_processors", lambda context: [("another",), *compiled_for(context)])
    whole = fresh(source)
    part = whole.py_func.__globals__["part"]
    assert whole(3) == 8 and counts(whole) == (0, 1)
    assert counts(part) == (0, 1)
    assert not kernel_cache._UNDER_WAY.any


@pytest.mark.usefixtures("source")
def test_a_compilation_that_fails_is_over():
    @compiled
    def wrong(x):
        return x.nothing

    KERNELS.pop()
    with pytest.raises(numba.TypingError):
        wrong(3)
    assert not kernel_cache._UNDER_WAY.any


def test_a_change_of_the_source_is_noticed(source):
    fresh(source)(3)
    source.write_text(SOURCE.replace("x + 1", "x + 2"))
    changed = fresh(source)
    assert not changed._cache.is_filled()
    assert changed(3) == 10 and counts(changed) == (0, 1)
    source.write_text(SOURCE)
    back = fresh(source)
    assert back(3) == 8 and counts(back) == (1, 0)


def test_a_change_of_what_a_source_imports_is_noticed():
    named = {path.name for path in kernel_cache._sources(Path(kernels.__file__))}
    assert {"pieces.py", "vector.py", "functions.py"} <= named
    assert not {"__init__.py", "noise.py", "ensembles.py"} & named, "what no kernel is made of"


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x04."], ids=["empty", "text", "short"])
@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_file_is_compiled_anew_and_replaced(source, suffix, content):
    fresh(source)(3)
    for path in source.parent.rglob(f"*.{suffix}"):
        path.write_bytes(content)
    later = fresh(source)
    assert later(3) == 8 and counts(later) == (0, 1)
    again = fresh(source)
    assert again(3) == 8 and counts(again) == (1, 0)


def test_processes_that_compile_at_once_never_read_each_other_s_code(tmp_path, monkeypatch):
    """Both find an empty index, and write: numbered parts would be taken for one another."""
    first, second = (IndexDataCacheFile(str(tmp_path), "small.whole", "stamp") for _ in range(2))
    with monkeypatch.context() as patch:
        patch.setattr(IndexDataCacheFile, "_load_index", lambda _: {})
        kernel_cache._save(first, ("float32", "here"), "code for float32")
        kernel_cache._save(second, ("float64", "here"), "code for float64")
    assert first.load(("float64", "here")) == "code for float64"
    assert first.load(("float32", "here")) is None
    kernel_cache._save(first, ("float32", "here"), "code for float32")
    assert second.load(("float32", "here")) == "code for float32"
    assert second.load(("float64", "here")) == "code for float64"


def test_code_of_an_older_source_is_removed(source):
    fresh(source)(3)
    source.write_text(SOURCE.replace("2 * part", "30 * part"))
    assert fresh(source)(3) == 120
    beside = [path for path in source.parent.rglob("small.whole*.nbc") if path.parent.name == "__pycache__"]
    assert len(beside) <= 1


def test_a_full_disk_is_a_warning(source, monkeypatch):
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kernel_cache, "_save", full)
    with pytest.warns(RuntimeWarning, match="could not be kept: .*No space left on device"):
        assert fresh(source)(3) == 8


def test_a_function_without_a_source_file_is_compiled_all_the_same():
    made: dict[str, Any] = {"compiled": compiled}
    exec("@compiled\ndef f(x):\n    return x + 1", made)
    KERNELS.pop()
    assert made["f"](1) == 2


def test_versions_of_a_closure_are_told_apart(source):
    source.write_text(
        "from qtkit.simulation.compiling.functions import compiled\n"
        "def add(n):\n    @compiled\n    def added(x):\n        return x + n\n    return added\n"
    )
    assert fresh(source, "add")(1)(3) == 4
    two = fresh(source, "add")(2)
    assert two(3) == 5 and counts(two) == (0, 1)
    one = fresh(source, "add")(1)
    assert one(3) == 4 and counts(one) == (1, 0)


def test_targets():
    here, kinds = this_processor(), portable_targets()
    assert here.runs_here() and kinds[-1].runs_here() and not kinds[-1].features
    assert not Target("another", "+avx,+made-up").runs_here()
    assert Target("another", "-made-up").runs_here()
    assert kinds[0].environment == {"NUMBA_CPU_NAME": kinds[0].name, "NUMBA_CPU_FEATURES": kinds[0].features}
