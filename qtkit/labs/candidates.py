"""The exercises of notebook 02: layers that count, a circuit for a target, angles for weights, X-strings, IQP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch

from qtkit.analysis import effective_parameters, entangling_capability, idle_layers
from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.labs.answers import close, numbers, shown, whole
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.variants import case_seed
from qtkit.simulation import probabilities
from qtkit.simulation.permutation import cnot_images, parity_masks

TARGET_PARAMETERS, TARGET_ENTANGLEMENT, TOLERANCE = 10, 0.6, 0.05
"""What the circuit to be designed has to have, on four qubits, and how far its entanglement may be off."""

_STACKS = (
    (True, ("ry", "ry")),
    (False, ("rx", "ry")),
    (True, ("rx", "ry")),
    (False, ("rz", "ry")),
    (False, ("rz", "ry", "rz")),
    (True, ("rx", "rx", "rz", "rx")),
    (False, ("rz", "rz", "rx", "rz", "rx")),
    (True, ("rz", "rx", "rz", "rz")),
    (True, ("rz", "ry")),
    (False, ("rx", "rz", "rx")),
    (True, ("rx", "rz", "rz")),
    (False, ("rz", "rz")),
)


@exercise("layers")
def layers(answer: Callable[[bool, list[str]], Any]) -> str:
    """`answer(hadamard, rotations)`: the layers, from 0, whose angles can change the distribution."""
    for hadamard, rotations in _STACKS:
        depth = len(rotations)
        right = sorted(set(range(depth)) - set(idle_layers(Ansatz(hadamard, "cyc", rotations), depth)))
        case = f"{'Hadamards' if hadamard else 'no Hadamards'}, then {', '.join(r.upper() for r in rotations)}"
        got = _read_layers(answer(hadamard, list(rotations)), case)
        if got == right:
            continue
        if got and (got[-1] >= depth or got[0] < 0):
            raise Wrong(f"{case}: you return {got}. The layers are numbered from 0, here to {depth - 1}.")
        if got == sorted(set(range(depth)) - set(right)):
            if not got:
                raise Wrong(f"{case}: you return no layer at all. The layers that count are asked for.")
            raise Wrong(f"{case}: you return {got}, which are the others. The layers that count are asked for.")
        layer = min(set(got) ^ set(right))
        raise Wrong(f"{case}: you return {got}. Look at layer {layer} again. {_ask(layer, right)}")
    return "Right: idle layers lie at the two ends only, whatever the CNOTs."


def _read_layers(got: Any, case: str) -> list[int]:
    if isinstance(got, torch.Tensor | np.ndarray):
        got = got.tolist()
    if isinstance(got, str) or not isinstance(got, Iterable):
        raise Wrong(f"{case}: a list of layers is expected, you return {shown(got)}.")
    return sorted({whole(layer, f"{case}: a layer") for layer in got})


def _ask(layer: int, right: list[int]) -> str:
    """A question for the first layer that is wrong."""
    if layer in right:
        return "Is the state that it meets one that it leaves alone? And is its effect lost before the end?"
    if not right or layer < right[0]:
        return "Which state does it meet, and what does its rotation do to this state?"
    return "What can still happen to the phases that it turns?"


@exercise("design")
def design(answer: Callable[[], Any]) -> str:
    """`answer()`: an `Ansatz` and a depth, on four qubits, with ten effective parameters and an entanglement of 0.6."""
    got = answer()
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise Wrong(f"return two things: an Ansatz and the number of layers. You return {_name(got)}.")
    ansatz, depth = got
    if not isinstance(ansatz, Ansatz):
        raise Wrong(f"the first of the two must be an Ansatz, yours is {_name(ansatz)}. studio.ansatz is one.")
    depth = whole(depth, "the second of the two, the number of layers,")
    if not 1 <= depth <= 15:
        raise Wrong(f"between 1 and 15 layers are possible here, you return {depth}.")
    try:
        ansatz.check_fits(4)
    except ValueError as error:
        raise Wrong(f"the circuit must fit on four qubits: {error}.") from None
    found = effective_parameters(ansatz, 4, depth)
    if found < TARGET_PARAMETERS:
        idle = idle_layers(ansatz, depth) if ansatz.in_words else {}
        why = f"layers {sorted(idle)} are idle." if idle else "do some angles share an X-string, or is a layer missing?"
        raise Wrong(f"your circuit has {found} effective parameters, {TARGET_PARAMETERS} are asked for: {why}")
    if found > TARGET_PARAMETERS:
        raise Wrong(
            f"your circuit has {found} effective parameters, {TARGET_PARAMETERS} are asked for: "
            "take a layer away, make one idle, or let angles share their work."
        )
    entanglement = entangling_capability(ansatz, 4, depth)
    if abs(entanglement - TARGET_ENTANGLEMENT) > TOLERANCE:
        much = "much" if entanglement > TARGET_ENTANGLEMENT else "little"
        raise Wrong(
            f"ten effective parameters, as asked. The mean entanglement is {entanglement:.2f}, too {much}: "
            f"{TARGET_ENTANGLEMENT} is asked for, give or take {TOLERANCE}. Which CNOTs, and how many, make it?"
        )
    return f"{ansatz.label}, {depth} layers: ten effective parameters, entanglement {entanglement:.2f}."


def _name(value: Any) -> str:
    return f"{type(value).__name__} of {len(value)}" if isinstance(value, tuple | list) else type(value).__name__


@exercise("write")
def write(answer: Callable[[np.ndarray], Any]) -> str:
    """`answer(kappa)`: angles `(2, 2)` with which config 8 on two qubits writes the weights `4 P - 1 = kappa`."""
    ansatz = CANDIDATES[7]

    def weights(angles: np.ndarray) -> np.ndarray:
        return 4 * probabilities(ansatz, torch.as_tensor(angles)).numpy() - 1

    draws = np.random.default_rng(2)
    asked = [np.array(each) for each in ([1.0, -0.2, -0.2, -0.6], [1.0, -1.0, -1.0, 1.0], [-1.0, -1.0, -1.0, 3.0])]
    asked += [weights(draws.uniform(-3, 3, (2, 2))) for _ in range(2)]
    for kappa in asked:
        case = f"κ = {_list(kappa)}"
        angles = numbers(answer(kappa.copy()), (2, 2), f"{case}: two layers of two angles")
        written = weights(angles)
        if _near(written, kappa):
            continue
        if _near(written[[0, 2, 1, 3]], kappa):
            raise Wrong(f"{case}: your angles write {_list(written)}: wires 0 and 1 have changed places.")
        if _near(weights(2 * angles), kappa):
            raise Wrong(f"{case}: half of what is needed: RY(θ) turns an amplitude by θ/2.")
        if _near(weights(np.deg2rad(angles)), kappa):
            raise Wrong(f"{case}: angles are in radians, these look like degrees.")
        if _near(weights(angles[::-1].copy()), kappa):
            raise Wrong(f"{case}: your angles write {_list(written)}: the two layers have changed places.")
        if np.allclose(angles, 0):
            raise Wrong(f"{case}: all your angles are 0. There no first derivative is left: start elsewhere.")
        raise Wrong(f"{case}: your angles write {_list(written)}.")
    return "The circuit writes what you ask, to two digits and better: training does this for a whole network at once."


def _near(written: np.ndarray, kappa: np.ndarray) -> bool:
    return bool(np.abs(written - kappa).max() < 0.02)


def _list(values: np.ndarray) -> str:
    return "[" + ", ".join(f"{value:.2f}" for value in values) + "]"


@exercise("push")
def push(answer: Callable[[int, list[tuple[int, int]], int], Any]) -> str:
    """`answer(mask, cnots, n)`: the X-string that `mask` becomes when pushed through `cnots`, in order."""
    for n, cnots in ((3, [(0, 1), (1, 2)]), (2, [(0, 1)]), (2, [(1, 0)]), (4, list(CANDIDATES[9].cnots(4)))):
        right = cnot_images(tuple(cnots), n)
        got = []
        for mask in range(2**n):
            value = whole(answer(mask, list(cnots), n), f"X-string {mask:0{n}b}: what it becomes")
            if not 0 <= value < 2**n:
                raise Wrong(f"X-string {mask:0{n}b}: a whole number below {2**n} is expected, you return {value!r}.")
            got.append(value)
        if np.array_equal(got, right):
            continue
        if np.array_equal(got, cnot_images(tuple((target, control) for control, target in cnots), n)):
            raise Wrong("control and target changed places. It is Z that travels from target to control.")
        if np.array_equal(got, cnot_images(tuple((n - 1 - c, n - 1 - t) for c, t in cnots), n)):
            raise Wrong("wire 0 is the most significant bit of the string: 1 << (n - 1 - q) for wire q.")
        if np.array_equal(got, cnot_images(tuple(reversed(cnots)), n)):
            raise Wrong(f"CNOTs {cnots}: you take the last one first, or read a control as it was at the start.")
        if got == list(range(2**n)):
            raise Wrong(f"CNOTs {cnots}: every string comes out unchanged. An X on a control does not.")
        if np.array_equal(got, [_pushed_by_or(mask, cnots, n) for mask in range(2**n)]):
            raise Wrong(f"CNOTs {cnots}: an X on a control takes away an X that is on the target: X² = 1.")
        mask = next(m for m in range(2**n) if got[m] != right[m])
        case = f"X-string {mask:0{n}b} through CNOTs {cnots}"
        raise Wrong(f"{case}: {got[mask]:0{n}b} is not right. Take the CNOTs one by one, in their order.")
    return "An X on the control becomes X on both: the string moves as a basis state does."


def _pushed_by_or(mask: int, cnots: Iterable[tuple[int, int]], n: int) -> int:
    """What becomes of an X-string if no X is ever taken away."""
    for control, target in cnots:
        if mask >> (n - 1 - control) & 1:
            mask |= 1 << (n - 1 - target)
    return mask


@exercise("iqp")
def iqp(answer: Callable[[np.ndarray, np.ndarray, int], Any]) -> str:
    """`answer(masks, thetas, n)`: the probabilities of an IQP circuit from its masks and angles, both `(K,)`."""
    for config, n, depth in ((7, 2, 1), (7, 3, 2), (10, 4, 3)):
        ansatz = CANDIDATES[config - 1]
        angles = np.random.default_rng(case_seed(config)).normal(size=(depth, n))
        masks = parity_masks(ansatz, n, depth).reshape(-1).copy()
        right = probabilities(ansatz, torch.as_tensor(angles)).numpy()
        raw = answer(masks, angles.reshape(-1).copy(), n)
        if np.iscomplexobj(raw.detach().numpy() if isinstance(raw, torch.Tensor) else raw):
            raise Wrong("probabilities are real: take |amplitude|².")
        got = numbers(raw, (2**n,), f"n = {n}: {2**n} probabilities are expected")
        case = f"config {config}, n = {n}"
        if close(got, right):
            continue
        if close(got, np.sqrt(right)):
            raise Wrong(f"{case}: these are the sizes of the amplitudes. A probability is their square.")
        if not np.isclose(got.sum(), 1, atol=1e-4):
            why = (
                "Is each sum divided by 2ⁿ?"
                if close(got, got.sum() * right)
                else "Each sign is -1 to the number of ones in x & y, or in x & m; the absolute value is squared."
            )
            raise Wrong(f"{case}: your probabilities sum to {got.sum():.4g}. {why}")
        if close(got, probabilities(ansatz, torch.as_tensor(2 * angles)).numpy()):
            raise Wrong("each rotation turns by half its angle: exp(-iθ/2 ...).")
        if close(got, np.full(2**n, 2.0**-n)):
            raise Wrong(f"{case}: uniform. That is the state before the second Hadamards: sum over x with its signs.")
        raise Wrong(f"{case}: not right. The phase of x is Σ θ/2 · (-1)^(bits of x and mask in common).")
    return "No gate was applied: two sums over bit strings give the whole distribution, whatever the depth."
