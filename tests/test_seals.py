"""Sealed files: what was written comes back, and what was not is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from qtkit.seals import FORMAT, NewerFormatError, canonical, check_seal, digest, read_sealed, seal, write_sealed


def test_round_trip(tmp_path: Path) -> None:
    write_sealed(tmp_path / "a.json", {"ä": [1, 2.5, None], "format": 1})
    write_sealed(tmp_path / "b.json", {"ä": [1, 2.5, None]})
    assert read_sealed(tmp_path / "a.json") == {"format": 1, "ä": [1, 2.5, None]}
    assert read_sealed(tmp_path / "b.json") == {"format": FORMAT, "ä": [1, 2.5, None]}


def test_one_spelling() -> None:
    assert canonical({"b": 1, "a": "ö"}) == '{"a":"ö","b":1}'.encode()
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    assert digest([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"  # sha256sum of "[]"
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(math.nan)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"a": 2}, ValueError, r"x\.json is damaged or was edited"),
        ({"more": 1}, ValueError, r"x\.json is damaged or was edited"),
        ({"seal": None}, ValueError, r"x\.json is damaged: it has no seal"),
        ({"format": None}, ValueError, r"x\.json is damaged: it names no format"),
        ({"format": "1"}, ValueError, r"x\.json is damaged: it names no format"),
        (
            {"format": FORMAT + 1},
            NewerFormatError,
            rf"newer qtkit \(format {FORMAT + 1}; .* up to {FORMAT}\)",
        ),
    ],
)
def test_what_is_not_as_it_was_written(
    tmp_path: Path, change: dict[str, object], error: type[ValueError], message: str
) -> None:
    path = tmp_path / "x.json"
    write_sealed(path, {"a": 1})
    value = {**json.loads(path.read_text()), **change}
    path.write_text(json.dumps({name: item for name, item in value.items() if item is not None}))
    with pytest.raises(error, match=message):
        read_sealed(path)


def test_a_seal_counts_all_else() -> None:
    assert check_seal(seal({"a": 1}), "x") == {"a": 1}
    for value in ([], None, "seal", {"a": 1}):
        with pytest.raises(ValueError, match="x is damaged: it has no seal"):
            check_seal(value, "x")
