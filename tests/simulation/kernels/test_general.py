"""Circuits of any gates: both ways against PennyLane, structures against brute force, mixtures, and bad input."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain, probabilities
from qtkit.circuits import CNOT, CRX, CRY, CRZ, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, H
from qtkit.generator.compiled import CompiledGenerator
from qtkit.simulation import Structure, candidate_probabilities, ensemble, stack_ensembles, structure, threads
from qtkit.simulation.grouping import group_candidates
from qtkit.simulation.memory import memory_estimate
from qtkit.simulation.widths import max_angles, qubits_of
from tests.strategies import circuits, circuits_by_elements

HARD = (
    Ansatz(start=[H()], layer=[CZ("ring"), U3()]),
    Ansatz(layer=[RY(), CZ("all")]),
    Ansatz(start=[H(wires=0)], layer=[CU3("ring"), RX(wires=0), RZZ("brick")]),
    Ansatz(
        layer=[RX(), SWAP("star"), CRX("all"), CRY("ring"), CRZ("ring"), H(0), RZ(), RY(), CNOT("star"), CZ("ring")]
    ),
    Ansatz(layer=[CRY("all"), H(), SWAP("ring")]),
    Ansatz(layer=[[CRX("ring"), U3(wires=0)], [RZZ("all"), RX()]]),
    Ansatz(start=[H()], layer=[CNOT("star"), RY()]),
)


def random_angles(*shape, seed=0):
    return torch.empty(shape, dtype=torch.float64).uniform_(-4, 4, generator=torch.Generator().manual_seed(seed))


def value_and_gradient(compute, angles, upstream):
    angles = angles.clone().requires_grad_()
    value = torch.as_tensor(compute(angles))
    upstream = upstream.to(value.dtype)
    if not value.requires_grad:
        return value, torch.zeros_like(angles)
    return value.detach(), torch.autograd.grad(value, angles, upstream, materialize_grads=True)[0]


def check_against_pennylane(ansatz, angles, n, backend):
    """Value and gradient, by `upstream` of random numbers."""
    upstream = torch.randn(2**n, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    expected = value_and_gradient(ansatz.to_pennylane(n, len(angles)), angles, upstream)
    found = value_and_gradient(lambda x: probabilities(ansatz, x, n_qubits=n, backend=backend), angles, upstream)
    for mine, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-10)


@settings(deadline=None, max_examples=30)
@given(circuits_by_elements(), st.sampled_from(["numba", "torch"]))
def test_values_and_gradients_equal_pennylanes(circuit, backend):
    ansatz, n, angles = circuit
    check_against_pennylane(ansatz, angles, n, backend)


@pytest.mark.parametrize("backend", ["numba", "torch"])
@pytest.mark.parametrize("ansatz", HARD, ids=str)
@pytest.mark.parametrize("n", [2, 5])
def test_all_gates_equal_pennylanes(ansatz, n, backend):
    check_against_pennylane(ansatz, random_angles(3, ansatz.angles_per_layer(n)), n, backend)


@pytest.mark.slow
@pytest.mark.parametrize("ansatz", HARD, ids=str)
@pytest.mark.parametrize("n", [7, 12])
def test_large_states_taken_tile_by_tile_equal_the_torch_path(ansatz, n):
    angles = random_angles(2, ansatz.angles_per_layer(n))
    upstream = torch.randn(2**n, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    exact = value_and_gradient(lambda x: probabilities(ansatz, x, n_qubits=n, backend="torch"), angles, upstream)
    for dtype, tolerance in ((torch.float64, 1e-10), (torch.float32, 2e-5)):
        found = value_and_gradient(lambda x: probabilities(ansatz, x, n_qubits=n), angles.to(dtype), upstream)
        for mine, theirs in zip(found, exact, strict=True):
            torch.testing.assert_close(mine, theirs, rtol=0, atol=tolerance, check_dtype=False)


@pytest.mark.parametrize("ansatz", HARD, ids=str)
def test_second_derivatives_and_transforms_by_the_torch_path(ansatz):
    angles = random_angles(1, ansatz.angles_per_layer(2))

    def half(x):
        return probabilities(ansatz, x, n_qubits=2, backend="torch")[:2].sum()

    assert torch.autograd.gradgradcheck(half, angles.requires_grad_())
    jacobian = torch.func.jacrev(lambda x: probabilities(ansatz, x, n_qubits=2))(angles.detach())
    rows = [
        value_and_gradient(lambda x: probabilities(ansatz, x, n_qubits=2), angles.detach(), e)[1] for e in torch.eye(4)
    ]
    torch.testing.assert_close(jacobian, torch.stack(rows), rtol=0, atol=1e-12)


# Structure ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ansatz", "kind"),
    [
        (Ansatz(start=[H()], layer=[CNOT("star"), RX()]), Structure.UNIFORM),
        (Ansatz(start=[H()], layer=[RX(), SWAP("ring"), CRX("ring")]), Structure.COMPLEX),  # a second layer of RX
        (Ansatz(start=[H()], layer=[CZ("ring"), RZ(), RZZ("all"), CRZ("star")]), Structure.UNIFORM),
        (Ansatz(start=[H()], layer=[CZ("ring"), RX()]), Structure.COMPLEX),
        (Ansatz(layer=[RZ(), CZ("ring"), CU3("ring"), CRX("all"), RZZ()]), Structure.BASIS),
        (Ansatz(layer=[RX(), CNOT("star"), SWAP("ring")]), Structure.IQP),
        (Ansatz(start=[H()], layer=[CZ("ring"), RY(), CRY("ring")]), Structure.REAL),
        (Ansatz(layer=[RY(), CZ("brick")]), Structure.REAL),
        (Ansatz(layer=[U3()]), Structure.COMPLEX),
        (Ansatz(start=[H(), H()], layer=[RZ()]), Structure.BASIS),
        (Ansatz(start=[H(wires=0), SWAP(((0, 1),))], layer=[CRX(((0, 2),)), H(wires=(0, 2))]), Structure.UNIFORM),
    ],
    ids=str,
)
def test_structures(ansatz, kind):
    depth = 1 if "SWAP" in str(ansatz) and kind is Structure.UNIFORM else 2
    assert structure(ansatz, depth, 3) is kind
    with pytest.raises(ValueError, match="hangs on the number of qubits: give n_qubits"):
        structure(ansatz, depth)


@settings(deadline=None, max_examples=40)
@given(circuits_by_elements(simple=True))
def test_what_each_structure_promises(circuit):
    ansatz, n, angles = circuit
    kind = structure(ansatz, len(angles), n)
    exact = torch.as_tensor(ansatz.to_pennylane(n, len(angles))(angles))
    if kind is Structure.UNIFORM:
        torch.testing.assert_close(exact, torch.full_like(exact, 2.0**-n))
    elif kind is Structure.BASIS:
        assert exact[0] == pytest.approx(1)
    torch.testing.assert_close(probabilities(ansatz, angles, n_qubits=n), exact, rtol=0, atol=1e-10)


def test_circuits_of_the_form_of_words_go_their_way():
    star = Ansatz(start=[H()], layer=[CNOT("star"), RY()])
    same = Ansatz(True, ((0, 1), (0, 2)), "ry")
    grouping = group_candidates((star, same), 2, 3, shared=True)
    assert list(grouping.real.values()) == [[0, 1]]
    assert not grouping.general
    angles = random_angles(2, 3)
    assert torch.equal(probabilities(star, angles), probabilities(same, angles))


# Mixtures -------------------------------------------------------------------------------------------------------------


MIXTURE = (CANDIDATES[4], HARD[0], CANDIDATES[0], HARD[2], CANDIDATES[8], HARD[0], CANDIDATES[6], HARD[1], HARD[6])


@settings(deadline=None, max_examples=10)
@given(st.lists(st.one_of(circuits(), circuits_by_elements()), min_size=1, max_size=4), st.booleans())
def test_any_mixture_is_the_sum_of_its_circuits(found, shared):
    candidates, n = (
        tuple(each[0] for each in found),
        max(each[-1].shape[1] if len(each) == 2 else each[1] for each in found),
    )
    width = max_angles(candidates, n)
    angles = random_angles(2, width) if shared else random_angles(len(candidates), 2, width)
    weights = torch.randn(len(candidates), dtype=torch.float64)
    sets = [angles if shared else own for own in (candidates if shared else angles)]
    rows = [torch.as_tensor(each.to_pennylane(n, 2)(own)) for each, own in zip(candidates, sets, strict=True)]
    for backend in ("numba", "torch"):
        each = candidate_probabilities(candidates, angles, n_qubits=n, backend=backend)
        torch.testing.assert_close(each, torch.stack(rows), rtol=0, atol=1e-10)
        total = ensemble(candidates, angles, weights, n_qubits=n, backend=backend)
        torch.testing.assert_close(total, weights @ torch.stack(rows), rtol=0, atol=1e-10)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("recompute", [False, True])
def test_gradients_of_a_mixture_are_the_same_both_ways(shared, recompute):
    n, candidates = 4, MIXTURE
    width = max_angles(candidates, n)
    angles = random_angles(3, width) if shared else random_angles(len(candidates), 3, width)
    weights, upstream = torch.randn(len(candidates), dtype=torch.float64), torch.randn(2**n, dtype=torch.float64)
    results = []
    for backend in ("torch", "numba"):
        a, w = angles.clone().requires_grad_(), weights.clone().requires_grad_()
        total = ensemble(candidates, a, w, n_qubits=n, backend=backend, recompute=recompute)
        results.append((total.detach(), *torch.autograd.grad(total, (a, w), upstream)))
    for theirs, mine in zip(*results, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-10)


def test_equal_circuits_are_computed_once():
    grouping = group_candidates(MIXTURE, 2, 4, shared=True)
    assert [1, 5] in list(grouping.general.values())
    assert grouping.candidates() == list(range(9))


def test_results_do_not_depend_on_the_number_of_threads():
    n, candidates = threads.THREADED_FROM, MIXTURE
    angles = random_angles(1, max_angles(candidates, n)).float()
    weights = torch.ones(len(candidates))
    found = []
    for count in (1, 2):
        threads.set_num_threads(count)
        a = angles.clone().requires_grad_()
        total = ensemble(candidates, a, weights)
        found.append((total.detach(), torch.autograd.grad(total, a, torch.arange(2.0**n))[0]))
    threads.set_num_threads(None)
    assert all(map(torch.equal, *found))


def test_a_gradient_may_be_asked_for_twice():
    angles = random_angles(2, 9).requires_grad_()
    total = probabilities(HARD[0], angles)
    first, second = (torch.autograd.grad(total[0], angles, retain_graph=True)[0] for _ in range(2))
    assert torch.equal(first, second)


def test_stacked_blocks_take_any_circuits():
    n, candidates = 3, (CANDIDATES[4], HARD[0], HARD[1])
    angles, weights = random_angles(2, 2, 9), torch.rand(2, 3, dtype=torch.float64)
    found = stack_ensembles(candidates, angles, weights)
    state = None
    for own, w in zip(angles, weights, strict=True):
        columns = [_matrix(candidate, own, n, starts=state is None) for candidate in candidates]
        before = torch.eye(2**n, dtype=torch.complex128)[0] if state is None else state
        state = sum(weight * matrix @ before for weight, matrix in zip(w, columns, strict=True))
    expected = state.abs() ** 2
    torch.testing.assert_close(found, expected / expected.sum(), rtol=0, atol=1e-10)


def _matrix(ansatz, angles, n, *, starts):
    import pennylane as qml

    from qtkit.circuits.pennylane import queue

    start, *layers = ansatz.operations(n, len(angles))

    def circuit():
        for operation in start if starts else ():
            queue(operation, ())
        for layer, row in zip(layers, angles.tolist(), strict=True):
            for operation in layer:
                queue(operation, row)

    return torch.as_tensor(qml.matrix(circuit, wire_order=range(n))())


# Sizes ----------------------------------------------------------------------------------------------------------------


def test_the_width_of_angles_tells_the_qubits():
    assert probabilities(HARD[0], random_angles(1, 12)).shape == (16,)
    assert qubits_of((CANDIDATES[0], HARD[0]), 9) == 3
    with pytest.raises(
        ValueError, match=r"no number of qubits has 10 angles a layer; these circuits take 3 on 1, 6 on 2"
    ):
        probabilities(HARD[0], random_angles(1, 10))
    some = Ansatz(layer=[CZ("ring"), RX(wires=(0, 2))])
    with pytest.raises(ValueError, match="2 angles a layer fit 3 to 30 qubits: say which by n_qubits"):
        probabilities(some, random_angles(1, 2))
    assert probabilities(some, random_angles(1, 2), n_qubits=3).shape == (8,)
    with pytest.raises(ValueError, match=r"on 3 qubits a layer takes 2 angles: angles must be \(\.\.\., 2\), got 1"):
        probabilities(some, random_angles(1, 1), n_qubits=3)
    with pytest.raises(ValueError, match=r"on 3 qubits a layer takes 2 angles: angles must be \(\.\.\., 2\), got 7"):
        probabilities(some, random_angles(2, 7), n_qubits=3)
    with pytest.raises(ValueError, match=r"on 3 qubits a layer takes 3 angles: angles must be \(\.\.\., 3\), got 7"):
        probabilities(CANDIDATES[4], random_angles(2, 7), n_qubits=3)
    with pytest.raises(ValueError, match=r"angles must have shape \(L, A\), got \(4,\)"):
        probabilities(some, random_angles(4), n_qubits=3)


def test_a_circuit_without_angles_has_none():
    still = Ansatz(start=[H(wires=0)], layer=[SWAP("ring")])
    assert still.angles_per_layer(3) == 0
    found = probabilities(still, random_angles(1, 0), n_qubits=3)
    torch.testing.assert_close(found, torch.as_tensor(still.to_pennylane(3, 1)(random_angles(1, 0))))


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("options", [{}, {"n_blocks": 2}, {"backend": "torch"}, {"recompute": True}])
def test_a_search_takes_any_mixture(shared, options):
    search = DiffQAS(3, 2, MIXTURE, shared_angles=shared, dtype=torch.float64, **options)
    blocks = (2,) if "n_blocks" in options else ()
    assert search.angles.shape == (*blocks, *(() if shared else (9,)), 2, 12)
    total = search()
    assert total.shape == (8,)
    total[0].backward()
    assert search.angles.grad.abs().sum() > 0
    if not blocks:
        assert search.candidate_probabilities().shape == (9, 8)
        assert search.winner() in MIXTURE


def test_quantum_train_and_its_compiled_way():
    model = QuantumTrain(torch.nn.Linear(3, 2), 2, MIXTURE, dtype=torch.float64, probability="scaled")
    compiled = CompiledGenerator(model)
    torch.testing.assert_close(torch.from_numpy(compiled.weights()), model.weights().detach())
    upstream = torch.randn(8, dtype=torch.float64)
    model.weights().backward(upstream)
    expected = model.search.angles.grad.clone()
    model.zero_grad()
    compiled.backward(upstream.numpy())
    torch.testing.assert_close(model.search.angles.grad, expected)


def test_memory_grows_with_the_circuits_and_not_with_their_depth():
    def estimate(count, depth, **options):
        return memory_estimate(20, depth, HARD[:count], torch.float32, **options)

    assert estimate(1, 1) < estimate(2, 1) < estimate(4, 1)
    assert estimate(1, 20) < 1.01 * estimate(1, 2)
    assert estimate(1, 20, compiled=False) > 3 * estimate(1, 2, compiled=False)


def test_a_gate_out_of_range_is_refused_when_a_search_is_made():
    with pytest.raises(ValueError, match=r"RX\(wires=\(4,\)\) is out of range: 3 qubits have wires 0..2"):
        DiffQAS(3, 2, (Ansatz(layer=[RX(wires=4), U3()]),))
