"""The exercises of notebook 01: stubs fail kindly, solutions pass, and usual mistakes get their own answer."""

from __future__ import annotations

import math

import nbformat
import numpy as np
import pytest
import torch
from torch import nn

import qtkit
from qtkit.labs import check
from tests.helpers import ROOT
from tests.labs.exercises import expect_hint

NOTEBOOKS = ROOT / "notebooks"
NAMES = ("01_from_vqc_to_quantum_train",)


def cells(name, tag):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def answers(name, tag):
    """The functions that the notebook's cells of this tag define, one after the other as a learner runs them."""
    scope = {"check": lambda exercise, function: found.append((exercise, function)), "np": np}
    found = []
    for cell in cells(name, tag):
        exec(compile(cell.source, f"<{name}>", "exec"), scope)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_stub_fails_kindly(name):
    stubs = answers(name, "exercise")
    assert len(stubs) >= 3
    for exercise, function in stubs:
        result = check(exercise, function)
        assert not result.passed
        assert "not written yet" in result.message


@pytest.mark.parametrize("name", NAMES)
def test_every_solution_passes_and_is_folded(name):
    solutions = answers(name, "solution")
    assert [e for e, _ in solutions] == [e for e, _ in answers(name, "exercise")]
    for exercise, function in solutions:
        result = check(exercise, function)
        assert result.passed, f"{exercise}: {result.message}"
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in cells(name, "solution"))


def test_the_thirty_lines_of_numpy_are_the_paper_s_circuits_and_mapping():
    """What notebook 01 builds from nothing knows numpy alone, and agrees with `qtkit`."""
    notebook = nbformat.read(NOTEBOOKS / f"{NAMES[0]}.ipynb", as_version=4)
    built = [c.source for c in notebook.cells if c.id in ("gates-code", "simulator", "circuit", "equation-4")]
    assert len(built) == 4
    assert sum(len([line for line in source.splitlines() if line.strip()]) for source in built) <= 30
    scope = {"np": np}
    exec("\n".join(built), scope)
    for candidate in qtkit.CANDIDATES:
        search = {"candidates": [candidate], "angle_init": "uniform", "generator": torch.Generator().manual_seed(1)}
        model = qtkit.QuantumTrain(nn.Linear(4, 2), depth=3, dtype=torch.float64, **search)
        angles = model.search.angles.detach().numpy()
        beta = nn.utils.parameters_to_vector(model.mapping.parameters()).detach().numpy()
        mine = scope["weights"](scope["distribution"](candidate, angles), beta, 10)
        assert np.allclose(mine, model.weights().detach(), rtol=0, atol=1e-12)


def _z(p, *, order=-1):
    n = int(np.log2(len(p)))
    return p @ (1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)[::order]) & 1))


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("expectations", lambda p: -_z(p), "signs are turned round"),
        ("expectations", lambda p: _z(p, order=1), "order is turned round"),
        ("expectations", lambda p: (1 - _z(p)) / 2, "chances of a 1"),
        ("expectations", lambda p: p, "shape (1,) is expected, yours has shape (2,)"),
        ("expectations", lambda p: 2 * _z(p), "not right"),
        ("qubits", lambda p: p.bit_length(), "How many states"),
        ("qubits", lambda p: (p - 1).bit_length(), "at least one qubit"),
        ("qubits", lambda p: max(1, math.ceil(math.log2(p))), "logarithms round"),
        ("qubits", lambda p: math.log2(p), "whole number"),
        ("qubits", lambda p: 5, "It must reach p"),
        ("break_even", lambda depth: 10**6, "not the smallest"),
        ("expectations", lambda p: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_usual_mistakes_are_named(exercise, answer, words):
    expect_hint(exercise, answer, words)


def test_forgotten_structural_weights_are_named():
    def without(depth):
        p = 1
        while depth * max(1, (p - 1).bit_length()) + max(1, (p - 1).bit_length()) + 2 >= p:
            p += 1
        return p

    assert "structural weights" in check("break_even", without).message
