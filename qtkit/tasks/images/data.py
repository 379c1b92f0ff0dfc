"""Pairs of MNIST or FashionMNIST classes: official files, a download, or the sample that comes with the package."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qtkit.tasks.images.download import download
from qtkit.tasks.images.folders import FOLDERS, PARTS, Arrays, missing_parts, read_folder
from qtkit.tasks.stamps import file_stamp

if TYPE_CHECKING:
    from qtkit.tasks.images.settings import ImageSettings

PIXELS = 28 * 28

SAMPLE_TEST_SHARE = 490 / 1990  # of the MNIST sample, which holds training images only


@dataclass(frozen=True, eq=False)
class ImagePair:
    """Two classes of images, for training and for testing.

    Attributes:
        train_images, test_images: float32 `(N, 784)`, scaled to the range asked for.
        train_labels, test_labels: int64 `(N,)`: 0 for the first class, 1 for the second.
        source: in words, where the images come from.
        official: whether these are the official files, complete and unchanged.

    Raises:
        ValueError: for other shapes, types or labels, or no images.
    """

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    source: str
    official: bool

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            images, labels = getattr(self, f"{part}_images"), getattr(self, f"{part}_labels")
            if images.ndim != 2 or images.shape[1] != PIXELS or not len(images) or images.dtype != torch.float32:
                raise ValueError(
                    f"{part}_images must be float32 of shape (N, {PIXELS}) with N >= 1, "
                    f"got {images.dtype} of shape {tuple(images.shape)}"
                )
            if labels.shape != images.shape[:1] or labels.dtype != torch.int64:
                raise ValueError(
                    f"{part}_labels must be int64 of shape ({len(images)},), "
                    f"got {labels.dtype} of shape {tuple(labels.shape)}"
                )
            if not ((labels == 0) | (labels == 1)).all():
                raise ValueError(f"{part}_labels must be 0 or 1, got {labels.unique().tolist()}")


def load_pair(settings: ImageSettings) -> ImagePair:
    """The images that `settings` ask for.

    Where they come from is `settings.source`:

    - `"auto"`: the first of: the folder named by `settings.data_dir`, or else by the environment's `QTKIT_DATA` (a
      folder that is named must hold the data); an earlier download in `./data` or in qtkit's cache folder; the sample.
    - `"folder"`: the named folder and nothing else.
    - `"download"`: torchvision's download, into the named folder or else into qtkit's cache folder; files that are
      there and sound are kept, damaged ones replaced. Nothing is ever downloaded unless this is asked for.
    - `"sample"`: real images that come with qtkit. MNIST: 1,990 digits 1 and 5, all from the official training set,
      split here into 1,500 for training and 490 for testing: of each class, the last quarter (by its place in the
      official set) is for testing. FashionMNIST: 1,000 training and 400 test images of each of the classes 1, 5, 7.

    Raises:
        FileNotFoundError: if files are missing, or a download fails.
        ValueError: if a file is damaged (in qtkit's cache, by its checksum, too), if the source lacks a class, or if
            `settings.scale` is `"paper"` and the data are not the complete official ones.
    """
    arrays, source, official = read_arrays(settings)
    return _finish(settings, arrays, source, official=official)


def read_arrays(settings: ImageSettings) -> tuple[Arrays, str, bool]:
    """All images and labels of the source that `settings` name, where they come from, and whether they are official.

    Raises:
        FileNotFoundError, ValueError: as `load_pair` does for files.
    """
    if settings.source == "sample":
        return _sample(settings)
    cache = cache_folder()
    folder, where = named_folder(settings), "the folder named by " + ("data_dir" if settings.data_dir else "QTKIT_DATA")
    if settings.source == "folder" and folder is None:
        raise ValueError("source='folder' needs data_dir, or the environment variable QTKIT_DATA, to name the folder")
    if settings.source == "download":
        folder, where = (folder, where) if folder else (cache, "downloaded")
        download(settings.dataset, folder, ours=folder == cache)
    elif folder is None:
        earlier = (place for place in (Path("data"), cache) if not missing_parts(settings.dataset, place))
        folder, where = next(earlier, None), "an earlier download"
        if folder is None:
            return _sample(settings)
    arrays, official = read_folder(settings.dataset, folder, ours=folder == cache)
    name = FOLDERS[settings.dataset]
    source = f"the official {name} ({where})" if official else f"a {name} that is not the official one ({where})"
    return arrays, source, official


def named_folder(settings: ImageSettings) -> Path | None:
    """The data folder named by the settings or by `QTKIT_DATA`, if any."""
    name = settings.data_dir or os.environ.get("QTKIT_DATA")
    return Path(name).expanduser() if name else None


def cache_folder() -> Path:
    """Where qtkit puts downloads: `$XDG_CACHE_HOME/qtkit`, or `~/.cache/qtkit`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "qtkit"


def image_stamp(settings: ImageSettings) -> Hashable:
    """That of the images in every folder that may be used, packed or not; None for the sample."""
    if settings.source == "sample":
        return None
    named = named_folder(settings)
    folders = [named] if named else [Path("data"), cache_folder()]
    names = [f"{part}{ending}" for part in PARTS for ending in ("", ".gz")]
    return tuple(file_stamp(folder / FOLDERS[settings.dataset] / "raw" / name) for folder in folders for name in names)


def check_scale(settings: ImageSettings, data: ImagePair) -> None:
    """ValueError if the settings claim the paper's scale and the data are not the complete official ones."""
    if settings.scale == "paper" and not data.official:
        name = FOLDERS[settings.dataset]
        raise ValueError(
            f"scale='paper' needs the official {name}, and this is: {data.source}. To get it, use source='download' "
            "once, or let data_dir (or QTKIT_DATA) name a folder in torchvision's layout, "
            f"FOLDER/{name}/raw/{PARTS[0]} and so on"
        )


def _finish(settings: ImageSettings, arrays: Arrays, source: str, *, official: bool) -> ImagePair:
    """The two classes out of `arrays`, scaled and cut to the settings' limits."""
    train_x, train_y, test_x, test_y = arrays
    train = _select(train_x, train_y, settings, settings.train_limit, source)
    test = _select(test_x, test_y, settings, settings.test_limit, source)
    pair = ImagePair(*train, *test, source=source, official=official)
    check_scale(settings, pair)
    return pair


def _select(
    images: NDArray[np.uint8], labels: NDArray[np.integer], settings: ImageSettings, limit: int | None, source: str
) -> tuple[Tensor, Tensor]:
    for wanted in settings.classes:
        if wanted not in labels:
            there = sorted(set(labels.tolist()))
            raise ValueError(f"class {wanted} is not among the classes {there} of this data ({source})")
    rows = np.flatnonzero(np.isin(labels, settings.classes))[:limit]
    pixels = torch.from_numpy(images[rows].reshape(len(rows), -1)).to(torch.float32) / 255  # (N, 784)
    if settings.pixels == "-1..1":
        pixels = 2 * pixels - 1
    return pixels, torch.from_numpy((labels[rows] == settings.classes[1]).astype(np.int64))


def _sample(settings: ImageSettings) -> tuple[Arrays, str, bool]:
    if settings.dataset == "mnist":
        source = "the sample in qtkit: 1,990 real MNIST digits 1 and 5 (1,500 train, 490 test)"
    else:
        source = "the sample in qtkit: real FashionMNIST images of classes 1, 5, 7 (1,000 train, 400 test each)"
    return _read_sample(settings), source, False


def _read_sample(settings: ImageSettings) -> Arrays:
    name = {"mnist": "mnist_1_5_sample.npz", "fashion": "fashionmnist_1_5_7_sample.npz"}[settings.dataset]
    with resources.as_file(resources.files("qtkit") / "data" / name) as path:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                data = {key: stored[key] for key in stored.files}
        except FileNotFoundError:
            raise FileNotFoundError(f"the sample {path} is missing: install qtkit again") from None
        except Exception as error:  # zipfile, zlib and numpy each have their own for a broken file
            raise ValueError(f"the sample {path} is damaged ({error}): install qtkit again") from error
    if settings.dataset == "fashion":
        return data["x_train"], data["y_train"], data["x_test"], data["y_test"]
    order = np.argsort(data["i_train"])  # the place in the official training set
    images, labels = data["x"][order], data["y"][order]
    is_test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        is_test[rows[len(rows) - round(SAMPLE_TEST_SHARE * len(rows)) :]] = True
    return images[~is_test], labels[~is_test], images[is_test], labels[is_test]
