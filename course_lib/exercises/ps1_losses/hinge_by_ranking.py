"""The hinge by a module made for ranking, and its trap (deck A, "Hinge loss"; erratum 16)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake

from .shared import REFERENCES, waves


def hinge_by_ranking(s: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """C = (1/N) Σ max(0, 1 - y s) with y = 2 labels - 1: MarginRankingLoss with x2 = 0."""
    module = torch.nn.MarginRankingLoss(margin=1)
    return module(s, torch.zeros_like(s), 2 * labels - 1)


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = []
    for shape in ((1,), (9,), (1, 4), (5, 3)):
        s = rng.normal(scale=1.5, size=shape)
        # One score within the margin: a loop that adds what is owed has something to add.
        s.flat[0] = rng.uniform(-0.9, 0.9)
        cases.append(Case((s, rng.integers(2, size=shape))))
    # Both classes, and on either side of their margins.
    s = rng.uniform(0.2, 0.8, size=8) * np.tile([1.0, -1.0, 4.0, -4.0], 2)
    s += np.tile([0.0, 0.0, 1.0, -1.0], 2)
    return [*cases, Case((s, rng.permutation(8) % 2)), Case((s, np.arange(8) // 4))]


# --- mistakes ---


def labels_as_they_are(s, labels):
    return torch.nn.MarginRankingLoss(margin=1)(s, torch.zeros_like(s), labels)


def without_margin(s, labels):
    return torch.nn.MarginRankingLoss()(s, torch.zeros_like(s), 2 * labels - 1)


def inputs_swapped(s, labels):
    return torch.nn.MarginRankingLoss(margin=1)(torch.zeros_like(s), s, 2 * labels - 1)


def against_the_labels(s, labels):
    y = 2 * labels - 1
    return torch.nn.MarginRankingLoss(margin=1)(s, y, y)


def against_ones(s, labels):
    return torch.nn.MarginRankingLoss(margin=1)(s, torch.ones_like(s), 2 * labels - 1)


def summed(s, labels):
    module = torch.nn.MarginRankingLoss(margin=1, reduction="sum")
    return module(s, torch.zeros_like(s), 2 * labels - 1)


def not_averaged(s, labels):
    module = torch.nn.MarginRankingLoss(margin=1, reduction="none")
    return module(s, torch.zeros_like(s), 2 * labels - 1)


def through_tanh(s, labels):
    module = torch.nn.MarginRankingLoss(margin=1)
    return module(torch.tanh(s), torch.zeros_like(s), 2 * labels - 1)


def through_sigmoid(s, labels):
    module = torch.nn.MarginRankingLoss(margin=1)
    return module(torch.sigmoid(s), torch.zeros_like(s), 2 * labels - 1)


def without_maximum(s, labels):
    return (1 - (2 * labels - 1) * s).mean()


def squared(s, labels):
    return ((1 - (2 * labels - 1) * s).clamp(min=0) ** 2).mean()


def cut_off(s, labels):
    module = torch.nn.MarginRankingLoss(margin=1)
    return module(s.detach(), torch.zeros_like(s), 2 * labels - 1)


# --- variants ---


def by_module(s, labels):
    loss = torch.nn.MarginRankingLoss(margin=1.0)
    return loss(s, torch.zeros_like(s), 2.0 * labels - 1.0)


def by_function(s, labels):
    y = torch.where(labels == 1, 1, -1)
    return torch.nn.functional.margin_ranking_loss(s, 0 * s.detach(), y, margin=1)


def by_clamp(s, labels):
    return (1 - (2 * labels - 1) * s).clamp(min=0).mean()


def by_loop(s, labels):
    total = torch.zeros((), dtype=s.dtype)
    for score, label in zip(s.flatten(), labels.flatten(), strict=True):
        margin = score if label == 1 else -score
        if margin < 1:
            total = total + 1 - margin
    return total / s.numel()


def by_classes(s, labels):
    positive, negative = s[labels == 1], s[labels == 0]
    return (torch.relu(1 - positive).sum() + torch.relu(1 + negative).sum()) / s.numel()


def by_single_precision(s, labels):
    y = (2 * labels - 1).float()
    return torch.relu(1 - y * s.float()).mean()


EXERCISE = Exercise(
    name="hinge_by_ranking",
    task="Return the hinge loss, the mean of max(0, 1 - y s), of scores s and labels 0 or 1 (y is "
    "-1 or +1), tensors of one shape, as a tensor that autograd can follow.",
    points=2,
    reference=hinge_by_ranking,
    driver="torch_gradient",
    public=(
        Case((np.array([2.0, 0.5, 0.5]), np.array([1, 1, 0]))),
        Case((np.array([-0.25]), np.array([1]))),
        Case((waves(3, 4), np.arange(12).reshape(3, 4) % 2)),
        Case((np.array([[3.0, -0.5], [0.25, -3.0]]), np.array([[0, 1], [0, 0]]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            labels_as_they_are,
            "With labels of 0 and 1 a sample of class 0 costs 1 whatever its score: make them -1 "
            "and +1 first.",
        ),
        Mistake(
            without_margin,
            "The margin of the module is 0 unless you give it: a hinge asks for a lead of 1.",
        ),
        Mistake(
            inputs_swapped,
            "The score counts the wrong way round: it is the first input (x1), 0 the second, and "
            "label 1 is y = +1.",
        ),
        Mistake(
            against_the_labels,
            "The module compares x1 with x2: the score is to be compared with 0, not the label.",
        ),
        Mistake(against_ones, "x2 is 0, not 1: the lead of 1 is the margin."),
        Mistake(summed, "That is the sum: divide by the number of elements."),
        Mistake(not_averaged, "backward() needs one number: take the mean over all elements."),
        Mistake(
            through_tanh,
            "The hinge takes the score itself, with no activation (tanh): beyond a margin of 1 "
            "there is nothing more to pay.",
        ),
        Mistake(
            through_sigmoid,
            "The hinge takes the score itself, not a probability: leave the sigmoid out.",
        ),
        Mistake(
            without_maximum,
            "max(0, ...) is missing: samples beyond the margin must not earn anything back.",
        ),
        Mistake(squared, "That is the squared hinge: this one is linear."),
        Mistake(cut_off, "detach() cuts the result off from s: autograd finds no way back."),
    ),
    variants=(by_module, by_function, by_clamp, by_loop, by_classes, by_single_precision),
    forbid=REFERENCES,
)
