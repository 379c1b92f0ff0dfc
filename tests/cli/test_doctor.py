from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from qtkit.cli import doctor as clinic
from qtkit.cli.doctor import GOOD, NOTE, PROBLEM, Finding, Report, doctor
from qtkit.cli.main import main
from qtkit.simulation import memory
from qtkit.simulation.compiling import functions as compiling


def find(report: Report, what: str) -> Finding:
    return next(finding for finding in report.findings if finding.what == what)


@pytest.fixture(autouse=True)
def _no_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("QTKIT_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_this_machine_is_described() -> None:
    report = doctor()
    looked_at = {finding.what for finding in report.findings}
    assert {"qtkit", "packages", "cores", "memory", "kernel cache", "MNIST", "FashionMNIST", "notebook"} <= looked_at
    assert not [finding for finding in report.findings if "could not be looked at" in finding.found]
    assert "the sample in qtkit" in find(report, "MNIST").found
    assert "download" in find(report, "MNIST").mend


def test_text_and_html_say_the_same() -> None:
    report = Report((Finding("a & b", "<none>", PROBLEM, "buy one"), Finding("c", "fine")))
    assert str(report).splitlines() == [
        "1 thing will not work here; how to mend it stands beside it.",
        "✗ a & b  <none>",
        "         → buy one",
        "✓ c      fine",
    ]
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_data = seen.append
    parser.feed(report._repr_html_())
    assert {"a & b", "<none>", "buy one", "c", "fine"} <= set(seen)
    assert Report((Finding("c", "fine"),)).summary == "Everything qtkit needs is here."


def test_a_wrong_data_folder_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTKIT_DATA", "/nowhere")
    finding = find(doctor(), "MNIST")
    assert finding.state == PROBLEM
    assert "/nowhere" in finding.found
    assert "QTKIT_DATA" in finding.mend


def test_a_missing_package_is_a_problem_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = clinic._version
    monkeypatch.setattr(clinic, "_version", lambda name: None if name in ("anywidget", "minigrid") else real(name))
    report = doctor()
    assert find(report, "missing packages").mend.startswith("python -m pip install anywidget")
    assert find(report, "minigrid").state == NOTE


def test_little_memory_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clinic.psutil, "virtual_memory", lambda: SimpleNamespace(total=1e9, available=5e8))
    monkeypatch.setattr(memory, "memory_limit", lambda: None)
    assert find(doctor(), "memory") == Finding(
        "memory",
        "0.5 GB free of 1.0 GB",
        PROBLEM,
        "close other notebooks and kernels; use the 'fast' preset, whose run needs the least",
    )


def test_the_limits_of_a_container_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    (tmp_path / "memory.max").write_text("4000000000\n")
    assert clinic._cpu_quota(tmp_path) == 0.5
    assert memory.memory_limit(tmp_path) == 4_000_000_000
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert clinic._cpu_quota(tmp_path) is None
    assert memory.memory_limit(tmp_path) is None
    assert memory.memory_limit(tmp_path / "none") is None
    monkeypatch.setattr(clinic, "_cpu_quota", lambda: 0.5)
    assert find(doctor(), "cores").state == NOTE


def test_nowhere_to_write_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = SimpleNamespace(is_filled=lambda: False, cache_path=None)
    monkeypatch.setattr(compiling, "caches", lambda: [nowhere])
    finding = find(doctor(), "kernel cache")
    assert finding.state == PROBLEM
    assert "QTKIT_KERNELS" in finding.mend


def test_an_empty_cache_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = SimpleNamespace(is_filled=lambda: False, cache_path="/there")
    monkeypatch.setattr(compiling, "caches", lambda: [cache])
    assert find(doctor(), "kernel cache").state == NOTE
    read_only = SimpleNamespace(is_filled=lambda: True, cache_path=None)
    monkeypatch.setattr(compiling, "caches", lambda: [cache, read_only])
    assert find(doctor(), "kernel cache").state == GOOD


def test_a_check_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def _memory() -> list[Finding]:
        raise OSError("no /proc")

    monkeypatch.setattr(clinic, "_memory", _memory)
    report = doctor()
    assert find(report, "memory").found == "could not be looked at: no /proc"
    assert find(report, "cores")


@pytest.mark.slow
def test_from_a_terminal() -> None:
    done = subprocess.run([sys.executable, "-m", "qtkit.doctor"], capture_output=True, text=True, check=False)
    assert done.returncode == (0 if "✗" not in done.stdout else 1)
    assert "packages" in done.stdout


def test_the_command_fails_if_there_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    for state, code in ((GOOD, 0), (PROBLEM, 1)):
        monkeypatch.setattr(clinic, "doctor", lambda state=state: Report((Finding("torch", "2.9", state),)))
        done = CliRunner().invoke(main, ["doctor"])
        assert done.exit_code == code
        assert "torch  2.9" in done.output
