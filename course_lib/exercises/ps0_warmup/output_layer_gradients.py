"""Backward through softmax, cross entropy and output layer (deck D, "one derivative example")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import backprop
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, one_hot, probabilities

SHAPES = ((1, 4, 2), (1, 2, 5), (6, 3, 4), (3, 3, 3), (8, 1, 2))  # (n samples, m units, k classes)


def output_layer_gradients(
    h: np.ndarray, y_hat: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """∂C/∂z ``(n, k)``, ∂C/∂Wᵒ ``(k, m)`` and ∂C/∂bᵒ ``(k,)`` of the mean cross entropy."""
    h, y_hat = (np.asarray(a, dtype=np.result_type(a, np.float32)) for a in (h, y_hat))
    k, m = y_hat.shape[1], h.shape[1]
    theta = backprop.TwoLayer(np.zeros((m, 1)), np.zeros(m), np.zeros((k, m)), np.zeros(k))
    x, u, z = np.zeros((len(h), 1)), np.zeros(h.shape), np.zeros(y_hat.shape)
    slopes = backprop.backward(theta, backprop.Trace(x, u, h, z, y_hat), np.asarray(y, float))
    return (y_hat - y) / len(y), slopes.w_out, slopes.b_out


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        Case((np.maximum(0, rng.normal(size=(n, m))), probabilities(rng, n, k), one_hot(rng, n, k)))
        for n, m, k in SHAPES
    ]
    soft = (rng.uniform(0, 2, size=(4, 2)), probabilities(rng, 4, 3), probabilities(rng, 4, 3))
    whole = (
        rng.integers(1, 5, size=(3, 2)),
        probabilities(rng, 3, 3),
        one_hot(rng, 3, 3).astype(int),
    )
    return [*cases, Case(soft), Case(whole)]


# --- mistakes ---


def not_averaged(h, y_hat, y):
    delta = y_hat - y
    return delta, delta.T @ h, delta.sum(axis=0)


def only_delta_not_averaged(h, y_hat, y):
    delta = y_hat - y
    return delta, delta.T @ h / len(h), delta.mean(axis=0)


def sign_turned(h, y_hat, y):
    delta = (y - y_hat) / len(h)
    return delta, delta.T @ h, delta.sum(axis=0)


def divided_by_all_elements(h, y_hat, y):
    delta = (y_hat - y) / y.size
    return delta, delta.T @ h, delta.sum(axis=0)


def transposed(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, h.T @ delta, delta.sum(axis=0)


def bias_averaged_again(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, delta.T @ h, delta.mean(axis=0)


def averaged_again(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, delta.T @ h / len(h), delta.sum(axis=0) / len(h)


def bias_not_summed(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, delta.T @ h, delta


def bias_over_classes(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, delta.T @ h, delta.sum(axis=1)


def bias_as_a_row(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, delta.T @ h, delta.sum(axis=0, keepdims=True)


def slope_of_sigmoid_too(h, y_hat, y):
    delta = (y_hat - y) * y_hat * (1 - y_hat) / len(h)
    return delta, delta.T @ h, delta.sum(axis=0)


def slope_in_probabilities(h, y_hat, y):
    delta = -y / y_hat / len(h)
    return delta, delta.T @ h, delta.sum(axis=0)


def only_the_first_sample(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, np.outer(delta[0], h[0]), delta[0]


def divided_by_classes(h, y_hat, y):
    delta = (y_hat - y) / y.shape[1]
    return delta, delta.T @ h, delta.sum(axis=0)


def factor_two(h, y_hat, y):
    delta = 2 * (y_hat - y) / len(h)
    return delta, delta.T @ h, delta.sum(axis=0)


# --- variants ---


def by_numpy(h, y_hat, y):
    delta = (y_hat - y) / len(h)
    return delta, delta.T @ h, delta.sum(axis=0)


def by_loop(h, y_hat, y):
    n = len(h)
    delta, w, b = [], np.zeros((y.shape[1], h.shape[1])), np.zeros(y.shape[1])
    for i in range(n):
        error = (y_hat[i] - y[i]) / n
        delta.append(error)
        w += np.outer(error, h[i])
        b += error
    return delta, w, b


def by_means(h, y_hat, y):
    error = y_hat - y
    products = error[:, :, None] * h[:, None, :]
    return error / h.shape[0], products.mean(axis=0), np.mean(error, axis=0)


def by_autograd(h, y_hat, y):
    z = torch.log(torch.tensor(y_hat, dtype=torch.float64)).requires_grad_(True)
    y = torch.tensor(y, dtype=torch.float64)
    loss = -(y * torch.log_softmax(z, dim=1)).sum() / len(h)
    (delta,) = torch.autograd.grad(loss, z)
    return delta, delta.T @ torch.tensor(h, dtype=torch.float64), delta.sum(dim=0)


def by_single_precision(h, y_hat, y):
    delta = ((y_hat - y) / len(h)).astype(np.float32)
    return delta, np.einsum("nk,nm->km", delta, h.astype(np.float32)), np.ones(len(h), "f") @ delta


EXERCISE = Exercise(
    name="output_layer_gradients",
    task="Return the gradients of the mean cross entropy in the scores z (n, k), in the output "
    "weights (k, m) and in the output biases (k,), from h (n, m), y_hat and y (n, k).",
    points=3,
    reference=output_layer_gradients,
    public=(
        Case(
            (
                np.array([[0.67, 1.02]]),
                np.array([[0.774256, 0.225744]]),
                np.array([[0.0, 1.0]]),
            )
        ),
        Case(
            (
                np.array([[1.0, 0.0, 2.0, 0.5], [0.0, 3.0, 1.0, 0.0]]),
                np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]),
                np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
            )
        ),
        Case(
            (
                np.array([[1, 2], [0, 1], [3, 0]]),
                np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]]),
                np.array([[1, 0], [0, 1], [1, 0]]),
            )
        ),
        Case((np.array([[2.0], [1.0]]), np.full((2, 2), 0.5), np.array([[0.2, 0.8], [0.9, 0.1]]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            not_averaged,
            "The loss is a *mean* over the n samples: 1/n is missing from every gradient.",
        ),
        Mistake(
            only_delta_not_averaged,
            "The gradient in z carries the 1/n as well: put it there, and the others inherit it.",
        ),
        Mistake(
            sign_turned,
            "The sign is turned round: the gradient in z is (ŷ - y)/n, what came less what was "
            "wanted.",
        ),
        Mistake(
            divided_by_all_elements,
            "That divides by the number of classes too: the loss is a sum over the classes and a "
            "mean over the samples.",
        ),
        Mistake(
            transposed,
            "The gradient in the weights has the shape of the weights, (k, m): delta.T @ h, not "
            "h.T @ delta.",
        ),
        Mistake(
            bias_averaged_again,
            "The biases are divided by n twice: delta has the 1/n already, so sum its rows.",
        ),
        Mistake(
            averaged_again,
            "Weights and biases are divided by n twice: delta has the 1/n already.",
        ),
        Mistake(
            bias_not_summed,
            "Every sample uses the same biases: sum delta over the rows, to shape (k,).",
        ),
        Mistake(
            bias_over_classes,
            "The biases' gradient sums over the samples, axis 0, not over the classes.",
        ),
        Mistake(
            bias_as_a_row,
            "The biases' gradient has their shape, (k,): without keepdims.",
        ),
        Mistake(
            slope_of_sigmoid_too,
            "There is no factor ŷ(1 - ŷ): the slopes of softmax and logarithm cancel to ŷ - y.",
        ),
        Mistake(
            slope_in_probabilities,
            "-y/ŷ is the slope in the probabilities ŷ: the chain goes on through the softmax to z, "
            "and becomes ŷ - y.",
        ),
        Mistake(
            only_the_first_sample,
            "That is right for a batch of one: the gradients of weights and biases sum over all "
            "rows.",
        ),
        Mistake(
            divided_by_classes,
            "That divides by the number of classes, k: the mean is over the n samples.",
        ),
        Mistake(
            factor_two,
            "There is a factor 2 too many: it belongs to the squared error.",
        ),
    ),
    variants=(by_numpy, by_loop, by_means, by_autograd, by_single_precision),
    forbid=REFERENCES,
)
