"""What goes wrong on the way forward through a network with two layers."""

from __future__ import annotations

import numpy as np


def not_transposed(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden + b_hidden)
    z = h @ w_out + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def without_relu(x, w_hidden, b_hidden, w_out, b_out):
    h = x @ w_hidden.T + b_hidden
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def relu_twice(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = np.maximum(0, h @ w_out.T + b_out)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def bias_after_relu(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T) + b_hidden
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def without_hidden_bias(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T)
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def without_output_bias(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = h @ w_out.T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)


def before_relu(x, w_hidden, b_hidden, w_out, b_out):
    u = x @ w_hidden.T + b_hidden
    z = np.maximum(0, u) @ w_out.T + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return u, e / e.sum(axis=1, keepdims=True)


def without_softmax(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    return h, h @ w_out.T + b_out


def sigmoids(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    return h, 1 / (1 + np.exp(-(h @ w_out.T + b_out)))


def softmax_over_samples(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max(axis=0))
    return h, e / e.sum(axis=0)


def softmax_over_all(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max())
    return h, e / e.sum()


def overflowing(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    e = np.exp(h @ w_out.T + b_out)
    return h, e / e.sum(axis=1, keepdims=True)


def one_maximum_for_all(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = h @ w_out.T + b_out
    e = np.exp(z - z.max())
    return h, e / e.sum(axis=1, keepdims=True)


def only_probabilities(x, w_hidden, b_hidden, w_out, b_out):
    z = np.maximum(0, x @ w_hidden.T + b_hidden) @ w_out.T + b_out
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def clipped(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    e = np.exp(np.clip(h @ w_out.T + b_out, -500, 500))
    return h, e / e.sum(axis=1, keepdims=True)


def smallest_taken_off(x, w_hidden, b_hidden, w_out, b_out):
    h = np.maximum(0, x @ w_hidden.T + b_hidden)
    z = h @ w_out.T + b_out
    e = np.exp(z - z.min(axis=1, keepdims=True))
    return h, e / e.sum(axis=1, keepdims=True)
