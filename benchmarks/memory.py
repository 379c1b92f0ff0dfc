"""What each notebook takes: the most memory of its kernel, and the time to its first picture.

    python benchmarks/memory.py                        # all notebooks in full, compared with the committed table
    python benchmarks/memory.py --save results/benchmarks
    python benchmarks/memory.py notebooks/03*.ipynb --scale toy

Each notebook is run from its first cell to its last, in a kernel of its own. Memory is the kernel's largest resident
set (Linux alone tells it), without that of processes it starts. The time counts from the first cell on until the kernel
has sent a picture or a panel; beside it stands how long a kernel of its own takes to import PyTorch, for seconds alone
tell more of the machine. A rise of more than 20 % over the table fails: of the memory, and with `--time`, on a machine
as quiet as that of the table, of the time as a multiple of that import. The headers of the notebooks tell the table's
memory.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "results" / "benchmarks" / "memory.json"
ALLOWED = 1.2
"""How much more than the table says is no rise."""

_PICTURES = {"image/png", "image/svg+xml", "application/vnd.plotly.v1+json", "application/vnd.jupyter.widget-view+json"}
_IMPORT = "import time as _t; _t0 = _t.perf_counter(); import torch as _; print(_t.perf_counter() - _t0)"
_PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"


@dataclass(frozen=True)
class Measured:
    """Of one notebook.

    Attributes:
        notebook: its name.
        peak: the kernel's largest resident set, bytes.
        picture: seconds from the first cell to the first picture, None if there is none.
        torch: seconds that importing PyTorch took in another kernel, just before.
        torch_peak: the largest resident set of that kernel, which did nothing else, bytes: PyTorch's builds differ.
        seconds: of all cells.
    """

    notebook: str
    peak: int
    picture: float | None
    torch: float
    torch_peak: int
    seconds: float


class Watched(NotebookClient):
    """Runs a notebook and notes when its first picture comes."""

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Take a message of the kernel."""
        data = msg.get("content", {}).get("data", {})
        html = data.get("text/html", "")
        if self.first_picture is None and (_PICTURES & data.keys() or re.search(r"<svg|<img", html)):
            self.first_picture = time.perf_counter()
        return super().process_message(msg, cell, cell_index)

    first_picture: float | None = None


def measure(notebook: Path) -> Measured:
    """Run a notebook in its own folder.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    node = nbformat.read(notebook, 4)
    reference = _client(nbformat.v4.new_notebook(metadata=node.metadata), notebook)
    with reference.setup_kernel():
        torch, torch_peak = float(_answer(reference, _IMPORT)), _peak(reference)
    client = _client(node, notebook)
    with client.setup_kernel():
        begin = time.perf_counter()
        for index, cell in enumerate(list(node.cells)):
            client.execute_cell(cell, index)
        seconds = time.perf_counter() - begin
        peak = _peak(client)
    picture = None if client.first_picture is None else client.first_picture - begin
    return Measured(notebook.stem, peak, picture, torch, torch_peak, seconds)


def _client(node: Any, notebook: Path) -> Watched:
    resources = {"metadata": {"path": str(notebook.parent)}}
    return Watched(node, timeout=1_800, store_widget_state=False, resources=resources)


def _peak(client: Watched) -> int:
    """The largest resident set of its kernel so far, bytes."""
    return 1024 * int(_answer(client, _PEAK))


def _answer(client: Watched, code: str) -> str:
    cell = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1)
    return str(cell.outputs[0]["text"])


def describe(results: list[Measured], machine: str) -> str:
    """The table in Markdown."""
    lines = ["| notebook | memory, GB | of it PyTorch | first picture, s | imports of PyTorch | all cells, s |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for each in results:
        picture = "none" if each.picture is None else f"{each.picture:.1f}"
        multiple = "" if each.picture is None else f"{each.picture / each.torch:.1f}"
        memory = f"{each.peak / 1e9:.2f} | {each.torch_peak / 1e9:.2f}"
        lines.append(f"| {each.notebook} | {memory} | {picture} | {multiple} | {each.seconds:.0f} |")
    return "\n".join(
        [
            *lines,
            "",
            "Memory: the largest resident set of the notebook's kernel, in 10⁹ bytes, and that of a kernel that only",
            "imported PyTorch. First picture: from the first cell on, and as a multiple of the time that importing",
            "PyTorch took. `python benchmarks/memory.py`.",
            f"{machine}.",
            "",
        ]
    )


def describe_machine(scale: str) -> str:
    """What the numbers belong to."""
    import torch

    import qtkit

    return (
        f"Notebooks at {scale} scale; {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, torch {torch.__version__}, qtkit {qtkit.__version__}"
    )


def find_rises(results: list[Measured], before: dict[str, Any], *, with_time: bool = False) -> list[str]:
    """In words, what is more than the table allows; a notebook that is not in it is none."""
    rises = []
    for each in results:
        known = before.get(each.notebook)
        if known is None:
            continue
        if each.peak > ALLOWED * known["peak"]:
            rises.append(f"{each.notebook}: {each.peak / 1e9:.2f} GB of memory, {known['peak'] / 1e9:.2f} GB before")
        if with_time and each.picture is not None and known["picture"] is not None:
            now, then = each.picture / each.torch, known["picture"] / known["torch"]
            if now > ALLOWED * then:
                rises.append(f"{each.notebook}: {now:.1f} imports of PyTorch to the first picture, {then:.1f} before")
    return rises


def main() -> int:
    """Measure, print, compare, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notebooks", nargs="*", type=Path, default=sorted((ROOT / "notebooks").glob("*.ipynb")))
    parser.add_argument("--scale", choices=["full", "toy"], default="full")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write memory.json and memory.md there")
    parser.add_argument("--time", action="store_true", help="a later first picture fails too")
    arguments = parser.parse_args()
    os.environ["QTKIT_SCALE"] = arguments.scale
    before = json.loads(TABLE.read_text()) if TABLE.is_file() else {}
    subprocess.run([sys.executable, "-m", "qtkit.warmup"], check=True, stdout=sys.stderr)  # compiling takes memory too
    results = []
    for notebook in arguments.notebooks:
        results.append(measure(notebook.resolve()))
        print(f"{notebook.stem}: {results[-1].peak / 1e9:.2f} GB", file=sys.stderr, flush=True)
    machine = describe_machine(arguments.scale)
    print(describe(results, machine))
    if arguments.save:
        table = {each.notebook: asdict(each) for each in results}
        (arguments.save / "memory.json").write_text(json.dumps(table, indent=1) + "\n")
        (arguments.save / "memory.md").write_text(describe(results, machine))
    rises = find_rises(results, before, with_time=arguments.time) if arguments.scale == "full" else []
    for rise in rises:
        print(f"more than {100 * (ALLOWED - 1):.0f} % above the table: {rise}", file=sys.stderr)
    return 1 if rises else 0


if __name__ == "__main__":
    sys.exit(main())
