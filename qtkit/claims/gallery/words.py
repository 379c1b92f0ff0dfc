"""The gallery's entries as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import pandas as pd

from qtkit.claims.gallery.entries import Entry, View
from qtkit.claims.statistics import FAILS, HOLDS
from qtkit.runs.status import format_duration
from qtkit.tasks.readings import READINGS

MARKS = {HOLDS: "✓", FAILS: "✗"}
"""What stands before a verdict; the others have a dash."""


def tell_overview(entries: list[Entry]) -> str:
    """The table at the top: a row an item, a column a reading, in each the verdict."""
    heads = "".join(f'<th scope="col">{reading.title}</th>' for reading in READINGS.values())
    rows = "".join(_overview_row(entry) for entry in entries)
    return (
        '<div class="scroll" role="region" aria-labelledby="overview" tabindex="0"><table class="overview">'
        f'<thead><tr><th scope="col">Item</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _overview_row(entry: Entry) -> str:
    link = f'<th scope="row"><a href="#{entry.item.name}">{escape(entry.heading)}</a></th>'
    if entry.item.task is None:
        return f'<tr>{link}<td colspan="{len(READINGS)}">{escape(entry.views[0].standing.result)}</td></tr>'
    by_name = {view.standing.reading.name: view for view in entry.views if view.standing.reading}
    cells = (f"<td>{escape(by_name[name].standing.verdict) if name in by_name else '–'}</td>" for name in READINGS)
    return f"<tr>{link}{''.join(cells)}</tr>"


def tell_entry(entry: Entry) -> str:
    """An item's section: the paper's claim, its drawing or figures, and how it stands."""
    parts = [
        f'<section id="{entry.item.name}" aria-labelledby="{entry.item.name}-title">',
        f'<h3 id="{entry.item.name}-title">{escape(entry.heading)}</h3>',
        f"<p><b>The paper:</b> {escape(entry.item.says)}.</p>",
        entry.drawing,
    ]
    if entry.item.task is None:
        where = escape(entry.item.command)
        parts += [_figure(view, entry) for view in entry.views if view.figure]
        parts.append(
            f"<p><b>Here:</b> {escape(entry.views[0].standing.result)}; explained in <code>{where}</code>.</p>"
        )
    else:
        parts += [_standings(entry), _choice(entry), *(_view(view, entry) for view in entry.views)]
    return "\n".join([*parts, "</section>"])


def _standings(entry: Entry) -> str:
    heads = ("Reading", "Verdict", "Result", "Runs stored", "Computed anew by", "Time on one core")
    rows = "".join(f"<tr>{''.join(_cells(view))}</tr>" for view in entry.views)
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="scroll" role="region" aria-label="How {escape(entry.heading)} stands" tabindex="0">'
        f"<table><thead><tr>{top}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cells(view: View) -> Iterator[str]:
    standing = view.standing
    yield f'<th scope="row">{view.title}</th>'
    yield f"<td>{escape(standing.verdict)}</td><td>{escape(standing.result) or '–'}</td><td>{standing.runs}</td>"
    yield f"<td><code>{escape(standing.command)}</code></td>"
    yield f"<td>{format_duration(standing.seconds) if standing.seconds else 'unknown'}</td>"


def _choice(entry: Entry) -> str:
    """Which reading is shown."""
    first = first_view(entry)
    buttons = "".join(
        f'<label><input type="radio" name="{entry.item.name}-reading" value="{view.name}"'
        f"{' checked' if view is first else ''}> {view.title}</label>"
        for view in entry.views
    )
    return f'<fieldset class="choice"><legend>Reading shown</legend>{buttons}</fieldset>'


def first_view(entry: Entry) -> View:
    """The view that is shown at first: the first with a figure, else the first."""
    return next((view for view in entry.views if view.figure), entry.views[0])


def _view(view: View, entry: Entry) -> str:
    hidden = "" if view is first_view(entry) else " hidden"
    parts = [f'<div class="view" id="{view.name}"{hidden}>']
    if view.figure:
        parts.append(_figure(view, entry))
    else:
        parts.append(f'<p class="missing">No figure yet: {escape(" ".join(view.lines))}</p>')
    if view.standing.claims:
        parts.append(f"<details open><summary>The claims, one by one</summary>{_claims(view)}</details>")
    if view.standing.numbers is not None:
        parts.append(f"<details><summary>The numbers as a table</summary>{_numbers(view, entry)}</details>")
    if view.sources:
        files = "".join(f"<li>{escape(str(source))}</li>" for source in view.sources)
        parts.append(f"<details><summary>The stored runs</summary><ul>{files}</ul></details>")
    return "\n".join([*parts, "</div>"])


def _claims(view: View) -> str:
    items = "".join(
        f"<li><b>{MARKS.get(claim.verdict, '–')} {escape(claim.verdict)}</b>: {escape(claim.text)} "
        f"<small>({escape(claim.evidence)})</small></li>"
        for claim in view.standing.claims
    )
    return f'<ul class="claims">{items}</ul>'


def _numbers(view: View, entry: Entry) -> str:
    """A row a model; the page hides those that its filter leaves out."""
    numbers = view.standing.numbers
    if numbers is None:
        return ""
    heads = "".join(f'<th scope="col">{escape(str(name).replace("_", " "))}</th>' for name in numbers.columns)
    rows = "".join(
        f'<tr data-model="{escape(str(row["model"]))}">'
        f"{''.join(f'<td>{escape(_short(value))}</td>' for value in row.values())}</tr>"
        for row in numbers.to_dict("records")
    )
    label = escape(f"Numbers of {entry.heading} {view.title}")
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _short(value: object) -> str:
    if isinstance(value, float):
        return "–" if pd.isna(value) else f"{value:.3g}"
    return "–" if value is pd.NA or value is None else str(value)


def _figure(view: View, entry: Entry) -> str:
    """A figure's place, its tools, and its data, which `gallery.js` draws."""
    if view.figure is None:
        return ""
    label = escape(" ".join(filter(None, (entry.heading, view.title and f"{view.title}."))))
    told = escape(" ".join(filter(None, (view.standing.result,))))
    data = view.figure.to_json().replace("<", "\\u003c")
    buttons = "".join(
        f'<button type="button" data-do="{name}" aria-label="{words}: {label}">{words}</button>'
        for name, words in (("in", "Zoom in"), ("out", "Zoom out"), ("reset", "Whole figure"))
    )
    lines = "".join(f"<p>{escape(line)}</p>" for line in view.lines)
    return (
        f'<figure class="live" data-view="{view.name}"><div class="tools">{buttons}</div><div class="drawn">'
        f'<div class="plot" role="application" tabindex="0" aria-roledescription="chart" '
        f'aria-label="{label} {told}" aria-describedby="keys"></div>'
        f'<ul class="legend" aria-label="Models in {label}"></ul></div>'
        f'<p class="told" aria-live="polite"></p><figcaption>{lines}</figcaption>'
        f'<script type="application/json">{data}</script></figure>'
    )
