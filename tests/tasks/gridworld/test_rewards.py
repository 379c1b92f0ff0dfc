"""What is shipped of gridworld runs: thin curves, exact sums, last policies; and what the repository ships."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from qtkit import labs
from qtkit.circuits.ansatz import Ansatz
from qtkit.claims import figures, tables
from qtkit.claims import gridworld as rewards
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, TOO_FEW
from qtkit.names import CONTROLS, OURS
from qtkit.records import schema_of, to_frame
from qtkit.runs import Store, StoredRun, results, run
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from qtkit.tasks.gridworld.rewards import (
    EPISODES_PER_ROW,
    Episodes,
    deviation,
    final_policy,
    reward_rows,
    reward_summary,
)
from qtkit.tasks.gridworld.training import Record
from qtkit.tasks.series import SeriesSettings, SeriesTraining
from tests.helpers import ROOT, after

SMALL = GridworldSettings(model="classical", episodes=120, workers=4)
TINY = dataclasses.replace(SMALL, model="mapping", episodes=20)


def records(ended: list[list[float]], weights: int = 0, **columns: list) -> pa.Table:
    """Records of rounds in which episodes of these returns ended, the first record without any as in a run."""
    count = np.cumsum([len(round_) for round_ in ended]).tolist()
    rows = [
        {
            "step": 4 * i,
            "episode": count[i],
            "environment_steps": 10 * i,
            "loss": None,
            "policy_loss": None,
            "value_loss": None,
            "entropy": float(i) if i else None,
            "returns": round_,
            "lengths": [int(100 - 50 * value) for value in round_],
            "weights": [i + k / 100 for k in range(weights)],
            "value_weights": [-i - k / 100 for k in range(weights)],
            "seconds": i / 4,
            "workers": 4,
        }
        | {name: values[i] for name, values in columns.items()}
        for i, round_ in enumerate(ended)
    ]
    return pa.Table.from_pylist(rows, schema=schema_of(Record))


@pytest.fixture(scope="module")
def made_up() -> tuple[pa.Table, np.ndarray]:
    """2,345 episodes, up to 16 a round, and their returns."""
    generator = np.random.default_rng(5)
    returns = np.where(generator.random(2_345) < 0.4, 0.0, generator.random(2_345))
    ended, left = [[]], returns.tolist()
    while left:
        size = int(generator.integers(0, 17))
        ended.append(left[:size])
        left = left[size:]
    return records(ended, weights=12), returns


def test_rows_are_computed_from_every_episode(made_up) -> None:
    table, returns = made_up
    frame = reward_rows(table, GridworldSettings())
    assert frame["episode"].tolist() == [*range(100, 2_301, 100), 2_345]
    assert list(frame.columns[:7]) == [
        *("episode", "mean_return", "mean_length", "success", "moving_mean", "moving_std", "moving_length")
    ]
    moving = pd.Series(returns).rolling(1_000, min_periods=1)
    at = frame["episode"] - 1
    np.testing.assert_allclose(frame["moving_mean"], moving.mean()[at], rtol=1e-6)
    np.testing.assert_allclose(frame["moving_std"], moving.std(ddof=0)[at], rtol=1e-6)
    lengths = np.array([int(100 - 50 * value) for value in returns])
    np.testing.assert_allclose(frame["moving_length"], pd.Series(lengths).rolling(1_000, 1).mean()[at], rtol=1e-6)
    for row, start in zip(frame.itertuples(), range(0, 2_345, EPISODES_PER_ROW), strict=True):
        assert row.mean_return == pytest.approx(returns[start : row.episode].mean(), rel=1e-6)
        assert row.mean_length == pytest.approx(lengths[start : row.episode].mean(), rel=1e-6)
        assert row.success == pytest.approx((returns[start : row.episode] > 0).mean(), rel=1e-6)


def test_rows_tell_of_the_round_in_which_their_last_episode_ended(made_up) -> None:
    table, _ = made_up
    frame = reward_rows(table, GridworldSettings())
    counted = table.column("episode").to_numpy()
    rounds = [int(np.argmax(counted >= end)) for end in frame["episode"]]
    assert frame["environment_steps"].tolist() == [10 * i for i in rounds]
    assert frame["seconds"].tolist() == [i / 4 for i in rounds]
    assert frame["w3"].tolist() == np.float32([i + 0.02 for i in rounds]).tolist()
    assert frame["v12"].tolist() == np.float32([-i - 0.11 for i in rounds]).tolist()
    assert list(frame.columns[-24:]) == [f"{letter}{k}" for letter in "wv" for k in range(1, 13)]
    before = [0, *rounds[:-1]]
    expected = [np.mean(range(first + 1, last + 1)) for first, last in zip(before, rounds, strict=True)]
    np.testing.assert_allclose(frame["entropy"], expected)
    assert set(map(str, frame.dtypes)) == {"int32", "float32"}


def test_several_rows_may_end_in_one_round() -> None:
    table = records([[], [0.5] * 90, [0.25] * 150])
    frame = reward_rows(table, GridworldSettings(model="classical"))
    assert frame["episode"].tolist() == [100, 200, 240]
    assert frame["entropy"].tolist() == [1.5, 2.0, 2.0]
    assert frame["mean_return"].tolist() == pytest.approx([0.475, 0.25, 0.25])
    assert not [name for name in frame if name[0] in "wv" and name[1:].isdigit()], "no weights without candidates"


def test_equal_returns_have_no_deviation() -> None:
    assert deviation(np.full(1_000, 0.955)) == 0.0
    assert deviation(np.array([0.0, 1.0])) == 0.5
    assert reward_rows(records([[], [0.955] * 100]), SMALL)["moving_std"].tolist() == [0.0]


def test_a_mean_is_passed_by_a_full_window_only() -> None:
    returns = [0.9] * 500 + [0.0] * 1_000 + [1.0] * 1_500
    episodes = Episodes.of(records([[], returns]))
    assert episodes.passed(0.5) == 2_000
    assert episodes.passed(0.45) == 1_000, "the first episode's 0.9 is not counted"
    assert episodes.passed(1.0) == 2_500
    assert episodes.passed(1.1) is None
    assert episodes.passed(0.9, size=100) == 100
    assert Episodes.of(records([[], [1.0] * 999])).passed(0.5) is None, "no full window"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (records([[], []]), "the records hold no episode that has ended"),
        (records([[], [1.0]]).drop_columns("returns"), r"lack the columns \['returns'\]; they have \['step', "),
        (records([[], [1.0]], episode=[0, 2]), "count 2 episodes and hold 1 returns and 1 lengths"),
        (records([[], [1.0]], lengths=[[], [3, 4]]), "count 1 episodes and hold 1 returns and 2 lengths"),
        (records([[], [1.0]]).slice(0, 0), "the records hold no episode that has ended"),
    ],
)
def test_records_that_do_not_add_up(table: pa.Table, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reward_rows(table, SMALL)


def test_two_lists_of_weights_become_columns() -> None:
    table = records([[], [1.0]], weights=2)
    frame = to_frame(table, GridworldSettings(candidates=(2, Ansatz(entangler=((0, 1),)))))
    assert frame["w2"].tolist() == [0, 1] and frame["vA"].tolist() == pytest.approx([-0.01, -1.01])
    assert "weights" not in frame and "value_weights" not in frame
    classical = to_frame(records([[], [1.0]]), GridworldSettings(model="classical"))
    assert "weights" not in classical and "value_weights" not in classical


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("runs"))
    run(SMALL, store=store)
    run(TINY, store=store)
    run(dataclasses.replace(SMALL, seed=7), store=store, stop=after(2))
    return store


@pytest.fixture(scope="module")
def shipped(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    assert results.export(store, folder / "gridworld") == {"minigrid-empty-5x5-v0": 2}
    return folder


@pytest.mark.slow
def test_a_run_is_shipped_with_its_curve_and_summary(store: Store, shipped: Path) -> None:
    done = store.run(SMALL)
    table = results.load("gridworld", folder=shipped)
    curve = table[table["run"] == done.key]
    assert curve["episode"].tolist() == [100, 120]
    own = np.concatenate(done.records()["returns"].tolist())
    assert curve["moving_mean"].iloc[-1] == pytest.approx(own.mean(), rel=1e-6)
    assert curve["label"].unique().tolist() == ["Classical · workers=4"], "the longest does not tell its length"
    told = results.summaries("gridworld", folder=shipped).set_index("run").loc[done.key]
    assert told["episodes_done"] == 120 and told["model"] == "classical"
    assert told["last_1000_return"] == told["last_5000_return"] == own.mean()
    assert told["last_1000_std"] == own.std()
    assert told["environment_steps"] == curve["environment_steps"].iloc[-1] == done.records()["environment_steps"].max()
    assert np.isnan(told["passed_0.5"]) and told["shortest_length"] == 5


def test_the_last_policy_is_evaluated(store: Store) -> None:
    done = store.run(SMALL)
    told = final_policy(done, episodes=200, seed=0)
    assert told["evaluation_episodes"] == 200
    expected = done.training().evaluate(200)
    for name, value in expected.items():
        assert told[name] == value, name
    assert 0 < told["random_return"] < told["shortest_return"] == pytest.approx(0.955)
    assert 0 <= told["sampled_success"] <= 1
    assert reward_summary(done).keys() >= {"greedy_return", "sampled_length", "last_5000_std", "passed_0.9", "updates"}


def test_an_unfinished_run_has_no_summary(store: Store) -> None:
    with pytest.raises(ValueError, match="the records hold no episode"):
        reward_summary(store.run(dataclasses.replace(SMALL, seed=7)))
    with pytest.raises(FileNotFoundError):
        reward_summary(StoredRun(store.root / "gridworld" / "nothing"))


def test_a_run_of_another_task_has_no_policy() -> None:
    run = SimpleNamespace(training=lambda: SeriesTraining(SeriesSettings(model="mapping")))
    with pytest.raises(
        ValueError, match="a policy is that of a run of 'gridworld' or 'agents'; here is SeriesTraining"
    ):
        final_policy(run)


def test_shipped_again_the_others_stay(store: Store, tmp_path: Path, shipped: Path) -> None:
    for done in [each for each in store if each.finished]:
        results.export([done], tmp_path / "gridworld")
    again, whole = (results.load("gridworld", folder=folder) for folder in (tmp_path, shipped))
    pd.testing.assert_frame_equal(again, whole)
    pd.testing.assert_frame_equal(*(results.summaries("gridworld", folder=folder) for folder in (tmp_path, shipped)))


def test_labs_find_them(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QTKIT_RESULTS", str(shipped))
    found = labs.stored("gridworld", "minigrid-empty-5x5-v0", model="mapping")
    assert found["episode"].tolist() == [20]
    assert labs.stored("gridworld", "minigrid-empty-6x6-v0") is None


# What the repository ships


SHIPPED = [
    (number, name)
    for number, name in figures.EXPERIMENT.items()
    if (ROOT / "results" / "gridworld" / f"{name}.parquet").exists()
]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "name"), SHIPPED)
def test_shipped_runs_are_those_of_the_figure(number: int, name: str) -> None:
    """A part of a figure would not be shipped."""
    table = results.load("gridworld", name, ROOT / "results")
    runs = results.summaries("gridworld", name, ROOT / "results")
    assert not rewards.find_missing(runs).get(name)
    assert (table.groupby("run")["episode"].max() == runs.set_index("run")["episodes_done"]).all()
    for _, curve in table.groupby("run"):
        assert (curve["episode"].diff().dropna() > 0).all()
        assert curve[["moving_mean", "moving_std", "entropy", "environment_steps"]].notna().all(axis=None)
        assert curve["moving_mean"].between(0, 1).all() and curve["moving_std"].between(0, 0.5).all()
    assert set(CONTROLS[:1]) <= set(runs["label"]), "the networks themselves too"
    ours = table[table["label"] == OURS]
    assert ours[[f"{letter}{k}" for letter in "wv" for k in range(1, 13)]].notna().all(axis=None)
    drawn = figures.figure(number, folder=ROOT / "results", controls=True)
    assert "Incomplete" not in drawn.layout.title.text
    for told in results.provenance("gridworld", name, ROOT / "results")["runs"].values():
        assert not any(session["git"]["changed"] for session in told["sessions"]), "from a commit, so that it is known"


def test_shipped_runs_are_small() -> None:
    """A bound a run: some hundred rows of its curve, its settings and its summary."""
    runs = sum(len(results.summaries("gridworld", name, ROOT / "results")) for _, name in SHIPPED)
    assert runs > 0
    assert sum(path.stat().st_size for path in (ROOT / "results" / "gridworld").glob("*")) < 40_000 * runs


@pytest.mark.parametrize(("number", "name"), SHIPPED)
def test_shipped_runs_give_a_verdict_on_every_claim(number: int, name: str) -> None:
    judged = tables.judge("rewards", folder=ROOT / "results")
    room = rewards.TITLES[name]
    own = [claim for claim in judged.claims if f"on {room}" in claim.text and "trends" not in claim.text]
    assert len(own) >= 5, number
    assert {claim.verdict for claim in own} <= {HOLDS, FAILS, NOISE, TOO_FEW}
    assert not any("no full run" in claim.evidence for claim in own), "of every model there are runs"
    assert (judged.summary["environment"] == room).sum() >= 16


@pytest.mark.slow
@pytest.mark.parametrize("label", ["Config 1", "Classical"])
@pytest.mark.parametrize("name", [name for _, name in SHIPPED])
def test_the_beginning_of_a_shipped_run_computed_again(name: str, label: str) -> None:
    table = results.load("gridworld", name, ROOT / "results")
    key = table.loc[table["label"] == label, "run"].iloc[0]
    about = results.provenance("gridworld", name, ROOT / "results")["runs"][key]
    training = GridworldTraining(GridworldSettings.from_dict(about["settings"]))
    fresh = itertools.takewhile(lambda record: training.steps_done < 2 * EPISODES_PER_ROW, training)
    row = reward_rows(table_of(fresh), training.settings).iloc[0]
    first = table[table["run"] == key].iloc[0]
    # Other processors and versions round otherwise, and may take another action once; the same ones do not.
    for column in ("mean_return", "mean_length", "success", "moving_std", "environment_steps", "entropy"):
        assert row[column] == pytest.approx(first[column], rel=0.02, abs=2e-3), column


def table_of(stream) -> pa.Table:
    return pa.Table.from_pylist([dataclasses.asdict(record) for record in stream], schema=schema_of(Record))
