"""Every loss once: how to draw arguments for it, and what torch itself computes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it

from course_lib import losses

N, K = 6, 4


@dataclass(frozen=True)
class Loss:
    """``draw`` gives arguments at which the loss is smooth; ``oracle`` is torch's own loss."""

    name: str
    draw: Callable[[np.random.Generator], tuple]
    oracle: Callable[..., torch.Tensor]

    @property
    def value(self) -> Callable:
        return getattr(losses, self.name)

    @property
    def gradient(self) -> Callable:
        return getattr(losses, f"{self.name}_gradient")


def numbers(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(scale=3, size=(N, K))


def labels(rng: np.random.Generator) -> np.ndarray:
    return rng.integers(K, size=N)


def distributions(rng: np.random.Generator) -> np.ndarray:
    return 0.1 + (1 - 0.1 * K) * rng.dirichlet(np.ones(K), size=N)  # 1/p stays tame


def log_distributions(rng: np.random.Generator) -> np.ndarray:
    return np.log(distributions(rng))


def unit(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(0.1, 0.9, size=(N, K))


def signs(rng: np.random.Generator) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=(N, K))


def drawing(*parts: Callable) -> Callable[[np.random.Generator], tuple]:
    return lambda rng: tuple(part(rng) for part in parts)


def torch_hinge(s: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Deck A's MarginRankingLoss, which is the hinge only against x2 = 0."""
    return F.margin_ranking_loss(s, torch.zeros_like(s), y, margin=1)


def deck_a_soft_cross_entropy(p: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Deck A's own function: torch has none that takes probabilities."""
    return -(y * torch.log(p)).sum(dim=1).mean()


LOSSES = (
    Loss("mse", drawing(numbers, numbers), F.mse_loss),
    Loss("mae", drawing(numbers, numbers), F.l1_loss),
    Loss("nll", drawing(log_distributions, labels), F.nll_loss),
    Loss("cross_entropy", drawing(distributions, labels), lambda p, c: F.nll_loss(p.log(), c)),
    Loss("soft_cross_entropy", drawing(distributions, distributions), deck_a_soft_cross_entropy),
    Loss(
        "kl_divergence",
        drawing(distributions, distributions),
        lambda y, p: F.kl_div(p.log(), y, reduction="batchmean"),
    ),
    Loss("binary_cross_entropy", drawing(unit, unit), F.binary_cross_entropy),
    Loss("cross_entropy_from_logits", drawing(numbers, labels), F.cross_entropy),
    Loss("soft_cross_entropy_from_logits", drawing(numbers, distributions), F.cross_entropy),
    Loss(
        "binary_cross_entropy_from_logits",
        drawing(numbers, unit),
        F.binary_cross_entropy_with_logits,
    ),
    Loss("hinge", drawing(numbers, signs), torch_hinge),
    Loss(
        "multiclass_hinge",
        drawing(numbers, labels),
        lambda s, c: F.multi_margin_loss(s, c) * s.shape[1],
    ),
)

NAMES = [loss.name for loss in LOSSES]

# One good call of every public function, for the tests of what is refused.
GOOD = {loss.name: loss.draw for loss in LOSSES}
GOOD |= {f"{loss.name}_gradient": loss.draw for loss in LOSSES}
GOOD |= {
    "entropy": drawing(distributions),
    "max_star": drawing(numbers, numbers),
    "log_sum_exp": drawing(numbers),
    "softmax": drawing(numbers),
    "log_softmax": drawing(numbers),
}
