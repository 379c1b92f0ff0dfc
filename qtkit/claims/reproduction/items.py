"""Figures 1 to 14 and Tables I and II: what the paper says in each, and which runs and claims belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qtkit.claims.figures import EXPERIMENT
from qtkit.claims.gridworld import TITLES as ROOMS
from qtkit.claims.images import TITLES as PAIRS
from qtkit.claims.verdicts import Claim
from qtkit.paper import DATASETS, FIGURES, TABLE_CAPTIONS
from qtkit.tasks.readings import Reading, readings_of


@dataclass(frozen=True)
class Item:
    """A figure or table of the paper.

    Attributes:
        name: on the command line, such as `"fig6"` or `"table2"`.
        title: what it shows, in our words.
        says: what the paper draws from it.
        task, plan, table: whose runs it is made of, the plan that computes them, and the table that has its verdicts;
            None for what has no runs.
        experiments: those of stored runs.
        figure: the number that `qtkit.claims.figures.figure` draws; None for a table.
        about: words of the claims that belong to it.
        notebook: where it is drawn and explained.
    """

    name: str
    title: str
    says: str
    notebook: str
    task: str | None = None
    plan: str | None = None
    table: str | None = None
    experiments: tuple[str, ...] = ()
    figure: int | None = None
    about: str = ""

    @property
    def readings(self) -> dict[str, Reading]:
        """Those of equation 4 that it can be had in, by name."""
        return readings_of(self.task) if self.task else {}

    @property
    def command(self) -> str:
        """What shows it as it stands."""
        if self.task is None:
            return f"notebooks/{self.notebook}.ipynb"
        return f"qtkit figure {self.figure}" if self.figure else f"qtkit table {self.table}"

    def claims_of(self, claims: Iterable[Claim]) -> list[Claim]:
        """Those that belong to it, of all in its table."""
        return [claim for claim in claims if re.search(self.about, claim.text)]


_SAYS = {
    1: "the circuit needs no encoding of data",
    2: "probabilities become weights by one small mapping",
    3: "twelve circuits from three choices",
    4: "one Θ for all circuits, a weight for each",
    5: "close to the best baseline, a lower peak, steadier, a smaller gap",
    6: "above 98 %, close to the best, a slower start, steadier",
    7: "better than most in accuracy and loss, a slower start, steadier",
    13: "more reward and less deviation than most in the last 5,000 episodes",
    14: "the trends of the smaller room",
}
_NOTEBOOKS = {1: "01_from_vqc_to_quantum_train", 2: "01_from_vqc_to_quantum_train", 3: "02_the_twelve_candidates"}
_NOTEBOOKS |= {4: "03_architecture_search"}
_OF_TASK = {
    "images": ("images", "accuracies", "04_what_the_circuit_adds"),
    "series": ("table2", "2", "05_time_series"),
    "gridworld": ("gridworld", "rewards", "06_reinforcement_learning"),
}
_PREDICTION = "^the prediction of "


def _about(experiment: str) -> str:
    """How the claims begin or where they say they are, by the experiment of stored runs."""
    if experiment in PAIRS:
        return f" on {re.escape(PAIRS[experiment])}"
    if experiment in DATASETS:
        return f"{_PREDICTION}{re.escape(DATASETS[experiment])} "
    room = re.escape(ROOMS[experiment])
    return f"^(?!the trends ).* on {room}" if experiment == next(iter(ROOMS)) else f" on {room}"


def _make_items() -> list[Item]:
    items = []
    for each in FIGURES:
        name, number = f"fig{each.number}", each.number
        if each.experiment is None:
            items.append(Item(name, each.caption, _SAYS[number], _NOTEBOOKS[number]))
            continue
        plan, table, notebook = _OF_TASK[each.experiment]
        says = _SAYS.get(number, "the prediction improves from epoch 1 to 100")
        experiment = EXPERIMENT[number]
        about = _about(experiment)
        items.append(
            Item(name, each.caption, says, notebook, each.experiment, plan, table, (experiment,), number, about)
        )
    items.append(Item("table1", TABLE_CAPTIONS["I"], _SAYS[3], _NOTEBOOKS[3]))
    plan, table, notebook = _OF_TASK["series"]
    says = "the lowest error on two series, among the first on three, the most robust of all"
    about = f"^(?!{_PREDICTION[1:]})"
    items.append(
        Item("table2", TABLE_CAPTIONS["II"], says, notebook, "series", plan, table, tuple(DATASETS), None, about)
    )
    return items


ITEMS = {item.name: item for item in _make_items()}
"""All of the paper's figures and tables by name, in order."""


def items_named(names: Iterable[str]) -> list[Item]:
    """The items called so, each once; `"all"` is every one. `"6"`, `"Figure 6"` and `"fig6"` are the same.

    Raises:
        ValueError: for a name that is none.
    """
    chosen: dict[str, Item] = {}
    for name in names:
        short = re.sub(r"^fig(ure)?\.?(?=\d)|^(?=\d+$)", "fig", re.sub(r"\s+", "", name.lower()))
        short = {"tablei": "table1", "tableii": "table2"}.get(short, short)
        if short == "all":
            chosen |= ITEMS
        elif short in ITEMS:
            chosen[short] = ITEMS[short]
        else:
            raise ValueError(f"the paper has no {name!r}; there are {', '.join(ITEMS)}, and all")
    return list(chosen.values())
