"""`VQC`: a circuit that reads its input, the plain rival of one that writes a network's weights."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from qtkit.checks import checked_bool, checked_choice, checked_depth, checked_qubits, checked_whole
from qtkit.choices import ANGLE_INITS
from qtkit.circuits.ansatz import Ansatz
from qtkit.linear import linear
from qtkit.names import counted
from qtkit.simulation.steps import steps_of
from qtkit.simulation.torch_path.stepwise import run_steps


class VQC(nn.Module):
    """A variational quantum circuit on data: `x -> <Z_k>` after `U(Theta) S(x) |0...0>` (Figure 1, upper half).

    The encoding S turns qubit `i mod n` by `RY(x_i)`, one input after another. Then `ansatz` acts with its trained
    angles, its start first. What is read are the expectation values of Z, from -1 to 1. All of it is exact, on any
    device, and differentiable any number of times, in the inputs too.

    Arguments:
        n_inputs: numbers in a row of data; in radians, so scale them to about (-π, π).
        n_outputs: numbers that come out.
        ansatz: any circuit.
        depth: L, its layers.
        n_qubits: n, by default one an input, and no fewer than the outputs that are read from wires.
        head: whether a trained linear map `n -> n_outputs` reads all qubits; else the first `n_outputs` wires are read.
        angle_init: `"normal"` is 0.01 standard normal, `"uniform"` is uniform in (-π, π).
        generator: source of the random start.
        dtype: float32 or float64.

    Attributes:
        angles: Theta in radians, `(L, A)`, see `Ansatz.angles_per_layer`.
        head: the `nn.Linear`, or None.

    Raises:
        ValueError: for sizes below their minimum, more outputs than wires to read, or a gate out of range.

    Example:
        >>> from qtkit.circuits import CZ, U3
        >>> VQC(4, 2, Ansatz(layer=[CZ("ring"), U3()]), depth=2)(torch.zeros(5, 4)).shape
        torch.Size([5, 2])
    """

    signs: Tensor

    def __init__(
        self,
        n_inputs: int,
        n_outputs: int,
        ansatz: Ansatz,
        depth: int,
        *,
        n_qubits: int | None = None,
        head: bool = False,
        angle_init: str = "normal",
        generator: torch.Generator | None = None,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        super().__init__()
        self.n_inputs, self.n_outputs = checked_whole("n_inputs", n_inputs, 1), checked_whole("n_outputs", n_outputs, 1)
        with_head = checked_bool("head", head)
        if n_qubits is None:
            n_qubits = self.n_inputs if with_head else max(self.n_inputs, self.n_outputs)
        self.n_qubits, self.depth, self.ansatz = checked_qubits(n_qubits), checked_depth(depth), ansatz
        ansatz.check_fits(self.n_qubits)
        if not with_head and self.n_outputs > self.n_qubits:
            raise ValueError(
                f"{self.n_outputs} outputs cannot be read from {self.n_qubits} qubits: take more, or head=True"
            )
        shape = self.depth, ansatz.angles_per_layer(self.n_qubits)
        if checked_choice("angle_init", angle_init, ANGLE_INITS) == "normal":
            angles = 0.01 * torch.randn(shape, generator=generator, dtype=torch.float32)
        else:
            angles = (2 * torch.rand(shape, generator=generator, dtype=torch.float32) - 1) * math.pi
        self.angles = nn.Parameter(angles.to(device=device, dtype=dtype))
        self.head = (
            linear(self.n_qubits, self.n_outputs, generator=generator, dtype=dtype, device=device)
            if with_head
            else None
        )
        index, wires = torch.arange(2**self.n_qubits), torch.arange(self.n_qubits - 1, -1, -1)
        signs = 1 - 2 * ((index[:, None] >> wires) & 1)  # (2**n, n), wire 0 is the most significant bit
        self.register_buffer("signs", signs.to(device=device, dtype=dtype), persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """The outputs `(..., n_outputs)` for `inputs` `(..., n_inputs)`.

        Raises:
            ValueError: for inputs of another width.
        """
        read = self.expectations(inputs)
        return read[..., : self.n_outputs] if self.head is None else self.head(read)

    def expectations(self, inputs: Tensor) -> Tensor:
        """`<Z>` of every wire, `(..., n)`; raises as `forward`."""
        if inputs.shape[-1:] != (self.n_inputs,):
            raise ValueError(f"inputs must have shape (..., {self.n_inputs}), got {tuple(inputs.shape)}")
        steps = steps_of(self.ansatz, self.n_qubits, *self.angles.shape, from_zero=False)
        data = inputs.reshape(-1, self.n_inputs).to(self.angles.dtype)
        states = torch.func.vmap(lambda row: run_steps(steps, self.angles, self._encoded(row)))(data)
        probabilities = states.real**2 + states.imag**2 if states.is_complex() else states**2
        return (probabilities @ self.signs).reshape(*inputs.shape[:-1], self.n_qubits)

    def extra_repr(self) -> str:
        """The sizes in one line."""
        count = sum(parameter.numel() for parameter in self.parameters())
        return (
            f"{counted(self.n_inputs, 'input')} → {counted(self.n_qubits, 'qubit')} × {counted(self.depth, 'layer')} "
            f"({self.ansatz}) → {counted(self.n_outputs, 'output')}, {count:,} trainable"
        )

    def _encoded(self, row: Tensor) -> Tensor:
        """The state `(2**n,)` of one row: turns about Y of a wire add up, so it is a product."""
        padded = torch.nn.functional.pad(row, (0, -self.n_inputs % self.n_qubits))
        half = padded.reshape(-1, self.n_qubits).sum(0) / 2
        state = torch.ones_like(half[:1])
        for angle in half:
            state = (state[:, None] * torch.stack((torch.cos(angle), torch.sin(angle)))).reshape(-1)
        return state
