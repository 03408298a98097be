"""Tests that README.md and CONTRIBUTING.md say what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.cli import grade, output

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md")


def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def requirements() -> list[str]:
    """Names in requirements.in, in order."""
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return [re.split(r"[=<>]", line)[0] for line in lines if line and not line.startswith("#")]


def commands(page: str) -> set[str]:
    """Subcommands of ``course`` that are named in code, in a block or in a line."""
    code = re.findall(r"```\n(.*?)```|`(course [^`]+)`", text(page), re.S)
    return set(re.findall(r"\bcourse ([a-z]+)", "\n".join("".join(found) for found in code)))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", text(page))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text(page), re.M))
    assert named
    assert named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from course_lib.cli import main; main()"],
        capture_output=True,
        text=True,
    )
    named = commands(page)
    assert named
    for name in named:
        assert re.search(rf"^│ {name} ", done.stdout, re.M), name


def test_dependency_table_is_requirements_in() -> None:
    table = text("README.md").partition("### Dependencies")[2]
    assert re.findall(r"^\| `([^`]+)` \| \S", table, re.M) == requirements()


def test_every_requirement_is_pinned_in_the_lock() -> None:
    lock = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lock if "==" in line}
    assert all("==" in line for line in lock if line)
    assert set(requirements()) <= pinned


def test_states_and_exit_codes_are_told() -> None:
    for state in {grade.GRADED, *grade.NOT_GRADED, *grade.ADVICE}:
        assert f"| `{state}` |" in text("README.md")
    for code in (output.FINE, output.NOT_RIGHT, output.BAD_INPUT, output.FAULT):
        assert f"**{code}**" in text("README.md")


@pytest.mark.parametrize(
    "example", ["### BEGIN SOLUTION", ":exercise: softsign", ":check: softsign"]
)
def test_contributing_shows_the_form_that_release_reads(example: str) -> None:
    assert example in text("CONTRIBUTING.md")
