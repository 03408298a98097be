"""All the Python of a notebook as one source, with what IPython's magics hide made visible."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterable, Iterator

from IPython.core.inputtransformer2 import TransformerManager

from ..checks.forbidden import parsable

# Their arguments may hold code as text: %time, %%capture, exec and their kin.
RUN_TEXT = ("run_line_magic", "run_cell_magic", "run_cell", "exec", "eval", "compile")
MAX_ROUNDS = 3  # of code in text in code
# CPython 3.11 counts the depth of a syntax tree in one place for all threads (see gh-106905): two
# that parse at once fail now and then with a SystemError.
PARSING = threading.Lock()


def notebook_code(cells: Iterable[str]) -> str:
    """The code of ``cells`` in order; a cell that cannot be parsed is left out, as it cannot run.

    Raises
    ------
    RecursionError
        where code is nested too deeply to be read here; a notebook can make itself able to run it.

    >>> "import math" in notebook_code(["%time import math"]).splitlines()
    True
    """
    with PARSING:
        return parsable(text for cell in cells for text in _with_texts(_plain_python(cell)))


def _plain_python(cell: str) -> str:
    try:
        return TransformerManager().transform_cell(cell)
    except Exception:  # IPython's tokenizer raises many kinds; the cell will not run either
        return cell


def _with_texts(source: str) -> Iterator[str]:
    """``source``, and the texts in it that are handed to something that runs them."""
    todo = [(source, 0)]
    for text, rounds in todo:  # grows while it runs
        yield text
        if rounds < MAX_ROUNDS:
            todo += [(inner, rounds + 1) for inner in _run_texts(text)]


def _run_texts(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except MemoryError as error:  # the parser's word for its own stack
        raise RecursionError("too deep for the parser") from error
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in RUN_TEXT:
            for given in node.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str):
                    yield _plain_python(given.value)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
