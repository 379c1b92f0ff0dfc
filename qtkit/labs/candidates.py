"""The exercises of notebook 02: which candidates ignore Θ, X-strings pushed through CNOTs, the IQP form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.labs.checking import Wrong, exercise
from qtkit.simulation import probabilities
from qtkit.simulation.permutation import cnot_images, parity_masks
from qtkit.simulation.structure import structure


@exercise("depends")
def depends(answer: Callable[[bool, str, str], Any]) -> str:
    """`answer(hadamard, entangler, rotation)`: whether the distribution can depend on Θ."""
    wrong = []
    for candidate in CANDIDATES:
        got = answer(candidate.hadamard, str(candidate.entangler), str(candidate.rotation))
        if not isinstance(got, bool | np.bool_):
            raise Wrong(f"True or False is expected, you return {got!r}.")
        if bool(got) != structure(candidate, 2).depends_on_angles:
            wrong.append(candidate)
    if not wrong:
        return "All twelve are right, and six of them say False."
    if {c.entangler for c in wrong} == {"cyc"} or {c.entangler for c in wrong} == {"ent"}:
        raise Wrong("you treat ring and brick differently. What does a CNOT, any CNOT, do to |+…+⟩ and to |0…0⟩?")
    first = wrong[0]
    raise Wrong(
        f"{len(wrong)} of 12 are wrong, among them: {first.label}. Of which Pauli matrix is its start an eigenvector?"
    )


@exercise("push")
def push(answer: Callable[[int, list[tuple[int, int]], int], Any]) -> str:
    """`answer(mask, cnots, n)`: the X-string that `mask` becomes when pushed through `cnots`, in order."""
    for n, cnots in ((3, [(0, 1), (1, 2)]), (2, [(0, 1)]), (2, [(1, 0)]), (4, list(CANDIDATES[9].cnots(4)))):
        right = cnot_images(tuple(cnots), n)
        got = [answer(mask, cnots, n) for mask in range(2**n)]
        for mask, value in enumerate(got):
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value < 2**n:
                raise Wrong(f"for X-string {mask:0{n}b} a whole number below {2**n} is expected, you return {value!r}.")
        if np.array_equal(got, right):
            continue
        if np.array_equal(got, cnot_images(tuple((target, control) for control, target in cnots), n)):
            raise Wrong("control and target changed places. It is Z that travels from target to control.")
        if np.array_equal(got, cnot_images(tuple((n - 1 - c, n - 1 - t) for c, t in cnots), n)):
            raise Wrong("wire 0 is the most significant bit of the string: 1 << (n - 1 - q) for wire q.")
        mask = next(m for m in range(2**n) if got[m] != right[m])
        case = f"X-string {mask:0{n}b} through CNOTs {cnots}"
        raise Wrong(f"{case}: {got[mask]:0{n}b} is not right. Take the CNOTs one by one, in their order.")
    return "An X on the control becomes X on both: the string moves as a basis state does."


@exercise("iqp")
def iqp(answer: Callable[[np.ndarray, np.ndarray, int], Any]) -> str:
    """`answer(masks, thetas, n)`: the probabilities of an IQP circuit from its masks and angles, both `(K,)`."""
    for config, n, depth in ((7, 2, 1), (7, 3, 2), (10, 4, 3)):
        ansatz = CANDIDATES[config - 1]
        angles = np.random.default_rng(config).normal(size=(depth, n))
        masks = parity_masks(ansatz, n, depth).reshape(-1).copy()
        right = probabilities(ansatz, torch.as_tensor(angles)).numpy()
        got = np.asarray(answer(masks, angles.reshape(-1), n))
        if got.shape != right.shape:
            raise Wrong(f"{2**n} probabilities are expected for n = {n}; yours has shape {got.shape}.")
        if np.iscomplexobj(got):
            raise Wrong("probabilities are real: take |amplitude|².")
        if np.allclose(got, right):
            continue
        if not np.isclose(got.sum(), 1):
            raise Wrong(
                f"config {config}, n = {n}: your probabilities sum to {got.sum():.4g}. Is each sum divided by 2ⁿ?"
            )
        doubled = probabilities(ansatz, torch.as_tensor(2 * angles)).numpy()
        if np.allclose(got, doubled):
            raise Wrong("each rotation turns by half its angle: exp(-iθ/2 ...).")
        raise Wrong(
            f"config {config}, n = {n}: not right. The phase of x is Σ θ/2 · (-1)^(bits of x and mask in common)."
        )
    return "No gate was applied: two sums over bit strings give the whole distribution, whatever the depth."
