"""What an `Ansatz` is given, in words or by elements, as it keeps it."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from qtkit.circuits.elements import ANGLES, CNOT, Element, H, Operation, checked_elements
from qtkit.circuits.patterns import Pair
from qtkit.circuits.words import ENTANGLER_WORDS, ROTATIONS, read_entangler, read_rotation

Layer = tuple[Element, ...]


def place_elements(elements: Iterable[Element], n: int) -> tuple[Operation, ...]:
    """The gates of elements that act one after the other, their angles in one row."""
    found: list[Operation] = []
    angle = 0
    for element in elements:
        found += element.operations(n, angle)
        angle += element.count_angles(n)
    return tuple(found)


def checked_layers(layer: Any) -> tuple[Layer, ...]:
    """The elements of a layer, or of several that are used in turn; ValueError for what is none."""
    if layer is None:
        raise ValueError("a circuit by elements needs a layer, such as layer=[CZ('ring'), U3()]")
    if not isinstance(layer, Element | str) and isinstance(layer, Iterable):
        layer = tuple(layer)
        nested = [not isinstance(item, Element | str | type) and isinstance(item, Iterable) for item in layer]
        if nested and all(nested):
            layers = tuple(checked_elements(f"layer {k}", item) for k, item in enumerate(layer))
        else:
            layers = (checked_elements("layer", layer),)
    else:
        layers = (checked_elements("layer", layer),)
    if not all(layers):
        raise ValueError("a layer is empty; at least one element is needed")
    return layers[:1] if len(set(layers)) == 1 else layers


def checked_start(start: Any) -> Layer:
    """The elements of a start; ValueError for what is none, or has angles."""
    elements = () if start is None else checked_elements("start", start)
    for element in elements:
        if ANGLES[element.gate]:
            raise ValueError(f"start acts once and has no angles: {element!r} belongs to the layer")
    return elements


def words_for(start: Layer, layers: tuple[Layer, ...]) -> tuple[bool, str | tuple[Pair, ...], Any] | None:
    """The words that say the same, or None: Hadamards or none, the same CNOTs in each layer, a rotation on all."""
    if start not in ((), (H(),)):
        return None
    rotations = [read_rotation(layer[-1].gate) if layer[-1] == type(layer[-1])() else None for layer in layers]
    cnots = {layer[:-1] for layer in layers}
    if None in rotations or len(cnots) > 1:
        return None
    patterns = [element.pattern for element in next(iter(cnots)) if isinstance(element, CNOT)]
    if len(patterns) < len(next(iter(cnots))):
        return None
    entangler: str | tuple[Pair, ...]
    if len(patterns) == 1 and isinstance(patterns[0], str):
        name = read_entangler(patterns[0])
        if name is None:
            return None
        entangler = name
    elif all(isinstance(pattern, tuple) for pattern in patterns):
        entangler = tuple(pair for pattern in patterns if isinstance(pattern, tuple) for pair in pattern)
    else:
        return None
    return bool(start), entangler, checked_rotation(tuple(rotations))


def checked_entangler(entangler: Any) -> str | tuple[Pair, ...]:
    """The name of an entangler, or its pairs; ValueError for what is none."""
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


def checked_rotation(rotation: Any) -> str | tuple[str, ...]:
    """The name of a rotation, or several; ValueError for what is none."""
    words = (rotation,) if isinstance(rotation, str) or not isinstance(rotation, Iterable) else tuple(rotation)
    names = tuple(name for name in map(read_rotation, words) if name is not None)
    if not names or len(names) < len(words):
        raise ValueError(
            f"rotation must be one of {ROTATIONS}, in small or capital letters, or a tuple of them, one per layer, "
            f"got {rotation!r}"
        )
    return names[0] if len(set(names)) == 1 else names
