"""The exercises of notebook 02: right answers of every make pass, each usual mistake is named."""

from __future__ import annotations

import itertools
import statistics

import nbformat
import numpy as np
import pytest
import torch

import qtkit
from qtkit import CANDIDATES, Ansatz
from qtkit.analysis import effective_parameters, entangling_capability, probability_jacobian, random_angles
from qtkit.circuits import CZ, U3
from qtkit.labs import check
from qtkit.simulation.structure import structure
from tests.helpers import ROOT
from tests.labs.exercises import each_of, expect_hint, expect_right

NOTEBOOK = ROOT / "notebooks" / "02_the_twelve_candidates.ipynb"
STAR = ((0, 1), (0, 2), (0, 3))


# layers


def layers(hadamard, rotations):
    first = "rx" if hadamard else "rz"
    live = list(range(len(rotations)))
    while live and rotations[live[0]] == first:
        live.pop(0)
    while live and rotations[live[-1]] == "rz":
        live.pop()
    return live


def layers_by_derivatives(hadamard, rotations):
    angles = random_angles(3, len(rotations), 1, seed=5)[0]
    jacobian = probability_jacobian(Ansatz(hadamard, "ent", tuple(rotations)), angles).reshape(8, -1, 3)
    return {layer for layer in range(len(rotations)) if np.abs(jacobian[:, layer]).max() > 1e-9}


