"""What the build adds to the wheel: the course, which lies beside the package here and inside it once installed."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseHook(BuildHookInterface):
    """Puts the notebooks, the documents and the stored results into `qtkit/course/content`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files, unless the install is an editable one, which finds them where they are."""
        if version == "editable":
            return
        root = Path(self.root)
        content = runpy.run_path(str(root / "qtkit/course/content.py"))
        for name in (*content["course_files"](root), content["SETTINGS"]):
            build_data["force_include"][str(root / name)] = f"qtkit/course/content/{name}"
