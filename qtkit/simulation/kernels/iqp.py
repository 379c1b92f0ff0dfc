"""IQP circuits: no Hadamards, layers of CNOTs and RX, on states `(2**bits,)` as in `pieces`."""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling.functions import Floats, Integers, compiled_as_written
from qtkit.simulation.kernels.half_turns import halve, sine_and_cosine
from qtkit.simulation.kernels.pieces import rotate
from qtkit.simulation.kernels.sums import dot
from qtkit.simulation.kernels.tables import ANGLES, MASKS, ROW


@compiled_as_written
def walsh_hadamard(state: Floats, ones: Floats) -> None:
    """Unnormalised Walsh-Hadamard transform in place, of a vector already multiplied by the parity signs (-1)**bits.

    `[[1, 1], [1, -1]] = [[1, -1], [1, 1]] Z` on each qubit: after those signs, rotations of tangent 1.
    """
    rotate(state, ones, ones[0])


@compiled_as_written
def iqp_forward(
    circuits: Integers,
    tables: Integers,
    begin: int,
    end: int,
    angles: Floats,
    ones: Floats,
    signs: Floats,
    kept: Floats,
    probabilities: Floats,
) -> None:
    """Run the circuits `begin` to `end - 1` of `circuits`, see `tables`.

    Arguments:
        angles: all sets, `(S, L, n)`.
        ones: `(bits,)`, 1 for each qubit.
        signs: `(2**bits,)`, the parity (-1)**bits of each index.
        kept: `(end - begin, 4, 2**bits)`, to be filled for `iqp_backward`.
        probabilities: of all circuits of the ensemble, `(circuits, 2**n)`.
    """
    count = angles.shape[1] * angles.shape[2]
    half_angles = np.empty(count, angles.dtype)
    for i in range(end - begin):
        circuit = circuits[begin + i]
        masks = tables[circuit[MASKS] : circuit[MASKS] + count]
        halve(angles[circuit[ANGLES]].reshape(count), half_angles)
        _forward(half_angles, masks, ones, signs, kept[i], probabilities[circuit[ROW]])


@compiled_as_written
def iqp_backward(
    circuits: Integers,
    tables: Integers,
    begin: int,
    end: int,
    ones: Floats,
    signs: Floats,
    kept: Floats,
    upstream: Floats,
    weights: Floats,
    work: Floats,
    gradients: Floats,
    totals: Floats,
) -> None:
    """Add to gradients as `real.real_backward`; `work` is `(2, 2**bits)`."""
    count = gradients.shape[1] * gradients.shape[2]
    for i in range(end - begin):
        circuit = circuits[begin + i]
        row = circuit[ROW]
        masks = tables[circuit[MASKS] : circuit[MASKS] + count]
        totals[row] = _backward(
            masks, ones, signs, kept[i], upstream, weights[row], work, gradients[row].reshape(count)
        )  # fmt: skip


@compiled_as_written
def _forward(
    half_angles: Floats, masks: Integers, ones: Floats, signs: Floats, kept: Floats, probabilities: Floats
) -> None:
    """One circuit, `|psi> = H D(phi) H |0...0>`: probabilities `(2**n,)`, whatever the depth is.

    `half_angles` and `masks` `(L * n,)`; `kept` `(4, 2**bits)` gets the cosines and sines of the phases, each with its
    index's sign, and the real and negative imaginary parts of the amplitudes.
    """
    cosines, sines, real, imaginary = kept[0], kept[1], kept[2], kept[3]
    phases = imaginary  # until that is known
    phases[:] = 0
    for g in range(len(masks)):
        phases[masks[g]] += half_angles[g] * signs[masks[g]]
    walsh_hadamard(phases, ones)
    for x in range(len(phases)):
        sine, cosine = sine_and_cosine(phases[x])
        cosines[x] = signs[x] * cosine
        sines[x] = signs[x] * sine
        real[x] = cosines[x]
    for x in range(len(sines)):  # a loop of its own: the one above is made of vectors as long as it writes no phases
        imaginary[x] = sines[x]
    walsh_hadamard(real, ones)
    walsh_hadamard(imaginary, ones)
    scale = kept.dtype.type(1) / len(probabilities)
    for y in range(len(probabilities)):
        real[y] *= scale
        imaginary[y] *= scale
        probabilities[y] = real[y] * real[y] + imaginary[y] * imaginary[y]


@compiled_as_written
def _backward(
    masks: Integers,
    ones: Floats,
    signs: Floats,
    kept: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add one circuit's to `gradient` `(L * n,)`, and return its total.

    With `T = WHT(upstream * conj(psi))` the derivative by the phase of x is `2**-n Re(-i exp(-i phi/2) T)`, and an
    angle adds to the phase of x with the sign of the parity of `x & mask`: one more transform.
    """
    cosines, sines, real, imaginary = kept[0], kept[1], kept[2], kept[3]
    first, second = work[0], work[1]
    first[:] = 0
    second[:] = 0
    for y in range(len(upstream)):
        first[y] = real[y] * real[y] + imaginary[y] * imaginary[y]
        second[y] = upstream[y]
    result = np.empty(1, kept.dtype)
    dot(first, second, result)
    for y in range(len(upstream)):
        signed = signs[y] * upstream[y]
        first[y] = signed * real[y]
        second[y] = signed * imaginary[y]
    walsh_hadamard(first, ones)
    walsh_hadamard(second, ones)
    scale = weight / len(upstream)
    for x in range(len(upstream)):  # cosines and sines carry the sign that the next transform needs
        first[x] = scale * (cosines[x] * second[x] - sines[x] * first[x])
    walsh_hadamard(first, ones)
    for g in range(len(masks)):
        gradient[g] += first[masks[g]]
    total: float = result[0]
    return total
