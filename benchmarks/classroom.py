"""A class on one machine: twenty kernels open, four of them training, and nothing lost.

    python benchmarks/classroom.py                       # under four minutes on two quiet cores, 11 GB of free memory
    python benchmarks/classroom.py --save results/benchmarks
    python benchmarks/classroom.py --kernels 6 --training 2 --seconds 10

Starts a Jupyter server of its own, opens all kernels at once as a class does, and lets each import PyTorch and qtkit
and draw a circuit. Then some train on the sample of MNIST (twelve circuits, 6 layers, seed 0) in a thread, as panels
do, while every kernel is asked in turn for a small distribution: how long it takes to answer is the latency. One thread
a kernel (`OMP_NUM_THREADS=1`). Memory is the proportional set size (Linux alone tells it): pages that kernels share
count once.

Fails if something is lost: a kernel that the server no longer has, a variable, a step of a training, or trainings of
one seed that are not alike.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jupyter_client import BlockingKernelClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, it finds the tests

from tests.ports import free_port

NEEDED = 0.55e9
"""Bytes of free memory for each kernel, below which nothing is started."""

PATIENCE = 180.0

_OPEN = """
import threading, torch, qtkit
torch.set_num_threads(1)
kept = {number}
studio = qtkit.CANDIDATES[4]
drawing = studio.draw(4, 2)
qtkit.probabilities(studio, torch.zeros(2, 4, dtype=torch.float64))
"""
_TRAIN = """
from qtkit.tasks.images import ImageSettings, train
records, stop = [], threading.Event()
def go():
    for record in train(ImageSettings(seed=0, depth=6, epochs=1000, source="sample")):
        records.append(record)
        if stop.is_set() and len(records) > 1:  # one step at least, however busy the machine is
            break
