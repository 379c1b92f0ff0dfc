"""`qtkit gallery`: where the page goes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from qtkit.cli.main import main


def test_it_says_where_the_page_is(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["gallery", "fig1", "--to", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(tmp_path / "page.html")
    assert "Figure 1." in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_it_refuses_what_is_not_in_the_paper(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["gallery", "fig15", "--to", str(tmp_path / "page.html")])
    assert refused.exit_code == 1 and "the paper has no 'fig15'" in refused.output
    assert not (tmp_path / "page.html").exists()
