"""`qtkit league` tells what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from qtkit.cli.main import main
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS
from tests.league.conftest import results, write  # noqa: F401  fixtures


@pytest.mark.slow
def test_standings_and_verdicts(results: Path, tmp_path: Path) -> None:  # noqa: F811
    done = CliRunner().invoke(main, ["league", "bessel", "--results", str(results)], catch_exceptions=False)
    assert done.exit_code == 0
    for words in ("117", "DiffQAS", "halving", "regret: what the pick's merit lacks", "on bessel after 36 evaluations"):
        assert words in done.output
    page = tmp_path / "league.html"
    done = CliRunner().invoke(main, ["league", "bessel", "--figure", str(page), "--results", str(results)])
    assert done.exit_code == 0 and page.stat().st_size > 100_000


def test_no_table(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["league", "--results", str(tmp_path)])
    assert done.exit_code == 1 and "to compute it: qtkit sweep league" in done.output


def test_help_names_the_tasks() -> None:
    shown = " ".join(CliRunner().invoke(main, ["league", "--help"]).output.split())
    assert f"TASK is {', '.join(LEAGUE_TASKS[:-1])} or {LEAGUE_TASKS[-1]}" in shown
    assert f"[default: on {LEAGUE_TASKS[0]}]" in shown
