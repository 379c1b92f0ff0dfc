"""Made-up images on disk, as torchvision keeps MNIST."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

FOLDERS = {"mnist": "MNIST", "fashion": "FashionMNIST"}


def idx(array: np.ndarray) -> bytes:
    header = bytes((0, 0, 8, array.ndim)) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.astype(np.uint8).tobytes()


def write_folder(folder: Path, dataset: str = "mnist", *, packed: bool = False, fill: int = 0) -> Path:
    """A tiny data set in torchvision's layout: classes 1, 5, 1, 7 ...; image k has all pixels `k + fill`."""
    raw = folder / FOLDERS[dataset] / "raw"
    raw.mkdir(parents=True)
    for part, count in (("train", 8), ("t10k", 4)):
        images = np.arange(count).reshape(-1, 1, 1) * np.ones((1, 28, 28)) + fill
        for name, array in (("images-idx3", images), ("labels-idx1", np.resize([1, 5, 1, 7], count))):
            path = raw / f"{part}-{name}-ubyte"
            if packed:
                path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                path.write_bytes(idx(array))
    return folder
