"""Group normalization of images (deck B, "Group normalization": Wu and He)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import sample_normalization as reference
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_NORMS, REFERENCES, scales, spread


def group_norm(
    x: np.ndarray, groups: int, gamma: np.ndarray, beta: np.ndarray, eps: float
) -> np.ndarray:
    """Each group of neighbouring channels of each image to mean 0 and deviation 1; then γ and β."""
    return reference.group_norm(x, groups, gamma, beta, eps)


def hidden(rng: np.random.Generator) -> list[Case]:
    """One image, several; one group, as many as channels, between; whole numbers; float32."""
    told = (((1, 6, 2, 3), 2), ((3, 6, 2, 2), 3), ((2, 4, 3, 4), 1), ((2, 3, 2, 2), 3))
    cases = [
        Case((spread(rng, *shape), g, *scales(rng, shape[1]), float(rng.uniform(0.05, 0.5))))
        for shape, g in told
    ]
    whole = rng.permuted(np.arange(24)).reshape(1, 6, 2, 2)
    cases.append(Case((whole, 2, *scales(rng, 6), 0.1)))
    x, gamma, beta = (a.astype(np.float32) for a in (spread(rng, 2, 4, 2, 2), *scales(rng, 4)))
    return [*cases, Case((x, 2, gamma, beta, 0.1))]


# --- mistakes ---


def groups_ignored(x, groups, gamma, beta, eps):
    axes = (1, 2, 3)
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    y = (x - mean) / np.sqrt(variance + eps)
    return gamma[:, None, None] * y + beta[:, None, None]


def each_channel_alone(x, groups, gamma, beta, eps):
    axes = (2, 3)
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    y = (x - mean) / np.sqrt(variance + eps)
    return gamma[:, None, None] * y + beta[:, None, None]


def over_the_batch(x, groups, gamma, beta, eps):
    axes = (0, 2, 3)
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    y = (x - mean) / np.sqrt(variance + eps)
    return gamma[:, None, None] * y + beta[:, None, None]


def groups_over_the_batch(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    g = x.reshape(n, groups, c // groups, h, w)
    axes = (0, 2, 3, 4)
    g = (g - g.mean(axis=axes, keepdims=True)) / np.sqrt(g.var(axis=axes, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def positions_apart(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    g = x.reshape(n, groups, c // groups, h, w)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def every_so_manieth(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    g = x.reshape(n, c // groups, groups, h, w)
    axes = (1, 3, 4)
    g = (g - g.mean(axis=axes, keepdims=True)) / np.sqrt(g.var(axis=axes, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def groups_of_that_size(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    g = x.reshape(n, c // groups, groups * h * w)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def scale_on_the_last_axis(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return gamma * g.reshape(x.shape) + beta


def shape_of_groups(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    g = x.reshape(n, groups, c // groups, h, w)
    axes = (2, 3, 4)
    g = (g - g.mean(axis=axes, keepdims=True)) / np.sqrt(g.var(axis=axes, keepdims=True) + eps)
    return gamma.reshape(groups, -1, 1, 1) * g + beta.reshape(groups, -1, 1, 1)


def eps_outside(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / (g.std(axis=2, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def unbiased(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, ddof=1, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def without_root(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / (g.var(axis=2, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def in_place(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    deviation = np.sqrt(g.var(axis=2, keepdims=True) + eps)
    g -= g.mean(axis=2, keepdims=True)
    return gamma[:, None, None] * (g / deviation).reshape(x.shape) + beta[:, None, None]


def scale_and_shift_swapped(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return beta[:, None, None] * g.reshape(x.shape) + gamma[:, None, None]


def scale_of_groups(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return (gamma[:groups, None] * g + beta[:groups, None]).reshape(x.shape)


def without_eps(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / g.std(axis=2, keepdims=True)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


# --- variants ---


def by_reshaping(x, groups, gamma, beta, eps):
    g = x.reshape(len(x), groups, -1)
    g = (g - g.mean(axis=2, keepdims=True)) / np.sqrt(g.var(axis=2, keepdims=True) + eps)
    return gamma[:, None, None] * g.reshape(x.shape) + beta[:, None, None]


def by_five_axes(x, groups, gamma, beta, eps):
    n, c, h, w = x.shape
    g = x.reshape(n, groups, c // groups, h, w)
    mean = g.mean(axis=(2, 3, 4), keepdims=True)
    variance = ((g - mean) ** 2).mean(axis=(2, 3, 4), keepdims=True)
    y = ((g - mean) / np.sqrt(variance + eps)).reshape(n, c, h, w)
    return y * gamma.reshape(1, c, 1, 1) + beta.reshape(1, c, 1, 1)


def by_loop(x, groups, gamma, beta, eps):
    n, c = x.shape[:2]
    size = c // groups
    y = np.empty(x.shape)
    for i in range(n):
        for k in range(groups):
            block = x[i, k * size : (k + 1) * size]
            mean = block.sum() / block.size
            deviation = math.sqrt(((block - mean) ** 2).sum() / block.size + eps)
            for j in range(k * size, (k + 1) * size):
                y[i, j] = gamma[j] * (x[i, j] - mean) / deviation + beta[j]
    return y


def by_splitting(x, groups, gamma, beta, eps):
    axes, parts = (1, 2, 3), []
    for part in np.split(x, groups, axis=1):
        mean, variance = part.mean(axis=axes, keepdims=True), part.var(axis=axes, keepdims=True)
        parts.append((part - mean) * (variance + eps) ** -0.5)
    y = np.concatenate(parts, axis=1)
    return np.einsum("nchw,c->nchw", y, gamma) + beta[None, :, None, None]


def by_torch(x, groups, gamma, beta, eps):
    x, gamma, beta = (torch.as_tensor(a, dtype=torch.float64) for a in (x, gamma, beta))
    g = x.reshape(x.shape[0], groups, -1)
    variance, mean = torch.var_mean(g, dim=2, unbiased=False, keepdim=True)
    y = ((g - mean) / torch.sqrt(variance + eps)).view_as(x)
    return gamma.view(1, -1, 1, 1) * y + beta.view(1, -1, 1, 1)


EXERCISE = Exercise(
    name="group_norm",
    task="Return the group normalization of images x (n, c, h, w): each image's groups of "
    "neighbouring channels by their own mean and biased variance, then gamma and beta (c,).",
    points=3,
    reference=group_norm,
    public=(
        Case(
            (
                np.array([1.0, 3.0, 5.0, 9.0]).reshape(1, 4, 1, 1),
                2,
                np.array([1.5, 2.0, -1.0, 3.0]),
                np.array([0.5, 0.0, 1.0, 0.25]),
                0.25,
            )
        ),
        Case(
            (
                np.array([[1, 4, -1, 3, 0, 2], [8, -4, 1, 5, 7, 9]]).reshape(2, 6, 1, 1),
                2,
                np.array([1.5, 2.0, -1.0, 3.0, 0.5, -2.0]),
                np.array([0.5, 0.0, 1.0, 0.25, 2.0, -1.0]),
                0.5,
            )
        ),
        Case(
            (
                np.array([2.0, -1, 0.5, 3, 1, 4, -2, 0]).reshape(1, 2, 2, 2),
                1,
                np.array([1.5, -2.0]),
                np.array([0.5, 1.0]),
                0.5,
            )
        ),
        Case(
            (
                np.array([2.0, -1, 0.5, 3, 1, 4, -2, 0, 7, 1, 3, 2]).reshape(1, 3, 2, 2),
                3,
                np.array([1.5, -2.0, 2.5]),
                np.array([0.5, 1.0, 0.25]),
                0.5,
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            groups_ignored,
            "That takes all channels together, one group: cut the channels into `groups` first.",
        ),
        Mistake(
            each_channel_alone,
            "That is instance normalization: the channels of one group share mean and variance.",
        ),
        Mistake(
            over_the_batch,
            "That is batch normalization: each image is normalised by itself, whatever else is in "
            "the batch.",
        ),
        Mistake(
            groups_over_the_batch,
            "The groups are right, but the mean runs over the batch too: leave axis 0 out.",
        ),
        Mistake(
            positions_apart,
            "A group's channels and all their positions share one mean: average over h and w too.",
        ),
        Mistake(
            every_so_manieth,
            "A group is channels side by side: reshape to (n, groups, c // groups, h, w), groups "
            "first.",
        ),
        Mistake(
            groups_of_that_size,
            "groups is how many groups there are: each holds c // groups channels.",
        ),
        Mistake(
            scale_on_the_last_axis,
            "gamma and beta go with the channels: reshape them to (c, 1, 1), or they meet axis w.",
        ),
        Mistake(shape_of_groups, "The result has the shape of x: reshape it back."),
        Mistake(eps_outside, "ε stands inside the root, √(σ² + ε), not added to σ."),
        Mistake(unbiased, "The variance is divided by the number of values, not by one less."),
        Mistake(without_root, "That divides by the variance: the root is missing."),
        Mistake(
            in_place,
            "reshape shares the memory of x, so -= changed the caller's images: make a new array.",
        ),
        Mistake(scale_and_shift_swapped, "gamma is the scale and beta the shift."),
        Mistake(
            scale_of_groups,
            "gamma and beta are those of channels, not of groups: scale after reshaping back.",
        ),
        Mistake(without_eps, "ε is missing in √(σ² + ε)."),
    ),
    variants=(by_reshaping, by_five_axes, by_loop, by_splitting, by_torch),
    forbid=(*REFERENCES, *READY_NORMS),
)
