"""`export_onnx`: the network that was generated as an ONNX file, which runs without PyTorch and without qtkit."""

from __future__ import annotations

import copy
import importlib.util
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from qtkit.files import whole_file
from qtkit.generator.generated import GeneratedNetwork

LARGEST = 2**31
"""Bytes of weights that one ONNX file can hold."""

INPUT, OUTPUT = "input", "output"
"""What input and output are called; several inputs are `input_0`, `input_1`, ..."""


def export_onnx(model: nn.Module, path: str | os.PathLike[str], inputs: Tensor | Sequence[Tensor]) -> Path:
    """Write the network that `model` generates, as it stands and in evaluation mode, to an ONNX file.

    The file holds its weights and nothing quantum, takes batches of any size, and is written whole or not at all. Its
    input is called `"input"` (of several `"input_0"`, ...), its output `"output"`.

    Arguments:
        model: a `QuantumTrain`, `Generators`, or any network, such as `training.network()`. It is not changed.
        path: such as `"network.onnx"`.
        inputs: a batch of inputs as an example, `(B, ...)`, of which shapes and dtypes count; several as a sequence.
            Those of floats take the network's dtype.

    Returns:
        The path.

    Raises:
        ModuleNotFoundError: if `onnxscript`, by which PyTorch writes ONNX, is not installed.
        ValueError: for inputs that are none, a network that does not take them or that takes batches of one size
            alone, what ONNX cannot express, or more than 2 GiB of weights.

    Example:
        >>> import torch
        >>> from qtkit import QuantumTrain, networks
        >>> from qtkit.generator import export_onnx
        >>> model = QuantumTrain(networks.ImageMLP(), depth=2)
        >>> export_onnx(model, "network.onnx", torch.zeros(1, 784)).name  # doctest: +SKIP
        'network.onnx'
    """
    if importlib.util.find_spec("onnxscript") is None:
        raise ModuleNotFoundError("PyTorch writes ONNX by onnxscript: pip install 'qtkit[onnx]'")
    network = model.to_classical() if isinstance(model, GeneratedNetwork) else copy.deepcopy(model)
    network = network.cpu().eval().requires_grad_(False)
    if (size := sum(tensor.nbytes for tensor in network.state_dict().values())) >= LARGEST:
        raise ValueError(f"one ONNX file holds less than 2 GiB, and this network has {size / 2**30:.1f} GiB of weights")
    given = _examples(network, inputs)
    batch = torch.export.Dim("batch")
    names = [INPUT] if len(given) == 1 else [f"{INPUT}_{k}" for k in range(len(given))]
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's exporter warns of what PyTorch does
            network(*given)
            program = torch.onnx.export(
                network,
                given,
                dynamo=True,
                dynamic_shapes=tuple({0: batch} for _ in given),
                input_names=names,
                output_names=[OUTPUT],
                verbose=False,
            )
    except Exception as error:  # of a network of the user's own, or of what it is made of
        raise ValueError(
            f"{type(network).__name__} cannot be written as ONNX with inputs of {_shapes(given)}, batches of any size "
            f"({_reason(error)})"
        ) from error
    assert program is not None
    if any(each.shape is None or isinstance(each.shape[0], int) for each in program.model.graph.inputs):
        raise ValueError(f"{type(network).__name__} takes batches of one size alone: what does its forward() fix?")
    with whole_file(path) as temporary:
        program.save(temporary, external_data=False)
    return Path(path)


def _examples(network: nn.Module, inputs: Tensor | Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Two rows of each input, for one row would be taken for the only size; floats in the network's dtype."""
    given = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    if not given or not all(isinstance(each, Tensor) and each.ndim and len(each) for each in given):
        raise ValueError(
            f"inputs must be a batch (B, ...) of at least one row, or several of them, got {_shapes(given)}"
        )
    floats = [tensor.dtype for tensor in network.state_dict().values() if tensor.is_floating_point()]
    rows = [torch.cat([each[:1], each[:1]]).cpu() for each in given]
    return tuple(each.to(floats[0]) if floats and each.is_floating_point() else each for each in rows)


def _shapes(given: Sequence[object]) -> str:
    return ", ".join(str(tuple(each.shape)) if isinstance(each, Tensor) else type(each).__name__ for each in given)


def _reason(error: Exception) -> str:
    """One line of it; of the exporter, which tells the steps to take next at first, the line that tells what it was."""
    text = str(error).strip()
    lines = (text.partition("## Exception summary")[2] or text).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
