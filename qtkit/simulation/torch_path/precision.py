"""`product`: matrix products that keep all digits of their numbers, whatever networks are allowed around them."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from qtkit.simulation.transforms import is_transformed


def product(left: Tensor, right: Tensor) -> Tensor:
    """`torch.bmm` in `full_precision`, with derivatives in it too: these are computed when all around has changed."""
    if is_transformed() or (torch.is_grad_enabled() and (left.requires_grad or right.requires_grad)):
        result: Tensor = _Product.apply(left, right)
        return result
    if _here.depth:
        return torch.bmm(left, right)
    with full_precision(left.device):
        return torch.bmm(left, right)


class _Product(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(left: Tensor, right: Tensor) -> Tensor:
        with full_precision(left.device):
            return torch.bmm(left, right)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor], output: Tensor) -> None:  # noqa: ARG004  PyTorch calls it so
        left, right = inputs
        ctx.save_for_forward(left, right)
        by_left, by_right = ctx.needs_input_grad
        ctx.save_for_backward(left if by_right else None, right if by_left else None)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, Tensor | None]:
        left, right = ctx.saved_tensors
        by_left = None if right is None else product(upstream, right.mH)
        return by_left, None if left is None else product(left.mH, upstream)

    @staticmethod
    def jvp(ctx: Any, of_left: Tensor | None, of_right: Tensor | None) -> Tensor | None:
        left, right = ctx.saved_for_forward
        parts = [] if of_left is None else [product(of_left, right)]
        parts += [] if of_right is None else [product(left, of_right)]
        return sum(parts[1:], parts[0]) if parts else None


class _Here(threading.local):
    """How many `full_precision` blocks this thread is in."""

    depth = 0


_here = _Here()
_lock = threading.Lock()
_threads = 0  # that are in such a block
_before: list[tuple[Any, str]] = []  # each backend's setting, to be put back when the last thread leaves


@contextlib.contextmanager
def full_precision(device: torch.device) -> Iterator[None]:
    """Inside, no product takes TF32, bfloat16 or autocast, which would leave three digits of a probability.

    What the program has chosen (`torch.set_float32_matmul_precision` and the like) holds again afterwards.
    """
    _here.depth += 1
    if _here.depth == 1:
        _enter()
    try:
        if device.type != "meta" and torch.is_autocast_enabled(device.type):
            with torch.autocast(device.type, enabled=False):
                yield
        else:
            yield
    finally:
        _here.depth -= 1
        if not _here.depth:
            _leave()


def _enter() -> None:
    global _threads
    with _lock:
        if not _threads:
            _before[:] = [(place, place.fp32_precision) for place in _backends() if place.fp32_precision not in _FULL]
            for place, _ in _before:
                place.fp32_precision = "ieee"
        _threads += 1


def _leave() -> None:
    global _threads
    with _lock:
        _threads -= 1
        if not _threads:
            for place, precision in _before:
                place.fp32_precision = precision


_FULL = ("ieee", "none", "highest")


class _OlderSwitch:
    """The one switch that PyTorch had before 2.9, under the name that each backend's has now."""

    @property
    def fp32_precision(self) -> str:
        return torch.get_float32_matmul_precision()

    @fp32_precision.setter
    def fp32_precision(self, precision: str) -> None:
        torch.set_float32_matmul_precision("highest" if precision == "ieee" else precision)


@functools.cache
def _backends() -> list[Any]:
    """What holds a setting for products of float32."""
    places = [torch.backends.cuda.matmul, getattr(torch.backends.mkldnn, "matmul", None)]
    found = [place for place in places if hasattr(place, "fp32_precision")]
    return found or [_OlderSwitch()]
