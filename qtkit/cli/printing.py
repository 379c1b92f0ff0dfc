"""`print_anything`: no character ends a command because the output cannot show it."""

from __future__ import annotations

import sys


def print_anything() -> None:
    """From now on, print `?` for characters that the output's encoding lacks, such as that of a pipe on Windows.

    The output for errors does without: Python lets it print anything.
    """
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # a notebook's output has none
    if reconfigure and getattr(sys.stdout, "errors", None) in ("strict", "surrogateescape"):
        reconfigure(errors="replace")
