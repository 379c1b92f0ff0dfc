"""The studio in JupyterLab: built by mouse, built by keyboard, measured, looked at."""

from __future__ import annotations

import os
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import qtkit.panels.parts
from qtkit.generator.counts import mapping_start, weights
from qtkit.web.bundle import bundle
from tests.browser.notebook_page import PATIENCE_MS
from tests.browser.studio_page import BARS, CELL, expect_badge, expect_cnots, expect_inside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser, Locator

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

PARTS = Path(qtkit.panels.parts.__file__).parent

# From the event to the frame after the one in which the picture has changed: what a person waits for, in milliseconds;
# and how many frames there were in which it had not.
DELAY = """([picture, act, argument, patience]) => new Promise((resolve, reject) => {
    const now = {
        bars: () => document.querySelector('.qtkit-studio .qs-bars.qs-p').getAttribute('d'),
        circuit: () => document.querySelector('.qtkit-studio .qs-circuit svg'),
    }[picture];
    const before = now();
    const begin = performance.now();
    let frames = 0;
    const look = () => {
        if (now() !== before) requestAnimationFrame(() => resolve([performance.now() - begin, frames]));
        else if (performance.now() - begin > patience) reject(new Error(`${picture}: nothing changed`));
        else { frames += 1; requestAnimationFrame(look); }
    };
    new Function('argument', act)(argument);
    requestAnimationFrame(look);
})"""
TURN = """
    const slider = [...document.querySelectorAll('.qtkit-studio .qs-slider input')][1];
    slider.value = argument;
    slider.dispatchEvent(new Event('input', {bubbles: true}));
"""
LIGHT_ON_DARK = """() => {
    const lightness = (part, style) => getComputedStyle(document.querySelector(`.qtkit-studio ${part}`))[style]
        .match(/[0-9.]+/g).slice(0, 3).map(Number).reduce((sum, colour) => sum + colour);
    return lightness('.ink', 'fill') > 450 && lightness('.qs-circuit', 'backgroundColor') < 450;
}"""
VALID = "field => field.getAttribute('aria-invalid') === 'false'"
PRESET = "document.querySelectorAll('.qtkit-studio .qs-preset')[argument].click()"


@pytest.fixture
def studio(lab: LabServer, notebook: NotebookPage, request: pytest.FixtureRequest) -> Locator:
    """The studio in the notebook, on 4 qubits and 2 layers of config 9 unless the test's parameter says otherwise."""
    arguments = getattr(request, "param", "9, n_qubits=4, depth=2")
    after = "print('now:', studio.config, 'angles', tuple(studio.angles.shape))"
    notebook.page.set_viewport_size({"width": 1400, "height": 1500})
    notebook.open(lab.write_notebook("studio.ipynb", [CELL.format(arguments=arguments), after]))
    notebook.run_all()
    notebook.page.locator(BARS).wait_for(state="attached")
    return notebook.page.locator(".qtkit-studio")


def focus_by_tab(notebook: NotebookPage, key: str, *, backwards: bool = False) -> None:
    """Press Tab until the element of this key has the focus; the order of the keys decides the direction."""
    page = notebook.page
    for turn, presses in enumerate((40, 90)):
        for _ in range(presses):
            if page.evaluate("document.activeElement?.dataset?.key") == key:
                return
            page.keyboard.press("Shift+Tab" if backwards != bool(turn) else "Tab")
    raise AssertionError(f"Tab never reached {key!r}")


def test_config_5_by_mouse(notebook: NotebookPage, studio: Locator) -> None:
    studio.locator("[data-key=hadamard]").click()
    expect_badge(studio, "config 3")
    studio.get_by_role("group", name="Rotation, all layers").get_by_role("radio", name="RY").click()
    expect_badge(studio, "config 2")
    for left in (2, 1):  # of the brick only CNOT 0 → 1 may stay: the ring goes on with 1 → 2
        studio.locator(f"[data-key=cnot-{left}]").click()
        expect_cnots(notebook, 2 * left)
    for drawn, (control, target) in enumerate([(1, 2), (2, 3), (3, 0)], start=2):
        studio.locator(f"[data-key=wire-{control}] text").click()
        studio.get_by_text(f"Control: q{control}.").wait_for()
        studio.locator(f"[data-key=wire-{target}] text").click()
        expect_cnots(notebook, 2 * drawn)
    expect_badge(studio, "config 5: H, cyc, RY")
    notebook.page.mouse.move(0, 0)
    notebook.page.wait_for_timeout(1500)
    notebook.screenshot("studio-config-5")


