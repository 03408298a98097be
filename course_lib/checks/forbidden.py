"""Finds in a student's source what an exercise forbids, whatever name it was imported under."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

# Ways to reach a module that no list of names can see through; forbidden wherever anything is.
INDIRECT = ("importlib", "__import__")


def forbidden_uses(source: str, forbid: Iterable[str]) -> list[str]:
    """Dotted names used in ``source`` that lie at or below a forbidden one, in order, once each.

    Follows ``import a.b as c``, ``from a import b as c`` and plain assignments ``c = a.b``; a
    module that holds a forbidden name may be used for its other names. Source that cannot be
    parsed uses nothing (running it fails instead). IPython's magics are passed over.

    >>> forbidden_uses("import torch.nn.functional as F; F.mse_loss(a, y)",
    ...                ["torch.nn.functional.mse_loss"])
    ['torch.nn.functional.mse_loss']
    """
    forbid = tuple(forbid)
    if not forbid:
        return []
    tree = _parse(source)
    if tree is None:
        return []
    aliases = _aliases(tree)
    found = dict.fromkeys(
        name
        for name in _dotted_uses(tree, aliases)
        if any(_at_or_below(name, banned) for banned in (*forbid, *INDIRECT))
    )
    return list(found)


def _parse(source: str) -> ast.Module | None:
    lines = (
        "pass" if line.lstrip()[:1] in ("%", "!", "?") else line for line in source.split("\n")
    )
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _at_or_below(name: str, banned: str) -> bool:
    return name == banned or name.startswith(banned + ".")


def _aliases(tree: ast.Module) -> dict[str, str]:
    """What each local name stands for: ``{"F": "torch.nn.functional"}``."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name.split(".")[0]
                aliases[name.asname or top] = name.name if name.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                aliases[name.asname or name.name] = f"{node.module}.{name.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], _dotted(node.value, aliases)
            # Only what leads to an import is an alias; `mse = 3` is not.
            if isinstance(target, ast.Name) and value and value.split(".")[0] in aliases.values():
                aliases.setdefault(target.id, value)
    return aliases


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str:
    """``F.mse_loss`` or ``getattr(F, "mse_loss")`` as ``"torch.nn.functional.mse_loss"``, or ''."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, aliases)
        return f"{base}.{node.attr}" if base else ""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) >= 2
        and isinstance(node.args[1], ast.Constant)
    ):
        base = _dotted(node.args[0], aliases)
        return f"{base}.{node.args[1].value}" if base else ""
    return ""


def _dotted_uses(tree: ast.Module, aliases: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            yield _dotted(node, aliases)
