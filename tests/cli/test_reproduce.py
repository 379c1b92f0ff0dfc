"""`qtkit reproduce`: the list, a quick try from run to page, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qtkit.claims import reproduction
from qtkit.cli.main import main
from qtkit.runs import Store, results
from qtkit.tasks.images.settings import ImageSettings
from tests.claims.shipped import accuracies, ship


def reproduce(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["reproduce", *arguments])


def test_the_list_says_how_all_stands(tmp_path: Path) -> None:
    ship(tmp_path / "images", [ImageSettings(epochs=20)], accuracies(lambda _: 0.9))
    shown = reproduce("fig1", "fig5", "table1", "--list", "--results", str(tmp_path))
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.output.split())
    assert "fig1 A usual variational circuit" in text and "a drawing: notebooks/01_from_vqc" in text
    assert (
        "written not enough runs; DiffQAS 0.900 over 1 seed; 1 run stored; "
        "qtkit reproduce fig5 --reading written (2 h 45 min on one core)" in text
    )
    assert "not enough runs: DiffQAS comes close to the best baseline on MNIST 1/5" in text, "each claim of few items"
    assert "heard not enough runs; 0 runs stored" in text and "qtkit.CANDIDATES are these twelve" in text


@pytest.mark.slow
def test_a_quick_try_goes_from_runs_to_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reproduction.settings_of

    def one_model(*arguments: object) -> list[ImageSettings]:
        return [each for each in whole(*arguments) if each.candidates == (1,)]

    monkeypatch.setattr(reproduction, "settings_of", one_model)
    places = ["--store", str(tmp_path / "runs"), "--results", str(tmp_path / "none"), "--to", str(tmp_path / "to")]
    arguments = ["5", "fig1", "--scale", "quick", "--reading", "heard", "--workers", "1", *places]
    done = reproduce(*arguments)
    assert done.exit_code == 0, done.output
    assert "1 run, for some time; what is finished is not computed again" in done.output
    assert "fig5-heard: a quick try: the sample images, 2 epochs, one seed; it shows that all runs" in done.output
    page = (tmp_path / "to" / "fig5-heard.html").read_text()
    assert "A quick try, no reproduction. Figure 5." in page and "Config 1 = 3 = 4 = 6" in page
    shipped = results.load("images", folder=tmp_path / "to" / "results" / "choices")
    assert set(shipped["label"]) == {"Config 1 · probability=scaled · sample"}
    assert len(list(Store(tmp_path / "runs"))) == 1
    again = reproduce(*arguments)
    assert "1 of 1 runs finished, 0 of them now" in again.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fig15"], "the paper has no 'fig15'"),
        (["fig5", "--reading", "seeing"], "fig5 has the readings written, heard, got seeing"),
        (["fig5", "--reading", "loud"], "there is no reading 'loud'"),
    ],
)
def test_what_it_refuses(tmp_path: Path, arguments: list[str], words: str) -> None:
    refused = reproduce(*arguments, "--store", str(tmp_path))
    assert refused.exit_code == 1 and words in refused.output
