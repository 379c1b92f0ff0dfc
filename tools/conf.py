"""Sphinx's settings for the site that `make docs` builds; nothing in it is loaded from another server.

`tools/site.py` lays out the pages, which lie where they lie in the repository, and calls Sphinx.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

import qtkit

project = "qtkit"
version = release = qtkit.__version__
root_doc = "index"
html_title = f"qtkit {qtkit.__version__}"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["playground.html"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # tools/site.py hands over notebooks that have run
nb_ipywidgets_js: dict[str, Any] = {}  # widgets need a kernel; their scripts would come from elsewhere
nb_merge_streams = True

default_role = "code"
suppress_warnings = ["ref.python"]  # of a field's name that several classes have: it links to one of them
napoleon_use_ivar = True  # fields that a docstring lists are members, too
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 100
html_math_renderer = "mathml"


def protect(_app: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: list[str]) -> None:
    """Let a docstring's stars and bars be what they are: the docstrings are plain text with code in backticks."""
    for number, line in enumerate(lines):
        parts = re.split(r"(``?[^`]*``?)", line)
        if line.lstrip().startswith((":", ".. ", ">>>", "* ")):
            continue
        lines[number] = "".join(
            part if part.startswith("`") else re.sub(r"([|*_])(?!\s)", r"\\\1", part) for part in parts
        )


def write_formula(writer: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """A formula as MathML, which browsers set themselves."""
    block = isinstance(node, nodes.math_block)
    formula = convert(node.astext(), display="block" if block else "inline")
    writer.body.append(f"<div class='math'>{formula}</div>" if block else formula)
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Tell Sphinx of the two."""
    app.connect("autodoc-process-docstring", protect, priority=900)  # after napoleon
    app.add_html_math_renderer("mathml", (write_formula, None), (write_formula, None))
