"""Images (section VI.A): settings, data, training, and rulers that need no quantum circuit.

`data` reads pairs of classes, `classes` any number of them, from `folders` in torchvision's layout or a `download`;
`training` learns from them, `rulers` tells what a classical model as small does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.lazy import attach

if TYPE_CHECKING:
    from qtkit.tasks.images.classes import load_classes
    from qtkit.tasks.images.data import ImagePair, load_pair
    from qtkit.tasks.images.rulers import block_accuracy
    from qtkit.tasks.images.settings import ImageSettings
    from qtkit.tasks.images.training import ImageTraining, train

__all__ = ["ImagePair", "ImageSettings", "ImageTraining", "block_accuracy", "load_classes", "load_pair", "train"]

__getattr__, __dir__ = attach(
    __name__,
    {
        "ImagePair": "qtkit.tasks.images.data",
        "load_pair": "qtkit.tasks.images.data",
        "load_classes": "qtkit.tasks.images.classes",
        "block_accuracy": "qtkit.tasks.images.rulers",
        "ImageSettings": "qtkit.tasks.images.settings",
        "ImageTraining": "qtkit.tasks.images.training",
        "train": "qtkit.tasks.images.training",
    },
)
