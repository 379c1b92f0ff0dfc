"""Every model at its own best learning rate, chosen without the test data: `best_rates`, `claims`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from qtkit.claims.evidence import join
from qtkit.claims.search.merit import END, MERITS, Merit, last
from qtkit.claims.search.shipped import TITLES, ShippedRun, read_runs
from qtkit.claims.statistics import MIN_SEEDS, TOO_FEW, every, typical
from qtkit.claims.stored import Folder
from qtkit.claims.summary import order_experiments
from qtkit.claims.verdicts import Claim, weigh
from qtkit.names import CONTROLS, OURS, PAPER_MODELS, RIVALS, model_label, usual_values
from qtkit.runs.sweeps.search_plans import RATES

Floats = npt.NDArray[np.float64]

RATE = "learning_rate"

COLUMNS = (
    "task",
    "experiment",
    "settings",
    "model",
    "numbers",
    "tried",
    "rate",
    "edge",
    "seeds",
    "merit",
    "low",
    "high",
    "spread",
)

FORMATS = {**dict.fromkeys(("merit", "low", "high", "spread"), ".3f"), "rate": "g", "numbers": ",.0f"}
"""How the columns of `best_rates` are printed."""

NOTE = """\
rate: of those tried the best, by the median over the seeds of the training loss at the end; of agents, by what they
earned before the end. The test data have no say. edge: that rate is the lowest or the highest of those tried, so at
the edge of the grid: the model may be better still beyond it. merit: at that rate, with its bounds from six seeds on;
spread: from the lowest to the highest seed. Test accuracy, -log10 of the test error, or the mean return, the median
over the last tenth of a training. numbers: how many are trained. Each rival is judged alone, and nothing is corrected
for how many there are: of twenty verdicts on models that are equal one would be wrong."""
"""What the columns of `best_rates` are, and what the claims on single rivals are."""


HOW = (
    "to compute them: qtkit sweep rates --seeds 6; then qtkit export TASK --plan rates --not-in results/choices/TASK "
    "--to results/search/TASK, with images, series and gridworld for TASK"
)


def training_score(run: ShippedRun, end: float = END) -> float:
    """How well a run did on what it learnt from, high is good: what a learning rate may be chosen by.

    Of tasks with test data, minus the median of the training loss over the last part of the training, as of `END`; of
    agents the mean return of all episodes before that part, from which their merit is taken.
    """
    merit = MERITS[run.task.name]
    final = last(run.rows, merit.clock, end)
    if merit.falls:
        return -float(np.median(final[merit.training]))
    before = run.rows.drop(index=final.index)
    return float((before if len(before) else final)[merit.training].mean())


def best_rates(folder: Folder = None, *, end: float = END) -> pd.DataFrame:
    """A row an experiment, setting and model that has runs with two learning rates at least; see `NOTE`.

    Rates of the plan `rates` count (`RATES`): other plans gave some models others, and all are to have the same choice.

    Seeds count that all rates of a model have. Column `merits` has the merit by seed, a dictionary.

    Raises:
        FileNotFoundError: if no results are stored, or no model has runs with two rates; how to compute them is told.
    """
    rows = []
    for task, runs in read_runs(folder, end=end).items():
        by_setting: dict[tuple[str, ...], dict[str, list[ShippedRun]]] = {}
        for run in runs:
            if float(run.settings.to_dict()[RATE]) not in RATES[task]:
                continue
            by_setting.setdefault(run.alike([RATE]), {}).setdefault(_called(run), []).append(run)
        order = list(order_experiments((key[0] for key in by_setting), TITLES))
        for key in sorted(by_setting, key=lambda each: order.index(each[0])):
            models = by_setting[key]
            found = [_best(task, label, models[label], end) for label in sorted(models, key=_place)]
            rows += [row for row in found if row]
    if not rows:
        raise FileNotFoundError(f"no model in the stored results has runs at several learning rates; {HOW}")
    return pd.DataFrame(rows, columns=[*COLUMNS, "merits"])


_ORDER = (*PAPER_MODELS, *CONTROLS, *RIVALS.values())


def _called(run: ShippedRun) -> str:
    """The model; a rival that is not as large as the search over all twelve circuits with its numbers."""
    label, told = model_label(run.settings), run.settings.to_dict()
    if told["model"] in RIVALS and told["candidates"] != usual_values(type(run.settings))["candidates"]:
        return f"{label} · {run.described['num_trainable']:,} numbers"
    return label


def _place(label: str) -> int:
    """The search, the circuits, the controls, the rivals, then what else there is."""
    return _ORDER.index(label) if label in _ORDER else len(_ORDER)


def _best(task: str, label: str, runs: Iterable[ShippedRun], end: float) -> dict[str, object] | None:
    """A model's row; None with fewer than two rates, or no seed that all have."""
    by_rate: dict[float, dict[int, ShippedRun]] = {}
    for run in runs:
        # A circuit that is stored by its number and by its parts is taken once, as it was read first.
        by_rate.setdefault(float(run.settings.to_dict()[RATE]), {}).setdefault(run.settings.seed, run)
    seeds = sorted(set.intersection(*(set(of_rate) for of_rate in by_rate.values())))
    if len(by_rate) < 2 or not seeds:
        return None
    scores = {
        rate: float(np.median([training_score(of_rate[seed], end) for seed in seeds]))
        for rate, of_rate in sorted(by_rate.items())
    }
    best = max(scores, key=lambda rate: scores[rate])
    edge = "lowest" if best == min(scores) else "highest" if best == max(scores) else ""
    chosen = by_rate[best]
    merits = {seed: chosen[seed].merit for seed in seeds}
    centre, low, high = typical(list(merits.values()))
    one = chosen[seeds[0]]
    return {
        "task": task,
        "experiment": TITLES.get(one.experiment, one.experiment),
        "settings": one.words([RATE]),
        "model": label,
        "numbers": int(one.described["num_trainable"]),
        "tried": len(scores),
        "rate": best,
        "edge": edge,
        "seeds": len(seeds),
        "merit": centre,
        "low": low if np.isfinite(low) else np.nan,
        "high": high if np.isfinite(high) else np.nan,
        "spread": max(merits.values()) - min(merits.values()),
        "merits": merits,
    }


