"""The words for a circuit's parts: names of entanglers and rotations, and what else they are called."""

from __future__ import annotations

from typing import Any, Literal, get_args

Entangler = Literal["ent", "cyc"]
ENTANGLERS: tuple[Entangler, ...] = get_args(Entangler)
"""The names of Table I, in its order: a brick and a ring of CNOTs."""

Rotation = Literal["rx", "ry", "rz"]
ROTATIONS: tuple[Rotation, ...] = get_args(Rotation)

ENTANGLER_WORDS: dict[str, Entangler] = {**{name: name for name in ENTANGLERS}, "brick": "ent", "ring": "cyc"}
"""Every word for an entangler, to its name."""


def read_entangler(word: Any) -> Entangler | None:
    """The name of an entangler given by any of its words, in small or capital letters; None for no such word."""
    return ENTANGLER_WORDS.get(word.lower()) if isinstance(word, str) else None


def read_rotation(word: Any) -> Rotation | None:
    """The name of a rotation given in small or capital letters; None for no such word."""
    return next((name for name in ROTATIONS if isinstance(word, str) and word.lower() == name), None)
