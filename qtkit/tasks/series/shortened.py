"""What a message repeats of the input: enough to recognise it, never thousands of characters."""

from __future__ import annotations

import reprlib
from typing import Any

_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 60
_REPR.maxlist = 12


def shortened(value: Any) -> str:
    """The `repr` of `value`, its middle left out where it is long."""
    return _REPR.repr(value)
