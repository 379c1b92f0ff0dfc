"""The front ends: the modules that the panels send, and that every script has its place."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from qtkit.claims.gallery.page import SCRIPT as GALLERY
from qtkit.claims.gallery.page import STYLE as GALLERY_STYLE
from qtkit.cli.notebook_slides import SCRIPT as SLIDES
from qtkit.cli.page_look import SCRIPT as LOOK
from qtkit.labs.page import page_html
from qtkit.panels.agent.player import Player
from qtkit.panels.gallery.panel import CandidateGallery
from qtkit.panels.mixture.panel import MixturePanel
from qtkit.panels.parts.plotly_figure import PlotlyFigure
from qtkit.panels.parts.widgets import Fit
from qtkit.panels.playground.panel import Playground
from qtkit.panels.studio.panel import AnsatzStudio
from tests.helpers import ROOT

SCRIPTS = sorted((ROOT / "qtkit").rglob("*.js"))
SHEETS = sorted((ROOT / "qtkit").rglob("*.css"))
WIDGETS = [AnsatzStudio, MixturePanel, CandidateGallery, Playground, Player, Fit]
STATEMENT = re.compile(r"^(import|export)\b.*", re.MULTILINE)


@pytest.mark.parametrize("widget", WIDGETS)
def test_what_a_panel_sends_is_one_module(widget):
    script, style = str(widget._esm), str(widget._css)
    assert [found[0] for found in STATEMENT.finditer(script)] == ["export default heard(render);"]
    assert "@import" not in style
    assert style.count("{") == style.count("}")


def test_every_script_is_in_a_panel_or_a_page():
    pages = [page_html(), LOOK, SLIDES, GALLERY]
    sent = "\n".join([*(str(widget._esm) for widget in (*WIDGETS, PlotlyFigure)), *pages])
    assert len(SCRIPTS) > 18
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("// @ts-check\n"), path
        remark = text.split("\n")[1]
        assert (remark in sent) is (path.name != "types.js"), path


def test_the_gallery_is_one_script_and_one_sheet():
    assert not STATEMENT.search(GALLERY)
    assert "@import" not in GALLERY_STYLE


def test_every_script_and_style_sheet_is_checked():
    named = {name: json.loads((ROOT / name).read_text(encoding="utf-8")) for name in ("biome.json", "jsconfig.json")}
    assert covered(named["biome.json"]["files"]["includes"]) >= {*SCRIPTS, *SHEETS}
    assert covered(named["jsconfig.json"]["include"]) >= set(SCRIPTS)
    commit = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    before = {hook["id"]: re.compile(hook["files"]) for hook in commit["repos"][0]["hooks"] if "files" in hook}
    for name, paths in {"biome": [*SCRIPTS, *SHEETS], "tsc": SCRIPTS}.items():
        assert [path for path in paths if not before[name].search(path.relative_to(ROOT).as_posix())] == []


def covered(patterns):
    """The files of the repository that these patterns name."""
    return {path for pattern in patterns for path in ROOT.glob(pattern)}
