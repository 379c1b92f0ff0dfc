"""`RunSettings`: the settings that the trainings of all tasks share, and how settings are checked and stored.

`EpochSettings` are those of the tasks that go over a set of data, epoch by epoch.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar, get_args

from qtkit.checks import (
    checked_between,
    checked_bool,
    checked_choice,
    checked_depth,
    checked_finite,
    checked_positive,
    checked_whole,
    checked_whole_or_none,
)
from qtkit.choices import (
    ANGLE_INITS,
    BITS,
    DTYPE_NAMES,
    HIDDEN_ACTIVATIONS,
    PROBABILITIES,
    STRUCTURAL_INITS,
    WEIGHTINGS,
    current_probability,
    with_current_names,
)
from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.generator.mapping.sizes import checked_hidden, count_numbers, qubits_for_chunks

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ModelKind = Literal["diffqas", "mapping", "classical", "fourier", "subspace", "random", "hashed", "small"]
MODEL_KINDS: tuple[ModelKind, ...] = get_args(ModelKind)
"""The kinds of model, see `RunSettings.model`, the default first."""

MODEL_CHOICES: Mapping[str, tuple[str, ...]] = {
    "model": MODEL_KINDS,
    "weighting": WEIGHTINGS,
    "structural_init": STRUCTURAL_INITS,
    "angle_init": ANGLE_INITS,
    "probability": PROBABILITIES,
    "bits": BITS,
    "hidden_activation": HIDDEN_ACTIVATIONS,
    "dtype": DTYPE_NAMES,
}
"""The values each of these settings may have, the default first."""


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """What is trained and how, whatever the task.

    Raises:
        ValueError: for a value that is not possible, with what came and what was expected.
    """

    choices: ClassVar[Mapping[str, tuple[str, ...]]] = MODEL_CHOICES

    model: str = "diffqas"
    """`"diffqas"`: all `candidates`; `"mapping"`: the mapping alone, no circuit; `"classical"`: the network itself.

    Rivals of the same size, which train as many numbers as a search over `candidates` with `depth` layers would:
    `"fourier"`, `"subspace"`, `"random"` and `"hashed"` generate the weights without a circuit
    (`qtkit.generator.expansion.FEATURES`); `"small"` is a small network of that many weights, trained itself.
    """
    candidates: tuple[int | Ansatz, ...] = tuple(range(1, 13))
    """The circuits searched over: numbers of Table I, or any `Ansatz`."""
    depth: int = 10
    """L, layers of each circuit."""
    learning_rate: float = 1e-3
    """The optimiser's."""
    weighting: str = "raw"
    """How structural weights become the mixture: `"raw"`, as they are (equation 7); `"softmax"`; `"gumbel"`, with
    random noise before the softmax while training. See `DiffQAS`."""
    structural_init: str = "equal"
    """Where structural weights start: `"equal"`, or `"random"`, draws that sum to 1."""
    shared_angles: bool = True
    """One set of angles for all circuits (equation 7); without it, one for each (equation 6)."""
    angle_init: str = "normal"
    """Where angles start: `"normal"`, near 0, or `"uniform"`, anywhere in (-pi, pi)."""
    probability: str = "raw"
    """What the mapping sees of a probability P: `"raw"`, P itself; `"tanh"`, its hyperbolic tangent; `"scaled"`,
    2ⁿP - 1, which is 0 for the uniform distribution. See `QuantumTrain`."""
    bits: str = "01"
    """How it sees the bits of a basis state: `"01"`, or `"pm1"` for -1 and +1."""
    mapping_scale: float = 1.0
    """What the mapping's weights are multiplied by at the start."""
    centre: bool = False
    """Whether the mean of the generated weights is taken off them."""
    mapping_hidden: tuple[int, ...] = ()
    """Sizes of hidden layers of the mapping: 4,20,4 in the public Quantum-Train code. See `QuantumTrain`."""
    hidden_activation: str = "none"
    """What stands behind each of them; the public code has nothing there. Refused where there are none."""
    chunk: int = 1
    """Weights that the mapping writes at once for each basis state: fewer qubits."""
    equal_signals: bool = False
    """Every circuit's signal scaled to the same size, a control of the search; see `DiffQAS`."""
    temperature: float = 1.0
    """Of the softmax behind `weighting="softmax"` and `"gumbel"`, see `DiffQAS`; a circuit alone has none."""
    final_temperature: float | None = None
    """What it falls or rises to, by equal factors, in the first `annealing_steps`; without it, it stays."""
    annealing_steps: int | None = None
    """Steps of the optimiser that this takes, see `qtkit.generator.Annealing`; of agents, updates of all workers."""
    straight_through: bool = False
    """With Gumbel noise: one circuit alone in each step."""
    mixture_entropy: float = 0.0
    """This times the mixture's entropy in nats is added to what is minimised, but not to the loss that is recorded:
    above 0 the search makes up its mind, below 0 it stays open."""
    seed: int = 0
    """Decides the start, and the order of the data where it is random."""
    dtype: str = "float32"
    """The precision of circuits and networks."""
    device: str = "cpu"
    """Where they are: `"cpu"`, or one that PyTorch knows, such as `"cuda"`."""

    def __post_init__(self) -> None:
        for name, value in list(vars(self).items()):
            if type(value) not in _PLAIN:
                self._set(name, _plain(value))
        checks = sum("__post_init__" in vars(kind) for kind in type(self).__mro__)  # this one and those that called it
        self._set("probability", current_probability(self.probability, stacklevel=checks + 2))
        for name, choices in self.choices.items():
            checked_choice(name, getattr(self, name), choices)
        self._set("candidates", _checked_numbers(self.candidates))
        checked_depth(self.depth)
        for name in ("learning_rate", "mapping_scale"):
            self._set(name, checked_positive(name, getattr(self, name)))
        self._set("mapping_hidden", checked_hidden(self.mapping_hidden, "mapping_hidden"))
        checked_whole("chunk", self.chunk, 1)
        checked_whole("seed", self.seed, 0)
        if self.seed >= 2**63:
            raise ValueError(f"seed must be at most 2**63 - 1, got {self.seed}")
        for name in ("shared_angles", "centre", "equal_signals", "straight_through"):
            checked_bool(name, getattr(self, name))
        self._check_weighting()
        self._set("device", _checked_device(self.device))
        self.check_effects()

    def check_effects(self) -> None:
        """ValueError for a setting that would have no effect: it makes another run with the same records."""
        for name, needs in self.without_effect(vars(self)).items():
            raise ValueError(f"{name}={getattr(self, name)!r} would have no effect: {needs}")

    @classmethod
    def without_effect(cls, values: Mapping[str, Any]) -> dict[str, str]:
        """The names among these settings whose values, not the defaults, decide nothing, each with what it needs."""
        if values.get("hidden_activation", "none") == "none" or values.get("mapping_hidden"):
            return {}
        return {
            "hidden_activation": "it stands behind hidden layers of the mapping, mapping_hidden, and there are none"
        }

    def _check_weighting(self) -> None:
        """ValueError unless the choices about structural weights go together."""
        self._set("temperature", checked_positive("temperature", self.temperature))
        if self.final_temperature is not None:
            self._set("final_temperature", checked_positive("final_temperature", self.final_temperature))
        checked_whole_or_none("annealing_steps", self.annealing_steps, 1)
        self._set("mixture_entropy", checked_finite("mixture_entropy", self.mixture_entropy))
        if (self.final_temperature is None) != (self.annealing_steps is None):
            raise ValueError(
                "final_temperature and annealing_steps are given together: where the temperature goes, and in how many "
                f"steps; got {self.final_temperature} and {self.annealing_steps}"
            )
        if self.weighting == "raw":
            for name in ("temperature", "final_temperature", "mixture_entropy"):
                if (value := getattr(self, name)) != getattr(RunSettings, name):
                    raise ValueError(
                        f"{name}={value:g} is for weights that are a distribution, weighting='softmax' or 'gumbel'; "
                        "got weighting='raw'"
                    )
        if self.straight_through and self.weighting != "gumbel":
            raise ValueError(
                f"straight_through chooses by Gumbel noise: it needs weighting='gumbel', got {self.weighting!r}"
            )

    def count_search(self, weights: int) -> int:
        """The numbers that a search with these settings trains to generate so many weights: rivals train as many."""
        n, circuits = qubits_for_chunks(weights, self.chunk), len(self.candidates)
        sets = 1 if self.shared_angles else circuits
        width = max(ansatz.angles_per_layer(n) for ansatz in self.ansatze)
        mapping = count_numbers(n, self.chunk, self.mapping_hidden)
        return sets * self.depth * width + (circuits if circuits > 1 else 0) + mapping

    @property
    def ansatze(self) -> tuple[Ansatz, ...]:
        """The candidates as `Ansatz` objects."""
        return tuple(c if isinstance(c, Ansatz) else CANDIDATES[c - 1] for c in self.candidates)

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values, ready for JSON."""
        values = {
            field.name: list(value) if isinstance(value := getattr(self, field.name), tuple) else value
            for field in fields(self)
        }
        values["candidates"] = [c.to_dict() if isinstance(c, Ansatz) else c for c in self.candidates]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The settings that `to_dict` gave, also after a trip through JSON; what is missing keeps its default.

        A setting without effect is left as it is: runs were stored with such before `check_effects` refused them.

        Raises:
            ValueError: for a name that is not a setting, or a value that is not possible.
        """
        if not isinstance(values, Mapping):
            raise ValueError(f"settings must be a dictionary, got {type(values).__name__}")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ValueError(f"unknown settings {unknown}; known are {sorted(known)}")
        values = with_current_names(values)
        if isinstance(values.get("candidates"), list | tuple):
            values["candidates"] = tuple(_read_candidate(item) for item in values["candidates"])
        idle = {name: checked_choice(name, values.pop(name), cls.choices[name]) for name in cls.without_effect(values)}
        settings = cls(**values)
        for name, value in idle.items():
            settings._set(name, value)
        return settings

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


