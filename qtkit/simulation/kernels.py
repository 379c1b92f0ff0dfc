"""Compiled kernels: whole circuits, forward and backward, on states `(2**n,)` of float32 or float64.

Three pieces make up everything: a rotation of every qubit (`rotate`), the gradient of such a layer (`overlap`) and a
permutation of the amplitudes (`permute`). They release the GIL and use one thread; callers run one circuit a thread.

Compiled on first use and kept on disk, see `qtkit.simulation.kernel_cache`.
"""

from __future__ import annotations

import numpy as np

from qtkit.simulation.compiling import Floats, Integers, compiled
from qtkit.simulation.vector import GROUP, VECTOR_BYTES, overlap_group, overlap_low, rotate_group, rotate_low


@compiled
def _lane_bits(state: Floats) -> int:
    """Qubits that live inside one vector."""
    lanes, bits = VECTOR_BYTES // state.itemsize, 0
    while (1 << bits) < lanes:
        bits += 1
    return bits


@compiled
def _high_group(qubits: int) -> int:
    """How many of `qubits` qubits above a block the next sweep takes: sweeps of at most 3, of even size.

    Three, for eight streams a power of two apart are what an 8-way cache holds.
    """
    sweeps = (qubits + 2) // 3
    return (qubits + sweeps - 1) // sweeps


@compiled
def rotate(state: Floats, cos: Floats, sin: Floats) -> None:
    """Rotate every qubit about Y, in place: `cos`, `sin` `(n,)` of half the angles, of the state's dtype."""
    n, lane_bits = len(cos), _lane_bits(state)
    if n < lane_bits:
        _rotate_scalar(state, cos, sin)
        return
    low = min(GROUP, n - lane_bits)
    middle = min(GROUP, n - lane_bits - low)
    bits = lane_bits + low + middle
    block = 1 << bits  # at most 16 kB: stays in the innermost cache
    for begin in range(0, 1 << n, block):
        rotate_low(state, cos, sin, begin, begin + block, n - lane_bits - low, low)
        rotate_group(state, cos, sin, begin, begin + block, 1 << (lane_bits + low), n - bits, middle)
    while bits < n:
        qubits = _high_group(n - bits)
        rotate_group(state, cos, sin, 0, 1 << n, 1 << bits, n - bits - qubits, qubits)
        bits += qubits


@compiled
def overlap(state: Floats, cotangent: Floats, gradient: Floats) -> None:
    """Add to `gradient` `(n,)` the derivative by each angle of a layer that has just been applied.

    `d RY(t)/dt = J RY(t) / 2` with `J (x, y) = (-y, x)`, so the derivative is `sum(s0 c1 - s1 c0) / 2` over all pairs
    of amplitudes of the qubit: s of the state after the layer, c of the loss's derivative by that state. The sweeps are
    those of `rotate`.
    """
    n, lane_bits = len(gradient), _lane_bits(state)
    if n < lane_bits:
        _overlap_scalar(state, cotangent, gradient)
        return
    low = min(GROUP, n - lane_bits)
    middle = min(GROUP, n - lane_bits - low)
    bits = lane_bits + low + middle
    block = 1 << bits
    for begin in range(0, 1 << n, block):
        overlap_low(state, cotangent, gradient, begin, begin + block, n - lane_bits - low, low)
        overlap_group(state, cotangent, gradient, begin, begin + block, 1 << (lane_bits + low), n - bits, middle)
    while bits < n:
        qubits = _high_group(n - bits)
        overlap_group(state, cotangent, gradient, 0, 1 << n, 1 << bits, n - bits - qubits, qubits)
        bits += qubits


@compiled
def _rotate_scalar(state: Floats, cos: Floats, sin: Floats) -> None:
    n = len(cos)
    for q in range(n):
        half = 1 << (n - 1 - q)
        for index in range(1 << n):
            if not index & half:
                x, y = state[index], state[index | half]
                state[index] = cos[q] * x - sin[q] * y
                state[index | half] = sin[q] * x + cos[q] * y


@compiled
def _overlap_scalar(state: Floats, cotangent: Floats, gradient: Floats) -> None:
    n = len(gradient)
    for q in range(n):
        half = 1 << (n - 1 - q)
        total = state[0] * 0
        for index in range(1 << n):
            if not index & half:
                total += state[index] * cotangent[index | half] - state[index | half] * cotangent[index]
        gradient[q] += total / 2


