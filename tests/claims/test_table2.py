"""Table II over seeds: numbers, ranks and verdicts on made-up results whose answer is known."""

from __future__ import annotations

import collections

import numpy as np
import pandas as pd
import pytest

from qtkit.claims.seeds import DISTINCT, STANDS_FOR
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, TOO_FEW
from qtkit.claims.summary import rank_distinct
from qtkit.claims.table2 import claims, final_errors, summary
from qtkit.names import OURS, PAPER_MODELS
from qtkit.paper import DATASETS, TABLE_II


def results(change=None, seeds: int = 10, scale: float = 1.0) -> pd.DataFrame:
    """Runs that end at the paper's own numbers, but for `change(label, experiment, seed)`, a factor."""
    rows = [
        {
            "experiment": experiment,
            "label": label,
            "seed": seed,
            "epoch": epoch,
            "test_loss": scale
            * TABLE_II[label][DATASETS[experiment]]
            * (change(label, experiment, seed) if change else 1)
            * (10 if epoch == 1 else 1),
        }
        for experiment in DATASETS
        for label in PAPER_MODELS
        for seed in range(seeds)
        for epoch in (1, 15, 30, 100)
    ]
    return pd.DataFrame(rows)


def verdict(found, words: str) -> str:
    (claim,) = [claim for claim in found if words in claim.text]
    return claim.verdict


def test_final_errors_are_those_of_table_2():
    frame = results(seeds=2)
    extra = frame.assign(label="Mapping alone"), frame.assign(experiment="mirror")
    errors = final_errors(pd.concat([frame, *extra]))
    assert len(errors) == 5 * 13 * 2
    assert set(errors["model"]) == set(TABLE_II) and set(errors["dataset"]) == set(TABLE_II[OURS])
    cell = errors[(errors["model"] == "Config 5") & (errors["dataset"] == "NARMA 5")]
    assert cell["error"].tolist() == [0.000024, 0.000024]
    early = final_errors(frame, epoch=1)
    assert early["error"].tolist() == pytest.approx((errors["error"] * 10).tolist())


def test_summary_of_the_papers_own_numbers():
    table = summary(final_errors(results()))
    assert len(table) == 65
    assert (table["rank"] == table["paper_rank"]).all()
    ours = table[table["model"] == OURS].set_index("dataset")
    assert ours["rank"].to_dict() == {"Bessel": 1, "Damped SHM": 1, "Delayed QC": 7, "NARMA 5": 5, "NARMA 10": 5}
    assert (table["below"] == 0).all() and (table["seeds"] == 10).all()


def test_summary_of_a_spread():
    frame = results(lambda label, experiment, seed: [0.25, 0.5, 2][seed] if label == "Config 8" else 1, seeds=3)
    table = summary(final_errors(frame)).set_index(["dataset", "model"])
    cell = table.loc["Bessel", "Config 8"]
    assert (cell["median"], cell["low"], cell["high"]) == pytest.approx((0.0000705, 0.00003525, 0.000282))
    assert cell["below"] == 2 and cell["rank"] == 2 and cell["paper_rank"] == 2


def test_equal_circuits_are_one_model_with_one_rank():
    table = summary(final_errors(results())).set_index(["dataset", "model"])
    assert {table.loc["Bessel", f"Config {k}"]["rank"] for k in (1, 3, 4, 6)} == {4}
    assert table.loc["Bessel", "Config 2"]["rank"] == 5
    assert {table.loc["Delayed QC", f"Config {k}"]["paper_rank"] for k in (1, 3, 4, 6)} == {5}, "of their median"


def test_equal_errors_of_distinct_models_share_the_mean_of_their_places():
    frame = results(lambda label, *_: 1 / TABLE_II[label]["Bessel"] if label in ("Config 2", "Config 5") else 1)
    table = summary(final_errors(frame)).set_index(["dataset", "model"])
    assert [table.loc["Bessel", f"Config {k}"]["rank"] for k in (2, 5)] == [8.5, 8.5]


def test_ranks_of_equal_models_favour_none():
    """Thirteen names of nine models that are all alike: each is in the middle on average, duplicates too."""
    random, ranks = np.random.default_rng(0), []
    for _ in range(300):
        noise = dict(zip(DISTINCT, random.random(len(DISTINCT)), strict=True))
        errors = pd.Series({model: noise[STANDS_FOR.get(model, model)] for model in PAPER_MODELS})
        ranks.append(rank_distinct(errors, lower=True))
    means = pd.DataFrame(ranks).mean()
    assert list(means.index) == list(PAPER_MODELS)
    assert (means - 5).abs().max() < 0.6  # four standard errors of 300 ranks from 1 to 9


def test_claims_on_the_papers_own_numbers():
    frame = results()
    found = claims(final_errors(frame), frame)
    assert len(found) == 14
    assert verdict(found, "lowest error on Bessel") == HOLDS
    assert verdict(found, "lowest error on Damped SHM") == HOLDS
    for dataset in ("Delayed QC", "NARMA 5", "NARMA 10"):
        assert verdict(found, f"top-performing group (the first 3 of 9) on {dataset}") == FAILS
    assert verdict(found, "Config 5 has a lower error") == HOLDS
    assert verdict(found, "Config 8 has a lower error") == HOLDS
    assert verdict(found, "most robust") == FAILS, "config 1 has a better mean rank in the paper's own table"
    assert verdict(found, "NARMA 10 is harder") == HOLDS
    assert verdict(found, "prediction of Delayed QC improves") == HOLDS
    for claim in found:
        if claim.in_the_papers_table is not None:
            assert claim.in_the_papers_table == (claim.verdict == HOLDS), claim.text


