"""`ImageSettings`: everything that decides what an image run gives."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qtkit.checks import checked_whole_or_none
from qtkit.choices import ACTIVATION_NAMES
from qtkit.tasks.settings import MODEL_CHOICES, EpochSettings

CHOICES: Mapping[str, tuple[str, ...]] = {
    "dataset": ("mnist", "fashion"),
    "activation": ACTIVATION_NAMES,
    "pixels": ("-1..1", "0..1"),
    "source": ("auto", "folder", "download", "sample"),
    "scale": ("any", "paper"),
    **MODEL_CHOICES,
}
"""The values each of these settings may have, the default first unless the class says otherwise."""


@dataclass(frozen=True)
class ImageSettings(EpochSettings):
    """The settings of one image run: two classes of MNIST or FashionMNIST told apart by a generated network.

    The defaults are section VI.A of the paper where it speaks; where it does not, they are the choices that were
    measured to learn from each of five seeds: tanh, pixels -1..1, a mapping that starts small, and generated weights
    whose mean is taken off (`centre`). Without the last, equation 4 stands as it is written, and one of three seeds
    never leaves chance (`results/images/mnist-1-5.parquet`): all units are saturated. Settings that all tasks share,
    such as `model`, `candidates` and `seed`, are described in `RunSettings`.

    Raises:
        ValueError: for a value that is not possible, with what came and what was expected.
    """

    choices: ClassVar[Mapping[str, tuple[str, ...]]] = CHOICES

    dataset: str = "mnist"
    """`"mnist"` (handwritten digits) or `"fashion"` (FashionMNIST, clothes)."""
    classes: tuple[int, int] = (1, 5)
    """The two classes, 0..9; the first is label 0, the second label 1."""
    depth: int = 15
    learning_rate: float = 1e-3
    """Adam's."""
    mapping_scale: float = 0.3
    centre: bool = True
    activation: str = "tanh"
    """After the network's two hidden layers, see `ImageMLP`."""
    pixels: str = "-1..1"
    """The range the pixels are scaled to: `"-1..1"` or `"0..1"`."""
    batch_size: int = 100
    source: str = "auto"
    """Where the images come from, see `qtkit.tasks.images.data.load_pair`."""
    data_dir: str | None = None
    """A folder in torchvision's layout; without it the environment's `QTKIT_DATA`."""
    scale: str = "any"
    """`"paper"` refuses anything but the complete official data."""
    train_limit: int | None = None
    """Only the first so many training images, for quick tries."""
    test_limit: int | None = None
    """And only the first so many test images."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("classes", _checked_classes(self.classes))
        for name in ("train_limit", "test_limit"):
            checked_whole_or_none(name, getattr(self, name), 1)
        if self.data_dir is not None:
            if not isinstance(self.data_dir, str | os.PathLike):
                raise ValueError(f"data_dir must be a path or None, got {self.data_dir!r}")
            self._set("data_dir", os.fsdecode(self.data_dir))
        if self.scale == "paper" and (self.train_limit, self.test_limit) != (None, None):
            raise ValueError(
                "scale='paper' means all images, so train_limit and test_limit must be None, "
                f"got {self.train_limit} and {self.test_limit}"
            )


def _checked_classes(classes: Any) -> tuple[int, int]:
    try:
        pair = tuple(classes)
    except TypeError:
        pair = ()
    whole = all(isinstance(c, int) and not isinstance(c, bool) and 0 <= c <= 9 for c in pair)
    if len(pair) != 2 or not whole or pair[0] == pair[1]:
        raise ValueError(f"classes must be two different whole numbers from 0 to 9, got {classes!r}")
    return pair
