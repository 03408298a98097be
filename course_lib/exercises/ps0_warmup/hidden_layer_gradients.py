"""Backward through ReLU and hidden layer (deck D, "another derivative")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import backprop
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, SIZES, network, one_hot, probabilities


def hidden_layer_gradients(
    x: np.ndarray, u: np.ndarray, w_out: np.ndarray, delta: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """∂C/∂Wʰ ``(m, d)`` and ∂C/∂bʰ ``(m,)`` from δ = ∂C/∂z ``(n, k)``; slope 0 at u = 0."""
    n, k = delta.shape
    m, d = u.shape[1], x.shape[1]
    theta = backprop.TwoLayer(np.zeros((m, d)), np.zeros(m), w_out, np.zeros(k))
    # backward() takes (ŷ - y)/n for δ: here ŷ is chosen to make it the δ that is given.
    y = np.full((n, k), 1 / k)
    trace = backprop.Trace(x, u, np.maximum(0, u), np.zeros((n, k)), n * delta + y)
    slopes = backprop.backward(theta, trace, y)
    return slopes.w_hidden, slopes.b_hidden


def hidden(rng: np.random.Generator) -> list[Case]:
    """Ordinary networks, a unit that stands at the kink, and whole numbers."""
    cases = [_case(rng, *sizes) for sizes in SIZES]
    x, u, w_out, delta = _case(rng, 4, 3, 3, 2).args
    u = np.sign(u) * rng.permutation([0.0, 0.0, 1.5, 0.5])[:, None] * np.ones(3)
    whole = (rng.integers(-2, 3, size=(3, 2)), rng.integers(-2, 3, size=(3, 4)))
    return [
        *cases,
        Case((x, u, w_out, delta)),
        Case((*whole, rng.integers(-3, 4, size=(2, 4)), rng.normal(size=(3, 2)))),
    ]


def _case(rng: np.random.Generator, n: int, d: int, m: int, k: int) -> Case:
    x = rng.normal(size=(n, d))
    w_hidden, b_hidden, w_out, _ = network(rng, d, m, k)
    delta = (probabilities(rng, n, k) - one_hot(rng, n, k)) / n
    return Case((x, x @ w_hidden.T + b_hidden, w_out, delta))


# --- mistakes ---


def without_slope_of_relu(x, u, w_out, delta):
    back = delta @ w_out
    return back.T @ x, back.sum(axis=0)


def slope_one_at_the_kink(x, u, w_out, delta):
    back = delta @ w_out * (u >= 0)
    return back.T @ x, back.sum(axis=0)


def times_relu_itself(x, u, w_out, delta):
    back = delta @ w_out * np.maximum(0, u)
    return back.T @ x, back.sum(axis=0)


def relu_of_the_gradient(x, u, w_out, delta):
    back = np.maximum(0, delta @ w_out)
    return back.T @ x, back.sum(axis=0)


def slope_of_sigmoid(x, u, w_out, delta):
    a = 1 / (1 + np.exp(-u))
    back = delta @ w_out * a * (1 - a)
    return back.T @ x, back.sum(axis=0)


def averaged_again(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return back.T @ x / len(x), back.mean(axis=0)


def bias_averaged(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return back.T @ x, back.mean(axis=0)


def bias_not_summed(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return back.T @ x, back


def transposed(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return x.T @ back, back.sum(axis=0)


def weights_transposed(x, u, w_out, delta):
    back = delta @ w_out.T * (u > 0)
    return back.T @ x, back.sum(axis=0)


def without_weights(x, u, w_out, delta):
    back = delta.sum(axis=1, keepdims=True) * np.ones(u.shape) * (u > 0)
    return back.T @ x, back.sum(axis=0)


def sign_turned(x, u, w_out, delta):
    back = -(delta @ w_out) * (u > 0)
    return back.T @ x, back.sum(axis=0)


def with_h_for_x(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return back.T @ np.maximum(0, u), back.sum(axis=0)


def only_the_first_sample(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return np.outer(back[0], x[0]), back[0]


# --- variants ---


def by_numpy(x, u, w_out, delta):
    back = delta @ w_out * (u > 0)
    return back.T @ x, back.sum(axis=0)


def by_loop(x, u, w_out, delta):
    w, b = np.zeros((u.shape[1], x.shape[1])), np.zeros(u.shape[1])
    for i in range(len(x)):
        for j in range(u.shape[1]):
            if u[i, j] > 0:
                slope = sum(delta[i, c] * w_out[c, j] for c in range(delta.shape[1]))
                b[j] += slope
                for p in range(x.shape[1]):
                    w[j, p] += slope * x[i, p]
    return w, b


def by_einsum(x, u, w_out, delta):
    back = np.where(u <= 0, 0.0, np.einsum("nk,km->nm", delta, w_out))
    return np.einsum("nm,nd->md", back, x), np.einsum("nm->m", back)


def by_autograd(x, u, w_out, delta):
    u = torch.tensor(u, dtype=torch.float64, requires_grad=True)
    z = torch.relu(u) @ torch.tensor(w_out, dtype=torch.float64).T
    z.backward(torch.tensor(delta))
    return u.grad.T @ torch.tensor(x, dtype=torch.float64), u.grad.sum(dim=0)


def by_single_precision(x, u, w_out, delta):
    x, w_out, delta = x.astype("f"), w_out.astype("f"), delta.astype("f")
    back = (w_out.T @ delta.T) * (u.T > 0)
    return back @ x, back @ np.ones(len(x), "f")


EXERCISE = Exercise(
    name="hidden_layer_gradients",
    task="Return the gradients in the hidden weights (m, d) and biases (m,), from the inputs "
    "x (n, d), u (n, m) before the ReLU, w_out (k, m) and delta, the gradient in z (n, k).",
    points=3,
    reference=hidden_layer_gradients,
    public=(
        Case(
            (
                np.array([[0.2, 0.5]]),
                np.array([[0.67, 1.02]]),
                np.array([[0.5, 0.900002], [0.25, 0.15]]),
                np.array([[0.774256, -0.774256]]),
            )
        ),
        Case(
            (
                np.array([[1.0, -1.0, 2.0], [0.5, 0.0, -2.0]]),
                np.array([[1.0, -2.0, 0.0, 0.5], [-1.0, 0.0, 3.0, 2.0]]),
                np.array([[1.0, -1.0, 2.0, 0.5], [3.0, 0.25, -1.0, 1.0]]),
                np.array([[0.25, -0.125], [-0.375, 0.5]]),
            )
        ),
        Case(
            (
                np.array([[1, 2], [-1, 3], [2, 0]]),
                np.array([[2, -1], [1, 3], [0, 4]]),
                np.array([[1, 2], [3, -1]]),
                np.array([[0.5, -0.5], [0.25, 0.125], [-1.0, 1.0]]),
            )
        ),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            without_slope_of_relu,
            "The slope of the ReLU is missing: a unit with u <= 0 passes nothing back.",
        ),
        Mistake(
            slope_one_at_the_kink,
            "At the kink, u = 0, the slope is 0 here: the unit is off where u <= 0.",
        ),
        Mistake(
            times_relu_itself,
            "That multiplies by the ReLU itself: on the way back it is its *slope*, 1 where u > 0 "
            "and 0 elsewhere.",
        ),
        Mistake(
            relu_of_the_gradient,
            "The ReLU switches by the sign of u, not by that of the gradient: negative gradients "
            "pass through a unit that is on.",
        ),
        Mistake(
            slope_of_sigmoid,
            "The hidden layer has ReLUs: a(1 - a) is the slope of the sigmoid.",
        ),
        Mistake(
            averaged_again,
            "delta has the 1/n of the mean already: sum over the samples, divide no more.",
        ),
        Mistake(
            bias_averaged, "The biases' gradient is a sum over the rows: delta has the 1/n already."
        ),
        Mistake(
            bias_not_summed,
            "Every sample uses the same biases: sum over the rows, to shape (m,).",
        ),
        Mistake(
            transposed,
            "The gradient in the weights has their shape, (m, d): a row for each hidden unit.",
        ),
        Mistake(
            weights_transposed,
            "On the way back it is delta @ w_out, (n, k) by (k, m): without a transpose.",
        ),
        Mistake(
            without_weights,
            "A hidden unit reaches class c through the weight w_out[c, j]: delta @ w_out, not the "
            "sum of delta.",
        ),
        Mistake(
            sign_turned, "The sign is turned round: a gradient points uphill, the step turns it."
        ),
        Mistake(
            with_h_for_x,
            "The hidden weights are multiplied by the inputs x, so x stands in their gradient, "
            "not h.",
        ),
        Mistake(only_the_first_sample, "That is right for a batch of one: sum over all rows of x."),
    ),
    variants=(by_numpy, by_loop, by_einsum, by_autograd, by_single_precision),
    forbid=REFERENCES,
)
