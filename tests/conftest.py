"""What every test shares: toy scale, no display, one thread a process, no cache of the user's, the official images."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

# Before matplotlib, PyTorch or a subprocess is started. Tests run in several processes at once (see `make unit`):
# each has one thread, and a test that needs more asks for them.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("QTKIT_SCALE", "toy")
os.environ.setdefault("MPLBACKEND", "agg")

# A user's caches are neither read nor written: images that were downloaded once would be taken for the sample. Kernels
# are no such thing. They lie beside the package, for all processes and runs: each is found by the digest of all that it
# was compiled from and by its processor, and is written whole (`qtkit.simulation.compiling.cache`).
os.environ["XDG_CACHE_HOME"] = str(Path(__file__).parents[1] / "artifacts" / "caches")

# A shell that runs the tests in the background has them, and all that they start, ignore interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No verdict hangs on how fast the machine is.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests stay to the end: Python need not look again and again for what of them is garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes of this run of the tests: what is made there under a lock is made once."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, and no `QTKIT_DATA`: what a newcomer's machine looks like."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("QTKIT_DATA", raising=False)
    return folder


@pytest.fixture(scope="session")
def official_data() -> Path:
    """The folder of the official images (`QTKIT_DATA`); a test that needs it is skipped where there is none."""
    folder = os.environ.get("QTKIT_DATA")
    if not folder:
        pytest.skip("needs the official MNIST and FashionMNIST: set QTKIT_DATA to their folder in torchvision's layout")
    if not Path(folder).is_dir():
        pytest.fail(f"QTKIT_DATA={folder!r} is no folder")
    return Path(folder)
