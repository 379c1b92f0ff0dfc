"""The playground without a browser: what Python makes of what a page gave, and the pages that are written."""

from __future__ import annotations

import copy
import re

import pytest

from qtkit.panels import Playground
from qtkit.panels.playground.page import live_part, write_playground

POINTS = [[0.5, -1.0, 0], [1.5, 0.25, 1], [-2.0, 2.0, 1]]
HANDED = {
    "state": "data=own&depth=2&step=3",
    "step": 3,
    "loss": 0.5,
    "settings": {
        "data": "own",
        "noise": 0.1,
        "hidden": [3, 2],
        "reading": "scaled",
        "depth": 2,
        "candidates": [2, 5, 8],
        "rate": 0.03,
        "seed": 0,
        "points": POINTS,
    },
    "angles": [[0.1, 0.2, 0.3, 0.4, 0.5], [1, 2, 3, -1, -2]],
    "structural_weights": [0.5, 0.25, 0.125],
    "mapping": [0.1, -0.2, 0.3, -0.4, 0.5, 0.6, -0.7],
    "train": POINTS,
    "test": [],
}


@pytest.fixture
def panel():
    widget = Playground()
    yield widget
    widget.close()


def test_the_model_has_the_very_numbers(panel):
    panel.set_state({"_handed": copy.deepcopy(HANDED)})
    model = panel.to_model()
    assert (model.n_qubits, model.num_weights, model.depth) == (5, 20, 2)
    assert model.probability == "scaled"
    assert [str(candidate)[:8] for candidate in model.search.candidates] == ["config 2", "config 5", "config 8"]
    assert model.search.angles.tolist() == HANDED["angles"]
    assert model.search.structural_weights.tolist() == HANDED["structural_weights"]
    assert [*model.mapping.weight[0].tolist(), *model.mapping.bias.tolist()] == HANDED["mapping"]
    inputs, labels = panel.data
    assert inputs.tolist() == [row[:2] for row in POINTS]
    assert labels.tolist() == [row[2:] for row in POINTS]
    assert model(inputs).shape == labels.shape == (3, 1)
    assert panel.test_data[0].shape == (0, 2)
    assert panel.settings.candidates == (2, 5, 8)
    assert panel.handed_over.step == 3


def test_a_single_circuit_is_handed_over_too(panel):
    handed = copy.deepcopy(HANDED)
    handed["settings"]["candidates"], handed["structural_weights"] = [7], [1.0]
    panel.set_state({"_handed": handed})
    assert panel.to_model().search.structural_weights.tolist() == [1.0]


@pytest.mark.parametrize("ask", ["to_model", "data", "test_data", "settings", "handed_over"])
def test_nothing_is_handed_over_before_a_page_is_there(panel, ask):
    with pytest.raises(ValueError, match="handed nothing over: show it in a cell"):
        getattr(panel, ask)()


def test_the_state_is_the_pages_or_the_first():
    widget = Playground("https://example.org/playground.html#data=xor&seed=4")
    assert widget.state == "data=xor&seed=4"
    assert repr(widget) == "Playground: data=xor&seed=4"
    widget.set_state({"_handed": copy.deepcopy(HANDED)})
    assert widget.state == "data=own&depth=2&step=3"
    widget.close()


def test_a_state_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="is text such as 'data=spirals&depth=5', got 5"):
        Playground(5)


def test_where_no_kernel_runs_the_playground_itself_is_left(panel):
    panel.set_state({"_handed": copy.deepcopy(HANDED)})
    bundle = panel._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/plain"] == "Playground: data=own&depth=2&step=3"
    assert '"start": "data=own&depth=2&step=3", "page": false' in data["text/html"]
    assert data["text/html"].count("</script>") == 1
    assert "needs a page that may run scripts" in data["text/html"]


def test_a_page_is_one_file_that_needs_no_network(tmp_path):
    path = write_playground(tmp_path / "new" / "page.html", "data=circles")
    text = path.read_text(encoding="utf-8")
    for word in ("fetch(", "XMLHttpRequest", "@import", "url(", " src=", "{part}"):
        assert word not in text, word
    assert text.replace("http://www.w3.org/2000/svg", "").count("://") == 0
    assert text.count("</script>") == 1
    assert '"start": "data=circles", "page": true' in text
    assert "width=device-width" in text


def test_a_state_cannot_end_the_script():
    part = live_part("</script><script>alert(1)</script>")
    assert part.count("</script>") == 1


def test_parts_of_one_page_have_places_of_their_own():
    places = [re.search(r'<div id="([^"]+)">', live_part())[1] for _ in range(2)]
    assert places[0] != places[1]


def test_the_panel_writes_its_page(panel, tmp_path):
    panel.set_state({"_handed": copy.deepcopy(HANDED)})
    path = panel.write_page(tmp_path / "page.html")
    assert "data=own&depth=2&step=3" in path.read_text(encoding="utf-8")
