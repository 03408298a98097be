"""ZCA whitening with what the training split alone knows (deck B, "PCA/ZCA whitening")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.preprocessing import ZCAWhitening

from .shared import REFERENCES, waves


def zca_whiten(train: np.ndarray, x: np.ndarray, epsilon: float) -> np.ndarray:
    """(x - μ) V diag(1/√(λ + ε)) Vᵀ, with μ, V and λ those of ``train``; shape of ``x``."""
    return ZCAWhitening(epsilon).fit(train).transform(x)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Correlated features away from 0; splits of one sample, of few and of many."""
    cases = [_case(rng, n, k, d) for n, k, d in ((9, 1, 2), (12, 5, 3), (30, 8, 4), (8, 8, 2))]
    train, _, epsilon = _case(rng, 10, 1, 3).args
    single = _case(rng, 7, 4, 1)
    whole = (rng.integers(-9, 10, size=(12, 3)), rng.integers(-9, 10, size=(4, 3)), 0.5)
    return [*cases, Case((train, train.copy(), epsilon)), single, Case(whole)]


def _case(rng: np.random.Generator, n_train: int, n: int, d: int) -> Case:
    mixing = rng.normal(size=(d, d)) + np.eye(d)
    mean = rng.normal(scale=3.0, size=d)
    train = rng.normal(size=(n_train, d)) @ mixing + mean
    x = rng.normal(size=(n, d)) @ mixing * 1.5 + mean + 1.0
    return Case((train, x, float(rng.uniform(0.05, 0.5))))


# --- mistakes ---


def learned_from_both(train, x, epsilon):
    both = np.concatenate([train, x])
    mean = both.mean(axis=0)
    lam, v = np.linalg.eigh((both - mean).T @ (both - mean) / len(both))
    return (x - mean) @ v / np.sqrt(lam + epsilon) @ v.T


def learned_from_x(train, x, epsilon):
    mean = x.mean(axis=0)
    lam, v = np.linalg.eigh((x - mean).T @ (x - mean) / len(x))
    return (x - mean) @ v / np.sqrt(lam + epsilon) @ v.T


def mean_of_x(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - x.mean(axis=0)) @ v / np.sqrt(lam + epsilon) @ v.T


