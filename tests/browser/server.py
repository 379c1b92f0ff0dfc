"""A real JupyterLab server for the tests: own port, own token, own settings, own copy of the notebooks."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat

from tests.browser import warm_kernels
from tests.browser.notebook_page import PATIENCE
from tests.helpers import ROOT
from tests.ports import free_port

REPOSITORY = ROOT


class LabServer:
    """`jupyter lab` in a folder of its own, until `stop()`.

    Arguments:
        folder: an empty folder; `folder/root` is the server's root and has a copy of the notebooks.
        scale: what `QTKIT_SCALE` says to the kernels, `"toy"` or `"full"`.
        warm: kernels are forked from a process that has imported qtkit, where that is possible.

    Raises:
        RuntimeError: if the server does not answer in time; the message carries its log.
    """

    def __init__(
        self, folder: Path, scale: str = "toy", timeout: float = PATIENCE / 1e3, *, warm: bool = False
    ) -> None:
        self.scale = scale
        self.token = secrets.token_hex(16)
        self.root = folder / "root"
        self.log_file = folder / "jupyter.log"
        self.notebooks = self.root / "notebooks"
        self._copy_notebooks()
        environment = self._environment(folder)
        self._kernels: warm_kernels.WarmKernels | None = None
        if warm and warm_kernels.IS_POSSIBLE:
            self._kernels = warm_kernels.WarmKernels(folder / "warm", environment)
            environment["JUPYTER_PATH"] = str(folder / "warm")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
                    *(f"--port={port}", "--ServerApp.port_retries=0", "--expose-app-in-browser"),
                    *(f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"),
                    "--KernelManager.shutdown_wait_time=0.2",  # nothing that a kernel would do at its end is missed
                ],
                cwd=self.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait_until_ready(timeout)

    def _copy_notebooks(self) -> None:
        """Copy, so that a run in the browser, which saves, never touches the repository."""
        for name in ("notebooks", "docs"):  # the notebooks show pictures from docs
            if (REPOSITORY / name).is_dir():
                ignore = shutil.ignore_patterns(".ipynb_checkpoints")
                shutil.copytree(REPOSITORY / name, self.root / name, ignore=ignore)
        self.notebooks.mkdir(parents=True, exist_ok=True)

    def _environment(self, folder: Path) -> dict[str, str]:
        """The caller's environment, but none of the user's Jupyter settings, and no news popup."""
        return os.environ | {
            "QTKIT_SCALE": self.scale,
            "MPLBACKEND": "",  # not the tests' own: in a notebook figures are shown
            "JUPYTER_CONFIG_PATH": str(REPOSITORY / "jupyter"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
        }

    def _wait_until_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.request("GET", "/api/status")
                return
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"JupyterLab did not start at {self.url} ({error}):\n{self.log()}") from error
                time.sleep(0.1)

    def request(self, method: str, path: str) -> object:
        """The server's JSON answer to a request, None if it is empty."""
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE / 1e3) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def write_notebook(self, name: str, cells: list[str]) -> str:
        """Write a notebook with these code cells; returns `name`, to be opened."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, self.notebooks / name)
        return name

    def notebook_url(self, name: str) -> str:
        """The address that opens `notebooks/name` in a fresh workspace."""
        return f"{self.url}/lab/tree/notebooks/{name}?token={self.token}&reset"

    def delete_kernels(self) -> None:
        """End every session and its kernel, so that no training of one test slows the next."""
        for session in self.request("GET", "/api/sessions"):
            self.request("DELETE", f"/api/sessions/{session['id']}")

    def log(self) -> str:
        """What the server has written so far."""
        return self.log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End the server and, with it, its kernels."""
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._kernels is not None:
            self._kernels.stop()
