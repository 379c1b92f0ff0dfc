"""Value and gradient of a sum of circuits as recorded programs: on a GPU, Python's overhead decides at small sizes."""

from __future__ import annotations

import os
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad

from qtkit.circuits.ansatz import Ansatz
from qtkit.simulation.memory import memory_estimate, memory_there
from qtkit.simulation.torch_path.recorders import Recorder, Work
from qtkit.simulation.torch_path.tables import holding
from qtkit.simulation.transforms import is_batched, is_transformed

Function = Callable[[tuple[Ansatz, ...], Tensor, Tensor], Tensor]

SWITCH = "QTKIT_CUDA_GRAPHS"
"""The environment variable that, set to 0, leaves all to Python."""

TOO_LARGE = 22
"""From that many qubits on the device decides: at n = 20 recorded and plain programs took 5.8 and 14.4 ms, at n = 24
90.6 and 89.9 (`python benchmarks/gpu.py`, NVIDIA H200)."""

_PROGRAMS = 8  # that are kept: each holds about the memory of a call
_SHARE = 16  # one program takes no more than that part of the device's memory
_recording = threading.Lock()
_WARM_UPS = 2  # libraries choose their algorithms and take their workspaces in the first calls


class Programs:
    """A function of candidates, angles and weights that is recorded when it is called for the second time at a size.

    Each size, number of candidates, dtype, device and reading of what needs a gradient has a program of its own; the
    last used are kept. Called plainly is whatever a program cannot do: torch.func's transforms, forward mode, calls
    within someone else's CUDA graph, and second derivatives.

    Arguments:
        function: differentiable, `(candidates, angles, weights)` to the value.
        recorder: what work is recorded by.
        most: how many programs are kept.
    """

    def __init__(self, function: Function, recorder: type[Recorder], *, most: int = _PROGRAMS) -> None:
        self._function, self._recorder, self._most = function, recorder, most
        self._found: OrderedDict[Hashable, Program | None] = OrderedDict()  # None: seen once, or not to be recorded
        self._refused: set[Hashable] = set()
        self._lock = threading.Lock()

    def __call__(self, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Tensor:
        """The function's value; with a program, in memory of its own and differentiable as ever."""
        program = self._program(candidates, angles, weights) if self._can_record(angles, weights) else None
        if program is None:
            return self._function(candidates, angles, weights)
        # Copies: an optimiser may change them before the gradient is asked for.
        value: Tensor = _Replayed.apply(program, angles.clone(), weights.clone())
        return value

    @property
    def kept(self) -> list[Program]:
        """The programs there are, the last used at the end."""
        with self._lock:
            return [program for program in self._found.values() if program is not None]

    def clear(self) -> None:
        """Forget all programs; their memory is free again when no value waits for its gradient."""
        with self._lock:
            self._found.clear()
            self._refused.clear()

    def _can_record(self, angles: Tensor, weights: Tensor) -> bool:
        return (
            os.environ.get(SWITCH) != "0"
            and angles.shape[-1] < TOO_LARGE
            and not is_transformed()
            and not torch.compiler.is_compiling()
            and all(type(tensor) in (Tensor, nn.Parameter) for tensor in (angles, weights))
            and all(forward_ad.unpack_dual(tensor).tangent is None for tensor in (angles, weights))
            and not self._recorder.is_recorded()
        )

    def _program(self, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor) -> Program | None:
        needs = tuple(torch.is_grad_enabled() and tensor.requires_grad for tensor in (angles, weights))
        numbers = (angles.dtype, angles.device, torch.are_deterministic_algorithms_enabled())
        key = (candidates, angles.shape, *numbers, needs)
        with self._lock:
            if key not in self._found:
                self._keep(key, None)  # a size asked for once is not worth its recording
                return None
            self._found.move_to_end(key)
            if self._found[key] is not None or key in self._refused:
                return self._found[key]
        # One recording at a time. Whoever comes meanwhile goes on plainly: the recording may wait for the thread of
        # PyTorch's gradients, which must not wait for the recording.
        if not _recording.acquire(blocking=False):
            return None
        try:
            program = self._found.get(key)  # another thread may have been quicker
            if program is None and key not in self._refused:
                program = self._record(key, candidates, angles, weights, needs)
                with self._lock:
                    self._keep(key, program)
        finally:
            _recording.release()
        return program

    def _keep(self, key: Hashable, program: Program | None) -> None:
        self._found[key] = program
        self._found.move_to_end(key)
        if len(self._found) > self._most:
            dropped, _ = self._found.popitem(last=False)
            self._refused.discard(dropped)

    def _record(
        self, key: Hashable, candidates: tuple[Ansatz, ...], angles: Tensor, weights: Tensor, needs: tuple[bool, ...]
    ) -> Program | None:
        depth, n = angles.shape[-2:]
        needed = memory_estimate(n, depth, candidates, angles.dtype, compiled=False, device=angles.device)
        if needed * _SHARE > memory_there(angles.device):
            self._refused.add(key)
            return None
        try:
            return Program(self._function, candidates, angles, weights, needs, self._recorder(angles.device))
        except RuntimeError as error:
            self._refused.add(key)
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            warnings.warn(
                f"the circuits of {n} qubits run without a CUDA graph, slower but as exact: {reason} ({SWITCH}=0 does "
                "without from the start)",
                RuntimeWarning,
                stacklevel=2,
            )
            return None


class Program:
    """Value and gradient of a function at one size, recorded with memory of their own and run with other numbers.

    The gradient's part reads the states that the value's part left. Where another value has been asked for since, the
    value's part is run again first.
    """

    def __init__(
        self,
        function: Function,
        candidates: tuple[Ansatz, ...],
        angles: Tensor,
        weights: Tensor,
        needs: tuple[bool, ...],
        recorder: Recorder,
    ) -> None:
        self.function, self.candidates, self._needs, self._recorder = function, candidates, needs, recorder
        self._lock = threading.Lock()
        self._upstream: Tensor
        self._replays: list[Work]
        self._latest: object = None  # the call whose states the memory holds
        self._total: Tensor | None = None
        self._gradients: tuple[Tensor, ...] = ()
        with recorder.prepare(), torch.inference_mode(False), holding() as self._tables:
            self._angles = angles.detach().clone().requires_grad_(needs[0])
            self._weights = weights.detach().clone().requires_grad_(needs[1])
            self._find_value()
            assert self._total is not None
            self._upstream = torch.zeros_like(self._total)
            parts = [self._find_value, self._find_gradients] if any(needs) else [self._find_value]
            for _ in range(_WARM_UPS):
                for part in parts:
                    part()
            self._replays = [recorder.record(part) for part in parts]

    @property
    def nbytes(self) -> int:
        """The bytes it holds, about; beside the workspaces that all programs share."""
        return self._recorder.nbytes

    def value(self, call: object, angles: Tensor, weights: Tensor) -> Tensor:
        """The value of a `call`, which is any object of its own."""
        with self._lock, self._recorder.take_turn():
            self._run(call, angles, weights)
            assert self._total is not None
            return self._total.detach().clone()

    def gradients(self, call: object, angles: Tensor, weights: Tensor, upstream: Tensor) -> list[Tensor | None]:
        """The derivatives by angles and weights, None where not needed, for the values' derivative `upstream`."""
        with self._lock, self._recorder.take_turn():
            if self._latest is not call:
                self._run(call, angles, weights)
            self._upstream.copy_(upstream)
            self._replays[1]()
            found = iter(self._gradients)
            return [next(found).clone() if need else None for need in self._needs]

    def is_recorded(self) -> bool:
        """Whether the program around is recording at the moment."""
        return self._recorder.is_recorded()

    def _run(self, call: object, angles: Tensor, weights: Tensor) -> None:
        self._latest = None
        with torch.no_grad():
            self._angles.copy_(angles)
            self._weights.copy_(weights)
        self._replays[0]()
        self._latest = call

    def _find_value(self) -> None:
        self._total, self._gradients = None, ()  # the memory of the run before, while trying
        with torch.set_grad_enabled(any(self._needs)):
            self._total = self.function(self.candidates, self._angles, self._weights)

    def _find_gradients(self) -> None:
        assert self._total is not None
        inputs = [tensor for tensor in (self._angles, self._weights) if tensor.requires_grad]
        # What is kept for the gradient stays: the next run of this part reads it again.
        self._gradients = torch.autograd.grad(self._total, inputs, self._upstream, retain_graph=True)


class _Replayed(torch.autograd.Function):
    """A program's value, whose gradient is the program's."""

    @staticmethod
    def forward(ctx: Any, program: Program, angles: Tensor, weights: Tensor) -> Tensor:
        ctx.program, ctx.call = program, object()
        ctx.save_for_backward(angles, weights)
        return program.value(ctx.call, angles, weights)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        angles, weights = ctx.saved_tensors
        program: Program = ctx.program
        if not (torch.is_grad_enabled() or is_transformed() or is_batched(upstream) or program.is_recorded()):
            return None, *program.gradients(ctx.call, angles, weights, upstream)
        needs = ctx.needs_input_grad[1:]
        inputs = [tensor for tensor, need in zip((angles, weights), needs, strict=True) if need]
        with torch.enable_grad():
            again = program.function(program.candidates, angles, weights)
            found = iter(torch.autograd.grad(again, inputs, upstream, create_graph=True))
        return None, *(next(found) if need else None for need in needs)
