"""The exercises of notebook 01: right answers of any make pass, each typical mistake gets a hint of its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from tests.labs.exercises import expect_hint, expect_right


def signs(n):
    return 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1)


def expectations(p):
    return p @ signs(int(np.log2(len(p))))


def in_loops(p):
    n = len(p).bit_length() - 1
    values = [0.0] * n
    for i, chance in enumerate(p):
        for k, bit in enumerate(f"{i:0{n}b}"):
            values[k] += float(chance) * (1 if bit == "0" else -1)
    return values


def by_axes(p):
    n = len(p).bit_length() - 1
    cube = p.reshape((2,) * n)
    return [(np.take(cube, 0, axis=k) - np.take(cube, 1, axis=k)).sum() for k in range(n)]


def qubits(p):
    return max(1, (p - 1).bit_length())


def qubits_in_a_loop(p):
    n = 1
    while 2**n < p:
        n += 1
    return n


def break_even(depth, *, trained=lambda n, L: L * n + (n + 2) + 12, fewer=lambda count, p: count < p):
    p = 1
    while not fewer(trained(qubits(p), depth), p):
        p += 1
    return p


def pays_for_good(depth):
    return 1 + max(p for p in range(1, 5_000) if depth * qubits(p) + qubits(p) + 14 >= p)


def shift(distribution, angles, by=np.pi / 2, divide=2.0):
    gradient = np.zeros((*angles.shape, 2 ** angles.shape[1]))
    for place in np.ndindex(angles.shape):
        step = np.zeros_like(angles)
        step[place] = by
        gradient[place] = (distribution(angles + step) - distribution(angles - step)) / divide
    return gradient


def shift_in_place(distribution, angles):
    gradient = []
    for layer in angles:
        row = []
        for k, theta in enumerate(layer):
            layer[k] = theta + math.pi / 2
            ahead = distribution(angles)
            layer[k] = theta - math.pi / 2
            row.append([(a - b) / 2 for a, b in zip(ahead, distribution(angles), strict=True)])
            layer[k] = theta
        gradient.append(row)
    return gradient


def shift_in_torch(distribution, angles):
    steps = torch.eye(angles.size, dtype=torch.float64).reshape(-1, *angles.shape) * torch.pi / 2
    runs = [distribution(torch.from_numpy(angles) + s) - distribution(torch.from_numpy(angles) - s) for s in steps]
    return torch.tensor(np.array(runs)).reshape(*angles.shape, -1).requires_grad_() / 2


def shift_from_zero(distribution, angles):
    """P = a + b cos θ + c sin θ, from three runs at angles that do not depend on the one that is asked for."""
    gradient = np.zeros((*angles.shape, 2 ** angles.shape[1]))
    for place in np.ndindex(angles.shape):
        runs = []
        for theta in (0.0, np.pi, np.pi / 2):
            at = angles.copy()
            at[place] = theta
            runs.append(distribution(at))
        b, mean, theta = (runs[0] - runs[1]) / 2, (runs[0] + runs[1]) / 2, angles[place]
        gradient[place] = -b * np.sin(theta) + (runs[2] - mean) * np.cos(theta)
    return gradient


def shift_one_array(distribution, angles):
    """Two names, one array: what is added to the one is taken from the other."""
    gradient = np.zeros((*angles.shape, 2 ** angles.shape[1]))
    for place in np.ndindex(angles.shape):
        ahead = behind = angles
        ahead[place] += np.pi / 2
        behind[place] -= np.pi / 2
        gradient[place] = (distribution(ahead) - distribution(behind)) / 2
    return gradient


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("expectations", expectations),
        ("expectations", in_loops),
        ("expectations", by_axes),
        ("expectations", lambda p: torch.from_numpy(p) @ torch.from_numpy(signs(len(p).bit_length() - 1)).double()),
        ("expectations", lambda p: expectations(p.astype(np.float32)).astype(np.float32)),
        ("expectations", lambda p: list(torch.tensor(expectations(p), requires_grad=True))),
        ("expectations", lambda p: (value for value in in_loops(p))),
        ("qubits", qubits),
        ("qubits", qubits_in_a_loop),
        ("qubits", lambda p: np.int64(qubits(p))),
        ("qubits", lambda p: torch.tensor(qubits(p))),
        ("qubits", lambda p: max(1, len(bin(p - 1)) - 2)),
        ("qubits", lambda p: np.array(qubits(p), dtype=np.uint8)),
        ("break_even", break_even),
        ("break_even", lambda depth: next(p for p in range(1, 10**4) if depth * qubits(p) + qubits(p) + 14 < p)),
        ("break_even", lambda depth: np.int64(break_even(depth))),
        ("break_even", lambda depth: torch.tensor(break_even(depth), dtype=torch.int32)),
        ("break_even", lambda depth: np.argmax([L_n(p, depth) < p for p in range(1, 2_000)]) + 1),
        ("shift", shift),
        ("shift", shift_in_place),
        ("shift", shift_in_torch),
        ("shift", shift_from_zero),
        ("shift", lambda d, a: shift(d, a).astype(np.float32)),
        ("shift", lambda d, a: shift(d, a, by=0.5, divide=2 * np.sin(0.5))),
    ],
)
def test_right(name, answer):
    expect_right(name, answer)


def L_n(p, depth):
    return depth * qubits(p) + qubits(p) + 14


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("expectations", lambda p: -expectations(p), "the signs are turned round"),
        ("expectations", lambda p: expectations(p)[::-1], "the order is turned round"),
        ("expectations", lambda p: (1 - expectations(p)) / 2, "the chances of a 1"),
        ("expectations", lambda p: (1 + expectations(p)) / 2, "the chances of a 0"),
        ("expectations", lambda p: expectations(np.ones_like(p) / len(p)), "as if every state counted alike"),
        ("expectations", lambda p: p, "for 2 probabilities: shape (1,) is expected, yours has shape (2,)"),
        ("expectations", lambda p: expectations(p) ** 2, "Each state adds its probability"),
        ("expectations", lambda p: expectations(p) * 1j, "real numbers are expected, yours are complex"),
        ("expectations", lambda p: "+1", "an array of numbers is expected, you return '+1'"),
        ("expectations", lambda p: expectations(p) / 0 * 0, "not all of your numbers are finite"),
        ("expectations", lambda p: print(expectations(p)), "is `return` missing?"),
        ("qubits", lambda p: math.log2(p), "a whole number (int), but you return 10.79"),
        ("qubits", lambda p: np.ceil(np.log2(p)), "a whole number (int), but you return"),
        ("qubits", lambda p: p.bit_length(), "p = 2: you return 2. How many states have 2 qubits?"),
        ("qubits", lambda p: int(math.log2(p)), "so 2ⁿ is 1,024. It must reach p"),
        ("qubits", lambda p: (p - 1).bit_length(), "at least one qubit"),
        ("qubits", lambda p: max(1, math.ceil(math.log2(p))), "Floating-point logarithms round"),
        ("qubits", lambda p: p, "So many qubits have far more states than p"),
        ("qubits", lambda p: True, "a whole number (int), but you return True"),
        ("break_even", lambda L: break_even(L) - 1, "It should be fewer"),
        ("break_even", lambda L: break_even(L, trained=lambda n, L: L * n + n + 1 + 12), "counting the mapping's bias"),
        ("break_even", lambda L: break_even(L, trained=lambda n, L: L * n + n + 2), "twelve structural weights"),
        ("break_even", lambda L: break_even(L, trained=lambda n, L: L * n + 12), "the mapping's n + 2 numbers"),
        ("break_even", lambda L: break_even(L, trained=lambda n, L: n + 14), "you forgot the angles"),
        ("break_even", lambda L: break_even(L, trained=lambda n, L: 12 * L * n + n + 14), "equation 7, not 6"),
        ("break_even", pays_for_good, "it is not the smallest"),
        ("break_even", lambda L: 1_000, "it is not the smallest"),
        ("break_even", lambda L: -3, "not -3. Count angles, mapping and structural weights"),
        ("break_even", lambda L: 60.0, "a whole number (int), but you return 60.0"),
        ("shift", lambda d, a: shift(d, a, divide=1), "twice too much"),
        ("shift", lambda d, a: -shift(d, a), "the sign is turned round"),
        ("shift", lambda d, a: shift(d, a, divide=np.pi), "you divide by π"),
        ("shift", lambda d, a: shift(d, a, by=np.pi), "a whole turn apart"),
        ("shift", shift_one_array, "Are two names given to one array?"),
        ("shift", lambda d, a: shift(d, a, by=1e-4, divide=2e-4), "with counted shots the noise is divided"),
        ("shift", lambda d, a: np.moveaxis(shift(d, a), -1, 0), "(1, 1, 2) is expected, yours has shape (2, 1, 1)"),
        ("shift", lambda d, a: np.broadcast_to(d(a + np.pi / 2) - d(a - np.pi / 2), (*a.shape, 2 ** a.shape[1])) / 2,
         "several angles are shifted"),
        ("shift", lambda d, a: shift(d, a) * 3, "Two runs for each angle"),
        ("shift", lambda d, a: d(a.reshape(-1)[:1]), "the circuit's angles: shape (1, 1) is expected"),
    ],
)  # fmt: skip
def test_wrong(name, answer, hint):
    with np.errstate(all="ignore"):
        expect_hint(name, answer, hint)
