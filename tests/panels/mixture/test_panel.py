"""The mixture panel without a browser: what a message does, and what is sent."""

from __future__ import annotations

import json

import numpy as np
import pytest

from qtkit.panels import MixturePanel
from tests.panels.page import Page


@pytest.fixture
def panel():
    widget = MixturePanel(3, 2)
    yield widget
    widget.close()


@pytest.fixture
def page(panel):
    return Page(panel)


def test_every_message_is_answered_and_shown(panel, page):
    for number, (action, values) in enumerate(
        [
            ("weights", {"values": [0.5] * 12}),
            ("equal", {}),
            ("alone", {"number": 5}),
            ("weighting", {"name": "softmax"}),
            ("shared", {"on": False}),
            ("seed", {"seed": 3}),
        ],
        start=1,
    ):
        page.act(action, **values)
        assert page["answered"] == number
        assert page["errors"] == {}, action
        json.dumps([page["settings"], page["sliders"]])
        sent = np.frombuffer(page["probabilities"], "<f4").reshape(12, 8)
        assert np.allclose(sent, panel.model.candidate_probabilities, atol=1e-6)
        assert page["sliders"] == list(panel.model.sliders)
    assert page["settings"]["weighting"] == "softmax"
    assert page["settings"]["trainable"]["angles"] == 72


@pytest.mark.parametrize("seed", [-1, 1.5, None, 1e30, "many"])
def test_a_bad_seed_is_answered_beside_its_field(panel, page, seed):
    page.act("seed", field="seed", seed=seed)
    assert "whole number" in page["errors"]["seed"]
    assert panel.model.seed == 0
    page.act("seed", field="seed", seed=2)
    assert page["errors"] == {}


def test_a_bad_message_changes_nothing(panel, page):
    for action, values in [("weights", {"values": [1]}), ("nonsense", {}), ("alone", {"wrong": 1})]:
        page.act(action, field="here", **values)
        assert page["errors"]["here"]
    assert np.allclose(panel.model.mixture, 1 / 12)


def test_where_no_kernel_runs_a_sentence_is_left(panel):
    bundle = panel._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "twelve candidates, 3 qubits" in data["text/plain"]
    assert "need a running kernel" in data["text/html"]


def test_the_module_needs_no_network():
    source = str(MixturePanel._esm) + str(MixturePanel._css)
    for word in ("fetch(", "XMLHttpRequest", "import ", "url(", "<script"):
        assert word not in source
    assert source.replace("http://www.w3.org/2000/svg", "").count("://") == 0
