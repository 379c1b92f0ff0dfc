"""The circuits that are searched over: `Ansatz`, and the paper's twelve `CANDIDATES`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from qtkit.checks import checked_bool, checked_depth, checked_qubits
from qtkit.circuits.elements import ELEMENTS, Element, H, Operation, read_element
from qtkit.circuits.given import (
    Layer,
    checked_entangler,
    checked_layers,
    checked_rotation,
    checked_start,
    place_elements,
    words_for,
)
from qtkit.circuits.patterns import Pair, brick, ring
from qtkit.circuits.words import ENTANGLERS, ROTATIONS
from qtkit.names import counted

if TYPE_CHECKING:
    import matplotlib.figure

CNOT = Pair


@dataclass(frozen=True, repr=False)
class Ansatz:
    """A family of circuits: a start, then layers that repeat to the depth, each with angles of its own.

    The circuit starts in `|0...0>`. It is said in words, as the paper's are: if `hadamard`, one Hadamard acts on every
    qubit, once; each layer then entangles (CNOTs, in order) and rotates every qubit by its own angle. Or it is said by
    elements, `Ansatz(start=[H()], layer=[CZ("ring"), U3()])`: any gates, see `qtkit.circuits`. A circuit by elements
    that words could say is the one in words. Depth 0 is allowed: only the start is left.

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
        layer: elements that act in this order in each layer; or a list of such lists, used layer by layer and repeated
            to the depth. With it, `start` says how the circuit begins, and the three arguments in words say nothing.
        start: elements without angles that act once, before the layers; by default none.

    Attributes:
        hadamard, entangler, rotation: the words; of a circuit by elements whether it starts with Hadamards alone, on
            all qubits, and twice `()`.
        layer, start: the elements, a tuple of layers and a tuple; None for a circuit in words.

    Raises:
        ValueError: for an unknown word or gate, a CNOT with equal or negative ends, words and elements at once, no
            layer, or a start with angles.

    Example:
        >>> Ansatz(hadamard=True, entangler="cyc", rotation="ry")
        Ansatz(hadamard=True, entangler='cyc', rotation='ry')
        >>> Ansatz(hadamard=True, entangler="ring", rotation="RY") == CANDIDATES[4]
        True
        >>> print(CANDIDATES[4])
        config 5: H, cyc, RY
        >>> from qtkit.circuits import CNOT, CZ, RY, U3, H
        >>> Ansatz(start=[H()], layer=[CNOT("ring"), RY()]) == CANDIDATES[4]
        True
        >>> Ansatz(layer=[CZ("ring"), U3()]).angles_per_layer(4)
        12

    Source: section V, Figure 3 and Table I of the paper.
    """

    hadamard: bool = True
    entangler: str | tuple[CNOT, ...] = "ent"
    rotation: str | tuple[str, ...] = "ry"
    _: KW_ONLY
    layer: Sequence[Element | Sequence[Element]] | None = None
    start: Sequence[Element] | None = None

    def __post_init__(self) -> None:
        checked_bool("hadamard", self.hadamard)
        if self.layer is not None or self.start is not None:
            self._read_elements()
        else:
            object.__setattr__(self, "entangler", checked_entangler(self.entangler))
            object.__setattr__(self, "rotation", checked_rotation(self.rotation))

    def _read_elements(self) -> None:
        words = Ansatz.entangler, Ansatz.rotation
        if (self.entangler, self.rotation) not in (words, ((), ())):  # the latter where one is copied with changes
            raise ValueError(
                "a circuit is said in words (hadamard, entangler, rotation) or by elements (start, layer), not both: "
                f"got entangler={self.entangler!r}, rotation={self.rotation!r} and elements"
            )
        layers, start = checked_layers(self.layer), checked_start(self.start)
        said = words_for(start, layers)
        hadamard, entangler, rotation = (start == (H(),), (), ()) if said is None else said
        values = {"hadamard": hadamard, "entangler": entangler, "rotation": rotation}
        values |= {"layer": layers, "start": start} if said is None else {"layer": None, "start": None}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def in_words(self) -> bool:
        """Whether it is a start, CNOTs and rotations; else it is what its elements say."""
        return self.layer is None

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The elements of the layers, which are used in turn, also of a circuit in words."""
        if self.layer is not None:
            return self.layer  # type: ignore[return-value]  # as `_read_elements` leaves it
        names = (self.rotation,) if isinstance(self.rotation, str) else self.rotation
        cnots = (ELEMENTS["CNOT"](self.entangler),) if self.entangler else ()
        return tuple((*cnots, ELEMENTS[name.upper()]()) for name in names)

    def angles_per_layer(self, n_qubits: int) -> int:
        """A, the numbers in a layer's row of angles `(L, A)`: n in words, else as many as the longest layer takes.

        Raises:
            ValueError: as `operations`.
        """
        if self.in_words:
            return checked_qubits(n_qubits)
        return max(sum(element.count_angles(n_qubits) for element in layer) for layer in self.layers)

    def operations(self, n_qubits: int, depth: int) -> tuple[tuple[Operation, ...], ...]:
        """The gates in the order they act: those of the start, then those of each layer, `1 + depth` tuples.

        Raises:
            ValueError: if `n_qubits < 1`, or a gate names a wire outside `0..n_qubits-1`.
        """
        n = checked_qubits(n_qubits)
        if self.in_words:
            start = H().operations(n) if self.hadamard else ()
            cnots = tuple(Operation("cnot", pair) for pair in self.cnots(n))
            turns = self.rotations(depth)
            return start, *((*cnots, *(Operation(name, (q,), q) for q in range(n))) for name in turns)
        assert self.start is not None
        parts = [place_elements(layer, n) for layer in self.layers]
        return place_elements(self.start, n), *(parts[k % len(parts)] for k in range(checked_depth(depth)))

    def check_fits(self, n_qubits: int) -> None:
        """ValueError if a gate names a wire that `n_qubits` do not have."""
        self.operations(n_qubits, 0 if self.in_words else len(self.layers))
        if self.in_words:
            self.cnots(n_qubits)

    def cnots(self, n_qubits: int) -> tuple[CNOT, ...]:
        """The `(control, target)` pairs of one layer on `n_qubits` wires, in the order they act.

        Raises:
            ValueError: if `n_qubits < 1`, or a custom CNOT names a wire outside `0..n_qubits-1`; for a circuit by
                elements, whose gates `operations` tells.
        """
        n = checked_qubits(n_qubits)
        self._check_in_words()
        if isinstance(self.entangler, str):
            return ring(n) if self.entangler == "cyc" else brick(n)
        for pair in self.entangler:
            if max(pair) >= n:
                raise ValueError(f"CNOT {pair} is out of range: {n} qubits have wires 0..{n - 1}")
        return self.entangler

    def rotations(self, depth: int) -> tuple[str, ...]:
        """The rotation of each of `depth` layers; ValueError for a circuit by elements."""
        self._check_in_words()
        names = (self.rotation,) if isinstance(self.rotation, str) else self.rotation
        return tuple(names[layer % len(names)] for layer in range(checked_depth(depth)))

    def _check_in_words(self) -> None:
        if not self.in_words:
            raise ValueError(f"{self} has no layers of CNOTs and one rotation: `operations` tells its gates")

    def to_dict(self) -> dict[str, Any]:
        """Plain values that tell the circuit, ready for JSON; `from_dict` reads them.

        Raises:
            ValueError: if a pattern is a function.
        """
        if self.in_words:
            return {"hadamard": self.hadamard, "entangler": self.entangler, "rotation": self.rotation}
        assert self.start is not None
        return {
            "start": [element.to_dict() for element in self.start],
            "layer": [[element.to_dict() for element in layer] for layer in self.layers],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Ansatz:
        """The circuit that `to_dict` told, also after a trip through JSON.

        Raises:
            ValueError: for what tells no circuit.
        """
        if not isinstance(values, Mapping):
            raise ValueError(f"a stored circuit must be a dictionary, got {type(values).__name__}")
        if not {"layer", "start"} & set(values):
            try:
                words: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
                return cls(**words)
            except TypeError as error:
                raise ValueError(
                    f"a candidate must have hadamard, entangler and rotation, got {dict(values)!r}"
                ) from error
        try:
            layers = [[read_element(item) for item in layer] for layer in values["layer"]]
            return cls(layer=layers, start=[read_element(item) for item in values["start"]])
        except (TypeError, KeyError) as error:
            raise ValueError(f"a candidate by elements must have start and layer, got {dict(values)!r}") from error

    def __repr__(self) -> str:
        name = type(self).__qualname__
        if self.in_words:
            return f"{name}(hadamard={self.hadamard!r}, entangler={self.entangler!r}, rotation={self.rotation!r})"
        layers = self.layers
        layer = list(layers[0]) if len(layers) == 1 else list(map(list, layers))
        return f"{name}({f'start={list(self.start)!r}, ' if self.start else ''}layer={layer!r})"

    @property
    def config(self) -> int | None:
        """The number (1..12) this ansatz has in Table I, or None."""
        return next((k for k, candidate in enumerate(CANDIDATES, start=1) if candidate == self), None)

    @property
    def label(self) -> str:
        """A short name for legends, such as `"H, cyc, RY"`, or by elements `"H, CZ ring, U3"`."""
        if not self.in_words:
            assert self.start is not None
            start = "".join(f"{element.label}, " for element in self.start)
            return start + " | ".join(", ".join(element.label for element in layer) for layer in self.layers)
        entangler = self.entangler if isinstance(self.entangler, str) else counted(len(self.entangler), "CNOT")
        rotation = self.rotation if isinstance(self.rotation, str) else "-".join(self.rotation)
        return f"{'H' if self.hadamard else 'no H'}, {entangler}, {rotation.upper()}"

    def __str__(self) -> str:
        return f"config {self.config}: {self.label}" if self.config else self.label

    def to_pennylane(self, n_qubits: int, depth: int, *, device: Any = None) -> Callable[..., Any]:
        """The same circuit as a PennyLane QNode: angles `(L, A)` to probabilities `(2**n,)`; A is n in words.

        Arguments:
            device: a PennyLane device; by default `default.qubit`, differentiable by torch backpropagation.
        """
        import pennylane as qml

        from qtkit.circuits.pennylane import queue

        device = device or qml.device("default.qubit", wires=n_qubits)
        start, *layers = self.operations(n_qubits, depth)

        def circuit(angles: Any) -> Any:  # (L, A) -> (2**n,)
            for operation in start:
                queue(operation, ())
            for layer, row in zip(layers, angles, strict=True):
                for operation in layer:
                    queue(operation, row)
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


class Candidates(tuple[Ansatz, ...]):
    """A checked tuple of circuits: each step of a training asks anew for its hash, and whether words say them all.

    Attributes:
        in_words: whether all are `Ansatz.in_words`.
    """

    _hash: int | None = None

    @functools.cached_property
    def in_words(self) -> bool:
        """See above."""
        return all(candidate.in_words for candidate in self)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = super().__hash__()
        return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        """Without the hash, which is another one in another process."""
        return Candidates, (tuple(self),)


def checked_candidates(candidates: Sequence[Ansatz]) -> Candidates:
    """`candidates` as a tuple, or ValueError unless it holds at least one `Ansatz` and nothing else."""
    if type(candidates) is Candidates:
        return candidates
    if isinstance(candidates, Ansatz):
        raise ValueError("candidates must be a list of Ansatz; for one circuit pass [ansatz]")
    checked = Candidates(candidates)
    if not checked:
        raise ValueError("candidates is empty; at least one Ansatz is needed")
    for item in checked:
        if not isinstance(item, Ansatz):
            raise ValueError(f"candidates must hold Ansatz objects, got {type(item).__name__}: {item!r}")
    return checked


def qubits_for(n_weights: int) -> int:
    """Qubits needed to generate `n_weights` weights: `ceil(log2(p))`, and at least 1 (section IV).

    Raises:
        ValueError: for fewer than one weight.
    """
    if n_weights < 1:
        raise ValueError(f"at least one weight is needed, got {n_weights}")
    return max(1, (n_weights - 1).bit_length())


CANDIDATES: tuple[Ansatz, ...] = Candidates(
    Ansatz(hadamard, entangler, rotation)
    for hadamard in (True, False)
    for entangler in ENTANGLERS
    for rotation in ROTATIONS
)
"""The twelve configurations of Table I, in order: `CANDIDATES[0]` is config 1."""
