"""The gallery as one HTML page, and as a part of a notebook: everything in it, plotly.js once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

from plotly.offline import get_plotlyjs

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.claims.gallery.entries import Entry, gather
from qtkit.claims.gallery.words import tell_entry, tell_overview
from qtkit.claims.reproduction import items_named
from qtkit.claims.seeds import EQUAL
from qtkit.claims.stored import Folder
from qtkit.files import write_text
from qtkit.names import OURS
from qtkit.web.bundle import bundle, page_script

_HERE = Path(__file__).parent

SCRIPT = page_script(_HERE / "gallery.js")
STYLE = bundle(_HERE / "gallery.css")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>qtkit: the whole paper, figure by figure</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<a class="skip" href="#overview">To the overview</a>
<header>
<h1>The whole paper, figure by figure</h1>
<p>Figures 1 to 14 and Tables I and II: what the paper claims, what our stored runs say in each reading of equation 4,
and the command that computes it anew. A verdict takes six seeds; <i>not enough runs</i> means that they are not there
yet.</p>
<noscript><p>The figures need a page that may run scripts. What stands here without is the first reading of each.</p>
</noscript>
</header>
{filters}
<main>
<h2 id="overview">Overview</h2>
{overview}
<h2>Figures and tables</h2>
<p id="keys">A figure answers to the mouse and to its buttons; when it has the keyboard: arrows left and right go along
a line, up and down to another one, plus and minus zoom, 0 shows it whole.</p>
{sections}
</main>
<footer><p>Written by <code>qtkit gallery</code> from stored results.</p></footer>
<script>{plotly}</script>
<script type="application/json" id="circuits">{circuits}</script>
<script type="module">{script}</script>
</body>
</html>
"""

_FACTORS = (
    ("hadamard", "Hadamards", (("yes", "with"), ("no", "without"))),
    ("entangler", "Entangler", (("ent", "brick"), ("cyc", "ring"))),
    ("rotation", "Rotation", (("rx", "RX"), ("ry", "RY"), ("rz", "RZ"))),
    ("other", "Beside circuits", (("ours", OURS), ("rest", "all else"))),
)
"""The filter: the factors of Table I, and what is no single circuit."""


def gallery_page(entries: list[Entry]) -> str:
    """The page as text: it loads nothing from elsewhere."""
    return _PAGE.format(
        style=STYLE,
        filters=_filters(),
        overview=tell_overview(entries),
        sections="\n".join(map(tell_entry, entries)),
        plotly=get_plotlyjs(),
        circuits=json.dumps(_circuits()),
        script=SCRIPT,
    )


def write_gallery(path: str | Path, items: Iterable[str] = ("all",), folder: Folder = None) -> Path:
    """Write the gallery as one HTML file that needs neither a kernel nor a network, and return its path.

    Arguments:
        path: the file; its folder is made if it is not there.
        items: as `qtkit.claims.reproduction.items_named` takes them.
        folder: of the results, see `qtkit.runs.results.results_folder`.

    Raises:
        ValueError: for an item that the paper does not have.
    """
    path = Path(path)
    write_text(path, gallery_page(gather(items_named(items), folder)))
    return path


class Gallery:
    """Some items of the paper, or all, live in a notebook: the page, in a frame of its own.

    Arguments:
        items: such as `"fig6"`; none is all.
        folder: of the results, see `qtkit.runs.results.results_folder`.
        height: of the frame, in pixels.

    Raises:
        ValueError: for an item that the paper does not have.

    Example:
        `Gallery("fig5", "table2")`
    """

    def __init__(self, *items: str, folder: Folder = None, height: int = 900) -> None:
        self.entries = gather(items_named(items or ("all",)), folder)
        self.height = height

    def __repr__(self) -> str:
        return f"Gallery of {', '.join(entry.item.name for entry in self.entries)}"

    def _repr_html_(self) -> str:
        page = escape(gallery_page(self.entries), quote=True)
        names = ", ".join(entry.item.name for entry in self.entries)
        return (
            f'<iframe srcdoc="{page}" title="The gallery: {names}" '
            f'style="width: 100%; height: {self.height}px; border: 1px solid #8c8c8c"></iframe>'
        )


def _circuits() -> dict[str, list[dict[str, str]]]:
    """The factors of every circuit by its label; of equal ones, drawn once, of all of them."""
    own = {
        f"Config {each.config}": {
            "hadamard": "yes" if each.hadamard else "no",
            "entangler": str(each.entangler),
            "rotation": str(each.rotation),
        }
        for each in CANDIDATES
    }
    return {label: [factors] for label, factors in own.items()} | {
        group[0] + "+": [own[label] for label in group] for group in EQUAL
    }


def _filters() -> str:
    """The form that says which circuits all figures show."""
    groups = []
    for name, legend, values in _FACTORS:
        boxes = "".join(
            f'<label><input type="checkbox" name="{name}" value="{value}" checked> {words}</label>'
            for value, words in values
        )
        groups.append(f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>")
    return (
        '<form class="filters" aria-label="Circuits shown"><details open><summary>Circuits shown: '
        f'<span role="status" class="shown">12 of 12</span></summary>{"".join(groups)}</details></form>'
    )
