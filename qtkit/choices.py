"""The values that settings may have, by name, and what they were called before; light, for help is made of them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Literal, get_args

Activation = Literal["tanh", "relu"]
ACTIVATION_NAMES: tuple[Activation, ...] = get_args(Activation)
"""What stands between the layers of a network, see `qtkit.networks.ACTIVATIONS`; of all choices, the default first."""

Dtype = Literal["float32", "float64"]
DTYPE_NAMES: tuple[Dtype, ...] = get_args(Dtype)
"""The numbers that circuits are simulated with, see `qtkit.simulation.DTYPES`."""

Weighting = Literal["raw", "softmax", "gumbel"]
StructuralInit = Literal["equal", "random"]
AngleInit = Literal["normal", "uniform"]
WEIGHTINGS: tuple[Weighting, ...] = get_args(Weighting)
STRUCTURAL_INITS: tuple[StructuralInit, ...] = get_args(StructuralInit)
ANGLE_INITS: tuple[AngleInit, ...] = get_args(AngleInit)
"""See `qtkit.DiffQAS`."""

Layerwise = Literal["straight-through", "score", "channels"]
LAYERWISE: tuple[Layerwise, ...] = get_args(Layerwise)
"""How a `qtkit.generator.LayerwiseSearch` trains its choices."""

HiddenActivation = Literal["none", "tanh", "relu"]
HIDDEN_ACTIVATIONS: tuple[HiddenActivation, ...] = get_args(HiddenActivation)
"""What stands behind each hidden layer of a mapping, see `qtkit.QuantumTrain`."""

Rest = Literal["frozen", "trained"]
RESTS: tuple[Rest, ...] = get_args(Rest)
"""What becomes of the parameters that are not generated, see `qtkit.QuantumTrain`."""

Bits = Literal["01", "pm1"]
BITS: tuple[Bits, ...] = get_args(Bits)
"""What stands for a bit that is 0 or 1: these numbers, or -1 and 1."""

Probability = Literal["raw", "tanh", "scaled"]
PROBABILITIES: tuple[Probability, ...] = get_args(Probability)
"""The ways to show a probability to the mapping, see `qtkit.generator.mapping.reading.Reading`."""

FORMER_PROBABILITIES: dict[str, Probability] = {"centred": "scaled"}
"""What they were called before; stored runs have these names."""


def current_probability(name: str, *, stacklevel: int = 2) -> str:
    """`name`, or what it is called now, with a DeprecationWarning; `stacklevel` as if the caller gave it."""
    if not isinstance(name, str) or name not in FORMER_PROBABILITIES:
        return name
    now = FORMER_PROBABILITIES[name]
    warnings.warn(f"probability={name!r} is called {now!r} now", DeprecationWarning, stacklevel=stacklevel + 1)
    return now


def with_current_names(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings by today's names of their values."""
    name = settings.get("probability")
    if isinstance(name, str) and name in FORMER_PROBABILITIES:
        return {**settings, "probability": FORMER_PROBABILITIES[name]}
    return dict(settings)
