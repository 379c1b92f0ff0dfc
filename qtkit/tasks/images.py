"""Image classification (section VI.A of the paper): a training that is a stream of records."""

from __future__ import annotations

import copy
import math
import os
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from qtkit.ansatz import CANDIDATES
from qtkit.networks import ImageMLP
from qtkit.quantum_train import QuantumTrain
from qtkit.tasks.checkpoints import read_state, write_state
from qtkit.tasks.image_data import ImagePair, check_scale, load_pair
from qtkit.tasks.image_settings import ImageSettings
from qtkit.tasks.versions import versions

__all__ = ["ImagePair", "ImageSettings", "ImageTraining", "Record", "build_model", "load_pair", "train"]

EVALUATION_CHUNK = 2_000  # images at once: their hidden layers stay in the processor's cache
STATE_FORMAT = 1
STATE_KEYS = {"format", "settings", "images", "steps_done", "started", "seconds", "tensors"}


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


def build_model(settings: ImageSettings) -> nn.Module:
    """The model at its start: a `QuantumTrain`, or an `ImageMLP` if `settings.model` is `"classical"`.

    The mapping alone is a `QuantumTrain` without layers on config 1, whose probabilities are all `2**-n`: nothing but
    the mapping's n + 2 numbers is left to train.
    """
    dtype = getattr(torch, settings.dtype)
    target = ImageMLP(settings.activation, generator=_generator(settings.seed))
    if settings.model == "classical":
        return target.to(device=settings.device, dtype=dtype)
    options = {
        "probability": settings.probability,
        "bits": settings.bits,
        "mapping_scale": settings.mapping_scale,
        "centre": settings.centre,
        "generator": _generator(settings.seed),
        "dtype": dtype,
        "device": settings.device,
    }
    if settings.model == "mapping":
        return QuantumTrain(target, 0, CANDIDATES[:1], **options)
    return QuantumTrain(
        target,
        settings.depth,
        settings.ansatze,
        weighting=settings.weighting,
        structural_init=settings.structural_init,
        shared_angles=settings.shared_angles,
        angle_init=settings.angle_init,
        **options,
    )