def test_config_5_by_keyboard(notebook: NotebookPage, studio: Locator) -> None:
    page, press = notebook.page, notebook.page.keyboard.press
    studio.get_by_role("button", name="config 1:").focus()
    focus_by_tab(notebook, "hadamard")
    press("Enter")
    expect_badge(studio, "config 3")
    assert page.evaluate("document.activeElement.dataset.key") == "hadamard", "focus survives the redrawing"
    for left in (2, 1):
        focus_by_tab(notebook, f"cnot-{left}")
        press("Delete")
        expect_cnots(notebook, 2 * left)
    for drawn, (control, target) in enumerate([(1, 2), (2, 3), (3, 0)], start=2):
        for wire in (control, target):
            focus_by_tab(notebook, f"wire-{wire}")
            press("Enter")
        expect_cnots(notebook, 2 * drawn)
    expect_badge(studio, "config 6")
    notebook.screenshot("studio-keyboard-focus")
    focus_by_tab(notebook, "rotation-all", backwards=True)
    press("ArrowLeft")
    expect_badge(studio, "config 5: H, cyc, RY")
    focus_by_tab(notebook, "angle-0-0")
    press("ArrowDown")
    press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.key") == "angle-1-1"
    press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("θ(1,1)")
    before = page.locator(BARS).get_attribute("d")
    press("ArrowRight")
    page.wait_for_function(f"d => document.querySelector('{BARS}').getAttribute('d') !== d", arg=before)
    press("Control+z")
    page.wait_for_function(f"d => document.querySelector('{BARS}').getAttribute('d') === d", arg=before)


@pytest.mark.usefixtures("studio")
@pytest.mark.parametrize(
    "studio", ["5, n_qubits=4, depth=2", "5, n_qubits=8, depth=15", "5, n_qubits=10, depth=15"], indirect=True
)
def test_bars_follow_in_the_next_frame(notebook: NotebookPage) -> None:
    page = notebook.page

    def follow(picture: str, act: str, arguments: Iterable[int]) -> set[int]:
        asked = ([picture, act, argument, PATIENCE_MS] for argument in arguments)
        delays, frames = zip(*(page.evaluate(DELAY, each) for each in asked), strict=True)
        best, median, worst = min(delays), statistics.median(delays), max(delays)
        print(f"{picture}: best {best:.0f} ms, median {median:.0f} ms, worst {worst:.0f} ms")
        return set(frames)

    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    assert follow("bars", TURN, range(-50, 50, 8)) == {0}
    assert follow("bars", PRESET, (7, 4, 10, 1, 7, 4, 10, 1)) == {0}
    follow("circuit", PRESET, (7, 4, 10, 1))  # the drawing goes through the kernel and the server


def test_fields_answer_bad_input_beside_them(notebook: NotebookPage, studio: Locator) -> None:
    target = studio.get_by_label("Weights p of the network")
    for typed, answer in [
        ("0", "at least 1 weight"),
        ("-5", "at least 1 weight, not -5"),
        ("1e30", "more than the 10¹⁸"),
        ("many", "“many” is not a number"),
    ]:
        target.fill(typed)
        target.press("Enter")
        studio.get_by_role("alert").filter(has_text=answer).wait_for()
        assert target.get_attribute("aria-invalid") == "true"
    notebook.screenshot("studio-error")
    target.fill("6,023")
    target.press("Enter")
    studio.get_by_text("13 qubits").wait_for()
    assert target.get_attribute("aria-invalid") == "false"
    for label, right, wrong, answer in [
        ("Qubits n", "4", ("0", "-1", "11", "2.5", "1e30", ""), "from 1 to 10"),
        ("Layers L", "2", ("-1", "99", "0.5", "1e30", ""), "from 0 to 15"),
        ("Shots", "exact", ("0", "-5", "5", "1e30", "150.5", "many"), "from 100 to 100,000"),
        ("Noise a gate", "0", ("-0.1", "2", "1e30"), "from 0 to 0.5"),
    ]:
        field = studio.get_by_label(label, exact=True)
        for typed in wrong:
            field.fill(typed)
            field.press("Enter")
            studio.get_by_role("alert").filter(has_text=answer).wait_for()
            assert field.get_attribute("aria-invalid") == "true", (label, typed)
            field.fill(right)
            field.press("Enter")
            notebook.page.wait_for_function(
                "e => e.getAttribute('aria-invalid') === 'false'", arg=field.element_handle()
            )
    seed = studio.get_by_label("seed", exact=True)
    for typed in ("-1", "1.5", "1e30", ""):
        seed.fill(typed)
        studio.get_by_role("button", name="Random angles").click()
        studio.get_by_role("alert").filter(has_text="the seed must be").wait_for()
        seed.fill("7")
        studio.get_by_role("button", name="Random angles").click()
        notebook.page.wait_for_function(VALID, arg=seed.element_handle())
    assert studio.locator(".gate.rotation").count() == 8, "a refused size changes nothing"


