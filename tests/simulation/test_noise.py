"""Noisy circuits against PennyLane: given errors one by one, and their mean against density matrices."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
import torch

from qtkit import CANDIDATES, Ansatz, DiffQAS, Machine, probabilities
from qtkit.circuits import CRX, CU3, CZ, RX, RY, RZZ, SWAP, U3, H
from qtkit.circuits.pennylane import queue
from qtkit.simulation.density import density_matrix_probabilities as by_density_matrix
from qtkit.simulation.noise import (
    bits_flipped,
    error_places,
    fidelity,
    move_errors_to_end,
    noisy_probabilities,
    with_errors_in_place,
)

OWN = [Ansatz(True, "cyc", ("rx", "ry", "rz")), Ansatz(False, ((2, 0), (0, 1), (1, 0)), ("rz", "rx"))]
PAULIS = {1: qml.PauliX, 2: qml.PauliY, 3: qml.PauliZ}


def random_angles(depth: int, n: int, seed: int = 0) -> torch.Tensor:
    return (2 * torch.rand(depth, n, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) - 1) * np.pi


def with_errors(ansatz: Ansatz, angles: torch.Tensor, errors: np.ndarray) -> np.ndarray:
    """The circuit with these Paulis in it, by PennyLane."""
    depth, n = angles.shape
    left, gates = iter(errors), {"rx": qml.RX, "ry": qml.RY, "rz": qml.RZ}

    def strike(*wires: int) -> None:
        for wire in wires:
            if error := next(left):
                PAULIS[int(error)](wires=wire)

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit():
        for wire in range(n if ansatz.hadamard else 0):
            qml.Hadamard(wires=wire)
            strike(wire)
        for rotation, layer in zip(ansatz.rotations(depth), angles.tolist(), strict=True):
            for pair in ansatz.cnots(n):
                qml.CNOT(wires=pair)
                strike(*pair)
            for wire in range(n):
                gates[rotation](layer[wire], wires=wire)
                strike(wire)
        return qml.probs(wires=range(n))

    return np.asarray(circuit())


@pytest.mark.parametrize("ansatz", [*CANDIDATES, *OWN], ids=str)
def test_errors_moved_to_the_end(ansatz: Ansatz) -> None:
    depth, n = 3, 4
    angles = random_angles(depth, n)
    places = error_places(ansatz, n, depth)
    errors = np.random.default_rng(1).integers(0, 4, size=(6, len(places)))
    signs, masks = move_errors_to_end(ansatz, n, depth, errors)
    assert signs.shape == (6, depth, n) and set(np.unique(signs)) <= {-1.0, 1.0}
    for error, sign, mask in zip(errors, signs, masks, strict=True):
        moved = probabilities(ansatz, angles * torch.from_numpy(sign))[torch.arange(2**n) ^ int(mask)]
        np.testing.assert_allclose(moved.numpy(), with_errors(ansatz, angles, error), atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("ansatz", [CANDIDATES[1], CANDIDATES[6], CANDIDATES[9], CANDIDATES[10], OWN[1]], ids=str)
def test_the_mean_is_the_density_matrix(ansatz: Ansatz) -> None:
    angles = random_angles(2, 3)
    expected = by_density_matrix(ansatz, angles, 0.05)
    noisy = noisy_probabilities(ansatz, angles, 0.05, trajectories=4_000, generator=np.random.default_rng(0))
    # A mean of 4,000 numbers between 0 and 1 is wrong by at most 0.5 / sqrt(4000) = 0.008, one standard deviation.
    np.testing.assert_allclose(noisy.numpy(), expected, atol=0.02)
    assert noisy.sum().item() == pytest.approx(1, abs=1e-9)
    assert np.abs(probabilities(ansatz, angles).numpy() - expected).max() > 0.03, "noise does something here"


@pytest.mark.parametrize("ansatz", [CANDIDATES[8], CANDIDATES[11], Ansatz(False, ((2, 0), (0, 1)), "rz")], ids=str)
def test_basis_states_need_no_luck(ansatz: Ansatz) -> None:
    angles = random_angles(3, 3)
    noisy = noisy_probabilities(ansatz, angles, 0.05, trajectories=1, generator=np.random.default_rng(0))
    np.testing.assert_allclose(noisy.numpy(), by_density_matrix(ansatz, angles, 0.05), atol=1e-9)


@pytest.mark.parametrize("ansatz", CANDIDATES, ids=str)
def test_bit_flips_need_no_luck(ansatz: Ansatz) -> None:
    """With angles of 0 signs do nothing; flips do, and none of them is drawn."""
    angles = torch.zeros(2, 3, dtype=torch.float64)
    noisy = noisy_probabilities(ansatz, angles, 0.1, trajectories=1, generator=np.random.default_rng(0))
    np.testing.assert_allclose(noisy.numpy(), by_density_matrix(ansatz, angles, 0.1), atol=1e-9)


@pytest.mark.parametrize("ansatz", [*CANDIDATES[:2], *OWN], ids=str)
def test_the_bits_an_error_flips(ansatz: Ansatz) -> None:
    places = len(error_places(ansatz, 4, 3))
    _, masks = move_errors_to_end(ansatz, 4, 3, np.eye(places, dtype=int))
    assert bits_flipped(ansatz, 4, 3).tolist() == masks.tolist()


@pytest.mark.parametrize("ansatz", [CANDIDATES[k - 1] for k in (1, 3, 4, 6)], ids=str)
def test_nothing_spoils_a_uniform_distribution(ansatz: Ansatz) -> None:
    angles = random_angles(2, 3)
    noisy = noisy_probabilities(ansatz, angles, 0.3, generator=np.random.default_rng(0))
    np.testing.assert_allclose(noisy.numpy(), by_density_matrix(ansatz, angles, 0.3), atol=1e-12)
    np.testing.assert_allclose(noisy.numpy(), 1 / 8, atol=1e-12)


def test_a_little_noise_is_nearly_exact() -> None:
    """The runs without an error need no luck."""
    angles, ansatz = random_angles(2, 3), CANDIDATES[4]
    noisy = noisy_probabilities(ansatz, angles, 1e-4, trajectories=1, generator=np.random.default_rng(0))
    clean = fidelity(ansatz, 3, 2, 1e-4)
    assert clean == pytest.approx((1 - 1e-4) ** (3 + 2 * (6 + 3)))
    assert np.abs((noisy - probabilities(ansatz, angles)).numpy()).max() <= 1 - clean


def test_random_numbers_are_the_generators_own() -> None:
    angles = random_angles(2, 3)
    one, same, other = (
        noisy_probabilities(CANDIDATES[4], angles, 0.1, trajectories=5, generator=np.random.default_rng(seed))
        for seed in (0, 0, 1)
    )
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_no_place_for_an_error() -> None:
    noisy = noisy_probabilities(Ansatz(False, "ent", "ry"), torch.zeros(0, 2), 0.5, generator=np.random.default_rng(0))
    assert noisy.tolist() == [1, 0, 0, 0]


def test_float32_stays() -> None:
    assert (
        noisy_probabilities(CANDIDATES[1], torch.ones(1, 2), 0.1, generator=np.random.default_rng(0)).dtype
        == torch.float32
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gate_error": 0.8}, "gate_error must be a number from 0 to 0.75, got 0.8"),
        ({"gate_error": -0.1}, "gate_error must be a number from 0 to 0.75, got -0.1"),
        ({"gate_error": 0.1, "trajectories": 0}, "trajectories must be a whole number of at least 1, got 0"),
    ],
)
def test_what_cannot_be(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        noisy_probabilities(CANDIDATES[1], torch.zeros(1, 2), generator=np.random.default_rng(0), **options)


BY_ELEMENTS = (
    Ansatz(start=[H()], layer=[CZ("ring"), U3()]),
    Ansatz(layer=[RY(), CRX("ring"), SWAP("brick"), H(wires=0)]),
    Ansatz(layer=[RX(), CU3("brick"), RZZ("ring")]),
)


@pytest.mark.parametrize("ansatz", BY_ELEMENTS, ids=str)
def test_any_gates_by_random_errors_are_near_the_density_matrix(ansatz):
    n, noise = 3, 0.02
    angles = torch.empty(2, ansatz.angles_per_layer(n), dtype=torch.float64).uniform_(
        -3, 3, generator=torch.Generator().manual_seed(0)
    )
    exact = torch.from_numpy(by_density_matrix(ansatz, angles, noise))
    generator = np.random.default_rng(0)
    found = noisy_probabilities(ansatz, angles, noise, trajectories=4000, generator=generator)
    assert found.sum() == pytest.approx(1)
    clean = probabilities(ansatz, angles)
    assert (clean - exact).abs().max() > 0.02
    assert (found - exact).abs().max() < 0.008  # some five standard deviations of the mean
    assert torch.equal(noisy_probabilities(ansatz, angles, 0.0, generator=generator), clean)


def test_every_set_of_errors_of_any_gates_is_that_circuit_with_them_in_place():
    ansatz, n = BY_ELEMENTS[2], 2
    angles = torch.rand(1, ansatz.angles_per_layer(n), dtype=torch.float64)
    errors = np.random.default_rng(0).integers(0, 4, (6, len(error_places(ansatz, n, 1))))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit(row):
        places = iter(row)
        for operation in ansatz.operations(n, 1)[1]:
            queue(operation, angles[0].tolist())
            for wire in operation.wires:
                error = next(places)
                if error:
                    PAULIS[int(error)](wires=wire)
        return qml.probs(wires=range(n))

    mean = np.mean([circuit(row) for row in errors], axis=0)
    np.testing.assert_allclose(with_errors_in_place(ansatz, angles, n, errors).numpy(), mean, rtol=0, atol=1e-10)


def test_a_machine_reads_any_gates():
    search = DiffQAS(3, 1, (*BY_ELEMENTS, Ansatz(rotation="ry")), dtype=torch.float64, angle_init="uniform")
    read = Machine(gate_error=0.01, trajectories=5).measure(search)
    assert read.shape == (8,)
    assert read.sum() == pytest.approx(float(search.mixture.detach().sum()))
    torch.testing.assert_close(Machine(readout_error=1e-9).measure(search), search().detach())
