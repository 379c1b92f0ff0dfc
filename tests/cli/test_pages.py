"""Notebooks as single pages: figures, pictures, panels and formulas are there without a kernel."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape

import nbformat
import pytest
from click.testing import CliRunner
from nbclient.exceptions import CellExecutionError

from qtkit.cli.main import main
from qtkit.cli.notebook_page import PageExporter, write_page
from qtkit.cli.page_look import least_width
from qtkit.panels import AnsatzStudio, CandidateGallery
from qtkit.plots import candidate_grid
from qtkit.plots.moving import move_clocks
from tests.helpers import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def figure_output():
    return nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": candidate_grid().to_plotly_json()})


def notebook(*outputs):
    cells = [nbformat.v4.new_markdown_cell("Half is $\\frac{1}{2}$.")]
    cells += [nbformat.v4.new_code_cell("1", outputs=[output]) for output in outputs]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.slow
def test_pictures_that_move_keep_their_frames_and_wait_to_be_played():
    output = nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": move_clocks().to_plotly_json()})
    own = PageExporter().from_notebook_node(notebook(output))[0].rsplit("Plotly.newPlot", 1)[1]
    assert "Plotly.addFrames" in own and "Plotly.animate" not in own


@pytest.mark.slow
def test_plotly_comes_along_once_and_draws_every_figure():
    node = notebook(figure_output(), figure_output())
    before = nbformat.writes(node)
    page, _ = PageExporter().from_notebook_node(node)
    assert page.count("Plotly.newPlot(") == 2 + page.count("Plotly.newPlot()")
    assert 4e6 < len(page) < 8e6, "one copy of the library"
    assert nbformat.writes(node) == before, "the notebook itself is left alone"


def test_a_page_without_figures_is_small():
    page, _ = PageExporter().from_notebook_node(notebook())
    assert len(page) < 1e6
    assert r"\frac{1}{2}" in page


def test_a_panel_leaves_its_drawing_or_a_sentence():
    studio = AnsatzStudio(5, n_qubits=2, depth=1)
    bundle = studio._repr_mimebundle_()
    data = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
    studio.close()
    bare = {"application/vnd.jupyter.widget-view+json": {"model_id": "gone"}, "text/plain": "VBox()"}
    page, _ = PageExporter().from_notebook_node(
        notebook(nbformat.v4.new_output("display_data", data), nbformat.v4.new_output("display_data", bare))
    )
    assert "<svg" in page
    assert "config 5" in page
    assert "A live panel stands here" in page
    assert "VBox()" not in page


def test_the_gallery_leaves_its_twelve_circuits():
    gallery = CandidateGallery(n_qubits=2, depth=1)
    bundle = gallery._repr_mimebundle_()
    data = dict(bundle[0] if isinstance(bundle, tuple) else bundle)
    gallery.close()
    page, _ = PageExporter().from_notebook_node(notebook(nbformat.v4.new_output("display_data", data)))
    assert len(re.findall(r'<svg[^>]*aria-label="Config', page)) == 12
    assert "Config 9: no H, ent, RZ. No: whatever the angles are" in page
    assert "A live panel stands here" not in page


def markdown_page(text: str) -> str:
    page, _ = PageExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]))
    return page


def test_nothing_is_loaded_from_elsewhere():
    page, _ = PageExporter().from_notebook_node(notebook(figure_output()))
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page)
    own = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.DOTALL)  # plotly.js names servers of maps
    assert not re.findall(r"@import|url\([\"']?https?:|cdnjs|unpkg|jsdelivr", own)
    assert not re.findall(r"cdnjs.cloudflare.com/ajax/libs/(?:mathjax|require|mermaid)", page)


@pytest.mark.parametrize(
    ("tex", "display", "element"),
    [
        (r"$\frac{1}{2}$", "inline", "<mfrac>"),
        (r"$$\sum_i p_i < 1$$", "block", "<munderover>|<msub>|<munder>"),
        ("\\begin{align}\na &= b\n\\end{align}", "block", "<mtable"),
        (r"$\sqrt{2}$ and `$not math$`", "inline", "<msqrt>"),
    ],
)
def test_formulas_need_no_script(tex, display, element):
    page = markdown_page(tex)
    (formula,) = re.findall(r"<math[^>]*>.*?</math>", page, re.DOTALL)
    assert f'display="{display}"' in formula and re.search(element, formula)
    shown, told = re.fullmatch(
        r'<math[^>]*><semantics>(.*)<annotation encoding="application/x-tex">(.*)</annotation></semantics></math>',
        formula,
        re.DOTALL,
    ).groups()
    assert "\\" not in shown and unescape(told).strip() in tex


def test_a_formula_that_cannot_be_read_stays_as_tex():
    assert "<code>a_b_c &lt; d</code>" in markdown_page("Here: $a_b_c < d$.")


def test_links_and_headings_are_as_in_nbconvert():
    page = markdown_page("# A title\n\n[there](https://example.org) and *there*")
    assert '<a href="https://example.org">there</a> and <em>there</em>' in page
    assert 'class="anchor-link" href="#A-title"' in page


@pytest.mark.parametrize(
    ("layout", "least"), [({}, 600), ({"meta": {"least_width": 780}}, 780), ({"meta": ["a"]}, 600), ({"meta": {}}, 600)]
)
def test_a_figure_says_how_narrow_it_can_be(layout, least):
    assert least_width({"layout": layout}) == least


def test_a_formula_in_a_heading_is_a_formula():
    page = markdown_page("### What does $w_9$ turn?")
    heading = re.search(r"<h3.*?</h3>", page, re.DOTALL)[0]
    assert re.search(r"<math[ >]", heading)
    assert "ns0" not in heading and "</math>" in heading


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_formulas_and_pictures_of_a_notebook_that_was_not_run(path, tmp_path):
    """Every formula is MathML and carries its TeX, and no picture is a link."""
    page = write_page(path, tmp_path, execute=False).read_text(encoding="utf-8")
    folded = [c for c in nbformat.read(path, 4).cells if c.metadata.get("jupyter", {}).get("source_hidden")]
    assert page.count("<details><summary>folded") == len(folded)
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))
    text = "\n".join(c.source for c in nbformat.read(path, 4).cells if c.cell_type == "markdown")
    formulas = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    for formula in formulas:
        assert re.sub(r"\s+", " ", formula).strip() in words, formula
    pictures = re.findall(r"<img[^>]+src=\"([^\"]{0,30})", page)
    assert len(pictures) == len(re.findall(r"!\[", text))
    assert all(source.startswith("data:image/png;base64,") for source in pictures)


@pytest.mark.slow
def test_the_command_line_runs_a_notebook(tmp_path):
    path, page = tmp_path / "small.ipynb", tmp_path / "out" / "small.html"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")]), path)
    arguments = ["pages", str(path), "--to", str(page.parent)]
    assert CliRunner().invoke(main, arguments).output == f"{page}\n"
    assert ">42" in page.read_text(encoding="utf-8")
    assert CliRunner().invoke(main, [*arguments, "--as-it-is"]).output == f"{page}\n"
    assert ">42" not in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_module_is_the_same_command(tmp_path):
    shown = subprocess.run(
        [sys.executable, "-m", "qtkit.pages", tmp_path / "none.ipynb"], capture_output=True, text=True, check=False
    )
    assert (shown.returncode, shown.stderr) == (1, f"Error: no notebook at {tmp_path}/none.ipynb\n")


@pytest.mark.parametrize("text", ["{}", "[1]", "hello", '{"nbformat": 9, "cells": []}'])
def test_what_is_no_notebook(tmp_path, text):
    (tmp_path / "page.ipynb").write_text(text)
    done = CliRunner().invoke(main, ["pages", str(tmp_path / "page.ipynb"), "--as-it-is", "--to", str(tmp_path)])
    assert done.exit_code == 1
    assert done.output.startswith(f"Error: {tmp_path}/page.ipynb is no notebook: ") and done.output.count("\n") == 1


def test_a_cell_that_raises_is_told(monkeypatch):
    def raises(*_, **__):
        raise CellExecutionError("1 / 0: a cell and its traceback", "ZeroDivisionError", "division by zero")

    monkeypatch.setattr("qtkit.cli.notebook_page.write_page", raises)
    done = CliRunner().invoke(main, ["pages", "wrong.ipynb"])
    assert (done.exit_code, done.output) == (1, "Error: wrong.ipynb does not run: 1 / 0: a cell and its traceback\n")


def test_no_such_notebook(tmp_path):
    with pytest.raises(FileNotFoundError, match="no notebook at"):
        write_page(tmp_path / "none.ipynb", tmp_path)


def picture_output(**metadata):
    return nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo="}, metadata=metadata)


def drawing_page(source: str, outputs, **metadata) -> list[str]:
    cells = [
        nbformat.v4.new_markdown_cell("## Two circuits"),
        nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata),
    ]
    page, _ = PageExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    return [unescape(text) for text in re.findall(r"<img[^>]*alt=\"([^\"]*)\"", page)]


def test_pictures_that_cells_draw_are_described_by_the_cell():
    assert drawing_page("draw()", [picture_output()], qtkit={"alt": "A <ring>"}) == ["A <ring>"]
    both = [picture_output(), picture_output()]
    assert drawing_page("draw()", both, qtkit={"alt": ["one", "two"]}) == ["one", "two"]
    own = picture_output(**{"image/png": {"alt": "its own"}})
    assert drawing_page("draw()", [own], qtkit={"alt": "the cell's"}) == ["its own"]


def test_drawings_in_svg_are_described_too():
    drawing = nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>"})
    assert drawing_page("SVG(draw())", [drawing], qtkit={"alt": "two wires"}) == ["two wires"]


def test_a_picture_that_nobody_described_says_what_drew_it():
    (told,) = drawing_page("x = 1\ndraw(x)\nx", [picture_output()])
    assert told == "Drawn by draw(x), under the heading 'Two circuits'."


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("03_architecture_search.ipynb", "03_architecture_search.html"),
        ("02_the.ipynb#4.-Why?", "02_the.html#4.-Why?"),
        ("#Summary", "#Summary"),
        ("https://example.org/03.ipynb", "https://example.org/03.ipynb"),
    ],
)
def test_links_to_notebooks_lead_to_their_pages(link, target):
    assert f'href="{target}"' in markdown_page(f"See [there]({link}).")


def test_a_header_that_says_nothing_is_a_cell():
    page = markdown_page("| | a |\n|---|--:|\n| 1 | 2 |")
    assert re.search(r"<td>\s*</td>\s*<th style=\"text-align:right\">a</th>", page)
    frame = nbformat.v4.new_output(
        "display_data", {"text/html": "<table><tr><th></th><th>a</th></tr></table><h4>b</h4>"}
    )
    page, _ = PageExporter().from_notebook_node(notebook(frame))
    assert "<td></td><th>a</th>" in page and "<h3>b</h3>" in page


def test_what_is_wide_scrolls_in_a_box_with_a_name():
    page = markdown_page("$$x = 1$$\n\n| a |\n|---|\n| 1 |")
    assert re.findall(r'data-label="(\w+), scrolls sideways"', page) == ["formula", "table"]


def test_a_figure_is_named_by_its_title_or_its_axes():
    def names(layout):
        figure = {"data": [], "layout": layout}
        output = nbformat.v4.new_output("display_data", {"application/vnd.plotly.v1+json": figure})
        return re.findall(r'aria-label="Figure: ([^"]*)"', PageExporter().from_notebook_node(notebook(output))[0])

    axes = {"xaxis": {"title": {"text": "epoch"}}, "yaxis": {"title": {"text": "error"}}}
    assert names({"title": {"text": "<b>loss</b>"}, **axes}) == ["loss"]
    assert names(axes) == ["error against epoch"]
    assert names({}) == ["no title"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_circuits_and_bars_that_notebooks_draw_are_described(path):
    """Cells whose pictures matplotlib draws; plotly's figures are named by their titles."""
    pictures = r"(?<!league)\.draw\(|draw_mpl\(|^draw_(?:gallery|mapping|distributions|compression|ensemble)\("
    kinds = rf"{pictures}|^display\(Image"
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code" and re.search(kinds, cell.source, re.MULTILINE):
            told = cell.metadata.get("qtkit", {}).get("alt", [])
            texts = [told] if isinstance(told, str) else told
            assert len(texts) == max(1, cell.source.count("Image.fromarray(")), cell.source
            assert all(len(text) > 40 for text in texts), cell.source
