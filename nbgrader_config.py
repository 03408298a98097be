"""nbgrader's configuration for this course: where things lie, and which steps it runs."""

from pathlib import Path

from course_lib.release_stubs import PREPROCESSORS

c = get_config()  # noqa: F821  nbgrader puts get_config there
root = Path(__file__).parent.resolve()

# Where things lie; course_lib/course.py says the same.
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "assignments"
c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"

# Release: stubs that name the exercise.
c.GenerateAssignment.preprocessors = PREPROCESSORS
