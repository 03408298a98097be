"""`execute_chapters`: side by side, kept for Sphinx, and what is told of each."""

import shutil

import pytest
from jupyter_cache import get_cache
from small_book import HEAD, ROOT

from course_lib.book_execute import execute_chapters

CELL = "```{{code-cell}} ipython3\n{}\n```\n"
# Each says that it has begun, and ends when the other has.
MEET = """import pathlib, time
here, there = pathlib.Path({!r}), pathlib.Path({!r})
here.touch()
while not there.exists():
    time.sleep(0.01)
print("met")"""


@pytest.fixture
def run(tmp_path):
    """Execute chapters, given by their texts; a list of what was told."""
    shutil.copy(ROOT / "_config.yml", tmp_path)

    def execute(**texts):
        chapters = {name: tmp_path / f"{name}.md" for name in texts}
        for name, path in chapters.items():
            path.write_text(texts[name])
        config, cache = tmp_path / "_config.yml", tmp_path / "cache"
        return list(execute_chapters(chapters, config, cache, processes=2))

    return execute


def test_two_chapters_are_executed_at_the_same_time(run, tmp_path):
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    done = run(
        first=HEAD + CELL.format(MEET.format(one, two)),
        second=HEAD + CELL.format(MEET.format(two, one)),
    )
    assert sorted(executed.chapter for executed in done) == ["first", "second"]
    assert all(executed.error is None for executed in done)
    assert [cell.outputs[0].text for cell in done[0].notebook.cells if "outputs" in cell] == [
        "met\n"
    ]


def test_a_line_that_is_printed_in_two_goes_stays_one_line(run):
    cell = "import time\nprint('one', end=' ', flush=True)\ntime.sleep(0.5)\nprint('line')"
    (executed,) = run(chapter=HEAD + CELL.format(cell))
    (outputs,) = [cell.outputs for cell in executed.notebook.cells if "outputs" in cell]
    assert [output.text for output in outputs] == ["one line\n"]


def test_what_is_kept_is_not_executed_again_and_what_failed_is(run, tmp_path):
    texts = {
        "good": HEAD + CELL.format("print(6 * 7)"),
        "bad": HEAD + CELL.format("1 / 0"),
        "words": "# No cells\n",
    }
    told = sorted(str(executed) for executed in run(**texts))
    assert told[0].startswith("bad: failed after ")
    assert told[0].endswith(" s (ZeroDivisionError: division by zero)")
    assert told[1].startswith("good: executed in ")
    assert len(told) == 2
    kept = get_cache(tmp_path / "cache").list_cache_records()
    assert [record.uri for record in kept] == [str(tmp_path / "good.md")]
    assert [executed.chapter for executed in run(**texts)] == ["bad"]


def test_a_kernel_has_one_thread_and_its_chapters_folder(run, tmp_path):
    code = "import os\nprint(os.environ['OMP_NUM_THREADS'], os.getcwd())"
    (done,) = run(page=HEAD + CELL.format(code))
    assert done.notebook.cells[-1].outputs[0].text == f"1 {tmp_path}\n"


def test_a_kernel_that_cannot_start_is_an_error(run):
    with pytest.raises(RuntimeError, match=r"(?s)page could not be executed: .*no_such_kernel"):
        run(page=HEAD.replace("name: python3", "name: no_such_kernel") + CELL.format("1"))
