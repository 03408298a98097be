"""Newton's step: at once on a quadratic, quadratically near a minimum, and drawn to saddles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from course_lib.optimizers import newton_step


def test_newton_reaches_the_minimum_of_a_quadratic_at_once_in_numpy_and_torch() -> None:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(4, 4)) * [1, 10, 100, 1000]
    matrix, minimum, theta = root.T @ root, rng.normal(size=4), rng.normal(size=4)
    gradient = matrix @ (theta - minimum)
    got = newton_step(theta, gradient, matrix)
    np.testing.assert_allclose(got, minimum, rtol=1e-6)
    half = newton_step(theta, gradient, matrix, rate=0.5)
    np.testing.assert_allclose(half, (theta + minimum) / 2, rtol=1e-6)
    tensors = [torch.tensor(x) for x in (theta, gradient, matrix)]
    np.testing.assert_allclose(newton_step(*tensors).numpy(), got, rtol=1e-6)


def test_newton_converges_quadratically_and_is_drawn_to_a_saddle() -> None:
    theta, errors = np.array([1.0]), []
    for _ in range(5):  # e^θ + e^−2θ is least where 3θ = ln 2
        slope, curvature = (
            np.exp(theta) - 2 * np.exp(-2 * theta),
            np.exp(theta) + 4 * np.exp(-2 * theta),
        )
        theta = newton_step(theta, slope, curvature[:, None])
        errors.append(abs(theta[0] - np.log(2) / 3))
    assert errors[-1] < 1e-12
    assert all(b < 2 * a**2 + 1e-15 for a, b in pairwise(errors))
    saddle = newton_step([1.0, 1.0], gradient=[2.0, -2.0], hessian=[[2.0, 0], [0, -2.0]])
    np.testing.assert_allclose(saddle, 0)
