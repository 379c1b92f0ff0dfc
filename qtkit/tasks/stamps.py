"""`file_stamp`: which file data come from, and of which moment; loaded data are kept only while it is the same.

A stamp looks at name, size and time, not at the content; what identifies a run is the content.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path


def file_stamp(path: Path) -> Hashable:
    """The absolute path of a file, and its time of change in ns and size in bytes if it is there."""
    path = path.expanduser().absolute()
    try:
        about = path.stat()
    except OSError:
        return str(path)
    return str(path), about.st_mtime_ns, about.st_size
