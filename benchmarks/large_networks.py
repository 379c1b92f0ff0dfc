"""A training step of large networks whose weights circuits write: `python benchmarks/large_networks.py`.

Beside each stands a step of the same network that trains its weights itself, measured in the same turns. A step is
forward, backward and Adam on a batch of random pictures. Seconds on the clock, and of the processor, all threads
together: the latter also where the machine has other work. Medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn
from torchvision import models

import qtkit
from qtkit import CANDIDATES, QuantumTrain
from qtkit.simulation import set_num_threads

BATCH, PIXELS = 8, 64

CASES: dict[str, tuple[Callable[[], nn.Module], dict[str, object]]] = {
    "ResNet-18, config 5": (models.resnet18, {"depth": 3, "candidates": CANDIDATES[4:5]}),
    "SqueezeNet 1.1, all twelve": (models.squeezenet1_1, {"depth": 3}),
}
"""A network from torchvision, untrained, and what writes its weights."""


@dataclass(frozen=True)
class Measured:
    """Of one case.

    Attributes:
        trained: numbers that are trained in place of the weights.
        seconds, plain_seconds: of a step with generated weights, and with weights trained themselves, on the clock.
        processor, plain_processor: the same, of the processor.
    """

    case: str
    weights: int
    qubits: int
    trained: int
    seconds: float
    plain_seconds: float
    processor: float
    plain_processor: float


def step_of(model: nn.Module) -> Callable[[], object]:
    """One step of training."""
    draws = torch.Generator().manual_seed(0)
    images = torch.randn(BATCH, 3, PIXELS, PIXELS, generator=draws)
    labels = torch.randint(1000, (BATCH,), generator=draws)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step() -> float:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def times(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def measure(case: str, repeats: int) -> Measured:
    """One case."""
    make, options = CASES[case]
    torch.manual_seed(0)
    network = make()
    model = QuantumTrain(network, generator=torch.Generator().manual_seed(0), **options)  # type: ignore[arg-type]
    generated, plain = step_of(model), step_of(network)
    generated(), plain()  # compiles
    turns = [(*times(generated), *times(plain)) for _ in range(repeats)]
    seconds, processor, plain_seconds, plain_processor = (statistics.median(each) for each in zip(*turns, strict=True))
    return Measured(
        case,
        model.num_weights,
        model.n_qubits,
        model.num_trainable,
        seconds,
        plain_seconds,
        processor,
        plain_processor,
    )


def describe(results: list[Measured], command: str, machine: str) -> str:
    """The table in Markdown."""
    heads = ("network, circuits", "weights", "qubits", "trained", "a step", "processor", "plain", "processor")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for each in results:
        numbers = [f"{each.weights:,}", str(each.qubits), str(each.trained)]
        seconds = [each.seconds, each.processor, each.plain_seconds, each.plain_processor]
        lines.append(f"| {each.case} | {' | '.join([*numbers, *(f'{value:.2f} s' for value in seconds)])} |")
    return "\n".join(
        [
            "# Large networks",
            "",
            f"`{command}`: a step of training (forward, backward, Adam; {BATCH} random pictures of {PIXELS} × {PIXELS}",
            "pixels, float32) with weights that circuits of 3 layers write, and, *plain*, of the same network with its",
            "weights trained themselves, in turn with it: seconds on the clock and of the processor, medians.",
            "",
            *lines,
            "",
            f"{machine}.",
            "",
        ]
    )


def main() -> None:
    """Measure, print, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write large_networks.json and .md there")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # its threads spin while they wait, which on a busy machine is most of what they do
    set_num_threads(arguments.threads)
    results = [measure(case, arguments.repeats) for case in CASES]
    command = f"python benchmarks/large_networks.py --repeats {arguments.repeats} --threads {arguments.threads}"
    machine = (
        f"{arguments.threads} threads for circuits, one for PyTorch, {os.cpu_count()} cores, "
        f"load average {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, torch {torch.__version__}, qtkit {qtkit.__version__}"
    )
    text = describe(results, command, machine)
    print(text)
    if arguments.save:
        (arguments.save / "large_networks.md").write_text(text, encoding="utf-8")
        table = [asdict(each) for each in results]
        (arguments.save / "large_networks.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
