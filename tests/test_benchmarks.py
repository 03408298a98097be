"""The benchmarks run, say what they measured, and README.md quotes what they wrote."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
FIELDS = {"name", "figure", "unit", "compared_with", "ratio", "machine"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("run")


def test_a_small_run_writes_a_row_for_each_method_and_prints_it(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
) -> None:
    steps = importlib.import_module("optimizer_steps")
    small = {"small": steps.Size(((4, 3), (3,)), rounds=3)}
    monkeypatch.setattr(run, "GROUPS", (lambda: steps.rows(small),))
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(run, "README", tmp_path / "README.md")
    run.README.write_text(f"before\n{run.BEGIN}old{run.END}\nafter\n")
    run.main()
    rows = json.loads((tmp_path / "results.json").read_text())
    assert [row["name"] for row in rows] == [
        f"optimizer/{method}/small" for method in ("momentum", "adam", "adamw")
    ]
    for row in rows:
        assert set(row) >= FIELDS
        assert row["figure"] > 0
        assert row["ratio"] > 0
    page = run.README.read_text("utf-8")
    assert run.table(rows) in page
    assert run.table(rows) in capsys.readouterr().out
    assert page.startswith("before\n")
    assert page.endswith("\nafter\n")
    assert "old" not in page


def test_the_readme_quotes_the_results(run: ModuleType) -> None:
    rows = json.loads(run.RESULTS.read_text())
    readme = run.README.read_text("utf-8")
    assert run.quoted(rows, readme) == readme


def test_no_step_takes_longer_than_torchs_default_or_keeps_more(run: ModuleType) -> None:
    """Of the results that are committed: a test that measured would fail on a busy machine."""
    rows = [r for r in json.loads(run.RESULTS.read_text()) if r["name"].startswith("optimizer/")]
    assert len(rows) == 6
    for row in rows:
        assert row["ratio"] <= 1
        assert row["state_tensors"] <= row["state_tensors_compared"]