class ImageTraining:
    """One training run: iterate over it and each step is done when its record is asked for.

    Stopping is to stop asking; asking again goes on where it stopped. Equal settings give equal records (but for the
    seconds) on the same machine, whether the run was paused, saved and resumed in between or not. Random numbers come
    from generators of its own: PyTorch's global one is neither read nor changed.

    Arguments:
        settings: what to train, on what, and how.
        data: the images; by default those the settings name, see `qtkit.tasks.image_data.load_pair`.

    Attributes:
        settings, data: as given, or loaded.
        model: the `QuantumTrain`, or the network itself for the classical model.
        n_steps_per_epoch: batches of one pass over the training images; the last may be smaller.
        n_steps: of the whole run.
        steps_done: so far.

    Raises:
        FileNotFoundError, ValueError: as `load_pair` and `QuantumTrain` do.

    Example:
        >>> for record in ImageTraining(ImageSettings(epochs=1)):
        ...     if record.kind == "epoch":
        ...         print(record.epoch, record.test_accuracy)
    """

    def __init__(self, settings: ImageSettings, data: ImagePair | None = None) -> None:
        self.settings = settings
        self.data = load_pair(settings) if data is None else data
        check_scale(settings, self.data)
        dtype, device = getattr(torch, settings.dtype), settings.device
        self._train = (self.data.train_images.to(device, dtype), self.data.train_labels.to(device))
        self._test = (self.data.test_images.to(device, dtype), self.data.test_labels.to(device))
        self.model = build_model(settings)
        self._optimiser = torch.optim.Adam(self.model.parameters(), lr=settings.learning_rate)
        self._shuffler = _generator(int(np.random.SeedSequence(settings.seed).generate_state(1)[0]))
        self._order = torch.empty(0, dtype=torch.int64)  # of this epoch's images
        self.n_steps_per_epoch = math.ceil(len(self.data.train_labels) / settings.batch_size)
        self.n_steps = settings.epochs * self.n_steps_per_epoch
        self.steps_done = 0
        self._started = False  # whether the record of the start was given
        self._seconds = 0.0
        # A panel's thread trains while another asks for the network or a checkpoint: one at a time.
        self._lock = threading.RLock()
        self._fingerprint: int | None = None

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        with self._lock:
            if self._started and self.steps_done >= self.n_steps:
                raise StopIteration
            begin = time.perf_counter()
            loss = self._step() if self._started else None
            self._started = True
            at_end = self.steps_done % self.n_steps_per_epoch == 0
            results = self._results() if at_end else {}
            self._seconds += time.perf_counter() - begin
            return Record(
                step=self.steps_done,
                epoch=self.steps_done / self.n_steps_per_epoch,
                loss=loss,
                weights=self.weights(),
                seconds=self._seconds,
                **results,
            )

    def weights(self) -> tuple[float, ...]:
        """The effective structural weights, one a candidate; empty for the classical model."""
        if not isinstance(self.model, QuantumTrain):
            return ()
        return tuple(self.model.search.mixture.tolist())

    def network(self) -> nn.Module:
        """The network as it stands, a plain `nn.Module` of its own with no quantum part."""
        with self._lock:
            return self.model.to_classical() if isinstance(self.model, QuantumTrain) else copy.deepcopy(self.model)

    def evaluate(self) -> dict[str, float]:
        """`train_loss`, `train_accuracy`, `test_loss`, `test_accuracy` of the network as it stands."""
        with self._lock:
            return self._results()

    def describe(self) -> dict[str, Any]:
        """What this run is, ready for JSON: settings, data, sizes, versions."""
        data, model = self.data, self.model
        quantum = isinstance(model, QuantumTrain)
        return {
            "settings": self.settings.to_dict(),
            "source": data.source,
            "official": data.official,
            "train_images": data.train_labels.bincount(minlength=2).tolist(),
            "test_images": data.test_labels.bincount(minlength=2).tolist(),
            "n_qubits": model.n_qubits if quantum else None,
            "num_weights": model.num_weights if quantum else sum(p.numel() for p in model.parameters()),
            "num_trainable": sum(p.numel() for p in model.parameters()),
            "n_steps_per_epoch": self.n_steps_per_epoch,
            "versions": versions(),
        }

    def state(self) -> dict[str, Any]:
        """An exact checkpoint, for `load_state`: plain values, and copies of all tensors under `"tensors"`."""
        with self._lock:
            tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
            for index, moments in self._optimiser.state_dict()["state"].items():
                tensors.update({f"optimiser.{index}.{name}": tensor for name, tensor in moments.items()})
            tensors.update({"order": self._order, "shuffler": self._shuffler.get_state()})
            return {
                "format": STATE_FORMAT,
                "settings": self.settings.to_dict(),
                "images": self._images_fingerprint(),
                "steps_done": self.steps_done,
                "started": self._started,
                "seconds": self._seconds,
                "tensors": {name: tensor.detach().cpu().clone() for name, tensor in tensors.items()},
            }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint: the records that follow are those that would have followed there.

        The settings must be the same, but for `epochs` (a run may be prolonged), `device`, `scale` and the place of
        the data; the images must be the same ones.

        Raises:
            ValueError: if they are not, or the checkpoint is damaged; the training then stays as it was.
        """
        with self._lock:
            self._check_state(state)
            tensors = state["tensors"]
            self.model.load_state_dict({name: tensors[f"model.{name}"] for name in self.model.state_dict()})
            groups = self._optimiser.state_dict()["param_groups"]
            moments: dict[int, dict[str, Tensor]] = {}
            for name, tensor in tensors.items():
                if name.startswith("optimiser."):
                    _, index, moment = name.split(".")
                    moments.setdefault(int(index), {})[moment] = tensor.clone()
            self._optimiser.load_state_dict({"state": moments, "param_groups": groups})
            self._order = tensors["order"].clone()
            self._shuffler.set_state(tensors["shuffler"])
            self.steps_done, self._started, self._seconds = state["steps_done"], state["started"], state["seconds"]

    def save_checkpoint(self, folder: str | os.PathLike[str]) -> None:
        """Write `state()` to a folder, made if missing: `checkpoint.json`, and the tensors it names in safetensors.

        An interruption at any moment leaves the checkpoint before or the new one, never a mixture.
        """
        write_state(folder, self.state())

    def load_checkpoint(self, folder: str | os.PathLike[str]) -> None:
        """Go on from a folder that `save_checkpoint` wrote.

        Raises:
            FileNotFoundError: if there is no checkpoint, or its tensors are missing.
            ValueError: if it is damaged, or as `load_state` does.
        """
        self.load_state(read_state(folder))

    @classmethod
    def resume(cls, folder: str | os.PathLike[str], data: ImagePair | None = None) -> ImageTraining:
        """The training that `save_checkpoint` wrote to `folder`, with its settings; raises as `load_checkpoint`."""
        state = read_state(folder)
        _check_format(state)
        training = cls(ImageSettings.from_dict(state["settings"]), data)
        training.load_state(state)
        return training

    def _step(self) -> float:
        """One step of the optimiser; the loss of its batch."""
        images, labels = self._train
        place = self.steps_done % self.n_steps_per_epoch
        if place == 0:
            self._order = torch.randperm(len(labels), generator=self._shuffler)
        size = self.settings.batch_size
        rows = self._order[place * size : (place + 1) * size].to(labels.device)
        self._optimiser.zero_grad()
        loss = cross_entropy(self.model(images[rows]), labels[rows])
        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss is {value} at step {self.steps_done + 1}: try a smaller learning rate than "
                f"{self.settings.learning_rate:g}"
            )
        loss.backward()
        self._optimiser.step()
        self.steps_done += 1
        return value

    def _results(self) -> dict[str, float]:
        network = self.network()
        results = {}
        for part, (images, labels) in (("train", self._train), ("test", self._test)):
            results[f"{part}_loss"], results[f"{part}_accuracy"] = _loss_and_accuracy(network, images, labels)
        return results

    def _images_fingerprint(self) -> int:
        if self._fingerprint is None:
            data, value = self.data, 0
            for tensor in (data.train_images, data.train_labels, data.test_images, data.test_labels):
                value = zlib.crc32(tensor.contiguous().numpy(), value)
            self._fingerprint = value
        return self._fingerprint

    def _check_state(self, state: Mapping[str, Any]) -> None:
        _check_format(state)
        free = {"epochs", "device", "scale", "source", "data_dir"}
        for name, value in self.settings.to_dict().items():
            if name not in free and state["settings"].get(name) != value:
                theirs = state["settings"].get(name)
                raise ValueError(f"the checkpoint was made with {name}={theirs!r}, this training has {name}={value!r}")
        if state["images"] != self._images_fingerprint():
            raise ValueError(f"the checkpoint was made with other images than these ({self.data.source})")
        shapes = {f"model.{name}": tensor.shape for name, tensor in self.model.state_dict().items()}
        if state["steps_done"]:
            for index, parameter in enumerate(self.model.parameters()):
                shapes[f"optimiser.{index}.step"] = torch.Size(())
                shapes[f"optimiser.{index}.exp_avg"] = shapes[f"optimiser.{index}.exp_avg_sq"] = parameter.shape
        shapes["order"] = torch.Size((len(self._train[1]) if state["steps_done"] else 0,))
        shapes["shuffler"] = self._shuffler.get_state().shape
        if {name: tensor.shape for name, tensor in state["tensors"].items()} != shapes:
            raise ValueError("the checkpoint is damaged: its tensors are not those of this model")


def train(settings: ImageSettings, data: ImagePair | None = None) -> Iterator[Record]:
    """The records of a run, step by step: `iter(ImageTraining(settings, data))`."""
    return iter(ImageTraining(settings, data))


def _check_format(state: Any) -> None:
    if not isinstance(state, Mapping) or set(state) != STATE_KEYS or not isinstance(state["settings"], Mapping):
        raise ValueError(f"not a checkpoint of an image training: {sorted(STATE_KEYS)} are expected")
    if state["format"] != STATE_FORMAT:
        raise ValueError(f"the checkpoint has format {state['format']!r}, this version reads {STATE_FORMAT}")
    steps = state["steps_done"]
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0 or (steps and not state["started"]):
        raise ValueError(f"the checkpoint is damaged: steps_done={steps!r}, started={state['started']!r}")


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@torch.no_grad()
def _loss_and_accuracy(network: nn.Module, images: Tensor, labels: Tensor) -> tuple[float, float]:
    loss, correct = 0.0, 0
    for some, theirs in zip(images.split(EVALUATION_CHUNK), labels.split(EVALUATION_CHUNK), strict=True):
        logits = network(some)
        loss += cross_entropy(logits, theirs, reduction="sum").item()
        correct += int((logits.argmax(dim=1) == theirs).sum())
    return loss / len(labels), correct / len(labels)
