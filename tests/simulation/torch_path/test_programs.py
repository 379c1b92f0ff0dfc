"""Recorded programs: CUDA graphs where there is a GPU, and everything but the graphs themselves on the CPU."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.autograd.functional import jacobian
from torch.func import grad, jacrev, vmap

from qtkit import CANDIDATES, Ansatz, DiffQAS
from qtkit.simulation import ensemble
from qtkit.simulation.torch_path import ensembles, programs
from qtkit.simulation.torch_path.ensembles import mix
from qtkit.simulation.torch_path.programs import Programs
from qtkit.simulation.torch_path.recorders import CallAgain, CudaGraphs, Recorder
from qtkit.simulation.torch_path.tables import holding, table
from tests.helpers import PATIENCE

TWELVE = tuple(CANDIDATES)
SOME = (CANDIDATES[4], CANDIDATES[1], Ansatz(True, "cyc", ("rx", "rz")), CANDIDATES[0])
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Place:
    """A device and what records there."""

    device: torch.device
    recorder: type[Recorder]

    def programs(self, **options: int) -> Programs:
        return Programs(mix, self.recorder, **options)


@pytest.fixture(params=["cpu", "cuda"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("PyTorch finds no CUDA device here")
    return Place(torch.device(request.param), CallAgain if request.param == "cpu" else CudaGraphs)


@pytest.fixture(autouse=True)
def _switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(programs.SWITCH, raising=False)


def inputs(
    n: int, seed: int, candidates: tuple[Ansatz, ...] = TWELVE, *, separate: bool = False, dtype=torch.float64, depth=3
) -> tuple[Tensor, Tensor, Tensor]:
    """Random angles, weights, and a derivative of the value."""
    chance = torch.Generator().manual_seed(seed)
    sets = (len(candidates),) if separate else ()
    angles = torch.randn(*sets, depth, n, generator=chance, dtype=dtype)
    weights = torch.randn(len(candidates), generator=chance, dtype=dtype)
    return angles, weights, torch.randn(2**n, generator=chance, dtype=dtype)


def leaves_of(given: tuple[Tensor, ...], on: torch.device) -> list[Tensor]:
    """Angles and weights of their own, with gradients."""
    return [tensor.detach().to(on, copy=True).requires_grad_() for tensor in given[:2]]


def solved(function: Callable[..., Tensor], candidates: tuple[Ansatz, ...], *given: Tensor, on: torch.device):
    """Value and both gradients, on the CPU."""
    leaves = leaves_of(given, on)
    value = function(candidates, *leaves)
    return [found.detach().cpu() for found in (value, *torch.autograd.grad(value, leaves, given[2].to(on)))]


def compiled(candidates: tuple[Ansatz, ...], *given: Tensor) -> list[Tensor]:
    return solved(lambda *a: ensemble(*a, backend="numba"), candidates, *given, on=CPU)


def assert_close(ours: list[Tensor], theirs: list[Tensor], tolerance: float = 1e-10) -> None:
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=tolerance * max(1.0, float(b.abs().max())))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-10), (torch.float32, 2e-5)], ids=str)
@pytest.mark.parametrize("separate", [False, True], ids=["shared", "separate"])
@pytest.mark.parametrize("n", [1, 4, 9, 12])
def test_values_and_gradients_are_the_compiled_ones(
    n: int, separate: bool, dtype: torch.dtype, tolerance: float, place: Place
) -> None:
    ours = place.programs()
    for seed in range(4):  # the first plainly, the second while recording, others replayed
        given = inputs(n, seed, separate=separate, dtype=dtype)
        assert_close(solved(ours, TWELVE, *given, on=place.device), compiled(TWELVE, *given), tolerance)
    assert len(ours.kept) == 1


def test_a_size_that_is_asked_for_once_is_not_recorded(place: Place) -> None:
    ours = place.programs()
    for n in range(2, 6):
        solved(ours, TWELVE, *inputs(n, 0), on=place.device)
    assert not ours.kept
    solved(ours, TWELVE, *inputs(4, 1), on=place.device)
    assert len(ours.kept) == 1


def test_calls_of_many_kinds_take_turns(place: Place) -> None:
    ours = place.programs()
    kinds = [
        (candidates, n, separate, dtype)
        for candidates in (TWELVE, SOME)
        for n in (3, 5)
        for separate, dtype in ((False, torch.float64), (True, torch.float32))
    ]
    for seed in range(4):
        for candidates, n, separate, dtype in kinds:
            given = inputs(n, seed, candidates, separate=separate, dtype=dtype)
            tolerance = 1e-10 if dtype == torch.float64 else 2e-5
            assert_close(solved(ours, candidates, *given, on=place.device), compiled(candidates, *given), tolerance)
    assert len(ours.kept) == len(kinds)


def test_a_gradient_after_other_values_is_that_of_its_own(place: Place) -> None:
    ours, given = place.programs(), [inputs(5, seed) for seed in range(4)]
    for one in given[:2]:
        solved(ours, TWELVE, *one, on=place.device)
    leaves = [leaves_of(one, place.device) for one in given]
    values = [ours(TWELVE, *pair) for pair in leaves]
    for k in (2, 0, 3, 3, 1, 2):
        found = torch.autograd.grad(values[k], leaves[k], given[k][2].to(place.device), retain_graph=True)
        assert_close([values[k].detach().cpu(), *(tensor.cpu() for tensor in found)], compiled(TWELVE, *given[k]))


def test_the_gradient_sees_the_numbers_of_its_value(place: Place) -> None:
    ours, given = place.programs(), inputs(4, 0)
    for _ in range(3):
        angles, weights = leaves_of(given, place.device)
        value = ours(TWELVE, angles, weights)
        with torch.no_grad():
            angles.add_(1), weights.add_(1)  # as an optimiser does
            value.detach().add_(1)  # and as whoever owns a value may
        found = torch.autograd.grad(value, (angles, weights), given[2].to(place.device))
        assert_close([tensor.cpu() for tensor in found], compiled(TWELVE, *given)[1:])


def test_backward_twice_adds_up(place: Place) -> None:
    ours, given = place.programs(), inputs(4, 0)
    expected = compiled(TWELVE, *given)
    for _ in range(3):
        angles, weights = leaves_of(given, place.device)
        value, upstream = ours(TWELVE, angles, weights), given[2].to(place.device)
        value.backward(upstream, retain_graph=True)
        value.backward(-3 * upstream)
        assert_close([angles.grad.cpu(), weights.grad.cpu()], [-2 * tensor for tensor in expected[1:]])
        with pytest.raises(RuntimeError, match="second time"):
            value.backward(upstream)


@pytest.mark.parametrize("needs", [(True, False), (False, True), (False, False)], ids=str)
def test_only_what_is_needed_has_a_gradient(needs: tuple[bool, bool], place: Place) -> None:
    ours, given = place.programs(), inputs(4, 0)
    expected = compiled(TWELVE, *given)
    for _ in range(3):
        leaves = leaves_of(given, place.device)
        for leaf, need in zip(leaves, needs, strict=True):
            leaf.requires_grad_(need)
        value = ours(TWELVE, *leaves)
        assert value.requires_grad == any(needs)
        assert_close([value.detach().cpu()], expected[:1])
        if any(needs):
            value.backward(given[2].to(place.device))
        for leaf, need, theirs in zip(leaves, needs, expected[1:], strict=True):
            assert (leaf.grad is not None) == need
            if need:
                assert_close([leaf.grad.cpu()], [theirs])


def test_with_and_without_gradients_by_turns(place: Place) -> None:
    ours, given = place.programs(), inputs(4, 0)
    expected = compiled(TWELVE, *given)
    leaves = leaves_of(given, place.device)
    for _ in range(3):
        with torch.inference_mode():
            assert_close([ours(TWELVE, *leaves).cpu()], expected[:1])
        with torch.no_grad():
            value = ours(TWELVE, *leaves)
        assert not value.requires_grad
        assert_close([value.cpu()], expected[:1])
        assert_close(solved(ours, TWELVE, *given, on=place.device), expected)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*")  # PyTorch's own, once, in forward mode
def test_derivatives_that_no_program_has(place: Place) -> None:
    ours = place.programs()
    angles, weights, _ = (tensor.to(place.device) for tensor in inputs(3, 0, SOME, depth=2))

    def function(angles: Tensor) -> Tensor:
        return ours(SOME, angles, weights)

    def plain(angles: Tensor) -> Tensor:
        return mix(SOME, angles, weights)

    expected = jacobian(plain, angles)
    for _ in range(3):  # also when there is a program
        torch.testing.assert_close(jacobian(function, angles), expected)
        torch.testing.assert_close(jacobian(function, angles, vectorize=True), expected)
        torch.testing.assert_close(jacrev(function)(angles), expected)
        torch.testing.assert_close(
            jacrev(grad(lambda a: function(a)[3]))(angles),
            torch.autograd.functional.hessian(lambda a: plain(a)[3], angles),
        )
        batch = torch.stack([angles, angles + 1])
        torch.testing.assert_close(vmap(function)(batch), torch.stack([plain(one) for one in batch]))
        with forward_ad.dual_level():
            dual = function(forward_ad.make_dual(angles, torch.ones_like(angles)))
            torch.testing.assert_close(forward_ad.unpack_dual(dual).tangent, expected.sum((1, 2)))
    assert ours.kept
    leaves = angles.clone().requires_grad_(), weights.clone().requires_grad_()
    assert torch.autograd.gradgradcheck(lambda a, w: ours(SOME, a, w), leaves)


def test_the_least_used_program_goes_first(place: Place) -> None:
    ours = place.programs(most=2)

    def use(n: int, times: int = 1) -> None:
        for seed in range(times):
            given = inputs(n, seed)
            assert_close(solved(ours, TWELVE, *given, on=place.device), compiled(TWELVE, *given))

    use(3, 2)
    use(4, 2)
    first, second = ours.kept
    use(3)
    assert ours.kept == [second, first]
    waiting = inputs(4, 7)
    leaves = leaves_of(waiting, place.device)
    value = ours(TWELVE, *leaves)  # of the program that goes while its gradient is still to come
    use(3)
    use(5, 2)
    assert second not in ours.kept
    assert len(ours.kept) == 2
    found = torch.autograd.grad(value, leaves, waiting[2].to(place.device))
    assert_close([tensor.cpu() for tensor in found], compiled(TWELVE, *waiting)[1:])
    use(4, 3)
    ours.clear()
    assert not ours.kept
    use(4, 3)


def test_programs_outlive_the_tables_of_others(place: Place) -> None:
    ours, given = place.programs(), inputs(6, 0)
    for _ in range(2):
        solved(ours, TWELVE, *given, on=place.device)
    for module, names in ((ensembles, ("batch_of", "_members")),):
        for name in names:
            getattr(module, name).cache_clear()
    torch.full((2**20,), float("nan"), device=place.device)  # whatever takes memory that is free now
    other = inputs(6, 1)
    assert_close(solved(ours, TWELVE, *other, on=place.device), compiled(TWELVE, *other))


def test_threads_share_a_program(place: Place) -> None:
    ours, wrong = place.programs(), []
    given = [inputs(5, seed) for seed in range(4)]
    expected = [compiled(TWELVE, *one) for one in given]

    def work(k: int) -> None:
        try:
            stream = torch.cuda.Stream() if place.device.type == "cuda" else None
            with torch.cuda.stream(stream):
                for _ in range(5):
                    assert_close(solved(ours, TWELVE, *given[k], on=place.device), expected[k])
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(ours.kept) == 1


def test_while_one_thread_records_others_go_on(place: Place) -> None:
    given = inputs(4, 0)
    expected = compiled(TWELVE, *given)
    found: list[list[Tensor]] = []

    class Slow(place.recorder):
        def record(self, work: Callable[[], None]) -> Callable[[], None]:
            other = threading.Thread(
                target=lambda: found.append(solved(ours, TWELVE, *given, on=place.device)), daemon=True
            )
            other.start()
            other.join(PATIENCE)  # forever, if the other waited for this one
            return super().record(work)

    ours = Programs(mix, Slow)
    for _ in range(3):
        assert_close(solved(ours, TWELVE, *given, on=place.device), expected)
    assert len(found) == 2, "once for the value, once for the gradient"
    for one in found:
        assert_close(one, expected)
    assert len(ours.kept) == 1


def failing(base: type[Recorder], error: Exception) -> type[Recorder]:
    """A recorder that cannot record."""

    class Failing(base):
        def record(self, work: Callable[[], None]) -> Callable[[], None]:
            raise error

    return Failing


def test_where_recording_fails_all_goes_on_plainly(place: Place) -> None:
    ours = Programs(mix, failing(place.recorder, RuntimeError("operation not permitted\nwith more lines")))
    given = inputs(4, 0)
    expected = compiled(TWELVE, *given)
    assert_close(solved(ours, TWELVE, *given, on=place.device), expected)
    with pytest.warns(
        RuntimeWarning, match=r"4 qubits run without a CUDA graph.*: operation not permitted \(QTKIT"
    ) as told:
        assert_close(solved(ours, TWELVE, *given, on=place.device), expected)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it is told once
        for _ in range(3):
            assert_close(solved(ours, TWELVE, *given, on=place.device), expected)
    assert not ours.kept


def test_other_errors_are_no_reason_to_be_silent(place: Place) -> None:
    ours, given = Programs(mix, failing(place.recorder, KeyError("a mistake"))), inputs(4, 0)
    solved(ours, TWELVE, *given, on=place.device)
    with pytest.raises(KeyError, match="a mistake"):
        solved(ours, TWELVE, *given, on=place.device)


def test_a_run_that_fails_leaves_no_states_to_the_next(place: Place) -> None:
    ours, given = place.programs(), inputs(4, 0)
    expected = compiled(TWELVE, *given)
    for _ in range(2):
        solved(ours, TWELVE, *given, on=place.device)
    leaves = leaves_of(given, place.device)
    value = ours(TWELVE, *leaves)
    with pytest.raises(RuntimeError):
        ours.kept[0].value(object(), torch.zeros(2, 2, device=place.device), leaves[1])
    found = torch.autograd.grad(value, leaves, given[2].to(place.device))
    assert_close([tensor.cpu() for tensor in found], expected[1:])


def test_the_switch_and_what_does_not_pay(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, given = place.programs(), inputs(4, 0)
    monkeypatch.setenv(programs.SWITCH, "0")
    for _ in range(3):
        solved(ours, TWELVE, *given, on=place.device)
    assert not ours.kept
    monkeypatch.delenv(programs.SWITCH)
    monkeypatch.setattr(programs, "TOO_LARGE", 4)
    for _ in range(3):
        solved(ours, TWELVE, *given, on=place.device)
    assert not ours.kept
    monkeypatch.undo()
    monkeypatch.setattr(programs, "memory_there", lambda device: 1000)
    for _ in range(3):
        solved(ours, TWELVE, *given, on=place.device)
    assert not ours.kept


def test_a_program_of_someone_else_is_recorded_plainly(place: Place) -> None:
    class Busy(place.recorder):
        busy = False

        @staticmethod
        def is_recorded() -> bool:
            return Busy.busy

    ours, given = Programs(mix, Busy), inputs(4, 0)
    expected = compiled(TWELVE, *given)
    for _ in range(2):
        solved(ours, TWELVE, *given, on=place.device)
    program = ours.kept[0]
    leaves = leaves_of(given, place.device)
    value, used = ours(TWELVE, *leaves), program._latest
    Busy.busy = True
    assert_close(solved(ours, TWELVE, *given, on=place.device), expected)
    found = torch.autograd.grad(value, leaves, given[2].to(place.device))
    assert_close([tensor.cpu() for tensor in found], expected[1:])
    assert program._latest is used, "nothing was replayed"


def test_tables_are_held_while_asked_for() -> None:
    made: list[int] = []

    @table(maxsize=1)
    def squares(size: int) -> Tensor:
        made.append(size)
        return torch.arange(size) ** 2

    with holding() as held:
        first = squares(3)
        squares(4)
        assert squares(3) is not first, "the cache has room for one"
    squares(5)
    assert [len(one) for one in held] == [3, 4, 3]
    assert made == [3, 4, 3, 5]
    with torch.inference_mode():
        assert not squares(6).is_inference()


def test_gradients_after_a_first_call_in_inference_mode(place: Place) -> None:
    given = inputs(7, 0)
    ensembles.batch_of.cache_clear(), ensembles._members.cache_clear()
    with torch.inference_mode():
        mix(TWELVE, *(tensor.to(place.device) for tensor in given[:2]))
    assert_close(solved(mix, TWELVE, *given, on=place.device), compiled(TWELVE, *given))


@pytest.fixture
def on_cuda() -> Iterator[torch.device]:
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no CUDA device here")
    ensembles._programs.clear()
    yield torch.device("cuda")
    ensembles._programs.clear()


def test_a_module_on_a_gpu_trains_by_programs(on_cuda: torch.device) -> None:
    losses = {}
    for device in (CPU, on_cuda):
        module = DiffQAS(
            6, 4, angle_init="uniform", generator=torch.Generator().manual_seed(0), dtype=torch.float64, device=device
        )
        optimiser = torch.optim.Adam(module.parameters(), lr=0.05)
        target = torch.linspace(0, 1, 64, dtype=torch.float64, device=device)
        losses[device.type] = []
        for _ in range(20):
            optimiser.zero_grad()
            loss = ((module() - target) ** 2).sum()
            loss.backward()
            optimiser.step()
            losses[device.type].append(loss.item())
    torch.testing.assert_close(losses["cuda"], losses["cpu"], rtol=1e-8, atol=1e-8)
    assert len(ensembles._programs.kept) == 1
    assert 0 < ensembles._programs.kept[0].nbytes < 10**9


def test_within_a_cuda_graph_of_ones_own(on_cuda: torch.device) -> None:
    module = DiffQAS(6, 4, angle_init="uniform", generator=torch.Generator().manual_seed(0), device=on_cuda)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            expected = module().detach().clone()
            module.zero_grad()
            module().sum().backward()
    torch.cuda.current_stream().wait_stream(side)
    module.zero_grad()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        value = module()
        value.sum().backward()
    graph.replay()
    torch.testing.assert_close(value, expected)


def test_a_recording_that_cuda_refuses_is_told_and_done_plainly(on_cuda: torch.device) -> None:
    def waits(candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
        value = mix(candidates, angles, weights)
        torch.cuda.synchronize()  # what no CUDA graph can do
        return value

    ours, given = Programs(waits, CudaGraphs), inputs(4, 0)
    expected = compiled(TWELVE, *given)
    assert_close(solved(ours, TWELVE, *given, on=on_cuda), expected)
    with pytest.warns(RuntimeWarning, match="run without a CUDA graph"):
        assert_close(solved(ours, TWELVE, *given, on=on_cuda), expected)
    assert_close(solved(ours, TWELVE, *given, on=on_cuda), expected)
    others = Programs(mix, CudaGraphs)  # and CUDA is as before
    for _ in range(3):
        assert_close(solved(others, TWELVE, *given, on=on_cuda), expected)
    assert others.kept
