"""What works on this machine and what does not: `doctor()` in a notebook, `qtkit doctor` in a terminal."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import psutil

GOOD, NOTE, PROBLEM = "good", "note", "problem"
_MARKS = {GOOD: "✓", NOTE: "·", PROBLEM: "✗"}

# What the panels and the search need, and what is only needed for some notebooks.
NEEDED = ("torch", "numba", "numpy", "pandas", "plotly", "ipywidgets", "anywidget", "jupyterlab", "safetensors")
OPTIONAL = {"pennylane": "checks against PennyLane and its drawings", "minigrid": "reinforcement learning"}

GIGABYTE = 1e9
_ENOUGH, _TIGHT = 2.0, 1.0  # free gigabytes: comfortable; below the second one the full-size panel may be killed


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, what was found, whether it is good, and how to mend it if not."""

    what: str
    found: str
    state: str = GOOD
    mend: str = ""


@dataclass(frozen=True)
class Report:
    """All findings; shows itself as text or, in a notebook, as a table."""

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What will not work here."""
        return tuple(finding for finding in self.findings if finding.state == PROBLEM)

    @property
    def summary(self) -> str:
        """One sentence."""
        n = len(self.problems)
        if not n:
            return "Everything qtkit needs is here."
        things, them = ("thing", "it") if n == 1 else ("things", "them")
        return f"{n} {things} will not work here; how to mend {them} stands beside {them}."

    def __str__(self) -> str:
        width = max(len(finding.what) for finding in self.findings)
        lines = [self.summary]
        for f in self.findings:
            lines.append(f"{_MARKS[f.state]} {f.what:<{width}}  {f.found}")
            lines += [f"  {'':<{width}}  → {f.mend}"] if f.mend else []
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{_MARKS[f.state]}</td><td style='text-align:left'>{escape(f.what)}</td>"
            f"<td style='text-align:left'>{escape(f.found)}</td><td style='text-align:left'>{escape(f.mend)}</td></tr>"
            for f in self.findings
        )
        head = "<tr><th></th><th style='text-align:left'>what</th><th style='text-align:left'>found</th><th></th></tr>"
        return f"<p><b>{escape(self.summary)}</b></p><table>{head}{rows}</table>"


def doctor() -> Report:
    """Look at versions, cores, memory, data, the cache of the kernels, and the notebook's front end.

    Takes about a second; changes nothing and downloads nothing.
    """
    checks: tuple[Callable[[], list[Finding]], ...] = (_versions, _cores, _memory, _kernels, _data, _front_end)
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check()
        except Exception as error:  # a report with a hole is better than none
            findings.append(
                Finding(check.__name__.strip("_").replace("_", " "), f"could not be looked at: {error}", NOTE)
            )
    return Report(tuple(findings))


def _versions() -> list[Finding]:
    import qtkit

    found = [Finding("qtkit", f"{qtkit.__version__}, Python {platform.python_version()}, {platform.system()}")]
    versions: list[str] = []
    missing: list[str] = []
    for name in NEEDED:
        version = _version(name)
        (versions if version else missing).append(f"{name} {version}" if version else name)
    found.append(Finding("packages", ", ".join(versions)))
    if missing:
        mend = f"python -m pip install {' '.join(missing)}, then restart the kernel"
        found.append(Finding("missing packages", ", ".join(missing), PROBLEM, mend))
    for name, use in OPTIONAL.items():
        if not _version(name):
            found.append(Finding(name, f"missing: only needed for {use}", NOTE, f"python -m pip install {name}"))
    return found


def _cores() -> list[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _cpu_quota()
    limited = quota is not None and quota < cores
    found = f"{cores}, of which this container may use {quota:g}" if limited else str(cores)
    limits = [f"{name}={os.environ[name]}" for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS") if name in os.environ]
    found += f" ({', '.join(limits)})" if limits else ""
    if min(cores, quota or cores) < 2:
        return [Finding("cores", found, NOTE, "works, but drawing and training share a core: try the 'fast' preset")]
    return [Finding("cores", found)]


def _memory() -> list[Finding]:
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    from qtkit.simulation.memory import memory_limit

    limit = memory_limit()
    if limit is not None and limit < total:
        total, free = limit, min(free, max(0, limit - psutil.Process().memory_info().rss))
    found = f"{free / GIGABYTE:.1f} GB free of {total / GIGABYTE:.1f} GB"
    if free / GIGABYTE < _TIGHT:
        mend = "close other notebooks and kernels; use the 'fast' preset, whose run needs the least"
        return [Finding("memory", found, PROBLEM, mend)]
    return [Finding("memory", found, GOOD if free / GIGABYTE >= _ENOUGH else NOTE)]


def _kernels() -> list[Finding]:
    from qtkit.simulation.compiling.functions import caches
    from qtkit.simulation.native import ensembles as native  # noqa: F401 - brings the kernels

    found = caches()
    if any(cache.is_filled() for cache in found):
        return [Finding("kernel cache", "compiled: trainings start at once")]
    if not any(cache.cache_path for cache in found):
        mend = "let QTKIT_KERNELS name a folder you may write to, before starting Jupyter"
        return [Finding("kernel cache", "nowhere to write: each kernel compiles for some seconds", PROBLEM, mend)]
    return [Finding("kernel cache", "empty: the first training compiles for some seconds, once", NOTE)]


def _data() -> list[Finding]:
    from qtkit.tasks.images.data import load_pair
    from qtkit.tasks.images.folders import FOLDERS
    from qtkit.tasks.images.settings import ImageSettings

    found = []
    for dataset, name in FOLDERS.items():
        try:
            data = load_pair(ImageSettings(dataset=dataset))
        except (FileNotFoundError, ValueError) as error:
            found.append(Finding(name, str(error), PROBLEM, "let QTKIT_DATA name another folder, or unset it"))
            continue
        mend = (
            "" if data.official else "for runs at the paper's scale, source='download' fetches the official files once"
        )
        found.append(Finding(name, data.source, GOOD if data.official else NOTE, mend))
    return found


def _front_end() -> list[Finding]:
    """Whether a panel can be seen: a notebook's kernel here, and the widgets' JavaScript on the server's side."""
    found = []
    kernel = "ipykernel" in sys.modules and "IPython" in sys.modules
    found.append(
        Finding("notebook", "this runs in a notebook's kernel")
        if kernel
        else Finding("notebook", "this is not a notebook: panels run, but nothing is shown", NOTE, "qtkit lab")
    )
    folders = [Path(sys.prefix) / "share/jupyter/labextensions", *_extra_extension_folders()]
    for name in ("@jupyter-widgets/jupyterlab-manager", "anywidget"):
        if not any((folder / name).is_dir() for folder in folders):
            package = "jupyterlab_widgets" if name.startswith("@") else "anywidget"
            found.append(
                Finding(
                    f"{package} in JupyterLab",
                    "not found beside this kernel: if a panel shows as text, JupyterLab lacks it",
                    NOTE,
                    f"python -m pip install {package}, where JupyterLab itself is installed, and reload the page",
                )
            )
    return found


def _extra_extension_folders() -> list[Path]:
    named = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    places = [Path(name) for name in named if name]
    places += [Path.home() / ".local/share/jupyter", Path("/usr/local/share/jupyter"), Path("/usr/share/jupyter")]
    return [place / "labextensions" for place in places]


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _cpu_quota(folder: Path = Path("/sys/fs/cgroup")) -> float | None:
    from qtkit.simulation.threads import cpu_quota  # imports PyTorch

    return cpu_quota(folder)
