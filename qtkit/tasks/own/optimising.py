"""`TorchOptimiser`: one of `torch.optim`, and its schedule, as trainings use optimisers; all of its state is stored."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from qtkit.tasks.optimisers import Adam, RMSprop
from qtkit.tasks.protocols import Optimiser

if TYPE_CHECKING:
    from qtkit.tasks.own.settings import OwnSettings
    from qtkit.tasks.own.task import Task

_PLAIN = (bool, int, float, str, type(None))


def make_optimiser(task: Task, settings: OwnSettings, parameters: list[nn.Parameter]) -> Optimiser:
    """The task's optimiser of these parameters, with its schedule.

    Raises:
        ValueError: if a factory gives something else, or an optimiser that needs more than gradients.
    """
    rate = settings.learning_rate
    if isinstance(task.optimiser, str) and task.schedule is None:
        return Adam(parameters, lr=rate) if task.optimiser == "adam" else RMSprop(parameters, lr=rate)
    factory = task.optimiser
    if isinstance(factory, str):
        factory = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}[factory]
    inner = factory(parameters, lr=rate)
    if not isinstance(inner, torch.optim.Optimizer):
        raise ValueError(f"optimiser must give a torch.optim.Optimizer, got {type(inner).__name__}")
    if isinstance(inner, torch.optim.LBFGS):
        raise ValueError("LBFGS computes the loss several times a step, which no training here does; Adam or SGD fit")
    return TorchOptimiser(inner, None if task.schedule is None else _scheduled(task.schedule, inner, settings))


def takes_settings(schedule: Callable[..., Any] | None) -> bool:
    """Whether a schedule depends on the settings, such as the number of epochs."""
    if schedule is None:
        return False
    try:
        return "settings" in inspect.signature(schedule).parameters
    except (TypeError, ValueError):
        return False


def _scheduled(schedule: Callable[..., Any], inner: torch.optim.Optimizer, settings: OwnSettings) -> Any:
    made = schedule(inner, settings=settings) if takes_settings(schedule) else schedule(inner)
    if not hasattr(made, "step") or not hasattr(made, "state_dict"):
        raise ValueError(f"schedule must give a scheduler of torch.optim.lr_scheduler, got {type(made).__name__}")
    return made


class TorchOptimiser:
    """An optimiser of PyTorch.

    Arguments:
        inner: itself.
        schedule: of its learning rate; None for none.
    """

    moments: tuple[str, ...] = ()  # each has its own

    def __init__(self, inner: torch.optim.Optimizer, schedule: Any = None) -> None:
        self.inner, self.schedule = inner, schedule
        self._values: dict[str, dict[str, Any]] = {}  # of the state, those that are no tensors
        self._take_up()

    def step(self) -> None:
        """Change every parameter by its gradient."""
        self.inner.step()

    def zero_grad(self) -> None:
        """Forget all gradients."""
        self.inner.zero_grad()

    def step_schedule(self, loss: float | None) -> None:
        """Set the next learning rate; `loss` is for a schedule that waits until it falls no more."""
        if isinstance(self.schedule, torch.optim.lr_scheduler.ReduceLROnPlateau):
            if loss is not None:
                self.schedule.step(loss)
        elif self.schedule is not None:
            self.schedule.step()

    def state_dict(self) -> dict[str, Any]:
        """The tensors of the state by the parameters' numbers, and the groups."""
        told = self.inner.state_dict()
        tensors = {
            index: {name: value for name, value in values.items() if isinstance(value, Tensor)}
            for index, values in told["state"].items()
        }
        return {"state": tensors, "param_groups": told["param_groups"]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take up what `state_dict` gave, and the values that `load_plain` brought."""
        state: dict[int, dict[str, Any]] = {index: dict(values) for index, values in state_dict["state"].items()}
        for index, values in self._values.items():
            state.setdefault(int(index), {}).update(values)
        self.inner.load_state_dict({"state": state, "param_groups": state_dict["param_groups"]})
        self._take_up()

    def plain(self) -> dict[str, Any]:
        """All of the state that is no tensor, ready for JSON: options of the groups, the schedule."""
        told = self.inner.state_dict()
        return {
            "groups": [_plain(group) for group in told["param_groups"]],
            "state": {str(index): _plain(values) for index, values in told["state"].items()},
            "schedule": None if self.schedule is None else _plain(self.schedule.state_dict()),
        }

    def load_plain(self, plain: Mapping[str, Any]) -> None:
        """Take up what `plain` gave; before `load_state_dict`."""
        for group, values in zip(self.inner.param_groups, plain["groups"], strict=True):
            group.update({name: _like(group.get(name), value) for name, value in values.items() if name != "params"})
        self._values = plain["state"]
        if self.schedule is not None:
            self.schedule.load_state_dict(_merged(self.schedule.state_dict(), plain["schedule"]))

    def _take_up(self) -> None:
        self.param_groups, self.state = self.inner.param_groups, self.inner.state


def to_tensor(plain: Mapping[str, Any]) -> Tensor:
    """Plain values as a tensor of bytes, for a checkpoint."""
    return torch.frombuffer(bytearray(json.dumps(plain, sort_keys=True).encode()), dtype=torch.uint8).clone()


def from_tensor(tensor: Tensor) -> dict[str, Any]:
    """What `to_tensor` was given."""
    values: dict[str, Any] = json.loads(bytes(tensor.tolist()).decode())
    return values


def _plain(value: Any) -> Any:
    """What of it JSON can hold; the rest, functions for instance, is as the factory makes it."""
    if isinstance(value, Mapping):
        kept = {name: item for name, item in value.items() if isinstance(name, str) and _is_plain(item)}
        return {name: _plain(item) for name, item in kept.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(name, str) for name in value)
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return isinstance(value, _PLAIN)


def _like(before: Any, value: Any) -> Any:
    """A list from a file as the tuple that it was."""
    return tuple(value) if isinstance(before, tuple) else value


def _merged(now: Any, stored: Any) -> Any:
    """A schedule's state with all that was stored of it."""
    if isinstance(now, Mapping) and isinstance(stored, Mapping):
        return {**now, **{name: _merged(now.get(name), value) for name, value in stored.items()}}
    if isinstance(now, list | tuple) and isinstance(stored, list) and len(now) == len(stored):
        return type(now)(_merged(mine, theirs) for mine, theirs in zip(now, stored, strict=True))
    return stored
