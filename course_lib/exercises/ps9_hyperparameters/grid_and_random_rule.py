"""When an answer to ``grid_and_random`` is right; students are given this module."""

from __future__ import annotations

import numpy as np

from course_lib.checks.distributions import follows, unrelated
from course_lib.checks.given import made

NO_VALUES = "the third column, f at the point of each row, is missing"
TURNED = "the random trials come first: return the grid before them"
NOT_TWO_TABLES = "the result is not two arrays, grid and random, each of shape (side², 3)"

NO_ENDS = "the grid leaves out an end of the interval: its levels go from 0 to 1, both included"

NO_GRID = "the first array is not every pair of side evenly spaced levels from 0 to 1"

WRONG_VALUE = "the third column is not f at the point of its row"

OUTSIDE = "a random trial lies outside of the unit square"

SAME_NUMBER = "the two coordinates of a random trial are the same number"

GRID_AGAIN = "the random trials lie on the levels of the grid"

SHARED = "random trials share coordinates: each should have values of its own on both axes"

NOT_EVEN = "the random trials are not spread evenly over the square"

RELATED = "the two coordinates of the random trials depend on each other"

MANY = 400


def accept(args: tuple, value: object) -> str:
    """The first thing that is wrong with the two tables of trials."""
    f, side, _ = args
    grid, drawn = (np.asarray(table, dtype=float) for table in value)  # type: ignore[attr-defined]
    if grid.shape == drawn.shape == (side**2, 2):
        return NO_VALUES
    if grid.shape != (side**2, 3) or drawn.shape != (side**2, 3):
        return NOT_TWO_TABLES
    problem = _wrong_grid(grid, side)
    if problem and not _wrong_grid(drawn, side):
        return TURNED
    return problem or _wrong_draws(drawn, side) or _wrong_values(f, grid, drawn)


def _wrong_grid(grid: np.ndarray, side: int) -> str:
    levels = np.linspace(0, 1, side)
    wanted = np.stack(np.meshgrid(levels, levels, indexing="ij"), axis=-1).reshape(-1, 2)
    # Rounded, so that two spellings of one level sort alike; trials may come in any order.
    points = np.round(grid[:, :2], 6)
    came = points[np.lexsort(points.T[::-1])]
    if np.allclose(came, wanted, atol=1e-5):
        return ""
    few = 1 < len(np.unique(points[:, 0])) <= side
    return NO_ENDS if few and (np.min(points) > 1e-5 or np.max(points) < 1 - 1e-5) else NO_GRID


def _wrong_draws(drawn: np.ndarray, side: int) -> str:
    x, y = drawn[:, 0], drawn[:, 1]
    if not np.all((drawn[:, :2] >= 0) & (drawn[:, :2] <= 1)):
        return OUTSIDE
    if side > 1 and np.allclose(x, y):
        return SAME_NUMBER
    different = min(len(np.unique(x)), len(np.unique(y)))
    if different < 0.9 * side**2:
        levels = x * (side - 1)
        return GRID_AGAIN if np.allclose(levels, np.round(levels), atol=1e-4) else SHARED
    if side**2 < MANY:
        return ""
    if not (follows(x, lambda u: u) and follows(y, lambda u: u)):
        return NOT_EVEN
    return "" if unrelated(x < 0.5, y < 0.5, 0.5, 0.5) else RELATED


def _wrong_values(f: dict, grid: np.ndarray, drawn: np.ndarray) -> str:
    measure = made(f)
    rows = np.concatenate([grid, drawn])
    wanted = [measure(row[:2]) for row in rows]
    return "" if np.allclose(rows[:, 2], wanted, rtol=1e-4, atol=1e-5) else WRONG_VALUE
