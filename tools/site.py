"""Build the site: README, documents, notebooks and the API reference, `python -m tools.site [FOLDER]` or `make docs`.

The pages are laid out as they lie in the repository, so that their links are the same there and here; the first one is
the README, with the playground live where its picture is. Notebooks are shown as they ran at toy scale: by `make
notebooks`, if nothing has changed since, else by running them now.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import nbformat
from plotly.io import to_html
from plotly.offline import get_plotlyjs
from sphinx.cmd.build import main as sphinx
from sphinx.pycode import ModuleAnalyzer

from qtkit.cli.main import main as command
from qtkit.cli.page_look import least_width
from qtkit.panels.playground.page import write_playground

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/**/*.md", "results/benchmarks/*.md", "CONTRIBUTING.md", "CHANGELOG.md")
FILES = ("docs/**/*.png", "docs/search-panel.webp", "results/benchmarks/*.svg", "CITATION.cff", "LICENSE", "NOTICE")

MODULES = (
    "qtkit",
    "qtkit.networks",
    "qtkit.circuits",
    "qtkit.simulation",
    "qtkit.generator",
    "qtkit.analysis",
    "qtkit.tasks",
    "qtkit.tasks.own",
    "qtkit.tasks.agents",
    "qtkit.tasks.images",
    "qtkit.tasks.series",
    "qtkit.tasks.gridworld",
    "qtkit.runs",
    "qtkit.runs.results",
    "qtkit.plots",
    "qtkit.claims.figures",
    "qtkit.claims.tables",
    "qtkit.claims.verdicts",
    "qtkit.claims.statistics",
    "qtkit.claims.search",
    "qtkit.claims.reproduction",
    "qtkit.claims.gallery",
    "qtkit.league",
    "qtkit.panels",
    "qtkit.labs",
    "qtkit.grading",
)
"""The modules of the reference, in the order in which data flow."""

LIVE = '<iframe class="playground" src="{}playground.html" title="The playground: press Start"></iframe>'
HEAD = """---
hide-toc: true
---
<style>@media (min-width: 82em) { .content { width: min(62em, 100vw - 22em); } }</style>

"""
DOCUMENTS = (
    "installing",
    "teaching",
    "playground",
    "library",
    "circuits",
    "tasks",
    "generators",
    "search",
    "league",
    "runs",
    "results",
    "statistics",
    "speed",
    "data",
)
"""Their order; those that are not named come after them."""
REFERENCE = ("api/python", "api/command", "CONTRIBUTING", "CHANGELOG")

PANEL = "<p><em>A live panel stands here while the notebook runs.</em></p>"
STYLE = """
@media (min-width: 105em) { .content { width: 60em; } }
iframe.playground { width: 100%; height: 940px; border: 0; }
@media (max-width: 60em) { iframe.playground { height: 1500px; } }
.math { overflow-x: auto; }
.cell_output .text_html { overflow-x: auto; }
.cell_output .dataframe { border: 0; border-collapse: collapse; font-size: 0.85em; }
.cell_output .dataframe :is(td, th) { border: 0; padding: 0.25em 0.6em; text-align: right; white-space: nowrap; }
.cell_output .dataframe thead { border-bottom: 1px solid var(--color-foreground-border); }
.cell_output .dataframe tbody tr:nth-child(odd) { background: var(--color-background-secondary); }
@media (max-width: 700px) {
  .modebar { display: none; }
  .figure-that-scrolls { overflow-x: auto; }
  .figure-that-scrolls .plotly-graph-div { min-width: var(--least); }
}
"""


def stage(folder: Path, *, outputs: bool = True) -> None:
    """Lay out all pages in `folder`.

    Arguments:
        outputs: show notebooks as they ran; else as they are, without running any.
    """
    for pattern in (*PAGES, *FILES):
        for path in sorted(ROOT.glob(pattern)):
            copy = folder / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    for path in (folder / "results" / "benchmarks").glob("*.md"):  # tables without a title
        path.write_text(
            f"---\norphan: true\n---\n# Benchmark: {path.stem}\n\n{path.read_text(encoding='utf-8')}", "utf-8"
        )
    readme, document = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/playground.md"))
    (folder / "index.md").write_text(HEAD + with_playground(readme) + contents(), "utf-8")
    (folder / "docs" / "playground.md").write_text(with_playground(document, up="../"), "utf-8")
    write_playground(folder / "playground.html")
    static = folder / "_static"
    static.mkdir()
    (static / "site.css").write_text(STYLE, "utf-8")
    (static / "plotly.min.js").write_text(get_plotlyjs(), "utf-8")
    (folder / "api").mkdir()
    (folder / "api" / "python.rst").write_text("\n".join(reference()), "utf-8")
    (folder / "api" / "command.md").write_text("\n".join(command_reference()), "utf-8")
    (folder / "notebooks").mkdir()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = executed(path) if outputs else nbformat.read(path, as_version=4)
        nbformat.write(without_kernel(notebook), folder / "notebooks" / path.name)


def with_playground(page: str, up: str = "") -> str:
    """A page with the playground live instead of its moving picture.

    Arguments:
        up: from the page's folder to the site's.

    Raises:
        ValueError: if the page does not show the picture once.
    """
    page, changed = re.subn(r"!\[[^\]]*\]\((?:docs/)?playground\.webp\)", LIVE.format(up), page)
    if changed != 1:
        raise ValueError(f"a page with the playground must show playground.webp once, got {changed}")
    return page


def contents() -> str:
    """The contents of the site, which stand beside every page."""
    documents = {path.relative_to(ROOT / "docs").with_suffix("").as_posix() for path in ROOT.glob("docs/**/*.md")}
    ordered = [*DOCUMENTS, *sorted(documents - set(DOCUMENTS))]
    chapters = {
        "Notebooks": [f"notebooks/{path.stem}" for path in sorted(ROOT.glob("notebooks/*.ipynb"))],
        "Documents": [f"docs/{name}" for name in ordered],
        "Reference": REFERENCE,
    }
    lists = (
        "\n".join(("", "```{toctree}", ":hidden:", f":caption: {chapter}", *pages, "```", ""))
        for chapter, pages in chapters.items()
    )
    return "".join(lists)


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook as it ran at toy scale."""
    from nbclient import NotebookClient

    from tests.executed_notebooks import find_executed

    copy = find_executed(path)
    notebook: nbformat.NotebookNode = nbformat.read(copy or path, as_version=4)
    if copy is None:
        print(f"running {path.name}", flush=True)
        os.environ["QTKIT_SCALE"] = "toy"
        place = {"metadata": {"path": str(path.parent)}}
        NotebookClient(notebook, timeout=600, store_widget_state=False, resources=place).execute()
    return notebook


