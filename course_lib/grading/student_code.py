"""All the Python of a notebook as one source, with what IPython's magics hide made visible."""

from __future__ import annotations

import ast
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from ..checks.forbidden import parsable

# Their arguments may hold code as text: %time, %%capture, exec and their kin.
RUN_TEXT = ("run_line_magic", "run_cell_magic", "run_cell", "exec", "eval", "compile")
MAX_ROUNDS = 3  # of code in text in code
NOT_PYTHON = re.compile(r"[%!?]|>>>|\.\.\.:|In \[|\A\s")  # what IPython may read in its own way
# IPython reads a cell anew for each line that is its own: a magic, a command, a question.
OWN_LINES = re.compile(r"^[ \t]*[%!?,;/]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
MAX_LABOUR = 2**21  # such lines of a cell, times its characters: some 5 s
# CPython 3.11 counts the depth of a syntax tree in one place for all threads (see gh-106905): two
# that parse at once fail now and then with a SystemError.
PARSING = threading.Lock()


def notebook_code(cells: Iterable[str]) -> str:
    """The code of ``cells`` in order; a cell that cannot be parsed is left out, as it cannot run.

    Raises
    ------
    RecursionError
        where code is nested too deeply, or has too many lines for IPython alone, to be read here; a
        notebook can make itself able to run it.

    >>> "import math" in notebook_code(["%time import math"]).splitlines()
    True
    """
    with PARSING:
        reader = _Reader()
        return parsable(text for cell in cells for text in reader.with_texts(reader.python(cell)))


@dataclass
class _Reader:
    """Reads one notebook, with so much labour ``left`` for what is no Python."""

    left: int = MAX_LABOUR

    def python(self, cell: str) -> str:
        """A cell as IPython would run it."""
        if not NOT_PYTHON.search(cell) and parsable([cell]):
            return cell
        self.left -= len(OWN_LINES.findall(cell)) * len(cell)
        if self.left < 0:
            raise RecursionError("more lines for IPython alone than can be read")
        try:
            return TransformerManager().transform_cell(cell)
        except Exception:  # IPython's tokenizer raises many kinds; the cell will not run either
            return cell

    def with_texts(self, source: str) -> Iterator[str]:
        """``source``, and the texts in it that are handed to something that runs them."""
        todo = [(source, 0)]
        for text, rounds in todo:  # grows while it runs
            yield text
            if rounds < MAX_ROUNDS:
                todo += [(self.python(inner), rounds + 1) for inner in _run_texts(text)]


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
                    yield given.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
