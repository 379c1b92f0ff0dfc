"""The exercises of notebook 09: what is trained, a metric of one's own, weights written in chunks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qtkit.circuits.ansatz import qubits_for
from qtkit.labs.answers import close, number, numbers, whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed
from qtkit.names import counted


@exercise("trained")
def trained(answer: Callable[[int, int, int], Any]) -> str:
    """`answer(p, L, chunk)`: the numbers trained by one circuit with an angle a qubit and layer, and its mapping."""
    for p, depth, chunk in (
        (11_689_512, 3, 1),
        (108_866, 15, 1),
        (108_866, 15, 64),
        (1_024, 4, 8),
        (1_025, 4, 8),
        (7, 2, 16),
    ):
        case = f"p = {p:,}, L = {depth}, chunk = {chunk}"
        got = whole(answer(p, depth, chunk), f"{case}: a count")
        n = qubits_for(-(-p // chunk))
        right = depth * n + (n + 1) * chunk + chunk
        if got == right:
            continue
        if got == right - chunk:
            raise Wrong(
                f"{case}: you return {got:,}. Each of the weights that are written at once has a factor for the "
                "probability, and it has a bias, too."
            )
        if got == right - chunk + 1:
            raise Wrong(f"{case}: you return {got:,}. Each of the weights that are written at once has its own bias.")
        if got == depth * n + n + 2:
            raise Wrong(f"{case}: you return {got:,}. The mapping has as many rows as it writes weights at once.")
        if got == right - depth * n:
            raise Wrong(f"{case}: you return {got:,}. The angles are missing.")
        if got == right - (depth - 1) * n:
            raise Wrong(f"{case}: you return {got:,}. Each layer has angles of its own.")
        for other, why in (
            (qubits_for(p), "If a basis state writes several weights, fewer states are needed."),
            (qubits_for(max(1, p // chunk)), "The last basis state may write a few weights alone: round up."),
            (n + 1, "2 to the n must reach the number of basis states, no more."),
            (n - 1, "2 to the n must reach the number of basis states, with one qubit at least."),
        ):
            if other != n and got == depth * other + (other + 1) * chunk + chunk:
                raise Wrong(f"{case}: you return {got:,}. {why}")
        raise Wrong(f"{case}: you return {got:,}, which is too {'many' if got > right else 'few'}.")
    return "Right, from seven weights to ResNet-18, whose eleven million hang on 98 numbers."


@exercise("balanced")
def balanced(answer: Callable[[Tensor, Tensor], Any]) -> str:
    """`answer(outputs, targets)`: the mean over the classes of the share of each that is told rightly."""
    draws = torch.Generator().manual_seed(case_seed(9))
    rare = torch.tensor([0] * 8 + [1] * 2)
    always = torch.tensor([[1.0, 0.0]]).repeat(10, 1)
    outputs, targets = torch.randn(40, 4, generator=draws), torch.randint(3, (40,), generator=draws)  # none of class 3
    for case, given, wanted in (
        ("eight items of class 0, two of class 1, all called 0", always, rare),
        ("40 items of three classes, a network with four outputs", outputs, targets),
    ):
        guesses = given.argmax(dim=1)
        shares = torch.stack([(guesses[wanted == k] == k).double().mean() for k in wanted.unique()])
        right = float(shares.mean())
        got = number(answer(given.clone(), wanted.clone()), f"{case}: a metric")
        if abs(got - right) < 1e-5:
            continue
        if abs(got - float((guesses == wanted).double().mean())) < 1e-5:
            raise Wrong(f"{case}: you return {got:.3f}, the share of all items. Each class counts the same here.")
        if abs(got - float(shares.sum()) / given.shape[1]) < 1e-5:
            raise Wrong(f"{case}: you return {got:.3f}. A class without an item has no share: leave it out.")
        if abs(got - float(shares.sum())) < 1e-5:
            raise Wrong(f"{case}: you return {got:.3f}, a sum over the classes. The mean is asked for.")
        if abs(got - (1 - right)) < 1e-5:
            raise Wrong(f"{case}: you return {got:.3f}, the share of errors.")
        calls = torch.stack([(wanted[guesses == k] == k).double().mean() for k in guesses.unique()])
        if abs(got - float(calls.mean())) < 1e-5:
            raise Wrong(
                f"{case}: you return {got:.3f}. Share out the items by what they are, not by what they are called."
            )
        raise Wrong(f"{case}: you return {got:.3f}. For each class that occurs: how many of its items are called so?")
    return 'Right: give it to a Task as {"balanced": balanced}, and every record and panel has it.'


@exercise("write_chunks")
def write_chunks(answer: Callable[..., Any]) -> str:
    """`answer(P, W, b, p)`: equation 4 with several weights from each basis state."""
    draws = np.random.default_rng(case_seed(9))
    for n, chunk, p in ((2, 1, 4), (3, 4, 32), (4, 3, 41), (1, 5, 7)):
        case = f"n = {n}, {counted(chunk, 'weight')} a state, p = {p}"
        probabilities = draws.dirichlet(np.ones(2**n))
        weight, bias = draws.normal(size=(chunk, n + 1)), draws.normal(size=chunk)
        bits = (np.arange(2**n)[:, None] >> np.arange(n - 1, -1, -1)) & 1  # (2**n, n), the most significant first
        seen = np.column_stack([bits, probabilities])  # (2**n, n + 1)
        whole_rows = seen @ weight.T + bias  # (2**n, chunk)
        right = whole_rows.reshape(-1)[:p]
        arguments = (probabilities, weight, bias)
        answered = answer(*(each.copy() for each in arguments), p)
        if np.size(answered) == 2**n * chunk != p:
            raise Wrong(f"{case}: you return {2**n * chunk} weights. The network has {p}: leave the rest out.")
        got = numbers(answered, (p,), case)
        if close(got, right):
            continue
        backwards = np.column_stack([bits[:, ::-1], probabilities]) @ weight.T + bias
        first = np.column_stack([probabilities, bits]) @ weight.T + bias
        for other, why in (
            (whole_rows.T, "you write all first weights, then all second ones. A state's weights stand together."),
            (whole_rows - bias, "the bias is missing."),
            (backwards, "your bits begin with the least significant. Wire 0 is the most significant bit."),
            (first, "the mapping sees the bits first, then the probability."),
        ):
            if close(got, other.reshape(-1)[:p]):
                raise Wrong(f"{case}: {why}")
        raise Wrong(f"{case}: the values are not right. Each state: its n bits and its probability, times W, plus b.")
    return "The mapping of QuantumTrain(..., chunk=...): a state's weights stand together, the last few are left out."
