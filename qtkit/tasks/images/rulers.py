"""A ruler for image runs: what a classical model as small as the mapping does, without any training loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from qtkit.tasks.images.data import ImagePair

SIDE = 28
"""Pixels on an image's side."""


def block_means(images: Tensor, side: int = 7) -> Tensor:
    """The mean of every square block of pixels, row by row.

    Arguments:
        images: `(N, 784)`.
        side: of a block, in pixels; a divisor of 28.

    Returns:
        `(N, (28 / side)**2)`: 16 numbers an image for blocks of 7 x 7.

    Raises:
        ValueError: for another shape, or a side that does not divide 28.
    """
    if images.ndim != 2 or images.shape[1] != SIDE**2:
        raise ValueError(f"images must have shape (N, {SIDE**2}), got {tuple(images.shape)}")
    if isinstance(side, bool) or not isinstance(side, int) or side < 1 or SIDE % side:
        raise ValueError(f"side must be a whole number that divides {SIDE}, got {side!r}")
    k = SIDE // side
    return images.reshape(-1, k, side, k, side).mean(dim=(2, 4)).reshape(-1, k * k)


def block_accuracy(data: ImagePair, side: int = 7) -> float:
    """Test accuracy of one linear function of the block means and a constant.

    `(28 / side)**2 + 1` numbers (17 for blocks of 7 x 7), fitted at once by least squares to -1 for the first class and
    +1 for the second on the training images; of the test images, the sign decides. The range of the pixels makes no
    difference, nothing is random.

    Raises:
        ValueError: as `block_means` does.
    """
    wanted = 2.0 * data.train_labels.double() - 1
    numbers = torch.linalg.lstsq(_seen(data.train_images, side), wanted[:, None], driver="gelsd").solution[:, 0]
    found = (_seen(data.test_images, side) @ numbers > 0).long()
    return float((found == data.test_labels).double().mean())


def _seen(images: Tensor, side: int) -> Tensor:
    """The block means, and a column of ones: float64 `(N, (28 / side)**2 + 1)`."""
    means = block_means(images, side).double()
    return torch.cat([means, means.new_ones(len(means), 1)], dim=1)
