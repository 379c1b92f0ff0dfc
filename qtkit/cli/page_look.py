"""How a notebook's page looks, beyond nbconvert's theme: legible on a telephone, and by every reader.

Contrasts are at least 4.5 to 1 (WCAG 2.1, AA), links differ by more than colour, and what is wider than the screen
scrolls in a region of its own that the keyboard reaches.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qtkit.plots.style import LEAST_WIDTH
from qtkit.web.bundle import page_script


def least_width(figure: Mapping[str, Any]) -> int:
    """The width, in pixels, below which a figure, as plotly's JSON, is not made narrower."""
    meta = figure.get("layout", {}).get("meta")
    return int(meta.get("least_width", LEAST_WIDTH)) if isinstance(meta, Mapping) else LEAST_WIDTH


STYLE = """
.jp-InputPrompt, .jp-OutputPrompt { color: #595959 !important; opacity: 1 !important; }
.jp-RenderedHTMLCommon a:not(.anchor-link) { text-decoration: underline; }
.highlight .ow, .highlight .o { color: #7a1fb8; }
.highlight .c1, .highlight .ch, .highlight .cm { color: #2f6464; }
.highlight .mi, .highlight .mf, .highlight .mb { color: #4d4d4d; }
.highlight .s1, .highlight .s2, .highlight .si, .highlight .sa { color: #a31515; }
.highlight .nf { color: #0000c0; }
.highlight .sx { color: #006600; }
.qtkit-wide, .jp-OutputArea-output { overflow-x: auto; max-width: 100%; }
figure > svg { max-width: 100%; height: auto; }
.qtkit-wide { display: block; overflow-y: hidden; padding: 2px 0; }
.qtkit-scrolls::before { content: 'scrolls sideways →'; display: block; position: sticky; left: 0; width: max-content;
  font-size: 12px; color: #595959; }
.jp-MarkdownOutput { overflow: visible !important; overflow-wrap: anywhere; }
.qtkit-wide:focus-visible, .jp-OutputArea-output:focus-visible { outline: 2px solid #0d47a1; }
.jp-RenderedHTMLCommon th, .jp-RenderedHTMLCommon td { overflow-wrap: normal; }
.jp-RenderedHTMLCommon code { overflow-wrap: anywhere; white-space: pre-wrap; }
@media (max-width: 700px) {
  body.jp-Notebook { padding: 8px !important; }
  .jp-Cell-inputWrapper pre, .jp-RenderedText pre { white-space: pre-wrap !important; overflow-wrap: anywhere; }
  .plotly-graph-div { min-width: var(--least); }
  .modebar { display: none; }
  .qtkit-drawn { max-width: 640px !important; }
  .jp-OutputArea-output :not(figure) > svg { max-width: none !important; }
  .qtkit-picture img { max-width: none; width: 900px; }
  .jp-OutputArea-output > div { min-width: min-content; }
}
"""

SCRIPT = page_script(Path(__file__).with_name("page_look.js"))
"""What scrolls sideways is reached by Tab, and only while it does."""
