"""The tables from stored results: numbers, verdicts, and how they are printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from qtkit.claims.rulers import RULERS
from qtkit.claims.tables import TABLES, Judged, judge
from qtkit.claims.verdicts import HOLDS, Claim
from qtkit.cli.main import main
from qtkit.names import OURS
from qtkit.paper import TABLE_II
from qtkit.runs import results
from tests.claims import error_frames


@pytest.mark.slow
def test_table_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(results, "load", error_frames.results)
    judged = judge(2)
    models = judged.summary[judged.summary["model"].isin(TABLE_II)]
    assert len(models) == 65
    assert (models["median"] == models["paper"]).all()
    rest = judged.summary[~judged.summary["model"].isin(TABLE_II)]
    assert len(rest) == 13 and set(rest["model"]) == set(RULERS), "NARMA's windows hold nothing to repeat"
    assert judged.claims and not any(ruler in claim.evidence for claim in judged.claims for ruler in RULERS)
    shown = CliRunner().invoke(main, ["table"])
    assert (shown.exit_code, shown.output) == (0, f"{judged}\n")
    rows = [line for line in shown.output.splitlines() if "Bessel" in line]
    assert rows[0].split()[:2] == ["Bessel", OURS] and "Ours" not in shown.output
    (line,) = [line for line in rows if RULERS[0] in line]
    assert line.split() == ["Bessel", *RULERS[0].split(), "-", "0.0036", *["-"] * 6, "0.15"]
    assert "variance of the test targets" in shown.output
    written = CliRunner().invoke(main, ["table", "2", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 78 rows\n"


def test_there_is_no_other() -> None:
    with pytest.raises(ValueError, match=f"there are the tables {', '.join(TABLES)}, got 1"):
        judge(1)


def test_help_names_every_table() -> None:
    shown = CliRunner().invoke(main, ["table", "--help"]).output
    for name, each in TABLES.items():
        assert f"{name} {each.title}" in " ".join(shown.split())


def test_a_table_as_text() -> None:
    """Whole numbers that are not there are a dash, as fractions are."""
    summary = pd.DataFrame({"model": ["a", "b"], "seeds": [3, None], "error": [0.12345, None]})
    summary = summary.astype({"seeds": "Int64"})
    claims = [Claim("a is lower", HOLDS, "3 of 3", None)]
    assert str(Judged(summary, claims, {"error": ".2f"}, "error: of the test part")).splitlines() == [
        "model seeds error",
        "    a     3  0.12",
        "    b     -     -",
        "error: of the test part",
        "",
        "           holds: a is lower (3 of 3)",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("accuracies_shipped")
def test_the_table_of_accuracies(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["table", "accuracies"])
    assert shown.exit_code == 0, shown.output
    rows = [line for line in shown.output.splitlines() if "FashionMNIST 5/7" in line and "0.900" in line]
    assert len(rows) >= 15 and "not enough runs: DiffQAS comes close" in shown.output
    assert "3 of 6 seeds that all models have in common" in shown.output
    written = CliRunner().invoke(main, ["table", "accuracies", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 45 rows\n"


def test_accuracies_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep images"):
        judge("accuracies", folder=tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("rewards_shipped")
def test_the_table_of_rewards(tmp_path: Path) -> None:
    shown = CliRunner().invoke(main, ["table", "rewards"])
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert "Random actions" in shown.output and len([line for line in lines if " 6 × 6 " in line and "0.600" in line])
    assert lines[-1].strip() == (
        "not enough runs: the trends on 6 × 6 are those on 5 × 5: "
        "above most baselines in reward and in stability on both (see above)"
    )
    written = CliRunner().invoke(main, ["table", "rewards", "--to", str(tmp_path / "t.csv")])
    assert written.output == f"{tmp_path}/t.csv: 32 rows\n"


def test_rewards_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stored results in .*; to compute them: qtkit sweep gridworld"):
        judge("rewards", folder=tmp_path)


def test_what_is_about_something() -> None:
    summary = pd.DataFrame({"pair": ["MNIST 1/5", "FashionMNIST 5/7"], "settings": "heard", "seeds": [6, 5]})
    claims = [Claim(f"on {pair} (heard) it is so", HOLDS, "τ 0.5 of 6", None) for pair in summary["pair"]]
    judged = Judged(summary, claims, note="What pairs are.")
    one = judged.about("fashionmnist 5/7", "heard")
    assert one.summary["seeds"].tolist() == [5] and one.claims == claims[1:] and one.note
    assert judged.about("mnist").summary.equals(summary) and judged.about("HEARD").claims == claims
    only_claims = judged.about("it is so", "1/5")
    assert str(only_claims) == str(claims[0]), "a table of no row needs no head and no note"
    with pytest.raises(ValueError, match="nothing in this table is about 'heard', 'CartPole'"):
        judged.about("heard", "CartPole")


@pytest.mark.slow
def test_the_command_shows_what_it_is_asked_about() -> None:
    shown = CliRunner().invoke(main, ["table", "accuracies", "--about", "MNIST 1/5", "--about", "Config 1"])
    assert shown.exit_code == 0, shown.output
    rows = [line for line in shown.output.splitlines() if line.lstrip().startswith("MNIST 1/5")]
    assert rows and all("Config 1" in row for row in rows)
    both = CliRunner().invoke(main, ["table", "search", "--about", "heard", "--figure", "f.html"])
    assert both.exit_code and "--figure shows all of a table: without --about" in both.output
