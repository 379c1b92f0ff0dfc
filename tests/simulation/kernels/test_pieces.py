"""The pieces of the engine: half turns, moved lanes, states turned back, and vectors of any width."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import llvmlite.binding as llvm
import numba
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz, DiffQAS, probabilities
from qtkit.simulation import ensemble, torch_path
from qtkit.simulation.compiling.targets import portable_targets
from qtkit.simulation.kernels import lanes
from qtkit.simulation.kernels import pieces as kernels
from qtkit.simulation.kernels.half_turns import RX, RY, RZ, take_half_turns
from qtkit.simulation.kernels.layers import IN_PLACE
from qtkit.simulation.kernels.sums import fold
from qtkit.simulation.native import rooms
from qtkit.simulation.permutation import cnot_images, cnot_sources
from tests.strategies import circuits

HARD = (
    Ansatz(True, ((0, 5), (5, 0), (3, 6), (6, 2), (1, 4), (6, 0), (5, 1)), "ry"),  # lanes come from many vectors
    Ansatz(False, ((6, 0), (6, 1), (5, 2), (4, 3), (0, 6)), ("ry", "rz", "rx")),
)


@settings(deadline=None, max_examples=100)
@given(circuits(), st.integers(0, 2**30))
def test_half_turns_change_the_angles_and_not_the_distribution(circuit, seed):
    """Some angles moved by half a turn, in an independent simulation: see the docstring's matrices at work."""
    ansatz, angles = circuit
    moved = angles + np.pi * torch.randint(-3, 4, angles.shape, generator=torch.Generator().manual_seed(seed))
    torch.testing.assert_close(
        probabilities(ansatz, moved), torch_path.probabilities(ansatz, moved), rtol=0, atol=1e-11
    )


@pytest.mark.parametrize("kind", [RX, RY])
def test_tangents_are_at_most_1_and_scales_at_most_1(kind):
    angles = np.random.default_rng(0).uniform(-20, 20, (4, 6))
    tangents, scales, shares = np.empty((4, 6)), np.empty(4), np.empty((4, 6))
    take_half_turns(angles, np.full(4, kind), np.array([[0, 1], [3, 2]]), 0, tangents, scales, shares)
    assert np.abs(tangents).max() <= 1 + 1e-12
    assert scales.min() >= 0.5**3
    assert scales.max() <= 1
    np.testing.assert_allclose(scales, np.prod(1 / np.sqrt(1 + tangents**2), axis=1))


def test_a_half_turn_flips_the_start_and_the_sign_behind_a_cnot():
    """RY(pi) on the target after CNOT(1 -> 0): X Z there, and Z spreads to the control, whose angle turns around."""
    angles = np.array([[0.3, 0.2], [0.0, np.pi]])  # wires 0 and 1 are bits 1 and 0
    tangents, scales, shares = np.empty((2, 2)), np.empty(2), np.empty((2, 2))
    x, z = take_half_turns(angles, np.full(2, RY), np.array([[1, 0]]), 0, tangents, scales, shares)
    assert (x, z) == (0b01, 0b11)
    np.testing.assert_allclose(tangents[0], [np.tan(0.1), -np.tan(0.15)])
    np.testing.assert_allclose(np.sign(shares[0]), [1, -1])


def test_the_angles_of_rz_are_left_as_they_are():
    angles = np.array([[7.0]])
    tangents, scales, shares = np.empty((1, 1)), np.empty(1), np.empty((1, 1))
    assert take_half_turns(angles, np.array([RZ]), np.empty((0, 2), int), 0, tangents, scales, shares) == (0, 0)
    assert tangents[0, 0] == 7


