"""One figure style for the whole book: what takes arrays and an Axes, and gives back the Axes.

Colours are those of Okabe and Ito, told apart by the colour-blind; curves differ in line style too,
so that none is lost in print. Figures have no background of their own: the page's shines through,
in the light theme and in the dark one. Nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cycler import cycler
from matplotlib import style
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

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
    """Draw every later figure in the book's style; in a notebook, as SVG without a date in it."""
    style.use(STYLE)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None}, facecolor="none")


def curves(ax: Axes, x: ArrayLike, named: Mapping[str, ArrayLike], **labels: Any) -> Axes:
    """Draw ``named`` curves over one ``x``, each in its own colour and line style.

    Parameters
    ----------
    ax
        where to draw
    x
        shape (n_points,)
    named
        name of a curve: its heights, shape (n_points,)
    labels
        what ``Axes.set`` takes: ``xlabel``, ``ylabel``, ``title``, ``ylim``, ...
    """
    for name, heights in named.items():
        ax.plot(x, heights, label=name)
    if len(named) > 1:
        ax.legend()
    ax.set(**labels)
    return ax


def samples(ax: Axes, x: ArrayLike, y: ArrayLike, *, name: str | None = None) -> Axes:
    """Draw data as hollow grey points, behind whatever is fitted to them."""
    ax.plot(x, y, "o", color=GREY, fillstyle="none", markersize=5, label=name, zorder=1)
    return ax


def region(ax: Axes, start: float, end: float, name: str) -> Axes:
    """Shade the strip from ``start`` to ``end`` of the x axis, with its name in it."""
    ax.axvspan(start, end, color=GREY, alpha=0.18, linewidth=0)
    ax.text(
        (start + end) / 2,
        0.75,
        name,
        transform=ax.get_xaxis_transform(),
        color=GREY,
        fontsize=9,
        ha="center",
        va="center",
    )
    return ax
