"""Run every benchmark: print a table, and write benchmarks/results.json and README.md's table.

Each row has a name, a figure with its unit, what it was compared with, the ratio of ours to that
(the median over interleaved pairs: below 1 is faster) and the machine.
"""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import optimizer_steps
import torch

RESULTS = Path(__file__).with_name("results.json")
README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- make bench writes from here -->\n", "\n<!-- to here -->"
GROUPS = (optimizer_steps.rows,)
HEAD = ("benchmark", "figure", "compared with", "ratio", "fused kernel's", "tensors kept")


def machine() -> str:
    """The processor and what runs on it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = models[0] if models else platform.processor() or platform.machine()
    return (
        f"{name}, {len(models) or 1} cores, one thread, {platform.system()}, "
        f"Python {platform.python_version()}, torch {torch.__version__.partition('+')[0]}"
    )


def run() -> list[dict[str, Any]]:
    own = machine()
    return [row | {"machine": own} for group in GROUPS for row in group()]


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as the Markdown table that README.md shows."""
    cells = [
        (
            f"`{row['name']}`",
            f"{row['figure']:.3g} {row['unit']}",
            f"`{row['compared_with']}`",
            f"{row['ratio']:.2f}",
            f"{row['fused_ratio']:.2f}",
            f"{row['state_tensors']} (theirs {row['state_tensors_compared']})",
        )
        for row in rows
    ]
    lines = [HEAD, ("---",) * len(HEAD), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def quoted(rows: list[dict[str, Any]], page: str) -> str:
    """The page with these rows in place of those that it shows."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    shown = f"{table(rows)}\n\nMeasured on: {rows[0]['machine']}."
    return f"{before}{BEGIN}{shown}{END}{after}"


def main() -> None:
    rows = run()
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    README.write_text(quoted(rows, README.read_text("utf-8")), encoding="utf-8")
    print(f"{table(rows)}\n\n{rows[0]['machine']}; written to {RESULTS}")


if __name__ == "__main__":
    main()
