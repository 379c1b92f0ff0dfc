"""The list of the paper's figures and tables: nothing is missing, every claim has its place."""

from __future__ import annotations

import pytest

from qtkit.claims import gridworld, images, table2
from qtkit.claims.reproduction import ITEMS, items_named
from qtkit.paper import FIGURES
from qtkit.runs.sweeps.plans import PLANS
from tests.claims import accuracy_frames, error_frames, reward_frames
from tests.helpers import ROOT


def test_every_figure_and_table_in_order() -> None:
    assert list(ITEMS) == [*(f"fig{each.number}" for each in FIGURES), "table1", "table2"]
    assert [item.title for item in ITEMS.values()][:14] == [each.caption for each in FIGURES]
    for item in ITEMS.values():
        assert (ROOT / "notebooks" / f"{item.notebook}.ipynb").is_file()
        assert item.plan is None or item.plan in PLANS
        assert bool(item.readings) == (item.task is not None)


@pytest.mark.slow
def test_every_claim_belongs_to_an_item() -> None:
    """And to one alone, but that both rooms have the same trends, which is said of the larger."""
    frame = error_frames.results()
    curves = reward_frames.curves(seeds=1)
    found = {
        "accuracies": images.claims(accuracy_frames.curves(seeds=1)),
        "2": table2.claims(table2.final_errors(frame), frame),
        "rewards": gridworld.claims(reward_frames.summaries(curves), curves),
    }
    for table, claims in found.items():
        own = [item for item in ITEMS.values() if item.table == table]
        for claim in claims:
            assert len([item for item in own if claim in item.claims_of(claims)]) == 1, claim.text
        assert all(item.claims_of(claims) for item in own)
    (trends,) = [claim for claim in found["rewards"] if claim.text.startswith("the trends")]
    assert trends in ITEMS["fig14"].claims_of(found["rewards"])


def test_items_by_what_one_would_call_them() -> None:
    names = [item.name for item in items_named(["6", "Figure 13", "fig6", "Fig. 7", "Table II", "table2"])]
    assert names == ["fig6", "fig13", "fig7", "table2"]
    assert [item.name for item in items_named(["fig6", "all"])] == ["fig6", *(name for name in ITEMS if name != "fig6")]
    for wrong in ("fig15", "table3", "", "6.5", "figure"):
        with pytest.raises(ValueError, match=f"the paper has no {wrong!r}; there are fig1, .*table2, and all"):
            items_named([wrong])
