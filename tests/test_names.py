"""Names that several rooms share."""

from __future__ import annotations

import pytest

from qtkit import Ansatz
from qtkit.circuits import RY, SWAP
from qtkit.circuits.svg import circuit_svg
from qtkit.names import counted


@pytest.mark.parametrize(("count", "told"), [(0, "0 layers"), (1, "1 layer"), (2, "2 layers"), (1_781, "1,781 layers")])
def test_one_has_no_s(count: int, told: str) -> None:
    assert counted(count, "layer") == told


def test_labels_of_circuits_count_so() -> None:
    assert Ansatz(start=[], layer=[SWAP([(0, 1)]), RY()]).label == "1 SWAP, RY"
    assert Ansatz(start=[], layer=[SWAP([(0, 1), (1, 2)]), RY()]).label == "2 SWAPs, RY"
    assert "1 qubit, 1 layer" in circuit_svg(Ansatz(True, (), "ry"), 1, 1)
