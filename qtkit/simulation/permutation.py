"""A layer of CNOTs as a permutation of the basis states, and as a matrix over the field of two elements.

Bit strings are big-endian: wire 0 is the most significant bit of an index.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from qtkit.circuits.ansatz import CNOT, Ansatz


def wire_mask(wire: int, n_qubits: int) -> int:
    """The index whose only set bit belongs to `wire`."""
    return 1 << (n_qubits - 1 - wire)


@lru_cache(maxsize=64)
def cnot_images(cnots: tuple[CNOT, ...], n_qubits: int) -> np.ndarray:
    """Where each basis state goes under the CNOTs: int32 `(2**n,)`, `|x> -> |images[x]>`."""
    images = np.arange(2**n_qubits, dtype=np.int32)
    for control, target in cnots:
        images ^= ((images >> (n_qubits - 1 - control)) & 1) << (n_qubits - 1 - target)
    images.flags.writeable = False
    return images


@lru_cache(maxsize=64)
def cnot_sources(cnots: tuple[CNOT, ...], n_qubits: int) -> np.ndarray:
    """The inverse of `cnot_images`: int32 `(2**n,)`, new amplitude `x` is old amplitude `sources[x]`."""
    return cnot_images(tuple(reversed(cnots)), n_qubits)  # a CNOT is its own inverse


@lru_cache(maxsize=64)
def parity_masks(ansatz: Ansatz, n_qubits: int, depth: int) -> np.ndarray:
    """The X-string that each angle of an RX circuit rotates about, as an index: int64 `(L, n)`.

    Conjugating by CNOTs maps `X` on wire `q` to a product of `X`s: CNOT acts on the *set bits* of the string as it acts
    on a basis state. Moving every CNOT layer to the start of the circuit therefore turns the rotation of layer `l`
    (counted from 0) about `X_q` into one about `U^(L-1-l) X_q U^-(L-1-l)`, `U` being one CNOT layer. All of these
    commute, and the CNOTs left at the start do nothing to `|0...0>`.

    Seen from the end of the circuit: rotations of the last layer are plain `X_q`, those of the layer before are pushed
    through one CNOT layer, and so on.
    """
    images = cnot_images(ansatz.cnots(n_qubits), n_qubits)
    masks = np.empty((depth, n_qubits), dtype=np.int64)
    current = np.array([wire_mask(q, n_qubits) for q in range(n_qubits)], dtype=np.int64)
    for layer in reversed(range(depth)):
        masks[layer] = current
        current = images[current].astype(np.int64)
    masks.flags.writeable = False
    return masks