def without_kernel(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with figures that draw themselves, panels as what they left, folded cells folded; changes it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"(?<=\]\()([^)\s#]*\.ipynb)?#([^)\s]+)(?=\))", _anchored, cell.source)
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata.tags = [*cell.metadata.get("tags", []), "hide-input"]
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.pop("application/vnd.jupyter.widget-view+json", None) is not None:
                data.setdefault("text/html", PANEL)
            figure = data.pop("application/vnd.plotly.v1+json", None)
            if figure is not None:
                shown = {part: figure[part] for part in ("data", "layout", "frames") if part in figure}
                library = "../_static/plotly.min.js"
                drawn = to_html(shown, include_plotlyjs=library, full_html=False, validate=False, auto_play=False)
                how = f'class="figure-that-scrolls" tabindex="0" style="--least: {least_width(figure)}px"'
                data["text/html"] = f"<div {how}>{drawn}</div>"
    return notebook


def _anchored(match: re.Match[str]) -> str:
    """A link to a heading as Jupyter names it, as the site names it."""
    words = re.sub(r"[^\w\- ]", "", match[2].replace("-", " ").lower())
    return f"{match[1] or ''}#{words.replace(' ', '-')}"


def public_names(module: ModuleType) -> list[str]:
    """What a module offers: its `__all__`, or the classes and functions that it defines."""
    offered = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__ and callable(thing)
    ]
    return [name for name in offered if not inspect.ismodule(getattr(module, name))]


def reference() -> Iterator[str]:
    """The page of all public names, in reStructuredText; what several modules offer is told at the first of them."""
    yield from ("Python", "======", "")
    told: dict[int, str] = {}
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        yield from (module_name, "-" * len(module_name), "", f".. automodule:: {module_name}", "   :no-members:", "")
        for name in public_names(module):
            thing = getattr(module, name)
            first = told.setdefault(id(thing), f"{module_name}.{name}") if callable(thing) else f"{module_name}.{name}"
            if first != f"{module_name}.{name}":
                yield from (f"{name}: see :obj:`{first}`.", "")
            elif inspect.isclass(thing):
                yield from (f".. autoclass:: {module_name}.{name}", "   :members:", "")
            elif callable(thing):
                yield from (f".. autofunction:: {module_name}.{name}", "")
            else:
                yield from (f".. py:data:: {module_name}.{name}", "", *indented(words_of_data(module, name)), "")


def words_of_data(module: ModuleType, name: str) -> list[str]:
    """The string below a constant, in the module that it comes from."""
    tree = ast.parse(inspect.getsource(module))
    homes = (node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) if _imports(node, name))
    home = next((home for home in homes if home), None)
    if home is not None:
        return words_of_data(importlib.import_module(home), name)
    return ModuleAnalyzer.for_module(module.__name__).find_attr_docs().get(("", name), [])


def _imports(node: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name for alias in node.names)


def indented(lines: list[str]) -> list[str]:
    """The lines as the body of a directive."""
    return [f"   {line}" for line in lines]


def command_reference() -> Iterator[str]:
    """The page of the command `qtkit`: what each part of it says of itself."""
    yield from ("# The command `qtkit`", "")
    yield from _commands(command, click.Context(command, info_name="qtkit"))


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        part = group.get_command(context, name)
        if part is not None:
            inner = click.Context(part, info_name=name, parent=context, max_content_width=100)
            yield from (f"## {inner.command_path}", "", "```text", part.get_help(inner), "```", "")
            if isinstance(part, click.Group):
                yield from _commands(part, inner)


def build(target: Path, *, outputs: bool = True) -> int:
    """Write the site to `target`; returns Sphinx's exit status, not 0 after any warning."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.mkdir()
        stage(source, outputs=outputs)
        shutil.copy(ROOT / "tools" / "conf.py", source)
        arguments = ["-b", "html", "-q", "-W", "--keep-going", "-d", f"{folder}/doctrees", str(source), str(target)]
        return sphinx(arguments)  # in this process, which has imported what the reference tells of


def main() -> None:
    """Build, and say where."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "artifacts" / "site")
    parser.add_argument("--no-outputs", action="store_true", help="show the notebooks as they are, and run none")
    options = parser.parse_args()
    status = build(options.folder, outputs=not options.no_outputs)
    if not status:
        print(options.folder / "index.html")
    raise SystemExit(status)


if __name__ == "__main__":
    main()
