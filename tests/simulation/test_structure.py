"""The rules of `structure`, each against brute force on random circuits."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings

from qtkit import CANDIDATES, Ansatz
from qtkit.simulation import Structure, structure, torch_path
from qtkit.simulation.permutation import cnot_images, cnot_sources, parity_masks, wire_mask
from tests.strategies import circuits


def complex_state(ansatz, angles):
    """The final state by the general way, whatever the structure."""
    state = torch_path.start_state(ansatz, angles.shape[1], angles).to(torch.complex128)
    return torch_path.apply_layers(ansatz, state, angles)


def test_depth_0_is_the_start_state():
    for candidate in CANDIDATES:
        expected = Structure.UNIFORM if candidate.hadamard else Structure.BASIS
        assert structure(candidate, 0) is expected


def test_the_twelve():
    kinds = [structure(candidate, 3) for candidate in CANDIDATES]
    by_kind = {kind: [k for k, found in enumerate(kinds, start=1) if found is kind] for kind in Structure}
    assert by_kind == {
        Structure.UNIFORM: [1, 3, 4, 6],
        Structure.BASIS: [9, 12],
        Structure.IQP: [7, 10],
        Structure.REAL: [2, 5, 8, 11],
        Structure.COMPLEX: [],
    }


def test_half_of_the_search_space_does_not_depend_on_the_angles():
    assert sum(not structure(candidate, 5).depends_on_angles for candidate in CANDIDATES) == 6


def test_the_name_does_not_decide():
    ring = tuple((i, (i + 1) % 4) for i in range(4))
    assert structure(Ansatz(False, ring, "rx"), 3) is Structure.IQP
    assert structure(Ansatz(True, ring, ("rx", "rx", "rz")), 3) is Structure.UNIFORM
    assert structure(Ansatz(True, ring, ("rx", "rx", "rz")), 4) is Structure.COMPLEX  # an RX after an RZ
    assert structure(Ansatz(False, ring, ("rz", "ry")), 1) is Structure.BASIS  # the RY layer is never reached


@settings(deadline=None, max_examples=150)
@given(circuits())
def test_what_each_structure_promises(circuit):
    ansatz, angles = circuit
    kind, state = structure(ansatz, len(angles)), complex_state(ansatz, angles)
    probabilities = state.abs() ** 2
    if kind is Structure.UNIFORM:
        torch.testing.assert_close(probabilities, torch.full_like(probabilities, 1 / len(state)))
    elif kind is Structure.BASIS:
        assert probabilities[0] == pytest.approx(1)
    elif kind is Structure.REAL:
        assert state.imag.abs().max() < 1e-12
    torch.testing.assert_close(torch_path.probabilities(ansatz, angles), probabilities, rtol=0, atol=1e-12)


def test_a_cnot_layer_as_a_permutation():
    images = cnot_images(((0, 1), (1, 2)), 3)  # |100> -> |110> -> |111>
    assert images[0b100] == 0b111
    assert images[0b010] == 0b011
    assert images[0] == 0
    sources = cnot_sources(((0, 1), (1, 2)), 3)
    assert (images[sources] == range(8)).all()


def test_parity_masks_of_two_layers():
    masks = parity_masks(Ansatz(False, ((0, 1),), "rx"), 2, 2)
    assert masks[1].tolist() == [wire_mask(0, 2), wire_mask(1, 2)] == [0b10, 0b01]
    assert masks[0].tolist() == [0b11, 0b01]  # X on the control spreads to the target
