"""A rate that falls when a metric no longer does: its state goes in and comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._scalars import plain, real, whole

__all__ = ["PlateauState", "ReduceOnPlateau"]


@dataclass(frozen=True)
class PlateauState:
    """What ``ReduceOnPlateau`` remembers from one metric to the next.

    Parameters
    ----------
    rate
        the rate now
    best
        the lowest metric so far; None before the first
    waited
        how many metrics in a row were no improvement
    resting
        how many metrics are still not counted after a reduction

    >>> PlateauState(rate=0.1).best is None
    True
    """

    rate: float
    best: float | None = None
    waited: int = 0
    resting: int = 0


@dataclass(frozen=True)
class ReduceOnPlateau:
    """η ← max(ρη, η_min) once more than ``patience`` metrics in a row were no improvement.

    A metric m (validation loss: lower is better) improves on the best b where
    m < b − ``relative`` · |b| − ``absolute``. After a reduction ``cooldown`` metrics do not count.
    For an accuracy, pass its negative: with |b| in the rule that is torch's ``mode="max"``.

    The order is that of every schedule: optimizer steps of an epoch, validation, then ``update``.

    Parameters
    ----------
    rate
        η₀, the rate until the first reduction
    factor
        ρ, 0 ≤ ρ < 1
    patience, cooldown
        in metrics (epochs, mostly)
    relative, absolute
        how much lower a metric must be to count as better; a share of the best, and in its unit
    minimum
        η_min, where reductions stop

    Raises ValueError where a setting is out of range.

    Source: deck A, "Follow high-level guidelines"; torch's ReduceLROnPlateau (which besides skips
    reductions smaller than its eps = 1e-8).

    >>> plateau = ReduceOnPlateau(0.1, factor=0.5, patience=1)
    >>> state = plateau.start()
    >>> for metric in [3.0, 2.0, 2.0, 2.0, 1.0]:
    ...     state, rate = plateau.update(state, metric)
    ...     print(metric, rate)
    3.0 0.1
    2.0 0.1
    2.0 0.1
    2.0 0.05
    1.0 0.05
    """

    rate: float
    factor: float = 0.1
    patience: int = 10
    cooldown: int = 0
    relative: float = 1e-4
    absolute: float = 0.0
    minimum: float = 0.0

    def __post_init__(self) -> None:
        real("rate", self.rate, at_least=0)
        real("factor", self.factor, at_least=0, below=1)
        whole("patience", self.patience)
        whole("cooldown", self.cooldown)
        real("relative", self.relative, at_least=0, below=1)
        real("absolute", self.absolute, at_least=0)
        real("minimum", self.minimum, at_least=0, at_most=self.rate)

    def start(self) -> PlateauState:
        """The state before the first metric."""
        return PlateauState(float(self.rate))

    def update(self, state: PlateauState, metric: float) -> tuple[PlateauState, float]:
        """``(state, rate)`` after one more metric; the state that came in is not changed.

        Raises ValueError where the metric is not finite.
        """
        metric = real("metric", plain(metric))
        if self._improves(metric, state.best):
            state = replace(state, best=metric, waited=0)
        else:
            state = replace(state, waited=state.waited + 1)
        if state.resting:
            state = replace(state, waited=0, resting=state.resting - 1)
        if state.waited > self.patience:
            lower = max(state.rate * self.factor, self.minimum)
            state = replace(state, rate=lower, waited=0, resting=self.cooldown)
        return state, state.rate

    def _improves(self, metric: float, best: float | None) -> bool:
        return best is None or metric < best - self.relative * abs(best) - self.absolute
