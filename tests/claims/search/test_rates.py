"""Each model at its own best rate, chosen by the training data."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from qtkit.circuits.ansatz import Ansatz
from qtkit.claims.search.rates import best_rates, claims, training_score
from qtkit.claims.search.shipped import ShippedRun
from qtkit.claims.statistics import FAILS, HOLDS, TOO_FEW
from qtkit.names import OURS, RIVALS
from qtkit.tasks.agents.settings import AgentSettings
from qtkit.tasks.gridworld.settings import GridworldSettings
from qtkit.tasks.protocols import Settings
from qtkit.tasks.registry import task_named
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.search.made import store

SEARCH = SeriesSettings(dataset="bessel", epochs=2, predictions="none")
RATES = (1e-3, 3e-3, 1e-2)
MODELS = ("diffqas", *RIVALS)


def runs(models: tuple[str, ...] = MODELS, seeds: int = 6) -> list[Settings]:
    return [
        dataclasses.replace(SEARCH, model=model, learning_rate=rate, seed=seed)
        for model in models
        for rate in RATES
        for seed in range(seeds)
    ]


def losses(each: Settings) -> dict[str, float]:
    """Trained best at 3e-3, tested best at 1e-2: who looks at the test data takes that."""
    rate = each.to_dict()["learning_rate"]
    ours = 1 if each.model == "diffqas" else 2
    train = {1e-3: 0.3, 3e-3: 0.1, 1e-2: 0.2}[rate]
    test = {1e-3: 1e-2, 3e-3: 1e-3 * ours, 1e-2: 1e-5}[rate] * (1 + 0.1 * each.seed)
    return {"train_loss": train, "test_loss": test}


def test_the_test_data_have_no_say(tmp_path: Path) -> None:
    store(tmp_path, runs(), losses)
    found = best_rates(tmp_path)
    assert set(found["rate"]) == {3e-3} and set(found["tried"]) == {3} and set(found["seeds"]) == {6}
    assert found["model"].tolist() == [OURS, *RIVALS.values()]
    ours = found[found["model"] == OURS].iloc[0]
    assert ours["merits"][0] == pytest.approx(3) and ours["numbers"] == 123
    assert ours["low"] <= ours["merit"] <= ours["high"] and ours["spread"] == pytest.approx(0.176, abs=1e-3)
    assert found.loc[found["model"] == "Fourier", "numbers"].item() == 135
    assert (ours["experiment"], ours["settings"]) == ("Bessel", "as written, 2 epochs")
    assert set(found["edge"]) == {""}, "3e-3 has rates on both sides"
    of_all, *of_each = claims(found)
    assert of_all.verdict == HOLDS and "better in 6 of 6 seeds, typically by a factor of 2 (2 to 2)" in of_all.evidence
    assert {claim.verdict for claim in of_each} == {HOLDS}
    told = [claim.text.partition("better than ")[2].partition(",")[0] for claim in of_each]
    assert told == list(RIVALS.values()), "and each rival alone"


def test_a_rival_at_its_best_may_win(tmp_path: Path) -> None:
    def worse(each: Settings) -> dict[str, float]:
        values = losses(each)
        return values | {"test_loss": values["test_loss"] * (10 if each.model == "diffqas" else 1)}

    store(tmp_path, runs(), worse)
    found = claims(best_rates(tmp_path))
    assert {claim.verdict for claim in found} == {FAILS} and len(found) == 1 + len(RIVALS)
    assert found[1].evidence == "Fourier is better in 6 of 6 seeds, typically by a factor of 5 (5 to 5)"


@pytest.mark.parametrize(("best", "edge"), [(1e-3, "lowest"), (1e-2, "highest"), (3e-3, "")])
def test_a_best_rate_at_the_edge_of_the_grid_is_told(tmp_path: Path, best: float, edge: str) -> None:
    def at(each: Settings) -> dict[str, float]:
        of_rivals = each.model != "fourier" or each.to_dict()["learning_rate"] == best
        return losses(each) | ({"train_loss": 0.01 if of_rivals else 1.0} if each.model == "fourier" else {})

    store(tmp_path, runs(("diffqas", "fourier", "hashed")), at)
    found = best_rates(tmp_path)
    assert found["edge"].tolist() == ["", edge, ""]
    of_all, fourier, hashed = claims(found)
    words = f"at the edge of the grid: Fourier with the {edge} rate"
    assert [words in claim.evidence for claim in (of_all, fourier)] == [bool(edge)] * 2
    assert "edge of the grid" not in hashed.evidence


def test_a_circuit_stored_under_its_number_and_its_parts_counts_by_the_nearer_run(tmp_path: Path) -> None:
    by_number = [dataclasses.replace(SEARCH, candidates=(5,), learning_rate=rate) for rate in RATES]
    store(tmp_path, by_number, losses)
    parts = [dataclasses.replace(each, candidates=(Ansatz(True, "cyc", "ry"),)) for each in by_number]
    store(tmp_path / "search", parts, lambda each: losses(each) | {"test_loss": 1.0})
    (found,) = best_rates(tmp_path)["merits"]
    assert found[0] > 1


def test_a_rival_of_another_size_is_another_model(tmp_path: Path) -> None:
    usual = runs(("fourier", "mapping"), seeds=1)
    store(tmp_path, [*usual, *(dataclasses.replace(each, candidates=(5, 2)) for each in usual)], losses)
    assert best_rates(tmp_path)["model"].tolist() == ["Mapping alone", "Fourier", "Fourier · 135 numbers"]


def test_one_rate_is_no_choice(tmp_path: Path) -> None:
    store(tmp_path, [SEARCH, *runs(("fourier",), 1)], losses)
    assert best_rates(tmp_path)["model"].tolist() == ["Fourier"]
    assert claims(best_rates(tmp_path)) == []


def test_without_a_choice_of_rates_the_plan_is_told(tmp_path: Path) -> None:
    store(tmp_path, [SEARCH], losses)
    with pytest.raises(FileNotFoundError, match="runs at several learning rates; to compute them: qtkit sweep rates"):
        best_rates(tmp_path)


def test_few_seeds_or_rivals_are_told(tmp_path: Path) -> None:
    store(tmp_path, runs(("diffqas", "fourier"), 2), losses)
    claim, alone = claims(best_rates(tmp_path))
    assert claim.verdict == alone.verdict == TOO_FEW and "no runs of" not in alone.evidence
    assert claim.evidence.startswith("2 of 6 seeds that all have in common; no runs of Subspace, Random P, Hashed")


@pytest.mark.parametrize(("task", "settings"), [("gridworld", GridworldSettings()), ("agents", AgentSettings())])
def test_agents_are_tuned_by_what_they_earned_before_the_end(task: str, settings: Settings) -> None:
    rows = pd.DataFrame(
        {"episode": range(11), "mean_return": [0.2] * 10 + [0.9], "moving_mean": 0.5}, index=range(5, 16)
    )
    run = ShippedRun("k", task_named(task), "room", settings, {}, lambda: rows, 0.5)
    assert training_score(run) == pytest.approx(0.2)
    assert training_score(dataclasses.replace(run, cut=lambda: rows.tail(1))) == pytest.approx(0.9)
