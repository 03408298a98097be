"""Deck D's two-layer classifier, forward ("A simpler 2-layer network")."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib import backprop
from course_lib.checks import Case, Exercise, Mistake

from . import two_layer_forward_mistakes as mistakes
from .shared import REFERENCES, SIZES, network, waves

LARGE = "large scores"


def two_layer_forward(
    x: np.ndarray,
    w_hidden: np.ndarray,
    b_hidden: np.ndarray,
    w_out: np.ndarray,
    b_out: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """``h = max(0, x Wʰᵀ + bʰ)`` and ``ŷ = softmax(h Wᵒᵀ + bᵒ)`` of inputs ``x (n, d)``."""
    trace = backprop.forward(backprop.TwoLayer(w_hidden, b_hidden, w_out, b_out), x)
    return trace.h, trace.y_hat


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [Case((rng.normal(size=(n, d)), *network(rng, d, m, k))) for n, d, m, k in SIZES]
    whole = (rng.integers(-3, 4, size=(4, 3)), *_whole_network(rng))
    return [*cases, Case(whole), _far_apart(rng), _far_down(rng)]


def _whole_network(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    shapes = ((2, 3), (2,), (3, 2), (3,))
    return tuple(rng.integers(-1, 2, size=shape) for shape in shapes)


def _far_apart(rng: np.random.Generator) -> Case:
    """All classes of one row score thousands above those of the other, and its own lie apart."""
    _, b_hidden, _, b_out = network(rng, 3, 4, 3)
    w_hidden, w_out = rng.uniform(0.5, 1.5, size=(4, 3)), rng.uniform(0.5, 0.6, size=(3, 4))
    w_out += rng.permutation(3)[:, np.newaxis]
    x = np.stack([rng.uniform(900, 1100, size=3), rng.uniform(1, 2, size=3)])
    return Case((x, w_hidden, b_hidden, w_out, b_out), part=LARGE)


def _far_down(rng: np.random.Generator) -> Case:
    """Every class of every row scores thousands below 0, closely together."""
    w_hidden, b_hidden, w_out, _ = network(rng, 2, 3, 3)
    b_out = -1e4 + rng.normal(size=3)
    return Case((rng.normal(size=(2, 2)), w_hidden, b_hidden, w_out, b_out), part=LARGE)


# --- variants ---


def by_numpy(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def by_torch(x, w_hidden, b_hidden, w_out, b_out):
    x, w1, b1, w2, b2 = (
        torch.as_tensor(v, dtype=torch.float64) for v in (x, w_hidden, b_hidden, w_out, b_out)
    )
    h = torch.relu(torch.nn.functional.linear(x, w1, b1))
    return h, torch.softmax(torch.nn.functional.linear(h, w2, b2), dim=1)


def by_loop(x, w_hidden, b_hidden, w_out, b_out):
    hs, ys = [], []
    for row in x:
        u = [sum(w * v for w, v in zip(r, row, strict=True)) for r in w_hidden]
        h = [max(0.0, float(s + b)) for s, b in zip(u, b_hidden, strict=True)]
        z = [sum(w * v for w, v in zip(r, h, strict=True)) for r in w_out]
        z = [float(s + b) for s, b in zip(z, b_out, strict=True)]
        e = [math.exp(s - max(z)) for s in z]
        hs.append(h)
        ys.append([v / sum(e) for v in e])
    return hs, ys


def by_einsum(x, w_hidden, b_hidden, w_out, b_out):
    u = np.einsum("nd,md->nm", x, w_hidden) + b_hidden
    h = u * (u > 0)
    z = (w_out @ h.T + b_out[:, None]).T
    apart = z[:, None, :] - z[:, :, None]
    return h, 1 / np.exp(np.minimum(apart, 700)).sum(axis=2)


EXERCISE = Exercise(
    name="two_layer_forward",
    task="Return h = max(0, x w_hiddenᵀ + b_hidden), of shape (n, m), and the class probabilities "
    "softmax(h w_outᵀ + b_out), of shape (n, k), one row for each row of x (n, d).",
    points=3,
    reference=two_layer_forward,
    public=(
        Case(
            (
                np.array([[0.2, 0.5]]),
                np.array([[0.1, 0.3], [0.6, 0.8]]),
                np.array([0.5, 0.5]),
                np.array([[0.5, 0.900002], [0.25, 0.15]]),
                np.array([0.4, 0.1]),
            )
        ),
        Case(
            (
                np.array([[1.0, -1.0, 2.0], [-2.0, 0.5, 0.0]]),
                waves(4, 3),
                np.array([0.5, -1.0, 0.25, -0.5]),
                waves(2, 4) / 3,
                np.array([-3.0, 0.3]),
            )
        ),
        Case(
            (
                np.array([[1, -2], [0, 3]]),
                np.array([[1, 0], [2, 1], [-1, 1]]),
                np.array([1, 1, -1]),
                np.array([[1, 0, -1], [0, -1, 1]]),
                np.array([1, -1]),
            )
        ),
        Case(
            (
                np.array([[1000.0, 2000.0], [0.1, 0.2]]),
                np.eye(2),
                np.zeros(2),
                np.array([[1.0, 1.0], [0.0, 1.0]]),
                np.array([0.0, 0.5]),
            ),
            part=LARGE,
        ),
    ),
    hidden=hidden,
    parts={"value": 2, LARGE: 1},
    mistakes=(
        Mistake(
            mistakes.not_transposed,
            "Each row of a weight matrix belongs to one unit, (n_out, n_in): the product is "
            "x @ w.T, not x @ w.",
        ),
        Mistake(
            mistakes.without_relu,
            "The activation of the hidden layer is missing: h = max(0, u), element by element.",
        ),
        Mistake(
            mistakes.relu_twice,
            "The output layer has no ReLU: softmax takes the scores z as they are, negative ones "
            "too.",
        ),
        Mistake(
            mistakes.bias_after_relu,
            "The bias comes before the ReLU: h = max(0, x wᵀ + b), not max(0, x wᵀ) + b.",
        ),
        Mistake(
            mistakes.without_hidden_bias, "The bias of the hidden layer, b_hidden, is missing."
        ),
        Mistake(mistakes.without_output_bias, "The bias of the output layer, b_out, is missing."),
        Mistake(
            mistakes.before_relu,
            "The first result is u, the hidden layer before its ReLU: return h = max(0, u).",
        ),
        Mistake(
            mistakes.without_softmax,
            "The second result is the scores z: softmax makes probabilities of them.",
        ),
        Mistake(
            mistakes.sigmoids,
            "Those are sigmoids of each score: softmax divides by the sum over the classes, so "
            "that a row sums to 1.",
        ),
        Mistake(
            mistakes.softmax_over_samples,
            "The softmax runs over the samples (axis 0): over the classes, axis 1, each row sums "
            "to 1.",
        ),
        Mistake(
            mistakes.softmax_over_all,
            "The softmax runs over the whole batch: each row by itself sums to 1.",
        ),
        Mistake(
            mistakes.overflowing,
            "exp overflows beyond 709, and exp(-10000) is 0 in every class: take the row's largest "
            "score from its scores first.",
        ),
        Mistake(
            mistakes.one_maximum_for_all,
            "Take each row's own largest score off: with that of the whole batch, every class of "
            "another row may underflow to 0.",
        ),
        Mistake(
            mistakes.clipped,
            "Cutting the scores off (clip) makes large ones alike: take the row's largest score "
            "from its scores instead.",
        ),
        Mistake(
            mistakes.only_probabilities, "Return both: h and the probabilities, in this order."
        ),
        Mistake(
            mistakes.smallest_taken_off,
            "That takes the row's *smallest* score off, and the largest may still overflow: take "
            "the largest.",
        ),
    ),
    variants=(by_numpy, by_torch, by_loop, by_einsum),
    forbid=REFERENCES,
)
