"""The Jacobian of softmax from its output (deck D, "Derivative of softmax function")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, probabilities


def softmax_jacobian(a: np.ndarray) -> np.ndarray:
    """∂a_i/∂s_j = a_i (δ_ij - a_j) of each row of ``a = softmax(s)``: ``(n, K)`` to ``(n, K, K)``.

    From the output; ``course_lib.activations.softmax_jacobian`` takes the logits.
    """
    return a[:, :, None] * (np.eye(a.shape[1]) - a[:, None, :])


def hidden(rng: np.random.Generator) -> list[Case]:
    sizes = ((1, 2), (1, 5), (2, 2), (4, 3), (3, 3), (3, 7))
    cases = [Case((probabilities(rng, n, k),)) for n, k in sizes]
    certain = np.eye(4)[rng.integers(4, size=3)]
    certain[0] = probabilities(rng, 1, 4)
    return [*cases, Case((certain,))]


# --- mistakes ---


def only_the_diagonal(a):
    return a[:, :, None] * (1 - a[:, :, None]) * np.eye(a.shape[1])


def slopes_as_if_alone(a):
    return a * (1 - a)


def without_diagonal(a):
    return -a[:, :, None] * a[:, None, :]


def plus_off_the_diagonal(a):
    return a[:, :, None] * np.eye(a.shape[1]) + a[:, :, None] * a[:, None, :]


def sign_turned(a):
    return a[:, :, None] * (a[:, None, :] - np.eye(a.shape[1]))


def first_factor_missing(a):
    return np.eye(a.shape[1]) - a[:, None, :] * np.ones((1, a.shape[1], 1))


def identity_less_products(a):
    return np.eye(a.shape[1]) - a[:, :, None] * a[:, None, :]


def one_everywhere(a):
    return a[:, :, None] * (1 - a[:, None, :])


def through_softmax_again(a):
    e = np.exp(a)
    a = e / e.sum(axis=1, keepdims=True)
    return a[:, :, None] * (np.eye(a.shape[1]) - a[:, None, :])


def mean_over_samples(a):
    return np.mean(a[:, :, None] * (np.eye(a.shape[1]) - a[:, None, :]), axis=0)


def only_the_first_sample(a):
    return np.diag(a[0]) - np.outer(a[0], a[0])


def products_summed_over_samples(a):
    return a[:, :, None] * np.eye(a.shape[1]) - a.T @ a


def samples_last(a):
    return np.moveaxis(a[:, :, None] * (np.eye(a.shape[1]) - a[:, None, :]), 0, 2)


# --- variants ---


def by_numpy(a):
    return a[:, :, None] * (np.eye(a.shape[1]) - a[:, None, :])


def by_rows(a):
    return [np.diag(row) - np.outer(row, row) for row in a]


def by_loop(a):
    n, k = a.shape
    result = np.zeros((n, k, k))
    for row in range(n):
        for i in range(k):
            for j in range(k):
                result[row, i, j] = a[row, i] * ((i == j) - a[row, j])
    return result


def by_torch(a):
    a = torch.tensor(a)
    return torch.diag_embed(a) - torch.einsum("ni,nj->nij", a, a)


def by_single_precision(a):
    a = a.astype(np.float32)
    return np.eye(a.shape[1], dtype=np.float32) * a[:, None, :] - a[:, None, :] * a[:, :, None]


EXERCISE = Exercise(
    name="softmax_jacobian",
    task="Return, for each row of a (n, K), the output of softmax, all slopes of a_i in s_j: an "
    "array (n, K, K), i along axis 1 and j along axis 2.",
    points=3,
    reference=softmax_jacobian,
    public=(
        Case((np.array([[0.5, 0.5]]),)),
        Case((np.array([[0.7, 0.2, 0.1]]),)),
        Case((np.array([[0.1, 0.2, 0.7], [1.0, 0.0, 0.0]]),)),
        Case((np.array([[0.25, 0.75], [0.6, 0.4]]),)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            only_the_diagonal,
            "Off the diagonal it is not 0: raising s_j takes from all other classes, -a_i a_j.",
        ),
        Mistake(
            slopes_as_if_alone,
            "a(1 - a) is the diagonal alone, as of sigmoids: every output depends on every logit, "
            "a table (K, K) for each sample.",
        ),
        Mistake(without_diagonal, "The diagonal lacks a_i: it is a_i - a_i², not -a_i²."),
        Mistake(
            plus_off_the_diagonal,
            "The product has the wrong sign: a_i δ_ij *minus* a_i a_j. What one class gains, the "
            "others lose.",
        ),
        Mistake(sign_turned, "The sign is turned round: a_i grows with its own logit s_i."),
        Mistake(
            first_factor_missing,
            "The factor a_i is missing: a_i (δ_ij - a_j).",
        ),
        Mistake(
            identity_less_products,
            "On the diagonal stands a_i - a_i², not 1 - a_i²: the factor a_i belongs to δ_ij too.",
        ),
        Mistake(
            one_everywhere,
            "The 1 belongs on the diagonal alone: δ_ij is 0 for i ≠ j.",
        ),
        Mistake(
            through_softmax_again,
            "a has been through softmax already: do not send it through again.",
        ),
        Mistake(
            mean_over_samples,
            "That is the mean over the samples: each has a Jacobian of its own, (n, K, K).",
        ),
        Mistake(
            only_the_first_sample,
            "That is the Jacobian of one sample, (K, K): return one for each row, (n, K, K).",
        ),
        Mistake(
            products_summed_over_samples,
            "a.T @ a sums the products over the samples: each row has its own, "
            "a[:, :, None] * a[:, None, :].",
        ),
        Mistake(
            samples_last,
            "The samples come first: (n, K, K), not (K, K, n).",
        ),
    ),
    variants=(by_numpy, by_rows, by_loop, by_torch, by_single_precision),
    forbid=REFERENCES,
)
