"""Data are loaded again once their files have changed."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from qtkit.runs import Observer, Store, StoredRun, run
from qtkit.runs.store.lock import lock_run
from qtkit.tasks.images.data import image_stamp
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.series.data import series_stamp
from qtkit.tasks.series.settings import SeriesSettings
from qtkit.tasks.stamps import file_stamp
from tests.helpers import values
from tests.tasks.images.folders import write_folder


def write(path: Path, frequency: float) -> None:
    path.write_text("\n".join(str(round(math.sin(frequency * k), 6)) for k in range(40)))


def own(path: Path) -> SeriesSettings:
    return SeriesSettings(dataset="own", file=str(path), epochs=1, depth=1, candidates=(2,))


def test_a_file_written_anew_is_another_run(tmp_path: Path) -> None:
    path, store = tmp_path / "own.csv", Store(tmp_path / "runs")
    write(path, 0.3)
    first = run(own(path), store=store)
    assert store.run(own(path)) == first
    write(path, 0.5)
    second = run(own(path), store=store)
    assert second != first
    assert second.facts()["data"] != first.facts()["data"]
    write(path, 0.3)
    assert run(own(path), store=store) == first


@pytest.mark.slow
def test_a_file_that_changes_during_a_wait_does_not_mix_two_runs(tmp_path: Path) -> None:
    path, store, other = tmp_path / "own.csv", Store(tmp_path / "runs"), ExitStack()
    write(path, 0.3)
    stored = store.run(own(path))

    class Change(Observer):
        def waiting(self, run: StoredRun, holder: str) -> None:
            write(path, 0.5)
            other.close()

    with other:
        other.enter_context(lock_run(stored.path, wait=False))
        assert run(own(path), store=store, observer=Change()) == stored
    assert store.run(own(path)) != stored
    write(path, 0.3)
    alone = run(own(path), store=tmp_path / "alone")
    assert alone.facts()["data"] == stored.facts()["data"]
    assert values(alone).equals(values(stored))


@pytest.mark.usefixtures("home")
def test_images_that_arrive_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store, settings = Store(tmp_path / "runs"), ImageSettings(source="auto")
    sample = store.run(settings)
    write_folder(tmp_path / "data")
    arrived = store.run(settings)
    assert arrived != sample
    assert store.run(ImageSettings(source="sample")) == sample


def test_stamps(tmp_path: Path) -> None:
    path = tmp_path / "file"
    missing = file_stamp(path)
    path.write_text("1")
    os.utime(path, ns=(1, 1))
    there = file_stamp(path)
    path.write_text("12")
    os.utime(path, ns=(1, 1))
    longer = file_stamp(path)
    os.utime(path, ns=(1, 2))
    assert len({missing, there, longer, file_stamp(path)}) == 4
    assert series_stamp(SeriesSettings()) is None
    assert image_stamp(ImageSettings(source="sample")) is None
    folders = [image_stamp(ImageSettings(source="folder", data_dir=str(tmp_path / name))) for name in ("a", "b")]
    assert folders[0] != folders[1]
