"""Every surface with what is known of it: where its gradient is 0, what to draw, where to start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arrays import Array
from .._scalars import whole
from . import classics, shapes

__all__ = ["SURFACES", "Surface"]

Point = tuple[float, float]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Surface:
    """A function of the plane, its gradient, and what is known of it.

    Parameters
    ----------
    name
        how it is called in ``SURFACES``
    value, gradient
        points (..., 2) to values (...) and to gradients (..., 2)
    minima, saddles, maxima
        all points of the domain where the gradient is 0, except where the docstring of the
        function says that there are more (a curve of minima, or one near each integer)
    domain
        ((lowest x, highest x), (lowest y, highest y)): what to draw
    start
        a point from which its difficulty shows

    >>> SURFACES["beale"].saddles
    ((0.0, 1.0),)
    """

    name: str
    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    domain: tuple[Point, Point]
    start: Point
    minima: tuple[Point, ...] = ()
    saddles: tuple[Point, ...] = ()
    maxima: tuple[Point, ...] = ()

    def grid(self, n: int = 201) -> tuple[Floats, Floats, Floats]:
        """x (n,), y (n,) over the domain and values (n, n), rows along y: what contours take.

        Raises ValueError where n is not at least 2.

        >>> x, y, values = SURFACES["bowl"].grid(3)
        >>> float(values[2, 0] - SURFACES["bowl"].value([x[0], y[2]]))
        0.0
        """
        whole("n", n, at_least=2)
        x, y = (np.linspace(*ends, n) for ends in self.domain)
        return x, y, self.value(np.stack(np.meshgrid(x, y), axis=-1))


_HIMMELBLAU_MINIMA = (
    (3.0, 2.0),
    (3.5844283403304917, -1.8481265269644036),
    (-3.7793102533777470, -3.2831859912861696),
    (-2.8051180869527450, 3.1313125182505730),
)
_HIMMELBLAU_SADDLES = (
    (-3.0730257507643897, -0.0813530442879675),
    (0.0866775045553964, 2.8842547011747760),
    (3.3851541836070210, 0.0738518798377493),
    (-0.1279613467306800, -1.9537149802445766),
)
_ALL = (
    Surface(
        name="bowl",
        value=shapes.bowl,
        gradient=shapes.bowl_gradient,
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        start=(-1.5, 1.0),
        minima=((0.0, 0.0),),
    ),
    Surface(
        name="ravine",
        value=shapes.ravine,
        gradient=shapes.ravine_gradient,
        domain=((-2.0, 2.0), (-1.0, 1.0)),
        start=(-1.8, 0.6),
        minima=((0.0, 0.0),),
    ),
    Surface(
        name="saddle",
        value=shapes.saddle,
        gradient=shapes.saddle_gradient,
        domain=((-2.0, 2.0), (-2.0, 2.0)),
        start=(-1.5, 0.001),
        saddles=((0.0, 0.0),),
    ),
    Surface(
        name="cliff",
        value=shapes.cliff,
        gradient=shapes.cliff_gradient,
        domain=((0.0, 1.5), (-0.5, 2.0)),
        start=(1.3, 1.0),
        minima=((1.0, 1.0),),
    ),
    Surface(
        name="beale",
        value=classics.beale,
        gradient=classics.beale_gradient,
        domain=((-4.5, 4.5), (-4.5, 4.5)),
        start=(1.0, 1.5),
        minima=((3.0, 0.5),),
        saddles=((0.0, 1.0),),
    ),
    Surface(
        name="rosenbrock",
        value=classics.rosenbrock,
        gradient=classics.rosenbrock_gradient,
        domain=((-2.0, 2.0), (-1.0, 3.0)),
        start=(-1.2, 1.0),
        minima=((1.0, 1.0),),
    ),
    Surface(
        name="himmelblau",
        value=classics.himmelblau,
        gradient=classics.himmelblau_gradient,
        domain=((-5.0, 5.0), (-5.0, 5.0)),
        start=(0.0, 0.0),
        minima=_HIMMELBLAU_MINIMA,
        saddles=_HIMMELBLAU_SADDLES,
        maxima=((-0.2708445906673476, -0.9230385564799815),),
    ),
    Surface(
        name="rastrigin",
        value=classics.rastrigin,
        gradient=classics.rastrigin_gradient,
        domain=((-5.12, 5.12), (-5.12, 5.12)),
        start=(3.3, 2.4),
        minima=((0.0, 0.0),),
    ),
)

SURFACES: Mapping[str, Surface] = MappingProxyType({surface.name: surface for surface in _ALL})
