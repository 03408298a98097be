"""Filters as they are looked at: magnitude and phase over frequency, poles and zeros."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from .lines import curves
from .style import BLUE, GREY, ORANGE

__all__ = ["bode_magnitude", "bode_phase", "pole_zero"]

ROUNDING = 1e-12


def bode_magnitude(
    ax: Axes, frequency: ArrayLike, named: Mapping[str, ArrayLike], **labels: Any
) -> Axes:
    """Draw 20 log₁₀ |H| in decibels over frequency, on a logarithmic axis.

    Parameters
    ----------
    ax
        where to draw
    frequency
        shape (n_points,), in cycles per step, 0 to ½; a logarithmic axis has no place for 0
    named
        name of a filter: its frequency response H, complex, shape (n_points,); where it is zero
        or infinite the curve has a gap
    labels
        what ``Axes.set`` takes

    >>> from matplotlib.figure import Figure
    >>> ax = bode_magnitude(Figure().subplots(), [0.01, 0.1], {"half": [0.5, 0.5j]})
    >>> ax.lines[0].get_ydata().round(2).tolist()
    [-6.02, -6.02]
    """
    heights = {name: _decibels(response) for name, response in named.items()}
    labels = {"xlabel": "frequency (cycles per step)", "ylabel": "gain (dB)"} | labels
    return curves(ax, frequency, heights, xscale="log", **labels)


def bode_phase(
    ax: Axes, frequency: ArrayLike, named: Mapping[str, ArrayLike], **labels: Any
) -> Axes:
    """Draw the phase of H in degrees over frequency, on a logarithmic axis, without jumps of 360°.

    Arguments are those of ``bode_magnitude``.

    >>> from matplotlib.figure import Figure
    >>> ax = bode_phase(Figure().subplots(), [0.01, 0.1], {"delay": [-1j, -1]})
    >>> ax.lines[0].get_ydata().tolist()
    [-90.0, -180.0]
    """
    heights = {name: _degrees(response) for name, response in named.items()}
    labels = {"xlabel": "frequency (cycles per step)", "ylabel": "phase (degrees)"} | labels
    return curves(ax, frequency, heights, xscale="log", **labels)


def pole_zero(ax: Axes, poles: ArrayLike, zeros: ArrayLike, **labels: Any) -> Axes:
    """Draw poles as crosses and zeros as rings in the z plane, with the unit circle.

    Poles inside the circle: stable. A number beside a mark says how many stand there.

    Parameters
    ----------
    ax
        where to draw; its two axes get one scale
    poles, zeros
        complex, shape (n,), any n
    labels
        what ``Axes.set`` takes

    >>> from matplotlib.figure import Figure
    >>> ax = pole_zero(Figure().subplots(), poles=[0.9, 0.9], zeros=[0.0])
    >>> [text.get_text() for text in ax.texts]
    ['2']
    """
    ax.add_patch(Circle((0, 0), 1, fill=False, color=GREY, linewidth=1))
    for name, places, marker, colour in (
        ("poles", poles, "x", ORANGE),
        ("zeros", zeros, "o", BLUE),
    ):
        _marks(ax, np.asarray(places, dtype=complex), name, marker, colour)
    ax.set_aspect("equal", adjustable="datalim")
    ax.autoscale_view()
    ax.legend()
    ax.set(**{"xlabel": "real part of z", "ylabel": "imaginary part of z"} | labels)
    return ax


def _marks(ax: Axes, places: NDArray[np.complex128], name: str, marker: str, colour: str) -> None:
    # Roots of a polynomial with a double root come apart by the square root of the rounding.
    spots, counts = np.unique(places.round(6), return_counts=True)
    ax.plot(
        spots.real,
        spots.imag,
        marker,
        color=colour,
        label=name,
        fillstyle="none",
        markersize=9,
        markeredgewidth=2,
    )
    for spot, count in zip(spots[counts > 1], counts[counts > 1], strict=True):
        ax.annotate(
            str(count), (spot.real, spot.imag), (7, 7), textcoords="offset points", color=colour
        )


def _decibels(response: ArrayLike) -> NDArray[np.float64]:
    size = np.abs(np.asarray(response))
    drawn = _drawn(size)
    return np.where(drawn, 20 * np.log10(np.where(drawn, size, 1)), np.nan)


def _degrees(response: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(response, dtype=complex)
    drawn = _drawn(np.abs(values))
    phase = np.full(values.shape, np.nan)
    phase[drawn] = np.degrees(np.unwrap(np.angle(values[drawn])))
    return phase


def _drawn(size: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where neither infinite nor zero, up to rounding: there the phase is that of the rounding."""
    finite = np.isfinite(size)
    return finite & (size > ROUNDING * np.max(size, where=finite, initial=0))
