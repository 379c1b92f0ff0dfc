"""The front ends: the modules that the panels send, and that every script has its place."""

from __future__ import annotations

import json
import re

import pytest

from qtkit.cli.page_look import SCRIPT
from qtkit.labs.page import page_html
from qtkit.panels.agent.player import Player
from qtkit.panels.gallery.panel import CandidateGallery
from qtkit.panels.mixture.panel import MixturePanel
from qtkit.panels.parts.plotly_figure import PlotlyFigure
from qtkit.panels.parts.widgets import Fit
from qtkit.panels.playground.panel import Playground
from qtkit.panels.studio.panel import AnsatzStudio
from tests.helpers import ROOT

CHECKED = json.loads((ROOT / "jsconfig.json").read_text(encoding="utf-8"))["include"]
SCRIPTS = sorted(path for pattern in CHECKED for path in ROOT.glob(pattern))
WIDGETS = [AnsatzStudio, MixturePanel, CandidateGallery, Playground, Player, Fit]
STATEMENT = re.compile(r"^(import|export)\b.*", re.MULTILINE)


@pytest.mark.parametrize("widget", WIDGETS)
def test_what_a_panel_sends_is_one_module(widget):
    script, style = str(widget._esm), str(widget._css)
    assert [found[0] for found in STATEMENT.finditer(script)] == ["export default heard(render);"]
    assert "@import" not in style
    assert style.count("{") == style.count("}")


def test_every_script_is_checked_and_in_a_panel_or_a_page():
    sent = "\n".join([*(str(widget._esm) for widget in (*WIDGETS, PlotlyFigure)), page_html(), SCRIPT])
    assert len(SCRIPTS) > 18
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("// @ts-check\n"), path
        remark = text.split("\n")[1]
        assert (remark in sent) is (path.name != "types.js"), path
