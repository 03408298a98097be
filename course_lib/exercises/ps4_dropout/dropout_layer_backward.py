"""Back through a linear layer whose inputs were dropped: the mask goes both ways."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import dropout
from course_lib.checks import Case, Exercise, Mistake

from .shared import READY_MADE, REFERENCES, drop_probability, mixed_mask, numbers, waves


def dropout_layer_backward(
    upstream: np.ndarray, x: np.ndarray, w: np.ndarray, mask: np.ndarray, p: float
) -> tuple[np.ndarray, np.ndarray]:
    """Of y = (x · mask / (1 - p)) w: the gradients in x and in w."""
    dropped = dropout.inverted_dropout(x, mask, p)
    return dropout.inverted_dropout_gradient(upstream @ w.T, mask, p), dropped.T @ upstream


def hidden(rng: np.random.Generator) -> list[Case]:
    """One sample, one node, as many nodes in as out; masks of booleans and of decimals."""
    cases = []
    for n, d, k in ((1, 3, 2), (5, 4, 3), (4, 1, 3), (6, 5, 1), (3, 3, 3)):
        p = drop_probability(rng)
        mask = mixed_mask(rng, (n, d), p).astype(rng.choice(["bool", "float64"]))
        cases.append(Case((numbers(rng, n, k), numbers(rng, n, d), numbers(rng, d, k), mask, p)))
    p = drop_probability(rng)
    mask = mixed_mask(rng, (4, 3), p)
    whole = (rng.integers(1, 5, size=shape) for shape in ((4, 2), (4, 3), (3, 2)))
    single = (numbers(rng, *shape).astype(np.float32) for shape in ((4, 2), (4, 3), (3, 2)))
    return [*cases, Case((*whole, mask, p)), Case((*single, mask.astype(np.float32), p))]


# --- mistakes ---


def mask_missing_on_the_way_back(upstream, x, w, mask, p):
    return upstream @ w.T, (x * mask / (1 - p)).T @ upstream


def scale_missing_on_the_way_back(upstream, x, w, mask, p):
    return upstream @ w.T * mask, (x * mask / (1 - p)).T @ upstream


def mask_missing_on_the_way_back_but_scaled(upstream, x, w, mask, p):
    return upstream @ w.T / (1 - p), (x * mask / (1 - p)).T @ upstream


def weights_see_the_whole_input(upstream, x, w, mask, p):
    return upstream @ w.T * mask / (1 - p), x.T @ upstream


def weights_see_no_scale(upstream, x, w, mask, p):
    return upstream @ w.T * mask / (1 - p), (x * mask).T @ upstream


def without_scale(upstream, x, w, mask, p):
    return upstream @ w.T * mask, (x * mask).T @ upstream


def without_dropout(upstream, x, w, mask, p):
    return upstream @ w.T, x.T @ upstream


def divided_by_p(upstream, x, w, mask, p):
    return upstream @ w.T * mask / p, (x * mask / p).T @ upstream


def scaled_twice(upstream, x, w, mask, p):
    return upstream @ w.T * mask / (1 - p) ** 2, (x * mask / (1 - p)).T @ upstream


def scale_undone(upstream, x, w, mask, p):
    return upstream @ w.T * mask * (1 - p), (x * mask / (1 - p)).T @ upstream


def mask_turned_round(upstream, x, w, mask, p):
    return upstream @ w.T * (1 - mask) / (1 - p), (x * mask / (1 - p)).T @ upstream


def averaged_again(upstream, x, w, mask, p):
    return upstream @ w.T * mask / (1 - p), (x * mask / (1 - p)).T @ upstream / len(x)


def weights_transposed(upstream, x, w, mask, p):
    return upstream @ w.T * mask / (1 - p), upstream.T @ (x * mask / (1 - p))


def swapped(upstream, x, w, mask, p):
    return (x * mask / (1 - p)).T @ upstream, upstream @ w.T * mask / (1 - p)


# --- variants ---


def by_factor(upstream, x, w, mask, p):
    factor = mask / (1 - p)
    return factor * (upstream @ w.T), (factor * x).T @ upstream


def by_loop(upstream, x, w, mask, p):
    d_x, d_w = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if mask[i, j]:
                d_x[i, j] = sum(upstream[i] * w[j]) / (1 - p)
                d_w[j] += x[i, j] * upstream[i] / (1 - p)
    return d_x.tolist(), d_w.tolist()


def by_einsum(upstream, x, w, mask, p):
    kept = np.where(mask, 1 / (1 - p), 0.0)
    d_x = np.einsum("ik,jk,ij->ij", upstream, w, kept)
    return [d_x, np.einsum("ij,ij,ik->jk", x, kept, upstream)]


def by_autograd(upstream, x, w, mask, p):
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    y = (x * torch.tensor(mask).double() / (1 - p)) @ w
    y.backward(torch.tensor(upstream).double())
    return x.grad, w.grad


def by_single_precision(upstream, x, w, mask, p):
    factor = mask.astype(np.float32) / np.float32(1 - p)
    upstream, x, w = (a.astype(np.float32) for a in (upstream, x, w))
    return factor * (upstream @ w.T), (factor * x).T @ upstream


EXERCISE = Exercise(
    name="dropout_layer_backward",
    task="For y = (x · mask / (1 - p)) w and upstream = ∂C/∂y of shape (n, k), return the pair "
    "(∂C/∂x of shape (n, d), ∂C/∂w of shape (d, k)).",
    points=3,
    reference=dropout_layer_backward,
    public=(
        Case(
            (
                np.array([[1.0]]),
                np.array([[2.0, 3.0]]),
                np.array([[4.0], [5.0]]),
                np.array([[1, 0]]),
                0.2,
            )
        ),
        Case(
            (
                waves(3, 2),
                waves(3, 4) + 1,
                waves(4, 2)[::-1],
                np.array([[1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 0]]) == 1,
                0.6,
            )
        ),
        Case((np.array([[1, -2], [2, 1]]), np.eye(2) + 1, waves(2, 2), np.eye(2), 0.75)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            mask_missing_on_the_way_back,
            "Dropout is missing in ∂C/∂x: multiply by mask / (1 - p) on the way back too.",
        ),
        Mistake(
            scale_missing_on_the_way_back,
            "∂C/∂x lacks the factor 1/(1 - p): x went forward with it.",
        ),
        Mistake(
            mask_missing_on_the_way_back_but_scaled,
            "∂C/∂x lacks the mask: nothing flows back through a dropped node.",
        ),
        Mistake(
            weights_see_the_whole_input,
            "∂C/∂w is formed with x itself: the weights saw x · mask / (1 - p).",
        ),
        Mistake(
            weights_see_no_scale,
            "∂C/∂w lacks the factor 1/(1 - p): the weights saw x · mask / (1 - p).",
        ),
        Mistake(without_scale, "Both gradients lack the factor 1/(1 - p) of inverted dropout."),
        Mistake(without_dropout, "That is the linear layer alone: dropout is missing in both."),
        Mistake(divided_by_p, "p is the probability to drop: divide by 1 - p."),
        Mistake(
            scaled_twice,
            "∂C/∂x is divided by 1 - p twice: once is what the chain rule asks for.",
        ),
        Mistake(
            scale_undone,
            "The way back does not undo the factor: ∂C/∂x is divided by 1 - p too.",
        ),
        Mistake(
            mask_turned_round,
            "The mask is turned round in ∂C/∂x: the gradient flows through the nodes that stayed.",
        ),
        Mistake(
            averaged_again,
            "∂C/∂w is divided by n: upstream holds the mean already, so sum over the samples.",
        ),
        Mistake(weights_transposed, "∂C/∂w is transposed: it has the shape (d, k) of w."),
        Mistake(swapped, "The order is (∂C/∂x, ∂C/∂w): the two are swapped."),
    ),
    variants=(by_factor, by_loop, by_einsum, by_autograd, by_single_precision),
    forbid=(*REFERENCES, *READY_MADE),
)
