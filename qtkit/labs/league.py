"""The exercises of notebook 08: the regret of a pick, what halving costs, and a search of one's own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qtkit.circuits.architectures import CHOICES
from qtkit.labs.answers import number
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed

Circuit = tuple[str, str, str, int]
SPACE: tuple[Circuit, ...] = tuple(itertools.product(*CHOICES.values()))
"""The league's circuits by their four choices."""

QUESTIONS, LANDSCAPES = 25, 20
"""How many circuits a search of one's own may ask for, and how many leagues it plays."""

PART = 0.75
"""The part of the regret of luck that it may have."""


@exercise("pick_regret")
def pick_regret(answer: Callable[[list[float], list[float]], Any]) -> str:
    """`answer(scores, merits)`: what the merit of the circuit with the best score lacks to the best merit."""
    for scores, merits in (
        ([-0.3, -0.1, -0.2], [0.90, 0.93, 0.95]),
        ([-0.1, -0.5], [0.8, 0.7]),
        ([-2.0, -3.0, -1.0], [0.5, 0.9, 0.6]),
        ([0.4], [0.7]),
    ):
        case = f"scores = {scores}, merits = {merits}"
        got = number(answer(list(scores), list(merits)), f"{case}: a regret")
        picked = merits[int(np.argmax(scores))]
        right = max(merits) - picked
        if abs(got - right) < 1e-9:
            continue
        if abs(got + right) < 1e-9:
            raise Wrong(f"{case}: a regret is never negative: the best merit less the pick's.")
        if abs(got) < 1e-9:
            raise Wrong(f"{case}: you return 0. Did you pick by merit? A search sees scores alone.")
        if abs(got - (max(scores) - sorted(scores)[-2 if len(scores) > 1 else -1])) < 1e-9:
            raise Wrong(f"{case}: you return a difference of scores. Regret is of merits.")
        if abs(got - (max(merits) - merits[int(np.argmin(scores))])) < 1e-9:
            raise Wrong(f"{case}: you picked the lowest score. High is good.")
        if abs(got - picked) < 1e-9:
            raise Wrong(f"{case}: you return the pick's merit. How much does it lack?")
        raise Wrong(f"{case}: you return {got:g}. Which circuit has the best score, and what is it worth?")
    return "Picked by the training data, judged by the test data."


CASES = ((27, [1, 2, 6], 3), (9, [10], 3), (16, [1, 2, 4, 8], 2), (10, [1, 3], 3), (2, [1, 4], 3))
"""Of halving: circuits, rungs, and one of how many goes on."""


@exercise("halving_cost")
def halving_cost(answer: Callable[[int, list[int], int], Any]) -> str:
    """`answer(circuits, rungs, kept)`: the cost of successive halving, in trainings to the end of the last rung."""
    for circuits, rungs, kept in CASES:
        case = f"{circuits} circuits, rungs {rungs}, one of {kept} goes on"
        got = number(answer(circuits, list(rungs), kept), f"{case}: a cost")
        right, anew, late = (_cost(circuits, rungs, kept, how) for how in ("on", "anew", "late"))
        if abs(got - right) < 1e-6 * right:
            continue
        if abs(got - anew) < 1e-6 * anew:
            raise Wrong(f"{case}: you train each rung from the start. A training goes on where it stopped.")
        if abs(got - right * rungs[-1]) < 1e-6 * got:
            raise Wrong(f"{case}: you return epochs. An evaluation is a training to the end, {rungs[-1]} of them.")
        if abs(got - circuits) < 1e-6 * got:
            raise Wrong(f"{case}: you return {got:g}. Only those that are kept are trained on.")
        if abs(got - late) < 1e-6 * got:
            raise Wrong(f"{case}: all {circuits} are in the first rung; the first cut comes after it.")
        if circuits < kept:
            raise Wrong(f"{case}: you return {got:g}. However few there are, one goes on.")
        raise Wrong(f"{case}: you return {got:g}. How many are in each rung, and how many epochs are added there?")
    return "So many circuits, for the price of a few."


def _cost(circuits: int, rungs: Sequence[int], kept: int, how: str) -> float:
    """What it costs; `how` it is counted: trained on, each rung anew, or cut before the first rung."""
    spent, before, there = 0, 0, max(1, circuits // kept) if how == "late" else circuits
    for rung in rungs:
        spent += there * (rung if how == "anew" else rung - before)
        before, there = rung, max(1, there // kept)
    return spent / rungs[-1]


@exercise("next_circuit")
def next_circuit(answer: Callable[[list[Circuit], list[tuple[Circuit, float]]], Any]) -> str:
    """`answer(space, asked)`: the circuit to train next; played against luck on made-up leagues."""
    random = np.random.default_rng(case_seed(11))
    own, luck = [], []
    for _ in range(LANDSCAPES):
        worth = _landscape(random)
        scores = {each: value + 0.003 * random.normal() for each, value in worth.items()}
        asked: list[tuple[Circuit, float]] = []
        for _ in range(QUESTIONS):
            each = _circuit(answer(list(SPACE), list(asked)))
            if each in dict(asked):
                raise Wrong(f"question {len(asked) + 1}: {each} is known already; `asked` holds what it scored.")
            asked.append((each, float(scores[each])))
        best = max(worth.values())
        own.append(best - worth[max(asked, key=lambda pair: pair[1])[0]])
        draws = [random.choice(len(SPACE), QUESTIONS, replace=False) for _ in range(50)]
        luck.append(np.mean([best - max(worth[SPACE[place]] for place in draw) for draw in draws]))
    ours, theirs = float(np.mean(own)), float(np.mean(luck))
    words = (
        f"regret {ours:.4f} after {QUESTIONS} questions, the mean of {LANDSCAPES} made-up leagues; "
        f"luck has {theirs:.4f}"
    )
    if ours > theirs:
        raise Wrong(f"{words}. Does your search look at the scores?")
    if ours > PART * theirs:
        raise Wrong(
            f"{words}. Better than luck; get below three quarters of it: circuits like the best one are worth a look."
        )
    return f"{words}."


def _landscape(random: np.random.Generator) -> dict[Circuit, float]:
    """Each choice is worth something, and some pairs of choices are worth more together."""
    alone = [dict(zip(values, random.normal(size=len(values)), strict=True)) for values in CHOICES.values()]
    together = {(a, b): 0.3 * random.normal() for a, b in itertools.product(CHOICES["entangler"], CHOICES["rotation"])}
    worth = {each: sum(alone[k][value] for k, value in enumerate(each)) + together[each[1], each[2]] for each in SPACE}
    return {each: 0.9 + 0.02 * value for each, value in worth.items()}


def _circuit(got: Any) -> Circuit:
    if isinstance(got, list) and len(got) == len(CHOICES):
        got = tuple(got)
    if not isinstance(got, tuple) or got not in SPACE:
        shown = repr(got) if len(repr(got)) < 80 else type(got).__name__
        raise Wrong(f"one of `space` is expected, such as {SPACE[5]!r}; you return {shown}.")
    return got