def claims(rates: pd.DataFrame) -> list[Claim]:
    """Whether the search is better than every rival of its size, and than each, all at their own best rates.

    One claim an experiment, then one a rival: "does not hold" says that the rival is the better one. These are judged
    alone, without a correction for how many there are.

    Arguments:
        rates: as `best_rates` gives them.
    """
    found = []
    for (task, experiment, settings), part in rates.groupby(["task", "experiment", "settings"], sort=False):
        merits: Mapping[str, dict[int, float]] = dict(zip(part["model"], part["merits"], strict=True))
        edges = dict(zip(part["model"], part["edge"], strict=True))
        rivals = [label for label in RIVALS.values() if label in merits]
        if OURS in merits and rivals:
            of = f"on {experiment} ({settings}) the search is better than"
            found.append(_compare(f"{of} every rival, each at its own best rate", MERITS[str(task)], merits, edges))
            found += [
                _compare(f"{of} {rival}, each at its own best rate", MERITS[str(task)], merits, edges, rival)
                for rival in rivals
            ]
    return found


def _compare(
    text: str,
    merit: Merit,
    merits: Mapping[str, dict[int, float]],
    edges: Mapping[str, str],
    only: str | None = None,
) -> Claim:
    """The search against a rival, or against every one."""
    rivals = [label for label in RIVALS.values() if label in merits and only in (None, label)]
    seeds = sorted(set.intersection(*(set(merits[label]) for label in (OURS, *rivals))))
    absent = [] if only else [label for label in RIVALS.values() if label not in rivals]
    few = f"{len(seeds)} of {MIN_SEEDS} seeds that all have in common" if len(seeds) < MIN_SEEDS else ""
    few = join(few, f"no runs of {', '.join(absent)}" if absent else "")
    if not seeds:
        return Claim(text, TOO_FEW, few, None)
    ours = np.array([merits[OURS][seed] for seed in seeds])
    ahead = np.array([ours - [merits[label][seed] for seed in seeds] for label in rivals])  # (rivals, seeds)
    hardest = min(range(len(rivals)), key=lambda place: typical(ahead[place]).centre)
    against = f"against {rivals[hardest]}, the best of them: " if only is None else ""
    evidence = f"{against}{_say_lead(ahead[hardest], merit, rivals[hardest])}"
    verdict, evidence = weigh(ahead, every, evidence, merit.say)
    edge = _say_edges({label: edges[label] for label in (OURS, *rivals)})
    return Claim(text, TOO_FEW if absent else verdict, join(few, evidence, edge), None)


def _say_edges(edges: Mapping[str, str]) -> str:
    """Whose best rate is the lowest or the highest that was tried."""
    named = {end: ", ".join(label for label, its in edges.items() if its == end) for end in ("lowest", "highest")}
    parts = [f"{labels} with the {end} rate" for end, labels in named.items() if labels]
    return f"at the edge of the grid: {' and '.join(parts)}" if parts else ""


def _say_lead(ahead: Floats, merit: Merit, rival: str) -> str:
    """Who is better, in how many seeds, and typically by how much, with its bounds from six seeds on."""
    centre, low, high = typical(ahead)
    who, sign = (f"{rival} is ", -1) if centre < 0 else ("", 1)
    sizes = sorted(sign * size for size in (low, high))
    bounds = f" ({merit.number(sizes[0])} to {merit.number(sizes[1])})" if np.isfinite(sizes).all() else ""
    of = "a factor of " if merit.logarithmic else ""
    wins = int((sign * ahead > 0).sum())
    return f"{who}better in {wins} of {len(ahead)} seeds, typically by {of}{merit.number(sign * centre)}{bounds}"
