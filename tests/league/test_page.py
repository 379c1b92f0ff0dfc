"""The page on the league does what it shows, on the league that ships."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from qtkit import league
from qtkit.league.reading import read_provenance
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS, league_settings
from tests.helpers import ROOT

pytestmark = pytest.mark.slow  # it reads the stored results

PAGE = (ROOT / "docs" / "league.md").read_text(encoding="utf-8")


def text_of(page: str) -> str:
    """A page's text, however its lines are broken."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


@pytest.mark.slow
def test_every_block_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        exec(block, names)
    assert "DiffQAS" in capsys.readouterr().out
    assert [trace.name for trace in names["figure"].data if trace.name][-1] == "short_list"


def test_the_numbers_of_the_page_are_the_plan_s() -> None:
    assert len(league.space()) == 224 and f"Of the {len(league.space())} only 117" in PAGE
    assert len(league.searched("fashion-5-7")) == 36 and "the 36 distinct circuits with seven layers" in PAGE
    assert league_settings("mnist-1-5", 0).epochs == 5 and league_settings("bessel", 0).epochs == 100


def test_what_ships_is_of_the_plan_and_on_official_data() -> None:
    about = read_provenance(ROOT / "results" / "league")
    assert about["command"].startswith("qtkit export league")
    for task, told in about["tasks"].items():
        assert task in LEAGUE_TASKS and told["official"] is True
        assert told["epochs"] == league_settings(task, 0).epochs
        assert told["settings"]["probability"] == "scaled"


def test_what_notebook_08_says_of_sandals_and_sneakers() -> None:
    merits = league.table("fashion-5-7", ROOT / "results").groupby(
        ["start", "entangler", "rotation", "depth"], as_index=False
    )["merit"].mean()  # fmt: skip
    first = merits.sort_values("merit", ascending=False).head(5)
    assert set(first["start"]) == {"H"} and set(first["entangler"]) <= {"CNOT brick", "CNOT ring"}
    assert set(first["rotation"]) <= {"RY", "U3"} and first["depth"].min() >= 7
    best = merits.pivot_table(index="entangler", columns="rotation", values="merit", aggfunc="max")
    signs = [name for name in best.index if name.startswith("CZ")]
    assert all(best.loc["CNOT ring", name] > best.loc[signs, name].max() for name in ("RY", "U3"))
    assert league.place(folder=ROOT / "results")["search"].iloc[-1] == "random", "luck is the last"


def test_what_the_pages_and_notebook_08_say_of_diffqas() -> None:
    verdicts = {
        task: [claim.verdict for claim in league.claims(task, folder=ROOT / "results")] for task in LEAGUE_TASKS
    }
    assert set(verdicts["fashion-5-7"]) == set(verdicts["mnist-1-5"]) == {"within noise"}
    assert verdicts["bessel"] == ["within noise"] * 3 + ["does not hold"] * 3  # after 18 evaluations, and after 36
    for task in ("fashion-5-7", "mnist-1-5"):
        merits = league.table(task, ROOT / "results").groupby("architecture")["merit"].mean()
        assert list(merits.nlargest(2).index) == ["H, CNOT ring, U3 × 15", "H, CNOT ring, RY × 15"]


@pytest.mark.parametrize(
    ("task", "name", "places"),
    [("fashion-5-7", "FashionMNIST 5/7", 3), ("mnist-1-5", "MNIST 1/5", 3), ("bessel", "Bessel", 2)],
)
def test_the_regrets_of_the_page_are_the_tables(task: str, name: str, places: int) -> None:
    lines = PAGE[PAGE.index(f"| {name}, ") :].splitlines()
    costs = league.standings(task, folder=ROOT / "results").groupby("cost")
    for line, (_, standings) in zip(lines, costs, strict=False):
        found = standings.set_index("search")[["regret", "low", "high"]].map(f"{{:.{places}f}}".format)
        ours = "{regret} ({low} to {high})".format(**found.loc["DiffQAS"])
        cells = [cell.strip() for cell in line.split("|")[3:-1]]
        assert cells == [ours, *found.loc[["random", "halving", "evolution"], "regret"]]


def test_the_sentences_of_the_results_are_the_tables() -> None:
    covered = league.coverage(ROOT / "results").set_index("task")
    assert set(covered["architectures"]) == {224} and set(covered["seeds"]) == {3} and set(covered["searches"]) == {6}
    assert {len(league.searched(task)) for task in LEAGUE_TASKS} == {36}
    text = text_of("docs/results.md")
    assert "what each of 224 circuits is worth alone (three seeds, `results/league`)" in text
    assert "DiffQAS over 36 circuits, five epochs, six seeds, has a regret of" in text
    found = league.standings(folder=ROOT / "results").set_index(["task", "search"]).sort_values("cost")

    def regrets(task: str, at: int) -> pd.DataFrame:
        """By search, after the first or the last of the costs."""
        return found.loc[task].groupby("search").nth(at)

    fashion, digits, series = regrets("fashion-5-7", 0), regrets("mnist-1-5", 0), regrets("bessel", -1)
    ours = "{regret:.3f} ({low:.3f} to {high:.3f})"
    random, halving = fashion.loc[["random", "halving"], "regret"]
    assert (
        f"{ours.format(**fashion.loc['DiffQAS'])} in accuracy on FashionMNIST 5/7 where random search at the same cost "
        f"of {fashion['cost'].iloc[0]:g} trainings has {random:.3f} and successive halving {halving:.3f}"
    ) in text
    both = {f"{regret:.3f}" for regret in digits.loc[["random", "halving"], "regret"]}
    assert f"and {ours.format(**digits.loc['DiffQAS'])} on MNIST 1/5 where both have {both.pop()}" in text and not both
    factors = 10 ** (series.loc["DiffQAS", "regret"] - series.loc[["random", "halving"], "regret"])
    assert "by a factor of {:.1f} and {:.1f} in error".format(*factors) in text


def test_luck_finds_as_good_circuits() -> None:
    assert "luck at the same cost finds as good ones" in text_of("README.md")
    for task in LEAGUE_TASKS:
        of_luck = [claim.verdict for claim in league.claims(task, folder=ROOT / "results") if "random" in claim.text]
        assert len(of_luck) == 2 and "holds" not in of_luck
