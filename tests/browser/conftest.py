"""The browser tests' fixtures. A test takes `notebook` (and `lab`, to write a notebook of its own).

    def test_something(lab, notebook):
        notebook.open(lab.write_notebook("small.ipynb", ["print(6 * 7)"]))
        notebook.run_all()
        assert "42" in notebook.output_text()

The kernels run at toy scale; `@pytest.mark.scale("full")` asks for full size. A console error fails the test.
"""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import FLAGS, HOW_TO_INSTALL, chromium_is_required, find_chromium
from tests.browser.desk import Desk
from tests.browser.notebook_page import PATIENCE
from tests.browser.server import LabServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.browser.notebook_page import NotebookPage

expect.set_options(timeout=PATIENCE)

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
def _servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], LabServer]]:
    """One server for each scale that is asked for, started when it is."""
    servers: dict[str, LabServer] = {}

    def server(scale: str) -> LabServer:
        if scale not in servers:
            folder = tmp_path_factory.mktemp(f"lab-{scale}")
            servers[scale] = LabServer(folder, scale, warm=scale == "toy")  # at full size all is as a learner has it
        return servers[scale]

    yield server
    for running in servers.values():
        running.stop()


@pytest.fixture
def lab(request: pytest.FixtureRequest, _servers: Callable[[str], LabServer], chromium: Browser) -> Iterator[LabServer]:  # noqa: ARG001
    """A running JupyterLab at the scale of the test's `scale` mark; its kernels end with the test."""
    mark = request.node.get_closest_marker("scale")
    server = _servers(mark.args[0] if mark else "toy")
    yield server
    server.delete_kernels()


@pytest.fixture(scope="session")
def _desk(chromium: Browser) -> Iterator[Desk]:
    desk = Desk(chromium)
    yield desk
    desk.close()


@pytest.fixture
def notebook(request: pytest.FixtureRequest, lab: LabServer, _desk: Desk) -> Iterator[NotebookPage]:
    """A browser page for one notebook. After the test: a picture if it failed, and no console error if it passed."""
    page = _desk.take(lab)
    yield page
    failed = request.node.stash.get(_failed, True)
    if failed:
        name = re.sub(r"\W+", "_", request.node.name).strip("_")
        print(f"last screen: {page.screenshot(f'failed-{name}')}")
        print("console errors:", *page.errors, sep="\n  ")
    _desk.hand_back(page, good=not (failed or page.errors))
    if not failed:
        assert page.errors == [], "console errors:\n" + "\n".join(page.errors)