thread = threading.Thread(target=go, daemon=True)
thread.start()
"""
_ASK = "print(float(qtkit.probabilities(studio, torch.ones(2, 4, dtype=torch.float64))[0]))"
_END = """
stop.set(); thread.join()
import json
print(json.dumps([[record.step, record.loss] for record in records]))
"""


@dataclass(frozen=True)
class Classroom:
    """What was measured.

    Attributes:
        kernels: open at once.
        training: of them.
        opened: seconds until all had imported qtkit and drawn a circuit, started together.
        memory: bytes of all kernels together, the largest sum.
        kernel: bytes of the largest kernel.
        server: bytes of the server.
        idle: seconds of each answer before the trainings began.
        busy: seconds of each answer while they went on, of kernels that did not train.
        own: the same, of kernels that trained.
        steps: of each training, in `seconds`.
        seconds: that the trainings went on.
        lost: what was lost, in words.
    """

    kernels: int
    training: int
    opened: float
    memory: int
    kernel: int
    server: int
    idle: list[float]
    busy: list[float]
    own: list[float]
    steps: list[int]
    seconds: float
    lost: list[str]


class Server:
    """A Jupyter server in a folder of its own, with the settings that docs/hosting.md recommends."""

    def __init__(self, folder: Path) -> None:
        self.token, self.runtime, self.port = secrets.token_hex(16), folder / "runtime", free_port()
        (folder / "root").mkdir()
        self.log = (folder / "server.log").open("wb")
        environment = os.environ | {
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "IPYTHONDIR": str(folder / "ipython"),
            "MPLBACKEND": "agg",
            "OMP_NUM_THREADS": "1",
        }
        options = [
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
        ]
        options += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={folder / 'root'}"]
        options += ["--MappingKernelManager.cull_idle_timeout=1800", "--MappingKernelManager.cull_interval=120"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, method: str, path: str) -> Any:
        """An answer of the server's API.

        Raises:
            OSError: if there is none.
        """
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, data=b"{}" if method == "POST" else None, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            RuntimeError: if it does not.
        """
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.ask("GET", "status")
                return
            time.sleep(0.2)
        raise RuntimeError(f"the Jupyter server does not answer; its log is {self.log.name}")

    def open_kernel(self) -> tuple[str, BlockingKernelClient]:
        """A new kernel's id and a client of it."""
        name = str(self.ask("POST", "kernels")["id"])
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{name}.json"))
        client.load_connection_file()
        client.start_channels()
        return name, client

    def close(self) -> None:
        """End the server, which ends its kernels, all at once."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.log.close()


def answer(client: BlockingKernelClient, code: str) -> str:
    """What `code` prints.

    Raises:
        RuntimeError: if it raises, or the kernel does not answer.
    """
    printed: list[str] = []

    def take(message: dict[str, Any]) -> None:
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            printed.append(message["content"]["text"])

    reply = client.execute_interactive(code, timeout=PATIENCE, output_hook=take, store_history=False)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"{reply['content'].get('ename')}: {reply['content'].get('evalue')}")
    return "".join(printed)


def memory_of(process: int) -> int:
    """The proportional set size of a process, bytes."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def free_memory() -> int:
    """Bytes that are free on this machine."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))


def measure(kernels: int, training: int, seconds: float) -> Classroom:
    """Hold the class.

    Raises:
        ValueError: if there are fewer kernels than trainings, or none of either.
        MemoryError: if the machine has too little free memory.
        RuntimeError: if the server or a kernel does not answer.
    """
    if not 1 <= training < kernels:
        raise ValueError(f"expected one training or more, and more kernels than that; got {training} and {kernels}")
    if free_memory() < NEEDED * kernels:
        raise MemoryError(f"{kernels} kernels need {NEEDED * kernels / 1e9:.0f} GB, {free_memory() / 1e9:.1f} are free")
    with _server() as server:
        return _hold(server, kernels, training, seconds)


@contextlib.contextmanager
def _server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            server.wait()
            yield server
        finally:
            server.close()


def _hold(server: Server, kernels: int, training: int, seconds: float) -> Classroom:
    begin = time.perf_counter()
    opened = [server.open_kernel() for _ in range(kernels)]
    clients = [client for _, client in opened]
    for number, client in enumerate(clients):  # all at once: none is waited for before the last is asked
        client.execute(_OPEN.format(number=number), store_history=False)
    processes = [int(answer(client, "import os; print(os.getpid())")) for client in clients]
    until_open = time.perf_counter() - begin
    print(f"{kernels} kernels open after {until_open:.0f} s", file=sys.stderr, flush=True)
    idle = [_latency(client) for client in clients]
    for client in clients[:training]:
        answer(client, _TRAIN)
    begin, busy, own, sizes = time.perf_counter(), [], [], [[memory_of(each) for each in processes]]
    for asked, number in enumerate(itertools.cycle(range(kernels))):
        if asked >= kernels and time.perf_counter() - begin > seconds:  # each is asked once, at least
            break
        (own if number < training else busy).append(_latency(clients[number]))
        if number == kernels - 1:
            sizes.append([memory_of(each) for each in processes])
        time.sleep(0.05)
    records = [json.loads(answer(client, _END)) for client in clients[:training]]
    trained = time.perf_counter() - begin
    lost = list(find_lost(records, [int(answer(client, "print(kept)")) for client in clients]))
    there = {kernel["id"] for kernel in server.ask("GET", "kernels")}
    lost += [f"the server has lost the kernel {name}" for name, _ in opened if name not in there]
    largest = max(sizes, key=sum)
    return Classroom(
        kernels=kernels,
        training=training,
        opened=until_open,
        memory=sum(largest),
        kernel=max(map(max, sizes)),
        server=memory_of(server.process.pid),
        idle=idle,
        busy=busy,
        own=own,
        steps=[len(each) - 1 for each in records],
        seconds=trained,
        lost=lost,
    )


def find_lost(records: list[list[list[Any]]], kept: list[int]) -> Iterator[str]:
    """In words, what trainings and kernels have lost.

    Arguments:
        records: of each training, the step and the loss of each record.
        kept: the number that each kernel was given, as it has it now.
    """
    for number, value in enumerate(kept):
        if value != number:
            yield f"kernel {number} has {value} in the place of its own number"
    for number, each in enumerate(records):
        if [step for step, _ in each] != list(range(len(each))):
            yield f"training {number} has lost steps among {len(each)} records"
    common = min(map(len, records), default=0)
    if common < 2:
        yield "a training has made no step"
    for number, each in enumerate(records):
        if each[:common] != records[0][:common]:
            yield f"training {number} differs from training 0, which has the same seed"


def _latency(client: BlockingKernelClient) -> float:
    begin = time.perf_counter()
    answer(client, _ASK)
    return time.perf_counter() - begin


def describe(found: Classroom, machine: str) -> str:
    """The table in Markdown."""

    def times(values: list[float]) -> str:
        if not values:
            return "none asked |"
        worst = sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]
        return f"{1000 * statistics.median(values):.0f} ms | {1000 * worst:.0f} ms, slowest {1000 * max(values):.0f} ms"

    steps = ", ".join(map(str, found.steps))
    lines = [
        f"{found.kernels} kernels on one machine, {found.training} of them training.",
        "",
        "| what | median, or value | 95 of 100 within |",
        "| --- | --- | --- |",
        f"| all open, started together | {found.opened:.0f} s | |",
        f"| memory of all kernels | {found.memory / 1e9:.1f} GB | |",
        f"| memory of the largest kernel | {found.kernel / 1e9:.2f} GB | |",
        f"| memory of the server | {found.server / 1e9:.2f} GB | |",
        f"| answer, before the trainings | {times(found.idle)} |",
        f"| answer while they go on, other kernels | {times(found.busy)} |",
        f"| answer while they go on, the training kernels | {times(found.own)} |",
        f"| steps of the trainings in {found.seconds:.0f} s | {steps} | |",
        f"| lost | {'; '.join(found.lost) or 'nothing'} | |",
        "",
        "Memory: proportional set size, in 10⁹ bytes. `python benchmarks/classroom.py`.",
        f"{machine}.",
        "",
    ]
    return "\n".join(lines)


def describe_machine(load: float) -> str:
    """What the numbers belong to; `load` is the load average before the class came."""
    import torch

    import qtkit

    return (
        f"{os.cpu_count()} cores, load average {load:.1f} before, Python {platform.python_version()}, "
        f"torch {torch.__version__}, qtkit {qtkit.__version__}"
    )


def main() -> int:
    """Measure, print, save; 1 if something was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernels", type=int, default=20)
    parser.add_argument("--training", type=int, default=4, help="of the kernels")
    parser.add_argument("--seconds", type=float, default=45.0, help="that they train")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write classroom.json and classroom.md there")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    subprocess.run(
        [sys.executable, "-m", "qtkit.warmup"], check=True, stdout=sys.stderr
    )  # a class finds kernels compiled
    found = measure(arguments.kernels, arguments.training, arguments.seconds)
    text = describe(found, describe_machine(load))
    print(text)
    if arguments.save:
        values = asdict(found) | {"machine": describe_machine(load)}
        (arguments.save / "classroom.json").write_text(json.dumps(values, indent=1) + "\n")
        (arguments.save / "classroom.md").write_text(text)
    return 1 if found.lost else 0


if __name__ == "__main__":
    sys.exit(main())
