"""All sweeps that have a name: `PLANS`, and `plan_named` for tasks of one's own, too."""

from __future__ import annotations

from qtkit.runs.sweeps.league_plan import plan_league
from qtkit.runs.sweeps.paper_plans import (
    CONFIGS,
    FIGURE_EPOCHS,
    Circuits,
    models_of,
    plan_agents,
    plan_choices,
    plan_controls,
    plan_depth,
    plan_gridworld,
    plan_images,
    plan_rivals,
    plan_table2,
)
from qtkit.runs.sweeps.plan import Plan
from qtkit.runs.sweeps.search_plans import SEARCH_PLANS
from qtkit.tasks.protocols import Settings
from qtkit.tasks.readings import BOTH, READINGS

PLANS = {
    plan.name: plan
    for plan in (
        Plan("table2", "Table II and Figures 8-12: 13 models on 5 series", plan_table2, BOTH, takes_candidates=True),
        Plan(
            "images",
            "Figures 5-7: 13 models, the mapping alone and the network itself on 3 pairs",
            plan_images,
            BOTH,
            lengths={"epochs": FIGURE_EPOCHS},
            takes_candidates=True,
        ),
        Plan("controls", "Notebook 04: circuits trained, kept as they start, or left out, on MNIST 1/5", plan_controls),
        Plan(
            "gridworld",
            "Figures 13 and 14: 13 models and the networks themselves in 2 environments",
            plan_gridworld,
            tuple(READINGS.values()),
            takes_candidates=True,
        ),
        Plan(
            "rivals",
            "Generators without a circuit and a small network, as many trained numbers, on all tasks",
            plan_rivals,
        ),
        Plan(
            "agents",
            "13 models, the mapping alone and the networks themselves in CartPole, or another",
            plan_agents,
            BOTH,
            takes_candidates=True,
        ),
        Plan(
            "depth",
            "The search on images with 1 to 20 layers, in both readings, 20 epochs each",
            plan_depth,
            BOTH,
            BOTH,
        ),
        Plan("choices", "What the paper leaves open: 96 ways to set the search on 5 series", plan_choices),
        *(Plan(*each) for each in SEARCH_PLANS),
        Plan("league", "Every circuit of a space alone, and searches over it, on 3 tasks", plan_league),
    )
}
"""All plans by name."""


def plan_named(name: str) -> Plan:
    """The plan called `name`; of a task of one's own, such as `my_file.py:task`, that of all its models.

    Raises:
        ValueError: if there is none.
        FileNotFoundError: if there is no such file.
    """
    if ":" in name:
        return _own_plan(name)
    if name not in PLANS:
        raise ValueError(f"there is no plan {name!r}; there are {', '.join(PLANS)}, and tasks such as my_file.py:task")
    return PLANS[name]


def _own_plan(place: str) -> Plan:
    """The search, its circuits, the mapping alone and the network itself."""
    from qtkit.tasks.agents.places import is_agent
    from qtkit.tasks.agents.settings import AgentSettings
    from qtkit.tasks.own.places import read_place
    from qtkit.tasks.own.settings import OwnSettings

    name, file = read_place(place)
    acts = is_agent(place)

    def settings(seed: int, candidates: Circuits = CONFIGS) -> list[Settings]:
        if acts:
            return models_of(AgentSettings(agent=name, file=file, seed=seed, candidates=candidates))
        return models_of(OwnSettings(task=name, file=file, seed=seed, candidates=candidates))

    what = "with networks of one's own" if acts else "on a task of one's own"
    return Plan(
        place, f"13 models, the mapping alone and the network itself {what}", settings, BOTH, takes_candidates=True
    )
