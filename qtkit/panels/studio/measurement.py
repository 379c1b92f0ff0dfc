"""What one would read off a machine: exact probabilities, a number of shots, or a noisy circuit: `measure`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation import probabilities

MIN_SHOTS, MAX_SHOTS = 100, 100_000
MAX_NOISY_QUBITS = 6  # a density matrix has 4**n entries
MAX_NOISE = 0.5


@dataclass(frozen=True)
class Measurement:
    """How the circuit is measured.

    Attributes:
        shots: how often, 100..100,000; None for exact probabilities.
        noise: the chance that a gate leaves a random Pauli error on each qubit it touches, 0..0.5.
        seed: of the shots.
    """

    shots: int | None = None
    noise: float = 0.0
    seed: int = 0

    @property
    def exact(self) -> bool:
        """Neither shots nor noise."""
        return self.shots is None and self.noise == 0


def measure(ansatz: Ansatz, angles: Tensor, how: Measurement) -> np.ndarray:
    """The relative frequencies or probabilities of the basis states, float64 `(2**n,)`.

    Raises:
        ValueError: for noise on more than 6 qubits.
    """
    n = angles.shape[1]
    if how.noise:
        if n > MAX_NOISY_QUBITS:
            raise ValueError(f"Noise is simulated for up to {MAX_NOISY_QUBITS} qubits; this circuit has {n}.")
        exact = noisy_probabilities(ansatz, angles, how.noise)
    else:
        exact = probabilities(ansatz, angles.double()).numpy()
    if how.shots is None:
        return exact
    clean = np.clip(exact, 0.0, None)
    return np.random.default_rng(how.seed).multinomial(how.shots, clean / clean.sum()) / how.shots


def noisy_probabilities(ansatz: Ansatz, angles: Tensor, noise: float) -> np.ndarray:
    """The probabilities after depolarising noise on every qubit a gate has touched, by PennyLane's `default.mixed`."""
    import pennylane as qml

    depth, n = angles.shape
    gates = {"rx": qml.RX, "ry": qml.RY, "rz": qml.RZ}

    def followed(gate: object, wires: tuple[int, ...]) -> None:
        del gate  # made is applied: PennyLane records it
        for wire in wires:
            qml.DepolarizingChannel(noise, wires=wire)

    @qml.qnode(qml.device("default.mixed", wires=n))
    def circuit():
        if ansatz.hadamard:
            for wire in range(n):
                followed(qml.Hadamard(wires=wire), (wire,))
        for rotation, layer in zip(ansatz.rotations(depth), angles.tolist(), strict=True):
            for pair in ansatz.cnots(n):
                followed(qml.CNOT(wires=pair), pair)
            for wire in range(n):
                followed(gates[rotation](layer[wire], wires=wire), (wire,))
        return qml.probs(wires=range(n))

    return np.asarray(circuit(), dtype=np.float64)


def parse_shots(text: str | int | None) -> int | None:
    """The shots a user typed or chose; None, empty and `exact` mean exact probabilities.

    Raises:
        ValueError: with a sentence for the user, unless it is a whole number from 100 to 100,000.
    """
    plain = str("" if text is None else text).strip().replace(",", "").replace(" ", "")
    if plain in ("", "exact"):
        return None
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not (MIN_SHOTS <= number <= MAX_SHOTS and number == int(number)):
        raise ValueError(f"Shots: a whole number from {MIN_SHOTS} to {MAX_SHOTS:,}, or “exact”.")
    return int(number)


def parse_noise(text: str | float) -> float:
    """The noise a user typed.

    Raises:
        ValueError: with a sentence for the user, unless it is a number from 0 to 0.5.
    """
    try:
        number = float(str(text).strip() or "0")
    except ValueError:
        number = math.nan
    if not 0 <= number <= MAX_NOISE:
        raise ValueError(f"Noise: a number from 0 to {MAX_NOISE}, the chance of an error after each gate.")
    return number
