"""The exercises of notebook 05: windows of a series, one step of an LSTM, a network fed its own predictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from qtkit.labs.checking import Wrong, exercise


@exercise("windows")
def windows(answer: Callable[[list[float], int], Any]) -> str:
    """`answer(series, T)`: pairs of a window and the value after it, as the paper's authors cut them."""
    for length, window in ((12, 4), (9, 3), (6, 4)):
        series = [float(value * value) for value in range(length)]
        try:
            pairs = [(list(map(float, seen)), float(target)) for seen, target in answer(series, window)]
        except (TypeError, ValueError):
            raise Wrong("return a list of pairs (window, target), a window being a list of T numbers.") from None
        right = [(series[i : i + window], series[i + window]) for i in range(length - window - 1)]
        if pairs == right:
            continue
        case = f"{length} values and windows of {window}"
        if pairs[: len(right)] == right:
            raise Wrong(f"{case}: you have {len(pairs)} pairs. The authors' loop ends one earlier: look at its range.")
        if len(pairs) != len(right):
            raise Wrong(
                f"{case}: you have {len(pairs)} pairs, which is too {'many' if len(pairs) > len(right) else 'few'}."
            )
        if [seen for seen, _ in pairs] == [seen for seen, _ in right]:
            raise Wrong(f"{case}: the windows are right, the targets are not. What comes just after the window?")
        raise Wrong(f"{case}: the number of pairs is right, the windows are not.")
    return "The pairs that qtkit trains on."


@exercise("lstm_step")
def lstm_step(answer: Callable[[Tensor, Tensor, Tensor, list[tuple[Tensor, Tensor]]], Any]) -> str:
    """`answer(x, state, cell, gates)`: one step of the LSTM, gates in the order input, forget, cell, output."""
    generator = torch.Generator().manual_seed(7)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    x, state, cell = draw(5, 1), draw(5, 3), draw(5, 3)
    gates = [(draw(3, 4), draw(3)) for _ in range(4)]
    got = answer(x, state, cell, gates)
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise Wrong("return two tensors: the new state and the new cell.")
    for what, tensor in zip(("state", "cell"), got, strict=True):
        if not isinstance(tensor, Tensor) or tensor.shape != (5, 3):
            shape = tuple(tensor.shape) if isinstance(tensor, Tensor) else type(tensor).__name__
            raise Wrong(f"the new {what} must have shape (B, H), here (5, 3); yours is {shape}.")
    if _close(got, _step(x, state, cell, gates)):
        return "The step that SeriesLSTM makes for each value of a window."
    if _close(got[::-1], _step(x, state, cell, gates)):
        raise Wrong("Nearly: state and cell have changed places.")
    if _close(got, _step(x, state, cell, [gates[k] for k in (1, 0, 2, 3)])):
        raise Wrong("Nearly: the gates come in the order input, forget, cell, output.")
    if _close(got, _step(x, state, cell, gates, x_first=False)):
        raise Wrong("Nearly: a gate's weights belong to [x, state], the input first.")
    if torch.allclose(got[1], _step(x, state, cell, gates)[1]):
        raise Wrong("The new cell is right, the new state is not. What is the output gate multiplied with?")
    raise Wrong(
        "The shapes are right, the values are not. Three gates go through a sigmoid, the cell gate through tanh."
    )


@exercise("free_run")
def free_run(answer: Callable[[Any, Tensor, int], Any]) -> str:
    """`answer(network, window, steps)`: predictions fed back, on a network whose answer is known."""
    seen: list[Tensor] = []

    def network(windows: Tensor) -> Tensor:
        if not isinstance(windows, Tensor) or windows.ndim != 2 or windows.shape[1] != 4:
            shape = tuple(windows.shape) if isinstance(windows, Tensor) else type(windows).__name__
            raise Wrong(f"the network takes windows of shape (B, T), here (1, 4); you gave it {shape}.")
        seen.append(windows)
        return windows @ torch.tensor([[0.0], [0.0], [1.0], [1.0]])

    start = torch.tensor([5.0, 3.0, 1.0, 1.0])
    values = [float(value) for value in answer(network, start.clone(), 6)]
    if values == [2.0, 3.0, 5.0, 8.0, 13.0, 21.0]:
        return "Right: with a network that adds the last two values you get Fibonacci's numbers."
    if values == [2.0] * 6:
        raise Wrong("All predictions are alike: the window must move on, its last value the newest prediction.")
    if len(values) != 6:
        raise Wrong(f"6 steps were asked for, you return {len(values)} values.")
    if values[:4] == start.tolist():
        raise Wrong("Return the predictions only, without the window you started from.")
    raise Wrong(f"With a network that adds the last two values, after 5, 3, 1, 1, you get {values}.")


def _step(
    x: Tensor, state: Tensor, cell: Tensor, gates: list[tuple[Tensor, Tensor]], *, x_first: bool = True
) -> tuple[Tensor, Tensor]:
    inputs = torch.cat([x, state] if x_first else [state, x], dim=1)
    i, f, g, o = (inputs @ weight.T + bias for weight, bias in gates)
    cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
    return o.sigmoid() * cell.tanh(), cell


def _close(got: Any, right: Any) -> bool:
    return all(torch.allclose(a.double(), b) for a, b in zip(got, right, strict=True))