def layers_by_differences(hadamard, rotations):
    depth = len(rotations)
    angles = torch.randn(depth, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    ansatz, found = Ansatz(hadamard, "cyc", tuple(rotations)), []
    for layer in range(depth):
        moved = angles.clone()
        moved[layer] += 1
        if not torch.allclose(qtkit.probabilities(ansatz, angles), qtkit.probabilities(ansatz, moved)):
            found.append(layer)
    return torch.tensor(found, dtype=torch.int64)


# write


def write(kappa):
    """By the singular values of the 2 × 2 matrix of amplitudes."""
    u, s, v = np.linalg.svd(np.sqrt((kappa + 1) / 4).reshape(2, 2))
    v = v.T
    for matrix in (u, v):
        if np.linalg.det(matrix) < 0:
            matrix[:, 1] *= -1
            s = s * [1, -1]
    last = [2 * np.arctan2(matrix[1, 0], matrix[0, 0]) for matrix in (u, v)]
    return np.array([[2 * np.arctan2(s[1], s[0]), 0], last])


def write_by_training(kappa):
    angles = torch.full((2, 2), 0.7, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.Adam([angles], lr=0.1)
    for _ in range(400):
        optimiser.zero_grad()
        ((4 * qtkit.probabilities(CANDIDATES[7], angles) - 1 - torch.as_tensor(kappa)) ** 2).sum().backward()
        optimiser.step()
    return angles


# push and iqp


def push(mask, cnots, n, *, swap=False, little=False):
    for control, target in cnots:
        c, t = (target, control) if swap else (control, target)
        place = (lambda q: q) if little else (lambda q: n - 1 - q)
        if mask >> place(c) & 1:
            mask ^= 1 << place(t)
    return mask


def push_or(mask, cnots, n):
    """An X on the target, where there is one already, is not taken away."""
    for cnot in cnots:
        mask |= push(mask, [cnot], n)
    return mask


def push_bits(mask, cnots, n):
    bits = [int(bit) for bit in f"{mask:0{n}b}"]
    for control, target in cnots:
        bits[target] ^= bits[control]
    return int("".join(map(str, bits)), 2)


def push_tensor(mask, cnots, n):
    bits = (torch.tensor(mask) >> torch.arange(n - 1, -1, -1)) & 1
    for control, target in cnots:
        bits[target] = (bits[target] + bits[control]) % 2
    return (bits * 2 ** torch.arange(n - 1, -1, -1)).sum()


def push_matrix(mask, cnots, n):
    vector = np.zeros(2**n)
    vector[mask] = 1
    for control, target in cnots:
        moved = [s ^ (1 << (n - 1 - target)) if s >> (n - 1 - control) & 1 else s for s in range(2**n)]
        vector = vector[moved]
    return np.argmax(vector)


def iqp(masks, thetas, n, *, half=0.5, norm=None):
    states = np.arange(2**n)
    signs = 1 - 2.0 * (np.bitwise_count(states[:, None] & states) & 1)
    phases = signs[:, masks] @ thetas * half
    return np.abs(signs @ np.exp(-1j * phases) / (2**n if norm is None else norm)) ** 2


def iqp_by_loops(masks, thetas, n):
    def sign(a, b):
        return -1 if (int(a) & int(b)).bit_count() % 2 else 1

    found = []
    for y in range(2**n):
        amplitude = 0
        for x in range(2**n):
            phase = sum(theta * sign(x, mask) for mask, theta in zip(masks, thetas, strict=True)) / 2
            amplitude += sign(x, y) * np.exp(-1j * phase)
        found.append(abs(amplitude / 2**n) ** 2)
    return found


def iqp_by_hadamards(masks, thetas, n):
    h = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    every = h
    for _ in range(n - 1):
        every = np.kron(every, h)
    diagonal = np.ones(2**n, dtype=complex)
    for mask, theta in zip(masks, thetas, strict=True):
        diagonal *= np.exp(-0.5j * theta * np.array([(-1) ** bin(x & int(mask)).count("1") for x in range(2**n)]))
    return np.abs(every @ (diagonal * (every[:, 0]))) ** 2


def slopes(ansatz, angles, layer=0, wire=0):
    """The derivatives of P(0…0) by one angle, a draw each, by central differences."""
    ends = []
    for step in (1e-5, -1e-5):
        moved = angles.clone()
        moved[:, layer, wire] += step
        ends.append(np.array([float(qtkit.probabilities(ansatz, draw)[0]) for draw in moved]))
    return (ends[0] - ends[1]) / 2e-5


def slopes_by_autograd(ansatz, angles):
    found = []
    for draw in angles:
        draw = draw.clone().requires_grad_()
        first = qtkit.probabilities(ansatz, draw)[0]
        found.append(torch.autograd.grad(first, draw)[0][0, 0] if first.requires_grad else torch.zeros(()).double())
    return torch.stack(found)


def shifted(ansatz, angles, half=0.5):
    return half * sum(
        sign
        * torch.stack([qtkit.probabilities(ansatz, draw)[0] for draw in angles + sign * np.pi / 2 * unit_of(angles)])
        for sign in (1, -1)
    )


def unit_of(angles):
    unit = torch.zeros_like(angles)
    unit[:, 0, 0] = 1
    return unit


def first_probability(ansatz, angles):
    return np.array([float(qtkit.probabilities(ansatz, draw)[0]) for draw in angles])


RIGHT = {
    "layers": [
        layers,
        layers_by_derivatives,
        layers_by_differences,
        lambda h, r: tuple(layers(h, r)),
        lambda h, r: np.array(layers(h, r), dtype=np.int64),
        lambda h, r: (layer for layer in layers(h, r)),
        lambda h, r: range(min(layers(h, r), default=0), max(layers(h, r), default=-1) + 1),
    ],
    "design": [
        lambda: (Ansatz(False, STAR, ("rx", "ry", "rx", "rz")), 4),
        lambda: [Ansatz(False, STAR, ("rx", "rz", "rx", "rx")), np.int64(4)],
        lambda: (Ansatz(False, ((1, 0), (2, 0), (1, 3)), "ry"), torch.tensor(4)),
        lambda: (Ansatz(True, ((3, 1), (3, 2), (0, 3)), ("rz", "rx", "rx", "rz")), 4),
        lambda: (Ansatz(False, ((0, 2), (2, 1), (3, 0), (0, 3)), ("rx", "rz", "rx")), 3),
        lambda: next(
            (ansatz, 4)
            for rotations in itertools.product(("rx", "ry", "rz"), repeat=4)
            if effective_parameters(ansatz := Ansatz(False, STAR, rotations), 4, 4) == 10
            and abs(entangling_capability(ansatz, 4, 4) - 0.6) < 0.05
        ),
    ],
    "write": [
        write,
        write_by_training,
        lambda k: write(k).astype(np.float32),
        lambda k: torch.tensor(write(k), dtype=torch.float32),
        lambda k: write(k).tolist(),
        lambda k: write(k) + 2 * np.pi * np.array([[0, 0], [2, 2]]),
    ],
    "push": [push, push_bits, push_tensor, push_matrix, lambda m, c, n: np.int64(push(m, c, n))],
    "iqp": [
        iqp,
        iqp_by_loops,
        iqp_by_hadamards,
        lambda m, t, n: iqp(m, t, n).astype(np.float32),
        lambda m, t, n: torch.tensor(iqp(m, t, n)),
        lambda m, t, n: iqp(m, t, n).tolist(),
    ],
    "gradient_variance": [
        lambda a, t: slopes(a, t).var(),
        lambda a, t: float(slopes(a, t).var(ddof=1)),
        lambda a, t: slopes_by_autograd(a, t).var(),
        lambda a, t: shifted(a, t).var(unbiased=False).float(),
        lambda a, t: statistics.variance(shifted(a, t).tolist()),
    ],
}


@pytest.mark.parametrize(("exercise", "answer"), each_of(RIGHT))
def test_right_answers_of_every_make_pass(exercise, answer):
    expect_right(exercise, answer)


def one(ansatz, depth=3):
    return lambda: (ansatz, depth)


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("layers", lambda h, r: [layer + 1 for layer in layers(h, r)], "numbered from 0"),
        ("layers", lambda h, r: sorted(set(range(len(r))) - set(layers(h, r))), "The layers that count are asked for"),
        ("layers", lambda h, r: layers(h, r) if r != ["rx", "ry"] else [0] if h else [0, 1], "which are the others"),
        (
            "layers",
            lambda h, r: [k for k, rotation in enumerate(r) if rotation == "RY"],
            "you return no layer at all",
        ),
        ("layers", lambda h, r: list(range(len(r))), "Which state does it meet"),
        ("layers", lambda h, r: [k for k in range(len(r)) if k not in layers(h, r)[-1:]], "Is the state that it meets"),
        ("layers", lambda h, r: [k for k in layers(h, r) if r[k] != "rz"], "Is the state that it meets"),
        ("layers", lambda h, r: [k for k in range(len(r)) if k >= min(layers(h, r), default=9)], "the phases that"),
        ("layers", lambda h, r: True, "a list of layers is expected"),
        ("layers", lambda h, r: [0.0], "whole number"),
        ("layers", lambda h, r: print(), "returned None"),
        ("design", one(CANDIDATES[7]), "take a layer away"),
        ("design", one(CANDIDATES[7], 2), "or is a layer missing"),
        ("design", one(Ansatz(False, STAR, ("rz", "rx", "rx"))), "layers [0] are idle"),
        ("design", one(Ansatz(False, STAR, ("rx", "ry", "rx"))), "too little"),
        ("design", one(Ansatz(False, ((0, 1), (1, 2), (2, 3)), ("rx", "rz", "rx", "rz")), 4), "too much"),
        ("design", lambda: CANDIDATES[7], "return two things"),
        ("design", lambda: (8, 3), "must be an Ansatz"),
        ("design", one(CANDIDATES[7], 3.0), "whole number"),
        ("design", one(CANDIDATES[7], 99), "between 1 and 15"),
        ("design", one(Ansatz(False, ((0, 5),), "ry")), "must fit on four qubits"),
        ("design", one(Ansatz(layer=[CZ("ring"), U3()]), 1), "or is a layer missing"),
        ("design", one(Ansatz(layer=[CZ(((0, 5),)), U3()])), "must fit on four qubits: CZ (0, 5) is out of range"),
        ("write", lambda k: write(k)[:, ::-1], "your angles write"),
        ("write", lambda k: write(k[[0, 2, 1, 3]]), "wires 0 and 1 have changed places"),
        ("write", lambda k: write(k) / 2, "half of what is needed"),
        ("write", lambda k: np.rad2deg(write(k)), "look like degrees"),
        ("write", lambda k: write(k)[::-1], "layers have changed places"),
        ("write", lambda k: np.zeros((2, 2)), "no first derivative is left"),
        ("write", lambda k: write(k).ravel(), "shape (2, 2) is expected"),
        ("write", lambda k: write(k) * np.nan, "finite"),
        ("push", lambda m, c, n: push(m, c, n, swap=True), "changed places"),
        ("push", lambda m, c, n: push(m, c, n, little=True), "most significant"),
        ("push", lambda m, c, n: push(m, c[::-1], n), "the last one first"),
        ("push", lambda m, c, n: m, "comes out unchanged"),
        ("push", lambda m, c, n: m ^ sum({push(m, [each], n) ^ m for each in c}), "a control as it was at the start"),
        ("push", lambda m, c, n: push_or(m, c, n), "takes away an X that is on the target"),
        ("push", lambda m, c, n: push(m, c, n) ^ (m == 1), "one by one"),
        ("push", lambda m, c, n: -1, "whole number below"),
        ("push", lambda m, c, n: f"{push(m, c, n):b}", "whole number"),
        ("iqp", lambda m, t, n: iqp(m, t, n, half=1.0), "half its angle"),
        ("iqp", lambda m, t, n: iqp(m, t, n, norm=1), "divided by 2ⁿ"),
        ("iqp", lambda m, t, n: np.sqrt(iqp(m, t, n)), "their square"),
        ("iqp", lambda m, t, n: iqp(m, t, n) + 0j, "probabilities are real"),
        ("iqp", lambda m, t, n: np.full(2**n, 2.0**-n), "before the second Hadamards"),
        ("iqp", lambda m, t, n: iqp(m[::-1].copy(), t, n), "The phase of x is"),
        ("iqp", lambda m, t, n: iqp(m, t, n) ** 2, "ones in x & y"),
        ("iqp", lambda m, t, n: np.ones(3), "probabilities are expected"),
        ("gradient_variance", lambda a, t: shifted(a, t).std(), "standard deviation"),
        ("gradient_variance", lambda a, t: first_probability(a, t).var(), "of P(0…0) itself"),
        ("gradient_variance", lambda a, t: shifted(a, t, half=1.0).var(), "half of the difference"),
        ("gradient_variance", lambda a, t: 4 ** t.shape[2] * shifted(a, t).var(), "for the weight 2ⁿP − 1"),
        ("gradient_variance", lambda a, t: abs(shifted(a, t)).mean(), "How far do they scatter"),
        ("gradient_variance", lambda a, t: shifted(a, t).mean(), "How far do they scatter"),
        ("gradient_variance", lambda a, t: (shifted(a, t) ** 2).mean(), "mean of the squares"),
        ("gradient_variance", lambda a, t: slopes(a, t, -1, -1).var(), "by the last angle"),
        ("gradient_variance", lambda a, t: -shifted(a, t).var(), "never negative"),
        ("gradient_variance", lambda a, t: 1e-3 + shifted(a, t).var(), "One derivative a draw"),
        ("gradient_variance", lambda a, t: shifted(a, t).var() or 0.1, "this distribution is the same"),
        ("gradient_variance", lambda a, t: shifted(a, t), "a variance is a number"),
    ],
)
def test_usual_mistakes_are_named(exercise, answer, words):
    expect_hint(exercise, answer, words)


