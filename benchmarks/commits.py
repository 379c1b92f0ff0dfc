"""This version of qtkit beside an older one, in one run.

    python benchmarks/commits.py 38be734                     # the table: how much faster than that commit
    python benchmarks/commits.py 38be734 --save results/benchmarks

Git writes the commit into a temporary folder; each version runs in processes of its own, with kernels compiled for it,
and they are timed in turn, round after round, so that a change of the machine's speed hits both alike. A ratio is the
median over rounds of the two times of a round, which are the least of some calls; that of processor time stands beside
it, which other programs change less.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cases import CASES
from engine import describe_host_and_versions

from qtkit.files import write_text

ROOT = Path(__file__).parents[1]
THREADS = {"one": 1, "PyTorch's default": 0}
TARGETS = {
    ("ensemble 17 15 32", "one"): 1.8,
    ("ensemble 13 10 32", "one"): 1.6,
    ("ensemble 11 10 32", "one"): 1.4,
    ("ensemble 17 15 64", "one"): 1.0,
    ("ensemble 13 10 64", "one"): 1.0,
    ("ensemble 11 10 64", "one"): 1.0,
    ("ensemble 17 15 32", "PyTorch's default"): 2.5,
    ("image step", "one"): 1.5,
    ("A3C update", "one"): 1.5,
}


class Version:
    """A process that times cases in the version of qtkit in `folder`."""

    def __init__(self, folder: Path, threads: int, cache: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(cache)}
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("cases.py"), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=cache,
        )

    def milliseconds(self, case: str) -> tuple[float, float]:
        """One measurement: time, and processor time."""
        self._process.stdin.write(f"{case}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that times {case!r} ended: see above")
        wall, processor = map(float, answer.split())
        return wall, processor

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A folder with the files of a commit."""
    archive = subprocess.run(["git", "archive", commit, "qtkit"], cwd=ROOT, check=True, capture_output=True).stdout
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
        yield Path(folder)


def measure(commit: str, rounds: int, cases: list[str]) -> list[dict[str, object]]:
    """One row a case and number of threads."""
    rows = []
    with checked_out(commit) as old, tempfile.TemporaryDirectory() as caches:
        for threads, count in THREADS.items():
            versions = []
            for name, folder in (("before", old), ("now", ROOT)):
                cache = Path(caches) / name
                cache.mkdir(exist_ok=True)
                versions.append(Version(folder, count, cache))
            for case in cases:
                times = [[version.milliseconds(case) for version in versions] for _ in range(rounds + 1)][1:]
                rows.append({"case": case, "threads": threads, **summary(times)})
                print(rows[-1], file=sys.stderr)
            for version in versions:
                version.close()
    return rows


def summary(times: list[list[tuple[float, float]]]) -> dict[str, float]:
    """Medians over rounds, of the times and of their ratios."""
    result = {}
    for kind, name in enumerate(("", "processor_")):
        pairs = [(before[kind], now[kind]) for before, now in times]
        result[f"{name}before_ms"], result[f"{name}now_ms"] = map(statistics.median, zip(*pairs, strict=True))
        result[f"{name}ratio"] = statistics.median(before / now for before, now in pairs)
    return result


def table(rows: list[dict[str, object]], commit: str, rounds: int) -> str:
    """The rows as Markdown, each ratio beside its target."""
    columns = ("case", "PyTorch's threads", f"{commit}, ms", "now, ms", "ratio (target)", "of processor time")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for row in rows:
        target = TARGETS.get((row["case"], row["threads"]))
        goal = f" (≥ {target})" if target else ""
        numbers = f"{row['before_ms']:.2f} | {row['now_ms']:.2f} | {row['ratio']:.2f}{goal}"
        lines.append(f"| {row['case']} | {row['threads']} | {numbers} | {row['processor_ratio']:.2f} |")
    lines += ["", f"Medians of {rounds} rounds in one run. {describe_host_and_versions()}."]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and save if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="the older version, in Git's words")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=CASES, metavar="CASE", help="only these")
    parser.add_argument("--save", type=Path, help="folder for commits.json and commits.md")
    arguments = parser.parse_args()
    rows = measure(arguments.commit, arguments.rounds, arguments.cases)
    print(table(rows, arguments.commit, arguments.rounds))
    if arguments.save:
        arguments.save.mkdir(parents=True, exist_ok=True)
        result = {"machine": describe_host_and_versions(), "commit": arguments.commit, "rows": rows}
        write_text(arguments.save / "commits.json", json.dumps(result, indent=1) + "\n")
        write_text(arguments.save / "commits.md", table(rows, arguments.commit, arguments.rounds) + "\n")


if __name__ == "__main__":
    main()
