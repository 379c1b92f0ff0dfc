"""How many state vectors the compiled kernels work with: what is allocated, and what `memory_estimate` tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from qtkit.simulation.structure import Structure

KEEP_BYTES = 2**26
"""States of a circuit's layers that are kept for the backward pass; where they are more, they are computed again."""


@dataclass(frozen=True)
class Room:
    """Real vectors of a state's length.

    Attributes:
        kept: of each circuit, from its forward pass to its backward pass.
        work: beside these, of each thread that is at a backward pass.
    """

    kept: int
    work: int


def room_of(structure: Structure, depth: int, state_bytes: int, *, keep: bool) -> Room:
    """The room of a circuit that depends on angles, for vectors of so many bytes; with `keep` there will be a gradient.

    A real circuit keeps the state after each layer, as long as that is at most `KEEP_BYTES`, or else the last one; a
    complex one real and imaginary parts, the start state's too; an IQP circuit a cosine and a sine with their
    transforms.
    """
    if structure is Structure.REAL:
        if keep and depth * state_bytes <= KEEP_BYTES:
            return Room(depth, 2)
        return Room(min(2, depth), 4)
    if structure is Structure.COMPLEX:
        return Room(2 * (depth + 1 if keep else 2), 4)
    return Room(4, 2)


def room_of_steps(*, is_real: bool) -> Room:
    """The room of a circuit of any gates: it keeps its last state, and undoes state and cotangent with one to spare."""
    parts = 1 if is_real else 2
    return Room(parts, 3 * parts)
