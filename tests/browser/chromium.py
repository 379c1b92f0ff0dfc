"""Where a Chromium is, and what to say when there is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# A browser that is quiet, works as root in a container, and shares no memory with /dev/shm (64 MB in containers).
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
HOW_TO_INSTALL = (
    "the browser tests need Chromium or Chrome, and none was found. Debian and Ubuntu: `sudo apt-get update && sudo "
    "apt-get install chromium`. macOS: install Chromium or Google Chrome as an application. Elsewhere: "
    "`QTKIT_CHROMIUM=/path/to/chromium make test`."
)


def find_chromium() -> str | None:
    """The path of a Chromium: `QTKIT_CHROMIUM`, else on the PATH, else a macOS application; None if there is none.

    Raises:
        FileNotFoundError: if `QTKIT_CHROMIUM` names no file.
    """
    named = os.environ.get("QTKIT_CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise FileNotFoundError(f"QTKIT_CHROMIUM={named!r} is no file; expected the path of a Chromium")
        return named
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or next((path for path in MAC_APPLICATIONS if Path(path).is_file()), None)


def chromium_is_required() -> bool:
    """Whether a missing browser is a failure (automated checks set `CI`) or a reason to skip (a person's machine)."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
