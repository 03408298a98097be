"""What is public has a docstring with an example that runs, and stands on one reference page."""

from __future__ import annotations

import doctest
import posixpath
from collections import defaultdict
from pathlib import Path

import pytest
from public_api import PUBLIC, docstrings, is_code, module, names, public_callables, shown
from sphinx.util.inventory import InventoryFile
from test_imports import MODULES

from course_lib.book import build_book
from course_lib.course import Course

ROOT = Path(__file__).parents[1]
# Modules of the grading side have their examples run by their own tests.
WITH_EXAMPLES = [
    name
    for name, path in MODULES.items()
    if ">>> " in path.read_text(encoding="utf-8") and not name.startswith("grading.")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_run(name: str) -> None:
    result = doctest.testmod(module(name))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", PUBLIC)
def test_every_module_says_what_is_public(name: str) -> None:
    assert module(name).__doc__
    assert [own for own in names(name) if not hasattr(module(name), own)] == []


@pytest.mark.parametrize("name", public_callables())
def test_every_public_function_and_class_has_an_example(name: str) -> None:
    assert ">>> " in docstrings(public_callables()[name])


def identity(name: str, own: str) -> object:
    """A function or class itself, under however many names; of a constant, its name."""
    thing = getattr(module(name), own)
    return id(thing) if is_code(thing) else f"{name}.{own}"


def test_every_public_thing_stands_on_one_reference_page() -> None:
    pages: dict[object, list[str]] = defaultdict(list)
    for page, name, own in shown():
        pages[identity(name, own)].append(f"{page}: {name}.{own}")
    wanted = {identity(name, own): f"{name}.{own}" for name in PUBLIC for own in names(name)}
    assert [name for thing, name in wanted.items() if thing not in pages] == []
    assert [places for places in pages.values() if len(places) > 1] == []


def test_a_constant_is_told_of_in_its_modules_docstring() -> None:
    things = [(name, own) for _, name, own in shown() if not is_code(getattr(module(name), own))]
    untold = [
        (name, own) for name, own in things if f"``{own}``" not in (module(name).__doc__ or "")
    ]
    assert untold == []


@pytest.mark.book
def test_the_built_pages_hold_every_public_function_and_class() -> None:
    html = build_book(Course(ROOT), quiet=True).index.parent
    with (html / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", posixpath.join)
    built = {
        (entry[2].partition("#")[0], name)
        for kind in ("py:function", "py:class", "py:exception")
        for name, entry in inventory[kind].items()
    }
    wanted = {
        (f"api/{page}.html", f"course_lib.{name}.{own}")
        for page, name, own in shown()
        if is_code(getattr(module(name), own))
    }
    assert wanted <= built
