"""The circuit on the studio's bench by elements: a start and layers used in turn, and the edits that make new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from qtkit.checks import checked_whole
from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.elements import ELEMENTS, Element, H, OneQubit, TwoQubits
from qtkit.circuits.patterns import Pair, checked_pattern

Elements = tuple[Element, ...]

START = "start"
"""The name of the part that acts once; layers go by their number in turn, from 0."""

PALETTE = tuple(ELEMENTS)
PATTERNS = ("brick", "ring", "star", "all")


@dataclass(frozen=True)
class StudioElements:
    """What acts once, and what acts in each layer, the layers in turn.

    Attributes:
        start: elements without angles.
        layers: at least one, of at least one element each.
    """

    start: Elements
    layers: tuple[Elements, ...]

    @staticmethod
    def of(ansatz: Ansatz) -> StudioElements:
        """The elements of an `Ansatz`, also of one in words."""
        start = ((H(),) if ansatz.hadamard else ()) if ansatz.start is None else tuple(ansatz.start)
        return StudioElements(start, ansatz.layers)

    def ansatz(self, n: int) -> Ansatz:
        """The circuit on `n` wires: pairs and wires beyond them are left out."""
        return Ansatz(start=_all_within(self.start, n), layer=[_all_within(layer, n) for layer in self.layers])

    def part(self, name: object) -> Elements:
        """The elements of the start, or of a layer.

        Raises:
            ValueError: for another name.
        """
        if name == START:
            return self.start
        return self.layers[checked_whole("the layer", name, 0, len(self.layers) - 1)]

    def with_part(self, name: object, elements: Elements) -> StudioElements:
        """With other elements in one part."""
        self.part(name)
        if name == START:
            return replace(self, start=elements)
        return replace(self, layers=tuple(elements if k == name else own for k, own in enumerate(self.layers)))

    def with_added(self, gate: str, part: object, place: int | None = None) -> StudioElements:
        """With one more element, on all wires or in a brick, at `place`, by default the end.

        Raises:
            ValueError: for an unknown gate or part, or a place that is none.
        """
        kind = ELEMENTS.get(str(gate).upper())
        if kind is None:
            raise ValueError(f"the gate must be one of {PALETTE}, got {gate!r}")
        return self._put(kind(), part, place)

    def without(self, part: object, place: int) -> StudioElements:
        """Without the element at `place`."""
        own = self.part(part)
        place = checked_whole("the element", place, 0, len(own) - 1)
        return self.with_part(part, own[:place] + own[place + 1 :])

    def with_moved(self, part: object, place: int, to: int, to_part: object = None) -> StudioElements:
        """With the element at `place` at place `to` of the same part or another, counted when it is taken out."""
        own = self.part(part)
        place = checked_whole("the element", place, 0, len(own) - 1)
        return self.without(part, place)._put(own[place], part if to_part is None else to_part, to)

    def with_pattern(self, part: object, place: int, pattern: str) -> StudioElements:
        """With another pattern of the pairs of the element at `place`.

        Raises:
            ValueError: for a gate on single wires, or an unknown pattern.
        """
        own = self.part(part)
        place = checked_whole("the element", place, 0, len(own) - 1)
        element = own[place]
        if not isinstance(element, TwoQubits):
            raise ValueError(f"{element.label} acts on single wires and has no pattern of pairs")
        changed = type(element)(checked_pattern(type(element).__name__, pattern))
        return self.with_part(part, (*own[:place], changed, *own[place + 1 :]))

    def with_pair_toggled(self, gate: str, pair: Pair) -> StudioElements:
        """With one more gate on one pair of wires at the end of each layer, or without the last such."""
        one = ELEMENTS[gate]((pair,))
        layers = []
        for own in self.layers:
            if one in own:
                last = len(own) - 1 - own[::-1].index(one)
                layers.append(own[:last] + own[last + 1 :])
            else:
                layers.append((*own, one))
        return replace(self, layers=tuple(layers))

    def with_hadamards(self, on: bool) -> StudioElements:
        """With Hadamards on all wires as the first of the start, or without."""
        rest = self.start[1:] if self.start[:1] == (H(),) else self.start
        return replace(self, start=(H(), *rest) if on else rest)

    def to_json(self) -> dict[str, list[Any]]:
        """What the page shows of each element: its gate, its label, and its pattern if it is one of the palette's."""
        return {"start": _shown(self.start), "layers": [_shown(layer) for layer in self.layers]}

    def _put(self, element: Element, part: object, place: int | None) -> StudioElements:
        own = self.part(part)
        place = len(own) if place is None else checked_whole("the place", place, 0, len(own))
        return self.with_part(part, (*own[:place], element, *own[place:]))


def _all_within(elements: Elements, n: int) -> list[Element]:
    return [each for each in (_within(element, n) for element in elements) if each is not None]


def _within(element: Element, n: int) -> Element | None:
    """The element on the wires that there are; None if nothing of it is left."""
    if isinstance(element, OneQubit) and element.wires is not None:
        wires = tuple(wire for wire in element.wires if wire < n)
        return type(element)(wires) if wires else None
    if isinstance(element, TwoQubits) and isinstance(element.pattern, tuple):
        pairs = tuple(pair for pair in element.pattern if max(pair) < n)
        return type(element)(pairs) if pairs else None
    return element


def _shown(elements: Elements) -> list[dict[str, Any]]:
    return [
        {
            "gate": type(each).__name__,
            "label": each.label,
            "pairs": isinstance(each, TwoQubits),
            "pattern": each.pattern if isinstance(each, TwoQubits) and isinstance(each.pattern, str) else None,
        }
        for each in elements
    ]
