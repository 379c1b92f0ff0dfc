"""`Adam` and `RMSprop`, bit for bit those of PyTorch, without what they import.

Building an optimiser of `torch.optim` imports `torch._dynamo`, 150 MB of compiler that no training here uses. The
functions behind them, which are called here, do not.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.rmsprop import rmsprop

_fused_adam = getattr(torch, "_fused_adam_", None)  # a name of PyTorch's own use, which it may change


class Optimiser(ABC):
    """What trainings use of a `torch.optim.Optimizer`: its names, its state and the form of its `state_dict()`.

    Arguments:
        parameters: leaves, changed in place by `step` where they have a gradient.
        options: of `torch.optim`'s class of the same name, to be found in `param_groups[0]`.

    Attributes:
        param_groups: a list of one group, `"params"` and the options.
        state: of each parameter that was changed so far, `"step"` `()`, how often, and its moments in its shape.

    Raises:
        ValueError: if there is nothing to optimise.
    """

    moments: ClassVar[tuple[str, ...]]
    """What is kept of each parameter, in its shape."""

    def __init__(self, parameters: Iterable[Tensor], **options: Any) -> None:
        self.param_groups: list[dict[str, Any]] = [{"params": list(parameters), **options}]
        self.state: dict[Tensor, dict[str, Tensor]] = {}
        if not self._parameters:
            raise ValueError("an optimiser needs at least one parameter, got none")

    @abstractmethod
    def _update(
        self,
        parameters: list[Tensor],
        gradients: list[Tensor],
        moments: list[list[Tensor]],
        steps: list[Tensor],
        options: Mapping[str, Any],
    ) -> None:
        """One step, in place; a list of moments for each name in `moments`."""

    @property
    def _parameters(self) -> list[Tensor]:
        parameters: list[Tensor] = self.param_groups[0]["params"]
        return parameters

    @torch.no_grad()
    def step(self) -> None:
        """Change every parameter by its gradient; those without one stay as they are."""
        parameters = [parameter for parameter in self._parameters if parameter.grad is not None]
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        for parameter in parameters:
            if parameter not in self.state:
                self.state[parameter] = self._start(parameter)
        states = [self.state[parameter] for parameter in parameters]
        moments = [[state[name] for state in states] for name in self.moments]
        self._update(parameters, gradients, moments, [state["step"] for state in states], self.param_groups[0])

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def state_dict(self) -> dict[str, Any]:
        """The state by the parameters' numbers, and the group with these numbers, as `torch.optim` has it."""
        parameters = self._parameters
        return {
            "state": {k: self.state[each] for k, each in enumerate(parameters) if each in self.state},
            "param_groups": [{**self.param_groups[0], "params": list(range(len(parameters)))}],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take up what `state_dict` gave, moments on each parameter's device and in its dtype.

        Raises:
            ValueError: if it is of another number of parameters.
        """
        (group,), parameters = state_dict["param_groups"], self._parameters
        if len(group["params"]) != len(parameters):
            raise ValueError(
                f"a state of {len(group['params'])} parameters cannot be loaded into an optimiser of {len(parameters)}"
            )
        self.param_groups[0] |= {name: value for name, value in group.items() if name != "params"}
        self.state = {
            parameter: {
                name: value.float() if name == "step" else value.to(parameter) for name, value in values.items()
            }
            for k, parameter in enumerate(parameters)
            if (values := state_dict["state"].get(k)) is not None
        }

    def _start(self, parameter: Tensor) -> dict[str, Tensor]:
        """The state before the first step; its count is on the CPU, whatever device computes."""
        moments = {name: torch.zeros_like(parameter) for name in self.moments}
        return {"step": torch.zeros((), dtype=torch.float32, device="cpu"), **moments}


class Adam(Optimiser):
    """`torch.optim.Adam`.

    Arguments:
        parameters: see `Optimiser`.
        lr: learning rate.
        betas: how much of both moments is kept.
        eps: added to the denominator.
        maximize: go up.
        fused: all in one compiled loop, as several processes at the same numbers need it; on the CPU only.
    """

    moments = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        *,
        maximize: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(parameters, lr=lr, betas=betas, eps=eps, maximize=maximize, fused=fused)

    def _update(
        self,
        parameters: list[Tensor],
        gradients: list[Tensor],
        moments: list[list[Tensor]],
        steps: list[Tensor],
        options: Mapping[str, Any],
    ) -> None:
        means, squares = moments
        beta1, beta2 = options["betas"]
        if options["fused"] and _fused_adam is not None:
            # What `adam` comes down to, but for sorting the tensors by device and type: for some hundred numbers that
            # takes six times as long as changing them.
            for step in steps:
                step.numpy()[...] += 1  # on the CPU, where this is faster than what PyTorch has for it
            _fused_adam(
                parameters, gradients, means, squares, [], steps, lr=options["lr"], beta1=beta1, beta2=beta2,
                weight_decay=0.0, eps=options["eps"], amsgrad=False, maximize=options["maximize"],
            )  # fmt: skip
            return
        adam(
            parameters,
            gradients,
            means,
            squares,
            [],  # what amsgrad keeps
            steps,
            fused=options["fused"],
            amsgrad=False,
            beta1=beta1,
            beta2=beta2,
            lr=options["lr"],
            weight_decay=0.0,
            eps=options["eps"],
            maximize=options["maximize"],
        )


class RMSprop(Optimiser):
    """`torch.optim.RMSprop`, without momentum and not centred.

    Arguments:
        parameters: see `Optimiser`.
        lr: learning rate.
        alpha: how much of the mean square is kept.
        eps: added to the denominator.
        foreach: all parameters in one call; by default where that is faster, on a GPU.
    """

    moments = ("square_avg",)

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        *,
        foreach: bool | None = None,
    ) -> None:
        super().__init__(parameters, lr=lr, alpha=alpha, eps=eps, foreach=foreach)

    def _update(
        self,
        parameters: list[Tensor],
        gradients: list[Tensor],
        moments: list[list[Tensor]],
        steps: list[Tensor],
        options: Mapping[str, Any],
    ) -> None:
        (squares,) = moments
        rmsprop(
            parameters,
            gradients,
            squares,
            [],  # what a centred one keeps
            [],  # and one with momentum
            steps,
            foreach=options["foreach"],
            lr=options["lr"],
            alpha=options["alpha"],
            eps=options["eps"],
            weight_decay=0.0,
            momentum=0.0,
            centered=False,
        )
