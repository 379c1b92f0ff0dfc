"""Which files the data of some settings come from, and of which moment: loaded data are kept only while it is the same.

A stamp looks at names, sizes and times, not at the content; what identifies a run is the content.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtkit.tasks.images.settings import ImageSettings
    from qtkit.tasks.series.settings import SeriesSettings


def series_stamp(settings: SeriesSettings) -> Hashable:
    """Of the file of an own series; None for the others."""
    return stamp(Path(settings.file)) if settings.file else None


def image_stamp(settings: ImageSettings) -> Hashable:
    """Of the images in every folder that may be used, packed or not; None for the sample."""
    from qtkit.tasks.images.data import FOLDERS, PARTS, cache_folder, named_folder

    if settings.source == "sample":
        return None
    named = named_folder(settings)
    folders = [named] if named else [Path("data"), cache_folder()]
    names = [f"{part}{ending}" for part in PARTS for ending in ("", ".gz")]
    return tuple(stamp(folder / FOLDERS[settings.dataset] / "raw" / name) for folder in folders for name in names)


def stamp(path: Path) -> Hashable:
    """The absolute path of a file, and its time of change in ns and size in bytes if it is there."""
    path = path.expanduser().absolute()
    try:
        about = path.stat()
    except OSError:
        return str(path)
    return str(path), about.st_mtime_ns, about.st_size
