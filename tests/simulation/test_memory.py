"""What a simulation needs, what there is, and what a request that is too large is told."""

from __future__ import annotations

import re
import tracemalloc

import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain
from qtkit.simulation import memory
from qtkit.simulation.memory import check_memory, memory_estimate, memory_there
from qtkit.simulation.native import ensembles as native
from qtkit.simulation.native import rooms, tabulated
from qtkit.simulation.native.workspace import Workspace
from qtkit.simulation.permutation import cnot_images, cnot_sources


@pytest.fixture
def machine_of(monkeypatch):
    """A machine with so many bytes."""
    return lambda size: monkeypatch.setattr(memory, "memory_there", lambda device: size)


def test_20_qubits_in_380_mb(machine_of) -> None:
    machine_of(380_000_000)
    assert DiffQAS(20, 16, recompute=True).recompute
    with pytest.raises(
        ValueError, match=r"20 qubits and 16 layers need about 0\.4 GB; this machine has 0\.4 GB"
    ) as told:
        DiffQAS(20, 16)
    assert "What would do: recompute=True (about 0." in str(told.value)


def test_deep_circuits_need_no_more_than_shallow_ones_where_they_are_turned_back() -> None:
    assert memory_estimate(22, 60, CANDIDATES, torch.float32) < memory_estimate(20, 15, CANDIDATES, torch.float32) * 2.5
    assert memory_estimate(22, 60, CANDIDATES, torch.float32) < 1.01 * memory_estimate(
        22, 20, CANDIDATES, torch.float32
    )


def test_each_thing_that_would_do_does(machine_of) -> None:
    machine_of(380_000_000)
    with pytest.raises(ValueError, match="What would do") as told:
        check_memory(20, 16, CANDIDATES, torch.float32)
    message = str(told.value)
    assert "recompute=True" in message
    check_memory(20, 16, CANDIDATES, torch.float32, recompute=True)
    count = int(re.search(r"the first (\d+) candidates alone", message)[1])
    check_memory(20, 16, CANDIDATES[:count], torch.float32)
    with pytest.raises(ValueError, match="need about"):
        check_memory(20, 16, CANDIDATES[: count + 1], torch.float32)
    n = int(re.search(r"(\d+) qubits \(about [\d.]+ GB\)$", message)[1])
    check_memory(n, 16, CANDIDATES, torch.float32)
    with pytest.raises(ValueError, match="need about"):
        check_memory(n + 1, 16, CANDIDATES, torch.float32)


def test_custom_cnots_need_their_wires(machine_of) -> None:
    machine_of(10_000)
    with pytest.raises(ValueError, match=r"12 qubits and 2 layers need about 0\.\d MB; this machine has 0\.0 MB$"):
        check_memory(12, 2, (Ansatz(entangler=((0, 11),)),), torch.float32)


def test_a_network_too_large_is_told_too(machine_of) -> None:
    machine_of(1_000_000)
    with pytest.raises(
        ValueError, match=r"a target of 101,000 parameters is too large here: 17 qubits .* What would do"
    ):
        QuantumTrain(nn.Linear(100, 1000), 15)


@pytest.mark.parametrize("wrong", [1, "yes", None])
def test_recompute_is_yes_or_no(wrong) -> None:
    with pytest.raises(ValueError, match="recompute must be True or False, got"):
        DiffQAS(3, 2, recompute=wrong)


HARD = Ansatz(True, ((0, 5), (5, 0), (3, 1), (4, 2)), "ry")
MIXED = (*CANDIDATES, HARD, Ansatz(True, "cyc", ("ry", "rz", "rx")))


