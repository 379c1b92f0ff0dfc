"""The page of `qtkit gallery` in Chromium, offline: live figures, filters, keys, a phone, themes, rules to read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from playwright.sync_api import expect

from qtkit.claims.gallery import write_gallery
from tests.browser.contrast import COLOURS
from tests.browser.notebook_page import PATIENCE_MS, SCREENSHOTS
from tests.browser.waiting import expect_contrasts
from tests.helpers import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

LINES = "figure => [...figure.querySelector('.plot').data].filter(trace => trace.visible !== false).length"
RANGE = "figure => figure.querySelector('.plot').layout.xaxis.range.map(Number)"

# What a screen reader and a keyboard need, of axe-core's rules those that this page can break: the ids that break them.
RULES = """() => {
    const all = selector => [...document.querySelectorAll(selector)];
    const seen = element => element.checkVisibility();
    const name = element => (element.getAttribute('aria-label') || element.closest('label')?.textContent
        || document.getElementById(element.getAttribute('aria-labelledby'))?.textContent || element.textContent).trim();
    const ids = all('[id]').map(element => element.id);
    const levels = all('h1, h2, h3, h4').map(element => Number(element.tagName[1]));
    const scrolls = element => element.scrollWidth > element.clientWidth + 1
        && /auto|scroll/.test(getComputedStyle(element).overflowX);
    const told = (rule, elements) => elements.map(element => `${rule}: ${element.outerHTML.slice(0, 120)}`);
    return [
        ...told('name', all('button, input, a, summary, [role], section').filter(seen).filter(each => !name(each))),
        ...told('table', all('table').filter(table => !table.querySelector('th[scope]'))),
        ...told('legend', all('fieldset').filter(each => !each.querySelector('legend')?.textContent)),
        ...told('scroll', all('body *').filter(scrolls).filter(each => each.tabIndex < 0)),
        ...told('tabindex', all('[tabindex]').filter(each => each.tabIndex > 0)),
        ...told('described', all('[aria-describedby]').filter(
            each => !document.getElementById(each.getAttribute('aria-describedby')))),
        ...told('list', all('ul > :not(li), ol > :not(li)')),
        ...ids.filter((id, place) => ids.indexOf(id) !== place).map(id => `twice: ${id}`),
        ...levels.slice(1).filter((level, place) => level > levels[place] + 1).map(level => `heading ${level}`),
        ...['main', 'h1'].filter(tag => all(tag).length !== 1).map(tag => `one ${tag}`),
        ...(document.documentElement.lang && document.title ? [] : ['language and title']),
    ];
}"""

# Of all texts in the page or in a figure, the contrast with the page behind each.
CONTRASTS = f"""() => {{ {COLOURS}
    const texts = [...document.querySelectorAll('body *')].filter(each => each.checkVisibility()
        && !each.closest('.qtkit-circuit, .heatmaplayer, script, noscript')
        && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
    return texts.map(each => {{
        let ground = each;
        while (isClear(ground) && ground.parentElement) ground = ground.parentElement;
        const page = parts(getComputedStyle(isClear(ground) ? document.body : ground).backgroundColor);
        const style = getComputedStyle(each);
        return [contrast(parts(each.closest('svg') ? style.fill : style.color), page), each.outerHTML.slice(0, 120)];
    }});
}}"""


@pytest.fixture(scope="module")
def written(shared: Path) -> Path:
    """Some of each kind, from the stored results."""
    items = ("fig1", "fig2", "fig4", "fig5", "fig8", "fig13", "table1", "table2")
    page = shared / "gallery.html"
    with FileLock(shared / "gallery.lock"):
        if not page.exists():
            write_gallery(shared / "being written.html", items, ROOT / "results").rename(page)
    return page


@pytest.fixture
def open_page(chromium: Browser, written: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page offline, in a window as asked; no console error passes."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(**options: Any) -> Page:
        context = chromium.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(written.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def figure_of(page: Page, item: str) -> Locator:
    """The figure that an item shows, drawn."""
    figure = page.locator(f"#{item} figure.live:visible").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-drawn", "yes")
    return figure


def test_the_factors_filter_every_figure(open_page: Callable[..., Page]) -> None:
    page = open_page()
    fourth, rewards, errors = (figure_of(page, item) for item in ("fig4", "fig13", "table2"))
    before, search = fourth.evaluate(LINES), rewards.locator(".legend li:visible").count()
    assert before == 14
    for value in ("rx", "rz"):
        page.locator(f".filters input[value={value}]").uncheck()
    expect(page.get_by_role("status").first).to_have_text("4 of 12")
    page.wait_for_function(f"figure => ({LINES})(figure) === 6", arg=fourth.element_handle())
    page.locator(".filters input[value=rest]").uncheck()
    expect(page.locator("#table1 .cards li:visible")).to_have_count(4)
    page.wait_for_function(
        "figure => figure.querySelector('.plot').data[0].y.length === 5", arg=errors.element_handle()
    )  # the search, and four circuits
    assert rewards.locator(".legend li:visible").count() < search
    shown = rewards.locator(".legend li:visible").all_text_contents()
    assert any(text.startswith("DiffQAS") for text in shown)
    assert not any(text.startswith("Config 1 =") for text in shown), "none of the four has RY"
    page.locator(".filters input[value=rz]").check()
    expect(page.get_by_role("status").first).to_have_text("8 of 12")


def test_a_figure_answers_to_mouse_buttons_and_keys(open_page: Callable[..., Page]) -> None:
    page = open_page()
    figure = figure_of(page, "fig8")
    plot, told = figure.locator(".plot"), figure.locator(".told")
    whole = figure.evaluate(RANGE)
    figure.get_by_role("button", name="Zoom in").click()
    page.wait_for_function(f"([f, w]) => ({RANGE})(f)[1] < w[1]", arg=[figure.element_handle(), whole])
    figure.get_by_role("button", name="Whole figure").click()
    page.wait_for_function(f"([f, w]) => ({RANGE})(f)[1] === w[1]", arg=[figure.element_handle(), whole])
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("truth: ")
    first = told.text_content()
    page.keyboard.press("Shift+ArrowRight")
    expect(told).not_to_have_text(first or "")
    page.keyboard.press("ArrowDown")
    expect(told).to_contain_text("prediction: ")
    expect(told).to_have_text(re.compile(r"^prediction: [\d.]+, [-\d.]+$"))  # its axes have no titles
    expect(plot.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.keyboard.press("+")
    page.wait_for_function(f"([f, w]) => ({RANGE})(f)[1] < w[1]", arg=[figure.element_handle(), whole])
    page.keyboard.press("0")
    page.wait_for_function(f"([f, w]) => ({RANGE})(f)[1] === w[1]", arg=[figure.element_handle(), whole])
    lines = figure.evaluate(LINES)
    button = figure.locator(".legend button").first
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"([f, n]) => ({LINES})(f) < n", arg=[figure.element_handle(), lines])
    errors = figure_of(page, "table2")
    errors.locator(".plot").focus()
    page.keyboard.press("ArrowRight")
    expect(errors.locator(".told")).to_contain_text("DiffQAS, Bessel")


def test_the_readings_are_chosen(open_page: Callable[..., Page]) -> None:
    page = open_page()
    figure_of(page, "fig5")
    page.locator("#fig5 .choice").get_by_text("Heard", exact=True).click()
    expect(page.locator("#fig5-written")).to_be_hidden()
    expect(page.locator("#fig5-heard")).to_be_visible()
    figure_of(page, "fig5")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("wide", {}),
        ("dark", {"color_scheme": "dark"}),
        ("phone", {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}),
    ],
)
def test_all_can_read_it(open_page: Callable[..., Page], name: str, options: dict[str, Any]) -> None:
    page = open_page(**options)
    for item in ("fig2", "fig4", "fig5", "fig8", "fig13", "table2"):
        figure_of(page, item)
    assert page.evaluate(RULES) == []
    expect_contrasts(page, CONTRASTS, 4.5)
    width = page.viewport_size["width"]  # type: ignore[index] # it has one
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if name == "phone":
        for control in page.locator("button:visible, label:visible").all()[:40]:
            assert control.bounding_box()["height"] >= 32, "large enough for a finger"  # type: ignore[index]
    page.screenshot(path=SCREENSHOTS / f"gallery-page-{name}.png", full_page=True)


def test_it_lives_in_a_notebook(lab: LabServer, notebook: NotebookPage) -> None:
    cell = 'from qtkit.claims.gallery import Gallery\nGallery("fig4", "table1")'
    notebook.open(lab.write_notebook("page.ipynb", [cell]))
    notebook.run_all()
    frame = notebook.page.frame_locator("iframe[title='The gallery: fig4, table1']")
    expect(frame.locator("#fig4 figure.live")).to_have_attribute("data-drawn", "yes")
    frame.locator(".filters input[value=ry]").uncheck()
    expect(frame.locator("#table1 .cards li:visible")).to_have_count(8)
    notebook.screenshot("gallery-in-a-notebook")
