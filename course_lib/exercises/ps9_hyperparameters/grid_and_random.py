"""Random search against grid search with one budget (Bergstra and Bengio 2012; decks C and D)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.distributions import follows, unrelated
from course_lib.checks.given import function as given_function
from course_lib.checks.given import made
from course_lib.checks.given import rng as given_rng
from course_lib.search import Uniform, grid_points

from . import grid_and_random_answers as answers
from .shared import OTHER_SOURCES, REFERENCES, fresh_rng

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


def grid_and_random(
    f: Callable[[np.ndarray], float], side: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """side² trials of a grid and as many random ones in the unit square: rows (x, y, f(x, y))."""
    space = {"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)}
    grid = [tuple(point.values()) for point in grid_points(space, side)]
    drawn = [(space["x"].draw(rng), space["y"].draw(rng)) for _ in range(side**2)]
    tried = [[(x, y, f(np.array([x, y]))) for x, y in points] for points in (grid, drawn)]
    return np.array(tried[0]), np.array(tried[1])


def accept(args: tuple, value: object) -> str:
    """The first thing that is wrong with the two tables of trials."""
    f, side, _ = args
    grid, drawn = (np.asarray(table, dtype=float) for table in value)  # type: ignore[attr-defined]
    if grid.shape != (side**2, 3) or drawn.shape != (side**2, 3):
        return NOT_TWO_TABLES
    return _wrong_grid(grid, side) or _wrong_draws(drawn, side) or _wrong_values(f, grid, drawn)


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


def hidden(rng: np.random.Generator) -> list[Case]:
    return [_case(rng, side) for side in (2, 3, 5, 24)]


def _case(rng: np.random.Generator, side: int) -> Case:
    """A bowl that is steep along x and nearly flat along y."""
    steep, flat = rng.uniform(10, 30), rng.uniform(0.1, 0.5)
    matrix, vector = np.diag([steep, flat]), np.array([-steep * rng.uniform(0.2, 0.8), -flat])
    f = given_function("quadratic", matrix=matrix, vector=vector)
    return Case((f, side, fresh_rng(rng)))


_BOWL = given_function(
    "quadratic", matrix=np.diag([20.0, 0.4]), vector=np.array([-20 * 0.37, -0.4 * 0.9])
)


EXERCISE = Exercise(
    name="grid_and_random",
    task="Try f at side² points of a grid and at as many random ones in the unit square; return "
    "(grid, random), two arrays (side², 3) of rows x, y, f([x, y]).",
    points=3,
    reference=grid_and_random,
    public=(
        Case((_BOWL, 2, given_rng(2521))),
        Case((_BOWL, 3, given_rng(2522))),
        Case((_BOWL, 20, given_rng(2523))),
    ),
    hidden=hidden,
    accept=accept,
    # Two large cases in one grading, each with three tests at 1e-9.
    false_alarm=1e-8,
    mistakes=(
        Mistake(answers.only_points, "The third column is missing: f at the point of each row."),
        Mistake(
            answers.without_ends,
            "The levels of the grid leave the ends out: np.linspace(0, 1, side) has both.",
        ),
        Mistake(answers.order_of_tables, "The grid comes first, then the random trials."),
        Mistake(
            answers.coordinates_swapped,
            "The third column belongs to another point: f is to be called with [x, y] of its row.",
        ),
        Mistake(
            answers.one_number_for_both,
            "x and y of a random trial are one and the same number: draw each on its own.",
        ),
        Mistake(
            answers.drawn_from_the_grid,
            "Drawing from the levels of the grid gives up what random search is for: draw any "
            "number from 0 to 1.",
        ),
        Mistake(
            answers.grid_of_random_levels,
            "That is a grid again, of random levels: side values on each axis, where random search "
            "tries side².",
        ),
        Mistake(
            answers.from_a_bell,
            "Those crowd in the middle of the square: draw uniformly, rng.random or rng.uniform.",
        ),
        Mistake(answers.around_zero, "The square goes from 0 to 1 on both axes."),
        Mistake(
            answers.sorted_columns,
            "Both columns are sorted, so that a large x has a large y: leave them as they were "
            "drawn.",
        ),
    ),
    variants=(
        answers.by_comprehension,
        answers.by_meshgrid,
        answers.by_loop,
        answers.by_columns,
        answers.by_torch,
    ),
    forbid=(*REFERENCES, *OTHER_SOURCES),
)
