"""`load_classes`: any number of classes of MNIST or FashionMNIST, for tasks of one's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from qtkit.tasks.images.data import read_arrays
from qtkit.tasks.images.folders import Arrays
from qtkit.tasks.images.settings import ImageSettings

Part = tuple[Tensor, Tensor]


def load_classes(
    dataset: str = "mnist",
    classes: Sequence[int] = range(10),
    *,
    source: str = "auto",
    data_dir: str | None = None,
    train_limit: int | None = None,
    test_limit: int | None = None,
) -> tuple[Part, Part]:
    """Images and labels for training and for testing, as a `Task` takes them.

    Arguments:
        dataset, source, data_dir, train_limit, test_limit: as the settings of the same names, see `ImageSettings`.
        classes: which; label k is the k-th of them.

    Returns:
        `((images, labels), (images, labels))`: float32 `(N, 784)` from -1 to 1, and int64 `(N,)`.

    Raises:
        FileNotFoundError: if files are missing, or a download fails.
        ValueError: for settings that are not possible, classes that are not there or twice, or a damaged file.
    """
    asked = ImageSettings(
        dataset=dataset, source=source, data_dir=data_dir, train_limit=train_limit, test_limit=test_limit
    )
    arrays, where, _ = read_arrays(asked)
    wanted = list(classes)
    there = sorted(set(arrays[1].tolist()))
    if len(wanted) < 2 or len(set(wanted)) < len(wanted) or not set(wanted) <= set(there):
        raise ValueError(f"classes must be two or more different ones of {there} ({where}), got {wanted}")
    return _chosen(arrays, 0, wanted, train_limit), _chosen(arrays, 2, wanted, test_limit)


def _chosen(arrays: Arrays, place: int, wanted: Sequence[int], limit: int | None) -> Part:
    """Those images of a part that are of the classes, and their labels."""
    images, labels = arrays[place], arrays[place + 1]
    rows = np.flatnonzero(np.isin(labels, wanted))[:limit]
    pixels = torch.from_numpy(images[rows].reshape(len(rows), -1)).to(torch.float32) / 127.5 - 1  # (N, 784)
    order = {label: k for k, label in enumerate(wanted)}
    return pixels, torch.tensor([order[label] for label in labels[rows].tolist()], dtype=torch.int64)
