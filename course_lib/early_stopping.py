"""Early stopping: end training when the validation loss no longer improves, and take the best.

The rule and its state are apart: ``EarlyStopping`` holds the settings, ``Watch`` what has been seen
so far, and ``update`` gives a new watch without changing the old one.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ._scalars import real, whole

__all__ = ["EarlyStopping", "Watch"]


@dataclass(frozen=True)
class Watch:
    """What early stopping has seen: the best value, when it came, and the weights of that epoch.

    ``epoch`` counts the values seen, ``best_epoch`` is the epoch of the best (from 1; 0 before the
    first), ``waited`` the epochs since, ``best_weights`` a copy of the weights then, ``stop``
    whether training should end.

    >>> Watch(epoch=5, best=0.3, best_epoch=2).waited
    3
    """

    epoch: int = 0
    best: float = math.inf
    best_epoch: int = 0
    best_weights: Any = None
    stop: bool = False

    @property
    def waited(self) -> int:
        """Epochs since the best one."""
        return self.epoch - self.best_epoch


@dataclass(frozen=True)
class EarlyStopping:
    """Stop after ``patience`` epochs in a row whose value is not below ``best - min_delta``.

    Parameters
    ----------
    patience
        how many epochs without improvement end training, ≥ 1
    min_delta
        how much lower a value must be than the best to count as improvement, ≥ 0, in units of the
        value; 0: any lower value counts

    Lower is better: for an accuracy, watch its negative. A value that is not a number never counts
    as improvement, so a diverged training ends by patience too.

    Raises ValueError where a setting is out of range.

    Source: deck B, "Early stopping"; Prechelt (1998). Deck A's "stop when validation performs
    consistently better than training" is a slip: stop when validation stops improving.

    >>> rule = EarlyStopping(patience=2)
    >>> watch = rule.start()
    >>> for loss in (1.0, 0.5, 0.7, 0.6):
    ...     watch = rule.update(watch, loss, weights={"loss was": loss})
    >>> watch.stop, watch.best_epoch, watch.best_weights
    (True, 2, {'loss was': 0.5})
    """

    patience: int
    min_delta: float = 0.0

    def __post_init__(self) -> None:
        whole("patience", self.patience, at_least=1)
        real("min_delta", self.min_delta, at_least=0)

    def start(self) -> Watch:
        """The watch before the first epoch."""
        return Watch()

    def update(self, watch: Watch, value: float, weights: Any = None) -> Watch:
        """The watch after one more epoch with this ``value``; ``weights`` are copied where best.

        Raises ValueError where ``value`` is no real number.
        """
        if not isinstance(value, Real):
            raise ValueError(
                f"value must be one number, the epoch's validation loss; got a "
                f"{type(value).__name__}: pass float(loss)"
            )
        epoch = watch.epoch + 1
        if value < watch.best - self.min_delta:
            return Watch(epoch, float(value), epoch, copy.deepcopy(weights))
        stop = epoch - watch.best_epoch >= self.patience
        return Watch(epoch, watch.best, watch.best_epoch, watch.best_weights, stop)
