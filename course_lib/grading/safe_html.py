"""HTML that may hold a student's words but never a student's program.

Scripts, handlers, frames, forms, styles and anything that would make the reader's browser ask
another machine are dropped; what is left is text, tables, pictures that are inside the page, and
links to click.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

import bleach
from bs4 import BeautifulSoup
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .admit import words
from .mathml import mathml
from .pictures import pixels

# Removed with all they hold; of any other unknown element only the tags go.
EMPTIED = re.findall(
    r"\w+",
    "script style iframe frame frameset object embed applet template noscript svg math title "
    "textarea select option xmp noembed noframes plaintext audio video canvas",
)
TAGS = re.findall(
    r"\w+",
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol "
    "p pre s samp small span strong sub sup table tbody td tfoot th thead tr ul",
)
CLICKABLE = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
EMBEDDED = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=]*)\Z")
PLAIN_ATTRIBUTES = {"title", "colspan", "rowspan", "alt", "width", "height", "start"}
# LaTeX's displays, and what their bodies are inside a formula.
DISPLAYS = {"equation": "", "align": "aligned", "gather": "aligned", "eqnarray": "aligned"}
MAX_MARKDOWN = 20_000  # characters, pictures aside: seven closely printed pages, rendered in 2 s
NO_MATHJAX = "tex2jax_ignore mml2jax_ignore mathjax_ignore"  # for its versions 2 and 3
FORMULA = "\ue000"  # a private character that no input keeps: marks the place of a formula


def clean_html(html: str) -> str:
    """``html`` without anything active and without anything that is fetched from elsewhere.

    >>> clean_html('<b onclick="x()">bold</b><script>x()</script>')
    '<b>bold</b>'
    """
    soup = BeautifulSoup(html, "html.parser")
    for element in soup(EMPTIED):
        element.decompose()
    return bleach.clean(
        str(soup),
        tags=TAGS,
        attributes=_may_keep,
        protocols=["http", "https", "mailto", "data"],
        strip=True,
    )


def _may_keep(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and CLICKABLE.match(value) is not None
    if name == "src":
        found = EMBEDDED.match(value) if tag == "img" else None
        return found is not None and pixels(found[1], found[2]) > 0
    if name == "class":  # the colours of highlighted code
        return tag == "span" or value == "highlight"
    return name in PLAIN_ATTRIBUTES


def markdown_html(source: str, attachments: dict[str, Any] | None = None) -> str:
    """Markdown with TeX formulas as clean HTML with MathML; raw HTML in it is shown as text.

    A text longer than any answer is shown as it stands: a parser of Markdown can be kept busy for
    hours by a text made for that.
    """
    if words(source) > MAX_MARKDOWN:
        return f"<pre>{escape(source)}</pre>"
    renderer = _Renderer(attachments)
    text = MarkdownWithMath(renderer=renderer).render(source.replace(FORMULA, ""))
    return re.sub(
        f"{FORMULA}([0-9]+){FORMULA}",
        lambda found: renderer.formulas[int(found[1])],
        clean_html(text),
    )


@pass_context
def markdown_filter(context: Context, source: str) -> str:
    """``markdown_html`` as a filter of nbconvert's templates, for nbgrader's own pages.

    What a student writes is shown there to an instructor whose browser may run anything, MathJax
    among it, which makes links of TeX: it is told to leave this text alone.
    """
    cell = context.get("cell") or {}
    return f'<div class="{NO_MATHJAX}">{markdown_html(source, cell.get("attachments"))}</div>'


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with formulas kept aside until the page has been cleaned."""

    def __init__(self, attachments: dict[str, Any] | None) -> None:
        super().__init__(
            escape=True,
            allow_harmful_protocols=False,
            exclude_anchor_links=True,
            attachments=attachments or {},
        )
        self.formulas: list[str] = []

    def _set_aside(self, tex: str, display: bool) -> str:
        self.formulas.append(mathml(tex, display))
        return f"{FORMULA}{len(self.formulas) - 1}{FORMULA}"

    def block_math(self, body: str) -> str:
        return self._set_aside(body, display=True)

    def inline_math(self, body: str) -> str:
        return self._set_aside(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        inner = DISPLAYS.get(name.rstrip("*"), name)
        tex = f"\\begin{{{inner}}}{body}\\end{{{inner}}}" if inner else body
        return self._set_aside(tex, display=True)

    def block_mermaidjs(self, code: str) -> str:
        return self.block_code(code)  # a drawing made by a script: its source is shown

    # A formula is markup: put inside an attribute it would end the attribute.
    def image(self, text: str, url: str, title: str | None = None) -> str:
        return super().image(_no_formula(text), url, _no_formula(title))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return super().link(text, url, _no_formula(title))

    def _embed_image_or_attachment(self, src: str) -> str:
        name = src.removeprefix("attachment:")
        if name != src and not self.attachments.get(name):
            return ""  # nothing of that name came with the notebook
        return str(super()._embed_image_or_attachment(src))


def _no_formula(text: str | None) -> str:
    return re.sub(f"{FORMULA}[0-9]*{FORMULA}", "", text or "")
