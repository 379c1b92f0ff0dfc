"""The playground without a kernel: as a part of a page, and as a page of its own."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from qtkit.files import write_text
from qtkit.web.bundle import bundle

_HERE = Path(__file__).parent

SCRIPT = bundle(_HERE / "playground.js")
STYLE = bundle(_HERE / "playground.css")

# The names of JupyterLab's colours, which the style sheets follow; elsewhere a page has to say them itself.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>qtkit: a circuit writes a network</title>
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; --jp-ui-font-size1: 14px; --jp-layout-color0: #fff; --jp-layout-color1: #fff; }}
@media (prefers-color-scheme: dark) {{
  :root {{
    --jp-ui-font-color1: #e6e6e6; --jp-ui-font-color2: #b3b3b3;
    --jp-layout-color0: #15181c; --jp-layout-color1: #1d2126; --jp-layout-color2: #2a2f36;
    --jp-border-color1: #6b7280; --jp-border-color2: #343a42; --jp-brand-color1: #64b5f6; --jp-error-color1: #ff8a80;
  }}
}}
body {{ margin: 0; padding: 16px; background: var(--jp-layout-color0); color: var(--jp-ui-font-color1, #1f2328); }}
body > * {{ max-width: 1240px; margin: 0 auto; }}
header {{ font: 15px/1.5 system-ui, sans-serif; margin-bottom: 14px; }}
h1 {{ font-size: 1.5em; line-height: 1.2; margin: 0 0 4px; }}
header p {{ margin: 0; max-width: 75ch; }}
</style>
</head>
<body>
<header>
<h1>A quantum circuit writes a neural network</h1>
<p>The network that divides these points is never trained itself. Twelve small quantum circuits compete to write its
weights, and only their angles, their shares and a short linear map learn. Press Start.</p>
</header>
{part}
</body>
</html>
"""

# Where scripts may not run, as in some viewers of notebooks.
_STILL = "<p>The playground: a circuit writes the weights of a small network. It needs a page that may run scripts.</p>"


def live_part(start: str = "", *, own_page: bool = False) -> str:
    """HTML that is a live playground wherever it stands: its style, its place and its script.

    Arguments:
        start: the state to begin with, as a playground's *Link* gives it.
        own_page: whether the page's address says the state.
    """
    place = f"qtkit-playground-{uuid4().hex}"
    begin = json.dumps({"start": start, "page": own_page}).replace("<", "\\u003c")
    find = f'const place = document.getElementById("{place}");\nplace.replaceChildren();'
    call = f"{find}\nrender({{ ...{begin}, el: place }});"
    return (
        f'<style>{STYLE}</style>\n<div id="{place}">{_STILL}</div>\n<script type="module">\n{SCRIPT}\n{call}\n</script>'
    )


def write_playground(path: str | Path, start: str = "") -> Path:
    """Write the playground as one HTML file that needs neither a kernel nor a network, and return its path.

    Arguments:
        path: the file; its folder is made if it is not there.
        start: the state to begin with, as a playground's *Link* gives it. The page's own address goes before it.

    Example:
        `write_playground("playground.html", "data=spirals&depth=5")`
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, _PAGE.format(part=live_part(start, own_page=True)))
    return path