def not_centred(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return x @ v / np.sqrt(lam + epsilon) @ v.T


def covariance_not_centred(train, x, epsilon):
    lam, v = np.linalg.eigh(train.T @ train / len(train))
    return (x - train.mean(axis=0)) @ v / np.sqrt(lam + epsilon) @ v.T


def divided_by_variance(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - train.mean(axis=0)) @ v / (lam + epsilon) @ v.T


def epsilon_outside_the_root(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - train.mean(axis=0)) @ v / (np.sqrt(np.maximum(lam, 0)) + epsilon) @ v.T


def without_epsilon(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - train.mean(axis=0)) @ v / np.sqrt(lam) @ v.T


def unbiased_covariance(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / (len(c) - 1))
    return (x - train.mean(axis=0)) @ v / np.sqrt(lam + epsilon) @ v.T


def covariance_not_divided(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c)
    return (x - train.mean(axis=0)) @ v / np.sqrt(lam + epsilon) @ v.T


def not_turned_back(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - train.mean(axis=0)) @ v / np.sqrt(lam + epsilon)


def only_standardised(train, x, epsilon):
    return (x - train.mean(axis=0)) / np.sqrt(train.var(axis=0) + epsilon)


def axes_as_rows(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - train.mean(axis=0)) @ v.T / np.sqrt(lam + epsilon) @ v


def samples_as_variables(train, x, epsilon):
    lam, v = np.linalg.eigh(np.cov(train, bias=True))
    return (x - train.mean(axis=0)) @ v / np.sqrt(lam + epsilon) @ v.T


def training_split_whitened(train, x, epsilon):
    c = train - train.mean(axis=0)
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return c @ v / np.sqrt(lam + epsilon) @ v.T


def standardised_first(train, x, epsilon):
    mean, std = train.mean(axis=0), train.std(axis=0)
    c = (train - mean) / std
    lam, v = np.linalg.eigh(c.T @ c / len(c))
    return (x - mean) / std @ v / np.sqrt(lam + epsilon) @ v.T


def by_cholesky(train, x, epsilon):
    c = train - train.mean(axis=0)
    factor = np.linalg.cholesky(c.T @ c / len(c) + epsilon * np.eye(train.shape[1]))
    return (x - train.mean(axis=0)) @ np.linalg.inv(factor).T


# --- variants ---


def by_eigenvectors(train, x, epsilon):
    mean = train.mean(axis=0)
    lam, v = np.linalg.eigh((train - mean).T @ (train - mean) / len(train))
    return (x - mean) @ v / np.sqrt(lam + epsilon) @ v.T


def by_singular_values(train, x, epsilon):
    mean = np.mean(train, axis=0)
    _, s, axes = np.linalg.svd(train - mean, full_matrices=False)
    return (x - mean) @ (axes.T @ np.diag((s**2 / len(train) + epsilon) ** -0.5) @ axes)


def by_torch(train, x, epsilon):
    train, x = torch.tensor(train, dtype=torch.float64), torch.tensor(x, dtype=torch.float64)
    centred = train - train.mean(dim=0)
    cov = centred.T @ centred / len(train) + epsilon * torch.eye(train.shape[1])
    lam, v = torch.linalg.eigh(cov)
    return (x - train.mean(dim=0)) @ v @ torch.diag(lam.rsqrt()) @ v.T


def by_numpys_covariance(train, x, epsilon):
    cov = np.atleast_2d(np.cov(train, rowvar=False, bias=True))
    u, lam, _ = np.linalg.svd(cov)
    return ((x - train.mean(axis=0)) @ u / np.sqrt(lam + epsilon) @ u.T).tolist()


def by_loop(train, x, epsilon):
    n, d = train.shape
    mean = sum(train) / n
    cov = sum(np.outer(row - mean, row - mean) for row in train) / n
    lam, v = np.linalg.eigh(cov)
    matrix = sum(np.outer(v[:, i], v[:, i]) / np.sqrt(lam[i] + epsilon) for i in range(d))
    return [matrix @ (row - mean) for row in x]


EXERCISE = Exercise(
    name="zca_whiten",
    task="Return x (n, d), whitened by ZCA with the mean and the covariance of train (n_train, d): "
    "(x - μ) V diag(1/√(λ + ε)) Vᵀ, the covariance with 1/n_train.",
    points=3,
    reference=zca_whiten,
    public=(
        Case(
            (
                np.array([[3.0, 1.0], [-1.0, 1.0], [1.0, 9.0], [1.0, -7.0]]),
                np.array([[1.0, 9.0], [2.0, 2.0]]),
                0.25,
            )
        ),
        Case((waves(8, 3) + 2, waves(5, 3)[::-1] + 1, 0.1)),
        Case((np.array([[1, 2], [3, 5], [4, 4], [0, -3]]), np.array([[2, 2]]), 0.5)),
        Case((np.array([[1.0], [2.0], [6.0]]), np.array([[3.0], [0.0]]), 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            learned_from_both,
            "Mean and covariance are taken from train and x together: what is tested on leaks into "
            "what is learned. Learn from train alone.",
        ),
        Mistake(
            learned_from_x,
            "Mean and covariance are those of x: learn them from train, and apply them to x.",
        ),
        Mistake(
            mean_of_x,
            "The mean that is taken off is that of x: use the training split's, as for the "
            "covariance.",
        ),
        Mistake(not_centred, "The mean of train is not taken off x."),
        Mistake(
            covariance_not_centred,
            "The covariance is taken about 0: take the mean off train first.",
        ),
        Mistake(
            divided_by_variance,
            "The root is missing: divided by λ + ε, an axis of variance λ gets variance 1/λ. "
            "(Deck B's text has it so, its code not.)",
        ),
        Mistake(
            epsilon_outside_the_root,
            "ε stands inside the root here: √(λ + ε), not √λ + ε.",
        ),
        Mistake(without_epsilon, "ε is missing: divide by √(λ + ε)."),
        Mistake(
            unbiased_covariance,
            "The covariance has 1/n here, not 1/(n - 1): np.cov needs bias=True.",
        ),
        Mistake(covariance_not_divided, "The covariance is a mean: divide by the rows of train."),
        Mistake(
            not_turned_back,
            "That is PCA whitening, in the principal axes: ZCA turns back, times Vᵀ.",
        ),
        Mistake(
            only_standardised,
            "That standardises each feature by itself: the features stay correlated. Divide along "
            "the principal axes.",
        ),
        Mistake(
            axes_as_rows,
            "np.linalg.eigh gives the axes as *columns* of V: (x - μ) @ V first, @ V.T last.",
        ),
        Mistake(
            samples_as_variables,
            "np.cov takes rows for variables: with samples in rows it needs rowvar=False.",
        ),
        Mistake(
            training_split_whitened,
            "That is the training split, whitened: return x with what was learned from it.",
        ),
        Mistake(
            standardised_first,
            "The features are standardised first: take the axes of the covariance of the data as "
            "they are.",
        ),
        Mistake(
            by_cholesky,
            "White, but turned: Cholesky's factor gives other directions than V diag(1/√(λ + ε)) "
            "Vᵀ, which is symmetric.",
        ),
    ),
    variants=(by_eigenvectors, by_singular_values, by_torch, by_numpys_covariance, by_loop),
    atol=1e-7,  # torch.eye is float32, and rounds an epsilon that it multiplies
    forbid=(*REFERENCES, "sklearn.decomposition"),
)
