"""Layers in a list of gates that has none marked, and elements in the gates of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from qtkit.circuits.elements import ELEMENTS, Element, OneQubit
from qtkit.circuits.openqasm_statements import ReadGate

_BY_GATE = {kind.gate: kind for kind in ELEMENTS.values()}  # type: ignore[attr-defined]  # they are classes
_PATTERNS = ("brick", "ring", "star", "all")


def find_layers(gates: Sequence[ReadGate], n: int) -> tuple[list[ReadGate], list[list[ReadGate]]]:
    """The gates of the start, which have no angles, and those of each layer.

    By the layers' marks if the gates have them; else the shortest stretch that repeats to the end; else one layer,
    after Hadamards on all wires if the circuit begins with them.
    """
    marked = [list(run) for _, run in groupby(gates, lambda gate: gate.mark)]
    if gates and gates[-1].mark is not None:
        start = marked.pop(0) if marked[0][0].mark is None else []
        if not any(gate.angles for gate in start):
            return start, marked
    said = [(gate.name, gate.wires) for gate in gates]
    free = next((k for k, gate in enumerate(gates) if gate.angles), len(gates))
    found = []
    for first in range(free + 1 if free < len(gates) else 0):
        rest = said[first:]
        lengths = (length for length in range(1, len(rest) // 2 + 1) if len(rest) % length == 0)
        found += [(length, first) for length in lengths if rest == rest[:length] * (len(rest) // length)][:1]
    if found:
        length, first = min(found)
        return list(gates[:first]), [list(gates[k : k + length]) for k in range(first, len(gates), length)]
    first = n if said[:n] == [("h", (q,)) for q in range(n)] else 0
    return list(gates[:first]), [list(gates[first:])] if first < len(gates) else []


def elements_of(gates: Sequence[ReadGate], n: int) -> list[Element]:
    """Elements that are these gates in this order; equal gates in a row are one element where a pattern fits."""
    found: list[Element] = []
    for name, run in groupby(gates, lambda gate: gate.name):
        places = [gate.wires for gate in run]
        kind = _BY_GATE[name]
        if issubclass(kind, OneQubit):  # type: ignore[arg-type]  # as above
            found += [kind() if wires == list(range(n)) else kind(tuple(wires)) for wires in _distinct(places)]
            continue
        words = [word for word in _PATTERNS if list(_wires(kind(word), n)) == places]
        found.append(kind(words[0] if words else tuple(places)))
    return found


def _wires(element: Element, n: int) -> list[tuple[int, ...]]:
    return [operation.wires for operation in element.operations(n)]


def _distinct(places: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Single wires in runs that name none twice."""
    runs: list[list[int]] = [[]]
    for (wire,) in places:
        if wire in runs[-1]:
            runs.append([])
        runs[-1].append(wire)
    return runs
