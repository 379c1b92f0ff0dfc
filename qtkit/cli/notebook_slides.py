"""`write_slides`: a notebook as slides for the lesson, one HTML file without a kernel and without a network."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from qtkit.cli.notebook_page import PageExporter, run_notebook
from qtkit.files import write_text
from qtkit.web.bundle import page_script

# Where a slide begins within a text: at a heading, a question, or what was seen.
_BEGINS = re.compile(r"^(?=#{1,3} |\*\*Predict first|\*\*What we saw)", re.MULTILINE)

_STYLE = """
body.jp-Notebook { font-size: 125%; }
.jp-RenderedHTMLCommon { font-size: 125%; }
main > .jp-Cell[hidden] { display: none; }
.highlight pre, .jp-RenderedText pre { font-size: 150%; line-height: 1.3; }
.qtkit-turn { position: fixed; right: 12px; bottom: 8px; font: 14px sans-serif; background: #fff; padding: 2px 6px; }
.qtkit-turn button { font-size: 20px; min-width: 44px; min-height: 36px; }
@media print {
  main > .jp-Cell[hidden] { display: block; }
  [id*="-slide"] { break-before: page; }
  .qtkit-turn { display: none; }
}
"""

SCRIPT = page_script(Path(__file__).with_name("notebook_slides.js"))
"""Shows one slide at a time; keys and the buttons turn them."""

_TURN = (
    '<div class="qtkit-turn"><button aria-label="previous slide">‹</button> <output>1</output> '
    '<button aria-label="next slide">›</button></div>'
)


def to_slides(notebook: NotebookNode) -> NotebookNode:
    """The notebook cut into slides: the first cell of each has the tag `slide`; answers and solutions are left out.

    A slide begins at a heading down to the third level, at a question to predict, and at what was seen.
    """
    notebook = copy.deepcopy(notebook)
    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "solution" in tags:
            continue
        if cell.cell_type != "markdown":
            cells.append(cell)
            continue
        text = re.sub(r"<details>.*?</details>\s*", "", cell.source, flags=re.DOTALL)
        for number, part in enumerate(_BEGINS.split(text)):
            if part.strip():
                begins = _BEGINS.match(part) is not None and not (part.startswith("**") and _is_heading(cells))
                name = f"{cell.id[:52]}-{'slide' if begins else 'part'}{number}"  # nbconvert shows tags of code alone
                tagged = NotebookNode({**cell.metadata, "tags": [*tags, "slide"] if begins else tags})
                cells.append(NotebookNode({**cell, "id": name, "metadata": tagged, "source": part}))
    notebook.cells = cells
    return notebook


def _is_heading(cells: list[NotebookNode]) -> bool:
    """Whether the last cell is a heading alone: what is asked under it belongs to its slide."""
    return bool(cells) and re.fullmatch(r"#{1,3} .+\s*", cells[-1].source) is not None


def write_slides(notebook: str | Path, to: str | Path, *, execute: bool = True, timeout: float = 600.0) -> Path:
    """Write `notebook` as slides into the folder `to`, `NAME.slides.html`; turned by arrow keys and two buttons.

    Arguments and errors are those of `write_page`.
    """
    notebook = Path(notebook)
    node = to_slides(run_notebook(notebook, execute=execute, timeout=timeout))
    resources: dict[str, Any] = {"metadata": {"name": notebook.stem, "path": str(notebook.parent)}}
    page, _ = PageExporter().from_notebook_node(node, resources)
    turned = f"<style>{_STYLE}</style>{_TURN}<script>{SCRIPT}</script></body>"
    head, _, tail = page.rpartition("</body>")
    target = Path(to) / f"{notebook.stem}.slides.html"
    write_text(target, head + turned + tail)
    return target
