"""What was measured, as Markdown."""

from __future__ import annotations

from typing import Any

COLUMNS = (
    "n, L",
    "cores, ms",
    "GPU, ms",
    "without graphs, ms",
    "the whole step as one graph, ms",
    "cores / GPU, / without graphs",
    "GPU in float64, ms",
    "memory of the GPU, GB (estimated)",
)


def table(result: dict[str, Any]) -> str:
    """The rows as Markdown, and what they were measured on."""
    lines: list[tuple[str, ...]] = [COLUMNS, ("---",) * len(COLUMNS)]
    for row in result["rows"]:
        cpu, gpu, plain = (row.get(key) for key in ("cpu_ms", "gpu_ms", "plain_ms"))
        ratios = ", ".join(f"{cpu / ours:,.1f}" for ours in (gpu, plain) if cpu and ours)
        estimated = row.get("gpu_estimated_bytes")
        memory = f"{row['gpu_bytes'] / 1e9:.2f}" if "gpu_bytes" in row else "–"
        cells = [row.get("name") or f"{row['n']}, {row['L']}", shown(cpu), shown(gpu), shown(plain)]
        cells += [
            shown(row.get("graph_ms")),
            ratios or "–",
            shown(row.get("gpu_float64_ms")),
            memory + (f" ({estimated / 1e9:.2f})" if estimated else ""),
        ]
        lines.append(tuple(cells))
    worst = max(result["exactness"].values(), default=0.0)
    notes = (
        f"{result['gpu']} against {result['cpu']}: {result['circuit_threads']} threads for circuits, for PyTorch 1",
        f"or {result['torch_threads']}, whichever was faster. Python {result['python']}, torch {result['torch']}, "
        f"qtkit {result['qtkit']}. Medians of one run.",
        f"Before, {len(result['exactness'])} comparisons with the compiled path in float64 and float32: the largest "
        f"difference {worst:.1e}.",
        *crossing(result["rows"]),
        f"Made by `{result['command']}`.",
    )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n\n" + "\n".join(notes)


def crossing(rows: list[dict[str, Any]]) -> list[str]:
    """From which of the sizes on the GPU wins over the cores, in words."""
    told = []
    for key, how in (("gpu_ms", "As it is called"), ("plain_ms", "without CUDA graphs")):
        there = [row for row in rows if "n" in row and "cpu_ms" in row and key in row]
        lost = [row["n"] for row in there if row[key] >= row["cpu_ms"]]
        won = [row["n"] for row in there if not lost or row["n"] > max(lost)]
        if there:
            told.append(f"{how} the GPU is faster " + (f"from n = {min(won)} on" if won else "at none of these sizes"))
    return [", ".join(told) + "."] if told else []


def shown(value: float | None) -> str:
    """A time, or a dash."""
    return "–" if value is None else f"{value:,.2f}"
