"""The site of `make docs`, notebooks without outputs: no warning, nothing from elsewhere, its playground live."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import PATIENCE_MS, SCREENSHOTS
from tests.helpers import PATIENCE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

# One test for all: the site is built once, in some twenty seconds.


@pytest.mark.slow
def test_the_site(chromium: Browser, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.site", str(tmp_path), "--no-outputs"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert run.returncode == 0, run.stderr
    pages = {str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    wanted = [
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("notebooks/*.ipynb"),
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
    ]
    assert {str(path.relative_to(ROOT).with_suffix(".html")) for path in wanted} < set(pages)
    for name, page in pages.items():
        loaded = re.findall(r"<(?:script|img|iframe|link)[^>]*\s(?:src|href)=\"(?:https?:)?//[^\"]*", page)
        assert loaded == [], name
    assert 'id="qtkit.DiffQAS.forward"' in pages["api/python.html"]
    assert "<h2>qtkit run images<" in pages["api/command.html"]
    assert "<math" in pages["notebooks/03_architecture_search.html"]

    with chromium.new_context(viewport={"width": 1440, "height": 1000}, offline=True) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto((tmp_path / "index.html").as_uri())
        playground = page.frame_locator("iframe.playground")
        playground.get_by_role("button", name="Step", exact=True).click()
        expect(playground.locator(".qp-numbers")).to_contain_text("step 1 ")
        for width in (400, 1000, 1320, 1440, 1800):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=SCREENSHOTS / "site.png", full_page=True)
        assert errors == []