@compiled
def permute(target: Floats, source: Floats, order: Integers) -> None:
    """`target[i] = source[order[i]]`."""
    for i in range(len(order)):
        target[i] = source[order[i]]


# Real circuits: Hadamards or not, layers of CNOTs and RY ------------------------------------------------------------


@compiled
def real_forward(
    cos: Floats, sin: Floats, sources: Integers, hadamard: bool, states: Floats, probabilities: Floats
) -> None:
    """Run a real circuit: `cos`, `sin` `(L, n)`, `sources` of one CNOT layer, probabilities `(2**n,)`.

    `states` `(rows, 2**n)` gets the state after each layer; with fewer than L rows (at least 2, for L > 1) they are
    used in turn, which is enough where no gradient is wanted.
    """
    depth, rows = len(cos), len(states)
    last = states[(depth - 1) % rows] if depth > 0 else states[0]
    for layer in range(max(depth, 1)):
        state = states[layer % rows]
        if layer == 0:  # a CNOT layer leaves both start states as they are
            _start(state, hadamard)
        else:
            permute(state, states[(layer - 1) % rows], sources)
        if depth > 0:
            rotate(state, cos[layer], sin[layer])
    for i in range(len(last)):
        probabilities[i] = last[i] * last[i]


@compiled
def real_backward(
    cos: Floats,
    sin: Floats,
    images: Integers,
    states: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add `weight` times the derivative of `sum(upstream * probabilities)` by the angles to `gradient` `(L, n)`.

    `states` as `real_forward` left them, one row a layer; `images` is the inverse of its `sources`; `work` is
    `(2, 2**n)`. Returns `sum(upstream * probabilities)`.
    """
    depth = len(cos)
    last = states[max(depth - 1, 0)]
    current, other = work[0], work[1]
    total: float = last[0] * 0
    twice = 2 * weight
    for i in range(len(last)):
        product = upstream[i] * last[i]
        total += product * last[i]
        current[i] = twice * product
    for layer in range(depth - 1, -1, -1):
        overlap(states[layer], current, gradient[layer])
        if layer > 0:
            rotate(current, cos[layer], -sin[layer])
            permute(other, current, images)
            current, other = other, current
    return total


@compiled
def _start(state: Floats, hadamard: bool) -> None:
    n_amplitudes = len(state)
    state[:] = 1 / np.sqrt(n_amplitudes) if hadamard else 0
    if not hadamard:
        state[0] = 1


# IQP circuits: no Hadamards, layers of CNOTs and RX -----------------------------------------------------------------


@compiled
def _walsh_hadamard(state: Floats, ones: Floats) -> None:
    """Unnormalised Walsh-Hadamard transform in place, of a vector already multiplied by the parity signs (-1)**bits.

    `[[1, 1], [1, -1]] = [[1, -1], [1, 1]] Z` on each qubit: after those signs, the rotation kernel with cos = sin = 1.
    """
    rotate(state, ones, ones)


@compiled
def _sine_and_cosine(x: float) -> tuple[float, float]:
    """Sine and cosine by Taylor series on [-pi/4, pi/4], free of branches so that loops over it vectorise.

    The first neglected terms are below 1e-17, for both dtypes.
    """
    quarter = np.rint(x * (2 / np.pi))
    r = x - quarter * (np.pi / 2)
    z = r * r
    sine = -1 / 1307674368000 * z + 1 / 6227020800
    sine = r * (1 + z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362880 + z * (-1 / 39916800 + z * sine))))))
    cosine = 1 / 20922789888000 * z - 1 / 87178291200
    cosine = 1 / 479001600 + z * cosine
    cosine = 1 + z * (-1 / 2 + z * (1 / 24 + z * (-1 / 720 + z * (1 / 40320 + z * (-1 / 3628800 + z * cosine)))))
    turns = np.int64(quarter)
    swapped = turns & 1
    a, b = (cosine, sine) if swapped else (sine, cosine)
    return (-a if turns & 2 else a), (-b if (turns + 1) & 2 else b)


@compiled
def iqp_forward(
    half_angles: Floats,
    masks: Integers,
    ones: Floats,
    signs: Floats,
    phases: Floats,
    kept: Floats,
    probabilities: Floats,
) -> None:
    """Run an IQP circuit, `|psi> = H D(phi) H |0...0>`: probabilities `(2**n,)`, whatever the depth is.

    `half_angles` and `masks` `(L * n,)`; `ones` `(n,)` is all 1; `signs` `(2**n,)` is the parity (-1)**bits of the
    index; `phases` `(2**n,)` is work space; `kept` `(4, 2**n)` gets what `iqp_backward` needs: the cosines and sines of
    the phases, each with its index's sign, and the real and negative imaginary parts of the amplitudes.
    """
    cosines, sines, real, imaginary = kept[0], kept[1], kept[2], kept[3]
    phases[:] = 0
    for g in range(len(masks)):
        phases[masks[g]] += half_angles[g] * signs[masks[g]]
    _walsh_hadamard(phases, ones)
    for x in range(len(phases)):
        sine, cosine = _sine_and_cosine(phases[x])
        cosines[x] = signs[x] * cosine
        sines[x] = signs[x] * sine
        real[x] = cosines[x]
        imaginary[x] = sines[x]
    _walsh_hadamard(real, ones)
    _walsh_hadamard(imaginary, ones)
    scale = ones[0] / len(phases)
    for y in range(len(phases)):
        real[y] *= scale
        imaginary[y] *= scale
        probabilities[y] = real[y] * real[y] + imaginary[y] * imaginary[y]


@compiled
def iqp_backward(
    masks: Integers,
    ones: Floats,
    signs: Floats,
    kept: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add the derivative by the angles to `gradient` `(L * n,)`, as `real_backward`; `work` is `(2, 2**n)`.

    With `T = WHT(upstream * conj(psi))` the derivative by the phase of x is `2**-n Re(-i exp(-i phi/2) T)`, and an
    angle adds to the phase of x with the sign of the parity of `x & mask`: one more transform.
    """
    cosines, sines, real, imaginary = kept[0], kept[1], kept[2], kept[3]
    first, second = work[0], work[1]
    total: float = real[0] * 0
    for y in range(len(real)):
        total += upstream[y] * (real[y] * real[y] + imaginary[y] * imaginary[y])
        signed = signs[y] * upstream[y]
        first[y] = signed * real[y]
        second[y] = signed * imaginary[y]
    _walsh_hadamard(first, ones)
    _walsh_hadamard(second, ones)
    scale = weight / len(real)
    for x in range(len(real)):  # cosines and sines carry the sign that the next transform needs
        first[x] = scale * (cosines[x] * second[x] - sines[x] * first[x])
    _walsh_hadamard(first, ones)
    for g in range(len(masks)):
        gradient[g] += first[masks[g]]
    return total


# Any other circuit: complex amplitudes as two real arrays -----------------------------------------------------------


@compiled
def complex_forward(
    angles: Floats,
    cos: Floats,
    sin: Floats,
    rotations: Integers,
    sources: Integers,
    hadamard: bool,
    turn_real: Floats,
    turn_imaginary: Floats,
    states: Floats,
    probabilities: Floats,
) -> None:
    """Run a circuit with any rotation in each layer: 0 RX, 1 RY, 2 RZ in `rotations` `(L,)`.

    A real rotation acts on the real and imaginary parts alike. `RX = D* RY D` with the diagonal `D = diag(1, i)` on
    every qubit, `turn` being its entries `i**bits`. `states` `(rows, 2, 2**n)` gets, for each layer, the state after it
    (for RX before the closing `D*`); fewer than `L + 1` rows (at least 2) are used in turn.
    """
    depth, rows = len(cos), len(states)
    _start(states[0, 0], hadamard)
    states[0, 1, :] = 0
    for layer in range(depth):
        before, after = states[layer % rows], states[(layer + 1) % rows]
        permute(after[0], before[0], sources)
        permute(after[1], before[1], sources)
        if layer > 0 and rotations[layer - 1] == 0:  # the layer before was left in the frame of D
            for i in range(len(sources)):
                j = sources[i]
                _multiply(after, i, turn_real[j], -turn_imaginary[j])
        if rotations[layer] == 2:
            _phase_layer(after, angles[layer], 1)
        else:
            if rotations[layer] == 0:
                for i in range(len(sources)):
                    _multiply(after, i, turn_real[i], turn_imaginary[i])
            rotate(after[0], cos[layer], sin[layer])
            rotate(after[1], cos[layer], sin[layer])
    current = states[depth % rows]
    for i in range(len(probabilities)):
        probabilities[i] = current[0, i] * current[0, i] + current[1, i] * current[1, i]


@compiled
def complex_backward(
    angles: Floats,
    cos: Floats,
    sin: Floats,
    rotations: Integers,
    images: Integers,
    turn_real: Floats,
    turn_imaginary: Floats,
    ones: Floats,
    signs: Floats,
    states: Floats,
    upstream: Floats,
    weight: np.floating,
    work: Floats,
    gradient: Floats,
) -> float:
    """Add the derivative by the angles to `gradient` `(L, n)`, as `real_backward`; `work` is `(2, 2, 2**n)`."""
    depth, n = len(cos), len(ones)
    last = states[depth]
    current, other = work[0], work[1]
    total: float = last[0, 0] * 0
    for i in range(len(upstream)):
        total += upstream[i] * (last[0, i] * last[0, i] + last[1, i] * last[1, i])
        current[0, i] = 2 * weight * upstream[i] * last[0, i]
        current[1, i] = 2 * weight * upstream[i] * last[1, i]
    for layer in range(depth - 1, -1, -1):
        state = states[layer + 1]
        if layer < depth - 1 and rotations[layer] == 0:  # into the frame of D; the last layer's state never left it
            for i in range(len(images)):
                _multiply(current, i, turn_real[i], turn_imaginary[i])
        if rotations[layer] == 2:
            # d/dt exp(-i t Z / 2) = -i Z / 2: the sum over amplitudes of Z's sign times Im(conj(c) s) / 2
            for i in range(len(images)):
                difference = current[0, i] * state[1, i] - current[1, i] * state[0, i]
                other[0, i] = signs[i] * difference / 2
            _walsh_hadamard(other[0], ones)
            for q in range(n):
                gradient[layer, q] += other[0, 1 << (n - 1 - q)]
            _phase_layer(current, angles[layer], -1)
        else:
            overlap(state[0], current[0], gradient[layer])
            overlap(state[1], current[1], gradient[layer])
            rotate(current[0], cos[layer], -sin[layer])
            rotate(current[1], cos[layer], -sin[layer])
            if rotations[layer] == 0:
                for i in range(len(images)):
                    _multiply(current, i, turn_real[i], -turn_imaginary[i])
        if layer > 0:
            permute(other[0], current[0], images)
            permute(other[1], current[1], images)
            current, other = other, current
    return total


@compiled
def _multiply(state: Floats, i: int, real: float, imaginary: float) -> None:
    """Multiply one amplitude by a complex number."""
    x, y = state[0, i], state[1, i]
    state[0, i] = real * x - imaginary * y
    state[1, i] = real * y + imaginary * x


@compiled
def _phase_layer(state: Floats, angles: Floats, sign: int) -> None:
    """RZ on every qubit, or its inverse: amplitude x turns by `-sum_q angle_q (-1)**x_q / 2`."""
    n = len(angles)
    phases = np.empty(1 << n, dtype=np.float64)
    phases[0] = 0
    for q in range(n):
        phases[0] -= sign * angles[q] / 2
    for q in range(n):  # setting bit q changes the sign of its angle
        half = 1 << (n - 1 - q)
        step = sign * angles[q]
        for index in range(0, 1 << n, 2 * half):
            phases[index + half] = phases[index] + step
    for i in range(1 << n):
        sine, cosine = _sine_and_cosine(phases[i])
        _multiply(state, i, cosine, sine)


@compiled
def combine(weights: Floats, probabilities: Floats, total: Floats) -> None:
    """The weighted sum `(2**n,)` of the uniform distribution, basis state 0 and `probabilities` `(circuits, 2**n)`."""
    uniform = weights[0] / len(total)
    for i in range(len(total)):
        total[i] = uniform
    for k in range(len(probabilities)):
        weight, row = weights[2 + k], probabilities[k]
        for i in range(len(total)):
            total[i] += weight * row[i]
    total[0] += weights[1]
