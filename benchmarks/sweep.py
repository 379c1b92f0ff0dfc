"""How a sweep scales: runs a second with 1, 2, ... local workers, and what a run weighs on its way from a cluster.

    python benchmarks/sweep.py --workers 1 2

Runs of Table II (NARMA 5, six circuits, two seeds, 30 epochs) on a quiet machine; the load average is printed, since a
busy one tells nothing. Then one full run of 100 epochs is packed and unpacked as a Dask sweep does it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from qtkit.runs import Store, run, sweep
from qtkit.runs.store.packing import pack, unpack
from qtkit.tasks.series.settings import SeriesSettings


def scaling(workers: list[int], epochs: int) -> None:
    """Wall time of the same runs by the number of workers."""
    settings = [
        SeriesSettings(dataset="narma5", candidates=(k,), seed=seed, epochs=epochs, predictions="none")
        for k in (2, 5, 7, 8, 10, 11)
        for seed in (0, 1)
    ]
    for count in workers:
        with tempfile.TemporaryDirectory() as folder:
            result = sweep(settings, store=folder, workers=count)
            trained = sum(done.result()["seconds"] for done in result.finished)
        print(
            f"{count} worker{'s' if count > 1 else ''}: {len(settings)} runs in {result.seconds:.1f} s "
            f"({3600 * len(settings) / result.seconds:.0f} an hour), {trained:.1f} s of them training; "
            f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )


def transport(predictions: str) -> None:
    """Bytes of a packed run and the time to check and store it."""
    settings = SeriesSettings(dataset="narma5", candidates=(1,), predictions=predictions)
    with tempfile.TemporaryDirectory() as folder:
        done = run(settings, store=Path(folder) / "there")
        files = pack(done)
        begin = time.perf_counter()
        unpack(files, Store(Path(folder) / "here").run(settings))
        seconds = time.perf_counter() - begin
        print(
            f"a run of 100 epochs, predictions={predictions}: {sum(map(len, files.values())):,} bytes, "
            f"{done.result()['records']:,} records, {1e3 * seconds:.0f} ms to check and store"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--epochs", type=int, default=30)
    arguments = parser.parse_args()
    scaling(arguments.workers, arguments.epochs)
    for kind in ("none", "figures", "all"):
        transport(kind)
