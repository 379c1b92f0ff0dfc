"""The torch path on every device there is: against the compiled path, against PennyLane, and what it keeps."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.autograd.functional import hessian, jacobian
from torch.func import grad, jacrev, vmap

from qtkit import CANDIDATES, Ansatz, DiffQAS
from qtkit.simulation import candidate_probabilities, ensemble, permutation, probabilities, stack_ensembles, torch_path
from qtkit.simulation.torch_path.batch import cnot_images
from qtkit.simulation.torch_path.precision import full_precision, product
from qtkit.simulation.torch_path.products import group_sizes, kron_groups, multiply, overlap_last

TOLERANCE = {torch.float64: 1e-10, torch.float32: 2e-5}
CPU = torch.device("cpu")


@pytest.fixture(params=["cpu", "cuda"])
def device(request: pytest.FixtureRequest) -> torch.device:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("PyTorch finds no CUDA device here")
    return torch.device(request.param)


def random_candidates(n: int, seed: int) -> list[Ansatz]:
    """The twelve in another order, two of them twice, and four of random CNOTs and rotations."""
    rng = np.random.default_rng(seed)
    pairs = list(itertools.permutations(range(n), 2))
    found = [CANDIDATES[k] for k in rng.permutation(12)] + [CANDIDATES[4], CANDIDATES[6]]
    for _ in range(4):
        cnots = tuple(pairs[k] for k in rng.integers(len(pairs), size=n)) if pairs else ()
        rotations = tuple(str(name) for name in rng.choice(["rx", "ry", "rz"], rng.integers(1, 4)))
        found.append(Ansatz(bool(rng.integers(2)), cnots, rotations))
    return found


def with_gradients(function: Callable[[Tensor, Tensor], Tensor], *inputs: Tensor, on: torch.device) -> list[Tensor]:
    """The value, and the gradient by both inputs for a fixed random upstream one."""
    inputs = tuple(tensor.to(on).requires_grad_() for tensor in inputs)
    value = function(*inputs)
    upstream = torch.randn(value.shape, generator=torch.Generator().manual_seed(1), dtype=value.dtype).to(on)
    return [result.detach().cpu() for result in (value, *torch.autograd.grad(value, inputs, upstream))]


def assert_close(ours: list[Tensor], theirs: list[Tensor], tolerance: float) -> None:
    for a, b in zip(ours, theirs, strict=True):
        size = float(b.abs().max()) if b.numel() else 0.0
        torch.testing.assert_close(a, b, rtol=0, atol=tolerance * max(1.0, size))


# Against the compiled path


@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize("shared", [True, False], ids=["shared", "separate"])
@pytest.mark.parametrize(("n", "depth"), [(1, 2), (2, 0), (3, 4), (5, 1), (8, 3), (11, 2)])
def test_values_and_gradients_are_the_compiled_ones(
    n: int, depth: int, shared: bool, dtype: torch.dtype, device: torch.device
) -> None:
    chance = torch.Generator().manual_seed(10 * n + depth)
    candidates = random_candidates(n, seed=n + depth)
    shape = (depth, n) if shared else (len(candidates), depth, n)
    angles = 6 * torch.rand(shape, generator=chance, dtype=dtype) - 3
    weights = torch.randn(len(candidates), generator=chance, dtype=dtype)
    ours, theirs = (
        with_gradients(lambda a, w, b=backend: ensemble(candidates, a, w, backend=b), angles, weights, on=on)
        for backend, on in (("torch", device), ("numba", CPU))
    )
    assert_close(ours, theirs, TOLERANCE[dtype])
    ours, theirs = (
        candidate_probabilities(candidates, angles.to(on), backend=backend).cpu()
        for backend, on in (("torch", device), ("numba", CPU))
    )
    torch.testing.assert_close(ours, theirs, rtol=0, atol=TOLERANCE[dtype])


def test_pennylanes_values(device: torch.device) -> None:
    pytest.importorskip("pennylane")
    angles = torch.randn(2, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    candidates = random_candidates(4, seed=0)
    theirs = torch.stack([torch.as_tensor(ansatz.to_pennylane(4, 2)(angles)) for ansatz in candidates])
    ours = candidate_probabilities(candidates, angles.to(device), backend="torch").cpu()
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("separate", [False, True])
def test_stacked_blocks_are_matrices_in_sequence(separate: bool, device: torch.device) -> None:
    n, depth, blocks = 3, 2, 3
    candidates = random_candidates(n, seed=3)
    chance = torch.Generator().manual_seed(0)
    sets = (len(candidates),) if separate else ()
    angles = torch.randn(blocks, *sets, depth, n, generator=chance, dtype=torch.float64)
    weights = torch.randn(blocks, len(candidates), generator=chance, dtype=torch.float64)

    def by_matrices(angles: Tensor, weights: Tensor) -> Tensor:
        total = None
        for m in range(blocks):
            parts = []
            for j, candidate in enumerate(candidates):
                own = angles[m, j] if separate else angles[m]
                columns = [torch_path.apply_layers(candidate, one, own) for one in torch.eye(8, dtype=torch.complex128)]
                matrix = torch.stack(columns, dim=1)
                start = torch_path.start_state(candidate, n, own).to(matrix.dtype) if total is None else total
                parts.append(weights[m, j] * (matrix @ start))
            total = sum(parts)
        return total.abs() ** 2 / (total.abs() ** 2).sum()

    theirs = with_gradients(by_matrices, angles, weights, on=CPU)
    ours = with_gradients(lambda a, w: stack_ensembles(candidates, a, w), angles, weights, on=device)
    assert_close(ours, theirs, 1e-10)


# Derivatives of every kind


def test_second_derivatives(device: torch.device) -> None:
    chance = torch.Generator().manual_seed(0)
    angles = torch.randn(2, 3, generator=chance, dtype=torch.float64).to(device).requires_grad_()
    weights = torch.randn(18, generator=chance, dtype=torch.float64).to(device).requires_grad_()
    candidates = random_candidates(3, seed=1)
    assert torch.autograd.gradgradcheck(lambda a, w: ensemble(candidates, a, w, backend="torch"), (angles, weights))


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:FutureWarning")  # PyTorch's own, once, in forward mode
def test_all_ways_to_ask_for_a_derivative_agree(device: torch.device) -> None:
    angles = torch.randn(2, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(device)
    candidates = random_candidates(3, seed=2)
    weights = torch.linspace(-1, 1, len(candidates), dtype=torch.float64, device=device)

    def function(angles: Tensor) -> Tensor:
        return ensemble(candidates, angles, weights, backend="torch")

    expected = jacobian(function, angles)
    torch.testing.assert_close(jacobian(function, angles, vectorize=True), expected)
    torch.testing.assert_close(jacrev(function)(angles), expected)
    with forward_ad.dual_level():
        dual = function(forward_ad.make_dual(angles, torch.ones_like(angles)))
        torch.testing.assert_close(forward_ad.unpack_dual(dual).tangent, expected.sum((1, 2)))
    mixture = weights.repeat(2, 1)
    by_weight = jacobian(lambda w: stack_ensembles(candidates, torch.stack([angles] * 2), w), mixture)
    with forward_ad.dual_level():
        dual = stack_ensembles(candidates, torch.stack([angles] * 2), forward_ad.make_dual(mixture, mixture.cos()))
        expected_tangent = (by_weight * mixture.cos()).sum((1, 2))
        torch.testing.assert_close(forward_ad.unpack_dual(dual).tangent, expected_tangent)
    second = hessian(lambda a: function(a)[3], angles)
    torch.testing.assert_close(jacrev(grad(lambda a: function(a)[3]))(angles), second)
    batch = torch.stack([angles, angles + 1])
    torch.testing.assert_close(vmap(function)(batch), torch.stack([function(one) for one in batch]))


def test_the_gradient_sees_the_angles_of_its_value(device: torch.device) -> None:
    angles = torch.randn(2, 3, dtype=torch.float64, device=device, requires_grad=True)
    upstream = torch.randn(8, dtype=torch.float64, device=device)
    expected = torch.autograd.grad(probabilities(CANDIDATES[4], angles, backend="torch"), angles, upstream)[0]
    value = probabilities(CANDIDATES[4], angles, backend="torch")
    with torch.no_grad():
        angles.add_(1)  # as an optimiser does
    assert torch.equal(torch.autograd.grad(value, angles, upstream)[0], expected)


# What it is made of


@pytest.mark.parametrize("n", range(1, 20))
def test_groups_are_as_even_as_can_be(n: int, device: torch.device) -> None:
    sizes = group_sizes(n, device)
    assert sum(sizes) == n
    assert max(sizes) - min(sizes) <= 1


def test_products_of_groups_are_the_whole_matrix(device: torch.device) -> None:
    n, sizes = 5, (2, 2, 1)
    gates = torch.randn(3, n, 2, 2, dtype=torch.float64, device=device)
    states = torch.randn(3, 2**n, dtype=torch.float64, device=device)
    whole = kron_groups(gates, [n])[0]
    found = states
    for matrix in kron_groups(gates, sizes):
        found = multiply(found, matrix.mT)
    torch.testing.assert_close(found.reshape(3, -1), (whole @ states[..., None])[..., 0])


@pytest.mark.parametrize("n", [3, 9, 13])  # sums that are cut in no, few and many parts
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128], ids=str)
def test_overlaps_of_the_last_qubits(n: int, dtype: torch.dtype, device: torch.device) -> None:
    states, cotangents = torch.randn(2, 3, 2**n, dtype=dtype, device=device)
    expected = torch.einsum("bra,brc->bac", states.reshape(3, -1, 4), cotangents.conj().reshape(3, -1, 4))
    found = overlap_last(torch.stack([states, cotangents]), 3, 4)
    torch.testing.assert_close(found.reshape(3, 4, 4), expected)


@pytest.mark.parametrize("n", [1, 4, 9])
def test_the_walsh_hadamard_transform(n: int, device: torch.device) -> None:
    x = torch.arange(2**n)
    signs = torch.from_numpy(1.0 - 2 * (np.bitwise_count((x[:, None] & x).numpy()) & 1)).to(device)
    vectors = torch.randn(3, 2**n, dtype=torch.float64, device=device)
    torch.testing.assert_close(torch_path.walsh_hadamard(vectors), vectors @ signs)
    torch.testing.assert_close(torch_path.walsh_hadamard(vectors[0]), signs @ vectors[0])


def test_images_are_those_of_the_compiled_path(device: torch.device) -> None:
    for ansatz in random_candidates(6, seed=6):
        ours = cnot_images(ansatz.cnots(6), 6, device).cpu().numpy()
        np.testing.assert_array_equal(ours, permutation.cnot_images(ansatz.cnots(6), 6))


# Digits


@pytest.fixture(params=["the older switch", "the newer switches"])
def networks_in_half_precision(request: pytest.FixtureRequest):
    """What a program may allow its networks."""
    if request.param == "the older switch":
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("medium")
        yield
        assert torch.get_float32_matmul_precision() == "medium", "it is put back"
        torch.set_float32_matmul_precision(before)
        return
    places = torch.backends.cuda.matmul, torch.backends.mkldnn.matmul
    if not all(hasattr(place, "fp32_precision") for place in places):
        pytest.skip("this PyTorch has the older switch alone")
    before = [place.fp32_precision for place in places]
    for place in places:
        place.fp32_precision = "tf32" if place is places[0] else "bf16"
    yield
    assert [place.fp32_precision for place in places] == ["tf32", "bf16"]
    for place, precision in zip(places, before, strict=True):
        place.fp32_precision = precision


@pytest.mark.usefixtures("networks_in_half_precision")
@pytest.mark.parametrize("autocast", [False, True])
def test_circuits_keep_their_digits_where_networks_need_not(autocast: bool, device: torch.device) -> None:
    n, candidates = 12, random_candidates(12, seed=0)
    angles = torch.randn(4, n, generator=torch.Generator().manual_seed(0))
    weights = torch.randn(len(candidates), generator=torch.Generator().manual_seed(1))
    theirs = with_gradients(lambda a, w: ensemble(candidates, a, w), angles, weights, on=CPU)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=autocast):
        ours = with_gradients(lambda a, w: ensemble(candidates, a, w, backend="torch"), angles, weights, on=device)
    assert_close(ours, theirs, 2e-5)


@pytest.mark.usefixtures("networks_in_half_precision")
def test_products_within_each_other_leave_the_setting_alone(device: torch.device) -> None:
    left, right = torch.randn(2, 1, 256, 256, generator=torch.Generator().manual_seed(0)).to(device)
    with full_precision(device), full_precision(device):
        pass
    expected = (left.double() @ right.double()).float()
    torch.testing.assert_close(product(left, right), expected, rtol=0, atol=1e-3)
    with full_precision(device):
        torch.testing.assert_close(left @ right, expected, rtol=0, atol=1e-3)


# What is kept for the gradient


def kept_bytes(function: Callable[[], Tensor]) -> int:
    """The bytes that autograd keeps for the gradient of a value, each memory counted once."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        function()
    return sum(kept.values())


def test_what_is_kept_does_not_grow_with_depth(device: torch.device) -> None:
    n = 13
    state = 2**n * 4
    few, many = (
        kept_bytes(DiffQAS(n, depth, angle_init="uniform", backend="torch", device=device)) for depth in (3, 60)
    )
    assert many - few < 4 * state, "states of 57 layers of four circuits would be 228"
    assert few < 30 * state
