"""Layer normalization, each sample by itself (deck B, "Layer normalization")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import sample_normalization as reference
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_NORMS, REFERENCES, scales, spread


def hidden(rng: np.random.Generator) -> list[Case]:
    """One sample, several, sequences; as many samples as features; whole numbers; float32."""
    shapes = ((1, 4), (3, 5), (4, 4), (2, 3, 4))
    cases = [
        Case((spread(rng, *shape), *scales(rng, shape[-1]), float(rng.uniform(0.05, 0.5))))
        for shape in shapes
    ]
    alone = spread(rng, 1, 5)[0]
    cases.append(Case((alone, *scales(rng, 5), float(rng.uniform(0.05, 0.5)))))
    whole = rng.permuted(np.arange(12)).reshape(3, 4) * 2
    cases.append(Case((whole, *scales(rng, 4), 0.1)))
    arrays = (spread(rng, 5, 3), *scales(rng, 3))
    return [*cases, Case((*(a.astype(np.float32) for a in arrays), 0.1))]


# --- mistakes ---


def over_the_batch(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


def over_all_but_the_first(x, gamma, beta, eps):
    axes = tuple(range(1, x.ndim)) or (0,)
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def over_axis_one(x, gamma, beta, eps):
    axis = min(1, x.ndim - 1)
    mean, variance = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def over_everything(x, gamma, beta, eps):
    return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta


def axis_not_kept(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + eps) + beta


def eps_outside(x, gamma, beta, eps):
    mean, deviation = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    return gamma * (x - mean) / (deviation + eps) + beta


def without_eps(x, gamma, beta, eps):
    mean, deviation = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    return gamma * (x - mean) / deviation + beta


def unbiased(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, ddof=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def without_root(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (variance + eps) + beta


def mean_square(x, gamma, beta, eps):
    return gamma * x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps) + beta


def scale_and_shift_swapped(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return beta * (x - mean) / np.sqrt(variance + eps) + gamma


def shift_scaled_too(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * ((x - mean) / np.sqrt(variance + eps) + beta)


def not_scaled(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps)


def cut_to_integers(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    y = np.zeros_like(x)
    y[...] = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    return y


def in_place(x, gamma, beta, eps):
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    x -= x.mean(axis=-1, keepdims=True)
    return gamma * x / deviation + beta


# --- variants ---


def by_numpy(x, gamma, beta, eps):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def by_loop(x, gamma, beta, eps):
    rows = x.reshape(-1, x.shape[-1])
    out = []
    for row in rows:
        mean = sum(float(v) for v in row) / len(row)
        variance = sum((float(v) - mean) ** 2 for v in row) / len(row)
        out.append((row - mean) / math.sqrt(variance + eps) * gamma + beta)
    return np.array(out).reshape(x.shape)


def by_each_vector(x, gamma, beta, eps):
    return np.apply_along_axis(
        lambda v: gamma * (v - v.mean()) / np.sqrt(v.var() + eps) + beta, -1, x
    )


def by_centring_matrix(x, gamma, beta, eps):
    d = x.shape[-1]
    centred = x @ (np.eye(d) - np.ones((d, d)) / d)
    variance = np.sum(centred**2, axis=-1, keepdims=True) / d
    return centred * (variance + eps) ** -0.5 * gamma + beta


def by_torch(x, gamma, beta, eps):
    x, gamma, beta = (torch.as_tensor(a, dtype=torch.float64) for a in (x, gamma, beta))
    variance = x.var(dim=-1, unbiased=False, keepdim=True)
    return gamma * (x - x.mean(dim=-1, keepdim=True)) * torch.rsqrt(variance + eps) + beta


def by_single_precision(x, gamma, beta, eps):
    x = x.astype(np.float32)
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    y = np.float32(gamma) * (x - mean) / np.sqrt(variance + np.float32(eps)) + np.float32(beta)
    return y.astype(np.float32)


EXERCISE = Exercise(
    name="layer_norm",
    task="Return the layer normalization of x (..., d): each vector along the last axis by its own "
    "mean and biased variance, ε inside the root, then gamma and beta (d,).",
    points=2,
    reference=reference.layer_norm,
    public=(
        Case((np.array([[1.0, 3.0]]), np.array([1.5, 2.0]), np.array([0.5, 5.0]), 0.25)),
        Case(
            (
                np.array([[1.0, 4.0, -1.0], [3.0, 0.5, 2.0], [8.0, -4.0, 1.0]]),
                np.array([1.5, -2.0, 3.0]),
                np.array([0.5, 0.75, 1.0]),
                0.5,
            )
        ),
        Case(
            (
                np.array([[[9, 0], [3, 7]], [[2, 6], [0, 1]], [[4, 1], [8, 5]]]),
                np.array([1.5, -2.0]),
                np.array([0.5, 1.0]),
                0.5,
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            over_the_batch,
            "That is batch normalization: here each sample has its own mean and variance.",
        ),
        Mistake(
            over_all_but_the_first,
            "All vectors of a sequence share one mean there: each has its own, over the last axis "
            "alone.",
        ),
        Mistake(
            over_axis_one,
            "Axis 1 is the last one only of a table: of sequences it is the time. Use axis -1.",
        ),
        Mistake(over_everything, "Each vector has its own mean and variance, over the last axis."),
        Mistake(
            axis_not_kept,
            "The means lost their axis and meet the wrong numbers: use keepdims=True.",
        ),
        Mistake(eps_outside, "ε stands inside the root, √(σ² + ε), not added to σ."),
        Mistake(without_eps, "ε is missing in √(σ² + ε)."),
        Mistake(unbiased, "The variance is divided by d, not by d - 1."),
        Mistake(without_root, "That divides by the variance: the root is missing."),
        Mistake(mean_square, "That is RMSNorm: take the mean off first."),
        Mistake(scale_and_shift_swapped, "gamma is the scale and beta the shift."),
        Mistake(shift_scaled_too, "beta comes after gamma, γ x̂ + β: it is not scaled itself."),
        Mistake(not_scaled, "Scale by gamma and shift by beta at the end."),
        Mistake(
            cut_to_integers,
            "zeros_like of integers cuts the result off to integers: make a new array of floats.",
        ),
        Mistake(in_place, "x -= ... changes the caller's array: write x - μ to a new one."),
    ),
    variants=(
        by_numpy,
        by_loop,
        by_each_vector,
        by_centring_matrix,
        by_torch,
        by_single_precision,
    ),
    forbid=(*REFERENCES, *READY_NORMS),
)
