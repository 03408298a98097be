"""Two sanity checks in one run: the loss begins at ln K, and a few images can be learned by heart.

Deck C: "make sure your initial loss is reasonable and you can achieve 100% training accuracy on a
very small portion of the data".
"""

from __future__ import annotations

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.losses import cross_entropy_from_logits, cross_entropy_from_logits_gradient

from . import overfit_answers as answers
from .shared import REFERENCES


def overfit(
    x: np.ndarray, labels: np.ndarray, n_classes: int, rate: float, steps: int
) -> tuple[np.ndarray, float]:
    """Losses before, between and after the steps, (steps + 1,), and the accuracy at the end.

    Full-batch gradient descent on the cross entropy of the logits x W + b, from W = 0 and b = 0.
    """
    weight, bias = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes)
    losses = []
    for _ in range(steps):
        logits = x @ weight + bias
        losses.append(cross_entropy_from_logits(logits, labels))
        delta = cross_entropy_from_logits_gradient(logits, labels)
        weight, bias = weight - rate * x.T @ delta, bias - rate * delta.sum(axis=0)
    logits = x @ weight + bias
    losses.append(cross_entropy_from_logits(logits, labels))
    return np.array(losses), float(np.mean(logits.argmax(axis=1) == labels))


def hidden(rng: np.random.Generator) -> list[Case]:
    cases = [
        _case(rng, *sizes) for sizes in ((1, 4, 3, 2), (20, 30, 10, 8), (12, 3, 4, 6), (6, 2, 2, 5))
    ]
    whole = rng.integers(-3, 4, size=(8, 5))
    x, labels = rng.normal(size=(5, 3)), rng.permutation(5) % 3
    return [
        *cases,
        Case((whole, rng.permutation(8) % 3, 3, 0.1, 4)),
        Case((30 * x, labels, 3, 5.0, 3)),  # logits in the thousands
        Case((x, labels, 4, 0.5, 0)),  # no step at all
    ]


def _case(rng: np.random.Generator, n: int, features: int, k: int, steps: int) -> Case:
    x = rng.normal(size=(n, features)) + 0.5
    return Case((x, rng.permutation(n) % k, k, rng.uniform(0.2, 0.5), steps))


_SQUARE = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
_BLOBS = np.round(2 * np.sin(1 + np.arange(40) ** 1.5), 1).reshape(8, 5)


EXERCISE = Exercise(
    name="overfit",
    task="From W = 0 and b = 0 take steps of gradient descent on the cross entropy of x W + b; "
    "return the steps + 1 losses, the first before any step, and the accuracy at the end.",
    points=3,
    reference=overfit,
    public=(
        Case((np.array([[1.0, 2.0]]), np.array([1]), 2, 1.0, 1)),
        Case((_SQUARE, np.array([0, 1, 2, 2]), 3, 0.5, 6)),
        Case((_BLOBS, np.array([0, 1, 2, 3, 3, 2, 1, 1]), 4, 0.3, 7)),
        Case((np.array([[3, 1], [0, 2], [1, 1]]), np.array([0, 1, 1]), 2, 0.1, 3)),
        Case((100 * _SQUARE, np.array([2, 1, 0, 0]), 3, 2.0, 2)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            answers.without_first_loss,
            "The first loss is missing, the one before any step: it is the sanity check, ln K.",
        ),
        Mistake(
            answers.without_last_loss,
            "The loss after the last step is missing: there is one more loss than there are steps.",
        ),
        Mistake(
            answers.random_start,
            "The first loss is not ln K: with W = 0 and b = 0 every class has probability 1/K.",
        ),
        Mistake(
            answers.without_bias, "The bias b is missing: the logits are x W + b, and b learns too."
        ),
        Mistake(
            answers.gradient_summed,
            "The gradient is that of the sum over the samples: the loss is their mean, so divide "
            "by n.",
        ),
        Mistake(
            answers.bias_by_its_mean,
            "The gradient in b is the sum of (p - y)/n over the samples: dividing by n again makes "
            "it too small.",
        ),
        Mistake(
            answers.uphill, "The steps go uphill, and the loss grows: subtract rate times gradient."
        ),
        Mistake(
            answers.loss_summed, "That is the sum of the losses: take the mean over the samples."
        ),
        Mistake(
            answers.counted, "That counts the samples that are right: divide by n for the accuracy."
        ),
        Mistake(answers.in_percent, "The accuracy is a share, from 0 to 1, not in percent."),
        Mistake(
            answers.overflowing,
            "exp overflows for large logits: take each row's maximum out first, and the logarithm "
            "of the softmax on paper.",
        ),
    ),
    variants=(
        answers.by_numpy,
        answers.by_column_of_ones,
        answers.by_autograd,
        answers.by_torch_module,
        answers.by_loop,
    ),
    forbid=(*REFERENCES, "course_lib.training", "course_lib.minibatch", "sklearn"),
)
