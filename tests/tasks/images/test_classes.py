"""Any number of classes, from the sample and from a folder."""

from __future__ import annotations

import pytest
import torch

from qtkit.tasks.images import ImageSettings, load_classes, load_pair


def test_two_classes_are_those_of_a_pair() -> None:
    pair = load_pair(ImageSettings(source="sample", train_limit=50))
    (images, labels), (test_images, test_labels) = load_classes(classes=(1, 5), source="sample", train_limit=50)
    torch.testing.assert_close(images, pair.train_images, atol=2e-7, rtol=0)
    torch.testing.assert_close(test_images, pair.test_images, atol=2e-7, rtol=0)
    assert torch.equal(labels, pair.train_labels)
    assert torch.equal(test_labels, pair.test_labels)


def test_labels_are_by_the_order_of_the_classes() -> None:
    (_, labels), _ = load_classes("fashion", (7, 1, 5), source="sample", test_limit=9)
    assert labels.bincount().tolist() == [1000, 1000, 1000]
    (_, other), (_, tested) = load_classes("fashion", (1, 5, 7), source="sample", test_limit=9)
    assert torch.equal(labels, (other + 1) % 3)
    assert len(tested) == 9


@pytest.mark.parametrize("classes", [(1,), (1, 1), (1, 2)])
def test_classes_that_are_not_there_are_refused(classes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"two or more different ones of \[1, 5\] .*, got \["):
        load_classes(classes=classes, source="sample")
