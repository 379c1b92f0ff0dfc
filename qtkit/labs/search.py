"""The exercises of notebook 03: counting what is trained, what stays, mixing distributions, which circuit is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from qtkit.circuits.ansatz import CANDIDATES, Ansatz, qubits_for
from qtkit.generator.quantum_train import QuantumTrain
from qtkit.generator.search.winners import rank_candidates
from qtkit.labs.answers import whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed
from qtkit.simulation import candidate_probabilities
from qtkit.tasks.optimisers import Adam


@exercise("count")
def count(answer: Callable[[int, int, int], int]) -> str:
    """`answer(p, L, N)`: how many numbers are trained: the counts of the paper, a power of two, a single candidate."""
    for p, depth, n_candidates in (
        (108_866, 15, 12),
        (1_781, 10, 12),
        (6_023, 10, 12),
        (5_825, 10, 12),
        (1_024, 6, 12),
        (108_866, 15, 1),
    ):
        got = whole(answer(p, depth, n_candidates), f"p = {p:,}: a count")
        n = qubits_for(p)
        angles, mapping = depth * n, n + 2
        right = angles + mapping + (n_candidates if n_candidates > 1 else 0)
        if got == right:
            continue
        case = f"p = {p:,}, L = {depth}, N = {n_candidates}"
        if n_candidates == 1 and got == right + 1:
            raise Wrong(f"{case}: with one candidate, is there a structural weight to train?")
        if got == right - 1:
            raise Wrong(f"{case}: one too few. Has your mapping a bias, and each candidate a weight?")
        if got == right - mapping:
            raise Wrong(f"{case}: you return {got}. The numbers of the mapping are missing.")
        if got == angles * n_candidates + mapping + n_candidates:
            raise Wrong(f"{case}: you give every candidate angles of its own, as equation 6; equation 7 shares them.")
        if abs(got - right) in (depth + 1, 2 * (depth + 1)):
            raise Wrong(f"{case}: you return {got}. Check your number of qubits: 2 to the n must reach p, no more.")
        raise Wrong(f"{case}: you return {got}, which is too {'many' if got > right else 'few'}.")
    return "Right for all of the paper's networks, for a power of two and for a single candidate."


@exercise("mixture")
def mixture(answer: Callable[[Tensor, Tensor], Tensor]) -> str:
    """`answer(w, angles)`: equation 7 over the twelve candidates."""
    generator = torch.Generator().manual_seed(7)
    angles = torch.randn(2, 3, generator=generator, dtype=torch.float64)
    w = torch.randn(12, generator=generator, dtype=torch.float64).requires_grad_()
    every = candidate_probabilities(CANDIDATES, angles)  # (12, 8)
    right = w @ every
    got = _tensor(answer(w, angles), (8,))
    if not _close(got, right):
        for what, other in (
            ("you seem to divide by the sum of w; equation 7 is a bare sum.", right / w.sum()),
            ("you seem to send w through a softmax; equation 7 is a bare sum.", w.softmax(0) @ every),
            ("you seem to take the mean over the candidates; equation 7 is a sum.", right / 12),
            ("you seem to have left w out.", every.sum(0)),
        ):
            if _close(got, other):
                raise Wrong(f"Nearly: {what}")
        raise Wrong("The shape is right, the values are not. Is each distribution multiplied by its own weight?")
    if not got.requires_grad:
        raise Wrong(
            "The values are right, but no gradient reaches w: keep tensors, without float(), .item() or .detach()."
        )
    return "The same distribution as DiffQAS, and gradients reach w."


@exercise("stays")
def stays(answer: Callable[[tuple[Ansatz, ...]], Any]) -> str:
    """`answer(candidates)`: the places of those whose structural weight no training moves; a training tells."""
    star = ((0, 1), (0, 2), (0, 3))
    own = (Ansatz(False, star, "rz"), Ansatz(True, star, "rx"), Ansatz(True, star, "ry"), Ansatz(True, star, "rz"))
    for candidates in (CANDIDATES, CANDIDATES[::-1], own, (CANDIDATES[8], *own[2:], CANDIDATES[6])):
        right = _unmoved(candidates)
        got = {whole(each, "a place") for each in _listed(answer(candidates))}
        if got == right:
            continue
        places = set(range(len(candidates)))
        if got - places:
            raise Wrong(f"there are {len(candidates)} candidates, at the places 0 to {len(candidates) - 1}: {got}.")
        if got == places - right:
            raise Wrong("those are the ones that move. Which stay?")
        if candidates is CANDIDATES and got == {place + 1 for place in right}:
            raise Wrong("those are numbers of Table I; places are counted from 0.")
        wrong = min(got ^ right)
        circuit = f"place {wrong} ({candidates[wrong].label})"
        if wrong in right:
            raise Wrong(f"{circuit} is not in your list, but a training of these {len(candidates)} left it in place.")
        deaf = not candidates[wrong].hadamard and candidates[wrong].rotation == "rz"
        why = " It hears no angle, but is it uniform?" if deaf else " Can its distribution change?"
        raise Wrong(f"{circuit} is in your list, but its weight moved when these {len(candidates)} were trained.{why}")
    return "As trained: four searches, each watched for twenty steps."


def _unmoved(candidates: tuple[Ansatz, ...]) -> set[int]:
    """The places of the weights that are what they were after a training, the generated weights centred."""
    generator = torch.Generator().manual_seed(case_seed(7))
    options: dict[str, Any] = {"probability": "scaled", "centre": True, "angle_init": "uniform", "generator": generator}
    model = QuantumTrain(nn.Linear(4, 3), 2, candidates, dtype=torch.float64, **options)
    x, y = torch.randn(2, 20, 4, generator=generator, dtype=torch.float64)
    before, optimizer = model.search.structural_weights.detach().clone(), Adam(model.parameters(), lr=0.01)
    for _ in range(20):
        loss = ((model(x) - y[:, :3]) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return set(torch.nonzero(model.search.structural_weights.detach() == before)[:, 0].tolist())


@exercise("prefer")
def prefer(answer: Callable[[Tensor, Tensor], Any]) -> str:
    """`answer(w, distributions)`: the number of the circuit with the largest signal, whatever leaves the network be."""
    angles = torch.randn(3, 4, generator=torch.Generator().manual_seed(case_seed(7)), dtype=torch.float64)
    distributions = candidate_probabilities(CANDIDATES, angles)  # (12, 16)
    w = torch.full((12,), 0.1, dtype=torch.float64)
    w[4] = 1.0  # config 5, far ahead
    uniform, cancelled, shared = w.clone(), w.clone(), w.clone()
    uniform[2] = 9.0
    cancelled[[8, 11]] = torch.tensor([9.0, -9.0], dtype=torch.float64)
    shared[[8, 11]] = 0.9
    far = w.clone()
    far[4], far[8], far[11] = 0.3, 0.25, 0.0
    near = w.clone()  # config 9 would lead by its largest difference, which is half of their sum as in no other circuit
    far_from_uniform = (distributions - 1 / distributions.shape[1]).abs().sum(dim=1)
    near[8], near[11] = 0.9 * far_from_uniform[4] / far_from_uniform[8], 0.0
    for case, weights, because in (
        (
            "config 5 far ahead",
            w,
            "Its weight is ten times the others', and its distance the sum of absolute differences.",
        ),
        (
            "w times -2",
            -2 * w,
            "With the mapping's last weight divided by -2 it is the same network, so the same answer.",
        ),
        ("w[2] = 9", uniform, "Config 3 is uniform, so the mapping's bias takes back what it adds."),
        ("w[8] = 9, w[11] = -9", cancelled, "Configs 9 and 12 are equal: only the sum of their weights is there."),
        ("w[8] = w[11] = 0.9", shared, "Configs 9 and 12 are equal: they count as one, by the sum of their weights."),
        ("w[4] = 0.3, w[8] = 0.25", far, "How far is each distribution from the uniform one? That counts, too."),
        ("config 5 just ahead", near, "Is your distance the sum of all absolute differences?"),
    ):
        right = rank_candidates(CANDIDATES, weights, distributions)[0].ansatz.config
        got = whole(answer(weights.clone(), distributions.clone()), f"{case}: the number of a config")
        if got == right:
            continue
        if got + 1 == right:
            raise Wrong(f"{case}: you return {got}, a place counted from 0. The number of Table I is asked for.")
        if (got, right) == (12, 9):
            raise Wrong(f"{case}: of circuits that are equal return the first, config 9.")
        raise Wrong(f"{case}: you return config {got}. {because}")
    return "The circuit that DiffQAS.winner() names, also where the largest weight is another's."


def _listed(got: Any) -> list[Any]:
    """What a list, a tuple, a set or an array holds."""
    if isinstance(got, np.ndarray | Tensor):
        got = got.reshape(-1).tolist() if got.dtype not in (torch.bool, np.bool_) else "a mask"
    if not isinstance(got, list | tuple | set | frozenset | range):
        raise Wrong(f"a list of places is expected, you return {type(got).__name__ if got != 'a mask' else got}.")
    return list(got)


def _tensor(got: Any, shape: tuple[int, ...]) -> Tensor:
    """A float64 tensor of this shape, with its gradients; from numbers of any precision, or a list of tensors."""
    if isinstance(got, list | tuple) and got and all(isinstance(each, Tensor) for each in got):
        if len({each.shape for each in got}) > 1:
            raise Wrong(f"a tensor of shape {shape} is expected, yours is a list of tensors of several shapes.")
        got = torch.stack(list(got))
    if not isinstance(got, Tensor):
        hint = " Arrays have no gradients." if isinstance(got, np.ndarray) else ""
        raise Wrong(f"a tensor of shape {shape} is expected, you return {type(got).__name__}.{hint}")
    if got.shape != shape:
        raise Wrong(f"a tensor of shape {shape} is expected, yours has shape {tuple(got.shape)}.")
    if got.is_complex():
        raise Wrong("real numbers are expected, yours are complex.")
    return got.double()


def _close(got: Tensor, right: Tensor) -> bool:
    """Whether they agree as far as 32-bit floating-point numbers do."""
    return torch.allclose(got, right, rtol=1e-4, atol=1e-6)
