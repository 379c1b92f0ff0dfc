"""The engine against PennyLane (values and gradients), against itself, and against bad input."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz, DiffQAS, probabilities
from qtkit.simulation import (
    candidate_probabilities,
    ensemble,
    get_num_threads,
    set_num_threads,
    stack_ensembles,
    torch_path,
)
from qtkit.simulation.threads import THREADED_FROM
from tests.helpers import PATIENCE
from tests.strategies import circuits

TOLERANCE = {torch.float64: 1e-10, torch.float32: 2e-5}
MIXED = (
    Ansatz(True, "cyc", ("ry", "rx", "rz")),
    Ansatz(False, "ent", ("rx", "rz")),
    Ansatz(True, "ent", ("rz", "rx", "ry")),
)


def custom_ansatzes(n, seed):
    """Random CNOT lists, one for each rotation and start."""
    rng = random.Random(seed)
    pairs = list(itertools.permutations(range(n), 2))
    return [
        Ansatz(hadamard, tuple(rng.choice(pairs) for _ in range(rng.randrange(2 * n))) if pairs else (), rotation)
        for hadamard in (True, False)
        for rotation in ("rx", "ry", "rz", ("ry", "rz", "rx"))
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("n", "depth"), list(itertools.product(range(1, 9), range(6))))
def test_values_and_gradients_equal_pennylanes(n, depth):
    torch.manual_seed(100 * n + depth)
    ansatzes = (*CANDIDATES, *custom_ansatzes(n, seed=n + 10 * depth))
    angles = torch.empty(depth, n, dtype=torch.float64).uniform_(-torch.pi, torch.pi)
    weights, upstream = torch.randn(len(ansatzes), dtype=torch.float64), torch.randn(2**n, dtype=torch.float64)

    values, by_angle = [], []
    for ansatz in ansatzes:
        theirs = angles.clone().requires_grad_()
        value = torch.as_tensor(ansatz.to_pennylane(n, depth)(theirs))  # without a gate PennyLane gives a NumPy array
        gradient = torch.autograd.grad(value, theirs, upstream)[0] if value.requires_grad else None
        values.append(value.detach())
        by_angle.append(torch.zeros_like(angles) if gradient is None else gradient)
    values, by_angle = torch.stack(values), torch.stack(by_angle)
    total = weights @ values
    by_weight = values @ upstream

    for dtype, tolerance in TOLERANCE.items():
        close = {"rtol": 0, "atol": tolerance, "check_dtype": False}
        torch.testing.assert_close(candidate_probabilities(ansatzes, angles.to(dtype)), values, **close)

        ours, w = angles.to(dtype).requires_grad_(), weights.to(dtype).requires_grad_()
        output = ensemble(ansatzes, ours, w)
        scale = max(1.0, float(total.abs().max()))  # the bound is for one distribution, not for a sum of twenty
        torch.testing.assert_close(output, total, rtol=0, atol=tolerance * scale, check_dtype=False)
        gradients = torch.autograd.grad(output, (ours, w), upstream.to(dtype))
        torch.testing.assert_close(
            gradients[0], torch.tensordot(weights, by_angle, 1), **{**close, "atol": 10 * tolerance}
        )
        torch.testing.assert_close(gradients[1], by_weight, **close)

        separate = angles.to(dtype).expand(len(ansatzes), depth, n).clone().requires_grad_()
        for j, ansatz in enumerate(ansatzes):
            one = angles.to(dtype).requires_grad_()
            (gradient,) = torch.autograd.grad(probabilities(ansatz, one), one, upstream.to(dtype))
            torch.testing.assert_close(gradient, by_angle[j], **close)
        (gradient,) = torch.autograd.grad(ensemble(ansatzes, separate, w.detach()), separate, upstream.to(dtype))
        torch.testing.assert_close(gradient, weights[:, None, None] * by_angle, **{**close, "atol": 4 * tolerance})


@pytest.mark.parametrize("n", [9, 12, 13, 16])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_large_states_take_every_sweep_of_the_kernels(n, dtype):
    """Compared with the plain torch path, which the tests above hold against PennyLane for smaller n."""
    torch.manual_seed(n)
    candidates = (*CANDIDATES, *MIXED)
    angles, weights, upstream = (
        torch.randn(2, n, dtype=dtype),
        torch.randn(15, dtype=dtype),
        torch.randn(2**n, dtype=dtype),
    )
    results = []
    for backend in ("numba", "torch"):
        a, w = angles.clone().requires_grad_(), weights.clone().requires_grad_()
        output = ensemble(candidates, a, w, backend=backend)
        results.append((output.detach(), *torch.autograd.grad(output, (a, w), upstream)))
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=TOLERANCE[dtype])


@pytest.mark.parametrize("ansatz", [*CANDIDATES, *MIXED], ids=lambda a: a.label)
def test_gradcheck(ansatz):
    angles = torch.randn(3, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: probabilities(ansatz, a), angles)


def test_gradcheck_of_the_ensemble():
    angles = torch.randn(2, 4, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(12, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a, w: ensemble(CANDIDATES, a, w), (angles, weights))
    separate = torch.randn(12, 2, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a, w: ensemble(CANDIDATES, a, w), (separate, weights))


@settings(deadline=None, max_examples=100)
@given(circuits())
def test_probabilities_are_a_distribution(circuit):
    ansatz, angles = circuit
    p = probabilities(ansatz, angles)
    assert p.shape == (2 ** angles.shape[1],)
    assert float(p.min()) >= 0
    assert float(p.sum()) == pytest.approx(1, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 11), st.integers(1, 6), st.integers(0, 3), st.integers(0, 2**30))
def test_a_one_hot_weight_is_that_candidate(j, n, depth, seed):
    angles = torch.randn(depth, n, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    weights = torch.zeros(12, dtype=torch.float64)
    weights[j] = 1
    torch.testing.assert_close(
        ensemble(CANDIDATES, angles, weights), probabilities(CANDIDATES[j], angles), rtol=0, atol=0
    )


@settings(deadline=None, max_examples=40)
@given(circuits(), st.integers(-3, 3))
def test_whole_turns_change_nothing(circuit, turns):
    ansatz, angles = circuit
    torch.testing.assert_close(
        probabilities(ansatz, angles + 2 * torch.pi * turns), probabilities(ansatz, angles), rtol=0, atol=1e-11
    )


def test_results_do_not_depend_on_the_number_of_threads():
    torch.manual_seed(0)
    n = THREADED_FROM + 1
    angles, upstream = torch.randn(3, n), torch.randn(2**n)
    results = []
    try:
        for threads in (1, 2, 4, 2, 1):
            set_num_threads(threads)
            assert get_num_threads() == threads
            a, w = angles.clone().requires_grad_(), torch.full((12,), 1 / 12).requires_grad_()
            output = ensemble(CANDIDATES, a, w)
            results.append((output.detach(), *torch.autograd.grad(output, (a, w), upstream)))
    finally:
        set_num_threads(None)
    for result in results[1:]:
        for ours, first in zip(result, results[0], strict=True):
            assert torch.equal(ours, first)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "2", True])
def test_a_wrong_number_of_threads_is_refused(wrong):
    with pytest.raises(ValueError, match="threads must be a whole number of at least 1 or None, got"):
        set_num_threads(wrong)


def test_the_environment_limits_the_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert get_num_threads() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert get_num_threads() >= 1


def test_threads_that_simulate_at_once_do_not_disturb_each_other():
    from concurrent.futures import ThreadPoolExecutor

    n = THREADED_FROM
    angles = [torch.randn(2, n, generator=torch.Generator().manual_seed(k)) for k in range(8)]
    weights = torch.full((12,), 1 / 12)
    alone = [ensemble(CANDIDATES, a, weights) for a in angles]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda a: ensemble(CANDIDATES, a, weights), angles * 3))
    for k, result in enumerate(together):
        assert torch.equal(result, alone[k % 8])


def test_backward_sees_the_angles_of_its_forward():
    angles = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    upstream = torch.randn(8, dtype=torch.float64)
    expected = torch.autograd.grad(probabilities(MIXED[0], angles), angles, upstream)[0]
    output = probabilities(MIXED[0], angles)
    with torch.no_grad():
        angles.add_(1)  # as an optimiser does
    assert torch.equal(torch.autograd.grad(output, angles, upstream, retain_graph=True)[0], expected)
    probabilities(MIXED[0], torch.randn(2, 3, dtype=torch.float64))  # must not take the kept states away
    assert torch.equal(torch.autograd.grad(output, angles, upstream)[0], expected)


def test_a_second_derivative_is_refused_by_numba_and_right_in_torch():
    angles = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    with pytest.raises(RuntimeError, match="differentiated once; a second derivative needs backend='torch'"):
        torch.autograd.grad(probabilities(CANDIDATES[1], angles)[0], angles, create_graph=True)
    assert torch.autograd.gradgradcheck(lambda a: probabilities(CANDIDATES[1], a, backend="torch"), angles)


def test_every_angle_gets_a_gradient_even_where_nothing_depends_on_it():
    for backend in ("numba", "torch"):
        angles = torch.randn(2, 3, requires_grad=True)
        probabilities(CANDIDATES[0], angles, backend=backend).sum().backward()
        assert torch.equal(angles.grad, torch.zeros(2, 3))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_uniform_distributions_gradient_is_zero_where_only_rounding_is_left_of_it(dtype):
    weights = torch.ones(2, dtype=dtype, requires_grad=True)
    angles = torch.randn(2, 9, dtype=dtype)
    values = torch.randn(2**9, dtype=dtype)
    for upstream, expected in ((values - values.mean(), 0.0), (values + 1, float((values + 1).mean()))):
        gradient = torch.autograd.grad(ensemble((CANDIDATES[0], CANDIDATES[1]), angles, weights), weights, upstream)[0]
        assert gradient[0] == pytest.approx(expected, rel=1e-5, abs=0)
        assert gradient[1] != 0
    small = torch.zeros(2**9, dtype=dtype)
    small[:2] = torch.tensor([1.0, -0.999])
    gradient = torch.autograd.grad(ensemble((CANDIDATES[0], CANDIDATES[1]), angles, weights), weights, small)[0]
    assert gradient[0] == pytest.approx(0.001 / 2**9, rel=1e-3), "a small mean is not rounding"


@pytest.mark.parametrize(
    ("angles", "message"),
    [
        (torch.zeros(3), r"angles must have shape \(L, n\) with n >= 1, got \(3,\)"),
        (torch.zeros(2, 0), r"got \(2, 0\)"),
        (torch.zeros(1, 2, 3), r"got \(1, 2, 3\)"),
        (torch.zeros(2, 3, dtype=torch.float16), "angles must be float32 or float64, got torch.float16"),
        (torch.tensor([[0.0, float("nan")]]), "angles must be finite: 1 of 2 are NaN or infinite"),
        (torch.tensor([[float("inf"), float("nan")]]), "2 of 2 are NaN"),
        (np.zeros((2, 3)), r"angles must be a torch tensor of shape \(L, n\), got ndarray"),
    ],
)
def test_bad_angles_are_refused(angles, message):
    with pytest.raises(ValueError, match=message):
        probabilities(CANDIDATES[1], angles)


def test_bad_weights_and_candidates_are_refused():
    angles = torch.zeros(2, 3)
    with pytest.raises(ValueError, match=r"weights must have shape \(12,\), one a candidate, got \(11,\)"):
        ensemble(CANDIDATES, angles, torch.zeros(11))
    with pytest.raises(ValueError, match="must have the dtype and device of the angles"):
        ensemble(CANDIDATES, angles, torch.zeros(12, dtype=torch.float64))
    with pytest.raises(ValueError, match=r"for N = 12, got \(11, 2, 3\)"):
        ensemble(CANDIDATES, torch.zeros(11, 2, 3), torch.zeros(12))
    with pytest.raises(ValueError, match="candidates is empty"):
        ensemble([], angles, torch.zeros(0))
    with pytest.raises(ValueError, match="recompute must be True or False, got 'no'"):
        ensemble(CANDIDATES, angles, torch.zeros(12), recompute="no")
    with pytest.raises(ValueError, match=r"on 2 qubits a layer takes 2 angles: angles must be \(\.\.\., 2\), got 3"):
        ensemble(CANDIDATES, angles, torch.zeros(12), n_qubits=2)
    with pytest.raises(ValueError, match="backend must be one of .* got 'jax'"):
        probabilities(CANDIDATES[1], angles, backend="jax")
    with pytest.raises(ValueError, match=r"CNOT \(0, 5\) is out of range"):
        probabilities(Ansatz(entangler=((0, 5),)), angles)


def test_another_device_takes_the_torch_path():
    """Torch's meta device has shapes only, which is enough to see which way is taken."""
    angles, weights = torch.zeros(2, 3, device="meta"), torch.zeros(12, device="meta")
    assert ensemble(CANDIDATES, angles, weights).device.type == "meta"
    with pytest.raises(ValueError, match="backend='numba' runs on the CPU, but the angles are on meta"):
        ensemble(CANDIDATES, angles, weights, backend="numba")


