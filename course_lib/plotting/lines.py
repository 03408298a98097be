"""Curves, points and strips over one x axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .style import GREY

__all__ = ["curves", "region", "samples"]


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

    >>> from matplotlib.figure import Figure
    >>> ax = curves(Figure().subplots(), [0, 1], {"up": [0, 1], "down": [1, 0]}, xlabel="step")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['up', 'down']
    """
    for name, heights in named.items():
        ax.plot(x, heights, label=name)
    if len(named) > 1:
        ax.legend()
    ax.set(**labels)
    return ax


def samples(ax: Axes, x: ArrayLike, y: ArrayLike, *, name: str | None = None) -> Axes:
    """Draw data as hollow grey points, behind whatever is fitted to them.

    ``x`` and ``y`` have shape (n_points,); ``name`` is what a legend calls them.

    >>> from matplotlib.figure import Figure
    >>> samples(Figure().subplots(), [0, 1], [2, 3], name="data").lines[0].get_label()
    'data'
    """
    ax.plot(x, y, "o", color=GREY, fillstyle="none", markersize=5, label=name, zorder=1)
    return ax


def region(ax: Axes, start: float, end: float, name: str) -> Axes:
    """Shade the strip from ``start`` to ``end`` of the x axis, with its name in it.

    >>> from matplotlib.figure import Figure
    >>> region(Figure().subplots(), 1.0, 3.0, "lost").texts[0].get_text()
    'lost'
    """
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
