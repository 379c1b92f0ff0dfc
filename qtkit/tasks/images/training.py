"""Image classification (section VI.A of the paper): a training that is a stream of records."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from qtkit.networks import ImageMLP, SmallImageMLP
from qtkit.tasks.epochs import EpochTraining
from qtkit.tasks.images.data import ImagePair, check_scale, load_pair
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.models import build_model, count_weights, make_generator, trainable_parameters
from qtkit.tasks.optimisers import Adam
from qtkit.tasks.settings import check_usable

EVALUATION_CHUNK = 2_000  # images at once: their hidden layers stay in the processor's cache


@dataclass(frozen=True)
class Record:
    """What one step of training gave; the first record, step 0, is the start.

    Attributes:
        step: optimiser steps done.
        epoch: epochs done, a whole number at an epoch's end.
        loss: cross-entropy of this step's batch, before the step; None at the start.
        weights: the effective structural weights w `(N,)` after the step; empty for the classical model.
        seconds: time spent in training so far, evaluations included, pauses not.
        train_loss, train_accuracy, test_loss, test_accuracy: over all images, at the start and at every epoch's end;
            else None.
    """

    step: int
    epoch: float
    loss: float | None
    weights: tuple[float, ...]
    seconds: float
    train_loss: float | None = None
    train_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None

    @property
    def kind(self) -> str:
        """`"epoch"` for the start and the last step of an epoch, `"step"` for all others."""
        return "step" if self.test_loss is None else "epoch"


def build_image_model(settings: ImageSettings) -> nn.Module:
    """The model at its start: `settings.model` around an `ImageMLP`, or one of the networks themselves."""
    draws = make_generator(settings.seed)
    network: nn.Module = ImageMLP(settings.activation, generator=draws)
    if settings.model == "small":
        network = SmallImageMLP(settings.count_search(count_weights(network)), settings.activation, generator=draws)
    return build_model(network, settings)


class ImageTraining(EpochTraining[ImageSettings, ImagePair, Record]):
    """One training run on images; all it can do besides is in `EpochTraining`.

    Arguments:
        settings: what to train, on what, and how.
        data: the images; by default those the settings name, see `qtkit.tasks.images.data.load_pair`.

    Raises:
        FileNotFoundError, ValueError: as `load_pair` and `QuantumTrain` do.

    Example:
        >>> for record in ImageTraining(ImageSettings(epochs=1)):
        ...     if record.kind == "epoch":
        ...         print(record.epoch, record.test_accuracy)
    """

    record_class = Record
    settings_class = ImageSettings
    data_name = "images"
    task_name = "an image training"
    free_settings = EpochTraining.free_settings | {"scale", "source", "data_dir"}

    def __init__(self, settings: ImageSettings, data: ImagePair | None = None) -> None:
        self._check_settings(settings)
        check_usable(settings.device)
        data = load_pair(settings) if data is None else data
        check_scale(settings, data)
        dtype, device = getattr(torch, settings.dtype), settings.device
        self._train = (data.train_images.to(device, dtype), data.train_labels.to(device))
        self._test = (data.test_images.to(device, dtype), data.test_labels.to(device))
        self._shuffler = make_generator(int(np.random.SeedSequence(settings.seed).generate_state(1)[0]))
        self._order = torch.empty(0, dtype=torch.int64, device="cpu")  # of this epoch's images
        model = build_image_model(settings)
        optimiser = Adam(trainable_parameters(model), lr=settings.learning_rate)
        super().__init__(settings, data, model, optimiser, math.ceil(len(data.train_labels) / settings.batch_size))

    def _loss(self, place: int) -> Tensor:
        images, labels = self._train
        if place == 0:
            self._order = torch.randperm(len(labels), generator=self._shuffler, dtype=torch.int64, device="cpu")
        size = self.settings.batch_size
        rows = self._order[place * size : (place + 1) * size].to(labels.device)
        return cross_entropy(self.model(images[rows]), labels[rows])

    def _results(self, network: nn.Module) -> dict[str, float]:
        results = {}
        for part, (images, labels) in (("train", self._train), ("test", self._test)):
            results[f"{part}_loss"], results[f"{part}_accuracy"] = _loss_and_accuracy(network, images, labels)
        return results

    def _data_tensors(self) -> dict[str, Tensor]:
        return {
            name: getattr(self.data, name) for name in ("train_images", "train_labels", "test_images", "test_labels")
        }

    def _describe_data(self) -> dict[str, Any]:
        data = self.data
        return {
            "source": data.source,
            "official": data.official,
            "train_images": data.train_labels.bincount(minlength=2).tolist(),
            "test_images": data.test_labels.bincount(minlength=2).tolist(),
        }

    def _own_tensors(self) -> dict[str, Tensor]:
        return {"order": self._order, "shuffler": self._shuffler.get_state()}

    def _own_shapes(self, steps_done: int, tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:  # noqa: ARG002
        order = torch.Size((len(self._train[1]) if steps_done else 0,))
        return {"order": order, "shuffler": self._shuffler.get_state().shape}

    def _load_own_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        self._order = tensors["order"].clone()
        self._shuffler.set_state(tensors["shuffler"])


def train(settings: ImageSettings, data: ImagePair | None = None) -> Iterator[Record]:
    """The records of a run, step by step: `iter(ImageTraining(settings, data))`."""
    return iter(ImageTraining(settings, data))


@torch.no_grad()
def _loss_and_accuracy(network: nn.Module, images: Tensor, labels: Tensor) -> tuple[float, float]:
    loss, correct = 0.0, 0
    for some, theirs in zip(images.split(EVALUATION_CHUNK), labels.split(EVALUATION_CHUNK), strict=True):
        logits = network(some)
        loss += cross_entropy(logits, theirs, reduction="sum").item()
        correct += int((logits.argmax(dim=1) == theirs).sum())
    return loss / len(labels), correct / len(labels)
