"""The options that _config.yml names for a course with a home of its own: where the links lead."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from small_book import HEAD, small_course

from course_lib.book import build_book

pytestmark = pytest.mark.book

HOME = "https://gitlab.example.org/your/course"
OPTION = re.compile(r"^# ?(  use_\w+_button: true|\w+:|  \w+: \S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def links(tmp_path_factory):
    """What the buttons of a page in a folder lead to, by their labels."""
    page = HEAD + "```{code-cell} ipython3\n1\n```\n"  # what can be launched
    course = small_course(tmp_path_factory.mktemp("course"), "Text.\n", **{"part/page": page})
    config = course.root / "_config.yml"
    given, count = OPTION.subn(r"\1", config.read_text())
    assert count == 3 + 4 + 4
    config.write_text(given)
    built = build_book(course, quiet=True).index.parent / "part" / "page.html"
    soup = BeautifulSoup(built.read_text(), "html.parser")
    buttons = soup.select(".article-header-buttons a")
    labels = [re.search(r"btn-((?:source|launch)-\S+)", " ".join(one["class"])) for one in buttons]
    named = {label[1]: one["href"] for label, one in zip(labels, buttons, strict=True) if label}
    return named | {one["title"]: one["href"] for one in soup.select(".dropdown-launch-buttons a")}


def test_edit_issue_and_repository_lead_to_the_page_and_its_home(links):
    assert links["source-repository-button"] == HOME
    assert links["source-edit-button"] == f"{HOME}/-/edit/main/book/part/page.md"
    assert links["source-issues-button"].startswith(f"{HOME}/-/issues/new?")
    assert "part/page.html" in links["source-issues-button"]


def test_launch_buttons_open_the_page_in_jupyterlab(links):
    hub = urlsplit(links["Launch on JupyterHub"])
    asked = parse_qs(hub.query)
    assert (hub.netloc, hub.path) == ("hub.example.org", "/hub/user-redirect/git-pull")
    assert asked["repo"] == [HOME]
    assert asked["branch"] == ["main"]
    assert asked["urlpath"][0].endswith("course/book/part/page.md")
    assert links["Launch on Binder"].startswith("https://binder.example.org/v2/")
