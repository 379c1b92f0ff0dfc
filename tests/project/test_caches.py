"""No verdict hangs on what stands in the caches of who runs the tests."""

from __future__ import annotations

from tests.helpers import ROOT, output, python


def test_caches_are_those_of_the_checkout_in_processes_too() -> None:
    said = output(python("from qtkit.tasks.images.data import cache_folder; print(cache_folder())"))
    assert said.strip() == str(ROOT / "artifacts" / "caches" / "qtkit")
