"""`DiffQAS`: its counts, options, starts and refusals."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
import torch

from qtkit import CANDIDATES, Ansatz, DiffQAS, probabilities
from qtkit.simulation import memory
from qtkit.simulation.memory import memory_estimate


def trainable(module):
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


@pytest.mark.parametrize(("n", "depth", "count"), [(17, 15, 255 + 12), (11, 10, 110 + 12), (13, 10, 130 + 12)])
def test_counts_of_the_paper(n, depth, count):
    assert trainable(DiffQAS(n, depth)) == count


def test_depth_0_has_weights_only():
    module = DiffQAS(3, 0)
    assert module.angles.shape == (0, 3)
    expected = torch.full((8,), 0.5 / 8)
    expected[0] += 0.5
    torch.testing.assert_close(module(), expected)


def test_a_single_candidate_is_a_baseline_without_structural_weights():
    module = DiffQAS(4, 2, candidates=[CANDIDATES[4]], angle_init="uniform")
    assert trainable(module) == 8
    assert torch.equal(module.structural_weights, torch.ones(1))
    torch.testing.assert_close(module(), probabilities(CANDIDATES[4], module.angles))


def test_circuits_that_stay_as_they_start():
    module = DiffQAS(4, 2, train_angles=False, angle_init="uniform")
    assert trainable(module) == 12 and "12 trainable" in repr(module)
    same = DiffQAS(4, 2, angle_init="uniform")
    same.load_state_dict(module.state_dict())
    peak = torch.arange(16.0)
    (module() @ peak).backward()
    (same() @ peak).backward()
    assert module.angles.grad is None and same.angles.grad.abs().max() > 0
    assert torch.equal(module.structural_weights.grad, same.structural_weights.grad)


def test_separate_angles_are_equation_6():
    module = DiffQAS(3, 2, shared_angles=False, angle_init="uniform")
    assert module.angles.shape == (12, 2, 3)
    each = torch.stack([probabilities(c, a) for c, a in zip(CANDIDATES, module.angles, strict=True)])
    torch.testing.assert_close(module.candidate_probabilities(), each)
    torch.testing.assert_close(module(), each.mean(dim=0))


def test_softmax_weights_start_equal_and_stay_a_mixture():
    module = DiffQAS(3, 2, weighting="softmax")
    assert torch.equal(module.structural_weights, torch.zeros(12))
    torch.testing.assert_close(module.mixture, torch.full((12,), 1 / 12))
    with torch.no_grad():
        module.structural_weights.copy_(torch.randn(12))
    torch.testing.assert_close(module().sum(), torch.tensor(1.0))


def test_stacked_blocks_have_n_times_m_weights():
    module = DiffQAS(3, 2, n_blocks=4)
    assert module.structural_weights.shape == (4, 12)
    assert module.angles.shape == (4, 2, 3)
    torch.testing.assert_close(module().sum(), torch.tensor(1.0))
    module().square().sum().backward()
    assert module.structural_weights.grad.abs().sum() > 0
    with pytest.raises(ValueError, match="no distribution of their own in 4 stacked blocks"):
        module.candidate_probabilities()


def test_the_start_follows_the_generator():
    first, second, other = (
        DiffQAS(3, 2, structural_init="random", angle_init="uniform", generator=torch.Generator().manual_seed(s))
        for s in (1, 1, 2)
    )
    assert torch.equal(first.angles, second.angles) and torch.equal(first.structural_weights, second.structural_weights)
    assert not torch.equal(first.angles, other.angles)
    assert first.structural_weights.sum().item() == pytest.approx(1)
    assert (first.angles.abs() <= torch.pi).all()


def test_gradients_reach_angles_and_weights():
    module = DiffQAS(4, 2, angle_init="uniform", generator=torch.Generator().manual_seed(0))
    module().square().sum().backward()
    assert (module.angles.grad != 0).all()
    assert (module.structural_weights.grad != 0).all()


def test_float64_and_state_dict_round_trip():
    module = DiffQAS(3, 2, dtype=torch.float64, angle_init="uniform")
    assert module().dtype == torch.float64
    copy = DiffQAS(3, 2, dtype=torch.float64)
    copy.load_state_dict(module.state_dict())
    assert torch.equal(copy(), module())


def test_repr_tells_the_sizes():
    assert "17 qubits × 15 layers, 12 candidates, shared angles, raw weights: 267 trainable" in repr(DiffQAS(17, 15))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_qubits": 0}, "n_qubits must be a whole number of at least 1, got 0"),
        ({"depth": -1}, "depth must be a whole number of at least 0, got -1"),
        ({"candidates": []}, "candidates is empty"),
        ({"candidates": ["ry"]}, "candidates must hold Ansatz objects, got str"),
        ({"candidates": CANDIDATES[0]}, r"for one circuit pass \[ansatz\]"),
        ({"candidates": [Ansatz(entangler=((0, 7),))]}, r"CNOT \(0, 7\) is out of range: 3 qubits"),
        ({"weighting": "sigmoid"}, "weighting must be one of .* got 'sigmoid'"),
        ({"structural_init": "zero"}, "structural_init must be one of"),
        ({"angle_init": "zero"}, "angle_init must be one of"),
        ({"backend": "jax"}, "backend must be one of"),
        ({"shared_angles": "no"}, "shared_angles must be True or False, got 'no'"),
        ({"train_angles": "no"}, "train_angles must be True or False, got 'no'"),
        ({"recompute": 1}, "recompute must be True or False, got 1"),
        ({"n_blocks": 0}, "n_blocks must be a whole number of at least 1, got 0"),
        ({"n_qubits": 31}, "31 qubits .* more than 30 qubits cannot be simulated here"),
        ({"n_qubits": 30, "depth": 100}, r"30 qubits and 100 layers need about [\d,.]+ GB; this machine has"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DiffQAS(**{"n_qubits": 3, "depth": 2, **arguments})


def test_the_limit_of_a_container_counts(monkeypatch):
    monkeypatch.setattr(memory, "memory_limit", lambda: 1_000_000_000)
    with pytest.raises(ValueError, match=r"24 qubits and 15 layers need about [\d.]+ GB; this machine has 1.0 GB"):
        DiffQAS(24, 15)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's account of a process")
@pytest.mark.parametrize(("n", "megabytes"), [(17, 250), (20, 4000)])
def test_the_memory_that_is_used(n, megabytes):
    """Value and gradient of all twelve with 15 layers, above the imports and the kernels."""
    script = f"""
        from qtkit import DiffQAS

        def peak():
            lines = open("/proc/self/status").read().splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

        DiffQAS(3, 2)().sum().backward()
        open("/proc/self/clear_refs", "w").write("5")  # forget the peak so far
        before, module = peak(), DiffQAS({n}, 15, angle_init="uniform")
        for _ in range(2):
            module().sum().backward()
        print(peak() - before)
    """
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert 10 < float(run.stdout) < megabytes


def test_the_memory_estimate_grows_with_depth_and_qubits():
    few, many = (memory_estimate(17, depth, CANDIDATES, torch.float32) for depth in (1, 15))
    assert few < many < 250e6
    assert memory_estimate(20, 15, CANDIDATES, torch.float32) < 4e9
    assert memory_estimate(17, 15, CANDIDATES[:1], torch.float32) < few
