"""Write `constraints.txt`: the exact versions of this environment, for a course that installs the same everywhere.

`make lock` runs it. Named are the packages that `qtkit[lab]` and nbval need, whatever brings them, without the CUDA
that PyTorch brings along on Linux: it pins its own. A version is written without the name of a build, such as `+cpu`.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from qtkit.files import write_text

PATH = Path(__file__).resolve().parents[1] / "constraints.txt"
COURSE = ("qtkit[lab]", "nbval")
HEADER = """\
# The versions that the course was last run with, on Python {python}: python -m pip install ".[lab]" -c constraints.txt
# Made by `make lock`. What only other systems need is not among them.
"""

Requires = Callable[[str], Iterable[str] | None]
VersionOf = Callable[[str], str]


def needed(wanted: Iterable[str], requires: Requires = importlib.metadata.requires) -> set[str]:
    """The names of all packages that these need on this system, with themselves.

    Raises:
        importlib.metadata.PackageNotFoundError: for one that is not installed.
    """
    waiting = [Requirement(each) for each in wanted]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        each = waiting.pop()
        package = (canonicalize_name(each.name), frozenset(each.extras))
        if package in seen or is_cuda(package[0]):
            continue
        seen.add(package)
        for text in requires(package[0]) or ():
            further = Requirement(text)
            extras = [{"extra": extra} for extra in ("", *package[1])]
            if further.marker is None or any(further.marker.evaluate(extra) for extra in extras):
                waiting.append(further)
    return {name for name, _ in seen}


def is_cuda(name: str) -> bool:
    """Whether a package is of those that PyTorch brings for NVIDIA's cards."""
    return name == "triton" or name.startswith(("nvidia-", "cuda-"))


def lines(names: Iterable[str], version: VersionOf = importlib.metadata.version) -> Iterator[str]:
    """A line a package, in the order of their names, without qtkit itself."""
    for name in sorted(names):
        if name != "qtkit":
            yield f"{name}=={Version(version(name)).public}"


if __name__ == "__main__":
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    write_text(PATH, HEADER.format(python=python) + "".join(f"{line}\n" for line in lines(needed(COURSE))))
    print(f"{PATH.name}: {len(PATH.read_text(encoding='utf-8').splitlines()) - HEADER.count(chr(10))} packages")
