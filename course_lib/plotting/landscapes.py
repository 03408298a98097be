"""Loss surfaces of two variables from above, and the ways that optimizers take over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .style import GREY

__all__ = ["contours", "trajectories"]


def contours(
    ax: Axes,
    x: ArrayLike,
    y: ArrayLike,
    heights: ArrayLike,
    *,
    levels: int | Sequence[float] = 12,
    minima: ArrayLike = (),
    **labels: Any,
) -> Axes:
    """Draw lines of equal height of a surface in grey, and a star at each minimum.

    Parameters
    ----------
    ax
        where to draw
    x, y
        the grid's coordinates, shape (n_x,) and (n_y,)
    heights
        the surface on it, shape (n_y, n_x)
    levels
        at which heights, ascending, or how many; for a ravine, evenly spaced in the logarithm
    minima
        shape (n_minima, 2), x and y of each
    labels
        what ``Axes.set`` takes

    >>> from matplotlib.figure import Figure
    >>> x = np.linspace(-1, 1, 9)
    >>> ax = contours(Figure().subplots(), x, x, x**2 + x[:, None] ** 2, minima=[[0, 0]])
    >>> [float(end) for end in ax.get_xlim()]
    [-1.0, 1.0]
    """
    lines = ax.contour(x, y, heights, levels=levels, colors=GREY, linewidths=0.8, linestyles="-")
    lines.set_alpha(0.6)
    picture = ax.axis()
    places = np.asarray(minima, dtype=float).reshape(-1, 2)
    ax.plot(*places.T, "*", color=GREY, markersize=12, zorder=3)
    ax.axis(picture)
    ax.grid(visible=False)
    ax.set(**{"xlabel": "x", "ylabel": "y"} | labels)
    return ax


def trajectories(ax: Axes, named: Mapping[str, ArrayLike], **labels: Any) -> Axes:
    """Draw the way of each optimizer, a ring where it starts and a dot where it ends.

    Where something is drawn already, such as ``contours``, its limits stay: an optimizer that
    leaves the picture is cut off at its edge.

    Parameters
    ----------
    ax
        where to draw
    named
        name of an optimizer: its points, shape (n_steps + 1, 2); gaps where they are not finite
    labels
        what ``Axes.set`` takes

    >>> from matplotlib.figure import Figure
    >>> ax = trajectories(Figure().subplots(), {"sgd": [[1, 1], [0.5, 0.5], [0.25, 0.25]]})
    >>> ax.lines[0].get_label(), ax.lines[0].get_xdata().tolist()
    ('sgd', [1.0, 0.5, 0.25])
    """
    picture = ax.axis() if ax.has_data() else None
    for name, points in named.items():
        x, y = np.asarray(points, dtype=float).T
        (way,) = ax.plot(x, y, label=name, linewidth=1.8, zorder=4)
        colour = way.get_color()
        ax.plot(x[:1], y[:1], "o", color=colour, fillstyle="none", zorder=5)
        ax.plot(x[-1:], y[-1:], "o", color=colour, zorder=5)
    if picture is not None:
        ax.axis(picture)
    ax.legend()
    ax.set(**labels)
    return ax
