"""Mutated notebooks through admit and rebuild: a notebook or a reason comes out, never a crash."""

from __future__ import annotations

import copy
import json
import random

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from tiny_set import released, released_notebook, submitted_notebook

from course_lib.grading.admit import Rejected, admit
from course_lib.grading.rebuild import is_test, rebuild
from course_lib.grading.run import invalid_result
from course_lib.grading.states import State
from course_lib.grading.student_code import notebook_code

NOTEBOOKS = 2000
BATCHES = 8  # each a test of its own, so that a failure names its seeds
ODD = (None, True, -1, 0, 1e308, float("nan"), 10**30, "", "x", "\ud800", "\0", [], {}, [[]])
ODD += (
    [None],
    {"": {}},
    "test_total",
    "double",
    "nbgrader",
    "5.0",
    {"grade_id": "total"},
    "é" * 99,
)
# Bytes that mean something to a parser of JSON or text.
BYTES = (b"", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\0", b"\xff", b"\xef\xbb\xbf")
BYTES += (b"null", b"1e999", b"NaN", b"\\ud800", b"\xc3\x28", b'"cells"', b'"source"', b"\r\n")


def seed_notebook() -> NotebookNode:
    """A submission with a bit of everything."""
    notebook = submitted_notebook()
    notebook.cells[2:2] = [
        new_code_cell("%time x = [1, 2]\n!ls\nprint(x)"),
        new_markdown_cell("# *A* $x^2$", attachments={"a.png": {"image/png": "AAAA"}}),
        new_raw_cell("raw"),
    ]
    return notebook


def places(value, found=None) -> list:
    """Every (container, key) of a tree of JSON."""
    found = [] if found is None else found
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        found.append((value, key))
        places(value[key], found)
    return found


def mutate_tree(notebook, rng: random.Random) -> bytes:
    """Some values replaced, removed, doubled, moved or wrapped."""
    for _ in range(rng.randint(1, 6)):
        found = places(notebook)
        if not found:
            break
        container, key = rng.choice(found)
        other, other_key = rng.choice(found)
        act = rng.randrange(6)
        if act == 0:
            container[key] = copy.deepcopy(rng.choice(ODD))
        elif act == 1:
            del container[key]
        elif act == 2:
            container[key] = copy.deepcopy(other[other_key])
        elif act == 3 and isinstance(container, list):
            container.insert(key, copy.deepcopy(container[key]))
        elif act == 4:
            container[key] = [copy.deepcopy(container[key])] * rng.randint(0, 3)
        elif isinstance(container, list):
            rng.shuffle(container)
        else:
            container[str(rng.choice(ODD))] = container.pop(key)
    return json.dumps(notebook).encode()


def mutate_bytes(content: bytes, rng: random.Random) -> bytes:
    """Some bytes replaced, removed, inserted, doubled, or the end cut off."""
    given = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(given) + 1)
        length = rng.choice((1, 1, 1, 4, 40))
        act = rng.randrange(5)
        if act == 0:
            given[at : at + length] = rng.randbytes(length)
        elif act == 1:
            del given[at : at + length]
        elif act == 2:
            given[at:at] = rng.choice(BYTES) * rng.choice((1, 1, 2, 1000))
        elif act == 3:
            given[at:at] = given[at : at + 40]
        elif rng.random() < 0.2:
            del given[at:]
    return bytes(given)


def mutated(number: int) -> bytes:
    """The notebook of this number: the same on every machine."""
    rng = random.Random(number)
    notebook = json.loads(json.dumps(seed_notebook()))
    content = json.dumps(notebook).encode() if number % 2 else mutate_tree(notebook, rng)
    return content if number % 4 == 0 else mutate_bytes(content, rng)


def require_sound(notebook: NotebookNode) -> None:
    """The rebuilt notebook has the release's tests, unchanged, once each and in their order."""
    nbformat.validate(nbformat.from_dict(json.loads(json.dumps(notebook))), relax_add_props=True)
    wanted = [cell for cell in released_notebook().cells if is_test(cell)]
    assert [cell for cell in notebook.cells if is_test(cell)] == wanted
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    given = sorted(name for name in ids if not name.startswith("added-"))
    assert given == sorted(cell.id for cell in released_notebook().cells)
    for cell in notebook.cells:
        assert not cell.metadata.get("tags")
        if cell.id.startswith("added-"):
            assert "nbgrader" not in cell.metadata
    assert notebook.metadata == released_notebook().metadata
    notebook_code(cell.source for cell in notebook.cells if cell.cell_type == "code")
    "".join(cell.source for cell in notebook.cells).encode()  # what a file can hold


def admitted(content: bytes) -> NotebookNode | None:
    """None where it was rejected, in one line."""
    try:
        return admit(content)
    except Rejected as rejected:
        reason = str(rejected)
    assert reason
    assert reason.isprintable()
    return None


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_mutated_notebook_is_graded_or_rejected(batch):
    notebooks = [admitted(mutated(number)) for number in range(batch, NOTEBOOKS, BATCHES)]
    read = [notebook for notebook in notebooks if notebook is not None]
    for notebook in read:
        require_sound(rebuild(released_notebook(), notebook).notebook)
    assert len(read) > 20


def test_a_rejected_notebook_has_a_result_too():
    result = invalid_result(released_notebook(), released(), "no notebook")
    assert (result.state, result.points) == (State.INVALID, 0)
