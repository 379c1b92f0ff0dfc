"""Without a Chromium the browser tests fail where they are required, and say what to install elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from tests.browser import chromium, warm_kernels
from tests.browser.conftest import begin_with_long, put_beside
from tests.helpers import PATIENCE, ROOT, wait_until


@pytest.fixture
def no_chromium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if any(Path(path).exists() for path in chromium.MAC_APPLICATIONS):
        pytest.skip("a Chromium outside the PATH cannot be hidden")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("QTKIT_CHROMIUM", raising=False)


def browser_tests() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/browser/test_smoke.py", "-k", "kernels"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False, env=os.environ.copy()
    )


@pytest.mark.slow
@pytest.mark.usefixtures("no_chromium")
def test_a_missing_chromium_fails_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    run = browser_tests()
    assert run.returncode == 1
    assert "apt-get install chromium" in run.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("no_chromium")
def test_a_missing_chromium_is_a_skip_with_a_hint_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    run = browser_tests()
    assert run.returncode == 0
    assert "1 skipped" in run.stdout
    assert "apt-get install chromium" in run.stdout


@pytest.mark.usefixtures("no_chromium")
def test_a_named_chromium_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert chromium.find_chromium() is None
    monkeypatch.setenv("QTKIT_CHROMIUM", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="expected the path of a Chromium"):
        chromium.find_chromium()


@pytest.mark.parametrize(
    ("value", "required"), [("", False), ("0", False), ("false", False), ("true", True), ("1", True)]
)
def test_ci_decides(monkeypatch: pytest.MonkeyPatch, value: str, required: bool) -> None:
    monkeypatch.setenv("CI", value)
    assert chromium.chromium_is_required() is required


def items(names: str) -> list[Any]:
    def item(name: str) -> Any:
        return SimpleNamespace(name=name, get_closest_marker=lambda mark: mark == "slow" and name.isupper())

    return [item(name) for name in names]


def test_each_process_begins_with_long_tests() -> None:
    for processes, expected in ((1, "ABCdefg"), (2, "ACdBefg"), (3, "AdBeCfg"), (9, "ABCdefg")):
        ordered = begin_with_long(items("dAefBgC"), processes)
        assert "".join(each.name for each in ordered) == expected


@pytest.mark.parametrize(
    ("processes", "expected"),
    [(1, "ABcd123456"), (2, "ABcd123456"), (3, "Ac1234Bd56"), (4, "Ac12Bd3456"), (9, "12A3B4c5d6")],
)
def test_what_waits_begins_beside_what_computes(processes: int, expected: str) -> None:
    ordered = "".join(each.name for each in put_beside(items("123456"), items("cAdB"), processes))
    assert ordered == expected


def printed(client: BlockingKernelClient, code: str) -> str:
    """What a cell prints."""
    texts: list[str] = []
    client.execute_interactive(
        code, timeout=PATIENCE, output_hook=lambda message: texts.append(message["content"].get("text", ""))
    )
    return "".join(texts).strip()


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not warm_kernels.IS_POSSIBLE, reason="kernels are forked on Linux")
def test_a_warm_kernel_is_one_of_its_own_and_ends_with_its_stand_in(
    warm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "warm" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({**get_kernel_dict(), "argv": warm_kernels.command(warm)}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "warm"))
    monkeypatch.setenv("SAID_LATER", "yes")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (one, first), (two, second) = (start_new_kernel(PATIENCE, cwd=str(folder)) for _ in range(2))
    assert printed(first, "import os, sys; print('torch' in sys.modules, os.environ['SAID_LATER'], os.getcwd())") == (
        f"True yes {folder}"
    )
    printed(first, "mine = 1")
    assert printed(second, "print('mine' in dir())") == "False"
    process = int(printed(first, "import os; print(os.getpid())"))
    asked = first.execute("print('begins', flush=True)\nwhile True: pass")
    wait_until(lambda: first.get_iopub_msg(timeout=PATIENCE)["content"].get("text", "").startswith("begins"))
    one.interrupt_kernel()
    reply = first.get_shell_msg(timeout=PATIENCE)
    assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (asked, "KeyboardInterrupt")
    for manager, client in ((one, first), (two, second)):
        client.stop_channels()
        manager.shutdown_kernel(now=True)  # kills the stand-in
    wait_until(lambda: not lives(process))
