"""Surfaces: gradients against differences and autograd, stationary points against the Hessian."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib import surfaces
from course_lib.surfaces import SURFACES, Surface

EXACT = {"rtol": 1e-12, "atol": 1e-9}
every = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
few = settings(deadline=None, max_examples=40)
unit_squares = arrays(np.float64, (3, 2), elements=st.floats(0, 1))


def in_domain(surface: Surface, unit: np.ndarray) -> np.ndarray:
    low, high = np.array(surface.domain).T
    return low + unit * (high - low)


def hessian(surface: Surface, point: tuple[float, float]) -> np.ndarray:
    at = torch.tensor(point, dtype=torch.float64)
    return torch.autograd.functional.hessian(surface.value, at).numpy()


@every
@few
@given(unit=unit_squares)
def test_gradient_is_that_of_autograd(surface: Surface, unit: np.ndarray) -> None:
    points = torch.tensor(in_domain(surface, unit), requires_grad=True)
    surface.value(points).sum().backward()
    np.testing.assert_allclose(surface.gradient(points).detach(), points.grad, **EXACT)
    np.testing.assert_allclose(surface.gradient(points.detach().numpy()), points.grad, **EXACT)


@every
@few
@given(unit=unit_squares)
def test_gradient_is_that_of_central_differences(surface: Surface, unit: np.ndarray) -> None:
    points, h = in_domain(surface, unit), 1e-5
    differences = [
        (surface.value(points + step) - surface.value(points - step)) / (2 * h)
        for step in h * np.eye(2)
    ]
    # The third derivative times h²/6, and rounding of the value, about 1e-16 of it over h.
    scale = 1 + abs(surface.value(points)).max() + abs(surface.gradient(points)).max()
    expected = np.stack(differences, axis=-1)
    np.testing.assert_allclose(surface.gradient(points), expected, rtol=1e-6, atol=1e-7 * scale)


@every
def test_stationary_points_are_what_they_are_called(surface: Surface) -> None:
    signs = {"minima": {1}, "saddles": {-1, 1}, "maxima": {-1}}
    for kind, expected in signs.items():
        for point in getattr(surface, kind):
            # 1e-12: the points hold sixteen digits, and curvatures go up to a thousand.
            np.testing.assert_allclose(surface.gradient(point), 0, atol=1e-12)
            curvatures = np.linalg.eigvalsh(hessian(surface, point))
            steep = curvatures[abs(curvatures) > 1e-9]
            assert set(np.sign(steep)) == expected


@every
def test_no_point_of_the_domain_lies_below_the_minima(surface: Surface) -> None:
    _, _, values = surface.grid(401)
    if surface.minima:
        np.testing.assert_allclose(surface.value(surface.minima), 0, atol=1e-12)
        assert values.min() >= 0
    else:
        assert values.min() < float(surface.value(surface.saddles[0]))


@pytest.mark.parametrize("name", ["beale", "rosenbrock", "himmelblau"])
def test_newton_from_everywhere_finds_no_other_stationary_point(name: str) -> None:
    surface = SURFACES[name]
    known = np.array(surface.minima + surface.saddles + surface.maxima)
    starts = in_domain(surface, np.array(list(product(np.linspace(0, 1, 7), repeat=2))))
    found = [p for p in map(newton(surface), starts) if p is not None]
    assert len(found) > 10
    inside = [p for p in found if (abs(p) < 4.5).all()]
    distances = np.linalg.norm(np.array(inside)[:, None] - known, axis=-1)
    assert distances.min(axis=1).max() < 1e-6
    assert distances.min(axis=0).max() < 1e-6


def newton(surface: Surface) -> Callable[[np.ndarray], np.ndarray | None]:
    def run(point: np.ndarray) -> np.ndarray | None:
        for _ in range(40):
            gradient, curvature = surface.gradient(point), hessian(surface, point)
            if abs(np.linalg.det(curvature)) < 1e-9 or abs(point).max() > 100:
                return None
            point = point - np.linalg.solve(curvature, gradient)
        return point if abs(surface.gradient(point)).max() < 1e-9 else None

    return run


@every
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_shapes_and_precisions_are_kept(surface: Surface, dtype: torch.dtype) -> None:
    points = torch.tensor(in_domain(surface, np.full((4, 3, 2), 0.3)), dtype=dtype)
    for p in (points, points.numpy()):
        before = p + 0
        values, gradients = surface.value(p), surface.gradient(p)
        assert tuple(values.shape) == (4, 3)
        assert tuple(gradients.shape) == (4, 3, 2)
        assert values.dtype == gradients.dtype == p.dtype
        assert (p == before).all()
    assert np.shape(surface.value(surface.start)) == ()


@every
def test_start_and_stationary_points_lie_in_the_domain(surface: Surface) -> None:
    low, high = np.array(surface.domain).T
    points = np.array((surface.start, *surface.minima, *surface.saddles, *surface.maxima))
    assert (points >= low).all()
    assert (points <= high).all()
    assert np.linalg.norm(surface.gradient(surface.start)) > 1e-3


def test_the_grid_is_what_contours_take() -> None:
    surface = SURFACES["beale"]
    x, y, values = surface.grid(5)
    assert values.shape == (5, 5)
    assert float(values[1, 3]) == float(surface.value([x[3], y[1]]))


def test_a_step_from_the_cliff_lands_far_away_and_the_plain_is_flat() -> None:
    surface = SURFACES["cliff"]
    assert np.linalg.norm(surface.gradient(surface.start)) > 1000
    assert np.linalg.norm(surface.gradient([0.4, 1.0])) < 0.01
    x = np.linspace(0.9, 1.5, 7)
    valley = np.stack([x, x**-10], axis=-1)
    np.testing.assert_allclose(surface.gradient(valley), 0, atol=1e-12)


BAD = {
    "three coordinates": [[1.0, 2.0, 3.0]],
    "a number": 1.0,
    "nan": [np.nan, 0.0],
    "inf": [np.inf, 0.0],
    "empty": np.zeros((0, 2)),
    "text": ["a", "b"],
}
FUNCTIONS = [name for name in surfaces.__all__ if name not in ("SURFACES", "Surface")]


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("points", BAD.values(), ids=BAD)
def test_bad_points_are_refused(name: str, points: object) -> None:
    with pytest.raises(ValueError, match=re.compile(r"^points must .+; got .+: .+$")):
        getattr(surfaces, name)(points)


def test_a_grid_needs_two_points() -> None:
    with pytest.raises(ValueError, match=r"^n must be an integer >= 2; got 1: "):
        SURFACES["bowl"].grid(1)


def test_the_table_holds_every_function_once() -> None:
    named = {s.value.__name__ for s in SURFACES.values()}
    named |= {s.gradient.__name__ for s in SURFACES.values()}
    assert named == set(FUNCTIONS)
