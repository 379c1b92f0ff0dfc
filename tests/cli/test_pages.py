"""Notebooks as single pages: figures, pictures, panels and formulas are there without a kernel."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape

import nbformat
import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.cli.notebook_page import PageExporter, write_page
from qtkit.panels import AnsatzStudio
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


def test_no_such_notebook(tmp_path):
    with pytest.raises(FileNotFoundError, match="no notebook at"):
        write_page(tmp_path / "none.ipynb", tmp_path)
