"""nbgrader's converter, kept from what a submission folder may hold beside a notebook."""

from __future__ import annotations

import shutil
from datetime import datetime
from fnmatch import fnmatch
from glob import glob
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from ..course import Course
from .marks import RECORD
from .submission import read_timestamp


class CarefulCourseDirectory(CourseDirectory):
    """A course directory that never follows a link or waits for a pipe.

    nbgrader copies whatever lies in a submission folder, through links too, and opens
    ``timestamp.txt`` whatever it is. Here it copies nothing (``copy_other_files`` does) and reads
    a time only from a regular file.
    """

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        return read_timestamp(Path(dest_path))


def list_later(converter_class: type[Autograde], ours: type) -> None:
    """Let the exporter class ``ours`` make the list of submissions (see ``make_careful``).

    nbgrader makes its own before it makes an exporter, and stops where nobody who is asked for has
    handed in a notebook of the right name; there is no trait or hook that comes earlier.
    """
    listed = converter_class.init_notebooks

    def init_notebooks(self: Autograde) -> None:
        folder = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        if issubclass(self.exporter_class, ours) and glob(folder):
            self.assignments, self.notebooks = {}, []
        else:
            listed(self)

    converter_class.init_notebooks = init_notebooks


def make_careful(converter: Autograde) -> None:
    """Give this converter, and no other part of nbgrader, a careful view of its work.

    Submissions without their notebook, or with it renamed, come onto its list, so that ``admit``
    can say why they get no points; results of a grading that was cut short are removed.
    """
    plain = converter.coursedir
    careful = CarefulCourseDirectory(parent=plain.parent, config=plain.config)
    for name in plain.trait_names(config=True):
        setattr(careful, name, getattr(plain, name))
    careful.ignore = ["*"]
    converter.coursedir = careful
    released = Course(Path(plain.root)).assignments / plain.assignment_id
    names = [p.stem for p in sorted(released.glob("*.ipynb")) if fnmatch(p.stem, plain.notebook_id)]
    for folder in glob(converter._format_source(plain.assignment_id, plain.student_id)):
        converter.assignments[folder] = [str(Path(folder, f"{name}.ipynb")) for name in names]
        graded = Path(converter._format_dest(plain.assignment_id, Path(folder).parent.name))
        if graded.is_dir() and not (graded / RECORD).is_file():
            shutil.rmtree(graded)
