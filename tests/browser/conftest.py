"""The browser tests' fixtures. A test takes `notebook` (and `lab`, to write a notebook of its own).

    def test_something(lab, notebook):
        notebook.open(lab.write_notebook("small.ipynb", ["print(6 * 7)"]))
        notebook.run_all()
        assert "42" in notebook.output_text()

The kernels run at toy scale; `@pytest.mark.scale("full")` asks for full size, `@pytest.mark.alone`
for a JupyterLab that is loaded for this test. A console error fails the test.
"""

from __future__ import annotations

import os
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from playwright.sync_api import expect, sync_playwright

from tests.browser import warm_kernels
from tests.browser.chromium import FLAGS, HOW_TO_INSTALL, chromium_is_required, find_chromium
from tests.browser.desk import Desk
from tests.browser.notebook_page import PATIENCE_MS
from tests.browser.server import LabServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser.notebook_page import NotebookPage

expect.set_options(timeout=PATIENCE_MS)

_failed = pytest.StashKey[bool]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test; processes begin with their share of them, the long ones first."""
    here = Path(__file__).parent
    ours, others = [], []
    for item in items:
        (ours if item.path.is_relative_to(here) else others).append(item)
    for item in ours:
        item.add_marker(pytest.mark.browser)
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = put_beside(others, ours, processes) if others else begin_with_long(ours, processes)


def put_beside(others: list[pytest.Item], ours: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """The items in an order of which, cut into as many equal parts, every second begins with its share of `ours`.

    A test in a browser waits more than it computes: the processes of the other parts have work meanwhile.
    """
    desks = (processes + 1) // 2
    waiting, shares = iter(begin_with_long(ours, desks)), iter(cut(len(ours), desks))
    computing = iter(others)
    ordered: list[pytest.Item] = []
    for part, size in enumerate(cut(len(ours) + len(others), processes)):
        first = [] if part % 2 else list(islice(waiting, next(shares)))
        ordered += [*first, *islice(computing, max(0, size - len(first)))]
    return [*ordered, *computing]


def begin_with_long(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """The items in an order of which, cut into as many equal parts, each begins with some that are marked slow."""
    long = [item for item in items if item.get_closest_marker("slow")]
    short = iter([item for item in items if not item.get_closest_marker("slow")])
    ordered: list[pytest.Item] = []
    for part, size in enumerate(cut(len(items), processes)):
        first = long[part::processes]
        ordered += [*first, *islice(short, max(0, size - len(first)))]
    return [*ordered, *short]


def cut(count: int, parts: int) -> list[int]:
    """How many items each process is given to begin with, as xdist's `worksteal` cuts them."""
    return [(count + part) // parts for part in range(parts)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether the test failed, so that its last screen can be kept."""
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests. Without one: a failure if `CI` is set, else a skip that says what to install."""
    executable = find_chromium()
    if executable is None:
        (pytest.fail if chromium_is_required() else pytest.skip)(HOW_TO_INSTALL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def warm(request: pytest.FixtureRequest, shared: Path) -> str | None:
    """The process from which the kernels of all processes of the tests are forked, where that is possible.

    The first that needs it starts it, and it ends with all of them.
    """
    if not warm_kernels.IS_POSSIBLE:
        return None
    name = shared / "warm kernels"
    with FileLock(shared / "warm kernels.lock"):
        if not name.exists():
            all_of_them = os.getppid() if hasattr(request.config, "workerinput") else os.getpid()
            name.write_text(warm_kernels.start({**os.environ, "MPLBACKEND": ""}, until=all_of_them))
    return name.read_text()


@pytest.fixture(scope="session")
def _server(chromium: Browser, warm: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:  # noqa: ARG001
    server = LabServer(tmp_path_factory.mktemp("lab"), warm=warm)
    yield server
    server.stop()


@pytest.fixture
def lab(request: pytest.FixtureRequest, _server: LabServer) -> Iterator[LabServer]:
    """A running JupyterLab, its kernels at the scale of the test's `scale` mark; they end with the test."""
    mark = request.node.get_closest_marker("scale")
    _server.use_scale(mark.args[0] if mark else "toy")
    yield _server
    _server.delete_kernels()


@pytest.fixture(scope="session")
def desk(chromium: Browser) -> Iterator[Desk]:
    """The tab of all tests of this process."""
    desk = Desk(chromium)
    yield desk
    desk.close()


@pytest.fixture
def notebook(request: pytest.FixtureRequest, lab: LabServer, chromium: Browser, desk: Desk) -> Iterator[NotebookPage]:
    """A browser page for one notebook. After the test: a picture if it failed, and no console error if it passed."""
    alone = request.node.get_closest_marker("alone")
    if alone:
        desk = Desk(chromium)
    page = desk.take(lab)
    yield page
    failed = request.node.stash.get(_failed, True)
    if failed:
        name = re.sub(r"\W+", "_", request.node.name).strip("_")
        print(f"last screen: {page.screenshot(f'failed-{name}')}")
        print("console errors:", *page.errors, sep="\n  ")
    desk.hand_back(page, good=not (failed or page.errors or alone))
    if not failed:
        assert page.errors == [], "console errors:\n" + "\n".join(page.errors)
