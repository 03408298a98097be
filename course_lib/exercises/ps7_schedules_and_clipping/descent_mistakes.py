"""Wrong ways to step and schedule; ``scheduled_descent`` explains each."""

from __future__ import annotations

import numpy as np


def scheduler_before_optimizer(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for g in gradients:
        rate = rate * factor
        w = w - rate * np.clip(g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def step_clipped(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = w - np.clip(rate * factor**k * g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def clipped_above_only(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.minimum(g, limit)
        rows.append(w)
    return np.array(rows)


def without_sign(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.minimum(np.abs(g), limit)
        rows.append(w)
    return np.array(rows)


def clipped_by_norm(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        norm = np.sqrt(np.sum(g**2))
        w = w - rate * factor**k * g * min(1.0, limit / norm)
        rows.append(w)
    return np.array(rows)


def not_clipped(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * g
        rows.append(w)
    return np.array(rows)


def weights_clipped(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = np.clip(w - rate * factor**k * g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def dropped_where_too_large(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.where(np.abs(g) > limit, 0, g)
        rows.append(w)
    return np.array(rows)


def uphill(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w = w + rate * factor**k * np.clip(g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def same_rate(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for g in gradients:
        w = w - rate * np.clip(g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def decayed_twice(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        rate = rate * factor**k
        w = w - rate * np.clip(g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def always_from_the_start(w, gradients, rate, factor, limit):
    rates = rate * factor ** np.arange(len(gradients))
    return w - rates[:, np.newaxis] * np.clip(gradients, -limit, limit)


def before_each_update(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        rows.append(w)
        w = w - rate * factor**k * np.clip(g, -limit, limit)
    return np.array(rows)


def with_the_start(w, gradients, rate, factor, limit):
    rows, w = [w.astype(float)], w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.clip(g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def only_the_last(w, gradients, rate, factor, limit):
    w = w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.clip(g, -limit, limit)
    return w


def one_array_many_times(w, gradients, rate, factor, limit):
    rows, w = [], w.astype(float)
    for k, g in enumerate(gradients):
        w -= rate * factor**k * np.clip(g, -limit, limit)
        rows.append(w)
    return np.array(rows)


def cut_to_integers(w, gradients, rate, factor, limit):
    rows, w = np.zeros_like(gradients), w.astype(float)
    for k, g in enumerate(gradients):
        w = w - rate * factor**k * np.clip(g, -limit, limit)
        rows[k] = w
    return rows


def in_place(w, gradients, rate, factor, limit):
    rows = []
    for k, g in enumerate(gradients):
        w -= rate * factor**k * np.clip(g, -limit, limit)
        rows.append(w.copy())
    return np.array(rows)
