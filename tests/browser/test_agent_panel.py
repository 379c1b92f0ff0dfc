"""The agent panel in JupyterLab: it trains, stops, and plays episodes side by side."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import POLLING
from tests.browser.panel_page import PanelPage, expect_contrast, expect_whole

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

CELL = """from qtkit.panels import AgentPanel
from qtkit.tasks.agents import AgentSettings
panel = AgentPanel({arguments})
panel"""
QUICK = "learning_rate=1e-3"

BARS = "() => [...document.querySelectorAll('.qtkit-panel .barlayer path')].map(path => path.getAttribute('d')).join()"
CURVE = "() => document.querySelector('.qtkit-panel .subplot.xy .trace:last-of-type path.js-line')?.getAttribute('d')"
GRIDS = "() => [...document.querySelectorAll('.qe-agent figure:first-child canvas')].map(each => each.toDataURL())"
# The episode may have ended by then.
PAUSE_IF_PLAYING = """() => [...document.querySelectorAll('.qtkit-panel button')]
    .filter(button => button.textContent.trim() === 'Pause')[1]?.click()"""
LIKELIEST = """() => {
    const agent = document.querySelector('.qe-agent');
    const percent = of => [...agent.querySelectorAll(of)].map(each => parseFloat(each.textContent));
    return percent('.qe-taken .qe-percent')[0] === Math.max(...percent('.qe-percent'));
}"""


def open_panel(lab: LabServer, notebook: NotebookPage, arguments: str, *more: str) -> PanelPage:
    notebook.page.set_viewport_size({"width": 1400, "height": 2_100})
    notebook.open(lab.write_notebook("agent.ipynb", [CELL.format(arguments=arguments), *more]))
    notebook.run_all()
    return PanelPage(notebook)


def agents(panel: PanelPage) -> list[Locator]:
    panel.root.locator(".qe-agent").nth(1).wait_for()
    return panel.root.locator(".qe-agent").all()


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_it_trains_stops_and_shows_two_agents(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, QUICK)
    page = panel.page
    notebook.screenshot("agent-before", of=".qtkit-panel")
    assert "There is no agent to watch yet" in panel.root.inner_text()
    before = page.evaluate(BARS)
    panel.start()
    print(f"bars change {panel.goes_on_drawing():.1f} times a second")
    assert page.evaluate(BARS) != before
    agents(panel)
    page.wait_for_function(CURVE, polling=POLLING)
    for told in ("The agent reaches the goal in", "shortest path 5 steps", "environment steps/s"):
        expect(panel.root).to_contain_text(told)
    assert panel.root.get_by_label("depth").is_disabled()

    # While it trains: the present agent beside the untrained one.
    panel.button("Refresh from the training").click()
    expect(agents(panel)[1]).to_contain_text("now, after")
    panel.button("Play").click()
    first = page.evaluate(GRIDS)
    page.wait_for_function(f"first => String(({GRIDS})()) !== String(first)", arg=first, polling=POLLING)
    page.evaluate(PAUSE_IF_PLAYING)
    with panel.paused():
        notebook.screenshot("agent-light", of=".qtkit-panel")
        expect_whole(panel.page)
        expect_contrast(panel.page, 3)

    print(f"Stop answers after {panel.stop():.2f} s")
    expect(panel.root.get_by_label("depth")).to_be_enabled()

    notebook.use_theme("JupyterLab Dark")
    page.wait_for_timeout(1_500)
    notebook.screenshot("agent-dark", of=".qtkit-panel")
    expect_contrast(panel.page, 3)
    for width in (700, 400):
        panel.set_width(width)
        page.set_viewport_size({"width": page.viewport_size["width"], "height": 2_300})
        page.wait_for_timeout(500)
        notebook.screenshot(f"agent-{width}-dark", of=".qtkit-panel")
    panel.set_width(700)
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 2_000})
    expect_whole(panel.page)
    notebook.use_theme("JupyterLab Light")
    page.wait_for_timeout(1_500)
    notebook.screenshot("agent-700-light", of=".qtkit-panel")


def test_an_episode_step_by_step(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, "model='mapping', workers=2, episodes=1_000", "panel.step()")
    page = panel.page
    both = agents(panel)
    expect(both[0]).to_contain_text("untrained")
    rows = both[0].locator(".qe-action")
    assert rows.count() == 7
    shares = [float(row.locator(".qe-percent").inner_text().split()[0]) for row in rows.all()]
    assert abs(sum(shares) - 100) < 1
    assert both[0].locator(".qe-taken[aria-current=step]").count() == 1
    slider = panel.root.get_by_role("slider", name="Step of the episode")
    frames = {tuple(page.evaluate(GRIDS))}
    slider.focus()
    for step in range(1, 13):
        page.keyboard.press("ArrowRight")
        expect(panel.root).to_contain_text(f"step {step} of 100")
        frames.add(tuple(page.evaluate(GRIDS)))
    assert len(frames) > 2, "the agent moves"
    page.keyboard.press("Space")
    expect(panel.root).not_to_contain_text("step 12 of 100")
    panel.button("Back to the start").click()
    expect(panel.root).to_contain_text("step 0 of 100")

    panel.root.get_by_label("actions", exact=True).select_option("the likeliest")
    page.wait_for_function(LIKELIEST, polling=POLLING)


def test_an_environment_that_is_none_is_told_beside_its_field(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, "model='mapping', workers=2")
    panel.root.get_by_label("environment", exact=True).select_option("another …")
    name = panel.root.get_by_label("MiniGrid id")
    name.fill("MiniGrid-DoorKee-5x5-v0")
    name.press("Enter")
    alert = panel.root.get_by_role("alert")
    alert.wait_for()
    expect(alert).to_contain_text("did you mean 'MiniGrid-DoorKey-5x5-v0'")
    notebook.screenshot("agent-environment", of=".qtkit-panel")
    began = time.monotonic()
    name.fill("MiniGrid-DoorKey-5x5-v0")
    name.press("Enter")
    panel.wait_for_text("Environment: MiniGrid-DoorKey-5x5-v0.")
    alert.wait_for(state="detached")
    print(f"the new environment is taken after {time.monotonic() - began:.1f} s")
    panel.button("Step").click()
    expect(agents(panel)[0]).to_contain_text("untrained")
    notebook.screenshot("agent-door-key", of=".qtkit-panel")


def test_an_agent_elsewhere_than_in_minigrid(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, "AgentSettings(model='classical', workers=2, episodes=60)")
    page = panel.page
    panel.button("Start").first.click()
    panel.wait_for_text("reached 475, which counts as solved")
    both = agents(panel)
    expect(both[1]).to_contain_text("now, after 60 episodes")
    for agent in both:
        expect(agent).to_contain_text("of 475 in")
        assert agent.locator("figure").count() == 1
        assert agent.locator(".qe-action").count() == 2
        expect(agent).to_contain_text("push right")
    before = page.evaluate(GRIDS)
    slider = panel.root.get_by_role("slider", name="Step of the episode")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function(f"first => String(({GRIDS})()) !== String(first)", arg=before, polling=POLLING)
    expect_whole(page)
    notebook.screenshot("agent-cartpole", of=".qtkit-panel")
    panel.set_width(400)
    page.wait_for_timeout(500)
    notebook.screenshot("agent-cartpole-400", of=".qtkit-panel")
