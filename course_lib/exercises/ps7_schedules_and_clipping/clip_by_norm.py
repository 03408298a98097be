"""Clipping by the norm of all gradients together (deck B, "Cliffs and exploding gradients")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.gradients import clip_by_norm as shortened

from .shared import REFERENCES

SHAPES = ((2, 3), (3,), (3, 1), (1,))


def clip_by_norm(gradients: tuple[np.ndarray, ...], max_norm: float) -> tuple[np.ndarray, ...]:
    """g · min(1, max_norm/‖g‖), ‖g‖ the norm of all arrays together; new arrays, same shapes."""
    return tuple(shortened(list(gradients), max_norm))


def hidden(rng: np.random.Generator) -> list[Case]:
    """Too long together though no array is alone, long, short, zero, single, whole numbers."""
    several = _gradients(rng, SHAPES)
    longest = max(float(np.linalg.norm(g)) for g in several)
    total = float(np.sqrt(sum(np.sum(g**2) for g in several)))
    one = rng.normal(scale=5, size=(3, 2))
    single = tuple(g.astype(np.float32) for g in _gradients(rng, SHAPES))
    # Five ones at least: shorter than 1.5 they are not.
    whole = tuple(rng.integers(1, 9, size=shape) for shape in ((2, 2), (3,)))
    return [
        Case((several, (longest + total) / 2)),
        Case((several, total / 4)),
        Case((several, total * 1.5)),
        Case(((one,), float(rng.uniform(0.5, 1.5)))),
        Case((single, float(rng.uniform(0.2, 0.5)))),
        Case((whole, float(rng.uniform(0.5, 1.5)))),
        Case(((np.zeros((2, 2)), np.zeros(3)), float(rng.uniform(0.5, 2)))),
    ]


def _gradients(
    rng: np.random.Generator, shapes: tuple[tuple[int, ...], ...]
) -> tuple[np.ndarray, ...]:
    """Numbers of either sign, none of them near 0."""
    return tuple(rng.choice([-1, 1], size=s) * rng.uniform(0.5, 2, size=s) for s in shapes)


# --- mistakes ---


def each_by_its_own(gradients, max_norm):
    clipped = []
    for g in gradients:
        norm = np.sqrt(np.sum(g**2))
        clipped.append(g * (max_norm / norm if norm > max_norm else 1.0))
    return clipped


def always_scaled(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * (max_norm / norm if norm > 0 else 1.0) for g in gradients]


def sum_of_norms(gradients, max_norm):
    norm = sum(np.sqrt(np.sum(g**2)) for g in gradients)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


def without_root(gradients, max_norm):
    norm = sum(np.sum(g**2) for g in gradients)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


def by_largest_norm(gradients, max_norm):
    norm = max(np.sqrt(np.sum(g**2)) for g in gradients)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


def by_largest_element(gradients, max_norm):
    norm = max(np.max(np.abs(g)) for g in gradients)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


def by_absolute_values(gradients, max_norm):
    norm = sum(np.sum(np.abs(g)) for g in gradients)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


def root_of_the_mean(gradients, max_norm):
    count = sum(g.size for g in gradients)
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients) / count)
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


def by_value(gradients, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in gradients]


def to_length_one(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * (1 / norm if norm > max_norm else 1.0) for g in gradients]


def nothing_by_nothing(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g / norm * min(norm, max_norm) for g in gradients]


def cut_to_integers(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    clipped = [np.zeros_like(g) for g in gradients]
    for new, g in zip(clipped, gradients, strict=True):
        new[...] = g * (max_norm / norm if norm > max_norm else 1.0)
    return clipped


def in_one_piece(gradients, max_norm):
    whole = np.concatenate([np.ravel(g) for g in gradients])
    norm = np.sqrt(np.sum(whole**2))
    return whole * (max_norm / norm if norm > max_norm else 1.0)


def in_place(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    if norm > max_norm:
        for g in gradients:
            g *= max_norm / norm
    return gradients


def squares_of_sums(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g) ** 2 for g in gradients))
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in gradients]


# --- variants ---


def by_loop(gradients, max_norm):
    total = 0.0
    for g in gradients:
        for number in g.ravel():
            total += float(number) ** 2
    if total <= max_norm**2:
        return [g.copy() for g in gradients]
    return [g * max_norm / math.sqrt(total) for g in gradients]


def by_minimum(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(np.square(g)) for g in gradients))
    factor = 1.0 if norm == 0 else min(1.0, max_norm / norm)
    return [factor * g for g in gradients]


def by_maximum(gradients, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients])
    return tuple(g * (max_norm / max(norm, max_norm)) for g in gradients)


def by_one_vector(gradients, max_norm):
    whole = np.concatenate([np.ravel(g) for g in gradients]).astype(float)
    whole *= max_norm / max(np.sqrt(whole @ whole), max_norm)
    parts = np.split(whole, np.cumsum([g.size for g in gradients])[:-1])
    return [part.reshape(g.shape) for part, g in zip(parts, gradients, strict=True)]


def with_small_number(gradients, max_norm):
    norm = np.sqrt(sum((g * g).sum() for g in gradients))
    return [g * min(1.0, max_norm / (norm + 1e-6)) for g in gradients]


def by_torch(gradients, max_norm):
    tensors = [torch.as_tensor(g, dtype=torch.float64) for g in gradients]
    norm = torch.cat([g.flatten() for g in tensors]).square().sum().sqrt()
    return [g * (max_norm / torch.clamp(norm, min=max_norm)) for g in tensors]


EXERCISE = Exercise(
    name="clip_by_norm",
    task="Return the gradients, a tuple of arrays, all scaled by one factor so that the norm of "
    "all of them together is at most max_norm; unchanged where it is already.",
    points=3,
    reference=clip_by_norm,
    # torch divides by ‖g‖ + 1e-6: as good an answer.
    rtol=1e-5,
    public=(
        Case(((np.array([3.0]), np.array([[0.0, 4.0]])), 1.0)),
        Case(((np.array([3.0]), np.array([[0.0, -4.0]])), 4.5)),
        Case(((np.array([[0.3, -0.4], [0.0, 0.1]]), np.array([0.2, 0.0])), 2.0)),
        Case(((np.array([[6, -2], [-3, 0]]),), 3.5)),
        Case(((np.zeros((2, 1)), np.zeros(3)), 1.0)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            each_by_its_own,
            "That clips each array by its own norm and turns the direction: take the norm of all "
            "of them together.",
        ),
        Mistake(
            always_scaled, "Gradients that are short enough stay as they are: the factor is ≤ 1."
        ),
        Mistake(
            sum_of_norms,
            "Norms do not add up: sum the squares of all arrays, and take one root at the end.",
        ),
        Mistake(without_root, "That is the square of the norm: the root is missing."),
        Mistake(
            by_largest_norm,
            "That is the longest array's norm: that of all together is the root of the sum of all "
            "squares.",
        ),
        Mistake(by_largest_element, "That is the largest element: the norm sums all the squares."),
        Mistake(by_absolute_values, "Sum the squares, not the absolute values; then the root."),
        Mistake(root_of_the_mean, "That is a root mean square: a norm sums, it does not average."),
        Mistake(
            by_value,
            "That clips by value, which turns the direction: scale everything by one factor.",
        ),
        Mistake(to_length_one, "That shortens to length 1: the length asked for is max_norm."),
        Mistake(
            nothing_by_nothing,
            "A gradient of zeros has norm 0, and 0/0 is nan: divide only where the norm is too "
            "large.",
        ),
        Mistake(
            cut_to_integers,
            "zeros_like of integers cuts the results off to integers: make new arrays of floats.",
        ),
        Mistake(
            in_one_piece, "Give one array for each that came, in its shape: cut the vector again."
        ),
        Mistake(
            in_place,
            "g *= ... changes the caller's gradients: return new arrays (torch's clip_grad_norm_ "
            "writes in place, and says so by its last letter).",
        ),
        Mistake(
            squares_of_sums,
            "Square each number before summing: in a sum of gradients plus and minus cancel.",
        ),
    ),
    variants=(by_loop, by_minimum, by_maximum, by_one_vector, with_small_number, by_torch),
    forbid=(*REFERENCES, "torch.nn.utils"),
)
