"""Elements of circuits: a gate on all or some wires, or on the pairs of a pattern; `Ansatz` puts them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from qtkit.checks import checked_qubits
from qtkit.circuits.patterns import Pair, Pattern, checked_pattern, checked_wires, pairs_of
from qtkit.names import counted


class Operation(NamedTuple):
    """One gate of a circuit.

    Attributes:
        name: of `ANGLES`.
        wires: the wire, or two of them: control and target where they differ.
        angle: the place of its first angle in the layer's row of angles; the others follow.
    """

    name: str
    wires: tuple[int, ...]
    angle: int = 0


ANGLES = {
    "h": 0, "rx": 1, "ry": 1, "rz": 1, "u3": 3,
    "cnot": 0, "cz": 0, "swap": 0, "crx": 1, "cry": 1, "crz": 1, "cu3": 3, "rzz": 1,
}  # fmt: skip
"""Every gate by its name, with the number of its angles."""

SYMMETRIC = frozenset({"cz", "swap", "rzz"})
"""Gates on two wires of which neither is the control."""


@dataclass(frozen=True)
class Element:
    """A gate with the places where it acts; the kinds there are stand in `ELEMENTS`."""

    gate: ClassVar[str]

    def operations(self, n_qubits: int, angle: int = 0) -> tuple[Operation, ...]:
        """Its gates on `n_qubits` wires in the order they act, angles from place `angle` of the layer's row on.

        Raises:
            ValueError: if `n_qubits < 1`, or for a wire outside `0..n_qubits-1`.
        """
        count = ANGLES[self.gate]
        places = self._places(checked_qubits(n_qubits))
        return tuple(Operation(self.gate, wires, angle + k * count) for k, wires in enumerate(places))

    def count_angles(self, n_qubits: int) -> int:
        """How many angles it takes on `n_qubits` wires; raises as `operations`."""
        return ANGLES[self.gate] * len(self._places(checked_qubits(n_qubits)))

    @property
    def is_plain(self) -> bool:
        """Whether words and numbers tell all of it: not so where a pattern is a function, which cannot be stored."""
        return True

    @property
    def label(self) -> str:
        """A short name for legends, such as `"CZ ring"`."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Plain values that tell it; `read_element` reads them.

        Raises:
            ValueError: for a pattern that is a function.
        """
        raise NotImplementedError

    def _places(self, n: int) -> tuple[tuple[int, ...], ...]:
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class OneQubit(Element):
    """A gate on single wires: on all of them, or on `wires`.

    Arguments:
        wires: such as `(0, 2)`, in the order the gates act; a single number is one wire. None: all wires, 0 first.

    Raises:
        ValueError: for wires that are no whole numbers from 0 on, or one that is named twice.

    Example:
        >>> RY(wires=(0, 2)).operations(3)
        (Operation(name='ry', wires=(0,), angle=0), Operation(name='ry', wires=(2,), angle=1))
    """

    wires: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.wires is not None:
            object.__setattr__(self, "wires", checked_wires(type(self).__name__, self.wires))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'' if self.wires is None else f'wires={self.wires!r}'})"

    @property
    def label(self) -> str:
        """See `Element`."""
        return type(self).__name__ + ("" if self.wires is None else f" on {', '.join(map(str, self.wires))}")

    def to_dict(self) -> dict[str, Any]:
        """See `Element`."""
        name = type(self).__name__
        return {"gate": name} if self.wires is None else {"gate": name, "wires": list(self.wires)}

    def _places(self, n: int) -> tuple[tuple[int, ...], ...]:
        if self.wires is None:
            return tuple((wire,) for wire in range(n))
        for wire in self.wires:
            if wire >= n:
                raise ValueError(f"{self!r} is out of range: {n} qubits have wires 0..{n - 1}, got wire {wire}")
        return tuple((wire,) for wire in self.wires)


@dataclass(frozen=True, repr=False)
class TwoQubits(Element):
    """A gate on pairs of wires, in the order of a pattern.

    Arguments:
        pattern: a word, pairs, or a function of n.

            - `"brick"` or `"ent"`: `(i, i+1)` for even `i`, then for odd `i`, no wrap-around.
            - `"ring"` or `"cyc"`: `(i, (i+1) mod n)` for `i = 0..n-1`.
            - `"star"`: `(0, i)` for `i = 1..n-1`.
            - `"all"`: `(i, j)` for all `i < j`.
            - a tuple of pairs `(control, target)`.
            - a function that is given n and returns such pairs: of two circuits with functions only those with the
              very same one are equal, and settings, which are stored, refuse it.

            One qubit has no pairs. The ring of two is `(0, 1)`, `(1, 0)`, and `(0, 1)` alone for gates without a
            control: CZ and SWAP twice would be nothing.

    Raises:
        ValueError: for an unknown word, or a pair of equal or negative wires.

    Example:
        >>> CZ("ring").operations(3)[-1]
        Operation(name='cz', wires=(2, 0), angle=0)
    """

    pattern: Pattern = "brick"

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", checked_pattern(type(self).__name__, self.pattern))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.pattern!r})"

    @property
    def is_plain(self) -> bool:
        """See `Element`."""
        return not callable(self.pattern)

    @property
    def label(self) -> str:
        """See `Element`."""
        if callable(self.pattern):
            return f"{type(self).__name__} {getattr(self.pattern, '__name__', 'function')}"
        if isinstance(self.pattern, str):
            return f"{type(self).__name__} {self.pattern}"
        return counted(len(self.pattern), type(self).__name__)

    def to_dict(self) -> dict[str, Any]:
        """See `Element`.

        Raises:
            ValueError: for a pattern that is a function.
        """
        if callable(self.pattern):
            raise ValueError(f"{self!r} has a function as its pattern, which cannot be stored: give it as pairs")
        pattern = self.pattern if isinstance(self.pattern, str) else [list(pair) for pair in self.pattern]
        return {"gate": type(self).__name__, "pattern": pattern}

    def _places(self, n: int) -> tuple[Pair, ...]:
        return pairs_of(type(self).__name__, self.pattern, n, symmetric=self.gate in SYMMETRIC)


class H(OneQubit):
    """Hadamards; see `OneQubit` for the wires."""

    gate = "h"


class RX(OneQubit):
    """Rotations `exp(-i t X / 2)`, an angle each; see `OneQubit` for the wires."""

    gate = "rx"


class RY(OneQubit):
    """Rotations `exp(-i t Y / 2)`, an angle each; see `OneQubit` for the wires."""

    gate = "ry"


class RZ(OneQubit):
    """Rotations `exp(-i t Z / 2)`, an angle each; see `OneQubit` for the wires."""

    gate = "rz"


class U3(OneQubit):
    """Any rotation, three angles each, `(θ, φ, λ)` of one wire after another; see `OneQubit` for the wires.

    `[[cos(θ/2), -exp(iλ) sin(θ/2)], [exp(iφ) sin(θ/2), exp(i(φ+λ)) cos(θ/2)]]`, as in OpenQASM and PennyLane.
    """

    gate = "u3"


class CNOT(TwoQubits):
    """Controlled NOTs; see `TwoQubits` for the pattern."""

    gate = "cnot"


class CZ(TwoQubits):
    """Controlled phase flips; see `TwoQubits` for the pattern."""

    gate = "cz"


class SWAP(TwoQubits):
    """Exchanges of two qubits; see `TwoQubits` for the pattern."""

    gate = "swap"


class CRX(TwoQubits):
    """Controlled `RX`, an angle each; see `TwoQubits` for the pattern."""

    gate = "crx"


class CRY(TwoQubits):
    """Controlled `RY`, an angle each; see `TwoQubits` for the pattern."""

    gate = "cry"


class CRZ(TwoQubits):
    """Controlled `RZ`, an angle each; see `TwoQubits` for the pattern."""

    gate = "crz"


class CU3(TwoQubits):
    """Controlled `U3`, three angles each, as its matrix stands there; see `TwoQubits` for the pattern."""

    gate = "cu3"


class RZZ(TwoQubits):
    """`exp(-i t Z Z / 2)`, an angle each; see `TwoQubits` for the pattern."""

    gate = "rzz"


ELEMENTS: dict[str, Callable[..., Element]] = {
    kind.__name__: kind for kind in (H, RX, RY, RZ, U3, CNOT, CZ, SWAP, CRX, CRY, CRZ, CU3, RZZ)
}
"""The elements by their names."""


def checked_elements(name: str, elements: Any) -> tuple[Element, ...]:
    """`elements` as a tuple; one element alone is a list of one.

    Raises:
        ValueError: unless all are elements of `ELEMENTS`.
    """
    if isinstance(elements, Element):
        return (elements,)
    known = ", ".join(ELEMENTS)
    if isinstance(elements, str) or not hasattr(elements, "__iter__"):
        raise ValueError(f"{name} must be a list of elements ({known}), such as [CZ('ring'), U3()], got {elements!r}")
    found = tuple(elements)
    for element in found:
        if isinstance(element, type) and issubclass(element, Element):
            raise ValueError(f"{name} holds the class {element.__name__}: write {element.__name__}()")
        if type(element) not in ELEMENTS.values():
            raise ValueError(f"{name}: unknown gate {element!r}; there are {known}, written as in [CZ('ring'), U3()]")
    return found


def read_element(values: Any) -> Element:
    """The element that `Element.to_dict` told.

    Raises:
        ValueError: for what tells none.
    """
    if not isinstance(values, Mapping) or values.get("gate") not in ELEMENTS:
        raise ValueError(f"an element must have a gate of {tuple(ELEMENTS)}, got {values!r}")
    arguments = {name: value for name, value in values.items() if name != "gate"}
    try:
        return ELEMENTS[values["gate"]](**arguments)
    except TypeError as error:
        raise ValueError(f"{values['gate']} cannot be read from {dict(values)!r}") from error
