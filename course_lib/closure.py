"""What a piece of code imports of course_lib, and what that imports in turn."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = "course_lib"


@cache
def imported(source: str, package: str = "") -> frozenset[str]:
    """Names of course_lib that ``source``, a module in ``package``, imports in whatever form.

    A name may be that of a module or of something in one. Source that is no Python imports nothing.

    >>> sorted(imported("from course_lib.losses import mse"))
    ['course_lib.losses', 'course_lib.losses.mse']
    """
    found: set[str] = set()
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return frozenset()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            home = ".".join([*(parents if node.level else ()), *filter(None, [node.module])])
            found |= {home, *(f"{home}.{alias.name}" for alias in node.names)}
    return frozenset(name for name in found if name.split(".")[0] == PACKAGE)


def files_behind(root: Path, names: Iterable[str], but: tuple[str, ...] = ()) -> set[Path]:
    """The files of the modules ``names`` of ``root``/course_lib and of all that they import.

    Modules named in ``but``, and all below them, are left out, and what only they import.
    """
    found: set[Path] = set()
    queue = [PACKAGE, *names]
    while queue:
        name = queue.pop()
        path = _file(root, name)
        if path is None or path in found or f"{name}.".startswith(tuple(f"{b}." for b in but)):
            continue
        found.add(path)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        queue += [package, *imported(_text(path, path.stat().st_mtime_ns), package)]
    return found


def _file(root: Path, module: str) -> Path | None:
    path = root.joinpath(*module.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((p for p in candidates if p.is_file()), None)


@cache
def _text(path: Path, changed: int) -> str:
    return path.read_text(encoding="utf-8")
