"""Settings read from texts, as `--set` and `--where` take them."""

from __future__ import annotations

import json

import pytest

from qtkit import Ansatz
from qtkit.runs.options import read_values
from qtkit.runs.status import make_matcher
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.series.settings import SeriesSettings

SPELLINGS = [
    ("centre=False", "centre", False),
    ("centre=false", "centre", False),
    ("learning-rate=1e-2", "learning_rate", 0.01),
    ("learning_rate=.01", "learning_rate", 0.01),
    ("candidates=2,5", "candidates", (2, 5)),
    ("candidates=[2,5]", "candidates", (2, 5)),
    ("candidates=2-4", "candidates", (2, 3, 4)),
    ("classes=5/7", "classes", (5, 7)),
    ("pixels=0..1", "pixels", "0..1"),
    ('weighting="softmax"', "weighting", "softmax"),
    ("train_limit=None", "train_limit", None),
    ("train_limit=null", "train_limit", None),
    ("epochs = 3", "epochs", 3),
    ("data_dir=a=b", "data_dir", "a=b"),
]


@pytest.mark.parametrize(("text", "name", "value"), SPELLINGS)
def test_a_value_is_read_in_every_spelling(text: str, name: str, value: object) -> None:
    ((read, found),) = read_values(ImageSettings, [text])
    assert read == name
    assert getattr(ImageSettings(**{read: found}), name) == value


@pytest.mark.parametrize(("text", "name", "value"), SPELLINGS)
def test_runs_are_matched_by_value(text: str, name: str, value: object) -> None:
    assert make_matcher([text], ImageSettings)(ImageSettings(**{name: value}))
    others = {"centre": True, "train_limit": 3, "data_dir": None, "epochs": 4}
    other = ImageSettings(**{name: others[name]}) if name in others else ImageSettings()
    assert not make_matcher([text], ImageSettings)(other)


def test_all_conditions_must_hold() -> None:
    both = make_matcher(["epochs=2", "depth=1"], ImageSettings)
    assert both(ImageSettings(epochs=2, depth=1)) and not both(ImageSettings(epochs=2))
    assert not make_matcher(["epochs=2", "epochs=3"], ImageSettings)(ImageSettings(epochs=2))
    assert make_matcher([], ImageSettings)(ImageSettings())


def test_circuits_of_ones_own() -> None:
    own = {"hadamard": True, "entangler": [[0, 1]], "rotation": "ry"}
    settings = SeriesSettings(candidates=(2, Ansatz(entangler=((0, 1),))))
    assert make_matcher([f"candidates={json.dumps([2, own])}"], SeriesSettings)(settings)


def test_circuits_by_any_of_their_words() -> None:
    ring = {"hadamard": False, "entangler": "Ring", "rotation": ["RX", "ry"]}
    settings = SeriesSettings(candidates=(Ansatz(False, "cyc", ("rx", "ry")),))
    assert make_matcher([f"candidates={json.dumps([ring])}"], SeriesSettings)(settings)
    assert not make_matcher([f"candidates={json.dumps([ring | {'entangler': 'brick'}])}"], SeriesSettings)(settings)


def test_a_value_is_read_by_the_name_it_had_before() -> None:
    assert read_values(ImageSettings, ["probability=centred"]) == [("probability", "scaled")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs", "a setting is given as NAME=VALUE, such as epochs=3; got 'epochs'"),
        ("=3", "a setting is given as NAME=VALUE, such as epochs=3; got '=3'"),
        ("epoks=3", "'epoks' is no setting of ImageSettings; there are .*'epochs'"),
        ("epochs=1.5", "epochs=1.5: '1.5' is not a valid integer"),
        ("epochs=None", "epochs=None: 'None' is not a valid integer"),
        ("centre=maybe", "centre=maybe: 'maybe' is not a valid boolean"),
        ("pixels=9", "pixels=9: '9' is not one of '-1..1', '0..1'"),
        ("candidates=2,x", "candidates=2,x: '2,x' is not a list of whole numbers such as 1,5 or 2,5,8-11"),
        ("candidates=[2,", r"candidates=\[2, is not JSON"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    for read in (read_values, lambda kind, texts: make_matcher(texts, kind)):
        with pytest.raises(ValueError, match=message):
            read(ImageSettings, [text])


def test_a_plan_takes_what_the_command_line_takes() -> None:
    changed = PLANS["table2"].runs([0], ["candidates=2,5", "centre=False", "predictions=none"])
    assert {(each.candidates, each.centre) for each in changed} == {(of, False) for of in ((2, 5), (2,), (5,))}
    assert len(set(changed)) == 5 * 3
    searches = make_matcher(["candidates=2,5", "centre=no"], SeriesSettings)
    assert [searches(each) for each in changed] == [True, False, False] * 5
    assert GridworldSettings(seed=0) in PLANS["gridworld"].runs([0], ["run_as=interleaved"])
