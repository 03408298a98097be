"""Pages with nothing on them but live figures, in the book's theme, and numbers that agree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydata_sphinx_theme
from numpy.typing import ArrayLike

STATIC = Path(__file__).parents[1] / "book" / "_static"
SCRIPTS = Path(__file__).parents[1] / "book" / "_extra" / "live"
STYLES = Path(pydata_sphinx_theme.__file__).parent / (
    "theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css"
)
PLACES = (STATIC.as_uri(), SCRIPTS.as_uri(), STYLES.parents[1].as_uri())
# In order: what all figures share comes before any of them.
SHARED = ("plot", "figure", "panel")


def write_page(folder: Path, names: Sequence[str], theme: str) -> Path:
    """A page with ``<live-NAME>`` for each name, as a chapter has it."""
    styles = (
        f'<link rel="stylesheet" href="{at.as_uri()}">' for at in (STYLES, STATIC / "book.css")
    )
    scripts = (
        f'<script defer src="{(SCRIPTS / f"{name}.js").as_uri()}"></script>'
        for name in (*SHARED, *names)
    )
    tags = (f"<live-{name}>What it would show.</live-{name}>" for name in names)
    page = folder / f"{'-'.join(names)}-{theme}.html"
    page.write_text(
        f"""<!doctype html><html lang="en" data-theme="{theme}" data-mode="{theme}">
<head><meta charset="utf-8"><title>Live</title>{"".join([*styles, *scripts])}</head>
<body style="margin: 0"><main style="box-sizing: border-box; width: 100%; padding: 1rem">
{"".join(tags)}</main></body></html>""",
        encoding="utf-8",
    )
    return page


def assert_equal_numbers(got: ArrayLike, expected: ArrayLike, name: Any = "") -> None:
    """Within 1e-9 of max(1, |expected|), number by number."""
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    assert got.shape == expected.shape, name
    gap = np.abs(got - expected) / np.maximum(1, np.abs(expected))
    assert gap.max(initial=0) <= 1e-9, (name, gap.max())


def settle(figure: Any, flags: Sequence[str] = ("pending", "telling")) -> None:
    """Wait until the figure is drawn and its words follow, however busy the machine is."""
    figure.evaluate(
        """(figure, flags) => new Promise(done => {
            const look = () => flags.some(flag => figure[flag]) ? setTimeout(look, 5) : done();
            look();
        })""",
        list(flags),
    )


def drawn(figure: Any) -> None:
    """Wait until the figure is drawn: a grip moves on from where it was drawn last."""
    settle(figure, ["pending"])