@dataclass(frozen=True, kw_only=True)
class EpochSettings(RunSettings):
    """What is trained and how, on a set of data."""

    train_angles: bool = True
    """Without it the circuits keep the angles they start with: a control that tells what training them gives."""
    shots: int | None = None
    """How often each circuit is measured in a step, and again for its gradient; without it, exact probabilities. Of
    models without circuits nothing. What is recorded at an epoch's end is of exact probabilities."""
    noise: float = 0.0
    """The chance that a gate leaves a random Pauli error on each qubit it touches, while training; see
    `qtkit.tasks.measured`."""
    batch_size: int = 100
    """Items of the training data for each step of the optimiser."""
    epochs: int = 10
    """How often training goes through the data."""

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_bool("train_angles", self.train_angles)
        checked_whole_or_none("shots", self.shots, 1)
        self._set("noise", checked_between("noise", self.noise, 0, 0.75))
        for name in ("batch_size", "epochs"):
            checked_whole(name, getattr(self, name), 1)


def _checked_numbers(candidates: Any) -> tuple[int | Ansatz, ...]:
    if isinstance(candidates, str) or not isinstance(candidates, Iterable):
        raise ValueError(f"candidates must be a list, for one circuit [{candidates!r}]; got {candidates!r}")
    items: tuple[Any, ...] = tuple(map(_plain, candidates))
    if not items:
        raise ValueError("candidates is empty; at least one circuit is needed")
    for item in items:
        number = isinstance(item, int) and not isinstance(item, bool) and 1 <= item <= len(CANDIDATES)
        if not number and not isinstance(item, Ansatz):
            raise ValueError(
                f"a candidate is a number from 1 to {len(CANDIDATES)} (Table I) or an Ansatz, got {item!r}"
            )
        if isinstance(item, Ansatz) and type(item) is not Ansatz:
            raise ValueError(
                f"settings store a candidate's words and CNOTs, and {type(item).__name__} may be another circuit than "
                f"these tell: use Ansatz itself, with the CNOTs as a tuple of pairs, got {item!r}"
            )
        if isinstance(item, Ansatz):
            item.to_dict()  # a pattern that is a function cannot be stored
    circuits = [item if isinstance(item, Ansatz) else CANDIDATES[item - 1] for item in items]
    if len(set(circuits)) < len(circuits):
        again = next(item for place, item in enumerate(items) if circuits[place] in circuits[:place])
        raise ValueError(f"candidates must be different circuits, got {again!r} again in {list(items)!r}")
    return items