@pytest.mark.slow
def test_claims_within_noise_and_overturned():
    def swinging(label, _, seed):
        return (0.1 if seed % 2 else 10) if label == "DiffQAS" else 1

    assert verdict(claims(final_errors(results(swinging))), "lowest error on Bessel") == NOISE
    worse = results(lambda label, experiment, seed: 100 if label == "DiffQAS" else 1)
    found = claims(final_errors(worse))
    assert verdict(found, "lowest error on Bessel") == FAILS
    assert len(found) == 9, "without curves, nothing is said about them"
    best = results(lambda label, experiment, seed: 1e-3 if label == "DiffQAS" else 1)
    assert verdict(claims(final_errors(best)), "most robust") == HOLDS


def test_evidence_counts_the_seeds():
    frame = results(lambda label, experiment, seed: 100 if label == "DiffQAS" and seed < 3 else 1)
    claim = claims(final_errors(frame))[0]
    assert claim.evidence == (
        "against Config 8: lower in 7 of 10 seeds, median 4e-05 against 0.00014, "
        "typically by a factor of 3.5 (0.35 to 3.5); a factor of 16 would have been seen"
    )
    assert claim.verdict == NOISE, "7 of 10 is no proof"


def test_what_is_missing_is_told():
    frame = results(seeds=2)
    with pytest.raises(ValueError, match=r"the table lacks the columns \['seed'\]"):
        final_errors(frame.drop(columns="seed"))
    with pytest.raises(ValueError, match="no run of Table II has reached epoch 200 in the paper's setting"):
        final_errors(frame, epoch=200)
    with pytest.raises(ValueError, match="DiffQAS on Bessel has seed 0 more than once: choose the runs of one setting"):
        final_errors(pd.concat([frame, frame.assign(test_loss=frame["test_loss"] * 2)]))
    none = frame["label"].isin(["Config 9", "Config 12"]) & (frame["experiment"] == "narma5")
    with pytest.raises(ValueError, match="no run of Config 9 on NARMA 5: the claims need all of Table II"):
        claims(final_errors(frame[~none]))


def test_equal_baselines_need_no_runs():
    frame = results()
    few = frame[frame["label"].isin(DISTINCT)]
    assert claims(final_errors(few)) == claims(final_errors(frame))


def test_runs_that_differ_only_in_what_they_record_count_once():
    frame = results(seeds=2)
    again = frame[(frame["label"] == "DiffQAS") & (frame["seed"] == 1)]
    both = pd.concat([frame.assign(run="a"), again.assign(run="b")])
    pd.testing.assert_frame_equal(final_errors(both), final_errors(frame))
    assert len(claims(final_errors(both), both)) == 14


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [1, 5])
def test_few_seeds_give_no_verdict(seeds):
    frame = results(seeds=seeds)
    found = claims(final_errors(frame), frame)
    assert {claim.verdict for claim in found} == {TOO_FEW}
    common = f"{seeds} of 6 seeds that all models have in common; Config 1 on Bessel has {seeds}; "
    assert found[0].evidence.startswith(f"{common}against Config 8: lower in {seeds} of {seeds} seeds, ")
    assert found[0].evidence.endswith(" by a factor of 3.5 (0 to inf)"), "so few bound nothing"
    assert found[-1].evidence.startswith(f"{seeds} of 6 seeds that have all these epochs; lower in {seeds} of {seeds} ")
    assert [claim.text for claim in found] == [claim.text for claim in claims(final_errors(results()), results())]


def test_seeds_that_models_do_not_share_give_no_verdict():
    frame = results(seeds=7)
    alone = frame["label"].isin(["Config 9", "Config 12"]) & (frame["experiment"] == "damped_shm")
    frame.loc[alone, "seed"] += 100
    frame = frame[~(alone & (frame["seed"] == 106))]
    found = claims(final_errors(frame), frame)
    (claim,) = [claim for claim in found if "lowest error on Damped SHM" in claim.text]
    assert claim.verdict == TOO_FEW
    assert claim.evidence == "0 of 6 seeds that all models have in common; Config 9 on Damped SHM has 6"
    assert verdict(found, "most robust") == TOO_FEW
    assert verdict(found, "lowest error on Bessel") == HOLDS, "of the others there are enough"


@pytest.mark.slow
def test_curves_without_an_epoch_of_the_figures():
    frame = results()
    with pytest.raises(
        ValueError, match=r"the curves of DiffQAS on Bessel lack the epochs \[15, 30\]; the claims need 1, 15, 30, 100"
    ):
        claims(final_errors(frame), frame[frame["epoch"].isin([1, 100])])
    ours = (frame["label"] == "DiffQAS") & (frame["experiment"] == "narma5")
    with pytest.raises(ValueError, match=r"DiffQAS on NARMA 5 lack the epochs \[1, 15, 30, 100\]"):
        claims(final_errors(frame), frame[~ours])


@pytest.mark.slow
@pytest.mark.parametrize("common", [0.0, 1.0], ids=["independent", "with noise in common"])
def test_equal_models_are_within_noise(common):
    """13 models whose errors have one and the same distribution: ranks of ten seeds must not be taken for proof."""
    generator = np.random.default_rng(0)
    wrong, frame, tables = collections.Counter(), final_errors(results()), 12
    for _ in range(tables):
        noise = generator.standard_normal((5, 13, 10)) + common * generator.standard_normal((5, 1, 10))
        made = frame.sort_values(["dataset", "model", "seed"]).assign(error=np.exp(noise).ravel())
        wrong.update(claim.text for claim in claims(made) if claim.verdict != NOISE)
    on_ranks = sum(n for text, n in wrong.items() if "lowest" in text or "top-performing" in text or "robust" in text)
    assert on_ranks <= 0.04 * tables * 6
    assert sum(wrong.values()) <= 0.06 * tables * 9
