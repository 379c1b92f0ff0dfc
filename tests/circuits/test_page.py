"""The page on circuits does what it shows."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.helpers import ROOT


@pytest.mark.slow
def test_the_page_does_what_it_shows(capsys):
    text = (ROOT / "docs" / "circuits.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(code, names)
    assert capsys.readouterr().out.splitlines() == [
        "H, CZ ring, U3 12",
        "torch.Size([3, 15])",
        "torch.Size([5, 2])",
        "H, CZ ring, U3 torch.Size([3, 12])",
        "H, CZ brick, RX (('θ[0]', 'θ[1]', 'θ[2]'),)",
        "[[0.1, 0.2, 0.3]]",
    ]
    assert names["model"].weights().shape == (108_866,)
    assert names["picture"].startswith("<svg")
    assert names["figure"].axes
