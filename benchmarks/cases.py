"""What `benchmarks/commits.py` times in every version of qtkit: started by it, once a version and number of threads.

    python benchmarks/cases.py THREADS    # PyTorch's; 0 leaves the default

Reads names of cases from its input, and answers each with the milliseconds of one call and those of processor time, of
all threads together, as the version on PYTHONPATH does it. Both are the least of some fifth of a second: other programs
only ever add.
"""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable

import qtkit  # first, as whoever follows the README does

ENSEMBLES = tuple(f"ensemble {n} {depth} {kind}" for n, depth in ((17, 15), (13, 10), (11, 10)) for kind in (32, 64))
CASES = (*ENSEMBLES, "image step", "A3C update")


@functools.cache
def case(name: str) -> Callable[[], object]:
    """A function whose calls are timed."""
    if name == "image step":
        return image_step()
    if name == "A3C update":
        return a3c_update()
    _, n, depth, kind = name.split()
    return ensemble(int(n), int(depth), kind)


def ensemble(n: int, depth: int, kind: str) -> Callable[[], object]:
    """Value and gradient of the twelve candidates."""
    import torch

    dtype = {"32": torch.float32, "64": torch.float64}[kind]
    module = qtkit.DiffQAS(n, depth, angle_init="uniform", generator=torch.Generator().manual_seed(0), dtype=dtype)
    upstream = torch.randn(2**n, generator=torch.Generator().manual_seed(1)).to(dtype)

    def step() -> None:
        module.zero_grad()
        module().backward(upstream)

    return step


def image_step() -> Callable[[], object]:
    """A step of the paper's image training with the search, on random images."""
    import torch

    from qtkit.networks import ImageMLP

    generator = torch.Generator().manual_seed(0)
    model = qtkit.QuantumTrain(ImageMLP(), depth=15, generator=generator)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.rand(100, 784, generator=generator)
    labels = torch.randint(0, 2, (100,), generator=generator)

    def step() -> None:
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(images), labels).backward()
        optimiser.step()

    return step


def a3c_update() -> Callable[[], object]:
    """A worker's update, with the search, of workers that take turns."""
    from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining

    training = GridworldTraining(GridworldSettings())
    next(training)
    pool = training._pool

    def update() -> None:
        worker = pool._workers[pool._turns % len(pool._workers)]
        worker.turn(pool._replica, pool._shared, pool._optimiser, training.settings)
        pool._turns += 1

    return update


def milliseconds(call: Callable[[], object], seconds: float = 0.2) -> tuple[float, float]:
    """The least time of one call, and the least processor time."""
    times: list[tuple[float, float]] = []
    while sum(wall for wall, _ in times) < seconds or len(times) < 5:
        begin, begin_processor = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - begin, time.process_time() - begin_processor))
    wall, processor = (1e3 * min(column) for column in zip(*times, strict=True))
    return wall, processor


def main() -> None:
    """Answer until the input ends."""
    threads = int(sys.argv[1])
    if threads:
        import torch

        torch.set_num_threads(threads)
    for line in sys.stdin:
        name = line.strip()
        case(name)()  # compile
        print(*milliseconds(case(name)), flush=True)


if __name__ == "__main__":
    main()
