"""What the exercises of this set have in common: what is forbidden, how cases are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.optimizers import Rule

# The references, and the optimizers and filters that libraries have ready.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.filters",
    "course_lib.optimizers",
    "course_lib.stability",
    "course_lib.torch_optimizers",
    "scipy.signal",
    "torch.optim",
)

Run = tuple[np.ndarray, np.ndarray]


# Weights of size 10 carry about 1e-6 of rounding in single precision, also where they pass by 0.
ATOL = 1e-5


def stepped(rule: Rule, w: Any, g: Any, state: Any) -> tuple[Any, Any]:
    """One step of a rule in the form that these exercises ask for, always in double precision."""
    w, g = np.asarray(w, dtype=float), np.asarray(g, dtype=float)
    return rule.step(w, g, rule.start(w) if state is None else state)


def runs(rng: np.random.Generator) -> list[Run]:
    """(w, gradients): one weight, one step, several, two axes, whole numbers, single precision."""
    sizes = ((1, (1,)), (6, (1,)), (7, (4,)), (5, (2, 3)))
    found = [(rng.normal(size=shape), slopes(rng, (n, *shape))) for n, shape in sizes]
    whole = rng.integers(-9, 9, size=4), rng.choice([-3, -2, -1, 1, 2, 4], size=(6, 4))
    w, gradients = rng.normal(size=3), slopes(rng, (5, 3))
    return [*found, whole, (w.astype(np.float32), gradients.astype(np.float32))]


def slopes(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Gradients of either sign between 0.4 and 2 in size: none so small that nothing shows."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.4, 2.0, size=shape)


def with_a_flat_direction(rng: np.random.Generator) -> Run:
    """A run in which one weight never has a slope."""
    gradients = slopes(rng, (5, 3))
    gradients[:, int(rng.integers(3))] = 0.0
    return rng.normal(size=3), gradients
