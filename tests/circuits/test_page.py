"""The page on circuits does what it shows."""

from __future__ import annotations

import re
from typing import Any

from tests.helpers import ROOT


def test_the_page_does_what_it_shows(capsys):
    text = (ROOT / "docs" / "circuits.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    assert capsys.readouterr().out.splitlines() == [
        "H, CZ ring, U3 12",
        "torch.Size([3, 15])",
        "torch.Size([5, 2])",
    ]
    assert names["model"].weights().shape == (108_866,)
