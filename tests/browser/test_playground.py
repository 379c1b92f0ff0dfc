"""The playground in Chromium: a page without kernel and network, under mouse, keyboard, finger; and in JupyterLab."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from qtkit import CANDIDATES
from qtkit.cli.notebook_page import PageExporter
from qtkit.panels import Playground
from qtkit.panels.playground.page import SCRIPT, write_playground
from tests.browser.contrast import COLOURS
from tests.browser.notebook_page import PATIENCE_MS, SCREENSHOTS
from tests.browser.panel_page import RUN_CELL
from tests.browser.studio_page import expect_inside
from tests.browser.waiting import expect_contrasts, expect_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

PARTS = "button, input, canvas, svg, h4, .qp-numbers, .qp-words, textarea"
PLANE = "() => document.querySelector('.qp-plane').toDataURL()"
OWN = "data=own&points=5g5g1a0a005g501"

# Of all texts, the contrast with what each stands on.
CONTRASTS = f"""() => {{ {COLOURS}
    const texts = [...document.querySelectorAll('.qtkit-playground *')].filter(element => element.offsetParent
        && !element.disabled && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
    return texts.map(element => {{
        let ground = element;
        while (isClear(ground) && ground.parentElement) ground = ground.parentElement;
        const page = parts(getComputedStyle(ground).backgroundColor);
        return [contrast(parts(getComputedStyle(element).color), page), element.outerHTML.slice(0, 100)];
    }});
}}"""

FRAMES = """count => new Promise(resolve => {
    const look = left => left ? requestAnimationFrame(() => look(left - 1)) : resolve();
    look(count);
})"""

CUT_NUMBERS = """() => [...document.querySelectorAll('.qp-buttons button')]
    .filter(button => button.scrollWidth > button.clientWidth).map(button => button.textContent)"""


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page of its own, offline, in a window as asked; no console error passes."""
    path, contexts, errors = write_playground(tmp_path / "playground.html"), [], []

    def open_page(state: str = "", **options: Any) -> Page:
        context = chromium.new_context(offline=True, **{"viewport": {"width": 1200, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(path.as_uri() + (f"#{state}" if state else ""))
        page.locator(".qp-plane").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def step_of(page: Page) -> int:
    return int(re.match(r"step (\d+)", page.locator(".qp-numbers").text_content())[1])


def wait_for_step(page: Page, least: int) -> None:
    page.wait_for_function(
        "least => Number(document.querySelector('.qp-numbers').textContent.match(/step ([0-9]+)/)[1]) >= least",
        arg=least,
    )


def test_it_starts_pauses_steps_and_begins_anew(open_page):
    page = open_page()
    before = page.evaluate(PLANE)
    expect(page.locator(".qp-counts")).to_have_text("7 qubits write 105 weights with 49 trained numbers")
    expect(page.locator(".qp-words")).to_contain_text("All 12 circuits count alike")
    expect(page.locator(".qp-words")).to_contain_text("Configs 1, 3, 4, 6, 9 and 12 cannot hear their angles.")
    button(page, "Start").click()
    page.wait_for_function(f"before => ({PLANE})() !== before", arg=before)
    wait_for_step(page, 60)
    button(page, "Pause").click()
    paused = step_of(page)
    page.evaluate(FRAMES, 10)  # in each of which it would go on
    assert step_of(page) == paused
    assert f"step={paused}" in page.url
    expect(page.locator(".qp-words")).to_contain_text("Config")
    button(page, "Step").click()
    assert step_of(page) == paused + 1
    page.screenshot(path=SCREENSHOTS / "playground.png", full_page=True)
    button(page, "Reset").click()
    assert step_of(page) == 0
    assert page.evaluate(PLANE) == before, "the same seed begins alike"


def test_a_link_brings_everything_back(open_page):
    state = "data=xor&noise=0.05&net=5-4&sees=raw&depth=3&configs=2-5-8&rate=0.05&seed=7&step=40"
    page = open_page(state)
    wait_for_step(page, 40)
    expect(button(page, "Start")).to_be_visible()
    numbers, plane = page.locator(".qp-numbers").text_content(), page.evaluate(PLANE)
    assert step_of(page) == 40
    button(page, "Link").click()
    link = page.get_by_label("Text to copy").input_value()
    assert link.endswith(f"#{state}")
    again = open_page(link.split("#")[1])
    wait_for_step(again, 40)
    expect(button(again, "Start")).to_be_visible()
    assert (again.locator(".qp-numbers").text_content(), again.evaluate(PLANE)) == (numbers, plane)


def test_the_plane_takes_the_other_theme_at_once(open_page):
    page = open_page(color_scheme="light")
    light = page.evaluate(PLANE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({PLANE})() !== light", arg=light)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"light => ({PLANE})() === light", arg=light)


def test_a_new_address_is_followed(open_page):
    page = open_page()
    button(page, "Start").click()
    wait_for_step(page, 2)
    page.evaluate("location.hash = 'data=circles&depth=2&seed=3&step=15'")
    expect(page.locator(".qp-numbers")).to_contain_text("step 15 ")
    expect(page.get_by_role("radio", name="circles")).to_be_checked()
    expect(button(page, "Start")).to_be_visible()
    page.evaluate("location.hash = 'depth=none'")
    expect(page.get_by_role("alert").filter(has_text="This link cannot be read: the depth")).to_be_visible()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("data=stars", "the data must be one of moons, circles, xor, spirals, own"),
        ("depth=99", "the depth must be a whole number from 1 to 8"),
        ("net=8", "two hidden layers, such as 8-8"),
        ("configs=13", "numbers from 1 to 12"),
        ("points=zzz", "five digits and letters"),
        ("step=-1", "the step must be a whole number"),
        ("colour=red", 'no setting "colour"'),
    ],
)
def test_a_bad_link_is_answered(open_page, state, words):
    page = open_page(state)
    expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    expect(page.locator(".qp-counts")).to_contain_text("105 weights")


def test_settings_are_checked_and_begin_anew(open_page):
    page = open_page("step=20")
    wait_for_step(page, 20)
    expect(button(page, "Start")).to_be_visible()
    depth = page.get_by_label("depth", exact=True)
    depth.fill("0")
    depth.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="the depth must be a whole number from 1 to 8")).to_be_visible()
    assert depth.get_attribute("aria-invalid") == "true"
    assert step_of(page) == 20, "nothing has changed"
    depth.fill("6")
    depth.press("Enter")
    expect(page.locator(".qp-counts")).to_contain_text("63 trained numbers")
    assert depth.get_attribute("aria-invalid") == "false"
    assert step_of(page) == 0
    page.get_by_label("layer 1").fill("4")
    page.get_by_label("layer 1").press("Enter")
    expect(page.locator(".qp-counts")).to_contain_text("6 qubits write 61 weights")
    for number in (1, 3, 4, 6, 7, 8, 9, 10, 11, 12):
        page.get_by_role("button", name=f"config {number}:").click()
    expect(page.locator(".qp-counts")).to_contain_text("46 trained numbers")
    page.get_by_role("button", name="config 2:").click()
    expect(page.locator(".qp-words")).to_contain_text("Config 5 (H, cyc, RY) writes alone.")
    page.get_by_role("button", name="config 5:").click()
    expect(page.get_by_role("alert").filter(has_text="One circuit at least")).to_be_visible()
    expect(page.get_by_role("button", name="config 5:")).to_have_attribute("aria-pressed", "true")
    button(page, "Start").click()
    wait_for_step(page, 5)
    page.get_by_role("radio", name="spirals").check()
    expect(button(page, "Pause")).to_be_visible()
    wait_for_step(page, 5)


def test_points_by_mouse_keyboard_and_away_again(open_page):
    page = open_page()
    page.get_by_role("radio", name="own").check()
    expect(button(page, "Start")).to_be_disabled()
    plane = page.get_by_role("img", name="The plane with two classes")
    box = plane.bounding_box()
    plane.click(position={"x": 0.3 * box["width"], "y": 0.3 * box["height"]})
    expect(button(page, "Start")).to_be_disabled()
    page.get_by_role("radio", name="blue").check()
    plane.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    button(page, "Start").click()
    wait_for_step(page, 30)
    button(page, "Pause").click()
    assert len(re.search(r"points=(\w+)", page.url)[1]) == 10
    expect(page.locator(".qp-numbers")).to_contain_text("100 % of your points right")
    plane.click(position={"x": 0.3 * box["width"], "y": 0.3 * box["height"]})
    assert len(re.search(r"points=(\w+)", page.url)[1]) == 5
    expect(button(page, "Start")).to_be_disabled()
    button(page, "Clear points").click()
    assert "points=&" in page.url


def test_a_finger_is_enough(open_page):
    page = open_page(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True, device_scale_factor=2)
    button(page, "Start").tap()
    wait_for_step(page, 20)
    button(page, "Pause").tap()
    page.get_by_role("radio", name="own").tap()
    plane = page.locator(".qp-plane")
    plane.tap(position={"x": 80, "y": 80})
    page.get_by_role("radio", name="blue").tap()
    plane.tap(position={"x": 250, "y": 200})
    expect(button(page, "Start")).to_be_enabled()
    for control in page.get_by_role("button").all():
        assert control.bounding_box()["height"] >= 30, "large enough for a finger"
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_width_and_both_themes(open_page, theme):
    page = open_page("step=100", color_scheme=theme)
    wait_for_step(page, 100)
    expect(button(page, "Start")).to_be_visible()
    button(page, "As code").click()
    for width in (290, 400, 700, 1200):  # in JupyterLab side bars take a quarter of a telephone
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
        expect_inside(page, ".qtkit-playground", PARTS)
        expect_none(page, CUT_NUMBERS)
        page.screenshot(path=SCREENSHOTS / f"playground-{width}-{theme}.png", full_page=True)
    expect_contrasts(page, CONTRASTS, 4.5)


def test_nothing_jumps_while_it_runs(open_page):
    page = open_page()
    places = "() => [...document.querySelectorAll('.qtkit-playground section, .qp-plane, .qp-sharing, .qp-counts')]"
    places += ".map(part => part.getBoundingClientRect()).map(({x, y, width, height}) => [x, y, width, height])"
    before = page.evaluate(places)
    button(page, "Start").click()
    wait_for_step(page, 30)
    assert page.evaluate(places) == before


def test_less_motion_means_fewer_pictures(open_page):
    count = """steps => new Promise(resolve => {
        const step = () => Number(document.querySelector('.qp-numbers').textContent.match(/step ([0-9]+)/)[1]);
        const canvas = document.querySelector('.qp-plane'), pen = canvas.getContext('2d'), clear = pen.clearRect;
        let pictures = 0;
        pen.clearRect = function (...where) { pictures += 1; return clear.apply(this, where); };
        const look = () => step() >= steps ? resolve(pictures) : requestAnimationFrame(look);
        look();
    })"""
    pictures = {}
    for motion in ("reduce", "no-preference"):
        page = open_page(reduced_motion=motion)
        button(page, "Start").click()
        pictures[motion] = page.evaluate(count, 150)
    print(f"pictures in 150 steps: {pictures}")
    assert 0 < pictures["reduce"] < pictures["no-preference"]


def test_code_and_hand_over_without_a_kernel(open_page):
    page = open_page(f"{OWN}&net=4-3&depth=2&configs=2-7&step=25")
    wait_for_step(page, 25)
    expect(button(page, "Start")).to_be_visible()
    button(page, "Hand over to Python").click()
    expect(page.get_by_text("No kernel runs here.")).to_be_visible()
    code = page.get_by_label("Text to copy").input_value()
    names: dict[str, Any] = {}
    exec(code, names)
    logits = names["model"](torch.tensor([[0.0, 0.0], [-2.0, 1.0]], dtype=torch.float64))
    assert logits.shape == (2, 1)
    assert names["model"].search.candidates == (CANDIDATES[1], CANDIDATES[6])
    button(page, "Step").click()
    expect(page.get_by_label("Text to copy")).to_be_hidden()
    button(page, "As code").click()
    assert page.get_by_label("Text to copy").input_value() != code


# A model as anywidget gives it, and what the page then hands over, beside its own logits.
HAND_OVER = """async ([code, start]) => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    const values = new Map([["_start", start], ["_handed", {}]]), handed = () => values.get("_handed");
    const model = { get: name => values.get(name), set: (name, value) => values.set(name, value), save_changes() {} };
    const el = document.body.appendChild(document.createElement("div"));
    const close = await widget().render({ model, el });
    const goal = Number(start.match(/step=([0-9]+)/)[1]);
    while (handed().step !== goal) await new Promise(resolve => setTimeout(resolve, 20));
    close();
    return JSON.parse(JSON.stringify(handed()));
}"""


@pytest.mark.parametrize(
    "state",
    [
        "data=moons&step=60",
        "data=spirals&sees=raw&depth=5&seed=3&step=40",
        "data=circles&net=3-2&configs=5&step=30",
        f"{OWN}&step=20",
    ],
)
def test_python_is_given_the_very_network(chromium, state):
    page = chromium.new_page()
    handed = page.evaluate(HAND_OVER, [SCRIPT, state])
    page.close()
    panel = Playground()
    panel.set_state({"_handed": handed})
    inputs, labels = panel.data
    loss = torch.nn.functional.binary_cross_entropy_with_logits(panel.to_model()(inputs), labels)
    assert np.isclose(loss.item(), handed["loss"], atol=1e-5, rtol=1e-5)
    assert panel.handed_over.step == int(state.rpartition("=")[2])
    assert f"step={panel.handed_over.step}" in panel.state
    panel.close()


def test_it_lives_in_an_exported_notebook(chromium, tmp_path):
    outputs = []
    for state in ("data=xor&step=10", "data=spirals&seed=5"):
        panel = Playground(state)
        bundle = panel._repr_mimebundle_()
        data = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
        outputs.append(nbformat.v4.new_output("display_data", data=data))
        panel.close()
    cell = nbformat.v4.new_code_cell("playground", outputs=outputs)
    text, _ = PageExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    path = tmp_path / "notebook.html"
    path.write_text(text, encoding="utf-8")
    with chromium.new_context(offline=True) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        first, second = page.locator(".qtkit-playground").all()
        expect(page.get_by_text("may run scripts")).to_have_count(0)
        expect(first.locator(".qp-numbers")).to_contain_text("step 10 ")
        for panel, data in ((first, "XOR"), (second, "spirals")):
            expect(panel.get_by_role("radio", name=data)).to_be_checked()
        second.get_by_label("depth", exact=True).fill("5")
        second.get_by_label("depth", exact=True).press("Enter")
        expect(second.locator(".qp-counts")).to_contain_text("56 trained numbers")
        second.get_by_role("button", name="Start", exact=True).click()
        expect(second.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        expect(second.locator(".qp-numbers")).not_to_contain_text("step 0 ")
        expect(first.locator(".qp-numbers")).to_contain_text("step 10 ")
        assert page.url == path.as_uri(), "the address is the notebook's"
        page.screenshot(path=SCREENSHOTS / "playground-exported.png", full_page=True)


def test_in_jupyterlab(lab: LabServer, notebook: NotebookPage) -> None:
    cells = [
        "from qtkit.panels import Playground\nplayground = Playground('data=circles&step=50')\nplayground",
        "import torch\nmodel = playground.to_model()\ninputs, labels = playground.data\n"
        "loss = torch.nn.functional.binary_cross_entropy_with_logits(model(inputs), labels)\n"
        "print('HANDED', playground.handed_over.step, abs(loss.item() - playground.handed_over.loss) < 1e-5)",
    ]
    notebook.open(lab.write_notebook("playground.ipynb", cells))
    page = notebook.page
    page.evaluate(RUN_CELL, 0)
    wait_for_step(page, 50)
    expect(button(page, "Start")).to_be_visible()
    button(page, "Hand over to Python").click()
    page.get_by_text("Handed over at step 50").wait_for()
    page.evaluate(RUN_CELL, 1)
    notebook.wait_for_output("HANDED 50 True")
    notebook.screenshot("playground-lab", of=".qtkit-playground")
    notebook.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1000)
    notebook.screenshot("playground-lab-dark", of=".qtkit-playground")
    notebook.use_theme("JupyterLab Light")  # the server keeps it for the tests to come