def test_one_stacked_block_is_a_superposition_and_not_a_mixture():
    """M = 1 of `stacked` sums amplitudes, where equation 7 sums probabilities: checked against states written out."""
    angles, weights = torch.randn(1, 2, 3, dtype=torch.float64), torch.randn(1, 12, dtype=torch.float64)
    state = 0
    for w, candidate in zip(weights[0], CANDIDATES, strict=True):
        start = torch_path.start_state(candidate, 3, angles).to(torch.complex128)
        state = state + w * torch_path.apply_layers(candidate, start, angles[0])
    expected = state.abs() ** 2 / (state.abs() ** 2).sum()
    torch.testing.assert_close(stack_ensembles(CANDIDATES, angles, weights), expected)


def test_stacked_blocks_of_one_candidate_are_one_deeper_circuit():
    angles = torch.randn(3, 2, 4, dtype=torch.float64)
    for candidate in CANDIDATES:
        deep = probabilities(candidate, angles.reshape(6, 4))
        torch.testing.assert_close(stack_ensembles([candidate], angles, torch.full((3, 1), -2.0).double()), deep)


@pytest.mark.slow
def test_stacked_gradients():
    angles = torch.randn(2, 1, 3, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, 12, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a, w: stack_ensembles(CANDIDATES, a, w), (angles, weights))


