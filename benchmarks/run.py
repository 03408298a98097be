"""Run the benchmarks: print tables, and write benchmarks/results.json and README.md's tables.

    python benchmarks/run.py                     # all
    python benchmarks/run.py grading             # one group; the rows of others stay as they are
    python benchmarks/run.py grading --short     # at a small size, printed and not written

Each row has a name, a figure with its unit, what it was compared with, the ratio of ours to that
(the median over interleaved pairs: below 1 is faster) and the machine.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from course_lib.lean import skip_unused_imports

Row = dict[str, Any]
RESULTS = Path(__file__).with_name("results.json")
README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- make bench writes from here -->\n", "\n<!-- to here -->"
# By group, the modules beside this one whose ``rows`` it is made of; ``SHORT`` is what they take
# for a short run. They are imported when their turn comes: the processes that grade import this
# file too.
GROUPS: dict[str, tuple[str, ...]] = {
    "optimizer": ("optimizer_steps",),
    "grading": ("class_runs", "overhead_seconds", "record_seconds", "two_thousand"),
}
Columns = dict[str, Callable[[Row], str]]
COMMON: Columns = {
    "benchmark": lambda row: f"`{row['name']}`",
    "figure": lambda row: f"{row['figure']:.3g} {row['unit']}",
    "compared with": lambda row: f"`{row['compared_with']}`",
    "ratio": lambda row: f"{row['ratio']:.2f}",
}
COLUMNS: dict[str, Columns] = {
    "optimizer": COMMON
    | {
        "fused kernel's": lambda row: f"{row['fused_ratio']:.2f}",
        "tensors kept": lambda row: (
            f"{row['state_tensors']} (theirs {row['state_tensors_compared']})"
        ),
    },
    "grading": COMMON
    | {
        "compared with": lambda row: f"{row['compared_with']}: {row['compared_figure']:.3g}",
        "ratio": lambda row: f"{row['ratio']:.3f}",
        "besides": lambda row: str(row.get("besides", "")),
    },
}


def machine() -> str:
    """The processor and what runs on it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = models[0] if models else platform.processor() or platform.machine()
    torch = importlib.metadata.version("torch").partition("+")[0]
    return (
        f"{name}, {len(models) or 1} cores, one thread, {platform.system()}, "
        f"Python {platform.python_version()}, torch {torch}"
    )


def run(group: str, short: bool = False) -> list[Row]:
    """The rows of a group, measured now."""
    own, found = machine(), list[Row]()
    for name in GROUPS[group]:
        module = importlib.import_module(name)
        given = module.SHORT if short else {}
        for row in module.rows(**given):
            print(f"{row['name']}: {row['figure']:.3g} {row['unit']}", file=sys.stderr, flush=True)
            found.append(row | {"machine": own})
    return found


def with_others(rows: Sequence[Row], earlier: Sequence[Row]) -> list[Row]:
    """``rows``, and of the ``earlier`` ones those of other groups, in the groups' order."""
    there = {group_of(row) for row in rows}
    both = [*rows, *(row for row in earlier if group_of(row) not in there)]
    return sorted(both, key=lambda row: list(GROUPS).index(group_of(row)))


def group_of(row: Row) -> str:
    return str(row["name"]).partition("/")[0]


def table(rows: Sequence[Row]) -> str:
    """The rows of one group as a Markdown table, and the machine they were measured on."""
    columns = COLUMNS[group_of(rows[0])]
    cells = [[shown(row) for shown in columns.values()] for row in rows]
    lines = [list(columns), ["---"] * len(columns), *cells]
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{text}\n\nMeasured on: {rows[0]['machine']}."


def tables(rows: Sequence[Row]) -> str:
    """One table for each group that has rows."""
    by_group = [[row for row in rows if group_of(row) == group] for group in GROUPS]
    return "\n\n".join(table(own) for own in by_group if own)


def quoted(rows: Sequence[Row], page: str) -> str:
    """The page with these rows in place of those that it shows."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables(rows)}{END}{after}"


def write(rows: Sequence[Row]) -> None:
    """Into results.json and README.md; other groups' rows stay as they are."""
    earlier = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    rows = with_others(rows, earlier)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    README.write_text(quoted(rows, README.read_text("utf-8")), encoding="utf-8")


def main(told: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("group", nargs="?", choices=GROUPS, help="only this one")
    parser.add_argument("--short", action="store_true", help="a small size; nothing is written")
    given = parser.parse_args(told)
    for group in [given.group] if given.group else GROUPS:
        rows = run(group, given.short)
        print(f"{table(rows)}\n", flush=True)
        if not given.short:
            write(rows)


if __name__ == "__main__":
    skip_unused_imports()
    main()
