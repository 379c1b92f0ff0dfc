"""The exercises of notebook 04: shots that suffice, circuits without an error, bits read wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.generator.machine import read_wrong
from qtkit.labs.checking import Wrong, exercise
from qtkit.simulation.noise import fidelity


@exercise("enough_shots")
def enough_shots(answer: Callable[[int, float], Any]) -> str:
    """`answer(n, error)`: shots after which 2^n P of a uniform distribution's outcome has this standard deviation."""
    for n, error in ((1, 0.1), (3, 0.05), (17, 0.1), (17, 1.0)):
        got, size = answer(n, error), 2**n
        try:
            got = float(got)
        except (TypeError, ValueError):
            raise Wrong(
                f"a number of shots is expected, but for n = {n}, error = {error} you return {got!r}."
            ) from None
        right = (size - 1) / error**2
        if right <= got <= right + 1:  # rounded up, or not
            continue
        case = f"n = {n}, error = {error}"
        if math.isclose(got, right / size, rel_tol=0.01):
            raise Wrong(
                f"{case}: you return {got:,.0f}. That is for 2ⁿ times fewer: the deviation is multiplied by 2ⁿ too."
            )
        if math.isclose(got, (1 - 1 / size) / size / error**2, rel_tol=0.01):
            raise Wrong(f"{case}: that is for the deviation of P itself. The mapping sees 2ⁿP.")
        if math.isclose(got, right * error, rel_tol=0.01):
            raise Wrong(f"{case}: half the error needs how many times as many shots?")
        if n == 1 and math.isclose(got, size / error**2, rel_tol=0.01):
            raise Wrong(f"{case}: close, but a count varies by P(1 − P), and for n = 1 the 1 − P is no detail.")
        raise Wrong(f"{case}: you return {got:,.0f}. The deviation of a frequency is √(P(1 − P)/shots), with P = 2⁻ⁿ.")
    return "With 17 qubits, ±0.1 takes 13 million shots of each circuit, and each further qubit doubles that."


@exercise("clean_runs")
def clean_runs(answer: Callable[[Ansatz, int, int, float], Any]) -> str:
    """`answer(ansatz, n, L, error)`: the chance that a run of the circuit has no error."""
    cases = (
        (CANDIDATES[0], 2, 3, 0.1),
        (CANDIDATES[6], 4, 3, 0.01),
        (CANDIDATES[4], 17, 15, 0.001),
        (CANDIDATES[10], 5, 2, 0.02),
    )
    for ansatz, n, depth, error in cases:
        got, right = answer(ansatz, n, depth, error), fidelity(ansatz, n, depth, error)
        try:
            got = float(got)
        except (TypeError, ValueError):
            raise Wrong(f"a chance is a number, but for {ansatz} you return {got!r}.") from None
        if math.isclose(got, right, rel_tol=1e-9):
            continue
        case, cnots = f"{ansatz}, n = {n}, L = {depth}", len(ansatz.cnots(n))
        hadamards = n if ansatz.hadamard else 0
        for words, places in (
            ("the Hadamards are missing", depth * (2 * cnots + n)),
            ("count qubits, not gates: a CNOT touches two", hadamards + depth * (cnots + n)),
            ("the rotations are missing", hadamards + depth * 2 * cnots),
            ("the Hadamards act once, not in each layer", depth * (hadamards + 2 * cnots + n)),
            ("this circuit has no Hadamards", n + depth * (2 * cnots + n)),
        ):
            if math.isclose(got, (1 - error) ** places, rel_tol=1e-9):
                raise Wrong(f"{case}: {words}.")
        raise Wrong(
            f"{case}: you return {got:.4g}. Count the places where an error may be; each stays clean with 1 − error."
        )
    return "Right. At 17 qubits and 15 layers, one error in a thousand leaves less than half of the runs clean."


@exercise("misread")
def misread(answer: Callable[[np.ndarray, float], Any]) -> str:
    """`answer(p, error)`: a distribution `(2**n,)` whose bits are each read wrong by this chance, independently."""
    for n in (1, 2, 4):
        p, error = np.random.default_rng(n).dirichlet(np.ones(2**n)), 0.1
        right = read_wrong(torch.from_numpy(p), error).numpy()
        got = np.asarray(answer(p.copy(), error), dtype=float)
        if got.shape != p.shape:
            raise Wrong(f"for {2**n} probabilities {2**n} are expected; yours has shape {got.shape}.")
        if np.allclose(got, right):
            continue
        if not math.isclose(got.sum(), 1, rel_tol=1e-6):
            raise Wrong(
                f"n = {n}: your probabilities add up to {got.sum():.3f}. An outcome read wrong is read as another."
            )
        if n > 1 and np.allclose(got, (1 - error) * p + error * p[::-1]):
            raise Wrong(f"n = {n}: you flip all bits together. Each bit is read wrong by itself.")
        raise Wrong(
            f"n = {n}: the values are not right. Take the bits one after the other: p.reshape(…, 2, …) has one apart."
        )
    return "The exact readout of any number of qubits, in n passes instead of a matrix of 4ⁿ numbers."