def test_a_stack_that_cancels_is_refused():
    with pytest.raises(ValueError, match="the stacked ensemble's state is zero"):
        stack_ensembles(CANDIDATES, torch.zeros(1, 1, 2), torch.zeros(1, 12))


@pytest.mark.parametrize("shape", [(0, 1, 2), (0, 12, 1, 2)])
def test_no_blocks_are_refused(shape):
    with pytest.raises(ValueError, match=r"with M >= 1, got \(0, "):
        stack_ensembles(CANDIDATES, torch.zeros(shape), torch.zeros(0, 12))


@pytest.mark.slow
def test_a_forked_child_can_simulate():
    script = """
        import os, torch
        from qtkit import DiffQAS
        from qtkit.simulation import set_num_threads
        from qtkit.simulation.threads import THREADED_FROM
        set_num_threads(2)
        module = DiffQAS(THREADED_FROM, 2)
        expected = module()
        child = os.fork()
        if child == 0:
            os._exit(0 if torch.equal(module(), expected) else 3)
        assert os.waitpid(child, 0)[1] == 0
    """
    subprocess.run([sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)], check=True, timeout=PATIENCE)


def test_ensembles_of_modules_share_work_space_without_mixing_it_up():
    modules = [DiffQAS(6, 3, angle_init="uniform", generator=torch.Generator().manual_seed(k)) for k in range(3)]
    upstream = torch.randn(64)
    expected = [torch.autograd.grad(m(), m.angles, upstream)[0] for m in modules]
    outputs = [m() for m in modules]  # all forward passes before any backward
    for module, output, gradient in zip(modules, outputs, expected, strict=True):
        assert torch.equal(torch.autograd.grad(output, module.angles, upstream)[0], gradient)
