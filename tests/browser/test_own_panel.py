"""The search panel of a task of one's own in JupyterLab: it trains, moves, shows its metric, stops, and is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.panel_page import RUN_CELL, PanelPage, expect_contrast, expect_whole

if TYPE_CHECKING:
    from tests.browser.notebook_page import NotebookPage
    from tests.browser.server import LabServer

PARTS = """
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from qtkit import Ansatz
from qtkit.circuits import CZ, RY, H
from qtkit.panels import SearchPanel
from qtkit.tasks import Task

draws = torch.Generator().manual_seed(0)
inputs = torch.randn(400, 4, generator=draws)
targets = (inputs[:, 0] > 0).long() + (inputs[:, 1] > 0).long()
mine = Ansatz(start=[H()], layer=[CZ("ring"), RY()])

def network():
    return nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))

def accuracy(outputs, targets):
    return (outputs.argmax(dim=1) == targets).float().mean()

def largest(outputs, targets):
    return outputs.max()

points = Task(((inputs[:300], targets[:300]), (inputs[300:], targets[300:])), network, cross_entropy,
              {"accuracy": accuracy, "largest": largest})
panel = SearchPanel(task=points, depth=2, candidates=(2, 5, mine), batch_size=50, epochs=EPOCHS)
panel
"""
STORED = """
import tempfile
from qtkit.runs import run
if panel.records.empty:
    panel.run(blocking=True)
stored = run(panel.settings, store=tempfile.mkdtemp()).records()
same = stored["test_accuracy"].dropna().tolist() == panel.records["test_accuracy"].dropna().tolist()
print("the stored run is the panel's:", same)
"""


def open_panel(lab: LabServer, notebook: NotebookPage, epochs: int, *more: str) -> PanelPage:
    notebook.open(lab.write_notebook("own-panel.ipynb", [PARTS.replace("EPOCHS", str(epochs)), *more]))
    notebook.run_all()
    return PanelPage(notebook)


def test_it_trains_and_shows_its_metrics(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, 10_000)
    text = panel.root.inner_text()
    assert "Task: points" in text
    assert "accuracy, train and test" in text.replace("\n", " ")
    panel.start()
    panel.goes_on_drawing()
    panel.wait_for_text("300 items to train on, 100 to test on")
    assert panel.root.get_by_label("depth").is_disabled()
    panel.root.get_by_label("shown").select_option("largest")
    panel.root.locator(".qtkit-headings span", has_text="largest").first.wait_for()
    panel.goes_on_drawing()
    with panel.paused():
        notebook.screenshot("own-search-light", of=".qtkit-panel")
        expect_whole(panel.page)
        expect_contrast(panel.page, 3)  # the lowest are the coloured names of lines; all else is above 4
        panel.set_width(700)
        expect_whole(panel.page)
        notebook.use_theme("JupyterLab Dark")
        panel.page.wait_for_timeout(1_500)  # for the picture
        notebook.screenshot("own-search-700-dark", of=".qtkit-panel")
        expect_contrast(panel.page, 3)
    panel.goes_on_drawing()
    panel.stop()
    expect(panel.root.get_by_label("depth")).to_be_enabled()


def test_a_finished_run_is_what_a_store_would_hold(lab: LabServer, notebook: NotebookPage) -> None:
    panel = open_panel(lab, notebook, 2, STORED)
    notebook.wait_for_output("the stored run is the panel's: True")
    panel.root.get_by_label("seed", exact=True).fill("3")
    panel.root.get_by_label("seed", exact=True).press("Enter")
    panel.button("Start").click()
    panel.wait_for_text("Finished")
    panel.page.evaluate(RUN_CELL, 1)
    panel.button("Settings as code").click()
    code = panel.root.locator("textarea").input_value()
    assert "from qtkit.circuits import CZ, H, RY" in code
    assert "task=task)  # task: what this panel was given" in code
    panel.button("Save the trained network").click()
    panel.wait_for_text("Saved the network")
    assert list((lab.notebooks / "saved").glob("points-diffqas-seed3-step12*.safetensors"))
