"""The classical model as small as the mapping: block means, least squares, accuracy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from qtkit.tasks.images.data import ImagePair, load_pair
from qtkit.tasks.images.rulers import block_accuracy, block_means
from qtkit.tasks.images.settings import ImageSettings


def pair(images: torch.Tensor, labels: torch.Tensor) -> ImagePair:
    return ImagePair(images, labels, images, labels, source="made up", official=False)


class TestBlockMeans:
    def test_one_block_is_the_mean_of_all(self) -> None:
        images = torch.rand(3, 784)
        assert torch.allclose(block_means(images, 28), images.mean(1, keepdim=True))

    def test_blocks_of_one_pixel_are_the_image(self) -> None:
        images = torch.rand(2, 784)
        assert torch.equal(block_means(images, 1), images)

    @pytest.mark.parametrize("side", [2, 4, 7, 14])
    def test_blocks_are_those_of_the_square_image(self, side: int) -> None:
        images = np.random.default_rng(0).random((2, 28, 28), dtype=np.float32)
        starts = range(0, 28, side)
        expected = [[i[r : r + side, c : c + side].mean() for r in starts for c in starts] for i in images]
        got = block_means(torch.from_numpy(images).reshape(2, 784), side)
        assert got.shape == (2, (28 // side) ** 2)
        assert np.allclose(got, expected, atol=1e-6)

    @pytest.mark.parametrize("side", [0, -7, 3, 56, 7.0, True])
    def test_a_side_that_does_not_divide_is_refused(self, side: object) -> None:
        with pytest.raises(ValueError, match=r"side must be a whole number that divides 28, got"):
            block_means(torch.zeros(1, 784), side)  # type: ignore[arg-type]

    @pytest.mark.parametrize("shape", [(784,), (2, 28, 28), (2, 10)])
    def test_other_shapes_are_refused(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match=r"images must have shape \(N, 784\), got"):
            block_means(torch.zeros(shape))


class TestBlockAccuracy:
    def test_classes_that_one_block_tells_apart(self) -> None:
        labels = torch.tensor([0, 1, 0, 1])
        images = torch.zeros(4, 28, 28)
        images[labels == 1, :7, 21:] = 0.5
        assert block_accuracy(pair(images.reshape(4, 784), labels)) == 1.0

    def test_images_that_are_all_alike(self) -> None:
        """Least squares then gives the mean of the labels, whose sign is the larger class."""
        assert block_accuracy(pair(torch.ones(4, 784), torch.tensor([0, 1, 1, 1]))) == 0.75

    @pytest.mark.parametrize("side", [14, 7])
    def test_it_is_what_the_normal_equations_give(self, side: int) -> None:
        data = load_pair(ImageSettings(source="sample"))
        seen = [
            np.hstack([block_means(images.double(), side).numpy(), np.ones((len(images), 1))])
            for images in (data.train_images, data.test_images)
        ]
        wanted = np.where(data.train_labels.numpy() == 1, 1.0, -1.0)
        numbers = np.linalg.solve(seen[0].T @ seen[0], seen[0].T @ wanted)
        right = np.mean((seen[1] @ numbers > 0) == data.test_labels.numpy())
        assert block_accuracy(data, side) == pytest.approx(right, abs=1e-12)

    def test_the_range_of_the_pixels_makes_no_difference(self) -> None:
        both = [block_accuracy(load_pair(ImageSettings(source="sample", pixels=p))) for p in ("-1..1", "0..1")]
        assert both[0] == both[1]

    @pytest.mark.parametrize(
        ("dataset", "classes", "accuracy"),
        [("mnist", (1, 5), 0.9735), ("fashion", (1, 5), 0.9963), ("fashion", (5, 7), 0.84)],
    )
    def test_on_the_sample(self, dataset: str, classes: tuple[int, int], accuracy: float) -> None:
        data = load_pair(ImageSettings(dataset=dataset, classes=classes, source="sample"))
        assert block_accuracy(data) == pytest.approx(accuracy, abs=1e-4)

    @pytest.mark.parametrize(
        ("dataset", "classes", "accuracy"),
        [("mnist", (1, 5), 0.9734), ("fashion", (1, 5), 0.9940), ("fashion", (5, 7), 0.8485)],
    )
    def test_on_the_official_data(
        self, dataset: str, classes: tuple[int, int], accuracy: float, official_data: Path
    ) -> None:
        """The numbers that README and notebook 03 tell."""
        settings = ImageSettings(dataset=dataset, classes=classes, source="folder", data_dir=official_data)
        assert block_accuracy(load_pair(settings)) == pytest.approx(accuracy, abs=1e-4)
