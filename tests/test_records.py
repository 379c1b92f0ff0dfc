from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit import records as qr
from qtkit.records import WEIGHT
from qtkit.tasks.images.settings import ImageSettings
from tests.panels.fake_training import FakeTraining

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


@pytest.mark.slow
def test_names_go_on_after_z() -> None:
    many = [Ansatz(entangler=((0, k),)) for k in range(1, 704)]
    names = [qr.candidate_name(c, many) for c in many]
    assert [names[k] for k in (0, 25, 26, 27, 51, 52, 701, 702)] == ["A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]
    assert len(set(names)) == len(many)
    assert WEIGHT.fullmatch("wAB") and not WEIGHT.fullmatch("w[")


def test_two_networks_and_the_episodes_that_ended() -> None:
    @dataclass
    class Round:
        step: int
        entropy: float | None
        returns: tuple[float, ...]
        lengths: tuple[int, ...]
        weights: tuple[float, ...]
        value_weights: tuple[float, ...]

    rounds = [Round(0, None, (), (), (0.5, 0.5), (0.5, 0.5)), Round(2, 1.9, (0.9, 0.0), (5, 100), (0.6, 0.4), (1, 0))]
    table = qr.frame(rounds, [CANDIDATES[4], OWN])
    assert {"w5", "wA", "v5", "vA"} < set(table) and not {"weights", "value_weights"} & set(table)
    assert table[["w5", "vA"]].iloc[1].tolist() == [0.6, 0]
    assert table["returns"].iloc[1] == (0.9, 0.0)
    assert table["mean_return"].isna().tolist() == [True, False]
    assert (table["mean_return"].iloc[1], table["mean_length"].iloc[1]) == (0.45, 52.5)
    assert table["entropy"].dtype == "float64"
