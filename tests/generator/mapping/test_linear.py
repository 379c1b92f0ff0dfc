"""The mapping against its definition, written out bit by bit; its gradient, on every path."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from qtkit.generator.mapping import kernels as mapping_kernels
from qtkit.generator.mapping.linear import bit_table, generated_weights

SIZES = [(1, 1), (1, 2), (2, 3), (3, 5), (5, 17), (5, 32), (6, 33), (7, 100), (11, 1_781)]
"""n qubits and p weights: among them p = 2**n, p just above 2**(n - 1), and p less than one row of the table."""
by_size = pytest.mark.parametrize(("n", "p"), [*SIZES, (6, 3)])
by_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
by_backend = pytest.mark.parametrize("backend", ["auto", "numba", "torch"])


def inputs(n: int, dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    """Weight `(n + 1,)`, bias `(1,)`, probabilities `(2**n,)`."""
    draws = torch.Generator().manual_seed(n)
    shapes = ((n + 1,), (1,), (2**n,))
    return [torch.randn(shape, generator=draws, dtype=torch.float64).to(dtype).requires_grad_() for shape in shapes]


def tables(n: int, kind: str, dtype: torch.dtype = torch.float64) -> list[torch.Tensor]:
    high = n // 2
    return [bit_table(count, kind).to(dtype) for count in (high, n - high)]


def expected(weight, bias, probabilities, n, p, kind):
    """Equation 4, state by state."""
    rows = []
    for i in range(p):
        bits = [float(bit) for bit in f"{i:0{n}b}"]
        if kind == "pm1":
            bits = [2 * bit - 1 for bit in bits]
        rows.append(torch.cat([torch.tensor(bits, dtype=weight.dtype), probabilities[i : i + 1]]))
    return torch.stack(rows) @ weight + bias


@by_backend
@by_dtype
@by_size
def test_weights_and_gradients_are_those_of_the_definition(n, p, dtype, backend):
    for kind in ("01", "pm1"):
        ours, theirs = inputs(n, dtype), inputs(n, dtype)
        found = generated_weights(*ours, *tables(n, kind, dtype), p, backend=backend)
        wanted = expected(*theirs, n, p, kind)
        assert found.shape == (p,) and found.dtype == dtype
        torch.testing.assert_close(found, wanted)
        upstream = torch.randn(p, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(dtype)
        found.backward(upstream)
        wanted.backward(upstream)
        for x, y in zip(ours, theirs, strict=True):
            assert x.grad.dtype == dtype
            tolerance = 1e-4 if dtype == torch.float32 else 1e-11
            torch.testing.assert_close(x.grad, y.grad, rtol=tolerance, atol=tolerance)


def test_bits_are_big_endian():
    assert bit_table(2, "01").tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert bit_table(2, "pm1").tolist() == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    assert bit_table(0, "01").shape == (1, 0)


@by_backend
@pytest.mark.parametrize(("n", "p"), [(1, 1), (3, 5), (4, 16), (5, 3)])
def test_gradients_of_gradients(n, p, backend):
    function = lambda *x: generated_weights(*x, *tables(n, "pm1"), p, backend=backend)  # noqa: E731
    assert torch.autograd.gradcheck(function, inputs(n))
    assert torch.autograd.gradgradcheck(function, inputs(n))


@by_backend
def test_an_upstream_gradient_of_any_layout(backend):
    n, p = 6, 41
    gradients = []
    for spread in (False, True):
        ours = inputs(n)
        kappa = generated_weights(*ours, *tables(n, "01"), p, backend=backend)
        upstream = torch.arange(2.0 * p, dtype=torch.float64)[::2]
        assert not upstream.is_contiguous()
        kappa.backward(upstream if spread else upstream.contiguous())
        gradients.append([x.grad for x in ours])
    for x, y in zip(*gradients, strict=True):
        torch.testing.assert_close(x, y)
    ours = inputs(n)
    generated_weights(*ours, *tables(n, "01"), p, backend=backend).sum().backward()  # expanded, without memory
    assert ours[1].grad.item() == pytest.approx(p)


@by_backend
def test_probabilities_of_any_layout(backend):
    n, p = 5, 20
    weight, bias, probabilities = inputs(n)
    every_other = torch.stack([probabilities.detach(), torch.zeros(2**n, dtype=torch.float64)], 1)[:, 0]
    assert not every_other.is_contiguous()
    found = generated_weights(weight, bias, every_other.requires_grad_(), *tables(n, "01"), p, backend=backend)
    torch.testing.assert_close(found, expected(weight, bias, probabilities, n, p, "01"))
    found.sum().backward()
    assert every_other.grad.tolist() == [pytest.approx(weight[-1].item())] * p + [0.0] * (2**n - p)


def test_only_what_needs_a_gradient_gets_one():
    weight, bias, probabilities = inputs(4)
    generated_weights(weight, bias, probabilities.detach(), *tables(4, "01"), 9).sum().backward()
    assert weight.grad is not None and probabilities.grad is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_bit_depends_on_where_arrays_lie(dtype):
    """One after the other in memory, in several orders: what is added first must not be decided while running."""
    sizes = {"upstream": 6_023, "probabilities": 8_192, "by_row": 64, "by_column": 128, "by_probability": 8_192}
    draws = np.random.default_rng(0)
    values = {name: draws.normal(size=sizes[name]).astype(dtype) for name in ("upstream", "probabilities")}
    found, orders = set(), [list(sizes), list(sizes)[::-1]]
    orders += [draws.permutation(list(sizes)).tolist() for _ in range(6)]
    for order in orders:
        memory, start, arrays = np.zeros(sum(sizes.values()) + 64, dtype), 0, {}
        for name in order:
            arrays[name] = memory[start : start + sizes[name]]
            start += math.ceil(sizes[name] / 8) * 8
        for name, value in values.items():
            arrays[name][:] = value
        by_factor = mapping_kernels.gather(
            arrays["upstream"], arrays["probabilities"], 0.3, *(arrays[name] for name in list(sizes)[2:])
        )
        found.add(b"".join(arrays[name].tobytes() for name in list(sizes)[2:]) + np.asarray(by_factor).tobytes())
    assert len(found) == 1
