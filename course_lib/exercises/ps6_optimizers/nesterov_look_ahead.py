"""Nesterov's momentum as it is told: the slope is taken where the velocity leads."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake, given

from .shared import ATOL, REFERENCES


def nesterov_look_ahead(gradient, w, rate, alpha, steps):
    """v ← αv − rate · ∇f(w + αv); w ← w + v: the path w[0], ..., w[steps]."""
    v, path = np.zeros(np.shape(w)), [np.asarray(w, dtype=float)]
    for _ in range(steps):
        v = alpha * v - rate * gradient(path[-1] + alpha * v)
        path.append(path[-1] + v)
    return np.stack(path)


def hidden(rng: np.random.Generator) -> list[Case]:
    """A parabola, a function that is none, and whole numbers, in one to six dimensions."""
    starts = [
        rng.uniform(1, 2, size=1),
        rng.uniform(-2, 2, size=3),
        rng.uniform(-1, 1, size=(2, 3)),
        rng.integers(1, 3, size=2) * 2,
    ]
    cases = []
    for w, steps in zip(starts, (5, 8, 6, 4), strict=True):
        slope = [rng.uniform(0.5, 1), rng.uniform(0.5, 1.5), 0.0, rng.uniform(0.05, 0.1)]
        f = given.function("polynomial", coefficients=np.array(slope))
        cases.append(Case((f, w, rng.uniform(0.1, 0.3), rng.uniform(0.5, 0.9), steps)))
    line = given.function("polynomial", coefficients=np.array([0.0, rng.uniform(0.5, 2)]))
    return [*cases, Case((line, rng.uniform(3, 4, size=2), rng.uniform(0.1, 0.3), 0.9, 1))]


# --- mistakes ---


def without_looking_ahead(gradient, w, rate, alpha, steps):
    v, path = np.zeros(w.shape), [1.0 * w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(path[-1])
        path.append(path[-1] + v)
    return np.array(path)


def looking_back(gradient, w, rate, alpha, steps):
    v, path = np.zeros(w.shape), [1.0 * w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(path[-1] - alpha * v)
        path.append(path[-1] + v)
    return np.array(path)


def looking_too_far(gradient, w, rate, alpha, steps):
    v, path = np.zeros(w.shape), [1.0 * w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(path[-1] + v)
        path.append(path[-1] + v)
    return np.array(path)


def the_points_ahead(gradient, w, rate, alpha, steps):
    w, v = 1.0 * w, np.zeros(w.shape)
    path = [w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(w + alpha * v)
        w = w + v
        path.append(w + alpha * v)
    return np.array(path)


def steps_from_the_point_ahead(gradient, w, rate, alpha, steps):
    w, v = 1.0 * w, np.zeros(w.shape)
    path = [w]
    for _ in range(steps):
        ahead = w + alpha * v
        v = alpha * v - rate * gradient(ahead)
        w = ahead + v
        path.append(w)
    return np.array(path)


def uphill(gradient, w, rate, alpha, steps):
    v, path = np.zeros(w.shape), [1.0 * w]
    for _ in range(steps):
        v = alpha * v + rate * gradient(path[-1] + alpha * v)
        path.append(path[-1] + v)
    return np.array(path)


def without_rate(gradient, w, rate, alpha, steps):
    v, path = np.zeros(w.shape), [1.0 * w]
    for _ in range(steps):
        v = alpha * v - gradient(path[-1] + alpha * v)
        path.append(path[-1] + v)
    return np.array(path)


def rate_twice(gradient, w, rate, alpha, steps):
    v, path = np.zeros(w.shape), [1.0 * w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(path[-1] + alpha * v)
        path.append(path[-1] + rate * v)
    return np.array(path)


def without_the_start(gradient, w, rate, alpha, steps):
    w, v, path = 1.0 * w, np.zeros(w.shape), []
    for _ in range(steps):
        v = alpha * v - rate * gradient(w + alpha * v)
        w = w + v
        path.append(w)
    return np.array(path)


def only_the_end(gradient, w, rate, alpha, steps):
    w, v = 1.0 * w, np.zeros(w.shape)
    for _ in range(steps):
        v = alpha * v - rate * gradient(w + alpha * v)
        w = w + v
    return w


def one_array_for_all(gradient, w, rate, alpha, steps):
    w, v = 1.0 * w, np.zeros(w.shape)
    path = [w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(w + alpha * v)
        w += v
        path.append(w)
    return np.array(path)


# --- variants ---


def by_loop(gradient, w, rate, alpha, steps):
    w, v = np.array(w, dtype=float), 0.0
    path = [w.tolist()]
    for _ in range(steps):
        v = alpha * v - rate * gradient(w + alpha * v)
        w = w + v
        path.append(w.tolist())
    return path


def by_preallocated_path(gradient, w, rate, alpha, steps):
    path = np.zeros((steps + 1, *np.shape(w)))
    path[0] = w
    for n in range(steps):
        # The velocity is the last move.
        v = path[n] - path[n - 1] if n else 0.0
        path[n + 1] = path[n] + alpha * v - rate * gradient(path[n] + alpha * v)
    return path


def by_velocity_of_the_other_sign(gradient, w, rate, alpha, steps):
    path, v = [w + 0.0], 0.0 * w
    for _ in range(steps):
        v = alpha * v + gradient(path[-1] - rate * alpha * v)
        path.append(path[-1] - rate * v)
    return np.stack(path)


def by_points_ahead(gradient, w, rate, alpha, steps):
    # Bengio's form runs on the points ahead; w = ahead - alpha v turns them back.
    ahead, v = 1.0 * w, np.zeros(np.shape(w))
    path = [ahead]
    for _ in range(steps):
        g = gradient(ahead)
        old, v = v, alpha * v - rate * g
        ahead = ahead - alpha * old + (1 + alpha) * v
        path.append(ahead - alpha * v)
    return np.array(path)


def by_torch(gradient, w, rate, alpha, steps):
    w = torch.tensor(w, dtype=torch.float64)
    v, path = torch.zeros_like(w), [w]
    for _ in range(steps):
        v = alpha * v - rate * gradient(w + alpha * v)
        w = w + v
        path.append(w)
    return torch.stack(path)


EXERCISE = Exercise(
    name="nesterov_look_ahead",
    task="Return w[0], ..., w[steps] of Nesterov's momentum, (steps + 1, *w.shape): v = alpha v - "
    "rate gradient(w + alpha v), then w + v, from the start w with v = 0.",
    points=2,
    reference=nesterov_look_ahead,
    atol=ATOL,
    public=(
        Case(
            (
                given.function("polynomial", coefficients=np.array([0.0, 1.0])),
                np.array([1.0]),
                0.1,
                0.9,
                3,
            )
        ),
        Case(
            (
                given.function("polynomial", coefficients=np.array([1.0, 1.0, 0.0, 0.1])),
                np.array([2, -1]),
                0.2,
                0.5,
                4,
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_looking_ahead,
            "That is plain momentum: take the gradient ahead, at w + alpha v, not at w.",
        ),
        Mistake(looking_back, "That looks back: the velocity leads to w *plus* alpha v."),
        Mistake(
            looking_too_far, "That looks too far ahead: only alpha v is sure to come of the old v."
        ),
        Mistake(
            the_points_ahead,
            "Those are the points where the gradient is taken: return the weights w themselves.",
        ),
        Mistake(
            steps_from_the_point_ahead,
            "The step starts from w, not from the point ahead: alpha v is in the new v already.",
        ),
        Mistake(uphill, "That climbs: the velocity takes *minus* rate times the gradient."),
        Mistake(without_rate, "The rate is missing: it multiplies the gradient."),
        Mistake(rate_twice, "The rate is in the velocity already: add v to w as it is."),
        Mistake(
            without_the_start, "The path begins with w[0], the start: steps + 1 points in all."
        ),
        Mistake(only_the_end, "That is the last point: return the whole path, w[0] to w[steps]."),
        Mistake(
            one_array_for_all,
            "w += v changes the one array that every point of your path is: write w = w + v.",
        ),
    ),
    variants=(
        by_loop,
        by_preallocated_path,
        by_velocity_of_the_other_sign,
        by_points_ahead,
        by_torch,
    ),
    forbid=REFERENCES,
)
