"""The exercises of notebook 04: shots that suffice, controls, circuits without an error, bits read wrong."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import torch

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.generator.machine import read_wrong
from qtkit.labs.answers import close, number, numbers
from qtkit.labs.checking import Wrong, exercise
from qtkit.names import RIVALS
from qtkit.simulation.noise import fidelity
from qtkit.tasks.images.settings import ImageSettings


@exercise("enough_shots")
def enough_shots(answer: Callable[[int, float], Any]) -> str:
    """`answer(n, error)`: shots after which 2^n P of a uniform distribution's outcome has this standard deviation."""
    for n, error in ((1, 0.1), (3, 0.05), (17, 0.1), (17, 1.0)):
        size, case = 2**n, f"n = {n}, error = {error}"
        got, right = number(answer(n, error), f"{case}: shots"), (size - 1) / error**2
        if right * 0.999 - 1 <= got <= right * 1.001 + 1:  # rounded in any way, or not
            continue
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


CONTROL_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "training": {"train_angles": False},
    "start": {"train_angles": False, "angle_init": "uniform"},
    "circuit": {"model": "mapping"},
}
"""What each control lacks, to what it sets; a rival, `"quantum"`, is any model of `RIVALS`."""


@exercise("control")
def control(answer: Callable[[ImageSettings, str], Any]) -> str:
    """`answer(settings, lacking)`: the settings of a control, or what is to be changed in them."""
    for settings in (ImageSettings(probability="scaled", seed=3), ImageSettings(dataset="fashion", depth=6, epochs=4)):
        for lacking in (*CONTROL_CHANGES, "quantum"):
            changed = _changed(settings, answer(settings, lacking), lacking)
            if changed == CONTROL_CHANGES.get(lacking) or (lacking == "quantum" and _is_rival(changed)):
                continue
            if not changed:
                raise Wrong(f"{lacking!r}: your control is the same run again.")
            if same := sorted(set(changed) & {"seed", "dataset", "classes", "epochs", "learning_rate", "depth"}):
                raise Wrong(f"{lacking!r}: {same[0]} differs, too. A control lacks one thing, and all else is equal.")
            if "probability" in changed:
                raise Wrong(f"{lacking!r}: the mapping sees something else in yours, so two things differ.")
            if changed.get("model") == "classical":
                raise Wrong(f"{lacking!r}: the network itself trains all of its weights. Which model is as small?")
            if lacking == "start" and "train_angles" not in changed:
                raise Wrong("'start': random angles that are trained lack nothing. Keep them as they are drawn.")
            if lacking == "start" and changed == CONTROL_CHANGES["training"]:
                raise Wrong("'start': these circuits still start near |0…0⟩ or uniform. Draw their angles at random.")
            if lacking == "training" and "angle_init" in changed:
                raise Wrong("'training': the start differs, too. Leave the circuits where they are, untrained.")
            if lacking == "quantum" and changed == CONTROL_CHANGES["circuit"]:
                raise Wrong("'quantum': the mapping alone trains 19 numbers. Which rival trains as many as the search?")
            if "candidates" in changed:
                raise Wrong(f"{lacking!r}: those are other circuits, not the same ones without something.")
            raise Wrong(f"{lacking!r}: you change {', '.join(sorted(changed))}. What is missing then?")
    return "Each lacks one thing more than the run it is held against; data, seed and budget are the same."


def _changed(settings: ImageSettings, answered: Any, lacking: str) -> dict[str, Any]:
    """What is not as in `settings`."""
    before = settings.to_dict()
    try:
        if isinstance(answered, Mapping):
            answered = ImageSettings.from_dict({**before, **answered})
        if not isinstance(answered, ImageSettings):
            raise Wrong(f"{lacking!r}: ImageSettings are expected, you return {type(answered).__name__}.")
        after = answered.to_dict()
    except (TypeError, ValueError) as error:
        raise Wrong(f"{lacking!r}: no such settings: {error}") from None
    return {name: value for name, value in after.items() if value != before[name]}


