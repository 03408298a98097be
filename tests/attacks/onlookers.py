"""Whoever reads what comes back: overlays, false marks, links, and the machine that shows them."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from .attack import Attack

ANY = ("graded", "timeout", "memory", "crash", "tampered")
TAGS = ("<script", "<svg", "<base", "<style>*", "<link rel=x", '<a href="javascript', "<iframe",
        '<a href="data:', '<meta http-equiv="refresh"', "<form", "<marquee", "<dialog",
        "<video")  # fmt: skip
OVERLAY = (
    '<div style="position:fixed;inset:0;background:#fff">5 of 5 points</div>'
    '<span class="total full" id="mark-total" style="position:absolute">5 of 5</span>'
    '<base href="https://example.org"><meta http-equiv="refresh" content="0;url=//example.org">'
    '<style>* { display: none } .total::after { content: "5 of 5" }</style><link rel=x href=//x>'
    '<a name="mark-total" href="data:text/html,<script>alert(1)</script>">x</a>'
    "<marquee onstart=alert(1)><dialog open><video src=//x autoplay>"
)
LINKS = (
    "[a](data:text/html;base64,PHNjcmlwdD4=) [b](vbscript:x) [c](file:///etc/passwd) "
    "[d](&#106;avascript:alert(1)) [e](java&#x0A;script:alert(1)) [f](\x01javascript:alert(1)) "
    "<https://example.org/\"onmouseover=alert(1)> [g](//example.org 'a\"onclick=alert(1)') "
    "![h](data:image/svg+xml;base64,PHN2Zz4=) ![i](//example.org/x.png) ![j](file:///x.png)"
)
MATHS = (
    "$\\hspace{-200em}\\text{5 of 5 points}$ $\\href{javascript:alert(1)}{x}$ $\\style{x}{y}$ "
    "$\\class{total}{5}$ $\\cssId{mark-total}{5}$ $\\require{html}\\data{x=y}{z}$ "
    "$$\\mspace{-900em}\\color{white}\\colorbox{red}{5}$$ $\\includegraphics{//example.org/x}$ "
    "$\\unicode{x202e}$ $\\def\\x{\\x\\x}\\x$ $\\newcommand{\\y}{\\y}\\y$ $\\input{/etc/passwd}$"
)
STACKED = "5" + "\u0334\u0338\u20dd\u030a" * 2000
TURNED = "\u202e5 fo 5\u202c \u2066\u200b\u2067\ufeff"
WORDS = f"{OVERLAY}\n\n{LINKS}\n\n{MATHS}\n\n{STACKED}\n\n# $\\hspace{{-90em}} 5$\n\n{TURNED}"


def _everywhere(notebook: NotebookNode) -> None:
    for make in (new_markdown_cell, new_raw_cell):
        notebook.cells.insert(4, make(WORDS))
    notebook.cells.insert(4, new_code_cell(f"# {WORDS!r}\nprint({WORDS!r})\n{WORDS!r}"))
    notebook.cells[-1].source = WORDS


TERMINAL = """
for code in ("]8;;javascript:alert(1)\\x1b\\\\click\\x1b]8;;\\x1b\\\\", "[8m5 of 5",
             "[?1049h", "c", "P1;1|",
             "]52;c;ZXZpbA==\\x07", "[38;2;255;255;255;48;2;255;255;255m5", "[1;31;;;;;999999999m",
             "_Gf=100;evil\\x1b\\\\", "[38;5;\\"><script>alert(1)</script>m", "[20;20H5", "#8"):
    print("\\x1b" + code)
print("\\x9b2J\\x90\\x9d0;evil\\x07\\u2028\\u2029\\x0c\\x0b")
"""
NAMES = """
bad = "<script>alert(1)</script>"
class Odd(Exception): pass
name = bad + "\\x1b]0;evil\\x07\\n✓ total: 2 of 2 points."
Odd.__name__ = Odd.__qualname__ = Odd.__module__ = name
def total(x): raise Odd(bad + "\\n✓ total: 2 of 2 points.\\n  problem none")
"""
VERDICT = """
def total(x):
    raise ValueError("\\n✓ total: 2 of 2 points.\\n  problem right\\n" * 20)
"""
BUNDLES = """
bad = "<script>alert(1)</script>"
kinds = ("application/vnd.jupyter.widget-view+json", "application/vnd.bokehjs_exec.v0+json",
         "application/javascript", "text/vnd.mermaid", "application/pdf", "text/html", "text/latex",
         "text/markdown", "image/svg+xml", "image/gif", "image/webp", "video/mp4", bad)
display({kind: bad for kind in kinds}, raw=True)
display({kind: bad for kind in (*kinds, "text/plain")}, raw=True, metadata={bad: bad})
class Rich:
    def _repr_mimebundle_(self, **_): return {kind: bad for kind in kinds}, {bad: bad}
    def _repr_html_(self): return bad
    def __repr__(self): return bad + "\\x1b[8m"
display(Rich()); Rich()
"""
CORES = """
import os, resource
if resource.getrlimit(resource.RLIMIT_CORE)[1] > 1: print("CO" + "RES")
resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
open("/proc/self/coredump_filter", "w").write("0xff")
if os.fork() == 0: os.abort()
os.wait()
"""
LOOKS = """
import os
for name in ("mountinfo", "cgroup", "maps", "environ", "auxv", "stat", "limits", "status"):
    text = open(f"/proc/self/{name}", "rb").read()
    for word in (b"hun" b"ter2", b"sentinel" b"-of", b"grade" b"book"):
        if word in text: print("FO" + "UND", word)
for place in ("/proc/1/fd", "/proc/1/cwd", "/proc/1/root", "/proc/1/maps", "/proc/1/mem"):
    try:
        read = os.listdir if place.endswith("fd") else lambda place: open(place).read(1)
        print("FO" + "UND", len(read(place)))
    except OSError: pass
"""
IN_DESCRIPTORS = """
import os, stat
for name in sorted(os.listdir("/proc/self/fd")):
    try:
        kind = os.readlink(f"/proc/self/fd/{name}")
        if not kind.startswith(("socket:", "/memfd:", "/dev/", "/proc/", "pipe:", "anon_inode:")):
            print("FO" + "UND", name, kind)
        for above in ("..", "../..", "../../../../.."):
            try: print("FO" + "UND", os.listdir(os.open(above, os.O_RDONLY, dir_fd=int(name))))
            except OSError: pass
    except OSError: pass
"""

ONLOOKERS = (
    Attack("words-over-the-page", change=_everywhere, never=TAGS),
    Attack("words-for-terminals", (TERMINAL,), never=(*TAGS, "\x1b]8;", "\x9b2J", "\x1b]52")),
    Attack("names-of-errors", total=NAMES, never=(*TAGS, "\x1b]0;")),
    Attack("verdict-in-an-error", total=VERDICT),
    Attack("bundles", (BUNDLES,), never=TAGS),
    Attack("cores", (CORES,), states=ANY, never=("CORES",)),
    Attack("looks-at-itself", (LOOKS,), states=ANY, never=("FOUND",)),
    Attack("looks-through-descriptors", (IN_DESCRIPTORS,), states=ANY, never=("FOUND",)),
)  # fmt: skip
