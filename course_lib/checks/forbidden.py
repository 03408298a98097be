"""Finds in a student's source what an exercise forbids, whatever name it was imported under."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache

# Ways to reach a function that no list of names can see through; forbidden wherever anything is.
BUILT_IN_WAYS = ("__import__", "compile", "eval", "exec", "globals", "locals", "vars")
INDIRECT = (
    *("importlib", "builtins", "__builtins__", "ctypes", "gc", "inspect", "marshal", "pickle"),
    *("runpy", "sys.modules", "operator.attrgetter", "operator.methodcaller", "types.CodeType"),
    *("types.FunctionType", ".__dict__", ".__getattribute__", ".__globals__", ".__subclasses__"),
    ".__code__",
    # The inner parts of libraries hold the same functions again.
    *("torch.ops", "torch._C", "torch._VF", "torch._refs", "torch._decomp", "torch._prims"),
    *("numpy._core", "numpy.core"),
    *BUILT_IN_WAYS,
)

# What IPython and Python put into a notebook's names.
GIVEN = frozenset(
    (*dir(builtins), "In", "Out", "_", "__", "___", "display", "exit", "get_ipython", "quit")
)

Aliases = dict[str, str]
ANY = "*"  # an attribute whose name is made while the code runs


def forbidden_uses(source: str, forbid: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """Dotted names used in ``source`` that lie at or below a forbidden one, in order, once each.

    With ``names``, only what the first of them that is defined reaches counts, through helpers and
    imports: a comparison elsewhere, or an older version of the answer, is not held against it.
    Follows ``import a.b as c``, ``from a import b as c``, ``from a import *`` and plain assignments
    ``c = a.b``; a module that holds a forbidden name may be used for its other names. A forbidden
    name that begins with a dot is a method of anything, unless the tensor's own is forbidden too
    (so that calling it fails) and a class in ``source`` has one. Source that cannot be parsed uses
    nothing (running it fails instead). IPython's magics are passed over.

    >>> forbidden_uses("import torch.nn.functional as F; F.mse_loss(a, y)",
    ...                ["torch.nn.functional.mse_loss"])
    ['torch.nn.functional.mse_loss']
    """
    forbid, names = tuple(forbid), list(names)
    reading = _read(source) if forbid else None
    if reading is None:
        return []
    uses = dict.fromkeys(reading.reached_uses(names) if names else reading.all_uses)
    own = {name for name in reading.methods if f"torch.Tensor{name}" in forbid}
    banned = _Banned(name for name in forbid if name not in own)
    return list(dict.fromkeys(hit for use in uses if (hit := banned.hit(use))))


def parsable(cells: Iterable[str]) -> str:
    """The cells that can be parsed as one source: a broken cell must not hide the others."""
    return "\n".join(cell for cell in cells if _parse(cell) is not None)


def _parse(source: str) -> ast.Module | None:
    lines = (
        "pass" if line.lstrip()[:1] in ("%", "!", "?") else line for line in source.split("\n")
    )
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Banned:
    """What an exercise forbids, and the indirect ways to it."""

    def __init__(self, forbid: Iterable[str]) -> None:
        banned = (*forbid, *INDIRECT)
        self.methods = tuple(name for name in banned if name.startswith("."))
        self.names = frozenset(banned) - frozenset(self.methods)
        self.owners = {name.rpartition(".")[0] for name in self.names}

    def hit(self, use: str) -> str:
        """``use``, or the forbidden method that it ends in, where it is forbidden; else ''."""
        if use.endswith(self.methods):
            return next(name for name in self.methods if use.endswith(name))
        parts = use.split(".")
        if any(".".join(parts[:end]) in self.names for end in range(1, len(parts) + 1)):
            return use
        owner = ".".join(parts[:-1])
        return f"getattr({owner}, ...)" if parts[-1] == ANY and owner in self.owners else ""


Nodes = Sequence[ast.AST]  # of a tree, in the order of ast.walk


class _Reading:
    """One source, parsed once: all exercises of a notebook ask about the same."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.definitions, self.aliases = _bindings(tree)
        self._uses: dict[ast.stmt, tuple[list[str], list[str]]] = {}

    @cached_property
    def methods(self) -> set[str]:
        bodies = (node.body for node in self.nodes if isinstance(node, ast.ClassDef))
        return {f".{d.name}" for body in bodies for d in body if isinstance(d, ast.FunctionDef)}

    @cached_property
    def all_uses(self) -> list[str]:
        own = _bound(self.nodes) | _parameters(self.nodes)
        return list(_dotted_uses(self.nodes, _aliases(self.nodes), own))

    @cached_property
    def indirect_uses(self) -> list[str]:
        return [use for use in self.all_uses if _Banned(()).hit(use)]

    def reached_uses(self, names: list[str]) -> Iterator[str]:
        """What the definition of the first known name uses, and the names in it, and so on."""
        todo = [name for name in names if name in self.definitions or name in self.aliases][:1]
        if not todo:  # if there is an answer at all, then it was made in a roundabout way
            yield from self.all_uses
        seen = set(todo)
        for name in todo:  # grows while it runs
            if name in self.aliases:
                yield self.aliases[name]
            if name not in self.definitions and name not in self.aliases and name not in GIVEN:
                yield from self.indirect_uses  # one of them may have made it
            for statement in self.definitions.get(name, ()):
                uses, loads = self._used_by(statement)
                yield from uses
                todo += [load for load in loads if load not in seen]
                seen.update(loads)

    def _used_by(self, statement: ast.stmt) -> tuple[list[str], list[str]]:
        """The dotted names in one statement, and the names that it takes from outside of it."""
        if statement not in self._uses:
            nodes = list(ast.walk(statement))
            local = _locals(statement, nodes)
            outer = {key: value for key, value in self.aliases.items() if key not in local}
            own = local | self.definitions.keys()
            uses = dict.fromkeys(_dotted_uses(nodes, _aliases(nodes, outer), own))
            loads = {node.id for node in nodes if isinstance(node, ast.Name)} - local
            # A method's own names are no names of the notebook's, unless they are defined there.
            inner = _bound_within(nodes) - self.definitions.keys() - self.aliases.keys()
            self._uses[statement] = list(uses), sorted(loads - inner)
        return self._uses[statement]


