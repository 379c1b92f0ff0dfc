"""Shapes: what has them passes, and what has not is told by its place."""

from __future__ import annotations

import re
from typing import Annotated, Any, NotRequired, TypedDict

import pytest

from qtkit.schema import Amount, Digest, Whole, check_shape


class Part(TypedDict):
    file: Annotated[str, re.compile(r"[a-z]+")]
    rows: Whole


class Thing(TypedDict):
    name: str
    right: bool
    parts: list[Part]
    counts: dict[str, int]
    seconds: Amount
    value: float | None
    any: Any
    digest: NotRequired[Digest]


THING: dict[str, Any] = {
    "name": "a",
    "right": True,
    "parts": [{"file": "a", "rows": 0}, {"file": "b", "rows": 2**63 - 1, "more": 1}],
    "counts": {"a": -1},
    "seconds": 0,
    "value": None,
    "any": [{}],
}


@pytest.mark.parametrize("more", [{}, {"value": 1.5}, {"value": 10**400}, {"digest": "0" * 64}, {"unknown": object()}])
def test_what_has_the_shape_passes(more: dict[str, Any]) -> None:
    check_shape({**THING, **more}, Thing, "x.json")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 1}, "name should be text and is 1"),
        ({"name": None}, "name should be text and is None"),
        ({"right": 1}, "right should be true or false and is 1"),
        ({"parts": {}}, "parts should be a list and is a dictionary of 0"),
        ({"parts": [1]}, r"parts\[0\] should be a dictionary and is 1"),
        ({"parts": [{"file": "a"}]}, r"parts\[0\]\.rows is missing"),
        ({"parts": [{"file": "a", "rows": True}]}, r"parts\[0\]\.rows should be a whole number and is True"),
        ({"parts": [{"file": "a", "rows": 1.0}]}, r"parts\[0\]\.rows should be a whole number and is 1\.0"),
        ({"parts": [{"file": "a", "rows": -1}]}, r"parts\[0\]\.rows cannot be -1"),
        ({"parts": [{"file": "../a", "rows": 1}]}, r"parts\[0\]\.file cannot be '\.\./a'"),
        ({"parts": [{"file": "a\n", "rows": 1}]}, r"parts\[0\]\.file cannot be 'a\\n'"),
        ({"counts": []}, "counts should be a dictionary and is a list of 0"),
        ({"counts": {"b": "1"}}, r"counts\.b should be a whole number and is '1'"),
        ({"seconds": float("nan")}, "seconds should be a number and is nan"),
        ({"seconds": float("inf")}, "seconds should be a number and is inf"),
        ({"seconds": -0.5}, r"seconds cannot be -0\.5"),
        ({"value": "y" * 10_000}, "value should be a number and is 'y{40}'...$"),
        ({"digest": None}, "digest should be text and is None"),
        ({"digest": "0" * 63}, "digest cannot be '0{40}'...$"),
    ],
)
def test_what_has_not_is_told_by_its_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"^x\.json is damaged: {message}"):
        check_shape({**THING, **change}, Thing, "x.json")


@pytest.mark.parametrize("value", [None, [], "a", 1])
def test_what_is_no_dictionary_at_all(value: object) -> None:
    with pytest.raises(ValueError, match=r"^x\.json is damaged: it should be a dictionary"):
        check_shape(value, Thing, "x.json")
