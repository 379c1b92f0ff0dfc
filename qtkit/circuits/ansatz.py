"""The circuits that are searched over: `Ansatz`, and the paper's twelve `CANDIDATES`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtkit.checks import checked_bool, checked_depth, checked_qubits
from qtkit.circuits.words import ENTANGLER_WORDS, ENTANGLERS, ROTATIONS, read_entangler, read_rotation

if TYPE_CHECKING:
    import matplotlib.figure

CNOT = tuple[int, int]


@dataclass(frozen=True)
class Ansatz:
    """A family of circuits: optional Hadamards, then layers of CNOTs followed by one rotation per qubit.

    The circuit starts in `|0...0>`. If `hadamard`, one Hadamard acts on every qubit, once. Each layer then entangles
    (CNOTs, in order) and rotates every qubit by its own angle. Depth 0 is allowed: only the start state is left.

    Arguments:
        hadamard: whether the layers start from the uniform superposition.
        entangler: the CNOTs of a layer.

            - `"ent"` or `"brick"`: `CNOT(i, i+1)` for even `i`, then for odd `i`, no wrap-around.
            - `"cyc"` or `"ring"`: `CNOT(i, (i+1) mod n)` for `i = 0..n-1`.
            - a tuple of `(control, target)` pairs, applied in order; `()` entangles nothing.

            Of two words the first is kept. One qubit has no entangler: both words give no CNOT. Two qubits: the brick
            is `CNOT(0, 1)`, the ring `CNOT(0, 1)` then `CNOT(1, 0)`.
        rotation: `"rx"`, `"ry"`, `"rz"`, or a tuple of these, used layer by layer and repeated to the depth; capital
            letters are read too.

    Raises:
        ValueError: for an unknown word, or a CNOT with equal or negative ends.

    Example:
        >>> Ansatz(hadamard=True, entangler="cyc", rotation="ry")
        Ansatz(hadamard=True, entangler='cyc', rotation='ry')
        >>> Ansatz(hadamard=True, entangler="ring", rotation="RY") == CANDIDATES[4]
        True
        >>> print(CANDIDATES[4])
        config 5: H, cyc, RY

    Source: section V, Figure 3 and Table I of the paper.
    """

    hadamard: bool = True
    entangler: str | tuple[CNOT, ...] = "ent"
    rotation: str | tuple[str, ...] = "ry"

    def __post_init__(self) -> None:
        checked_bool("hadamard", self.hadamard)
        object.__setattr__(self, "entangler", _checked_entangler(self.entangler))
        object.__setattr__(self, "rotation", _checked_rotation(self.rotation))

    def cnots(self, n_qubits: int) -> tuple[CNOT, ...]:
        """The `(control, target)` pairs of one layer on `n_qubits` wires, in the order they act.

        Raises:
            ValueError: if `n_qubits < 1`, or a custom CNOT names a wire outside `0..n_qubits-1`.
        """
        n = checked_qubits(n_qubits)
        if isinstance(self.entangler, str):
            return _ring(n) if self.entangler == "cyc" else _brick(n)
        for pair in self.entangler:
            if max(pair) >= n:
                raise ValueError(f"CNOT {pair} is out of range: {n} qubits have wires 0..{n - 1}")
        return self.entangler

    def rotations(self, depth: int) -> tuple[str, ...]:
        """The rotation of each of `depth` layers."""
        names = (self.rotation,) if isinstance(self.rotation, str) else self.rotation
        return tuple(names[layer % len(names)] for layer in range(checked_depth(depth)))

    @property
    def config(self) -> int | None:
        """The number (1..12) this ansatz has in Table I, or None."""
        return next((k for k, candidate in enumerate(CANDIDATES, start=1) if candidate == self), None)

    @property
    def label(self) -> str:
        """A short name for legends, such as `"H, cyc, RY"`."""
        entangler = self.entangler if isinstance(self.entangler, str) else f"{len(self.entangler)} CNOTs"
        rotation = self.rotation if isinstance(self.rotation, str) else "-".join(self.rotation)
        return f"{'H' if self.hadamard else 'no H'}, {entangler}, {rotation.upper()}"

    def __str__(self) -> str:
        return f"config {self.config}: {self.label}" if self.config else self.label

    def to_pennylane(self, n_qubits: int, depth: int, *, device: Any = None) -> Callable[..., Any]:
        """The same circuit as a PennyLane QNode: angles `(L, n)` to probabilities `(2**n,)`.

        Arguments:
            device: a PennyLane device; by default `default.qubit`, differentiable by torch backpropagation.
        """
        import pennylane as qml

        device = device or qml.device("default.qubit", wires=n_qubits)
        gates = {"rx": qml.RX, "ry": qml.RY, "rz": qml.RZ}
        cnots, rotations = self.cnots(n_qubits), self.rotations(depth)

        def circuit(angles: Any) -> Any:  # (L, n) -> (2**n,)
            if self.hadamard:
                for wire in range(n_qubits):
                    qml.Hadamard(wires=wire)
            for layer, rotation in enumerate(rotations):
                for pair in cnots:
                    qml.CNOT(wires=pair)
                for wire in range(n_qubits):
                    gates[rotation](angles[layer][wire], wires=wire)
            return qml.probs(wires=range(n_qubits))

        node: Callable[..., Any] = qml.QNode(circuit, device)
        return node

    def draw(self, n_qubits: int = 4, depth: int = 1) -> matplotlib.figure.Figure:
        """The circuit as a matplotlib figure, angles written θ(layer, qubit)."""
        import matplotlib.pyplot as plt

        from qtkit.circuits.drawing import draw_circuit

        figure = draw_circuit(self, checked_qubits(n_qubits), checked_depth(depth))
        plt.close(figure)  # a notebook shows the returned figure; pyplot would show it a second time
        return figure


def checked_candidates(candidates: Sequence[Ansatz]) -> tuple[Ansatz, ...]:
    """`candidates` as a tuple, or ValueError unless it holds at least one `Ansatz` and nothing else."""
    if isinstance(candidates, Ansatz):
        raise ValueError("candidates must be a list of Ansatz; for one circuit pass [ansatz]")
    candidates = tuple(candidates)
    if not candidates:
        raise ValueError("candidates is empty; at least one Ansatz is needed")
    for item in candidates:
        if not isinstance(item, Ansatz):
            raise ValueError(f"candidates must hold Ansatz objects, got {type(item).__name__}: {item!r}")
    return candidates


def qubits_for(n_weights: int) -> int:
    """Qubits needed to generate `n_weights` weights: `ceil(log2(p))`, and at least 1 (section IV)."""
    if n_weights < 1:
        raise ValueError(f"at least one weight is needed, got {n_weights}")
    return max(1, (n_weights - 1).bit_length())


def _ring(n: int) -> tuple[CNOT, ...]:
    return tuple((i, (i + 1) % n) for i in range(n)) if n > 1 else ()


def _brick(n: int) -> tuple[CNOT, ...]:
    return tuple((i, i + 1) for start in (0, 1) for i in range(start, n - 1, 2))


def _checked_entangler(entangler: Any) -> str | tuple[CNOT, ...]:
    if isinstance(entangler, str):
        name = read_entangler(entangler)
        if name is None:
            words = tuple(ENTANGLER_WORDS)
            raise ValueError(f"entangler must be one of {words} or (control, target) pairs, got {entangler!r}")
        return name
    pairs = []
    try:
        for control, target in entangler:
            pairs.append((int(operator.index(control)), int(operator.index(target))))
    except (TypeError, ValueError) as error:
        raise ValueError(f"a custom entangler is a sequence of (control, target) pairs, got {entangler!r}") from error
    for control, target in pairs:
        if control == target or min(control, target) < 0:
            raise ValueError(f"CNOT ({control}, {target}): control and target must be two different wires, from 0 on")
    return tuple(pairs)


def _checked_rotation(rotation: Any) -> str | tuple[str, ...]:
    words = (rotation,) if isinstance(rotation, str) or not isinstance(rotation, Iterable) else tuple(rotation)
    names = tuple(name for name in map(read_rotation, words) if name is not None)
    if not names or len(names) < len(words):
        raise ValueError(
            f"rotation must be one of {ROTATIONS}, in small or capital letters, or a tuple of them, one per layer, "
            f"got {rotation!r}"
        )
    return names[0] if len(set(names)) == 1 else names


CANDIDATES: tuple[Ansatz, ...] = tuple(
    Ansatz(hadamard, entangler, rotation)
    for hadamard in (True, False)
    for entangler in ENTANGLERS
    for rotation in ROTATIONS
)
"""The twelve configurations of Table I, in order: `CANDIDATES[0]` is config 1."""
