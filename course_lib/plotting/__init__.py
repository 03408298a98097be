"""One figure style for the whole book: what takes arrays and an Axes, and gives back the Axes.

Nothing is computed here beyond what a plot needs, such as decibels.

- ``style``: ``use_book_style``, and what it sets, ``STYLE``. Its colours ``BLUE``, ``ORANGE``,
  ``GREEN``, ``PURPLE``, ``SKY``, ``GOLD``, in that order ``COLOURS``, with the line styles
  ``DASHES``; ``GREY`` for what stands behind
- ``lines``: curves, points, strips
- ``systems``: Bode plots, poles and zeros
- ``landscapes``: contours of a surface, trajectories over it
- ``learning``: learning curves, histograms of activations by layer
"""

from .landscapes import contours, trajectories
from .learning import activation_histograms, learning_curves
from .lines import curves, region, samples
from .style import (
    BLUE,
    COLOURS,
    DASHES,
    GOLD,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    STYLE,
    use_book_style,
)
from .systems import bode_magnitude, bode_phase, pole_zero

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
    "activation_histograms",
    "bode_magnitude",
    "bode_phase",
    "contours",
    "curves",
    "learning_curves",
    "pole_zero",
    "region",
    "samples",
    "trajectories",
    "use_book_style",
]
