"""What the exercises of this set have in common: what is forbidden, and how steps are drawn."""

from __future__ import annotations

import numpy as np

# The reference, every module that it comes from, and all that would do the work with it.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.schedules",
    "course_lib.gradients",
    "course_lib.optimizers",
    "course_lib.torch_optimizers",
)

READY_SCHEDULES = ("torch.optim.lr_scheduler", "torch.optim.swa_utils")


def shuffled_steps(rng: np.random.Generator, count: int) -> np.ndarray:
    """The steps 0 to count - 1 in any order: integers, shape (count,)."""
    return rng.permutation(count)


def draw_rate(rng: np.random.Generator) -> float:
    """An ordinary rate, never 1."""
    return float(rng.uniform(0.02, 0.8))
