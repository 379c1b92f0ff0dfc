"""The official images, fetched by torchvision: whole or not at all, and only those that are missing or damaged."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

from qtkit.tasks.images.folders import FOLDERS, PARTS, packed, part_path, read_part


def download(dataset: str, folder: Path, *, ours: bool) -> None:
    """Make `folder` hold the data set, in torchvision's layout; what it fetches is checked by torchvision's checksums.

    Arguments:
        ours: whether only downloads are kept there: whatever is not official is then replaced. In other folders a
            sound file is never replaced.

    Raises:
        FileNotFoundError: if the download fails; `folder` is then as it was.
        ValueError: if official files would come to stand beside others.
    """
    states = {part: _state(dataset, part_path(dataset, folder, part)) for part in PARTS}
    replaced = ("missing", "damaged", "other") if ours else ("missing", "damaged")
    needed = [part for part, state in states.items() if state in replaced]
    if not needed:
        return
    kept = [part for part, state in states.items() if state == "other" and part not in needed]
    if kept:
        path = part_path(dataset, folder, kept[0])
        raise ValueError(
            f"{needed[0]} in {folder} is {states[needed[0]]}, and {path} is not the official file: delete it, too, for "
            "a download never mixes the two"
        )
    existed = folder.is_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".download.", dir=folder) as temporary:
            _fetch(dataset, folder, Path(temporary))
            for part in needed:
                _take(part_path(dataset, Path(temporary), part), part_path(dataset, folder, part))
    except Exception as error:  # of torchvision, urllib, http, gzip and the disk: each has its own
        if not existed:
            with contextlib.suppress(OSError):
                folder.rmdir()
        why = str(error) or type(error).__name__
        raise FileNotFoundError(f"downloading {FOLDERS[dataset]} into {folder} failed: {why}") from error


def _state(dataset: str, path: Path) -> str:
    """Whether a part is "missing", "damaged", "official", or sound and some "other"."""
    if not path.is_file() and not packed(path).is_file():
        return "missing"
    try:
        _, official = read_part(dataset, path)
    except ValueError:
        return "damaged"
    return "official" if official else "other"


def _fetch(dataset: str, folder: Path, temporary: Path) -> None:
    """Let torchvision fetch all into an empty folder; packed files of an earlier download need no second one."""
    import torchvision.datasets  # only here: it takes long to import

    for part in PARTS:
        earlier, copy = (packed(part_path(dataset, place, part)) for place in (folder, temporary))
        if earlier.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(earlier, copy)
    getattr(torchvision.datasets, FOLDERS[dataset])(str(temporary), download=True)


def _take(new: Path, path: Path) -> None:
    """Move a part to its place, packed and unpacked, instead of what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for source, target in ((packed(new), packed(path)), (new, path)):
        if source.is_file():
            source.replace(target)
        elif new.is_file() or packed(new).is_file():
            target.unlink(missing_ok=True)  # the damaged one
