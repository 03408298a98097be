"""TeX formulas as MathML, which browsers show without any script."""

from __future__ import annotations

import re
from html import escape
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring
from docutils.utils.math.latex2mathml import tex2mathml

MAX_CHARACTERS = 5000  # a longer "formula" is an attempt to keep the machine busy
TAGS = re.findall(
    r"\w+",
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom menclose "
    "msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd",
)
ATTRIBUTES = re.findall(
    r"\w+",
    "display displaystyle mathvariant stretchy fence form movablelimits accent accentunder "
    "largeop lspace rspace width height depth columnalign minsize maxsize linethickness "
    "scriptlevel notation",
)
APPLY = "\u2061"  # stands, invisible, between a function's name and its argument
THIN = "0.1667em"
UNSPACED = ("|", "‖", "/")  # ordinary symbols in TeX, operators with room around them in MathML
CLASSES = ("ams-align", "cases")  # aligned equations; the style sheet knows them


def mathml(tex: str, display: bool = False) -> str:
    """``tex`` as a ``<math>`` element; where it cannot be read, as its source in ``<code>``.

    The formula may come from a student: only elements and attributes that show mathematics pass.

    >>> mathml("x^2")
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    >>> mathml(r"\\nonsense{<script>}")
    '<code>\\\\nonsense{&lt;script&gt;}</code>'
    """
    try:
        if len(tex) > MAX_CHARACTERS:
            raise ValueError("too long to be a formula")
        # The converter writes one entity that XML does not know; it is an invisible character.
        tree = fromstring(
            tex2mathml(_braced(tex), as_block=display).replace("&ApplyFunction;", "\u2061")
        )
        _keep_mathematics(tree)
    except Exception:  # the converter fails on bad TeX in many ways; none may stop a page
        return f"<code>{escape(tex)}</code>"
    return tostring(tree, encoding="unicode", short_empty_elements=False)


def _braced(tex: str) -> str:
    """TeX lets ``\\frac12`` stand for ``\\frac{1}{2}``; the converter wants the braces."""
    tex = re.sub(r"(\\[tdc]?frac)\s*(\d)", r"\1{\2}", tex)
    return re.sub(r"(\\[tdc]?frac\{[^{}]*\})\s*(\d)", r"\1{\2}", tex)


def _keep_mathematics(element: Element) -> None:
    """Drop all but known elements and attributes, and the layout spaces between elements."""
    element.tag = str(element.tag).rpartition("}")[2]
    if element.tag not in TAGS:
        raise ValueError(f"no element of a formula: {element.tag}")
    known = {"class": element.get("class", "")} if element.get("class") in CLASSES else {}
    known |= {name: value for name, value in element.attrib.items() if name in ATTRIBUTES}
    element.attrib.clear()
    element.attrib.update(known)
    for child, after in zip(element, [*element, None][1:], strict=True):
        child.tail = None
        _keep_mathematics(child)
        _space(child, after, first=child is element[0])
    if len(element):
        element.text = None


def _space(element: Element, after: Element | None, first: bool) -> None:
    """Set the spaces that TeX sets and browsers do not: y ln x, not ylnx; but ln(x), |x|."""
    if element.tag == "mo" and element.text in UNSPACED:
        element.attrib.update(lspace="0", rspace="0")
    if after is not None and after.text == APPLY and element.tag == "mi":
        element.tag = "mo"
        element.attrib.update(lspace="0" if first else THIN, rspace="0")
    if element.text == APPLY and after is not None and after.text != "(":
        element.tag, element.text = "mspace", None
        element.set("width", THIN)
