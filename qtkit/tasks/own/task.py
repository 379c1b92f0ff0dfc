"""`Task`: what is learnt, from plain PyTorch parts; it runs, is stored, swept and compared as the paper's tasks are."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from qtkit.checks import checked_choice
from qtkit.tasks.own.code import code_of, texts_of
from qtkit.tasks.own.known import AnyTask
from qtkit.tasks.own.sending import pack_part, unpack_part
from qtkit.tasks.own.settings import OwnSettings

if TYPE_CHECKING:
    import torch

    from qtkit.tasks.own.data import OwnData, Part

Loss = Callable[[Tensor, Tensor], Tensor]
Metric = Callable[[Tensor, Tensor], "Tensor | float"]
OptimiserFactory = Callable[..., "torch.optim.Optimizer"]
ScheduleFactory = Callable[..., "torch.optim.lr_scheduler.LRScheduler"]

OPTIMISERS = ("adam", "rmsprop")
"""qtkit's own, by name: bit for bit those of PyTorch, without what these import."""

SCHEDULE_EVERY = ("epoch", "step")

TAKEN = ("loss",)
"""What no metric may be called."""


@dataclass(frozen=True, eq=False)
class Task(AnyTask):
    """A task of one's own: data, a network and what it is to learn, all plain PyTorch.

    Its runs are those of any task: `qtkit.runs.run(task.settings(...))`, or `qtkit run my_file.py:task` for one that is
    written in a file; every model that generates weights is made around the same network.

    Arguments:
        data: `(train, test)`, or a function that gives them, called once a process. Each part is `(inputs, targets)`,
            tensors, arrays or tables of one row an item, or a `torch.utils.data.Dataset` of such pairs, which is read
            whole, once. Inputs and targets of floats take the settings' dtype; all others stay as they are.
        network: a function without arguments that returns the network at its start. Its random numbers may come from
            PyTorch's global generator: the settings' seed decides them.
        loss: of the network's outputs `(B, ...)` and targets `(B, ...)`: one number, differentiable, such as
            `torch.nn.functional.cross_entropy`.
        metrics: by name, functions as `loss` of all outputs and targets of a part, each one number; records have them
            as `train_NAME` and `test_NAME`.
        optimiser: `"adam"` or `"rmsprop"`, or a function of parameters and `lr`, such as `torch.optim.SGD`.
        schedule: a function of the optimiser, such as `functools.partial(StepLR, step_size=3)`, that gives a scheduler
            of `torch.optim.lr_scheduler`. If it has an argument `settings`, it gets the run's, too.
        schedule_every: when the scheduler steps: `"epoch"`, or `"step"` of the optimiser.
        small: for the rival `"small"`, a function from a number of weights to a network of about that many.
        name: what a task is called that stands in no file: by default its variable's name.

    Attributes:
        code: a digest of all parts but the data: what identifies them, see `qtkit.tasks.own.code`.
        version: the first digits of one of all parts.

    Raises:
        ValueError: for a part of another kind.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> x = torch.linspace(-1, 1, 64)[:, None]
        >>> line = Task(((x, 2 * x), (x, 2 * x)), lambda: nn.Linear(1, 1), nn.functional.mse_loss, name="line")
        >>> line.settings(model="mapping", epochs=3).task
        'line'
    """

    data: tuple[Part, Part] | Callable[[], tuple[Part, Part]]
    network: Callable[[], nn.Module]
    loss: Loss
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    optimiser: str | OptimiserFactory = "adam"
    schedule: ScheduleFactory | None = None
    _: dataclasses.KW_ONLY
    schedule_every: str = "epoch"
    small: Callable[[int], nn.Module] | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.network, nn.Module):
            raise ValueError(
                "network must be a function that returns one, for each run starts anew: got a "
                f"{type(self.network).__name__} itself, write lambda: {type(self.network).__name__}(...)"
            )
        for name in ("network", "loss"):
            if not callable(getattr(self, name)):
                raise ValueError(f"{name} must be a function, got {getattr(self, name)!r}")
        for name in ("schedule", "small"):
            if getattr(self, name) is not None and not callable(getattr(self, name)):
                raise ValueError(f"{name} must be a function or None, got {getattr(self, name)!r}")
        if not callable(self.data) and not (isinstance(self.data, Sequence) and len(self.data) == 2):
            what = f"{len(self.data)} parts" if isinstance(self.data, tuple | list) else type(self.data).__name__
            raise ValueError(f"data must be (train, test) or a function that gives them, got {what}")
        if not isinstance(self.metrics, Mapping):
            raise ValueError(f"metrics must be a dictionary of functions, got {type(self.metrics).__name__}")
        for metric, function in self.metrics.items():
            if not isinstance(metric, str) or not metric.isidentifier() or metric in TAKEN:
                raise ValueError(f"a metric's name must be a word such as accuracy, and not {TAKEN[0]}, got {metric!r}")
            if not callable(function):
                raise ValueError(f"the metric {metric} must be a function, got {function!r}")
        if not callable(self.optimiser):
            if not isinstance(self.optimiser, str):
                raise ValueError(f"optimiser must be one of {OPTIMISERS} or a function, got {self.optimiser!r}")
            checked_choice("optimiser, if not a function,", self.optimiser, OPTIMISERS)
        checked_choice("schedule_every", self.schedule_every, SCHEDULE_EVERY)
        if self.name is not None and (not isinstance(self.name, str) or not self.name):
            raise ValueError(f"name must be a word or None, got {self.name!r}")
        # Now, while files are as Python has read them: `code` may be asked for when they have changed.
        vars(self)["_texts"] = texts_of(self._parts().values())

    def __repr__(self) -> str:
        metrics = ", ".join(("loss", *self.metrics))
        return f"Task({self.name or 'without a name'}: {metrics})"

    def __reduce__(self) -> tuple[Callable[..., Task], tuple[type[Task], bytes, dict[str, str]]]:
        return unpack_part, (Task, self._packed, {"code": self.code, "version": self.version})

    @cached_property
    def code(self) -> str:
        """See the class."""
        parts = self._parts()
        if not callable(self.data):
            del parts["data"]  # which identify a run by themselves
        return code_of(parts, vars(self)["_texts"])

    @cached_property
    def version(self) -> str:
        """See the class."""
        return code_of({"code": self.code, "data": None if callable(self.data) else self.data})[:12]

    def _parts(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name != "name"}

    def settings(self, **changes: Any) -> OwnSettings:
        """The settings of a run: the defaults, changed by keyword, such as `model="mapping"`.

        Raises:
            ValueError: for a name that is no setting or a value that is not possible; and for a task of a notebook
                that has neither a variable nor a name.
        """
        from qtkit.tasks.own.places import place_of, stands_here
        from qtkit.tasks.settings import with_overrides

        place = place_of(self)
        given = {"version": self.version} if stands_here(place) else {}
        return with_overrides(OwnSettings, None, {"task": place.task, "file": place.file, **given, **changes})

    def load(self) -> OwnData:
        """The data, loaded once.

        Raises:
            ValueError: for data that are none, or of different lengths, with what came.
        """
        return self._loaded

    @cached_property
    def _loaded(self) -> OwnData:
        from qtkit.tasks.own.data import read_data

        return read_data(self)

    def without_data(self) -> Task:
        """The same task, which its data go along with."""
        bare = dataclasses.replace(self, data=_gone)
        vars(bare).update(code=self.code, version=self.version)
        return bare

    @cached_property
    def _packed(self) -> bytes:
        return pack_part(self)


def _gone() -> tuple[Part, Part]:
    raise ValueError("this task came without its data, which are given beside it")