def peak(n: int, depth: int, candidates: tuple[Ansatz, ...], dtype: torch.dtype, *, shared: bool) -> int:
    """The most bytes of NumPy's arrays alive at once in one value and gradient, with all tables made anew.

    States, work and tables are such arrays. PyTorch's are not seen: the gradient of the sum, one vector.
    """
    module = DiffQAS(n, depth, candidates, angle_init="uniform", shared_angles=shared, dtype=dtype)
    upstream = torch.ones(2**n, dtype=dtype)
    module().backward(upstream)  # compile
    module.zero_grad()
    tables = (
        cnot_images,
        cnot_sources,
        tabulated._movements,
        tabulated.signs_of,
        tabulated.quarter_turns,
        native.plan_of,
    )
    for table in tables:
        table.cache_clear()
    Workspace.release()
    tracemalloc.start()
    try:
        module().backward(upstream)
        return tracemalloc.get_traced_memory()[1] + upstream.nbytes
    finally:
        tracemalloc.stop()
        Workspace.release()


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("candidates", "dtype"), [(CANDIDATES, torch.float32), (MIXED, torch.float64), ((HARD,) * 5, torch.float32)]
)
def test_as_much_is_taken_as_was_told(candidates, dtype, shared, keep, monkeypatch) -> None:
    """Equal circuits with angles of their own, and real states that are turned back instead of kept, too."""
    n, depth = 13, 9
    if not keep:
        monkeypatch.setattr(rooms, "KEEP_BYTES", 0)
    taken = peak(n, depth, candidates, dtype, shared=shared)
    assert taken <= memory_estimate(n, depth, candidates, dtype, shared=shared) <= 1.5 * taken


def test_the_torch_path_needs_the_same_for_every_depth() -> None:
    few, many = (memory_estimate(15, depth, CANDIDATES, torch.float32, compiled=False) for depth in (2, 200))
    assert few == many
    assert few < memory_estimate(15, 200, CANDIDATES, torch.float32)


def test_what_depends_on_no_angle_costs_next_to_nothing() -> None:
    known = tuple(CANDIDATES[k] for k in (0, 2, 3, 5, 8, 11))
    for options in ({}, {"compiled": False}, {"recompute": True}):
        assert memory_estimate(20, 15, known, torch.float32, **options) <= 6 * 4 * 2**20


def test_each_block_and_each_complex_number_counts() -> None:
    two, three = (memory_estimate(10, 5, CANDIDATES, torch.float32, n_blocks=m) for m in (2, 3))
    assert two < three
    only_ry = tuple(ansatz for ansatz in CANDIDATES if ansatz.rotation == "ry")
    assert 6 * memory_estimate(10, 5, only_ry, torch.float32, n_blocks=2) == two


def test_a_device_nobody_can_ask_has_enough() -> None:
    assert memory_there(torch.device("meta")) == float("inf")
    check_memory(30, 100, CANDIDATES, torch.float64, device="meta")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no CUDA device here")
def test_a_gpu_is_asked_for_its_own_memory() -> None:
    device = torch.device("cuda", 0)
    assert memory_there(device) == torch.cuda.get_device_properties(device).total_memory
    with pytest.raises(ValueError, match=r"30 qubits .*; cuda:0 has [\d.,]+ GB"):
        check_memory(30, 15, CANDIDATES, torch.float64, device=device)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no CUDA device here")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_the_memory_used_on_a_gpu_is_within_the_estimate(dtype: torch.dtype) -> None:
    n = 20
    module = DiffQAS(n, 15, angle_init="uniform", device="cuda", dtype=dtype)
    module().sum().backward()  # fills the caches
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    for _ in range(2):  # recorded, and replayed
        module().sum().backward()
    used = torch.cuda.max_memory_allocated() - before
    assert used < memory_estimate(n, 15, CANDIDATES, dtype, compiled=False, device=torch.device("cuda"))


def test_a_gpu_needs_fewer_states_but_a_workspace() -> None:
    gpu = torch.device("cuda")
    for n, peak in ((20, 0.49e9), (24, 2.77e9), (26, 10.75e9)):  # the whole peaks of an NVIDIA H200
        estimate = memory_estimate(n, 15, CANDIDATES, torch.float32, compiled=False, device=gpu)
        assert peak / 2 < estimate < 2 * peak
    small, least = (memory_estimate(n, 15, CANDIDATES, torch.float32, compiled=False, device=gpu) for n in (5, 1))
    assert small - least < 10**5 < least
