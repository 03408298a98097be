"""Random search against grid search with one budget (Bergstra and Bengio 2012; decks C and D)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import function as given_function
from course_lib.checks.given import rng as given_rng
from course_lib.search import Uniform, grid_points

from . import grid_and_random_answers as answers
from .grid_and_random_rule import accept
from .shared import OTHER_SOURCES, REFERENCES, fresh_rng


def grid_and_random(
    f: Callable[[np.ndarray], float], side: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """side² trials of a grid and as many random ones in the unit square: rows (x, y, f(x, y))."""
    space = {"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)}
    grid = [tuple(point.values()) for point in grid_points(space, side)]
    drawn = [(space["x"].draw(rng), space["y"].draw(rng)) for _ in range(side**2)]
    tried = [[(x, y, f(np.array([x, y]))) for x, y in points] for points in (grid, drawn)]
    return np.array(tried[0]), np.array(tried[1])


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
        Mistake(
            answers.too_few_draws,
            "Both have the same budget: side² trials each, three numbers in a row.",
        ),
        Mistake(
            answers.diagonal,
            "The grid has every pair of levels, x and y in the first two columns: two loops, or "
            "np.meshgrid.",
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