@pytest.mark.parametrize("count", [8, 16])
@pytest.mark.parametrize("ansatz", [CANDIDATES[1], CANDIDATES[4]], ids=["brick", "ring"])
def test_a_movement_reads_what_the_permutation_does(ansatz, count):
    n = 9
    for order in (cnot_sources(ansatz.cnots(n), n), cnot_images(ansatz.cnots(n), n)):
        moved = lanes.movement(order, count)
        if not lanes.CAN_MOVE_LANES:
            assert moved.aside == IN_PLACE
            continue
        state = np.arange(2**n).reshape(-1, count)
        pieces = lanes.WORDS // count
        for v, (start, row_start) in enumerate(moved.starts):
            row = moved.words.reshape(-1)[row_start : row_start + lanes.WORDS]
            both = np.concatenate([state[start // count], state[(start ^ moved.aside) // count]])
            assert (both[row[::pieces] // pieces] == order[v * count : (v + 1) * count]).all()
            assert (row.reshape(count, pieces) % pieces == np.arange(pieces)).all()


def test_cnots_that_gather_lanes_from_afar_are_told():
    assert lanes.movement(cnot_sources(HARD[0].cnots(7), 7), 8).aside == IN_PLACE


@pytest.mark.parametrize("n", [1, 3, 7, 13, 15])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_states_computed_again_give_the_gradient_of_kept_ones(monkeypatch, n, dtype):
    """With no room for states, the last one is turned back layer by layer."""
    torch.manual_seed(n)
    candidates = (*CANDIDATES, *(HARD if n >= 7 else ()))
    angles = torch.empty(4, n, dtype=dtype).uniform_(-7, 7).requires_grad_()
    weights, upstream = torch.randn(len(candidates), dtype=dtype), torch.randn(2**n, dtype=dtype)
    results = []
    for room in (rooms.KEEP_BYTES, 0):
        monkeypatch.setattr(rooms, "KEEP_BYTES", room)
        output = ensemble(candidates, angles, weights)
        results.append((output.detach(), torch.autograd.grad(output, angles, upstream)[0]))
    assert torch.equal(results[0][0], results[1][0])
    tolerance = 2e-5 if dtype == torch.float32 else 1e-12
    torch.testing.assert_close(results[1][1], results[0][1], rtol=0, atol=tolerance)


@numba.njit
def overlaps_of(state, cotangent, tangents, scale, sums, overlaps):
    kernels.pull_back(state, cotangent, tangents, scale, sums)
    fold(sums, overlaps)


@pytest.mark.parametrize("bits", [4, 7, 8, 11, 12, 13, 14, 17, 19])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_layer_is_pulled_back_whole_however_its_sweeps_are_blocked(bits, dtype):
    """All overlaps are those with the cotangent as it came, and each pair of amplitudes is turned by its tangent."""
    generator = np.random.default_rng(bits)
    state, cotangent = (generator.normal(size=(2, 2**bits)) / 2 ** (bits / 2)).astype(dtype)
    tangents, scale = generator.uniform(-1, 1, bits).astype(dtype), dtype(0.7**bits)
    expected, turned = [], np.float64(scale) * cotangent.astype(np.float64)
    for bit, tangent in enumerate(np.float64(tangents)):
        pairs = (-1, 2, 2**bit)
        (s0, s1), (c0, c1) = (v.astype(np.float64).reshape(pairs).swapaxes(0, 1) for v in (state, cotangent))
        expected.append((s0 * c1 - s1 * c0).sum())
        x, y = turned.reshape(pairs).swapaxes(0, 1)
        turned = np.stack([x - tangent * y, y + tangent * x], axis=1).reshape(-1)
    sums, overlaps = np.zeros((bits, 2 * 64 // state.itemsize), dtype), np.empty(bits, dtype)
    before = state.copy()
    overlaps_of(state, cotangent, tangents, scale, sums, overlaps)
    tolerance = 1e-6 if dtype is np.float32 else 1e-14
    np.testing.assert_allclose(overlaps, expected, rtol=0, atol=tolerance)
    np.testing.assert_allclose(cotangent, turned, rtol=0, atol=tolerance)
    assert np.array_equal(state, before)


def test_results_do_not_depend_on_the_company_of_other_circuits():
    angles = torch.randn(3, 12, requires_grad=True)
    upstream = torch.randn(2**12)
    for j in (1, 4, 7, 10, 6, 9):
        alone = probabilities(CANDIDATES[j], angles)
        one_hot = torch.zeros(12)
        one_hot[j] = 1
        together = ensemble(CANDIDATES, angles, one_hot)
        assert torch.equal(alone, together)
        assert torch.equal(*(torch.autograd.grad(p, angles, upstream)[0] for p in (alone, together)))


def test_a_centred_gradient_has_no_mean_however_its_values_lie():
    """Halves of opposite sign: partial sums are as large as they can be, and so are their roundings."""
    values = np.random.default_rng(0).random(2**17, np.float32) + np.float32(0.3)
    values[2**16 :] *= -1
    values -= values.mean(dtype=np.float64).astype(np.float32)
    assert kernels.mean_beyond_rounding(values) == 0
    assert kernels.mean_beyond_rounding(values + np.float32(1e-3)) == pytest.approx(1e-3, rel=1e-3)


WIDTHS = """
    import hashlib, json, sys
    import numpy as np, torch
    from qtkit import CANDIDATES, Ansatz
    from qtkit.simulation import ensemble
    from qtkit.simulation.kernels import lanes
    from qtkit.simulation.kernels import real
    from qtkit.simulation.native import rooms
    mixed = (*CANDIDATES, Ansatz(True, "cyc", ("ry", "rz", "rx")), Ansatz(True, ((0, 5), (5, 0), (3, 1), (4, 2)), "ry"))
    digest, all_kept = {}, rooms.KEEP_BYTES
    for n, depth in ((2, 3), (6, 4), (13, 3)):
        for dtype in (torch.float32, torch.float64):
            for room in (all_kept, 0):
                rooms.KEEP_BYTES = room
                generator = torch.Generator().manual_seed(n)
                candidates = mixed if n >= 6 else CANDIDATES
                draw = lambda *shape: torch.randn(shape, generator=generator, dtype=dtype)
                angles, weights, upstream = 3 * draw(depth, n), draw(len(candidates)), draw(2**n)
                angles.requires_grad_(), weights.requires_grad_()
                output = ensemble(candidates, angles, weights)
                gradients = torch.autograd.grad(output, (angles, weights), upstream)
                numbers = b"".join(t.detach().numpy().tobytes() for t in (output, *gradients))
                digest[f"{n} {dtype} {bool(room)}"] = hashlib.sha256(numbers).hexdigest()
    code = "".join(real.real_forward.inspect_asm().values())
    print(json.dumps({"digest": digest, "wide": lanes.AVX512, "moves": lanes.CAN_MOVE_LANES, "zmm": "zmm" in code}))
"""


@pytest.mark.slow
@pytest.mark.skipif(not lanes.AVX512, reason="this processor has no AVX-512 to compare with")
def test_results_do_not_depend_on_the_width_of_the_processors_vectors(tmp_path: Path):
    """The same numbers, to the last bit, with registers of 64 bytes, and of 32 as an older processor has."""
    there = llvm.get_host_cpu_features()
    narrow = {name: on and not name.startswith(("avx512", "avx10", "amx")) for name, on in there.items()}
    results = []
    compiled_anew = {
        "NUMBA_CACHE_DIR": str(tmp_path),
        "NUMBA_CPU_NAME": "haswell",
        "NUMBA_CPU_FEATURES": ",".join(f"{'+' if on else '-'}{name}" for name, on in narrow.items()),
    }
    for more in ({}, compiled_anew):
        environment = {**os.environ, **more}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", textwrap.dedent(WIDTHS)],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )
        results.append(json.loads(done.stdout.splitlines()[-1]))
    wide, narrow = results
    assert (wide["wide"], narrow["wide"], narrow["moves"]) == (True, False, True)
    assert not narrow["zmm"]
    assert narrow["digest"] == wide["digest"]


PLAIN = """
    import torch
    from qtkit import CANDIDATES
    from qtkit.simulation import ensemble
    from qtkit.simulation.kernels import lanes
    assert not lanes.CAN_MOVE_LANES
    angles = torch.linspace(-3, 3, 3 * 6).reshape(3, 6).requires_grad_()
    weights = torch.linspace(0.1, 1, 12)
    found = [ensemble(CANDIDATES, angles, weights, backend=backend) for backend in ("numba", "torch")]
    torch.testing.assert_close(*found)
    torch.testing.assert_close(*(torch.autograd.grad(total.square().sum(), angles)[0] for total in found))
"""


@pytest.mark.slow
def test_kernels_do_without_any_instruction_of_later_processors(tmp_path: Path):
    """As on the oldest of the kind, and on other kinds: no lane is moved, no product fused."""
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(tmp_path),
        "NUMBA_CPU_NAME": portable_targets()[-1].name,
        "NUMBA_CPU_FEATURES": portable_targets()[-1].features,
    }
    code = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(PLAIN)]
    done = subprocess.run(code, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr


def test_an_evaluation_without_gradient_keeps_no_states():
    module = DiffQAS(6, 5, angle_init="uniform", generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        quiet = module()
    assert torch.equal(quiet, module().detach())
