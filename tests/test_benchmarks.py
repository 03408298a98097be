"""The benchmarks run, say what they measured, and README.md quotes what they wrote."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FIELDS = {"name", "figure", "unit", "compared_with", "ratio", "machine"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module, writing elsewhere."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    run = importlib.import_module("run")
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(run, "README", tmp_path / "README.md")
    run.README.write_text(f"before\n{run.BEGIN}old{run.END}\nafter\n")
    return run


@pytest.fixture
def results() -> list[dict]:
    """Those that are committed: a test that measured would fail on a busy machine."""
    return json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))


def test_a_small_run_gives_a_row_for_each_method_and_prints_it(run: ModuleType, capsys) -> None:
    run.main(["optimizer", "--short"])
    printed, rows = capsys.readouterr().out, run.run("optimizer", short=True)
    assert [row["name"] for row in rows] == [
        f"optimizer/{method}/small" for method in ("momentum", "adam", "adamw")
    ]
    for row in rows:
        assert set(row) >= FIELDS
        assert row["figure"] > 0
        assert row["ratio"] > 0
        assert f"| `{row['name']}` |" in printed
    assert not run.RESULTS.exists()
    assert "old" in run.README.read_text("utf-8")


def row(name: str, figure: float) -> dict:
    """Of a grading benchmark, as its module gives it."""
    told = {"name": name, "figure": figure, "unit": "s per submission", "compared_with": "theirs"}
    return told | {"compared_figure": 2 * figure, "ratio": 0.5}


@pytest.fixture
def quick(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Groups that measure nothing."""
    steps = importlib.import_module("optimizer_steps")
    few = list(steps.rows(**steps.SHORT))[:1]
    modules = {"optimizer_steps": few, "class_runs": [row("grading/one", 1.0)]}
    for name, rows in modules.items():
        module = ModuleType(name)
        module.rows = lambda rows=rows: rows
        monkeypatch.setitem(sys.modules, name, module)
    groups = {"optimizer": ("optimizer_steps",), "grading": ("class_runs",)}
    monkeypatch.setattr(run, "GROUPS", groups)
    return run


def test_a_run_is_written_and_quoted(quick: ModuleType, capsys) -> None:
    quick.main([])
    rows = json.loads(quick.RESULTS.read_text())
    assert [row["name"] for row in rows] == ["optimizer/momentum/small", "grading/one"]
    page = quick.README.read_text("utf-8")
    assert page == f"before\n{quick.BEGIN}{quick.tables(rows)}{quick.END}\nafter\n"
    printed = capsys.readouterr().out
    assert all(quick.table([row]) in printed for row in rows)
    assert "| `grading/one` | 1 s per submission | theirs: 2 | 0.500 |" in page


def test_one_group_leaves_the_others_as_they_are(
    quick: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.main([])
    before = json.loads(quick.RESULTS.read_text())
    monkeypatch.setattr(
        importlib.import_module("class_runs"), "rows", lambda: [row("grading/two", 3.0)]
    )
    quick.main(["grading"])
    after = json.loads(quick.RESULTS.read_text())
    assert after[0] == before[0]
    assert [row["name"] for row in after[1:]] == ["grading/two"]


def test_the_readme_quotes_the_results(run: ModuleType, results: list[dict]) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert run.quoted(results, readme) == readme


def test_no_step_takes_longer_than_torchs_default_or_keeps_more(results: list[dict]) -> None:
    rows = [row for row in results if row["name"].startswith("optimizer/")]
    assert len(rows) == 6
    for row in rows:
        assert row["ratio"] <= 1
        assert row["state_tensors"] <= row["state_tensors_compared"]
