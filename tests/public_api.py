"""What is public of course_lib: the names in ``__all__`` of its modules at the top.

Not the parts that run the course; not a module named with _; not one that stands behind another,
as ``regression_losses`` behind ``losses``, which shows what it defines under its own name.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType

from test_imports import MODULES, part_of

API = Path(__file__).parents[1] / "book" / "api"
# These parts run the course; no chapter computes with them.
MACHINERY = {
    *("course", "exercises", "book", "bundle", "closure", "lean", "release", "grading", "cli"),
}
AUTOMODULE = re.compile(r"automodule:: course_lib\.(\w+)\n(?: +:exclude-members: (.+)\n)?")


def module(name: str) -> ModuleType:
    return importlib.import_module(f"course_lib.{name}")


def names(name: str) -> list[str]:
    return list(module(name).__all__)


def public_modules() -> list[str]:
    tops = (name for name in sorted(MODULES) if name and "." not in name and name[0] != "_")
    faces = [name for name in tops if part_of(name) not in MACHINERY]
    behind = {
        getattr(getattr(module(name), own), "__module__", "").partition(".")[2]
        for name in faces
        for own in names(name)
        if getattr(getattr(module(name), own), "__module__", "") != f"course_lib.{name}"
    }
    return [name for name in faces if name not in behind]


PUBLIC = public_modules()


def shown() -> list[tuple[str, str, str]]:
    """``(page, module, name)`` of everything that the reference pages show."""
    found = []
    for page in sorted(API.glob("*.md")):
        for name, left_out in AUTOMODULE.findall(page.read_text(encoding="utf-8")):
            kept = set(names(name)) - set(left_out.split(", "))
            found += [(page.stem, name, own) for own in sorted(kept)]
    return found


def is_code(thing: object) -> bool:
    """Whether it is a function or a class, not a constant or a name of a type."""
    return inspect.isfunction(thing) or inspect.isclass(thing)


def public_callables() -> dict[str, object]:
    """``"losses.mse"``: the function, for every public function and class, as pages name it."""
    things = {f"{name}.{own}": getattr(module(name), own) for _, name, own in shown()}
    return {name: thing for name, thing in things.items() if is_code(thing)}


def docstrings(thing: object) -> str:
    """The docstring of a function; of a class, with those of its own public methods."""
    own = vars(thing).items() if inspect.isclass(thing) else ()
    shown = [value for name, value in own if not name.startswith("_") or name == "__call__"]
    parts = [part for part in shown if inspect.isroutine(part) or isinstance(part, property)]
    return "\n".join(inspect.getdoc(part) or "" for part in (thing, *parts))
