"""Noisy circuits of any size: random Pauli errors after the gates, moved to the circuit's end.

Every gate is followed, on each qubit it touches, by a Pauli error (X, Y or Z, equally likely) with some chance: a
depolarising channel. A circuit with given errors needs no simulation of its own kind. A CNOT turns Paulis into Paulis,
and a rotation lets a Pauli pass if its angle changes sign where the two anticommute: RX(t) Z = Z RX(-t). So all errors
move to the end, where Z does nothing to probabilities and X flips a bit. What is left is the same circuit with some
angles negated and some bits of its outcomes flipped; the mean over random errors is the noisy circuit's distribution.

Random are only the signs' effects. That of the flips alone, on the faultless circuit's distribution, is known exactly:
independent flips multiply a distribution's Walsh-Hadamard transform by a product of `1 - 2 chance`. So the mean is
taken over what the signs change (a control variate). Circuits that stay near |0...0> would otherwise need very many
random errors, for each would put a spike at one outcome.

A circuit of other gates, such as controlled rotations, which turn an X on their control into no Pauli, is simulated
with its errors in place: a half turn about X, Y or Z is one. There the mean is over all that errors change.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qtkit.checks import checked_between, checked_whole
from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation import probabilities
from qtkit.simulation.grouping import General
from qtkit.simulation.native.stepwise import StepwiseCircuits
from qtkit.simulation.steps import steps_with_errors
from qtkit.simulation.structure import Structure, structure, words_on
from qtkit.simulation.widths import qubits_of

X, Y, Z = 1, 2, 3
"""Errors; 0 is none."""


def error_places(ansatz: Ansatz, n_qubits: int, depth: int) -> list[int]:
    """The wire of every place where an error may be, in the order of the gates."""
    gates = (gate for part in ansatz.operations(n_qubits, depth) for gate in part)
    return [wire for gate in gates for wire in gate.wires]


def fidelity(ansatz: Ansatz, n_qubits: int, depth: int, gate_error: float) -> float:
    """The chance that a run of the circuit has no error at all."""
    return (1 - gate_error) ** len(error_places(ansatz, n_qubits, depth))


def noisy_probabilities(
    ansatz: Ansatz,
    angles: Tensor,
    gate_error: float,
    *,
    trajectories: int = 100,
    generator: np.random.Generator,
    n_qubits: int | None = None,
) -> Tensor:
    """The probabilities `(2**n,)` of the basis states after a noisy circuit; not differentiable.

    An unbiased estimate: what flipped bits do is exact, what changed signs do is a mean over `trajectories` random
    sets of errors, all of them with at least one. It adds up to 1; where probabilities are tiny it may be negative.

    Arguments:
        angles: in radians, `(L, n)`, of a circuit by elements `(L, A)`; `n_qubits` says n where A does not.
        gate_error: the chance of an error on each qubit after each gate that touches it, 0 to 3/4, at which a qubit is
            fully mixed.
        trajectories: random sets of errors; what they leave of chance falls as one over their square root.

    Raises:
        ValueError: for a chance or a number out of range; and for angles as `qtkit.probabilities` does.
    """
    gate_error = checked_between("gate_error", gate_error, 0, 0.75)
    trajectories = checked_whole("trajectories", trajectories, 1)
    angles = angles.detach()
    exact = probabilities(ansatz, angles, n_qubits=n_qubits)
    n, depth = qubits_of((ansatz,), angles.shape[1], n_qubits), len(angles)
    places = error_places(ansatz, n, depth)
    words = words_on(ansatz, n, depth)
    if words is None:
        if gate_error == 0 or not places:
            return exact
        errors = _with_an_error(len(places), gate_error, trajectories, generator)
        struck = with_errors_in_place(ansatz, angles, n, errors).to(exact.device)
        faultless = (1 - gate_error) ** len(places)
        return (faultless * exact + (1 - faultless) * struck).to(exact)
    if not ansatz.in_words:
        ansatz = Ansatz(*words) if depth else Ansatz(words[0])
    kind = structure(ansatz, depth)
    if gate_error == 0 or not places or kind is Structure.UNIFORM:  # equal probabilities stay equal
        return exact
    flips = torch.full((len(places),), 2 * gate_error / 3, dtype=torch.float64)  # of X or Y
    noisy = _flipped(exact, flips, bits_flipped(ansatz, n, depth))
    if kind.depends_on_angles:
        errors = _with_an_error(len(places), gate_error, trajectories, generator)
        noisy += (1 - fidelity(ansatz, n, depth, gate_error)) * _by_signs(ansatz, angles, exact, errors)
    return noisy.to(exact)


def _by_signs(ansatz: Ansatz, angles: Tensor, exact: Tensor, errors: np.ndarray) -> Tensor:
    """What changed signs add to flipped bits, the mean over given errors, float64 `(2**n,)`."""
    depth, n = angles.shape
    signs, masks = move_errors_to_end(ansatz, n, depth, errors)
    index, total = torch.arange(2**n, device=angles.device), angles.new_zeros(2**n, dtype=torch.float64)
    for sign, mask in zip(signs, masks.tolist(), strict=True):
        turned = probabilities(ansatz, angles * torch.from_numpy(sign).to(angles))
        total += (turned - exact)[index ^ mask]
    return total / len(errors)


def with_errors_in_place(ansatz: Ansatz, angles: Tensor, n: int, errors: np.ndarray) -> Tensor:
    """The mean distribution of a circuit of any gates over errors `(T, places)`, float64 `(2**n,)`, on the CPU."""
    own = angles.cpu().numpy()
    circuit = General(steps_with_errors(ansatz, n, *own.shape), 0)
    circuits = StepwiseCircuits([(0, circuit)], n, own.dtype)
    half_turns = np.stack(((errors == X) | (errors == Y), (errors == Z) | (errors == Y)), axis=-1) * np.pi
    total, found = np.zeros(2**n), np.empty((1, 2**n), own.dtype)
    for turns in half_turns:
        row = np.concatenate((own.reshape(-1), turns.reshape(-1).astype(own.dtype)))
        circuits.forward(row[None, None], found, range(1), keep=False)
        total += found[0]
    return torch.from_numpy(total / len(errors))


def _flipped(distribution: Tensor, chances: Tensor, vectors: np.ndarray) -> Tensor:
    """A distribution after independent flips, `vectors[k]` of an outcome's bits with chance `chances[k]`; float64."""
    size = len(distribution)
    logs = torch.log((1 - 2 * chances).clamp(min=1e-30))  # a chance of 1/2 leaves nothing of what it flips
    by_vector = torch.zeros(size, dtype=torch.float64).index_add_(0, torch.from_numpy(vectors), logs)
    # The product over all vectors v with v . k odd: a sum of logarithms, by the transform of all of them.
    damping = torch.exp((logs.sum() - _walsh_hadamard(by_vector)) / 2).to(distribution.device)
    return _walsh_hadamard(_walsh_hadamard(distribution.double()) * damping) / size