_PLAIN = frozenset((bool, int, float, str, type(None)))
"""Of values that `_plain` leaves as they are: nearly all."""


def _plain(value: Any) -> Any:
    """Whole numbers of another library, such as NumPy's, as ints, texts as str, lists as tuples; all else as it is."""
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if isinstance(value, str):
        return str.__str__(value)  # of an enumeration its value
    if isinstance(value, int):  # and so True and False, which are no numbers here
        return value
    try:
        return operator.index(value)
    except (TypeError, ValueError):
        return value


def _checked_device(device: Any) -> str:
    if device == "cpu":  # needs no PyTorch to be understood: the runs of a store are listed without it
        return "cpu"
    import torch

    try:
        return str(torch.device(device))
    except (RuntimeError, TypeError) as error:
        raise ValueError(f"device must name a torch device such as 'cpu', got {device!r}") from error


def check_usable(device: str) -> None:
    """ValueError unless this machine can compute on `device`.

    No part of the settings' own check: those of a run on another machine must be readable, and its plan made, here.
    """
    import torch

    try:
        if torch.empty(0, device=device).is_meta:
            raise ValueError(f"nothing can be computed on device={device!r}, which has shapes and no numbers")
    except (RuntimeError, AssertionError, ImportError) as error:  # what torch raises depends on the kind of device
        reason = str(error).splitlines()[0].partition(". ")[0]
        raise ValueError(f"this machine cannot compute on device={device!r}: {reason}") from error


def _read_candidate(item: Any) -> Any:
    """A stored circuit as an `Ansatz`; all else as it is."""
    if not isinstance(item, Mapping):
        return item
    return Ansatz.from_dict(item)


S = TypeVar("S", bound="DataclassInstance")


def with_overrides(kind: type[S], settings: S | None, overrides: dict[str, Any]) -> S:
    """The settings, a dataclass, changed by keyword.

    Raises:
        ValueError: for a name that is no setting, or settings of another kind.
    """
    settings = kind() if settings is None else settings
    if not isinstance(settings, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise ValueError(f"settings must be {article} {kind.__name__}, got {type(settings).__name__}")
    known = {field.name for field in fields(settings)}
    if unknown := sorted(set(overrides) - known):
        raise ValueError(f"unknown settings {unknown}; known are {sorted(known)}")
    return replace(settings, **overrides) if overrides else settings
