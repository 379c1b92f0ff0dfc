"""Random input for property tests."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from qtkit import Ansatz
from qtkit.circuits import CNOT, CRX, CRY, CRZ, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, H


@st.composite
def circuits(draw, max_qubits=5, max_depth=4):
    n, depth = draw(st.integers(1, max_qubits)), draw(st.integers(0, max_depth))
    wires = st.integers(0, n - 1)
    pairs = st.tuples(wires, wires).filter(lambda pair: pair[0] != pair[1])
    cnots = st.just(()) if n == 1 else st.lists(pairs, max_size=6).map(tuple)
    rotation = st.one_of(
        st.sampled_from(["rx", "ry", "rz"]), st.lists(st.sampled_from(["rx", "ry", "rz"]), min_size=1, max_size=3)
    )
    ansatz = Ansatz(draw(st.booleans()), draw(st.one_of(st.sampled_from(["ent", "cyc"]), cnots)), draw(rotation))
    angles = torch.empty(depth, n, dtype=torch.float64).uniform_(
        -4, 4, generator=torch.Generator().manual_seed(draw(st.integers(0, 2**30)))
    )
    return ansatz, angles


@st.composite
def circuits_by_elements(draw, max_qubits=6, max_depth=3, simple=False):
    """An `Ansatz` of any gates, n, and angles `(L, A)`; `simple` ones often have a structure."""
    n, depth = draw(st.integers(1, max_qubits)), draw(st.integers(0, max_depth))
    wires = st.integers(0, n - 1)
    some = st.one_of(st.none(), st.lists(wires, min_size=1, max_size=n, unique=True).map(tuple))
    pairs = st.lists(st.tuples(wires, wires).filter(lambda pair: pair[0] != pair[1]), max_size=4).map(tuple)
    words = st.sampled_from(["brick", "ring", "star", "all"])
    patterns = words if n == 1 else st.one_of(words, pairs)
    one = draw(st.sampled_from([[H, RX], [H, RZ, RX], [RY, H], [RX]])) if simple else [H, RX, RY, RZ, U3]
    two = [CNOT, CZ, SWAP, CRX, CRY, CRZ, CU3, RZZ]
    two = draw(st.sampled_from([[CNOT, SWAP], [CNOT, CZ, RZZ, CRZ], [CRX, CNOT]])) if simple else two
    elements = st.one_of(
        st.builds(lambda kind, where: kind(where), st.sampled_from(one), some),
        st.builds(lambda kind, where: kind(where), st.sampled_from(two), patterns),
    )
    fixed = st.one_of(
        st.just(H()),
        st.builds(H, some),
        st.builds(lambda kind, where: kind(where), st.sampled_from([CNOT, CZ, SWAP]), patterns),
    )
    layers = st.lists(st.lists(elements, min_size=1, max_size=4), min_size=1, max_size=2)
    ansatz = Ansatz(start=draw(st.lists(fixed, max_size=2)), layer=draw(layers))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**30)))
    shape = depth, ansatz.angles_per_layer(n)
    return ansatz, n, torch.empty(shape, dtype=torch.float64).uniform_(-4, 4, generator=generator)
