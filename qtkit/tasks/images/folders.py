"""A folder in torchvision's layout: its four files, what they hold, and whether they are the official ones."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qtkit.files import sha256_of

FOLDERS = {"mnist": "MNIST", "fashion": "FashionMNIST"}
PARTS = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

# SHA-256 of the official files, unpacked, in the order of PARTS: a folder is called official only if it holds these.
OFFICIAL = {
    "mnist": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
    "fashion": (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}
OFFICIAL_COUNTS = (60_000, 60_000, 10_000, 10_000)

Arrays = tuple[NDArray[np.uint8], NDArray[np.integer], NDArray[np.uint8], NDArray[np.integer]]


def read_folder(dataset: str, folder: Path, *, ours: bool = False) -> tuple[Arrays, bool]:
    """The four arrays in a folder, and whether they are the official ones.

    Arguments:
        ours: whether only downloads are kept there: a file as long as the official one must then be that one.

    Raises:
        FileNotFoundError: if files are missing.
        ValueError: if a file is damaged, or images and labels do not fit each other.
    """
    if missing := missing_parts(dataset, folder):
        raise FileNotFoundError(
            f"no {FOLDERS[dataset]} in {folder}: {missing[0]} is missing"
            + (f", and {len(missing) - 1} more" if len(missing) > 1 else "")
            + "; use source='download' to get it, or source='sample' for the images that come with qtkit"
        )
    arrays, official = [], []
    for k, part in enumerate(PARTS):
        path = part_path(dataset, folder, part)
        array, is_official = read_part(dataset, path)
        if ours and not is_official and len(array) == OFFICIAL_COUNTS[k]:
            raise _damage(_there(path), "its checksum is not that of the official file")
        arrays.append(array)
        official.append(is_official)
    for images, labels, part in ((arrays[0], arrays[1], PARTS[0]), (arrays[2], arrays[3], PARTS[2])):
        if len(images) != len(labels):
            raise ValueError(f"{part} in {folder} holds {len(images):,} images, but there are {len(labels):,} labels")
        if images.shape[1:] != (28, 28):
            raise ValueError(f"{part} in {folder} must hold images of 28 x 28 pixels, got {images.shape[1:]}")
    train_images, train_labels, test_images, test_labels = arrays
    return (train_images, train_labels, test_images, test_labels), all(official)


def part_path(dataset: str, folder: Path, part: str) -> Path:
    """Where a folder has one of `PARTS`; it may also be there packed, with `.gz`."""
    return folder / FOLDERS[dataset] / "raw" / part


def packed(path: Path) -> Path:
    """The packed file of a part."""
    return path.with_name(f"{path.name}.gz")


def missing_parts(dataset: str, folder: Path) -> list[Path]:
    """The files that `folder` lacks, packed and unpacked."""
    paths = [part_path(dataset, folder, part) for part in PARTS]
    return [path for path in paths if not _there(path).is_file()]


def read_part(dataset: str, path: Path) -> tuple[NDArray[np.uint8], bool]:
    """The array of a part at `path`, unpacked or packed, and whether it is the official one.

    Raises:
        ValueError: if the file is damaged.
    """
    content = _content(path)
    array = _idx_array(content, _there(path), dims=3 if "images" in path.name else 1)
    return array, sha256_of(content) == OFFICIAL[dataset][PARTS.index(path.name)]


def _there(path: Path) -> Path:
    """The file that is read: unpacked if it is there."""
    return path if path.is_file() else packed(path)


def _damage(path: Path, why: object) -> ValueError:
    return ValueError(f"{path} is damaged: {why}; delete {path}, then use source='download'")


def _content(path: Path) -> bytes:
    if path.is_file():
        return path.read_bytes()
    try:
        return gzip.decompress(packed(path).read_bytes())
    except Exception as error:  # gzip, zlib and EOFError, according to where it breaks
        raise _damage(packed(path), error) from error


def _idx_array(content: bytes, path: Path, dims: int) -> NDArray[np.uint8]:
    """The uint8 array of an IDX file: two zero bytes, type 8, the number of dimensions, the sizes, the values."""
    header = 4 + 4 * dims
    if not content:
        raise _damage(path, "it is empty")
    if len(content) < header or content[:4] != bytes((0, 0, 8, dims)):
        raise _damage(path, f"it does not start as an IDX file of {dims} dimensions")
    sizes = struct.unpack(f">{dims}I", content[4:header])
    expected = header + int(np.prod(sizes, dtype=np.int64))
    if len(content) != expected:
        raise _damage(path, f"{expected:,} bytes were expected, it has {len(content):,}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(sizes)
