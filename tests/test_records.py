from __future__ import annotations

import math

import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit import records as qr
from qtkit.tasks.image_settings import ImageSettings
from tests.fake_training import FakeTraining

OWN = Ansatz(entangler=((0, 1),))


def test_a_row_a_record_and_a_column_a_weight() -> None:
    table = qr.frame(FakeTraining(ImageSettings(), n_steps=10))
    assert len(table) == 11
    assert [c for c in table if c.startswith("w")] == [f"w{i}" for i in range(1, 13)]
    assert table["w5"].iloc[-1] == pytest.approx(1 / 12 + 0.1)
    assert math.isnan(table["loss"].iloc[0])
    assert table["test_accuracy"].notna().sum() == 2


def test_records_without_weights_have_no_such_columns() -> None:
    table = qr.frame(FakeTraining(ImageSettings(model="mapping"), n_steps=2), ())
    assert not [c for c in table if c.startswith("w")]
    assert qr.frame([]).empty


def test_names_of_candidates() -> None:
    mixed = [CANDIDATES[4], OWN, Ansatz(rotation=("rx", "rz"))]
    assert [qr.candidate_name(c, mixed) for c in mixed] == ["5", "A", "B"]
