"""The studio's widget without a browser: what a message does, what is shown, what a user gets back."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, Ansatz, DiffQAS
from qtkit.panels import AnsatzStudio, CandidateGallery
from tests.panels.page import Page


@pytest.fixture
def studio():
    widget = AnsatzStudio(9, n_qubits=3, depth=2)
    yield widget
    widget.close()


@pytest.fixture
def page(studio):
    return Page(studio)


def test_it_hands_back_what_was_built(studio, page):
    page.act("config", number=5)
    page.act("angle", layer=1, qubit=2, value=0.5)
    assert studio.ansatz == CANDIDATES[4]
    assert studio.config == 5
    assert float(studio.angles[1, 2]) == 0.5
    assert DiffQAS(3, 2, [studio.ansatz])().shape == (8,)
    assert studio.probabilities.sum() == pytest.approx(1)
    assert repr(studio) == "AnsatzStudio: config 5: H, cyc, RY, 3 qubits, 2 layers"


def test_messages_may_use_any_word_for_a_circuit_s_parts(studio, page):
    for name, rotation, config in (("ring", "Rz", 12), ("brick", "RX", 7), ("ENT", "ry", 8)):
        page.act("entangler", name=name)
        page.act("rotation", name=rotation)
        assert studio.config == config


def test_every_message_is_answered_and_shown(page):
    for number, (action, values) in enumerate(
        [
            ("size", {"n_qubits": 4}),
            ("size", {"depth": 3}),
            ("hadamard", {"on": True}),
            ("entangler", {"name": "cyc"}),
            ("toggle_cnot", {"control": 0, "target": 2}),
            ("remove_cnot", {"index": 4}),
            ("rotation", {"name": "ry"}),
            ("rotation", {"name": "rx", "layer": 1}),
            ("angle", {"layer": 0, "qubit": 0, "value": 1.0, "dragging": True}),
            ("end_gesture", {}),
            ("all_angles", {"value": 0.25}),
            ("randomise", {"seed": 3}),
            ("target", {"text": "1,781"}),
            ("shots", {"text": "1000"}),
            ("shot_seed", {"seed": 1}),
            ("export", {"form": "openqasm"}),
            ("undo", {}),
            ("redo", {}),
        ],
        start=1,
    ):
        page.act(action, **values)
        assert page["answered"] == number
        assert page["errors"] == {}, action
        json.dumps([page["circuit"], page["angles"], page["sizes"], page["measurement"], page["history"]])
    assert page["circuit"]["n"] == 4
    assert page["circuit"]["rotations"] == ["ry", "rx", "ry"]
    assert page["sizes"]["qubits"] == 11
    assert np.frombuffer(page["measured"], "<f4").sum() == pytest.approx(1)
    assert page["export"]["text"].startswith("OPENQASM")
    assert np.array(page["angles"]).shape == (3, 4)


@pytest.mark.parametrize(
    ("action", "values", "words"),
    [
        ("target", {"text": "0"}, "at least 1 weight"),
        ("target", {"text": "-7"}, "at least 1 weight, not -7"),
        ("target", {"text": "1e30"}, "more than the 10¹⁸"),
        ("target", {"text": "∞ many"}, "is not a number"),
        ("target", {"text": "2.5"}, "not a whole number"),
        ("target", {"text": "nan"}, "nan"),
        ("size", {"n_qubits": ""}, "from 1 to 10"),
        ("size", {"n_qubits": 1e30}, "from 1 to 10"),
        ("noise", {"text": "-0.1"}, "from 0 to 0.5"),
        ("noise", {"text": "loud"}, "from 0 to 0.5"),
        ("shots", {"text": "-100"}, "from 100"),
        ("shots", {"text": "1e30"}, "to 100,000"),
        ("shots", {"text": "lots"}, "from 100"),
        ("randomise", {"seed": -1}, "the seed"),
        ("randomise", {"seed": 1e30}, "the seed"),
        ("angle", {"layer": 0, "qubit": 0, "value": None}, "finite number"),
        ("size", {"n_qubits": None, "depth": 77}, "from 0 to 15"),
        ("shots", {"text": "7"}, "from 100"),
        ("nonsense", {}, "nonsense"),
        ("config", {"number": 13}, "from 1 to 12"),
        ("config", {"wrong": 1}, "wrong"),
    ],
)
def test_a_refused_message_names_its_field_and_changes_nothing(studio, page, action, values, words):
    before = studio.model.circuit
    page.act(action, field="here", **values)
    assert words in page["errors"]["here"]
    assert studio.model.circuit == before
    page.act("hadamard", field="elsewhere", on=True)
    assert words in page["errors"]["here"], "an answer stays until its own field is right"
    page.act("target", field="here", text="5")
    assert page["errors"] == {}


def test_the_slow_numbers_come_later(studio, page):
    page.act("config", number=8)
    page.act("noise", text="0.05")
    assert page["measurement"]["pending"] is True
    assert studio.join()
    assert studio.error is None
    assert page["numbers"]["rank"] == {"here": 6, "random": 6, "angles": 6}
    assert 0 < page["numbers"]["reach"]["entanglement"] < 1
    assert page["measurement"]["pending"] is False
    assert np.abs(np.frombuffer(page["measured"], "<f4") - 1 / 8).max() > 0.01


def test_noise_on_many_qubits_is_answered_in_words(studio, page):
    page.act("noise", text="0.05")
    page.act("size", n_qubits=7)
    assert "up to 6 qubits" in page["measurement"]["message"]
    assert page["measured"] == b""
    with pytest.raises(ValueError, match="up to 6 qubits"):
        _ = studio.probabilities


def test_from_an_ansatz_and_angles():
    ansatz, angles = Ansatz(True, ((0, 2),), ("rx", "rz")), torch.randn(2, 3)
    studio = AnsatzStudio(ansatz, n_qubits=3, depth=2, angles=angles)
    assert studio.ansatz == ansatz
    assert torch.equal(studio.angles.float(), angles)
    studio.close()


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor, lambda rows: torch.nn.Parameter(torch.tensor(rows))])
def test_angles_of_any_kind(kind):
    studio = AnsatzStudio(n_qubits=2, depth=1, angles=kind([[0.5, -0.25]]))
    assert studio.angles.tolist() == [[0.5, -0.25]]
    studio.close()


@pytest.mark.parametrize("seed", [0, 3])
def test_a_seed_gives_the_same_angles(seed):
    first, second = AnsatzStudio(seed=seed), AnsatzStudio(seed=seed)
    assert torch.equal(first.angles, second.angles)
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ansatz": 13}, "configs 1 to 12, got 13"),
        ({"ansatz": "five"}, "qtkit.Ansatz or a number"),
        ({"n_qubits": 11}, "from 1 to 10"),
        ({"depth": -1}, "from 0 to 15"),
        ({"target": 0}, "at least 1 weight"),
        ({"angles": torch.zeros(1, 1)}, r"shape \(2, 4\)"),
        ({"angles": [[0.1, 0.2]]}, r"shape \(2, 4\), got \(1, 2\)"),
        ({"angles": [[0.1], [0.2, 0.3]]}, r"angles must be numbers of shape \(2, 4\): expected sequence of length"),
        ({"angles": "random"}, r"angles must be numbers of shape \(2, 4\)"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        AnsatzStudio(**arguments)


def test_where_no_kernel_runs_the_drawing_is_left(studio):
    bundle = studio._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "config 9" in data["text/plain"]
    assert "<svg" in data["text/html"]


def test_the_module_needs_no_network():
    for widget in (AnsatzStudio, CandidateGallery):
        source = str(widget._esm) + str(widget._css)
        for word in ("fetch(", "XMLHttpRequest", "import ", "url(", "<script"):
            assert word not in source
        assert source.replace("http://www.w3.org/2000/svg", "").count("://") == 0


def test_the_gallery_knows_its_twelve():
    page = Page(CandidateGallery(3, 2))
    assert [item["config"] for item in page["items"]] == list(range(1, 13))
    assert [item["config"] for item in page["items"] if not item["depends"]] == [1, 3, 4, 6, 9, 12]
    json.dumps(page["items"])
    with pytest.raises(ValueError, match="up to 6 qubits"):
        CandidateGallery(7)
