"""Rules with a rate of its own for each array of parameters, from the sizes of θ and of its step.

For training with very large batches: LARS scales what goes into the filter, LAMB what comes out of
Adam. One array is one layer's weights, say. Where an array or its step is all zeros, the ratio
of their sizes means nothing and is taken as 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from .._in_place import Arrays, arithmetic
from .._scalars import real
from .rule import Rule

__all__ = ["LAMB", "LARS"]


@dataclass(frozen=True)
class LARS(Rule):
    """F sees q (g + λθ) with q = trust · ‖θ‖ / (‖g‖ + λ‖θ‖) for each array; λ is ``l2``.

    The paper multiplies by the rate before its momentum filter, this rule after it, as all rules
    here: the two agree while the rate is constant. Deck B leaves out λ and calls q the trust
    ratio; in the paper that is ``trust``, typically 0.001.

    Raises ValueError as Rule, and where trust is not positive.

    Source: You, Gitman and Ginsburg, "Large batch training of convolutional networks", 2017,
    algorithm 1; deck B, slide "LARS and LAMB".

    >>> import numpy as np
    >>> rule = LARS(1.0, trust=0.1)
    >>> theta = np.array([3.0, 4.0])
    >>> rule.step(theta, np.array([0.0, 200.0]), rule.start(theta))[0].tolist()  # ‖step‖ = 0.1 ‖θ‖
    [3.0, 3.5]
    """

    trust: float = 0.001

    def __post_init__(self) -> None:
        super().__post_init__()
        real("trust", self.trust, above=0)

    @property
    def elementwise(self) -> bool:
        return False

    def incoming(self, params: Arrays, gradients: Arrays) -> Arrays:
        ops = arithmetic(params)
        whole = super().incoming(params, gradients)
        return [
            ops.scaled(self._ratio(ops.norm(theta), ops.norm(g)), [x])[0]
            for theta, g, x in zip(params, gradients, whole, strict=True)
        ]

    def _ratio(self, size: float, slope: float) -> float:
        return self.trust * size / (slope + self.l2 * size) if size and slope else 1.0


@dataclass(frozen=True)
class LAMB(Rule):
    """θ ← θ − rate · ‖θ‖/‖u‖ · u with u = F(g) / (√V(g²) + ε) + λθ, for each array.

    λ is ``weight_decay``: past the filters as in AdamW, but within the norm. The paper's bound φ on
    ‖θ‖ is the identity here, as in its experiments' code.

    Raises ValueError as Rule.

    Source: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes",
    ICLR 2020, algorithm 2; deck B, slide "LARS and LAMB".

    >>> import numpy as np
    >>> rule = LAMB(0.1)
    >>> theta = np.array([3.0, 4.0])
    >>> rule.step(theta, np.array([0.0, 200.0]), rule.start(theta))[0].tolist()  # ‖step‖ = 0.1 ‖θ‖
    [3.0, 3.5]
    """

    @property
    def elementwise(self) -> bool:
        return False

    def apply_(
        self, params: Arrays, top: Arrays, bottom: Arrays | None, gain: float, rate: float
    ) -> None:
        ops = arithmetic(params)
        u = ops.scaled(gain, top) if bottom is None else ops.quotient(gain, top, bottom)
        ops.add_(u, self.weight_decay, params)
        for theta, step in zip(params, u, strict=True):
            size, length = ops.norm(theta), ops.norm(step)
            ratio = size / length if size and length else 1.0
            ops.add_([theta], -rate * ratio, [step])