def _is_rival(changed: Mapping[str, Any]) -> bool:
    return set(changed) == {"model"} and changed["model"] in RIVALS


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
        case, right = f"{ansatz}, n = {n}, L = {depth}", fidelity(ansatz, n, depth, error)
        got = number(answer(ansatz, n, depth, error), f"{case}: a chance")
        if _same(got, right):
            continue
        cnots = len(ansatz.cnots(n))
        hadamards = n if ansatz.hadamard else 0
        for words, places in (
            ("the Hadamards are missing", depth * (2 * cnots + n)),
            ("count qubits, not gates: a CNOT touches two", hadamards + depth * (cnots + n)),
            ("the rotations are missing", hadamards + depth * 2 * cnots),
            ("the Hadamards act once, not in each layer", depth * (hadamards + 2 * cnots + n)),
            ("this circuit has no Hadamards", n + depth * (2 * cnots + n)),
            ("that is a single layer, and there are L", hadamards + 2 * cnots + n),
        ):
            if _same(got, (1 - error) ** places):
                raise Wrong(f"{case}: {words}.")
        everywhere = hadamards + depth * (2 * cnots + n)
        if _same(got, 1 - right):
            raise Wrong(f"{case}: that is the chance of an error somewhere.")
        if _same(got, 1 - error * everywhere):
            raise Wrong(f"{case}: chances of independent things multiply; yours are subtracted.")
        raise Wrong(
            f"{case}: you return {got:.4g}. Count the places where an error may be; each stays clean with 1 − error."
        )
    return "Right. At 17 qubits and 15 layers, one error in a thousand leaves less than half of the runs clean."


@exercise("misread")
def misread(answer: Callable[[np.ndarray, float], Any]) -> str:
    """`answer(p, error)`: a distribution `(2**n,)` whose bits are each read wrong by this chance, independently."""
    for n in (1, 2, 4, 12, 14):
        p, error, case = np.random.default_rng(n).dirichlet(np.ones(2**n)), 0.1, f"n = {n}"
        right = read_wrong(torch.from_numpy(p), error).numpy()
        with _Memory() as memory:
            answered = answer(p.copy(), error)
        got = numbers(answered, p.shape, case)
        if close(got, right):
            if memory.peak > 2 * 4**n and n > 10:
                raise Wrong(
                    f"{case}: the values are right, but it took {memory.peak // 10**6:,} MB, as a matrix of 4ⁿ numbers "
                    "does. For 17 qubits that is too much: take the bits one after the other."
                )
            if isinstance(answered, torch.Tensor) and n == 12:
                break  # the memory of PyTorch is not seen here: a matrix of 4¹⁴ numbers might end the kernel
            continue
        if not math.isclose(got.sum(), 1, rel_tol=1e-5):
            raise Wrong(f"{case}: your probabilities add up to {got.sum():.3f}. One read wrong is read as another.")
        if n > 1 and close(got, (1 - error) * p + error * p[::-1]):
            raise Wrong(f"{case}: you flip all bits together. Each bit is read wrong by itself.")
        if n > 1 and any(close(got, _one_flipped(p, error, k)) for k in range(n)):
            raise Wrong(
                f"{case}: a single bit is read wrong in yours. Is what the next one gets what the last one left?"
            )
        if close(got, read_wrong(torch.from_numpy(p), 1 - error).numpy()):
            raise Wrong(f"{case}: a bit is read wrong with the chance `error`, and right with the rest.")
        raise Wrong(f"{case}: the values are not right. Take the bits one by one: p.reshape(…, 2, …) has one apart.")
    return "The exact readout of 14 qubits and more: n passes over 2ⁿ numbers instead of a matrix of 4ⁿ."


def _same(got: float, right: float) -> bool:
    """As far as 32-bit numbers multiply; two places more or less make a larger difference."""
    return math.isclose(got, right, rel_tol=2e-4)


def _one_flipped(p: np.ndarray, error: float, k: int) -> np.ndarray:
    split = p.reshape(2**k, 2, -1)
    return ((1 - error) * split + error * split[:, ::-1]).reshape(-1)


class _Memory:
    """The most that was taken while it was watched, by Python and numpy, in bytes."""

    peak = 0

    def __enter__(self) -> Self:
        self._mine = not tracemalloc.is_tracing()
        if self._mine:
            tracemalloc.start()
        tracemalloc.reset_peak()
        self._before = tracemalloc.get_traced_memory()[0]
        return self

    def __exit__(self, *_: object) -> None:
        self.peak = tracemalloc.get_traced_memory()[1] - self._before
        if self._mine:
            tracemalloc.stop()
