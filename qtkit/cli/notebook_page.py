"""`write_page`: a notebook as a single HTML page that needs neither a kernel nor a network."""

from __future__ import annotations

import base64
import copy
import functools
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from qtkit.cli.page_look import SCRIPT, STYLE, least_width
from qtkit.files import write_text

_PLOTLY = "application/vnd.plotly.v1+json"
_WIDGET = "application/vnd.jupyter.widget-view+json"
_INSTEAD = "<p><em>A live panel stands here while the notebook runs.</em></p>"
_SVG = "image/svg+xml"
_PICTURES = ("image/png", "image/jpeg", "image/gif", _SVG)

# nbconvert's own page, with the cells folded that are folded in the notebook: solutions. The scripts that it would load
# from other servers are left out: nothing here needs them.
_TEMPLATE = """{% extends 'lab/index.html.j2' %}
{% block html_head_js_requirejs %}{% endblock %}
{% block html_head_js_mathjax %}{% endblock %}
{% block html_head_js_mermaidjs %}{% endblock %}
{% block jupyter_widgets %}{% endblock %}
{% block input %}
{%- if cell.metadata.get('jupyter', {}).get('source_hidden') -%}
<details><summary>folded, press to open</summary>{{ super() }}</details>
{%- else -%}{{ super() }}{%- endif -%}
{% endblock input %}
{% block html_head_css %}{{ super() }}<style>STYLE</style>{% endblock html_head_css %}
{% block body_footer %}<script>{% raw %}SCRIPT{% endraw %}</script>{{ super() }}{% endblock body_footer %}""".replace(
    "STYLE", STYLE
).replace("SCRIPT", SCRIPT)


class PageExporter(HTMLExporter):
    """nbconvert's HTML page, with everything in it.

    Plotly's figures, which nbconvert leaves out, are drawn by a copy of plotly.js inside the page; pictures of the text
    are embedded; a panel shows the drawing or the sentence it left; solutions stay folded. Formulas are MathML, which
    browsers set themselves; one that cannot be turned into it stands there as TeX. Links to notebooks lead to their
    pages. A picture that a cell draws is described by the cell's metadata, `{"qtkit": {"alt": ...}}`, a text or a list
    of one for each picture; else by the heading above it and the line that drew it. Nothing is loaded from elsewhere.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call] # nbconvert has no types here
        self.raw_template = _TEMPLATE

    @functools.wraps(HTMLExporter.markdown2html)  # with the mark by which Jinja gives it the context
    def markdown2html(self, context: Mapping[str, Any], source: str) -> str:
        """The text of a cell as HTML, its formulas as MathML."""
        renderer = _WithFormulas(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            path=context.get("resources", {}).get("metadata", {}).get("path", ""),
            anchor_link_text=self.anchor_link_text,
        )
        return str(MarkdownWithMath(renderer=renderer).render(source))

    def from_notebook_node(  # type: ignore[override] # nbconvert's own HTMLExporter gives text too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page as text, and nbconvert's resources; `nb` is left as it is.

        Pictures are looked for relative to `resources["metadata"]["path"]`.
        """
        nb = copy.deepcopy(nb)
        _embed_pictures(nb, Path((resources or {}).get("metadata", {}).get("path", "")))
        _describe_pictures(nb)
        _replace_widgets(nb)
        _mend_tables_and_headings(nb)
        _draw_plotly(nb)
        return super().from_notebook_node(nb, resources, **kwargs)


class _WithFormulas(IPythonRenderer):
    """nbconvert's renderer of texts, with formulas that need no script, and what is wide in a box that scrolls."""

    def block_math(self, body: str) -> str:
        """A formula of its own line."""
        return f"<p>{_scrolling(_mathml(body, 'block'), 'formula', 'span')}</p>"

    def inline_math(self, body: str) -> str:
        """A formula within a line."""
        return _mathml(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        """A formula in an environment, such as `align`."""
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """A heading with its anchor; nbconvert's gives the elements of formulas a prefix that no browser reads."""
        return re.sub(r"(?<=<)(/?)ns\d+:|(?<=xmlns):ns\d+(?==)", r"\1", str(super().heading(text, level, **attributes)))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link; one to a notebook of this course leads to its page."""
        return str(super().link(text, re.sub(r"^([^:?#]+)\.ipynb(?=#|$)", r"\1.html", url), title))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture, at a size at which its letters are read."""
        return _scrolling(str(super().image(text, url, title)), "picture", "span", "qtkit-picture")

    def table(self, text: str) -> str:
        """A table, which scrolls where the screen is narrow."""
        return _scrolling(f"<table>\n{text}</table>", "table", "div")

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """A cell of a table: a header only where it says something."""
        tag = "th" if head and text.strip() else "td"
        style = f' style="text-align:{align}"' if align else ""
        return f"  <{tag}{style}>{text}</{tag}>\n"


def _scrolling(content: str, label: str, tag: str, also: str = "") -> str:
    names = f"qtkit-wide {also}".strip()
    return f'<{tag} class="{names}" data-label="{label}, scrolls sideways">{content}</{tag}>'


def _mathml(tex: str, display: str) -> str:
    """A formula as MathML that carries its TeX along; as TeX alone if it cannot be read."""
    try:
        formula = convert(tex, display=display)
    except Exception:  # whatever the converter meets in other people's notebooks
        return f"<code>{escape(tex)}</code>"
    start = formula.index(">") + 1
    drawn, end = formula[start:].removesuffix("</math>"), "</semantics></math>"
    return (
        f'{formula[:start]}<semantics>{drawn}<annotation encoding="application/x-tex">{escape(tex)}</annotation>{end}'
    )


def _embed_pictures(notebook: Any, folder: Path) -> None:
    """Put the pictures of the text into it: nbconvert's own option takes none from outside the notebook's folder."""

    def embedded(match: re.Match[str]) -> str:
        file = folder / match.group(2)
        if not file.is_file():
            return match.group(0)
        return f"![{match.group(1)}](data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()})"

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"!\[([^\]]*)\]\(([^)\s:]+\.png)\)", embedded, cell.source)


