"""HTML, Markdown and formulas for a page: whatever a student wrote is inert, and in shape."""

import doctest

import pytest
from bs4 import BeautifulSoup
from inert import ATTACKS, MARKDOWN_ATTACKS, require_inert

from course_lib.grading import mathml, pages, safe_html
from course_lib.grading.mathml import mathml as to_mathml
from course_lib.grading.safe_html import clean_html, markdown_html

# nbgrader's own way of adding a submission; it does no harm.
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted:sqlalchemy.exc.SAWarning")


@pytest.mark.parametrize("attack", ATTACKS)
def test_cleaned_html_is_inert(attack):
    require_inert(clean_html(f"before {attack} after"))


@pytest.mark.parametrize("attack", ATTACKS + MARKDOWN_ATTACKS)
def test_markdown_is_inert(attack):
    require_inert(markdown_html(f"before {attack} after\n\n{attack}"))


def test_aligned_equations_are_a_table_and_bad_tex_is_shown_as_it_stands():
    aligned = "\\begin{align*} a &= b \\\\ c &= d \\end{align*}"
    assert markdown_html(aligned).count("<mtr>") == 2
    assert to_mathml("\\tfrac12") == to_mathml("\\tfrac{1}{2}") != to_mathml("\\tfrac{12}")
    assert to_mathml("\\nonsense{x}") == "<code>\\nonsense{x}</code>"
    assert to_mathml("{" * 6000).startswith("<code>{{{")
    assert to_mathml("{" * 3000).startswith("<code>{{{")


def test_formulas_are_spaced_as_tex_spaces_them():
    assert to_mathml("y\\ln x") == (
        '<math><mi>y</mi><mo lspace="0.1667em" rspace="0">ln</mo>'
        '<mspace width="0.1667em"></mspace><mi>x</mi></math>'
    )
    assert "<mspace" not in to_mathml("\\ln(x)")
    assert to_mathml("|x|").count('lspace="0" rspace="0"') == 2


def test_a_table_of_an_output_keeps_its_shape():
    html = clean_html("<table><tr><th colspan='2'>a</th></tr><tr><td>1</td><td>2</td></tr></table>")
    assert [len(row(["th", "td"])) for row in BeautifulSoup(html, "html.parser")("tr")] == [1, 2]


@pytest.mark.parametrize("module", [mathml, safe_html, pages])
def test_docstrings(module):
    assert doctest.testmod(module).failed == 0
