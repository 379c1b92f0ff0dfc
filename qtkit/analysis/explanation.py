"""In plain words: does the distribution depend on the angles, and why: `explain`."""

from __future__ import annotations

from dataclasses import dataclass

from qtkit.checks import checked_depth, checked_qubits
from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.permutation import parity_masks
from qtkit.simulation.structure import Structure, structure, words_on


@dataclass(frozen=True)
class Explanation:
    """What is known of a circuit's distribution before anything is computed.

    Attributes:
        structure: the kind of circuit.
        depends: whether its probabilities depend on the angles at all.
        headline: one sentence.
        reason: the argument, in a few sentences.
        idle: layers whose angles cannot change any probability, and the reason of each.
    """

    structure: Structure
    depends: bool
    headline: str
    reason: str
    idle: dict[int, str]

    def __str__(self) -> str:
        return f"{self.headline} {self.reason}"


def explain(ansatz: Ansatz, n_qubits: int, depth: int) -> Explanation:
    """Whether and why the probabilities of `ansatz` depend on its angles.

    The rules and their proofs are those of `qtkit.simulation.structure`.

    Example:
        >>> explain(Ansatz(hadamard=True, entangler="ent", rotation="rx"), 4, 2).depends
        False
    """
    n, depth = checked_qubits(n_qubits), checked_depth(depth)
    if not ansatz.in_words:
        words = words_on(ansatz, n, depth)
        if words is None or not depth:
            return _of_any_gates(ansatz, n, depth)
        ansatz = Ansatz(*words)
    kind, idle = structure(ansatz, depth), idle_layers(ansatz, depth)
    depends = depth > 0 and kind.depends_on_angles
    if depth == 0:
        headline = "No: there are no layers, so there are no angles."
        reason = f"Only the start state is left: {_START[ansatz.hadamard].format(size=2**n)}."
        return Explanation(kind, False, headline, reason, idle)
    headline = _HEADLINES[kind].format(size=2**n)
    reason = _reason(kind, ansatz, n, depth)
    if depends and idle:
        for why in dict.fromkeys(idle.values()):
            layers = [str(layer) for layer, own in idle.items() if own == why]
            reason += f" The angles of layer{'s' if len(layers) > 1 else ''} {', '.join(layers)} change nothing: {why}."
    return Explanation(kind, depends, headline, reason, idle)


def _of_any_gates(ansatz: Ansatz, n: int, depth: int) -> Explanation:
    kind = structure(ansatz, depth, n)
    if not depth or not ansatz.angles_per_layer(n):
        headline = f"No: there are no {'angles' if depth else 'layers, so there are no angles'}."
        return Explanation(kind, False, headline, "Only gates without angles act.", {})
    headline = _HEADLINES[kind].format(size=2**n)
    return Explanation(kind, kind.depends_on_angles, headline, _REASONS[kind], {})


def idle_layers(ansatz: Ansatz, depth: int) -> dict[int, str]:
    """Layers whose angles can change no probability, found at both ends of the circuit, with the reason of each."""
    rotations = ansatz.rotations(checked_depth(depth))
    first, why = ("rx", _PLUS) if ansatz.hadamard else ("rz", _ZERO)
    idle: dict[int, str] = {}
    for layer, rotation in enumerate(rotations):
        if rotation != first:
            break
        idle[layer] = why
    for layer in reversed(range(depth)):
        if rotations[layer] != "rz":
            break
        idle.setdefault(layer, _PHASE)
    return dict(sorted(idle.items()))


def parity_groups(ansatz: Ansatz, n_qubits: int, depth: int) -> dict[str, list[tuple[int, int]]]:
    """For a circuit without Hadamards and with RX only: each parity mask and the angles `(layer, qubit)` it collects.

    Angles of one mask rotate about the same X-string, so only their sum counts. Masks are bit strings, wire 0 first.

    Raises:
        ValueError: if the circuit is no such IQP circuit.
    """
    depth = checked_depth(depth)
    if ansatz.hadamard or set(ansatz.rotations(depth)) - {"rx"}:
        raise ValueError(f"parity masks are those of circuits without Hadamards and with RX only, got {ansatz.label}")
    groups: dict[str, list[tuple[int, int]]] = {}
    for layer, row in enumerate(parity_masks(ansatz, n_qubits, depth)):
        for qubit, mask in enumerate(row):
            groups.setdefault(f"{mask:0{n_qubits}b}", []).append((layer, qubit))
    return groups


_START = {True: "all {size} basis states equally likely", False: "the basis state 0…0 with certainty"}
_PLUS = "the state is still |+…+⟩, which CNOTs and RX leave alone up to a phase"
_ZERO = "the state is still |0…0⟩, which CNOTs and RZ leave alone up to a phase"
_PHASE = "after the last RX or RY, CNOTs only permute and RZ only turns phases, which no measurement of bits sees"

_HEADLINES = {
    Structure.UNIFORM: "No: whatever the angles are, all {size} probabilities stay 1/{size}.",
    Structure.BASIS: "No: whatever the angles are, the outcome is 0…0 with certainty.",
    Structure.IQP: "Yes: this is an IQP circuit.",
    Structure.REAL: "Yes: the amplitudes are real, and the angles move them.",
    Structure.COMPLEX: "Yes: the rotations mix amplitudes of different phase.",
}


_REASONS = {
    Structure.UNIFORM: (
        "The Hadamards prepare |+…+⟩, all amplitudes equal. RX only adds a phase common to all, CNOT and SWAP exchange "
        "equal amplitudes, and what is diagonal turns the phase of each, where its size is what is measured."
    ),
    Structure.BASIS: "A controlled gate does nothing while its control is 0; all else only turns the phase of |0…0⟩.",
    Structure.IQP: (
        "An X pushed through CNOTs and SWAPs stays a product of X's. So every angle turns the state about one string "
        "of X's, and all of these turns commute."
    ),
    Structure.REAL: "All of its gates are real matrices.",
    Structure.COMPLEX: "Some of its gates do not commute, and a phase set by one becomes a probability by the next.",
}


def _reason(kind: Structure, ansatz: Ansatz, n: int, depth: int) -> str:
    if kind is Structure.UNIFORM:
        steps = {
            "rx": "|+⟩ is an eigenvector of X, so RX only adds a phase common to all.",
            "rz": "RZ only turns the phase of each amplitude, and its size is what is measured.",
        }
        used = [name for name in ("rx", "rz") if name in ansatz.rotations(depth)]
        return "The Hadamards prepare |+…+⟩, all amplitudes equal. CNOTs only permute the basis states. " + " ".join(
            steps[name] for name in used
        )
    if kind is Structure.BASIS:
        return "A CNOT flips nothing while its control is 0, and RZ only turns the phase of |0…0⟩."
    if kind is Structure.IQP:
        groups, angles = len(parity_groups(ansatz, n, depth)), n * depth
        if groups < angles:
            strings = f"Angles with the same string add up: {groups} strings for {angles} angles."
        else:
            strings = f"The {angles} angles have {groups} different strings."
        return (
            "An X pushed through a CNOT stays a product of X's. So every angle turns the state about one string of "
            f"X's, and all of these turns commute. {strings}"
        )
    if kind is Structure.REAL:
        return "CNOTs and RY are real matrices" + (", as is the Hadamard." if ansatz.hadamard else ".")
    return "RX and RZ, or RY with one of them, do not commute: a phase set by one becomes a probability by the next."
