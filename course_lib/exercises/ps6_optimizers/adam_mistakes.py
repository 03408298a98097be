"""What students write for ``adam_step`` that is not Adam."""

from __future__ import annotations

import numpy as np


def without_compensation(w, g, state, rate, beta1, beta2, epsilon):
    m, v = (0.0, 0.0) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - rate * m / (np.sqrt(v) + epsilon), (m, v)


def only_the_first_compensated(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - rate * m / (1 - beta1**t) / (np.sqrt(v) + epsilon), (m, v, t + 1)


def only_the_second_compensated(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - rate * m / (np.sqrt(v / (1 - beta2**t)) + epsilon), (m, v, t + 1)


def compensation_of_the_first_step(w, g, state, rate, beta1, beta2, epsilon):
    m, v = (0.0, 0.0) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - rate * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + epsilon), (m, v)


def counts_from_zero(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 0) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top, below = m / np.float64(1 - beta1**t), v / np.float64(1 - beta2**t)
    return w - rate * top / (np.sqrt(below) + epsilon), (m, v, t + 1)


def one_power_too_many(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 2) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top, below = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - rate * top / (np.sqrt(below) + epsilon), (m, v, t + 1)


def compensated_fed_back(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return w - rate * m / (np.sqrt(v) + epsilon), (m, v, t + 1)


def epsilon_inside_the_root(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top, below = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - rate * top / np.sqrt(below + epsilon), (m, v, t + 1)


def compensated_outside_the_root(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top, below = m / (1 - beta1**t), np.sqrt(v) / (1 - beta2**t)
    return w - rate * top / (below + epsilon), (m, v, t + 1)


def epsilon_before_the_compensation(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    scale = np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * scale * m / (np.sqrt(v) + epsilon), (m, v, t + 1)


def without_epsilon(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return w - rate * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)), (m, v, t + 1)


def betas_swapped(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta2 * m + (1 - beta2) * g, beta1 * v + (1 - beta1) * g**2
    top, below = m / (1 - beta2**t), v / (1 - beta1**t)
    return w - rate * top / (np.sqrt(below) + epsilon), (m, v, t + 1)


def without_root(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top, below = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - rate * top / (below + epsilon), (m, v, t + 1)


def variance_of_the_filtered(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    top, below = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - rate * top / (np.sqrt(below) + epsilon), (m, v, t + 1)


def unit_input_gain(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + g, beta2 * v + g**2
    top, below = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - rate * top / (np.sqrt(below) + epsilon), (m, v, t + 1)


def no_memory(w, g, state, rate, beta1, beta2, epsilon):
    return w - rate * g / (np.sqrt(g**2) + epsilon), None


def uphill(w, g, state, rate, beta1, beta2, epsilon):
    m, v, t = (0.0, 0.0, 1) if state is None else state
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    top, below = m / (1 - beta1**t), v / (1 - beta2**t)
    return w + rate * top / (np.sqrt(below) + epsilon), (m, v, t + 1)
