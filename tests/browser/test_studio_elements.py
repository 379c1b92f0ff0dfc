"""The studio's elements: a circuit of any gates, by buttons and by dragging, on a wide window and on a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.notebook_page import PATIENCE_MS, SCREENSHOTS, NotebookPage
from tests.browser.studio_page import BARS, CELL, expect_badge, expect_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator

    from tests.browser.server import LabServer

RING = "Ansatz(start=[H()], layer=[CZ('ring'), U3()])"
AFTER = f"""\
from qtkit.circuits import CZ, U3, Ansatz, H
print('built:', studio.ansatz == {RING}, tuple(studio.angles.shape))"""


@pytest.fixture
def studio(lab: LabServer, notebook: NotebookPage) -> Locator:
    """Config 5 on 3 qubits and 2 layers."""
    notebook.page.set_viewport_size({"width": 1280, "height": 1500})
    notebook.open(lab.write_notebook("elements.ipynb", [CELL.format(arguments="5, n_qubits=3, depth=2"), AFTER]))
    notebook.run_all()
    notebook.page.locator(BARS).wait_for(state="attached")
    return notebook.page.locator(".qtkit-studio")


def row(studio: Locator, name: str) -> Locator:
    return studio.get_by_role("list", name=name)


def expect_row(studio: Locator, name: str, labels: list[str]) -> None:
    """Wait until these elements stand in a row."""
    studio.page.wait_for_function(
        """([name, labels]) => {
            const chips = document.querySelectorAll(`.qs-row[aria-label="${name}"] .qs-chip b`);
            return JSON.stringify(labels) === JSON.stringify([...chips].map(each => each.textContent));
        }""",
        arg=[name, labels],
    )


def run_last(notebook: NotebookPage) -> None:
    """Run the second cell again, which tells what was built."""
    notebook.page.evaluate(
        """() => {
            const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
            content.activeCellIndex = 1;
            return window.jupyterapp.commands.execute('notebook:run-cell').then(() => true);
        }"""
    )


def test_any_gates_by_buttons(notebook: NotebookPage, studio: Locator) -> None:
    assert not studio.get_by_text("Each layer", exact=True).is_visible(), "words come first"
    studio.get_by_text("More gates", exact=True).click()
    expect_row(studio, "Start", ["H"])
    expect_row(studio, "Each layer", ["CNOT", "RY"])
    before = studio.locator(".qs-bars.qs-p").get_attribute("d")
    studio.get_by_role("button", name="Add CZ").click()
    expect_row(studio, "Each layer", ["CNOT", "RY", "CZ"])
    expect_badge(studio, "Not in Table I (H, CNOT ring, RY, CZ brick)")
    studio.get_by_role("combobox", name="pattern of CZ brick, layer 1, place 3").select_option("ring")
    studio.get_by_role("button", name="earlier: CZ ring, layer 1, place 3").click()
    expect_row(studio, "Each layer", ["CNOT", "CZ", "RY"])
    studio.get_by_role("button", name="remove: CNOT ring").click()
    expect_row(studio, "Each layer", ["CZ", "RY"])  # or else the next click means a place that was
    studio.get_by_role("button", name="remove: RY").click()
    expect_row(studio, "Each layer", ["CZ"])
    studio.get_by_role("button", name="Add U3").click()
    expect_badge(studio, "Not in Table I (H, CZ ring, U3)")
    assert studio.locator(".gate.u3").count() == 6 and studio.locator(".gate.cz").count() == 6
    studio.locator("[data-key=angle-1-6]").click()
    slider = studio.get_by_role("slider", name="θ(1,7): φ of U3 on wire q2, layer 1")
    bars = studio.locator(".qs-bars.qs-p").get_attribute("d")
    assert bars != before
    studio.get_by_role("slider", name="θ(0,0): θ of U3 on wire q0, layer 0").wait_for(state="hidden")
    slider.wait_for()
    studio.get_by_role("slider", name="θ(1,6): θ of U3").press("ArrowRight")
    notebook.page.wait_for_function(f"d => document.querySelector('{BARS}').getAttribute('d') !== d", arg=bars)
    studio.get_by_text("of 18").wait_for()
    run_last(notebook)
    notebook.wait_for_output("built: True (2, 9)")
    studio.get_by_text("Take the circuit with you").click()
    notebook.page.wait_for_function(
        "e => e.value.includes(\"start=[H()], layer=[CZ('ring'), U3()]\")",
        arg=studio.get_by_label("The circuit as text").element_handle(),
    )
    notebook.page.mouse.move(0, 0)
    notebook.page.wait_for_timeout(1500)
    notebook.screenshot("studio-elements-1280", of=".qtkit-studio")
    notebook.use_theme("JupyterLab Dark")
    notebook.page.wait_for_timeout(1500)
    notebook.screenshot("studio-elements-1280-dark", of=".qtkit-studio")
    notebook.use_theme("JupyterLab Light")
    for _ in range(2):
        studio.get_by_role("button", name="Undo").click()
    expect_row(studio, "Each layer", ["CZ"])
    studio.get_by_role("button", name="Undo").click()
    expect_row(studio, "Each layer", ["CZ", "RY"])
    studio.evaluate("e => ['CZ ring', 'RY'].forEach(x => e.querySelector(`[aria-label^='remove: ${x}']`).click())")
    expect_row(studio, "Each layer", ["RY"])  # the second press came before the row was another one
    studio.get_by_role("button", name="Undo").click()
    expect_row(studio, "Each layer", ["CZ", "RY"])
    studio.get_by_role("button", name="Random angles").evaluate(
        "e => { e.click(); e.closest('.qtkit-studio').querySelector('[aria-label^=\"remove: RY\"]').click(); }"
    )
    expect_row(studio, "Each layer", ["CZ"])  # an edit under way that leaves the row as it is swallows no press
    studio.get_by_role("button", name="remove: CZ ring").click()
    studio.get_by_role("alert").filter(has_text="a layer is empty").wait_for()
    studio.get_by_role("button", name="config 8:").click()
    expect_badge(studio, "config 8")
    expect_row(studio, "Each layer", ["CNOT", "RY"])


def test_elements_are_dragged(studio: Locator) -> None:
    studio.get_by_text("More gates", exact=True).click()
    layer, start = row(studio, "Each layer"), row(studio, "Start")
    studio.get_by_role("button", name="Add RZZ").drag_to(
        layer.locator(".qs-chip").first, target_position={"x": 4, "y": 10}
    )
    expect_row(studio, "Each layer", ["RZZ", "CNOT", "RY"])
    layer.locator(".qs-chip b").first.drag_to(layer.locator(".qs-chip").last, target_position={"x": 100, "y": 10})
    expect_row(studio, "Each layer", ["CNOT", "RY", "RZZ"])
    start.locator(".qs-chip b").first.drag_to(layer, target_position={"x": 6, "y": 10})
    expect_row(studio, "Each layer", ["H", "CNOT", "RY", "RZZ"])
    expect_row(studio, "Start", [])
    studio.get_by_role("button", name="Add CNOT").drag_to(start)
    expect_row(studio, "Start", ["CNOT"])
    layer.locator(".qs-chip b").last.drag_to(start)
    studio.get_by_role("alert").filter(has_text="start acts once and has no angles").wait_for()
    for _ in range(4):
        studio.get_by_role("button", name="Undo").click()
    expect_badge(studio, "config 5")


def test_any_gates_by_keyboard(notebook: NotebookPage, studio: Locator) -> None:
    studio.get_by_text("More gates", exact=True).focus()
    press = notebook.page.keyboard.press
    press("Enter")
    studio.get_by_role("button", name="Add CRX").focus()
    press("Enter")
    expect_row(studio, "Each layer", ["CNOT", "RY", "CRX"])
    studio.get_by_role("button", name="earlier: CRX brick").focus()
    press("Enter")
    expect_row(studio, "Each layer", ["CNOT", "CRX", "RY"])
    assert notebook.page.evaluate("document.activeElement.dataset.key") == "left/0/1" or notebook.page.evaluate(
        "document.querySelector('.qs-rows').contains(document.activeElement)"
    ), "the focus stays among the elements"
    studio.locator("[data-key=angle-0-0]").focus()
    press("ArrowDown")
    assert notebook.page.evaluate("document.activeElement.dataset.key") == "angle-0-1"
    press("ArrowRight")
    assert notebook.page.evaluate("document.activeElement.dataset.key") == "angle-1-1"
    press("Control+z")
    expect_row(studio, "Each layer", ["CNOT", "RY", "CRX"])


@pytest.fixture
def telephone(lab: LabServer, chromium: Browser) -> Iterator[NotebookPage]:
    """A circuit by elements on a touch screen that is 390 pixels wide."""
    cell = "from qtkit.circuits import CRY, CU3, CZ, RX, RZZ, SWAP, U3, Ansatz, H\n" + CELL.format(
        arguments="Ansatz(start=[H(), CZ('star')], layer=[[U3(), CRY('ring'), RZZ()], [RX(), SWAP(), CU3('all')]]), "
        "n_qubits=3"
    )
    options = {"viewport": {"width": 390, "height": 2400}, "has_touch": True, "is_mobile": True}
    with chromium.new_context(**options) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = NotebookPage(context.new_page(), lab, SCREENSHOTS)
        page.open(lab.write_notebook("telephone.ipynb", [cell]))
        page.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area').then(() => true)")
        page.run_all()
        page.page.locator(BARS).wait_for(state="attached")
        yield page
        assert page.errors == []


def test_a_telephone(telephone: NotebookPage) -> None:
    page, studio = telephone.page, telephone.page.locator(".qtkit-studio")
    expect_row(studio, "Layer 1 in turn", ["U3", "CRY", "RZZ"])  # open, for words cannot say it
    studio.get_by_role("button", name="earlier: SWAP brick").tap()
    expect_row(studio, "Layer 2 in turn", ["SWAP", "RX", "CU3"])
    studio.get_by_label("Add to the").select_option("layer 2 in turn")
    studio.get_by_role("button", name="Add RZ", exact=True).tap()
    expect_row(studio, "Layer 2 in turn", ["SWAP", "RX", "CU3", "RZ"])
    beginning = studio.get_by_role("group", name="Start", exact=True)
    assert beginning.locator("input:checked").count() == 0, "neither |0…0⟩ nor Hadamards alone"
    expect_inside(page, ".qtkit-studio", "button, input, select, .qs-chart, .qs-chip")
    for button in studio.locator("button:visible").all():
        assert button.bounding_box()["height"] >= 30, "large enough for a finger"
    page.wait_for_timeout(1500)
    telephone.screenshot("studio-elements-390", of=".qtkit-studio")
    telephone.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1500)
    telephone.screenshot("studio-elements-390-dark", of=".qtkit-studio")
    telephone.use_theme("JupyterLab Light")
