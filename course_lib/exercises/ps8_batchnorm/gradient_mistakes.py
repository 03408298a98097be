"""Wrong ways back through batch normalization; ``batch_norm_gradient`` explains each."""

from __future__ import annotations

import numpy as np


def statistics_held(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    return gamma * upstream / deviation, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def through_the_mean_only(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def through_the_variance_only(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def sums_for_means(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.sum(axis=0) - x_hat * np.sum(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def variance_with_a_plus(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) + x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def gamma_forgotten(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    along = x_hat * np.mean(upstream * x_hat, axis=0)
    dx = (upstream - upstream.mean(axis=0) - along) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def gamma_in_the_first_term_only(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    along = x_hat * np.mean(upstream * x_hat, axis=0)
    dx = (gamma * upstream - upstream.mean(axis=0) - along) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def not_divided(upstream, x, gamma, eps):
    x_hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    h = gamma * upstream
    dx = h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def raw_input_for_gamma(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x, axis=0), upstream.sum(axis=0)


def parameters_averaged(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.mean(upstream * x_hat, axis=0), upstream.mean(axis=0)


def parameters_not_summed(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, upstream * x_hat, upstream


def parameters_swapped(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, upstream.sum(axis=0), np.sum(upstream * x_hat, axis=0)


def without_eps(upstream, x, gamma, eps):
    deviation = x.std(axis=0)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def unbiased(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0, ddof=1) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def means_over_the_features(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    along = np.mean(h * x_hat, axis=1, keepdims=True)
    dx = (h - h.mean(axis=1, keepdims=True) - x_hat * along) / deviation
    return dx, np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)


def only_the_input(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    return (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation


def in_place(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    dgamma, dbeta = np.sum(upstream * x_hat, axis=0), upstream.sum(axis=0)
    upstream *= gamma
    along = x_hat * np.mean(upstream * x_hat, axis=0)
    return (upstream - upstream.mean(axis=0) - along) / deviation, dgamma, dbeta


def gamma_in_the_parameters_too(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(h * x_hat, axis=0), h.sum(axis=0)


def axis_kept(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    dgamma = np.sum(upstream * x_hat, axis=0, keepdims=True)
    return dx, dgamma, np.sum(upstream, axis=0, keepdims=True)


def parameters_summed_whole(upstream, x, gamma, eps):
    deviation = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / deviation
    h = gamma * upstream
    dx = (h - h.mean(axis=0) - x_hat * np.mean(h * x_hat, axis=0)) / deviation
    return dx, np.sum(upstream * x_hat), np.sum(upstream)
