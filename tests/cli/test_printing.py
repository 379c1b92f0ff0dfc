"""Any output can be printed to, whatever its encoding."""

from __future__ import annotations

import io
import sys

import pytest

from qtkit.cli.printing import print_anything


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_what_the_encoding_lacks_is_a_question_mark(errors: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding="cp1252", errors=errors))
    print_anything()
    print("J₂ · ✓", flush=True)
    assert content.getvalue().decode("cp1252").strip() == "J? · ?"


def test_outputs_of_their_own_kind_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="xmlcharrefreplace")
    for output in (io.StringIO(), kept, None):
        monkeypatch.setattr(sys, "stdout", output)
        print_anything()
    assert kept.errors == "xmlcharrefreplace"
