"""Attacks on a page that shows what students wrote, and what it takes to be inert."""

import re

from bs4 import BeautifulSoup

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


def require_inert(html):
    """No script, handler, frame or form, and nothing that the browser would fetch."""
    soup = BeautifulSoup(html, "html.parser")
    assert not soup(["script", "iframe", "object", "embed", "form", "svg", "base", "video"])
    for element in soup(True):
        for name, value in element.attrs.items():
            assert not name.startswith("on"), element
            if name in ("src", "action", "data", "background", "poster", "srcset", "style"):
                assert str(value).startswith(("data:image/png", "data:image/jpeg", "color: rgb"))
            if name == "href":
                assert re.match(r"(https?://|mailto:|#|data:,$)", str(value)), element
    assert [link["href"] for link in soup("link")] in ([], ["data:,"])


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="data:image/svg+xml;base64,PHN2Zy8+" alt="x">',
    '<a href="javascript:alert(1)">click</a>',
    '<a href=" java\tscript:alert(1)">click</a>',
    '<a href="data:text/html,<script>alert(1)</script>">click</a>',
    '<iframe src="https://example.org"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    '<form action="https://example.org"><input name="password"></form>',
    '<style>@import url("https://example.org/x.css");</style>',
    '<p style="background:url(https://example.org/x.png)">x</p>',
    '<link rel="stylesheet" href="https://example.org/x.css">',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    '<base href="https://example.org/">',
    '<img src="https://example.org/pixel.png">',
    '<video src="https://example.org/x.mp4" autoplay></video>',
    "<details open ontoggle=alert(1)>x</details>",
    "<script>unclosed",
    "<!--><img src=x onerror=alert(1)>-->",
    "</pre></section></main><script>alert(1)</script>",
]
MARKDOWN_ATTACKS = [
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "![pixel](https://example.org/pixel.png)",
    f'![$\\text{{" onerror=alert(1) x="}}$](data:image/png;base64,{PIXEL})',
    '[a](https://example.org "$\\text{onclick=alert(1)}$")',
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$$\\href{javascript:alert(1)}{x}$$",
    "```mermaid\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "\ue0000\ue000 <script>alert(1)</script>",
    "<javascript:alert(1)>",
]
