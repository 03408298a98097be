"""What students are given: one zip with notebooks, checks and a page to start from.

It holds no solution, no hidden case and no code that grades. Exercises go in as ``published`` ones;
of course_lib go in the checks, the command ``course check``, and what the notebooks import to draw
with. The same source gives the same bytes.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat

from .checks.published import published
from .checks.registry import FILE, exercises_of
from .closure import PACKAGE, files_behind, imported
from .course import Course

NAME = "training-deep-networks"  # the folder that the zip unpacks to
COMMAND = f"{PACKAGE}.cli.student"
# Named where students' code never comes by: the declarations, and the instructors' commands.
LEFT_OUT = (f"{PACKAGE}.exercises", f"{PACKAGE}.cli.app")
# What a student installs; versions are those of requirements.txt.
REQUIREMENTS = (
    *("numpy", "torch", "matplotlib", "scipy", "scikit-learn", "array-api-compat"),
    *("jupyterlab", "nbgrader", "typer", "rich"),
)
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell
TEMPLATES = Path(__file__).parent / "bundle_files"
BOOK_LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./)+book/([\w/]+)\.md(#[\w-]+)?\)")


def write_bundle(course: Course, target: Path, book_url: str = "") -> list[str]:
    """Write the zip; the names of what is in it.

    Parameters
    ----------
    book_url : address of the built book, to which the notebooks' links lead; without one they are
        plain words

    Raises
    ------
    ValueError
        where nothing is released yet, or a notebook imports what answers an exercise.
    """
    contents = dict(sorted(_contents(course, book_url)))
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in contents.items():
            info = zipfile.ZipInfo(f"{NAME}/{name}", EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            bundle.writestr(info, content)
    return list(contents)


def _contents(course: Course, book_url: str) -> Iterator[tuple[str, bytes]]:
    sets = [name for name in course.set_names() if any(_released(course, name))]
    if not sets:
        raise ValueError("no problem set is released yet: run course release first")
    wanted = {COMMAND}
    for set_name in sets:
        for path in _released(course, set_name):
            content = path.read_bytes()
            if path.suffix == ".ipynb":
                wanted |= _imported_by_notebook(content)
                content = _with_links(content, book_url)
            yield f"assignments/{set_name}/{path.name}", content
        yield from _published_set(course, set_name)
    paths = _modules(course.root, wanted)
    _refuse_answers(sets, {_name(course.root, path) for path in paths})
    for path in paths:
        yield str(path.relative_to(course.root)), path.read_bytes()
    yield "requirements.txt", _requirements(course.root).encode()
    for path in sorted(TEMPLATES.iterdir()):
        yield path.name, path.read_bytes()


def _released(course: Course, set_name: str) -> list[Path]:
    return sorted(path for path in (course.assignments / set_name).glob("*") if path.is_file())


# --- exercises ---


def _published_set(course: Course, set_name: str) -> Iterator[tuple[str, bytes]]:
    home, rules, told = f"{PACKAGE}/published/{set_name}", set(), []
    for exercise in exercises_of(set_name).values():
        accepted_by = ""
        if exercise.accept:
            rule = _rule(course.root, set_name, exercise.name, exercise.accept.__module__)
            rules.add(rule)
            accepted_by = f"{home.replace('/', '.')}.{rule.stem}:{exercise.accept.__name__}"
        told.append(published(exercise, accepted_by))
    yield f"{home}/{FILE}", json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    for path in sorted(rules):
        yield f"{home}/{path.name}", path.read_bytes()


def _rule(root: Path, set_name: str, name: str, module: str) -> Path:
    """The module that judges a random answer; it stands alone, for students are given it."""
    path = root.joinpath(*module.split(".")).with_suffix(".py")
    others = imported(path.read_text(encoding="utf-8"), module.rpartition(".")[0])
    alone = all(other.startswith(f"{PACKAGE}.checks.") for other in others)
    if path.parent != root / PACKAGE / "exercises" / set_name or not alone:
        raise ValueError(
            f"{name}: its accept stands in {module}, which students are given: move it "
            f"to a module of {set_name} that imports nothing but {PACKAGE}.checks.… of the course"
        )
    return path


def _refuse_answers(sets: Iterable[str], modules: Iterable[str]) -> None:
    """No module that students are given may be one that an exercise forbids."""
    answers = {
        name: exercise.name
        for set_name in sets
        for exercise in exercises_of(set_name).values()
        for name in exercise.forbid
        if name.startswith(f"{PACKAGE}.")
    }
    for module in modules:
        for name, exercise in answers.items():
            if module == name or module.startswith(f"{name}."):
                raise ValueError(
                    f"a notebook brings in {module}, which answers the exercise {exercise}: "
                    "draw with matplotlib, or with what the student wrote"
                )


# --- modules ---


def _imported_by_notebook(content: bytes) -> set[str]:
    cells = nbformat.reads(content.decode(), as_version=4).cells
    return set().union(*(imported(cell.source) for cell in cells if cell.cell_type == "code"))


def _modules(root: Path, wanted: set[str]) -> list[Path]:
    checks = (root / PACKAGE / "checks").glob("*.py")
    names = wanted | {f"{PACKAGE}.checks.{path.stem}" for path in checks}
    return sorted(files_behind(root, names, but=LEFT_OUT))


def _name(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


# --- text ---


def _requirements(root: Path) -> str:
    lines = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = {line.partition("==")[0].lower(): line for line in lines}
    return "".join(f"{pins[name]}\n" for name in REQUIREMENTS)


def _with_links(content: bytes, book_url: str) -> bytes:
    """The notebook with its links to the book's sources turned to the book, or to plain words."""
    base = book_url.rstrip("/")

    def link(match: re.Match[str]) -> str:
        words, page, anchor = match[1], match[2], match[3] or ""
        return f"[{words}]({base}/{page}.html{anchor})" if base else f"{words} of the book"

    return BOOK_LINK.sub(link, content.decode()).encode()
