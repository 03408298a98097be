"""Dropout as a layer of torch, which train() and eval() switch (deck A, "Dropout in PyTorch")."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from course_lib import dropout
from course_lib.checks import Case, Exercise, Mistake

from . import dropout_module_answers as answers
from .dropout_rule import accept_layer
from .shared import READY_MADE, REFERENCES, drop_probability, quarters


class DropoutLayer(torch.nn.Module):
    """Inverted dropout with drop probability ``p`` in training, nothing in evaluation."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        mask = torch.rand(x.shape) >= self.p
        return dropout.inverted_dropout(x, mask, self.p)


def case(rng: np.random.Generator, shape: tuple[int, ...], p: float, kind: str) -> Case:
    """Training, another seed twice, evaluation, and training again.

    The first seed is there for the state that torch's generator was left in: it could be just the
    one in which an earlier run drew the same masks.
    """
    x, g = (quarters(rng, *shape).astype(kind) for _ in range(2))
    first, second = (("seed", int(seed)) for seed in rng.choice(2**31, size=2, replace=False))
    forward, backward = ("forward", x), ("backward", g)
    calls: list[tuple[Any, ...]]
    calls = [first, forward, backward, forward, second, forward, second, forward]
    calls += [("eval",), forward, backward, ("train",), forward]
    return Case(((p,), tuple(calls)))


def hidden(rng: np.random.Generator) -> list[Case]:
    """A batch, a single sample, images, little p and large, single and double precision; p = 0."""
    n = int(rng.integers(40, 60))
    return [
        case(rng, (n, 60), float(rng.uniform(0.15, 0.3)), "float32"),
        case(rng, (n, 60), float(rng.uniform(0.7, 0.85)), "float64"),
        case(rng, (1, 50 * n), drop_probability(rng), "float32"),
        case(rng, (6, 8, n), drop_probability(rng), "float32"),
        case(rng, (3, 4), 0.0, "float32"),
    ]


EXERCISE = Exercise(
    name="DropoutLayer",
    task="Write forward(x): in training x · mask / (1 - p) with a fresh mask for each call, drawn "
    "by torch, each number dropped with probability p; after eval() x as it is.",
    points=3,
    reference=DropoutLayer,
    driver="module",
    public=(
        case(np.random.default_rng(1), (50, 40), 0.2, "float32"),
        case(np.random.default_rng(2), (40, 50), 0.75, "float32"),
        case(np.random.default_rng(3), (2, 3), 0.0, "float32"),
    ),
    hidden=hidden,
    accept=accept_layer,
    # Three shares (and two more where one is off) of five outputs in each of four large cases.
    false_alarm=1e-7,
    mistakes=(
        Mistake(
            answers.DropsInEvaluation,
            "eval() changes nothing here: ask self.training, and return x as it is where it is "
            "False.",
        ),
        Mistake(
            answers.OnlyInEvaluation,
            "The wrong way round: self.training is True in training, and there nodes are dropped.",
        ),
        Mistake(
            answers.ScaledInEvaluationToo,
            "Training divides by 1 - p already: after eval() the output is x, without any factor.",
        ),
        Mistake(
            answers.PlainDropout,
            "That is plain dropout, scaled at inference: inverted dropout divides by 1 - p in "
            "training and leaves x alone after eval().",
        ),
        Mistake(
            answers.DividedByP,
            "p is the probability to drop: divide by 1 - p, the probability to stay.",
        ),
        Mistake(
            answers.KeepsWithP,
            "Here p is the probability to keep, as on deck A's slide: torch's p is that to drop.",
        ),
        Mistake(
            answers.OneMaskForEver,
            "The mask is drawn once for ever, or with a seed set inside: draw a fresh one in each "
            "call.",
        ),
        Mistake(
            answers.OneRowForAll,
            "All samples share one row of the mask: draw one number for each number of x.",
        ),
        Mistake(
            answers.OneNumberASample,
            "A sample keeps all of its nodes or none: draw one number for each number of x.",
        ),
        Mistake(
            answers.OfNumpy,
            "The mask must come from torch's generator, so that torch.manual_seed can repeat it: "
            "use torch.rand.",
        ),
        Mistake(
            answers.OfNormalNumbers,
            "torch.randn draws normal numbers: torch.rand draws from 0 to 1.",
        ),
        Mistake(
            answers.InPlace,
            "x[...] = 0 writes into the caller's tensor, which autograd refuses: multiply instead.",
        ),
        Mistake(
            answers.CutOff,
            "detach() (or .data, or numpy) cuts the output off from x: no gradient flows back.",
        ),
        Mistake(
            answers.StraightThrough,
            "The gradient passes the dropped nodes too: it must meet the mask and 1/(1 - p).",
        ),
    ),
    variants=(
        answers.ByProduct,
        answers.ByBernoulli,
        answers.ByWhere,
        answers.ByFilling,
        answers.ByDistribution,
    ),
    forbid=(*REFERENCES, *READY_MADE),
)
