"""What training looks like: scores over epochs, and the activations of each layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from .style import BLUE, GREY

__all__ = ["activation_histograms", "learning_curves"]

# How much of the distance to the next layer the highest bar takes.
TALLEST = 0.85


def learning_curves(
    ax: Axes, named: Mapping[str, ArrayLike], *, best_epoch: int | None = None, **labels: Any
) -> Axes:
    """Draw scores over epochs, which are counted from 1, and a line at the best of them.

    Parameters
    ----------
    ax
        where to draw
    named
        name of a curve, such as "training" or "validation": its scores, shape (n_epochs,), each
        of its own length
    best_epoch
        where a vertical line marks what early stopping would keep
    labels
        what ``Axes.set`` takes; ``ylabel`` is "loss" unless told

    >>> from matplotlib.figure import Figure
    >>> ax = learning_curves(Figure().subplots(), {"training": [1.0, 0.5]}, best_epoch=2)
    >>> ax.lines[0].get_xdata().tolist(), ax.texts[0].get_text()
    ([1, 2], 'best: 2')
    """
    for name, scores in named.items():
        ax.plot(np.arange(1, np.size(scores) + 1), scores, label=name)
    if best_epoch is not None:
        ax.axvline(best_epoch, color=GREY, linewidth=1.2, linestyle=":")
        ax.annotate(
            f"best: {best_epoch}",
            (best_epoch, 1),
            (4, -4),
            color=GREY,
            fontsize=9,
            va="top",
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
        )
    ax.legend()
    ax.set(**{"xlabel": "epoch", "ylabel": "loss"} | labels)
    return ax


def activation_histograms(
    ax: Axes, layers: Mapping[str, ArrayLike], *, bins: int = 60, **labels: Any
) -> Axes:
    """Draw a histogram of each layer's activations, one below the other, over one x axis.

    Each histogram is as high as the next: shapes are compared, such as a layer that has died
    (all at 0) or saturated (all at the ends).

    Parameters
    ----------
    ax
        where to draw
    layers
        name of a layer, the first on top: its activations, any shape; what is not finite is left
        out
    bins
        how many bars over the range of all layers together
    labels
        what ``Axes.set`` takes

    >>> from matplotlib.figure import Figure
    >>> ax = activation_histograms(Figure().subplots(), {"first": [0, 1], "second": [[0.5]]})
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['first', 'second']
    """
    values = {name: _finite(activations) for name, activations in layers.items()}
    edges = np.histogram_bin_edges(np.concatenate([*values.values()]), bins)
    for row, (name, own) in enumerate(values.items()):
        counts, _ = np.histogram(own, edges)
        top = -row + TALLEST * counts / max(counts.max(), 1)
        ax.stairs(top, edges, baseline=-row, fill=True, color=BLUE, alpha=0.35)
        ax.stairs(top, edges, baseline=-row, color=BLUE, linewidth=1.2, label=name)
    ax.set_yticks([-row for row in range(len(values))], [*values])
    ax.grid(visible=False, axis="y")
    ax.set(**{"xlabel": "activation"} | labels)
    return ax


def _finite(activations: ArrayLike) -> NDArray[np.float64]:
    flat = np.asarray(activations, dtype=float).ravel()
    return flat[np.isfinite(flat)]
