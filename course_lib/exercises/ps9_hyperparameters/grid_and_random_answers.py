"""Wrong and right answers to ``grid_and_random``, as students write them."""

from __future__ import annotations

import numpy as np
import torch

# --- mistakes ---


def only_points(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y) for x in levels for y in levels])
    return grid, rng.random((side**2, 2))


def without_ends(f, side, rng):
    levels = (np.arange(side) + 0.5) / side
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = rng.random((side**2, 2))
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


def too_few_draws(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = rng.random((side, 2))
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


def diagonal(f, side, rng):
    grid = np.array([(x, x, f(np.array([x, x]))) for x in np.linspace(0, 1, side**2)])
    drawn = rng.random((side**2, 2))
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


def order_of_tables(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = rng.random((side**2, 2))
    return np.array([(x, y, f(np.array([x, y]))) for x, y in drawn]), grid


def coordinates_swapped(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([y, x]))) for x in levels for y in levels])
    drawn = rng.random((side**2, 2))
    return grid, np.array([(x, y, f(np.array([y, x]))) for x, y in drawn])


def one_number_for_both(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = rng.random(side**2)
    return grid, np.array([(x, x, f(np.array([x, x]))) for x in drawn])


def drawn_from_the_grid(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = rng.choice(levels, (side**2, 2))
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


def grid_of_random_levels(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    xs, ys = rng.random(side), rng.random(side)
    return grid, np.array([(x, y, f(np.array([x, y]))) for x in xs for y in ys])


def from_a_bell(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = np.mean(rng.random((8, side**2, 2)), axis=0)
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


def around_zero(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = rng.uniform(-1, 1, (side**2, 2))
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


def sorted_columns(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = np.array([(x, y, f(np.array([x, y]))) for x in levels for y in levels])
    drawn = np.sort(rng.random((side**2, 2)), axis=0)
    return grid, np.array([(x, y, f(np.array([x, y]))) for x, y in drawn])


# --- variants ---


def by_comprehension(f, side, rng):
    levels = np.linspace(0, 1, side)
    grid = [(x, y, f(np.array([x, y]))) for x in levels for y in levels]
    drawn = [(x, y, f(np.array([x, y]))) for x, y in rng.random((side**2, 2))]
    return np.array(grid), np.array(drawn)


def by_meshgrid(f, side, rng):
    x, y = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    points = np.column_stack([x.ravel(), y.ravel()]), rng.uniform(size=(side * side, 2))
    return tuple(np.column_stack([p, np.apply_along_axis(f, 1, p)]) for p in points)


def by_loop(f, side, rng):
    grid, drawn = [], []
    for i in range(side):
        for j in range(side):
            point = np.array([i / (side - 1), j / (side - 1)])
            grid.append([point[0], point[1], f(point)])
            point = np.array([rng.uniform(0, 1), rng.uniform(0, 1)])
            drawn.append([point[0], point[1], f(point)])
    return [grid, drawn]


def by_columns(f, side, rng):
    levels = np.arange(side) / (side - 1)
    x, y = np.repeat(levels, side), np.tile(levels, side)
    u, v = rng.random(side**2), rng.random(side**2)
    grid = np.array([x, y, [f(np.array(p)) for p in zip(x, y, strict=True)]]).T
    return grid, np.array([u, v, [f(np.array(p)) for p in zip(u, v, strict=True)]]).T


def by_torch(f, side, rng):
    levels = torch.linspace(0, 1, side, dtype=torch.float64)
    points = torch.cartesian_prod(levels, levels), torch.as_tensor(rng.random((side**2, 2)))
    values = [torch.tensor([[f(point.numpy())] for point in p]) for p in points]
    return torch.cat([points[0], values[0]], 1), torch.cat([points[1], values[1]], 1)
