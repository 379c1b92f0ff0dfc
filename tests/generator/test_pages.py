"""The pages on generators and search do what they show."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.helpers import ROOT


@pytest.mark.slow
@pytest.mark.parametrize("name", ["generators", "search"])
def test_every_block_of_a_page_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        exec(block, names)
    printed = capsys.readouterr().out
    if name == "generators":
        assert "17 qubits × 15 layers → 108,866 weights\n286 numbers generate them: 255 angles" in printed
        assert "24 qubits × 4 layers → 11,689,512 weights" in printed
        assert "4,355 other parameters 195 of them trained" in printed
    else:
        assert len(names["model"].search.derive().layers) <= 3
        assert names["retrained"].search.candidates == (names["circuit"],)
