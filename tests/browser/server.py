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
from ipykernel.kernelspec import get_kernel_dict

from tests.browser import warm_kernels
from tests.helpers import PATIENCE, ROOT
from tests.ports import free_port

REPOSITORY = ROOT
NEEDLESS = ("formgrader", "validate_assignment", "assignment_list", "course_list")  # nbgrader's: a learner has them not


class LabServer:
    """`jupyter lab` in a folder of its own, until `stop()`.

    Arguments:
        folder: an empty folder; `folder/root` is the server's root and has a copy of the notebooks.
        scale: of the kernels at first, see `use_scale`.
        warm: the name of a process that has imported qtkit, from which kernels at toy scale are forked.

    Raises:
        RuntimeError: if the server does not answer in time; the message carries its log.
    """

    def __init__(self, folder: Path, scale: str = "toy", timeout: float = PATIENCE, *, warm: str | None = None) -> None:
        self._spec, self._warm = folder / "jupyter" / "kernels" / "python3" / "kernel.json", warm
        self.use_scale(scale)
        self.token = secrets.token_hex(16)
        self.root = folder / "root"
        self.log_file = folder / "jupyter.log"
        self.notebooks = self.root / "notebooks"
        self._copy_notebooks()
        self._write_settings(folder / "config")
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
                env=self._environment(folder),
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

    def _write_settings(self, folder: Path) -> None:
        """Leave out what has nothing to do with notebooks and takes its time at each start."""
        extensions = {f"nbgrader.server_extensions.{name}": False for name in NEEDLESS}
        page = {"buildCheck": False, "disabledExtensions": {"@jupyter/nbgrader": True}}  # that check starts Node.js
        (folder / "labconfig").mkdir(parents=True)
        (folder / "labconfig" / "page_config.json").write_text(json.dumps(page))
        server = {"ServerApp": {"jpserver_extensions": extensions}, "LanguageServerManager": {"autodetect": False}}
        (folder / "jupyter_server_config.json").write_text(json.dumps(server))

    def _environment(self, folder: Path) -> dict[str, str]:
        """The caller's environment, but none of the user's Jupyter settings, and no news popup."""
        return os.environ | {
            "MPLBACKEND": "",  # not the tests' own: in a notebook figures are shown
            "JUPYTER_PATH": str(folder / "jupyter"),
            "JUPYTER_CONFIG_PATH": str(REPOSITORY / "jupyter"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
        }

    def use_scale(self, scale: str) -> None:
        """Have kernels that start from now on told by `QTKIT_SCALE` to be at this scale, `"toy"` or `"full"`.

        At full scale a kernel starts as a learner's does, and is forked from none.
        """
        spec = get_kernel_dict()
        if self._warm and scale == "toy":
            spec["argv"] = warm_kernels.command(self._warm)
        self._spec.parent.mkdir(parents=True, exist_ok=True)
        self._spec.write_text(json.dumps({**spec, "env": {"QTKIT_SCALE": scale}}))

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
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
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
