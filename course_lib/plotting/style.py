"""The look of every figure: colours, line styles, and no background of its own.

Colours are those of Okabe and Ito, told apart by the colour-blind; curves differ in line style too,
so that none is lost in print. The page's background shines through, in the light theme and in the
dark one.
"""

from __future__ import annotations

from typing import Any

from cycler import cycler
from matplotlib import style

__all__ = [
    "BLUE",
    "COLOURS",
    "DASHES",
    "GOLD",
    "GREEN",
    "GREY",
    "ORANGE",
    "PURPLE",
    "SKY",
    "STYLE",
    "use_book_style",
]

BLUE, ORANGE, GREEN, PURPLE, SKY, GOLD = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#a8538a",
    "#3d98d0",
    "#b87d00",
)
GREY = "#6b7280"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, GOLD)
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 1)))

STYLE: dict[str, Any] = {
    "axes.prop_cycle": cycler(color=COLOURS, linestyle=DASHES),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "grid.color": "#9aa4b2",
    "grid.alpha": 0.3,
    "grid.linewidth": 0.7,
    "lines.linewidth": 2.2,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.handlelength": 2.8,
    "font.size": 10,
    "figure.figsize": (7.2, 3.2),
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    # The same source draws the same bytes: element ids from a fixed salt, and no date (below).
    "svg.hashsalt": "training-deep-networks",
}


def use_book_style() -> None:
    """Draw every later figure in the book's style; in a notebook, as SVG without a date in it.

    >>> import matplotlib
    >>> with matplotlib.rc_context():
    ...     use_book_style()
    ...     matplotlib.rcParams["figure.facecolor"]
    'none'
    """
    style.use(STYLE)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None}, facecolor="none")
