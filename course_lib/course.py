"""Where things lie in a course folder: one place that knows nbgrader's directories."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MARK = "nbgrader_config.py"  # the file that makes a folder a course folder


@dataclass(frozen=True)
class Course:
    """A course folder. ``root`` is the folder that holds ``nbgrader_config.py``."""

    root: Path

    @property
    def book(self) -> Path:
        return self.root / "book"

    @property
    def solutions(self) -> Path:
        """The edited sources: ``<set>/<notebook>.md`` with worked solutions."""
        return self.root / "solutions"

    @property
    def source(self) -> Path:
        """nbgrader's source notebooks, made from the solutions."""
        return self.root / "build" / "source"

    @property
    def assignments(self) -> Path:
        """The student versions, generated and committed."""
        return self.root / "assignments"

    @property
    def submitted(self) -> Path:
        """``<student>/<set>/<notebook>.ipynb`` as handed in."""
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def reports(self) -> Path:
        """Summaries of the class, for the instructor."""
        return self.root / "build" / "reports"

    @property
    def gradebook_url(self) -> str:
        """SQLAlchemy address of nbgrader's gradebook, as ``nbgrader_config.py`` has it too."""
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def set_names(self) -> list[str]:
        """Names of the problem sets that have a source, in order."""
        return sorted(
            folder.name for folder in self.solutions.glob("*") if any(folder.glob("*.md"))
        )

    def require_set(self, name: str) -> str:
        """``name``, where the course has such a set.

        Raises
        ------
        ValueError
            where it has not; the message lists those there are.
        """
        if name not in self.set_names():
            known = ", ".join(self.set_names()) or "none yet"
            raise ValueError(f"unknown assignment {name!r}: the sets in solutions/ are {known}")
        return name


def find_course(start: Path | None = None) -> Course:
    """The course folder at or above ``start`` (default: the current folder).

    Raises
    ------
    ValueError
        where there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / MARK).is_file():
            return Course(folder)
    raise ValueError(f"no {MARK} in {here} or above: run this inside the course folder")
