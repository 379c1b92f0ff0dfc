"""Random input for property tests."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

from qtkit import Ansatz


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
