"""Kernels that need not import: each is forked from a process that has imported what the notebooks do.

To import takes a kernel longer than most tests take. `start` starts the process, one for all processes of the tests;
`command` tells what Jupyter is to start in place of a kernel: this file, which asks for a child and stands in for it,
so that its signals and its end are the child's. Linux alone has all that is needed.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import signal
import socket
import sys
import threading
from pathlib import Path

IS_POSSIBLE = sys.platform == "linux"
_LONGEST = 2**20  # bytes of a message: an environment
_LISTENER = 3  # the number of the file by which the process hears


def start(environment: dict[str, str], until: int) -> str:
    """Start the process that imports; its name, for `command`.

    Arguments:
        environment: of the process.
        until: the number of a process; the one that imports ends with it, whoever has started it.
    """
    name = f"qtkit-{secrets.token_hex(16)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:  # there before the imports are done
        listener.bind(f"\0{name}")
        listener.listen(64)
        program = [sys.executable, str(Path(__file__).resolve()), "warm", str(_LISTENER), str(until)]
        files = [
            (os.POSIX_SPAWN_DUP2, listener.fileno(), _LISTENER),
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        ]
        os.posix_spawn(sys.executable, program, environment, file_actions=files)
    return name


def command(name: str) -> list[str]:
    """What Jupyter is to start in place of a kernel, for one from the process of this name."""
    return [sys.executable, "-I", str(Path(__file__).resolve()), "stand-in", name, "{connection_file}"]


def stand_in(name: str, connection_file: str) -> None:
    """Ask for a kernel, hand on what signals it, and end with it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
        caller.connect(f"\0{name}")
        wanted = {"file": connection_file, "folder": str(Path.cwd()), "environment": dict(os.environ)}
        socket.send_fds(caller, [json.dumps(wanted).encode()], [1, 2])
        kernel = int(caller.recv(_LONGEST))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, _: os.kill(kernel, number))
        caller.recv(_LONGEST)  # nothing comes: it is closed when the kernel ends


def import_all() -> None:
    """What the notebooks and the panels import, and what they use first: a circuit and a figure."""
    import anywidget  # noqa: F401
    import ipykernel.ipkernel
    import ipykernel.kernelapp  # noqa: F401
    import ipywidgets  # noqa: F401
    import pandas as pd  # noqa: F401
    import plotly.graph_objects as go
    import torch

    import qtkit
    import qtkit.panels
    from qtkit.simulation import ensemble

    for package in (qtkit, qtkit.panels):
        for name in package.__all__:
            getattr(package, name)
    weights = torch.ones(len(qtkit.CANDIDATES), dtype=torch.float64)
    with torch.no_grad():  # a process that has computed a gradient cannot be forked; a panel computes in float32
        ensemble(qtkit.CANDIDATES, torch.zeros(2, 3, dtype=torch.float64), weights)
    go.Figure([go.Scatter(), go.Bar(), go.Heatmap()])  # not shown: how to is decided once, and differs in a kernel


def warm(listener: socket.socket, until: int) -> None:
    """Import, then give each caller a kernel, until the process of this number has ended."""
    try:
        end = os.pidfd_open(until)
    except ProcessLookupError:
        return
    import_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([listener, end], [], [])
        if end in ready:
            return
        caller, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            be_kernel(caller)
        caller.close()


def be_kernel(caller: socket.socket) -> None:
    """In a child: a kernel that lives as long as its caller."""
    from ipykernel.kernelapp import launch_new_instance

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    message, outputs, _, _ = socket.recv_fds(caller, _LONGEST, 2)
    wanted = json.loads(message)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    os.environ.pop("JPY_PARENT_PID", None)
    os.chdir(wanted["folder"])
    for number, output in enumerate(outputs, start=1):
        os.dup2(output, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def end_with_caller() -> None:
        caller.recv(1)
        os._exit(0)

    caller.send(str(os.getpid()).encode())
    threading.Thread(target=end_with_caller, daemon=True).start()
    sys.argv = ["ipykernel_launcher", "-f", wanted["file"]]
    del sys.path[0]  # this file's folder
    try:
        launch_new_instance()
    finally:
        os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "stand-in":
        stand_in(sys.argv[2], sys.argv[3])
    else:
        warm(socket.socket(fileno=int(sys.argv[2])), int(sys.argv[3]))
