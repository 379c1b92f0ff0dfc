"""What the panel says in words: who leads, what takes part in vain, how far the run is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qtkit.circuits.ansatz import Ansatz
from qtkit.names import RIVALS, candidate_name
from qtkit.panels.parts.phase import Phase
from qtkit.simulation.structure import Structure, structure

_TIE = 5e-5  # weights closer than the last digit ever shown count as equal


def who_leads(
    candidates: Sequence[Ansatz],
    weights: Sequence[float],
    depth: int,
    *,
    model: str = "diffqas",
    own: Sequence[Ansatz] = (),
    n_qubits: int | None = None,
) -> str:
    """The sentence under the bars: who leads and by how much, and the joint weight of what cannot depend on angles.

    Arguments:
        candidates: the N circuits; none for a model without a circuit.
        weights: their effective weights, `(N,)`.
        depth: L, on which the structure of a circuit depends.
        model: as the settings name it.
        own: circuits of one's own that have a letter already, A first.
        n_qubits: n, without which nothing is said of what circuits by elements can depend on.
    """
    named = (*own, *candidates)
    if model in ("classical", "small"):
        return "Nothing is generated: every weight is trained itself."
    if model in RIVALS:
        return "No circuit takes part: every weight comes from features that stay as they were drawn."
    if not candidates:
        return "No circuit takes part: every weight comes from the bits of its index alone."
    if len(candidates) == 1:
        return f"One circuit, {_full(candidates[0], named)}: nothing is searched, its weight is fixed at 1."
    if len(weights) != len(candidates):
        return f"{len(candidates)} circuits take part."
    return f"{leaders(candidates, weights, own)} {_blind_groups(candidates, weights, depth, named, n_qubits)}".strip()


def leaders(candidates: Sequence[Ansatz], weights: Sequence[float], own: Sequence[Ansatz] = ()) -> str:
    """Who leads, and by how much; there are at least two candidates. For `own` see `who_leads`."""
    named = (*own, *candidates)
    top = max(weights)
    leaders = [c for c, w in zip(candidates, weights, strict=True) if top - w < _TIE]
    rest = [(w, c) for c, w in zip(candidates, weights, strict=True) if top - w >= _TIE]
    if not rest:
        return f"All {len(candidates)} weights are equal: w = {top:.4f}."
    value, second = max(rest, key=lambda pair: pair[0])
    digits = 4 if top - value < 0.01 else 3
    ahead = f"{top - value:.{digits}f} ahead of {_short(second, named)}"
    if len(leaders) == 1:
        sentence = f"{_full(leaders[0], named, capital=True)} leads: w = {top:.{digits}f}, {ahead}."
    else:
        sentence = f"Configs {_list(leaders, named)} lead together: w = {top:.{digits}f} each, {ahead}."
    lowest, least = min(zip(weights, candidates, strict=True), key=lambda pair: pair[0])
    if -lowest > top:
        name = _full(least, named, capital=True)
        sentence += f" {name} has the largest weight in size, with a minus sign: {lowest:.3f}."
    return sentence


def _blind_groups(
    candidates: Sequence[Ansatz], weights: Sequence[float], depth: int, named: Sequence[Ansatz], n_qubits: int | None
) -> str:
    """The groups of candidates whose probabilities are the same whatever the angles."""
    known = [each for each in zip(candidates, weights, strict=True) if each[0].in_words or n_qubits is not None]
    parts = []
    for kind, what in ((Structure.UNIFORM, "the uniform distribution"), (Structure.BASIS, "basis state 0")):
        group = [(c, w) for c, w in known if structure(c, depth, n_qubits) is kind]
        if group:
            members, total = [c for c, _ in group], sum(weight for _, weight in group)
            verb, together = ("are", "together ") if len(group) > 1 else ("is", "")
            parts.append(f"{_list(members, named)} {verb} {what}: {together}{total:.3f}")
    return f"Whatever the angles, {'; '.join(parts)}." if parts else ""


def progress(
    phase: Phase,
    records: Sequence[Any],
    total: int | None,
    rate: float | None,
    epochs: int | None = None,
    counted: str = "step",
) -> str:
    """Such as `"epoch 3 of 50 · step 366 of 6,100 · 12.9 steps/s · 7 min left"`; `counted` is what the total is of."""
    if not records:
        return ""
    last = records[-1]
    done, parts = getattr(last, counted), []
    if epochs:
        parts.append(f"epoch {min(int(last.epoch) + 1, epochs)} of {epochs}")
    parts.append(f"{counted} {done:,}" + (f" of {total:,}" if total else ""))
    if rate and phase.active:
        parts.append(f"{rate:.1f} {counted}s/s")
        if total and phase is Phase.RUNNING:
            parts.append(f"{duration((total - done) / rate)} left")
    elif last.seconds and not phase.active:
        parts.append(f"{duration(last.seconds)} of training")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A time for reading: `"8 s"`, `"7 min"`, `"2.5 h"`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def plain_error(error: BaseException) -> str:
    """An exception in a sentence for people: our own errors speak for themselves, others get their name."""
    text = str(error).strip() or type(error).__name__
    if isinstance(error, ValueError | FileNotFoundError | FloatingPointError):
        return text[0].upper() + text[1:]
    if isinstance(error, MemoryError):
        return "There was not enough memory for this run. Fewer layers do not help; a smaller network does."
    return f"{type(error).__name__}: {text}"


def _list(members: Sequence[Ansatz], named: Sequence[Ansatz]) -> str:
    names = [candidate_name(member, named) for member in members]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _short(candidate: Ansatz, named: Sequence[Ansatz]) -> str:
    return f"{'config' if candidate.config else 'circuit'} {candidate_name(candidate, named)}"


def _full(candidate: Ansatz, named: Sequence[Ansatz], *, capital: bool = False) -> str:
    text = f"{_short(candidate, named)} ({candidate.label})"
    return text[0].upper() + text[1:] if capital else text