@lru_cache(maxsize=2)
def _read(source: str) -> _Reading | None:
    tree = _parse(source)
    return _Reading(tree) if tree is not None else None


def _bindings(tree: ast.Module) -> tuple[dict[str, list[ast.stmt]], Aliases]:
    """What each top-level name is bound to last: the statements, and the import it stands for."""
    definitions: dict[str, list[ast.stmt]] = {}
    aliases: Aliases = {}
    for statement in tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            aliases.pop(statement.name, None)
            definitions[statement.name] = [statement]
            for name in _made_global(list(ast.walk(statement))):
                definitions.setdefault(name, []).append(statement)
            continue
        nodes = list(ast.walk(statement))
        bound = _bound(nodes)
        for name in bound:
            aliases.pop(name, None)
        for name in bound | _changed(nodes, aliases):
            definitions.setdefault(name, []).append(statement)
        imported = _aliases(nodes, aliases)
        for name in imported.keys() - aliases.keys() - bound:
            definitions.pop(name, None)
        aliases = imported
    return definitions, aliases


def _bound(nodes: Nodes) -> set[str]:
    """Names that ``nodes`` assign or define (imports apart)."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in nodes if isinstance(node, kinds)}
    stored = (n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return names | {node.id for node in stored}


def _bound_within(nodes: Nodes) -> set[str]:
    """Names that ``nodes`` bind in any way, in whatever function or class of theirs."""
    names = _bound(nodes) | _parameters(nodes) | _aliases(nodes).keys()
    for node in nodes:
        if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return names


def _made_global(nodes: Nodes) -> set[str]:
    return {name for node in nodes if isinstance(node, ast.Global) for name in node.names}


def _changed(nodes: Nodes, aliases: Aliases) -> set[str]:
    """Names of what ``nodes`` put something into: ``a.b = c``, ``a["b"] = c``, ``a.append(c)``.

    A method of a module is only a call.
    """
    names = set()
    for node in nodes:
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            names.add(_base(node))
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                names.add(str(node.slice.value))  # globals()["name"] = c
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            names |= {_base(node.func)} - aliases.keys()
        elif isinstance(node, ast.Call) and _dotted(node.func, aliases) == "setattr" and node.args:
            names.add(_base(node.args[0]))
    return names - {""}


def _base(node: ast.AST) -> str:
    """``a`` of ``a.b[0].c``."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _parameters(nodes: Nodes) -> set[str]:
    return {node.arg for node in nodes if isinstance(node, ast.arg)}


def _locals(statement: ast.stmt, nodes: Nodes) -> set[str]:
    """Names that a function keeps to itself; of other statements, those of its lambdas."""
    parameters = _parameters(nodes)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return parameters | (_bound(nodes) - {statement.name} - _made_global(nodes))
    return parameters


def _aliases(nodes: Nodes, known: Aliases | None = None) -> Aliases:
    """What each local name stands for: ``{"F": "torch.nn.functional"}``; "*" of stars."""
    aliases: Aliases = dict(known or {})
    for node in nodes:
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name.split(".")[0]
                aliases[name.asname or top] = name.name if name.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                aliases[name.asname or name.name] = f"{node.module}.{name.name}"
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], _dotted(node.value, aliases)
            # Only what leads to an import is an alias; `mse = 3` is not.
            if isinstance(target, ast.Name) and _leads_to_import(value, aliases):
                aliases.setdefault(target.id, value)
    return aliases


def _leads_to_import(value: str, aliases: Aliases) -> bool:
    return any(value == name or value.startswith(name + ".") for name in aliases.values())


def _dotted(node: ast.AST, aliases: Aliases) -> str:
    """``F.mse_loss`` or ``getattr(F, "mse_loss")`` as ``"torch.nn.functional.mse_loss"``.

    What has no name, such as the result of a call, is a leading dot: ``(s - 1).mean`` is ".mean".
    """
    if isinstance(node, ast.Name):
        return aliases.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, aliases)}.{node.attr}"
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "getattr"
        and len(node.args) >= 2
    ):
        name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ANY
        return f"{_dotted(node.args[0], aliases)}.{name!s}"
    return ""


def _dotted_uses(nodes: Nodes, aliases: Aliases, own: AbstractSet[str]) -> Iterator[str]:
    """Dotted names in ``nodes``; built-in ways round them only where the name is not one's ``own``.

    An answer may well call its variances ``vars``.
    """
    star = aliases.get("*", "").removesuffix("*")  # the last star import, or ''
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Name) and node.id in BUILT_IN_WAYS:
            yield "" if node.id in own else node.id
        elif isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
            yield _dotted(node, aliases)
            if star and isinstance(node, ast.Name) and node.id not in aliases:
                yield star + node.id