def _describe_pictures(notebook: NotebookNode) -> None:
    """Give every picture that a cell drew a text for those who do not see it."""
    heading = notebook.metadata.get("title", "")
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = ([heading, *re.findall(r"^#+ +(.+)$", cell.source, re.MULTILINE)])[-1]
        told = cell.metadata.get("qtkit", {}).get("alt", [])
        texts = [told] if isinstance(told, str) else list(told)
        pictures = [output for output in cell.get("outputs", []) if _picture_of(output)]
        for number, output in enumerate(pictures):
            kind = _picture_of(output)
            known = output.metadata.get(kind, {}).get("alt") or output.metadata.get("alt")
            text = known or (texts[number] if number < len(texts) else _drawn_by(cell.source, heading))
            drawn = "".join(output.data[kind]).strip()
            drawn = base64.b64encode(drawn.encode()).decode() if kind == _SVG else drawn
            source = f"data:{kind};base64,{drawn}"
            size = "".join(f' {side}="{output.metadata[kind][side]}"' for side in _sizes(output.metadata.get(kind, {})))
            output.data = {"text/html": f'<img class="qtkit-drawn" src="{source}" alt="{escape(text)}"{size}>'}


def _picture_of(output: NotebookNode) -> str | None:
    return next((kind for kind in _PICTURES if kind in output.get("data", {})), None)


def _sizes(metadata: Mapping[str, Any]) -> list[str]:
    return [side for side in ("width", "height") if isinstance(metadata.get(side), int)]


def _drawn_by(source: str, heading: str) -> str:
    """What can be said of a picture that nobody described."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    line = next((line for line in reversed(lines) if re.search(r"draw|display|plot|move", line)), "".join(lines[-1:]))
    return f"Drawn by {line}" + (f", under the heading {heading!r}." if heading else ".")


def _mend_tables_and_headings(notebook: NotebookNode) -> None:
    """In outputs: an empty header, such as a DataFrame's corner, is a cell; headings stand one level below ##."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                html = re.sub(r"<th([^>]*)>\s*</th>", r"<td\1></td>", "".join(data["text/html"]))
                data["text/html"] = re.sub(r"<(/?)h[4-6]\b", r"<\1h3", html)


def _draw_plotly(notebook: NotebookNode) -> None:
    """Give every plotly output its HTML; the first carries the library."""
    from plotly.io import to_html

    library = True
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            figure = output.get("data", {}).get(_PLOTLY)
            if figure is not None:
                shown = {part: figure[part] for part in ("data", "layout", "frames") if part in figure}
                drawn = to_html(shown, include_plotlyjs=library, full_html=False, validate=False, auto_play=False)
                name = escape(_title_of(figure.get("layout", {})))
                look = f'style="--least: {least_width(figure)}px"'
                output.data["text/html"] = f'<div role="group" aria-label="{name}" {look}>{drawn}</div>'
                library = False


def _title_of(layout: Mapping[str, Any]) -> str:
    """What a figure is called: by its title, else by its axes."""

    def text(of: Any) -> str:
        title = of.get("title", "") if isinstance(of, Mapping) else ""
        return re.sub(r"<[^>]+>", " ", str(title.get("text", "") if isinstance(title, Mapping) else title)).strip()

    axes = [text(layout[name]) for name in ("yaxis", "xaxis") if text(layout.get(name))]
    return "Figure: " + (text(layout) or " against ".join(axes) or "no title")


def _replace_widgets(notebook: NotebookNode) -> None:
    """Widgets live in a kernel: leave the HTML they gave for this case, or a sentence."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if _WIDGET in output.get("data", {}):
                del output.data[_WIDGET]
                output.data.setdefault("text/html", _INSTEAD)


def run_notebook(notebook: Path, *, execute: bool = True, timeout: float = 600.0) -> NotebookNode:
    """The notebook with its outputs; arguments and errors are those of `write_page`."""
    if not notebook.is_file():
        raise FileNotFoundError(f"no notebook at {notebook}")
    try:
        node: NotebookNode = nbformat.read(notebook, as_version=4)
    except (ValueError, AttributeError, nbformat.ValidationError) as error:  # whatever a file of another kind brings
        raise ValueError(f"{notebook} is no notebook: {str(error).partition(chr(10))[0]}") from error
    if execute:
        from nbclient import NotebookClient

        resources = {"metadata": {"path": str(notebook.parent)}}
        NotebookClient(node, timeout=timeout, store_widget_state=False, resources=resources).execute()
    return node


def write_page(notebook: str | Path, to: str | Path, *, execute: bool = True, timeout: float = 600.0) -> Path:
    """Write `notebook` as one page into the folder `to`, after running it; returns the page's path.

    Arguments:
        execute: run the notebook first (in its own folder; the file itself stays as it is), else show the outputs
            that it has.
        timeout: seconds for one cell.

    Raises:
        FileNotFoundError: if there is no such notebook.
        ValueError: if the file is no notebook.
        nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    notebook = Path(notebook)
    node = run_notebook(notebook, execute=execute, timeout=timeout)
    folder = {"metadata": {"name": notebook.stem, "path": str(notebook.parent)}}
    page, _ = PageExporter().from_notebook_node(node, folder)
    target = Path(to) / f"{notebook.stem}.html"
    write_text(target, page)
    return target
