"""What the gallery gathers: a view a reading, the figure's title in its words, and where its runs lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from qtkit.claims.gallery import Gallery, gather, write_gallery
from qtkit.claims.gallery.sources import find_sources
from qtkit.claims.reproduction import items_named
from qtkit.names import BASELINES
from qtkit.tasks.images.settings import ImageSettings
from qtkit.tasks.readings import HEARD, WRITTEN
from tests.claims.shipped import accuracies, ship


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Figure 5 as written: the search with two seeds, and config 2."""
    runs = [ImageSettings(epochs=20, seed=seed) for seed in range(2)]
    ship(tmp_path / "images", [*runs, ImageSettings(epochs=20, candidates=(2,))], accuracies(lambda _: 0.9))
    return tmp_path


@pytest.mark.slow
def test_a_view_a_reading(shipped: Path) -> None:
    (entry,) = gather(items_named(["fig5"]), shipped)
    written, heard = entry.views
    assert (written.name, heard.name) == ("fig5-written", "fig5-heard")
    assert entry.heading == "Figure 5. Accuracy and loss while training: the search and twelve baselines."
    assert written.figure is not None and written.figure.layout.title.text is None
    assert written.lines[0] == "As written: the mapping sees P" and written.lines[1].startswith("Incomplete: ")
    assert written.lines[1].endswith(" --to results/images"), "in one line, however often its title is broken"
    assert heard.figure is None and "qtkit sweep images --reading heard" in heard.lines[0]
    assert written.standing.numbers is not None
    assert set(written.standing.numbers["model"]) >= {"DiffQAS", "Config 2"}


def test_where_the_runs_lie(shipped: Path) -> None:
    (item,) = items_named(["fig5"])
    (source,) = find_sources(item, WRITTEN, shipped)
    assert str(source) == f"{shipped.name}/images/mnist-1-5.json: 3 runs, 2026-01-01"
    assert list(find_sources(item, HEARD, shipped)) == []


def test_all_that_comes_from_circuits(tmp_path: Path) -> None:
    entries = gather(items_named(["fig1", "fig2", "fig3", "fig4", "table1"]), tmp_path)
    drawn = {entry.item.name: (entry.drawing.count("<svg"), entry.views[0].figure is not None) for entry in entries}
    assert drawn == {
        "fig1": (2, False),
        "fig2": (0, True),
        "fig3": (4, False),
        "fig4": (0, True),
        "table1": (12, False),
    }
    assert entries[-1].heading.startswith("Table I. ")
    assert all(f'data-model="{label}"' in entries[-1].drawing for label in BASELINES)


def test_the_page_has_all_in_it(shipped: Path) -> None:
    page = write_gallery(shipped / "new" / "page.html", ["fig5", "fig4"], shipped).read_text(encoding="utf-8")
    assert page.count("plotly.js v") >= 1 and page.count('<script type="application/json">') == 2
    for words in (
        "close to the best baseline",
        "<code>qtkit reproduce fig5 --reading heard</code>",
        "DiffQAS 0.900 over 2 seeds",
        "not enough runs",
        "images/mnist-1-5.json: 3 runs",
    ):
        assert words in page
    assert '<script src="' not in page and "<link href" not in page


def test_what_comes_from_stored_files_is_no_markup(shipped: Path) -> None:
    from qtkit.claims.gallery.words import tell_entry

    (entry,) = gather(items_named(["fig5"]), shipped)
    entry.views[0].figure.data[0].name = "</script><b>"
    assert "</script><b>" not in tell_entry(entry)


def test_in_a_notebook_it_has_a_frame_of_its_own(shipped: Path) -> None:
    shown = Gallery("fig4", folder=shipped, height=500)
    assert repr(shown) == "Gallery of fig4"
    html = shown._repr_html_()
    assert html.startswith('<iframe srcdoc="&lt;!doctype html&gt;') and 'title="The gallery: fig4"' in html
    assert "height: 500px" in html and html.count('"') == 6, "nothing of the page ends the attribute"


def test_a_name_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the paper has no 'fig15'"):
        write_gallery(tmp_path / "page.html", ["fig15"])
