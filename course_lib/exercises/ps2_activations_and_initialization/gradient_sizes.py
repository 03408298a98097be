"""How large the gradient is in each layer of a deep network (deck C, "Vanishing gradients")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.activations import tanh, tanh_derivative
from course_lib.checks import Case, Exercise, Mistake

from . import gradient_sizes_mistakes as mistakes
from .shared import REFERENCES, waves


def gradient_sizes(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """√(mean of (∂C/∂s_l)²) of each layer, first to last: an array ``(L,)``.

    a_0 = x, s_l = a_{l-1} W_lᵀ, a_l = tanh(s_l), and C the sum of all elements of a_L.
    """
    a, sums = x, []
    for w in weights:
        sums.append(a @ w.T)
        a = tanh(sums[-1])
    slope, sizes = np.ones(a.shape), []
    for s, w in zip(sums[::-1], weights[::-1], strict=True):
        slope = slope * tanh_derivative(s)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w
    return np.array(sizes[::-1])


def hidden(rng: np.random.Generator) -> list[Case]:
    sizes = ((1, 3, 2), (4, 5, 3), (3, 3, 3), (6, 4, 6), (5, 2, 1))  # n samples, m units, L layers
    cases = [
        Case((rng.normal(size=(n, m)), rng.normal(size=(depth, m, m)) / math.sqrt(m)))
        for n, m, depth in sizes
    ]
    whole = (rng.integers(-2, 3, size=(3, 3)), rng.normal(size=(2, 3, 3)))
    return [*cases, Case(whole)]


# --- variants ---


def by_numpy(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w
    return sizes[::-1]


def by_autograd(x, weights):
    a, sums = torch.tensor(x, dtype=torch.float64), []
    for w in torch.tensor(weights):
        s = a @ w.T
        if not s.requires_grad:
            s.requires_grad_(True)
        s.retain_grad()
        sums.append(s)
        a = torch.tanh(s)
    a.sum().backward()
    return torch.stack([s.grad.square().mean().sqrt() for s in sums])


def by_sample(x, weights):
    squares = np.zeros(len(weights))
    for a in x:
        outputs = []
        for w in weights:
            a = np.tanh(w @ a)
            outputs.append(a)
        slope = np.ones(len(a))
        for layer in range(len(weights) - 1, -1, -1):
            slope = slope * (1 - outputs[layer] ** 2)
            squares[layer] += np.sum(slope**2)
            slope = weights[layer].T @ slope
    return np.sqrt(squares / x.size)


def by_jacobians(x, weights):
    a, slopes = x, []
    for w in weights:
        a = np.tanh(a @ w.T)
        slopes.append(1 - a**2)
    sizes = []
    for layer in range(len(weights)):
        jacobian = slopes[layer][:, :, None] * np.eye(x.shape[1])
        for w, slope in zip(weights[layer + 1 :], slopes[layer + 1 :], strict=True):
            jacobian = jacobian @ (w.T * slope[:, None, :])
        sizes.append(np.sqrt(np.mean(jacobian.sum(axis=2) ** 2)))
    return sizes


EXERCISE = Exercise(
    name="gradient_sizes",
    task="Return the root mean square of the gradient of the sum of all outputs, in s of each tanh "
    "layer, first layer first: an array (L,), from x (n, m) and weights (L, m, m).",
    points=3,
    reference=gradient_sizes,
    public=(
        Case((np.array([[0.5]]), np.array([[[1.0]], [[0.5]]]))),
        Case(
            (
                np.array([[1.0, -1.0]]),
                np.array([[[1.0, 0.5], [-0.5, 1.0]], [[0.25, 2.0], [1.0, -1.0]]]),
            )
        ),
        Case((np.array([[1, 2], [0, -1], [3, 1]]), waves(3, 2, 2) / 3)),
        Case((waves(4, 3), waves(4, 3, 3) / 4)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            mistakes.last_layer_first,
            "The order is turned round: the way back meets the last layer first, the result begins "
            "with the first.",
        ),
        Mistake(
            mistakes.without_slope_of_tanh,
            "The slope of tanh is missing: each layer multiplies the gradient by 1 - a².",
        ),
        Mistake(
            mistakes.in_the_outputs,
            "That is the gradient in the outputs a of each layer: multiply by 1 - a² first, then "
            "take the size.",
        ),
        Mistake(
            mistakes.mean_of_absolute_values,
            "That is the mean of the absolute values: take the root of the mean *square*.",
        ),
        Mistake(mistakes.without_root, "That is the mean square: take the root of it."),
        Mistake(
            mistakes.norm_not_divided,
            "That is the norm, the root of the *sum* of squares: take the root of their mean.",
        ),
        Mistake(
            mistakes.standard_deviation,
            "np.std takes the mean off first: a gradient that is 1 everywhere would have size 0.",
        ),
        Mistake(
            mistakes.transposed_forward,
            "Each row of a weight matrix belongs to one unit: forward it is a @ w.T, back it is "
            "@ w.",
        ),
        Mistake(
            mistakes.transposed_backward,
            "Forward it is a @ w.T, so on the way back it is @ w, without the transpose.",
        ),
        Mistake(
            mistakes.slope_of_sigmoid, "a(1 - a) is the slope of the sigmoid: tanh has 1 - a²."
        ),
        Mistake(
            mistakes.of_the_outputs,
            "That is the size of the outputs on the way forward: the gradient's was asked for.",
        ),
        Mistake(
            mistakes.of_the_mean,
            "C is the *sum* of all outputs, so the way back begins with ones, not with 1/size.",
        ),
    ),
    variants=(by_numpy, by_autograd, by_sample, by_jacobians),
    forbid=REFERENCES,
)
