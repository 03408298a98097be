"""What goes wrong on the way back through a deep network, and in measuring it."""

from __future__ import annotations

import numpy as np


def last_layer_first(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w
    return np.array(sizes)


def without_slope_of_tanh(x, weights):
    slope, sizes = np.ones(x.shape), []
    for w in weights[::-1]:
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w
    return np.array(sizes[::-1])


def in_the_outputs(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope * (1 - a**2) @ w
    return np.array(sizes[::-1])


def mean_of_absolute_values(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.mean(np.abs(slope)))
        slope = slope @ w
    return np.array(sizes[::-1])


def without_root(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.mean(slope**2))
        slope = slope @ w
    return np.array(sizes[::-1])


def norm_not_divided(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.linalg.norm(slope))
        slope = slope @ w
    return np.array(sizes[::-1])


def standard_deviation(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.std(slope))
        slope = slope @ w
    return np.array(sizes[::-1])


def transposed_forward(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w.T
    return np.array(sizes[::-1])


def transposed_backward(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w.T
    return np.array(sizes[::-1])


def slope_of_sigmoid(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape)
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * a * (1 - a)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w
    return np.array(sizes[::-1])


def of_the_outputs(x, weights):
    a, sizes = x, []
    for w in weights:
        a = np.tanh(a @ w.T)
        sizes.append(np.sqrt(np.mean(a**2)))
    return np.array(sizes)


def of_the_mean(x, weights):
    a, outputs, sizes = x, [], []
    for w in weights:
        a = np.tanh(a @ w.T)
        outputs.append(a)
    slope = np.ones(a.shape) / a.size
    for a, w in zip(outputs[::-1], weights[::-1], strict=True):
        slope = slope * (1 - a**2)
        sizes.append(np.sqrt(np.mean(slope**2)))
        slope = slope @ w
    return np.array(sizes[::-1])
