"""The exercises of notebook 08 tell what is wrong, and accept what is right."""

from __future__ import annotations

import numpy as np
import pytest

from tests.labs.exercises import each_of, expect_hint, expect_right


def pick_regret(scores, merits):
    return max(merits) - merits[scores.index(max(scores))]


def halving_cost(circuits, rungs, kept, *, anew=False, least=1, unit=True, cut_first=False):
    spent = before = 0
    circuits = max(least, circuits // kept) if cut_first else circuits
    for rung in rungs:
        spent += circuits * (rung - (0 if anew else before))
        before, circuits = rung, max(least, circuits // kept)
    return spent / rungs[-1] if unit else spent


def distance(one, other):
    return sum(a != b for a, b in zip(one, other, strict=True))


def nearest(space, asked, *, first=6):
    known = dict(asked)
    fresh = [each for each in space if each not in known]
    if len(asked) < first:
        return fresh[37 * len(asked) % len(fresh)]
    best = max(known, key=known.get)
    return min(fresh, key=lambda each: distance(each, best))


def additive(space, asked):
    """Least squares on the choices, and the best that is not known."""
    known = dict(asked)
    fresh = [each for each in space if each not in known]
    if len(asked) < 12:
        return fresh[61 * len(asked) % len(fresh)]
    levels = [sorted({str(each[k]) for each in space}) for k in range(4)]
    row = lambda each: [float(str(each[k]) == level) for k in range(4) for level in levels[k]]  # noqa: E731
    weights = np.linalg.lstsq(np.array([row(each) for each in known]), np.array(list(known.values())), rcond=1e-6)[0]
    return max(fresh, key=lambda each: float(np.dot(row(each), weights)))


def evolution(space, asked):
    random = np.random.default_rng(len(asked))
    known = dict(asked)
    fresh = [each for each in space if each not in known]
    if len(asked) < 8:
        return fresh[random.integers(len(fresh))]
    parents = sorted(known, key=known.get)[-3:]
    near = [each for each in fresh if any(distance(each, parent) == 1 for parent in parents)]
    return near[random.integers(len(near))]


def luck(space, asked):
    random = np.random.default_rng(7 * len(asked))
    fresh = [each for each in space if each not in dict(asked)]
    return fresh[random.integers(len(fresh))]


RIGHT = {
    "pick_regret": [
        pick_regret,
        lambda scores, merits: np.max(merits) - np.array(merits)[np.argmax(scores)],
        lambda scores, merits: max(merits) - max(zip(scores, merits, strict=True))[1],
        lambda scores, merits: np.array([max(merits) - merits[int(np.argmax(scores))]]),
        lambda scores, merits: max(m - merits[scores.index(max(scores))] for m in merits),
    ],
    "halving_cost": [
        halving_cost,
        lambda n, rungs, kept: np.float64(halving_cost(n, rungs, kept)),
        lambda n, rungs, kept: sum(
            max(1, n // kept**k) * (b - a) / rungs[-1]
            for k, (a, b) in enumerate(zip([0, *rungs], rungs))  # noqa: B905
        ),
        lambda n, rungs, kept: np.array(halving_cost(n, rungs, kept)),
        lambda *case: halving_cost(*case),
    ],
    "next_circuit": [
        nearest,
        additive,
        evolution,
        lambda space, asked: list(nearest(space, asked)),
        lambda space, asked: nearest(space, asked, first=10),
    ],
}

WRONG = [
    ("pick_regret", lambda scores, merits: 0.0, "Did you pick by merit"),
    ("pick_regret", lambda scores, merits: -pick_regret(scores, merits), "never negative"),
    ("pick_regret", lambda scores, merits: sorted(scores)[-1] - sorted(scores)[-2], "Regret is of merits"),
    ("pick_regret", lambda scores, merits: max(merits) - merits[scores.index(min(scores))], "High is good"),
    ("pick_regret", lambda scores, merits: merits[scores.index(max(scores))], "How much does it lack"),
    ("pick_regret", lambda scores, merits: None, "is `return` missing"),
    ("halving_cost", lambda *case: halving_cost(*case, anew=True), "goes on where it stopped"),
    ("halving_cost", lambda *case: halving_cost(*case, unit=False), "you return epochs"),
    ("halving_cost", lambda n, rungs, kept: n, "Only those that are kept"),
    ("halving_cost", lambda *case: halving_cost(*case, cut_first=True), "the first cut comes after it"),
    ("halving_cost", lambda *case: halving_cost(*case, least=0), "one goes on"),
    ("halving_cost", lambda *case: 1.0, "how many epochs are added"),
    ("next_circuit", luck, "regret"),
    ("next_circuit", lambda space, asked: space[0], "is known already"),
    ("next_circuit", lambda space, asked: "CZ ring", "one of `space` is expected"),
    ("next_circuit", lambda space, asked: ("H", "CZ ring", "U3", 2), "one of `space` is expected"),
    ("next_circuit", lambda space, asked: space[len(asked)], "Does your search look at the scores?"),
]


@pytest.mark.parametrize(("name", "answer"), each_of(RIGHT))
def test_right_answers_pass(name, answer):
    expect_right(name, answer)


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers_are_told_what_is_wrong(name, answer, words):
    expect_hint(name, answer, words)
