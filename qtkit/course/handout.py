"""Whether a folder is a handout, over which no course is copied: the notebooks that `qtkit handout` makes say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MARK = "handout"
"""The name, below `qtkit` in a notebook's metadata, of the kind of handout that it is part of."""


def is_handout(folder: Path) -> bool:
    """Whether there is a notebook of a handout in `folder/notebooks`."""
    return any(_kind(path) for path in sorted((folder / "notebooks").glob("*.ipynb")))


def marked(metadata: dict[str, Any], kind: str) -> dict[str, Any]:
    """The metadata of a notebook that is part of a handout of this kind."""
    return {**metadata, "qtkit": {MARK: kind}}


def _kind(path: Path) -> str | None:
    try:
        kind = json.loads(path.read_bytes())["metadata"]["qtkit"][MARK]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):  # no notebook, or none of a handout
        return None
    return kind if isinstance(kind, str) else None
