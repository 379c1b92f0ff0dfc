"""What the agent panel says in words: how often the agent arrives, in how many steps, and who leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qtkit.circuits.ansatz import Ansatz
from qtkit.panels.training.words import leaders, who_leads

if TYPE_CHECKING:
    from qtkit.tasks.gridworld.evaluation import Evaluation

RECENT = 100
"""So many of the last episodes are spoken of."""


def arrivals(
    returns: Sequence[float],
    lengths: Sequence[int],
    shortest: int | None,
    likeliest: Evaluation | None = None,
    threshold: float | None = None,
) -> str:
    """How often the agent reached the goal in the last episodes, and in how many steps.

    Arguments:
        returns: of all episodes so far `(E,)`; one above 0 means the goal.
        lengths: their steps `(E,)`.
        shortest: steps of the shortest path, if it is known.
        likeliest: the evaluation of the policy that always takes its likeliest action, if there is one.
        threshold: the return that counts as a success, where the environment names one.
    """
    if not returns:
        return "No episode has ended yet."
    recent, steps = returns[-RECENT:], lengths[-RECENT:]
    share, mean = sum(total > 0 for total in recent) / len(recent), sum(steps) / len(steps)
    if threshold is not None:
        return _scores(recent, sum(steps) / len(steps), threshold)
    count = f"last {len(recent)} episodes" if len(recent) > 1 else "first episode"
    way = f"shortest path {shortest} steps, now {mean:.1f} on average" if shortest else f"{mean:.1f} steps on average"
    text = f"The agent reaches the goal in {100 * share:.0f} % of the {count}; {way}."
    if likeliest is None:
        return text
    if likeliest.success_rate > 0:
        return f"{text} Taking its likeliest action each time, it needs {likeliest.mean_length:.0f}."
    return f"{text} Taking its likeliest action each time, it never arrives."


def _scores(recent: Sequence[float], steps: float, threshold: float) -> str:
    """As `arrivals`, where returns tell more than whether a goal was reached."""
    mean, share = sum(recent) / len(recent), sum(total >= threshold for total in recent) / len(recent)
    count = f"last {len(recent)} episodes" if len(recent) > 1 else "first episode"
    return (
        f"The {count} returned {mean:.1f} on average, in {steps:.1f} steps; {100 * share:.0f} % reached {threshold:g}, "
        "which counts as solved."
    )


def both_lead(
    candidates: Sequence[Ansatz],
    policy: Sequence[float],
    value: Sequence[float],
    depth: int,
    *,
    model: str = "diffqas",
    own: Sequence[Ansatz] = (),
) -> str:
    """Who leads in the policy and who in the value network.

    Arguments:
        candidates: the N circuits; none for a model without a circuit.
        policy: their effective weights in the policy, `(N,)`.
        value: those in the value network, `(N,)`.
        depth: L.
        model: as the settings name it.
        own: circuits of one's own that have a letter already, A first.
    """
    if len(candidates) < 2 or not len(policy) == len(value) == len(candidates):
        return who_leads(candidates, policy, depth, model=model, own=own)
    led = [_small(leaders(candidates, weights, own)) for weights in (policy, value)]
    return f"Policy: {led[0]} Value: {led[1]}"


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
