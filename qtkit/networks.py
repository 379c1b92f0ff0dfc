"""The paper's target networks: the classical networks whose weights are generated."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from qtkit.checks import checked_choice, checked_positive, checked_whole
from qtkit.linear import linear

GRID_INPUTS = 147
"""What an agent sees in MiniGrid: 7 x 7 cells of three numbers each."""

ACTIVATIONS: dict[str, type[nn.Module]] = {"tanh": nn.Tanh, "relu": nn.ReLU}


class ImageMLP(nn.Sequential):
    """784-128-64-2, two classes of 28 x 28 images: 108,866 parameters.

    Images `(B, 784)` or `(B, ..., 28, 28)` to logits `(B, 2)`.

    Arguments:
        activation: `"tanh"` or `"relu"` after the two hidden layers. The paper does not say which; with generated
            weights the choice decides whether the network learns at all.
        generator: source of the random start.

    Source: section VI.A of the paper gives the number of parameters, which these sizes meet.
    """

    def __init__(self, activation: str = "tanh", *, generator: torch.Generator | None = None) -> None:
        between = ACTIVATIONS[checked_choice("activation", activation, ACTIVATIONS)]
        super().__init__(
            nn.Flatten(),
            linear(784, 128, generator=generator),
            between(),
            linear(128, 64, generator=generator),
            between(),
            linear(64, 2, generator=generator),
        )


class SmallImageMLP(nn.Sequential):
    """49-h-2 on means of 4 x 4 pixels: what about as many trained weights as a search trains can do by themselves.

    Images `(B, 784)` or `(B, ..., 28, 28)` to logits `(B, 2)`.

    Arguments:
        numbers: how many weights it may have; it has as many hidden units as they allow, at least one.
        activation, generator: as of `ImageMLP`.
    """

    def __init__(self, numbers: int, activation: str = "tanh", *, generator: torch.Generator | None = None) -> None:
        between = ACTIVATIONS[checked_choice("activation", activation, ACTIVATIONS)]
        hidden = max(1, (checked_whole("numbers", numbers, 1) - 2) // (49 + 1 + 2))
        super().__init__(
            nn.Flatten(),
            nn.Unflatten(1, (1, 28, 28)),
            nn.AvgPool2d(4),
            nn.Flatten(),
            linear(49, hidden, generator=generator),
            between(),
            linear(hidden, 2, generator=generator),
        )


class _ScaledInput(nn.Sequential):
    """Layers on observations times `input_scale`."""

    def __init__(self, input_scale: float, *layers: nn.Module) -> None:
        self.input_scale = checked_positive("input_scale", input_scale)
        super().__init__(*layers)

    def forward(self, observations: Tensor) -> Tensor:
        """Observations `(..., n_inputs)` to outputs `(..., n)`."""
        seen = observations if self.input_scale == 1 else self.input_scale * observations
        outputs: Tensor = super().forward(seen)  # type: ignore[no-untyped-call]  # PyTorch gives it no types
        return outputs

    def extra_repr(self) -> str:
        """The scale, where it is not 1."""
        return "" if self.input_scale == 1 else f"input_scale={self.input_scale:g}"


class PolicyMLP(_ScaledInput):
    """147-32-32-7, tanh: observations `(..., 147)` to the logits of 7 actions `(..., 7)`; 6,023 parameters.

    Arguments:
        input_scale: what observations are multiplied by. They are numbers of kinds, colours and states from 0 to 10:
            with weights of order one, as a generator gives them, they saturate the first layer.
        n_inputs, n_outputs: sizes for another environment than the paper's.
        generator: source of the random start.

    Source: section VI.C of the paper gives the number of parameters.
    """

    n_outputs = 7

    def __init__(
        self,
        input_scale: float = 1.0,
        n_inputs: int = GRID_INPUTS,
        n_outputs: int = 7,
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__(input_scale, *_agent_layers(n_inputs, n_outputs, generator))


class ValueMLP(_ScaledInput):
    """147-32-32-1, tanh: observations `(..., 147)` to the state's value `(..., 1)`; 5,825 parameters.

    Arguments:
        input_scale, n_inputs, generator: as of `PolicyMLP`.

    Source: section VI.C of the paper gives the number of parameters.
    """

    n_outputs = 1

    def __init__(
        self, input_scale: float = 1.0, n_inputs: int = GRID_INPUTS, *, generator: torch.Generator | None = None
    ) -> None:
        super().__init__(input_scale, *_agent_layers(n_inputs, self.n_outputs, generator))


class SmallGridworldMLP(_ScaledInput):
    """147-h-outputs, tanh: what about as many trained weights as a search trains can do by themselves.

    Arguments:
        numbers: how many weights it may have; it has as many hidden units as they allow, at least one (at most some
            percent more weights, then).
        n_outputs: 7 for a policy, 1 for a value.
        input_scale, n_inputs, generator: as of `PolicyMLP`.
    """

    def __init__(
        self,
        numbers: int,
        n_outputs: int,
        input_scale: float = 1.0,
        n_inputs: int = GRID_INPUTS,
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        hidden = max(1, (checked_whole("numbers", numbers, 1) - n_outputs) // (n_inputs + 1 + n_outputs))
        super().__init__(
            input_scale,
            linear(n_inputs, hidden, generator=generator),
            nn.Tanh(),
            linear(hidden, n_outputs, generator=generator),
        )


def _agent_layers(n_inputs: int, n_outputs: int, generator: torch.Generator | None) -> tuple[nn.Module, ...]:
    return (
        linear(n_inputs, 32, generator=generator),
        nn.Tanh(),
        linear(32, 32, generator=generator),
        nn.Tanh(),
        linear(32, n_outputs, generator=generator),
    )


class SeriesLSTM(nn.Module):
    """An LSTM with one input and 20 hidden units, then one linear output: 1,781 parameters.

    Windows of a series `(B, T)` or `(B, T, 1)` to the prediction of the next value `(B, 1)`. Each gate is one
    `Linear(21 -> 20)` on `[x, h]`, in the order input, forget, cell, output, so a gate has one bias where `nn.LSTM` has
    two. State and cell start at zero for every window.

    Source: section VI.B of the paper gives the number of parameters, which only one bias a gate meets.
    """

    def __init__(self, hidden: int = 20, *, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.hidden = hidden = checked_whole("hidden", hidden, 1)
        self.input_gate = linear(1 + hidden, hidden, generator=generator)
        self.forget_gate = linear(1 + hidden, hidden, generator=generator)
        self.cell_gate = linear(1 + hidden, hidden, generator=generator)
        self.output_gate = linear(1 + hidden, hidden, generator=generator)
        self.output = linear(hidden, 1, generator=generator)

    @staticmethod
    def hidden_units_for(numbers: int) -> int:
        """The most hidden units, at least one, with which it has no more weights than `numbers`."""
        hidden = 1
        while 4 * (hidden + 1) * (hidden + 3) + hidden + 2 <= numbers:
            hidden += 1
        return hidden

    def forward(self, windows: Tensor) -> Tensor:
        """Windows `(B, T)` or `(B, T, 1)` to predictions `(B, 1)`.

        Raises:
            ValueError: for windows of another shape, or without a value.
        """
        if windows.ndim == 2:
            windows = windows.unsqueeze(-1)  # (B, T, 1)
        if windows.ndim != 3 or windows.shape[-1] != 1 or windows.shape[1] < 1:
            raise ValueError(f"windows must have shape (B, T) or (B, T, 1) with T >= 1, got {tuple(windows.shape)}")
        gates = (self.input_gate, self.forget_gate, self.cell_gate, self.output_gate)
        # torch's own LSTM kernel has the same order of gates; its second bias per gate is zero here.
        weight = torch.cat([gate.weight for gate in gates])  # (4H, 1 + H)
        bias = torch.cat([gate.bias for gate in gates])  # (4H,)
        parameters = [weight[:, :1], weight[:, 1:], bias, torch.zeros_like(bias)]
        start = windows.new_zeros(1, len(windows), self.hidden)
        states, _, _ = torch.lstm(windows, (start, start), parameters, True, 1, 0.0, False, False, True)  # (B, T, H)
        prediction: Tensor = self.output(states[:, -1])
        return prediction
