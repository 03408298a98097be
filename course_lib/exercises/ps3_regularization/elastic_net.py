"""L1 and L2 together, and their gradient, in the form with ½ (decks A and E)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import penalties
from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, SHAPES, waves, weights, whole_weights, with_zeros

LASSO = "L1 alone"
BOTH = "L1 and L2"


def elastic_net(w: np.ndarray, l1: float, l2: float) -> tuple[np.ndarray, np.ndarray]:
    """λ₁ Σ |w| + (λ₂/2) Σ w² and λ₁ sgn(w) + λ₂w."""
    return (
        penalties.half_elastic_net_penalty(w, l1, l2),
        penalties.half_elastic_net_penalty_gradient(w, l1, l2),
    )


def hidden(rng: np.random.Generator) -> list[Case]:
    """Weights of every shape, 0 among them; λ₁ alone, and λ₁ with λ₂."""
    arrays = [weights(rng, (1,)), *(with_zeros(rng, weights(rng, s)) for s in SHAPES[1:])]
    arrays.append(with_zeros(rng, whole_weights(rng, (4, 3))))
    arrays.append(weights(rng, (3, 5)).astype(np.float32))
    cases = []
    for w in arrays:
        l1, ratio = 10 ** rng.uniform(-3, -0.1), rng.uniform(0.2, 0.8)
        cases.append(Case((w, float(l1), 0.0), part=LASSO))
        cases.append(Case((w, float(l1), float(ratio * l1)), part=BOTH))
    return cases


# --- mistakes ---


def without_half(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2), l1 * np.sign(w) + 2 * l2 * w


def penalty_without_half(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2), l1 * np.sign(w) + l2 * w


def gradient_with_half(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w**2), l1 * np.sign(w) + l2 * w / 2


def gradient_with_two(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w**2), l1 * np.sign(w) + 2 * l2 * w


def half_of_both(w, l1, l2):
    return (l1 * np.sum(np.abs(w)) + l2 * np.sum(w**2)) / 2, (l1 * np.sign(w) + 2 * l2 * w) / 2


def minus_one_at_zero(w, l1, l2):
    penalty = l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w**2)
    return penalty, l1 * np.where(w > 0, 1, -1) + l2 * w


def plus_one_at_zero(w, l1, l2):
    penalty = l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w**2)
    return penalty, l1 * np.where(w < 0, -1, 1) + l2 * w


def divided_by_zero(w, l1, l2):
    penalty = l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w**2)
    return penalty, l1 * w / np.abs(w) + l2 * w


def without_sign(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 / 2 * np.sum(w**2), l1 + l2 * w


def without_absolute_value(w, l1, l2):
    return l1 * np.sum(w) + l2 / 2 * np.sum(w**2), l1 * np.sign(w) + l2 * w


def swapped(w, l1, l2):
    return l2 * np.sum(np.abs(w)) + l1 / 2 * np.sum(w**2), l2 * np.sign(w) + l1 * w


def meaned(w, l1, l2):
    penalty = l1 * np.mean(np.abs(w)) + l2 / 2 * np.mean(w**2)
    return penalty, (l1 * np.sign(w) + l2 * w) / np.size(w)


def largest_column_sum(w, l1, l2):
    return l1 * np.linalg.norm(w, 1) + l2 / 2 * np.sum(w**2), l1 * np.sign(w) + l2 * w


def norm_not_squared(w, l1, l2):
    return l1 * np.sum(np.abs(w)) + l2 / 2 * np.linalg.norm(w), l1 * np.sign(w) + l2 * w


def for_each_row(w, l1, l2):
    penalty = l1 * np.sum(np.abs(w), axis=-1) + l2 / 2 * np.sum(w**2, axis=-1)
    return penalty, l1 * np.sign(w) + l2 * w


# --- variants ---


def by_loop(w, l1, l2):
    total, slopes = 0.0, []
    for x in np.ravel(w):
        sign = (x > 0) * 1.0 - (x < 0) * 1.0
        total += l1 * abs(float(x)) + 0.5 * l2 * float(x) ** 2
        slopes.append(l1 * sign + l2 * float(x))
    return total, np.array(slopes).reshape(np.shape(w))


def by_norms(w, l1, l2):
    flat = np.ravel(w)
    penalty = l1 * np.linalg.norm(flat, 1) + 0.5 * l2 * np.linalg.norm(flat, 2) ** 2
    return [penalty, l2 * w + l1 * np.sign(w)]


def by_autograd(w, l1, l2):
    tensor = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    penalty = l1 * tensor.abs().sum() + l2 / 2 * tensor.pow(2).sum()
    penalty.backward()
    return penalty, tensor.grad


def by_signs(w, l1, l2):
    s = np.sign(w)
    return np.sum(w * (l1 * s + l2 / 2 * w)), s * (l1 + l2 * np.abs(w))


def by_single_precision(w, l1, l2):
    w = w.astype(np.float32)
    return np.sum(l1 * np.abs(w) + l2 / 2 * w * w), l1 * np.sign(w) + l2 * w


EXERCISE = Exercise(
    name="elastic_net",
    task="Return the pair (λ₁‖w‖₁ + (λ₂/2)‖w‖², its gradient in w) for weights w of any shape, "
    "with sgn(0) = 0: one number, and an array of the shape of w.",
    points=3,
    reference=elastic_net,
    public=(
        Case((np.array([3.0, 0.0, -4.0]), 0.5, 0.0), part=LASSO),
        Case((waves(2, 3) * np.array([1.0, 0.0, 1.0]), 0.25, 0.0), part=LASSO),
        Case((np.array([3.0, 0.0, -4.0]), 1.0, 0.2), part=BOTH),
        Case((np.array([[1, -2], [0, 5]]), 0.1, 0.01), part=BOTH),
        Case((waves(2, 2, 3), 0.001, 0.0005), part=BOTH),
    ),
    hidden=hidden,
    parts={LASSO: 1, BOTH: 2},
    mistakes=(
        Mistake(
            without_half,
            "That squares without ½, as in exercise 1: this penalty is λ₁‖w‖₁ + (λ₂/2)‖w‖².",
        ),
        Mistake(
            penalty_without_half,
            "The squared part of the penalty lacks its ½ (the gradient is right).",
        ),
        Mistake(
            gradient_with_half,
            "The ½ and the 2 of the derivative cancel: the squared part's gradient is λ₂w.",
        ),
        Mistake(
            gradient_with_two,
            "The ½ of the penalty is lost in the gradient: the derivative of (λ₂/2)w² is λ₂w.",
        ),
        Mistake(half_of_both, "The ½ belongs to the squared part alone, not to λ₁‖w‖₁."),
        Mistake(
            minus_one_at_zero,
            "At w = 0 that slope is -1, so a weight at 0 is pushed off it: sgn(0) is 0.",
        ),
        Mistake(
            plus_one_at_zero,
            "At w = 0 that slope is +1, so a weight at 0 is pushed off it: sgn(0) must be 0.",
        ),
        Mistake(divided_by_zero, "w/|w| is 0/0 = nan where a weight is 0: np.sign gives 0 there."),
        Mistake(
            without_sign,
            "The slope of |w| is sgn(w), not 1: negative weights must be pulled up, towards 0.",
        ),
        Mistake(
            without_absolute_value,
            "‖w‖₁ sums absolute values: in a plain sum plus and minus cancel.",
        ),
        Mistake(swapped, "The strengths are swapped: l1 belongs to |w|, l2 to w²."),
        Mistake(meaned, "A penalty is the sum over the weights, not their mean."),
        Mistake(
            largest_column_sum,
            "np.linalg.norm(w, 1) of a matrix is its largest column sum: sum |w| over all weights.",
        ),
        Mistake(norm_not_squared, "‖w‖ has to be squared: Σ w², without the root."),
        Mistake(
            for_each_row,
            "That is one penalty for each row: sum over all axes, to a single number.",
        ),
    ),
    variants=(by_loop, by_norms, by_autograd, by_signs, by_single_precision),
    forbid=REFERENCES,
)
