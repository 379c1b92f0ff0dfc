"""A circuit of any gates as few steps: products of gates on one wire, controlled ones, and moves of amplitudes.

Gates on the same wire are one step where nothing between them touches it. CNOT, CZ and SWAP in a row are one move: they
send each basis state to a basis state, or to minus one. RZZ is two controlled rotations of opposite angles: it turns
one wire about Z, forwards where the other is 0 and backwards where it is 1.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.elements import ANGLES, Operation

MOVES = frozenset({"cnot", "cz", "swap"})
_TURNED = {"crx": "rx", "cry": "ry", "crz": "rz", "cu3": "u3"}
_REAL = MOVES | {"h", "ry", "cry"}


@dataclass(frozen=True)
class Turn:
    """A product of gates on one wire.

    Attributes:
        wire: it.
        gates: the first to act first: names, `"rz_back"` for a rotation by minus the angle among them, each with the
            place of its first angle among all of the circuit's, layer after layer.
        control: the wire that must be `value` for it to act, or None.
    """

    wire: int
    gates: tuple[tuple[str, int], ...]
    control: int | None = None
    value: int = 1


@dataclass(frozen=True)
class Move:
    """CNOTs, CZs and SWAPs, in order, as names with their wires."""

    gates: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Steps:
    """A circuit on n qubits.

    Attributes:
        plus: the wires that start in |+>; the others start in |0>.
        steps: what then happens, in order.
        is_real: whether all amplitudes are.
        angles: how many of a layer's row of angles it reads.
    """

    n: int
    plus: tuple[int, ...]
    steps: tuple[Turn | Move, ...]
    is_real: bool
    angles: int


@functools.lru_cache(maxsize=64)
def steps_of(ansatz: Ansatz, n: int, depth: int, width: int, *, starts: bool = True, from_zero: bool = True) -> Steps:
    """The steps of a circuit whose layers' rows of angles are `width` long.

    Unless it `starts`, of its layers alone; unless it begins `from_zero`, in |0...0>, of one that acts on any state.
    """
    writer = _Writer(from_zero=from_zero)
    start, *layers = ansatz.operations(n, depth)
    start = start if starts else ()
    for operation in start:
        writer.add(operation, 0)
    for layer, operations in enumerate(layers):
        for operation in operations:
            writer.add(operation, layer * width + operation.angle)
    names = {operation.name for part in (start, *layers) for operation in part}
    return Steps(n, tuple(sorted(writer.plus)), tuple(writer.steps), names <= _REAL, ansatz.angles_per_layer(n))


@functools.lru_cache(maxsize=1024)
def steps_of_gate(gate: Operation, n: int) -> Steps:
    """The steps of one gate that acts on any state; its angles are where its layer's row has them."""
    writer = _Writer(from_zero=False)
    writer.add(gate, gate.angle)
    return Steps(n, (), tuple(writer.steps), gate.name in _REAL, gate.angle + ANGLES[gate.name])


def steps_with_errors(ansatz: Ansatz, n: int, depth: int, width: int) -> Steps:
    """The circuit with a place for an error after each gate, on each wire that the gate touches, in order.

    Place k is RX, then RZ, by the angles `depth * width + 2 * k` and the next: half turns are X, Z, or both a Y, up to
    phases of the whole state. All angles are those of one layer.
    """
    writer = _Writer(from_zero=True)
    start, *layers = ansatz.operations(n, depth)
    count = depth * width
    for layer, operations in enumerate((start, *layers), start=-1):
        for operation in operations:
            writer.add(operation, layer * width + operation.angle)
            for wire in operation.wires:
                writer.add(Operation("rx", (wire,)), count)
                writer.add(Operation("rz", (wire,)), count + 1)
                count += 2
    return Steps(n, tuple(sorted(writer.plus)), tuple(writer.steps), False, count)


class _Writer:
    """Steps, as gates are added."""

    def __init__(self, *, from_zero: bool) -> None:
        self._from_zero = from_zero
        self.steps: list[Turn | Move] = []
        self.plus: set[int] = set()
        self._last: dict[int, int] = {}  # the step that touched a wire last
        self._move = -1

    def add(self, operation: Operation, angle: int) -> None:
        """Put a gate behind those there are; `angle` is the place of its first among all."""
        name, wires = operation.name, operation.wires
        if name in MOVES:
            self._add_move(name, wires)
        elif len(wires) == 1:
            self._add_turn(name, wires[0], angle)
        elif name == "rzz":
            self._put(Turn(wires[1], (("rz", angle),), wires[0], 0), wires)
            self._put(Turn(wires[1], (("rz_back", angle),), wires[0], 1), wires)
        else:
            self._put(Turn(wires[1], ((_TURNED[name], angle),), wires[0]), wires)

    def _add_turn(self, name: str, wire: int, angle: int) -> None:
        place = self._last.get(wire)
        if place is None and name == "h" and self._from_zero:  # the first of its wire: a state to start with
            self.plus ^= {wire}
            return
        before = None if place is None else self.steps[place]
        if place is not None and isinstance(before, Turn) and before.control is None:
            self.steps[place] = Turn(wire, (*before.gates, (name, angle)))
        else:
            self._put(Turn(wire, ((name, angle),)), (wire,))

    def _add_move(self, name: str, wires: tuple[int, ...]) -> None:
        if self._move >= 0 and all(self._last.get(wire, -1) <= self._move for wire in wires):
            before = self.steps[self._move]
            assert isinstance(before, Move)
            self.steps[self._move] = Move((*before.gates, (name, wires)))
            self._last |= dict.fromkeys(wires, self._move)
        else:
            self._move = len(self.steps)
            self._put(Move(((name, wires),)), wires)

    def _put(self, step: Turn | Move, wires: tuple[int, ...]) -> None:
        self._last |= dict.fromkeys(wires, len(self.steps))
        self.steps.append(step)


def angles_of(name: str) -> int:
    """How many angles a gate of a `Turn` has."""
    return 1 if name == "rz_back" else ANGLES[name]


def moved_images(move: Move, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each basis state goes, int32 `(2**n,)`, and whether its sign changes, bool: `|x> -> -|images[x]>`."""
    images, flips = np.arange(2**n, dtype=np.int32), np.zeros(2**n, bool)
    for name, (first, second) in move.gates:
        a, b = n - 1 - first, n - 1 - second
        high, low = (images >> a) & 1, (images >> b) & 1
        if name == "cnot":
            images ^= high << b
        elif name == "swap":
            images ^= ((high ^ low) << a) | ((high ^ low) << b)
        else:
            flips ^= (high & low).astype(bool)
    return images, flips


def permutes(move: Move) -> bool:
    """Whether it exchanges amplitudes, and does not only turn signs around."""
    return any(name != "cz" for name, _ in move.gates)
