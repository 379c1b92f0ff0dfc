"""How many threads there are, in a container too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qtkit.simulation import get_num_threads, threads


@pytest.fixture(autouse=True)
def _forget_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    threads._cores.cache_clear()
    yield
    threads._cores.cache_clear()


@pytest.mark.parametrize(("text", "quota"), [("150000 100000", 1.5), ("50000 100000", 0.5), ("max 100000", None)])
def test_the_share_of_a_container(tmp_path, text, quota):
    (tmp_path / "cpu.max").write_text(f"{text}\n")
    assert threads.cpu_quota(tmp_path) == quota


@pytest.mark.parametrize("text", ["", "many", "1 2 3"])
def test_a_share_that_cannot_be_read_is_none(tmp_path, text):
    (tmp_path / "cpu.max").write_text(text)
    assert threads.cpu_quota(tmp_path) is None
    assert threads.cpu_quota(tmp_path / "none") is None


@pytest.mark.parametrize(("quota", "expected"), [(None, 4), (8.0, 4), (2.5, 2), (1.5, 1), (0.5, 1)])
def test_threads_heed_the_share(monkeypatch, quota, expected):
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _: range(4), raising=False)
    monkeypatch.setattr(threads, "cpu_quota", lambda: quota)
    assert get_num_threads() == expected
