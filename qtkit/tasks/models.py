"""The model of a training: made at its start, and what is asked of it, be its network generated or a plain one."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.generator.expansion import FEATURES, LinearExpansion
from qtkit.generator.generated import GeneratedNetwork
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.generator.search.choosing import Annealing, Temperature
from qtkit.generator.search.diffqas import DiffQAS
from qtkit.tasks.settings import RunSettings, check_usable


def build_model(target: nn.Module, settings: RunSettings, generator: torch.Generator | None = None) -> nn.Module:
    """The model at its start: `target` itself if `settings.model` is `"classical"` or `"small"`, else a network around
    it that generates its weights: a `QuantumTrain`, or one of its rivals, a `LinearExpansion`.

    Its start is drawn from `generator`, by default one of its own from the settings' seed. The mapping alone is a
    `QuantumTrain` without layers on config 1, whose probabilities are all `2**-n`: nothing but the mapping's n + 2
    numbers is left to train.

    Raises:
        ValueError: if this machine cannot compute on the settings' device.
    """
    check_usable(settings.device)
    dtype = getattr(torch, settings.dtype)
    if settings.model in ("classical", "small"):
        return target.to(device=settings.device, dtype=dtype)
    shared: dict[str, Any] = {
        "centre": settings.centre,
        "generator": make_generator(settings.seed) if generator is None else generator,
        "dtype": dtype,
        "device": settings.device,
    }
    if settings.model in FEATURES:
        count = settings.count_search(sum(parameter.numel() for parameter in target.parameters()))
        return LinearExpansion(target, settings.model, count, scale=settings.mapping_scale, **shared)
    options = {
        "probability": settings.probability,
        "bits": settings.bits,
        "mapping_scale": settings.mapping_scale,
        "hidden": settings.mapping_hidden,
        # Runs were stored with an activation behind no layer, before it was refused: they are read on.
        "hidden_activation": settings.hidden_activation if settings.mapping_hidden else "none",
        "chunk": settings.chunk,
        **shared,
    }
    if settings.model == "mapping":
        return QuantumTrain(target, 0, CANDIDATES[:1], **options)
    return _kind_of(settings)(
        target,
        settings.depth,
        settings.ansatze,
        weighting=settings.weighting,
        structural_init=settings.structural_init,
        shared_angles=settings.shared_angles,
        angle_init=settings.angle_init,
        equal_signals=settings.equal_signals,
        temperature=_temperature(settings),
        straight_through=settings.straight_through,
        train_angles=getattr(settings, "train_angles", True),
        **options,
    )


def _temperature(settings: RunSettings) -> Temperature:
    """A number, or where the settings name another one to go to, a function of the step."""
    if settings.final_temperature is None or settings.annealing_steps is None:
        return settings.temperature
    return Annealing(settings.temperature, settings.final_temperature, settings.annealing_steps)


def _kind_of(settings: RunSettings) -> type[QuantumTrain]:
    """Exact, or one that is measured while it trains."""
    if getattr(settings, "shots", None) is None and not getattr(settings, "noise", 0.0):
        return QuantumTrain
    from qtkit.tasks.measured import MeasuredTrain

    return MeasuredTrain


def trainable_parameters(model: nn.Module) -> list[nn.Parameter]:
    """The parameters that an optimiser is to change."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def searches_in(*models: nn.Module) -> list[DiffQAS]:
    """The searches over several circuits among these models' generators: what has a mixture to choose."""
    searches = [model.search for model in models if isinstance(model, QuantumTrain)]
    return [search for search in searches if len(search.candidates) > 1]


def mixture_penalty(settings: RunSettings, *models: nn.Module) -> Tensor | None:
    """What the models' mixtures add to the loss, see `RunSettings.mixture_entropy`; None if nothing."""
    searches = searches_in(*models) if settings.mixture_entropy else []
    if not searches:
        return None
    return settings.mixture_entropy * torch.stack([search.entropy() for search in searches]).sum()


def mixture_of(model: nn.Module) -> tuple[float, ...]:
    """The effective structural weights, one a candidate; empty for a network that no circuits generate."""
    return tuple(model.search.mixture.tolist()) if isinstance(model, QuantumTrain) else ()


def classical_copy(model: nn.Module) -> nn.Module:
    """The network as it stands, a plain `nn.Module` of its own that nothing generates."""
    return model.to_classical() if isinstance(model, GeneratedNetwork) else copy.deepcopy(model)


def count_weights(model: nn.Module) -> int:
    """The weights of the network, generated or not."""
    if isinstance(model, GeneratedNetwork):
        return model.num_weights
    return sum(parameter.numel() for parameter in model.parameters())


def make_generator(seed: int) -> torch.Generator:
    """A generator of random numbers of its own."""
    return torch.Generator("cpu").manual_seed(seed)
