"""The L2 penalty and its gradient (deck A, "Regularizers — L1, L2": the form without ½)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import penalties
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, SHAPES, waves, weights, whole_weights


def l2_penalty(w: np.ndarray, lam: float) -> tuple[np.ndarray, np.ndarray]:
    """λ Σ w² and 2λw."""
    return penalties.l2_penalty(w, lam), penalties.l2_penalty_gradient(w, lam)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Weights of every shape, integers and single precision; λ from 1e-4 to 1."""
    arrays = [weights(rng, shape) for shape in SHAPES]
    arrays += [whole_weights(rng, (4, 3)), weights(rng, (3, 5)).astype(np.float32)]
    return [Case((w, float(10 ** rng.uniform(-4, -0.1)))) for w in arrays]


# --- mistakes ---


def half_form(w, lam):
    return lam / 2 * np.sum(w**2), lam * w


def gradient_without_two(w, lam):
    return lam * np.sum(w**2), lam * w


def gradient_without_lam(w, lam):
    return lam * np.sum(w**2), 2 * w


def norm_not_squared(w, lam):
    return lam * np.sqrt(np.sum(w**2)), 2 * lam * w


def mean_of_squares(w, lam):
    return lam * np.mean(w**2), 2 * lam * w / np.size(w)


def square_of_sum(w, lam):
    return lam * np.sum(w) ** 2, 2 * lam * w


def largest_singular_value(w, lam):
    return lam * np.linalg.norm(w, 2) ** 2, 2 * lam * w


def for_each_column(w, lam):
    return lam * np.sum(w**2, axis=0), 2 * lam * w


def gradient_summed(w, lam):
    return lam * np.sum(w**2), 2 * lam * np.sum(w)


def downhill(w, lam):
    return lam * np.sum(w**2), -2 * lam * w


def absolute_values(w, lam):
    return lam * np.sum(np.abs(w)), lam * np.sign(w)


def in_place(w, lam):
    penalty = lam * np.sum(w**2)
    w *= 2 * lam
    return penalty, w


def penalty_alone(w, lam):
    return lam * np.sum(w**2)


# --- variants ---


def by_loop(w, lam):
    total, slopes = 0.0, []
    for x in np.ravel(w):
        total += lam * float(x) ** 2
        slopes.append(2 * lam * float(x))
    return total, np.reshape(slopes, np.shape(w)).tolist()


def by_inner_product(w, lam):
    flat = np.ravel(w).astype(float)
    return [lam * (flat @ flat), (lam * (flat + flat)).reshape(np.shape(w))]


def by_norm(w, lam):
    return lam * np.linalg.norm(w) ** 2, 2 * lam * np.asarray(w)


def by_autograd(w, lam):
    tensor = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    penalty = lam * tensor.square().sum()
    penalty.backward()
    return penalty, tensor.grad


def by_single_precision(w, lam):
    w = w.astype(np.float32)
    return lam * np.sum(w * w), 2 * lam * w


EXERCISE = Exercise(
    name="l2_penalty",
    task="Return the pair (λ‖w‖², its gradient in w) for weights w of any shape: the sum over all "
    "weights, without ½, and an array of the shape of w.",
    points=2,
    reference=l2_penalty,
    public=(
        Case((np.array([3.0, -4.0]), 0.1)),
        Case((np.array([[1, -2], [2, 5]]), 0.01)),
        Case((waves(3, 4), 0.001)),
        Case((waves(2, 2, 3), 0.5)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            half_form,
            "That is the other convention, (λ/2)‖w‖² with the gradient λw: here there is no ½.",
        ),
        Mistake(gradient_without_two, "The derivative of w² is 2w: the gradient lacks the 2."),
        Mistake(gradient_without_lam, "The gradient lacks λ: every term is multiplied by it."),
        Mistake(norm_not_squared, "That is λ‖w‖: the norm has to be squared, so take no root."),
        Mistake(
            mean_of_squares,
            "A penalty is the sum over the weights, not their mean: a larger network pays more.",
        ),
        Mistake(
            square_of_sum,
            "That squares the sum of the weights, where plus and minus cancel: square, then sum.",
        ),
        Mistake(
            largest_singular_value,
            "np.linalg.norm(w, 2) of a matrix is its largest singular value: sum the squares.",
        ),
        Mistake(
            for_each_column,
            "axis=0 leaves one penalty for each column: sum over all axes, to one number.",
        ),
        Mistake(
            gradient_summed,
            "The gradient has one number for each weight, in the shape of w: do not sum it.",
        ),
        Mistake(
            downhill,
            "The sign of the gradient is turned round: the minus belongs to the step, w - η∇C.",
        ),
        Mistake(absolute_values, "That is L1, of absolute values: L2 squares the weights."),
        Mistake(in_place, "w *= ... changes the caller's weights: write to a new array."),
        Mistake(penalty_alone, "That is the penalty alone: return the pair (penalty, gradient)."),
    ),
    variants=(by_loop, by_inner_product, by_norm, by_autograd, by_single_precision),
    forbid=REFERENCES,
)