def _walsh_hadamard(values: Tensor) -> Tensor:
    """`sum_i (-1)**(i . k) values_i`, `(2**n,)`."""
    n = (len(values) - 1).bit_length()
    for wire in range(n):
        pair = values.view(2**wire, 2, -1)
        values = torch.stack((pair[:, 0] + pair[:, 1], pair[:, 0] - pair[:, 1]), dim=1)
        values = values.view(-1)
    return values


def bits_flipped(ansatz: Ansatz, n_qubits: int, depth: int) -> np.ndarray:
    """What an X at each place where an error may be does to an outcome: the bits it flips, `(places,)` int64."""
    image = [1 << (n_qubits - 1 - wire) for wire in range(n_qubits)]  # wire 0 is the most significant bit
    found: list[int] = []
    for _ in range(depth):  # from the end
        found += [image[wire] for wire in reversed(range(n_qubits))]
        for control, target in reversed(ansatz.cnots(n_qubits)):
            found += [image[target], image[control]]
            image[control] ^= image[target]
    found += [image[wire] for wire in reversed(range(n_qubits))] if ansatz.hadamard else []
    return np.array(found[::-1], dtype=np.int64)


def move_errors_to_end(ansatz: Ansatz, n_qubits: int, depth: int, errors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What given errors do to a circuit: the signs of its angles `(T, L, n)`, and the bits flipped in its outcomes.

    Arguments:
        errors: `(T, places)`, 0 to 3, see `error_places`.

    Returns:
        `signs`, +1 and -1, and `masks` `(T,)`: outcome i of the noisy circuit is outcome `i ^ mask` of the one with the
        angles' signs changed.
    """
    x, z = np.zeros((2, len(errors), n_qubits), dtype=bool)
    signs = np.ones((len(errors), depth, n_qubits))
    columns = iter(errors.T)

    def strike(wire: int) -> None:
        error = next(columns)
        x[:, wire] ^= (error == X) | (error == Y)
        z[:, wire] ^= (error == Z) | (error == Y)

    if ansatz.hadamard:
        for wire in range(n_qubits):
            strike(wire)
    for layer, rotation in enumerate(ansatz.rotations(depth)):
        for control, target in ansatz.cnots(n_qubits):
            x[:, target] ^= x[:, control]
            z[:, control] ^= z[:, target]
            strike(control)
            strike(target)
        for wire in range(n_qubits):
            flips = {"rx": z[:, wire], "ry": x[:, wire] ^ z[:, wire], "rz": x[:, wire]}[rotation]
            signs[flips, layer, wire] = -1
            strike(wire)
    place_values = 1 << np.arange(n_qubits - 1, -1, -1)  # wire 0 is the most significant bit
    return signs, x @ place_values


def _with_an_error(n_places: int, chance: float, count: int, generator: np.random.Generator) -> np.ndarray:
    """`(count, n_places)` random errors, at least one in each row, as likely as among all rows that have one."""
    first_is = chance * (1 - chance) ** np.arange(n_places)
    first = generator.choice(n_places, size=count, p=first_is / first_is.sum())[:, None]
    place = np.arange(n_places)
    struck = (place == first) | ((place > first) & (generator.random((count, n_places)) < chance))
    return np.where(struck, generator.integers(1, 4, size=struck.shape), 0)