def test_the_layers_that_count_are_all_that_move_probabilities():
    for hadamard in (True, False):
        for depth in (1, 2, 3, 4):
            for rotations in itertools.product(("rx", "ry", "rz"), repeat=depth):
                assert set(layers(hadamard, rotations)) == layers_by_derivatives(hadamard, rotations)
    for candidate in CANDIDATES:
        live = layers(candidate.hadamard, candidate.rotations(2))
        assert bool(live) == structure(candidate, 2).depends_on_angles


# the notebook's own


def cells(tag):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def answers(tag):
    """The functions that the notebook's cells of this tag define, after its cell of set-up."""
    found, scope = [], {}
    first = next(c for c in nbformat.read(NOTEBOOK, as_version=4).cells if c.cell_type == "code")
    exec(first.source, scope)
    scope["check"] = lambda exercise, function: found.append((exercise, function))
    for cell in cells(tag):
        exec(compile(cell.source, "<02>", "exec"), scope)
    return found


def test_every_stub_fails_kindly_and_every_solution_passes_under_a_name_of_its_own():
    stubs, solutions = answers("exercise"), answers("solution")
    assert [name for name, _ in stubs] == [name for name, _ in solutions] == list(RIGHT)
    for (exercise, stub), (_, solution) in zip(stubs, solutions, strict=True):
        assert "not written yet" in check(exercise, stub).message
        assert solution.__name__ == f"{stub.__name__}_solution", "the reader's own answer stays what it is"
        result = check(exercise, solution)
        assert result.passed and result.of_solution, result.message
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in cells("solution"))
