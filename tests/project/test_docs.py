"""What README, documents and notebooks say is so: links lead somewhere, code has its names, commands their options."""

from __future__ import annotations

import ast
import importlib
import json
import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from qtkit.cli.main import main
from qtkit.runs import results
from tests.helpers import ROOT

SITE: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "site.py"))
MARKDOWN = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    """The Markdown of a page; of a notebook, that of its cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def blocks(path: Path, *languages: str) -> list[str]:
    return [body for _, language, body in FENCE.findall(text_of(path)) if language in languages]


# --- links ------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    """The names of a page's headings: as GitHub makes them, in a notebook as Jupyter does."""
    headings = re.findall(r"^ {0,3}#{1,6} +(.+?) *$", FENCE.sub("", text_of(path)), re.MULTILINE)
    if path.suffix == ".ipynb":
        return {re.sub(r"[*`]", "", heading).replace(" ", "-") for heading in headings}
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path) -> Iterator[str]:
    """The relative links of a page that lead nowhere: no such file, no such heading."""
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", text_of(path)))
    for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text):
        link = "".join(target)
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        place = path.parent / file if file else path
        if not place.exists() or (anchor and anchor not in anchors(place)):
            yield link


@pytest.mark.parametrize("path", [*MARKDOWN, *NOTEBOOKS], ids=name_of)
def test_links_lead_to_files_and_headings(path: Path) -> None:
    assert list(broken_links(path)) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One, two\n[a](page.md#one-two) [b](#two) [c](none.md) `[d](none)` [e](https://none)\n```\n[f](n)\n```\n"
    )
    assert list(broken_links(page)) == ["#two", "none.md"]


# --- code -------------------------------------------------------------------------------------------------------------


def missing_names(code: str) -> Iterator[str]:
    """What code imports of qtkit, or reads from its modules, and is not there."""
    tree, modules = ast.parse(code), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name == "qtkit"}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "qtkit":
            for alias in node.names:
                yield from _missing(node.module, alias.name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield from _missing(modules[node.value.id], node.attr)


def _missing(module: str, name: str) -> Iterator[str]:
    try:
        importlib.import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        if not hasattr(importlib.import_module(module), name):
            yield f"{module}.{name}"


@pytest.mark.parametrize("path", [*MARKDOWN, *NOTEBOOKS], ids=name_of)
def test_code_is_python_and_its_names_are_there(path: Path) -> None:
    for code in blocks(path, "python"):
        assert list(missing_names(code)) == [], code


def test_missing_names_are_found() -> None:
    code = "import qtkit\nfrom qtkit.runs import sweep, swept\nqtkit.Ansatz, qtkit.Ansätze, qtkit.networks.ImageMLP"
    assert list(missing_names(code)) == ["qtkit.runs.swept", "qtkit.Ansätze"]


@pytest.mark.slow
def test_the_library_does_what_its_page_shows() -> None:
    (code,) = blocks(ROOT / "docs" / "library.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    assert "17 qubits × 15 layers → 108,866 weights, 286 trainable" in repr(names["model"])
    assert names["logits"].shape == (100, 2)


# --- commands ---------------------------------------------------------------------------------------------------------


def lines(path: Path) -> Iterator[list[str]]:
    """The words of each command in a page's shell blocks; what is chained by && or ; is several."""
    for block in blocks(path, "sh", "bash", "bat"):
        for line in re.sub(r"\\\n", " ", block).splitlines():
            for part in re.split(r"&&|;", re.sub(r"(^|\s)#.*", "", line)):
                words = shlex.split(part, posix=False)
                if words:
                    yield words


def unknown(words: list[str]) -> list[str]:
    """The commands and options in `qtkit WORDS` that qtkit does not have."""
    part: click.Command = main
    context = click.Context(part, info_name="qtkit")
    while isinstance(part, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        inner = part.get_command(context, name)
        if inner is None:
            return [name]
        part, context = inner, click.Context(inner, info_name=name, parent=context)
    known = {"--help", *(option for each in part.params for option in (*each.opts, *each.secondary_opts))}
    own = words[: words.index("--")] if "--" in words else words
    return [word for word in own if word.startswith("--") and word.partition("=")[0] not in known]


@pytest.mark.parametrize("path", [*MARKDOWN, *NOTEBOOKS], ids=name_of)
def test_commands_and_options_are_there(path: Path) -> None:
    for program, *words in lines(path):
        if program.replace("\\", "/").rpartition("/")[2] == "qtkit":
            assert unknown(words) == [], words
        elif program == "make":
            targets = [word for word in words if re.fullmatch("[a-z]+", word)]
            assert all(re.search(rf"^{target}:", MAKEFILE, re.MULTILINE) for target in targets), words
        elif program.rpartition("/")[2].startswith("python") and words and words[0].endswith(".py"):
            assert (ROOT / words[0]).is_file(), words


def test_unknown_commands_and_options_are_found() -> None:
    assert unknown(["lab", "--port", "9000", "--", "--ip=0.0.0.0"]) == []
    assert unknown(["run", "images", "--epochs", "2"]) == []
    assert unknown(["run", "images", "--eras", "2"]) == ["--eras"]
    assert unknown(["runs"]) == ["runs"]


# --- README -----------------------------------------------------------------------------------------------------------


def test_the_readme_is_one_screen_with_two_moving_pictures() -> None:
    shown = README.partition("## Cite")[0]
    assert len(shown.splitlines()) <= 80
    assert len(shown.split()) <= 700
    (block,) = FENCE.findall(shown)
    assert len(block[2].splitlines()) == 2, "two commands"
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", shown)
    assert pictures == ["docs/playground.webp", "docs/search-panel.webp"]
    for picture in pictures:
        data = (ROOT / picture).read_bytes()
        assert b"ANIM" in data[:64]
        assert len(data) <= 1_500_000


def test_its_results_are_those_of_the_stored_runs() -> None:
    stored = results.load("images", "mnist-1-5", ROOT / "results" / "choices")
    last = stored[stored.epoch == 50].groupby("label").test_accuracy.median()
    assert stored[stored.label == "DiffQAS"].seed.nunique() == 6
    rows = {
        "trained itself": "Classical",
        "written by the twelve circuits, DiffQAS as": "DiffQAS",
        "written without any circuit": "Mapping alone",
        "written by the twelve circuits, the mapping shown 2ⁿP − 1": "DiffQAS · probability=scaled",
    }
    for words, label in rows.items():
        (accuracy,) = re.findall(rf"^\| {re.escape(words)}[^|\n]*\| [\d,]+ \| ([\d.]+) \|$", README, re.MULTILINE)
        assert float(accuracy) == pytest.approx(last[label], abs=5e-4), words


# --- the site ---------------------------------------------------------------------------------------------------------


def test_all_that_is_offered_is_there_and_in_the_reference() -> None:
    faces = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for pattern in ("__init__.py", "*/__init__.py")
        for path in (ROOT / "qtkit").glob(pattern)
        if "__all__" in path.read_text(encoding="utf-8")
    }
    assert faces - set(SITE["MODULES"]) <= {"qtkit.course"}, "which is for qtkit itself"
    for name in SITE["MODULES"]:
        assert SITE["public_names"](importlib.import_module(name)), name


def test_the_playground_is_live_where_its_picture_is() -> None:
    page = SITE["with_playground"](README, up="../")
    assert 'src="../playground.html"' in page
    assert "playground.webp" not in page
    with pytest.raises(ValueError, match="once, got 0"):
        SITE["with_playground"]("# qtkit")
