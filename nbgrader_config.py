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
# PostgreSQL, unlike SQLite, takes no assignment without a course.
c.CourseDirectory.course_id = "training-deep-networks"

# Release: stubs that name the exercise.
c.GenerateAssignment.preprocessors = PREPROCESSORS

# Grading: read with care, rebuild from the release, run in a sandbox, judge outside of it; points
# are saved by nbgrader's own steps. `course grade` takes these same steps.
c.Autograde.exporter_class = "course_lib.grading.plugins.AdmittingExporter"
c.Autograde.sanitize_preprocessors = [
    "course_lib.grading.plugins.Rebuild",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "course_lib.grading.plugins.SandboxExecute",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.post_convert_hook = "course_lib.grading.plugins.keep_record"
# Where bubblewrap is not installed, nothing is graded; Landlock and seccomp alone are weaker:
# c.AdmittingExporter.weaker_sandbox = True

# Late submissions; DailyPenalty's own settings (share_per_day, cap, grace_minutes) go here too.
c.AssignLatePenalties.plugin_class = "course_lib.grading.late.DailyPenalty"

# Feedback: one page a student, without scripts. It reads marks itself, so it needs no other step.
c.GenerateFeedback.exporter_class = "course_lib.grading.feedback_page.FeedbackExporter"
c.GenerateFeedback.preprocessors = []
# The formgrader shows what students wrote, too: as text, tables and formulas, never as a script.
c.HTMLExporter.filters = {"markdown2html": "course_lib.grading.safe_html.markdown_filter"}
# The grader's record holds the seed of the hidden cases: it must never be copied to students.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    "grading.json",
]
