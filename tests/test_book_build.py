"""`build_book` on a book of one page: what it does again, what it does not, and how it fails."""

import re
from pathlib import Path

import pytest
from small_book import HEAD, small_course

from course_lib.book import build_book

pytestmark = pytest.mark.book

CELLS = """```{code-cell} ipython3
import time
from course_lib import losses
print("executed at", time.time_ns())
```
"""
FIGURE = """```{code-cell} ipython3
import matplotlib.pyplot as plt
from course_lib import plotting
plotting.use_book_style()
plotting.curves(plt.subplots()[1], [0, 1], {"a": [0, 1], "b": [1, 0]}, title="$x^2$");
```
"""


def executed_at(course):
    page = build_book(course, quiet=True).index.with_name("intro.html").read_text()
    return re.search(r"executed at (\d+)", page).group(1)


def built(course):
    html = build_book(course, quiet=True).index.parent
    return {
        path.relative_to(html).as_posix(): path.read_bytes()
        for path in html.rglob("*")
        if path.is_file() and "_static" not in path.parts
    }


def test_a_chapter_is_executed_again_only_when_what_it_computes_with_changes(tmp_path):
    course = small_course(tmp_path, CELLS)
    first = executed_at(course)
    written = (tmp_path / "build/book/_build/html/intro.html").stat().st_mtime_ns

    assert executed_at(course) == first
    assert (tmp_path / "build/book/_build/html/intro.html").stat().st_mtime_ns == written

    page = course.book / "intro.md"
    page.write_text(page.read_text() + "\nA new sentence.\n")
    (tmp_path / "course_lib" / "dropout.py").write_text("x = 2\n")
    assert executed_at(course) == first, "the page does not import it"
    assert "A new sentence." in (tmp_path / "build/book/_build/html/intro.html").read_text()

    (tmp_path / "course_lib" / "losses.py").write_text("x = 2\n")
    second = executed_at(course)
    assert second != first

    (tmp_path / "requirements.txt").write_text("numpy==1\n")
    assert executed_at(course) != second


MANY = {f"page{n}": f"(part{n})=\n# Page {n}\n\nAfter {{ref}}`part{n - 1}`.\n" for n in range(1, 7)}
PART = "(part0)=\n# Part\n\nText.\n" + FIGURE


@pytest.fixture(scope="module")
def seven_pages(tmp_path_factory):
    """A course whose book has seven pages and has been built, and its files."""
    course = small_course(tmp_path_factory.mktemp("built") / "course", PART, **MANY)
    return course, built(course)


def test_the_same_source_gives_the_same_bytes_in_any_folder(seven_pages, tmp_path):
    _, one = seven_pages
    assert any(name.endswith(".svg") for name in one)
    assert one == built(small_course(tmp_path / "two", PART, **MANY))


def test_warnings_and_failing_cells_fail_the_build_until_they_are_mended(tmp_path, capfd):
    course = small_course(
        tmp_path, "See {doc}`nowhere`.\n" + CELLS.replace("time.time_ns()", "1 / 0")
    )
    with pytest.raises(RuntimeError) as told:
        build_book(course)
    log = tmp_path / "build/book/build.log"
    assert re.fullmatch(
        rf"the book did not build: .*intro\.md.* \(ZeroDivisionError: .*\); log: {log}",
        str(told.value),
    )
    assert "unknown document: 'nowhere'" in log.read_text()
    assert "unknown document: 'nowhere'" in capfd.readouterr().out

    stderr = "```{code-cell} ipython3\nimport sys\nprint('careful', file=sys.stderr)\n```\n"
    (course.book / "intro.md").write_text(HEAD + stderr)
    with pytest.raises(RuntimeError, match=r"stderr was found"):
        build_book(course, quiet=True)
    assert capfd.readouterr().out == ""

    (course.book / "intro.md").write_text(HEAD + "All is well.\n")
    assert build_book(course, quiet=True).pages == 1


@pytest.mark.parametrize("name", ["_config.yml", "book/_toc.yml"])
def test_a_missing_part_is_named(tmp_path, name):
    course = small_course(tmp_path, "Text.\n")
    (tmp_path / name).unlink()
    with pytest.raises(
        ValueError, match=f"the book needs {Path(name).name}: there is no .*restore"
    ):
        build_book(course)


def test_a_build_after_an_edit_gives_what_a_build_from_nothing_gives(seven_pages, tmp_path):
    course, _ = seven_pages
    edited = course.book / "page3.md"
    edited.write_text(edited.read_text().replace("# Page 3", "# Another title"))
    warm = built(course)
    cold = built(small_course(tmp_path, PART, **{**MANY, "page3": edited.read_text()}))
    assert warm == cold
    assert b"Another title" in warm["page4.html"]

    edited.write_text(edited.read_text().replace("(part3)=", ""))
    with pytest.raises(RuntimeError, match=r"page4\.md.*undefined label: 'part3'"):
        build_book(course, quiet=True)
    with pytest.raises(RuntimeError, match=r"page4\.md.*undefined label: 'part3'"):
        build_book(course, quiet=True)
