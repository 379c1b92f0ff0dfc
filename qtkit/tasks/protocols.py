"""What runs, panels and plots ask of a task's settings and trainings; whatever has these names will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

    from qtkit.circuits.ansatz import Ansatz

RecordT_co = TypeVar("RecordT_co", covariant=True)


class Settings(Protocol):
    """A frozen dataclass of plain values."""

    @property
    def model(self) -> str:
        """Which kind of model, such as `"diffqas"`."""

    @property
    def seed(self) -> int:
        """Decides all that is random."""

    @property
    def ansatze(self) -> tuple[Ansatz, ...]:
        """The candidates."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` gave."""


class Training(Protocol[RecordT_co]):
    """An iterator of records that can tell its state and take it back exactly.

    It is made from settings, and data if the task loads any: `SomeTraining(settings, data)`. Each record is a frozen
    dataclass. `state()` gives plain values and, under `"tensors"`, everything else, random generators included. The
    package's own are subclasses of `qtkit.tasks.training.Training`, which does most of this.
    """

    @property
    def settings(self) -> Settings:
        """What it was made from."""

    @property
    def steps_done(self) -> int:
        """So far."""

    @property
    def n_steps(self) -> int:
        """Of the whole run."""

    @property
    def notes(self) -> list[str]:
        """What is worth knowing of the run, in words; the newest last."""

    def __iter__(self) -> Iterator[RecordT_co]: ...
    def __next__(self) -> RecordT_co: ...
    def describe(self) -> dict[str, Any]:
        """What this run is, ready for JSON."""

    def state(self) -> dict[str, Any]:
        """An exact checkpoint."""

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""

    def close(self) -> None:
        """Let go of what a training holds besides memory, such as processes."""


class Optimiser(Protocol):
    """What trainings use of a `torch.optim.Optimizer`. The package's own are those of `qtkit.tasks.optimisers`."""

    param_groups: list[dict[str, Any]]
    """Parameters and options, the learning rate `"lr"` among them."""

    @property
    def moments(self) -> tuple[str, ...]:
        """What is kept of each parameter, in its shape, beside a count of steps."""

    def step(self) -> None:
        """Change every parameter by its gradient."""

    def zero_grad(self) -> None:
        """Forget all gradients."""

    def state_dict(self) -> dict[str, Any]:
        """Under `"state"` tensors by the parameters' numbers and names, and the groups."""

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take up what `state_dict` gave."""


class FinishedRun(Protocol):
    """What a task is given of a finished run, to tell what it came to."""

    def table(self) -> pa.Table:
        """All records."""

    def training(self) -> Training[Any]:
        """The training at its end."""