@pytest.mark.parametrize("studio", ["5, n_qubits=3, depth=2"], indirect=True)
def test_shots_noise_sizes_and_texts(notebook: NotebookPage, studio: Locator) -> None:
    page = notebook.page
    bars = page.locator(BARS)

    def changes(act) -> None:
        before = bars.get_attribute("d")
        act()
        page.wait_for_function(f"d => document.querySelector('{BARS}').getAttribute('d') !== d", arg=before)

    def typed(label: str, text: str) -> None:
        field = studio.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")

    changes(lambda: typed("Shots", "100"))
    changes(lambda: studio.get_by_role("button", name="Measure again").click())
    studio.get_by_text("bars: measured; lines: exact").wait_for()
    changes(lambda: typed("Noise a gate", "0.1"))
    notebook.screenshot("studio-noise")
    typed("Noise a gate", "0")
    changes(lambda: typed("Shots", "exact"))
    typed("Qubits n", "6")
    studio.locator(".gate.h").nth(5).wait_for()
    changes(lambda: studio.get_by_role("button", name="Random angles").click())
    assert studio.get_by_label("seed").input_value() == "1"
    studio.get_by_text("Take the circuit with you").click()
    text = studio.get_by_label("The circuit as text")
    for name, words in [
        ("PennyLane", "qml.qnode"),
        ("OpenQASM 3", "OPENQASM 3.0"),
        ("SVG", "<svg"),
        ("qtkit", "qtkit.Ansatz"),
    ]:
        studio.get_by_role("radio", name=name).click()
        page.wait_for_function("([e, w]) => e.value.includes(w)", arg=[text.element_handle(), words])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    studio.get_by_role("button", name="Copy").click()
    studio.get_by_text("copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == text.input_value()


def test_the_browsers_simulation_is_the_kernels(lab: LabServer, notebook: NotebookPage) -> None:
    cell = """
import json, numpy as np
from qtkit import Ansatz, CANDIDATES
from qtkit.circuits import CNOT, CRX, CRY, CRZ, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, H
from qtkit.panels.studio import StudioCircuit, StudioModel
cases = []
for number, circuit in enumerate([*CANDIDATES, Ansatz(True, ((2, 0), (1, 2)), ("rx", "ry", "rz"))]):
    for n, depth in ((1, 1), (3, 3), (6, 4)):
        if n > 1 or number < 12:
            model = StudioModel(StudioCircuit.of(circuit, n, depth, seed=number))
            cases.append([model.circuit_state(), model.angles.tolist(), model.probabilities().tolist()])
for seed, circuit in enumerate([
    Ansatz(start=[H()], layer=[CZ("ring"), U3()]),
    Ansatz(start=[H(wires=(0,)), CNOT("star"), SWAP("all")], layer=[RX(), RZZ("ring"), CRX("brick"), H(), RZ()]),
    Ansatz(layer=[[RY(), CRY("all"), CRZ(((2, 0),))], [U3(wires=(1,)), CU3("ring"), SWAP("star"), CZ("brick")]]),
]):
    for n, depth in ((3, 3), (5, 4)):
        model = StudioModel(StudioCircuit.of(circuit, n, depth, seed=seed))
        cases.append([model.circuit_state(), model.angles.tolist(), model.probabilities().tolist()])
import ipywidgets
ipywidgets.HTML(f"<template class='cases'>{json.dumps(cases)}</template><template class='module'></template>")
"""
    notebook.open(lab.write_notebook("cases.ipynb", [cell]))
    notebook.run_all()
    notebook.page.locator("template.cases").wait_for(state="attached")
    worst = notebook.page.evaluate(
        """async code => {
            const module = await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})));
            const cases = JSON.parse(document.querySelector("template.cases").content.textContent);
            let worst = 0;
            for (const [circuit, angles, expected] of cases) {
                const ours = module.simulate(circuit, angles);
                if (ours.length !== expected.length) return 1;
                expected.forEach((p, i) => { worst = Math.max(worst, Math.abs(p - ours[i])); });
            }
            return cases.length > 40 ? worst : 1;
        }""",
        bundle(PARTS / "simulation.js"),
    )
    print(f"largest difference: {worst:.1e}")
    assert worst < 1e-12


def test_the_browsers_mapping_is_the_kernels(chromium: Browser) -> None:
    """Equation 4 for every reading of P that the panels offer: the same weights as `qtkit.generator.counts.weights`."""
    random = np.random.default_rng(0)
    cases = []
    for n in (1, 2, 5, 10):
        probabilities = random.dirichlet(np.ones(2**n))
        mapping = mapping_start(n, seed=n)
        expected = {seen: weights(probabilities, mapping, seen=seen).tolist() for seen in ("raw", "scaled")}
        cases.append([probabilities.tolist(), mapping.tolist(), expected])
    assert not np.allclose(expected["raw"], expected["scaled"])
    page = chromium.new_page()
    worst = page.evaluate(
        """async ([code, cases]) => {
            const module = await import("data:text/javascript," + encodeURIComponent(code));
            let worst = 0;
            for (const [probabilities, mapping, expected] of cases) {
                for (const [reading] of module.READINGS) {
                    const ours = module.generateWeights(probabilities, mapping, reading);
                    if (ours.length !== expected[reading].length) return 1;
                    expected[reading].forEach((k, i) => { worst = Math.max(worst, Math.abs(k - ours[i])); });
                }
            }
            return module.READINGS.length === Object.keys(cases[0][2]).length ? worst : 1;
        }""",
        [bundle(PARTS / "mapping.js"), cases],
    )
    page.close()
    print(f"largest difference: {worst:.1e}")
    assert worst < 1e-12


def test_angles_turn_while_the_kernel_is_busy(lab: LabServer, notebook: NotebookPage) -> None:
    busy = "import pathlib, time\nwhile not pathlib.Path('answer').exists():\n    time.sleep(0.05)\nprint('slept')"
    notebook.open(lab.write_notebook("busy.ipynb", [CELL.format(arguments="5, n_qubits=6, depth=4"), busy]))
    notebook.start_all()
    notebook.page.locator(BARS).wait_for(state="attached")
    delays = [notebook.page.evaluate(DELAY, ["bars", TURN, value, PATIENCE_MS]) for value in (-40, -20, 0, 20)]
    assert "slept" not in notebook.output_text(), "the kernel was busy all the time"
    assert {frames for _, frames in delays} == {0}
    (lab.notebooks / "answer").touch()
    notebook.wait_for_output("slept")


def test_dark_theme(notebook: NotebookPage, studio: Locator) -> None:
    notebook.use_theme("JupyterLab Dark")
    notebook.page.wait_for_timeout(1500)
    studio.get_by_role("button", name="config 10:").click()
    expect_badge(studio, "config 10")
    notebook.page.wait_for_timeout(1500)
    notebook.screenshot("studio-dark")
    notebook.page.wait_for_function(LIGHT_ON_DARK)
    notebook.use_theme("JupyterLab Light")  # the server keeps it for the tests to come


@pytest.mark.parametrize("studio", ["7, n_qubits=5, depth=3"], indirect=True)
def test_a_window_of_400_pixels(notebook: NotebookPage, studio: Locator) -> None:
    page = notebook.page
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    page.set_viewport_size({"width": 400, "height": 1600})
    page.wait_for_timeout(1500)
    notebook.screenshot("studio-400")
    expect_inside(page, ".qtkit-studio", "button, input, select, .qs-chart")
    studio.locator("[data-key=hadamard]").click()
    expect_badge(studio, "config 1")


@pytest.mark.slow
def test_the_notebook_of_the_candidates(notebook: NotebookPage) -> None:
    notebook.open("02_the_twelve_candidates.ipynb")
    notebook.run_all()
    figures = [o for cell in notebook.cells() for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(figures) >= 4, "the still figures are shown"
    notebook.scroll_to("AnsatzStudio(9")
    studio = notebook.page.locator(".qtkit-studio")
    studio.get_by_role("button", name="config 5:").click()
    expect_badge(studio, "config 5")
    notebook.page.wait_for_timeout(1500)
    notebook.screenshot("studio-in-notebook-02")
    notebook.scroll_to("CandidateGallery(")
    notebook.page.locator(".qg-card").nth(11).wait_for()
