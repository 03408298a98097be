"""Two rules whose normalisation is more than one root: Adadelta and RAdam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .._in_place import Arrays, arithmetic
from ..filters import Compensated, Filter, ar1, compensated
from ..filters.running import Running
from .rule import Rule, Scales

__all__ = ["Adadelta", "RAdam"]


@dataclass(frozen=True)
class Adadelta(Rule):
    """u[n] = √(U(u²)[n-1] + ε) / √(V(g²)[n] + ε) · g[n], then θ ← θ − rate · u[n].

    A rule with a third filter, U, on the squares of its own updates. The quotient of the two roots
    gives an update the unit of θ, which the rate has to carry in other rules. U is one step behind
    V: an update must be known before it is remembered. ε stands inside both roots, and must not be
    0, since the first update is √ε / √(V + ε) · g.

    Raises ValueError as Rule, where epsilon is 0, or ``update`` is not an AR1 filter.

    Source: Zeiler, "ADADELTA: an adaptive learning rate method", 2012, algorithm 1 (rate 1).

    >>> import numpy as np
    >>> rule = Adadelta(1.0)
    >>> theta = np.array([1.0])
    >>> theta, state = rule.step(theta, np.array([4.0]), rule.start(theta))
    >>> float((1 - theta[0]).round(6))  # √ε/√(0.1 · 4²) · 4
    0.003162
    """

    variance: Running = field(default_factory=lambda: ar1(0.9))
    update: Filter = field(default_factory=lambda: ar1(0.9))
    epsilon: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.epsilon == 0:
            raise ValueError("Adadelta's epsilon must be > 0; got 0: the first step would be 0")
        if self.update.order != 1 or any(self.update.b[1:]):
            raise ValueError(
                "Adadelta's update filter must be of the form ar1; got "
                f"{self.update.description}: its last output is read from its one delay"
            )

    @property
    def filters(self) -> dict[str, Running]:
        return super().filters | {"update": self.update}

    def scales(self, n: int) -> Scales:
        return Scales(1.0, None)

    def direction_(
        self, n: int, g: Arrays, memory: Sequence[Arrays], epsilon: float | None
    ) -> tuple[Arrays, Arrays | None]:
        ops, delays = arithmetic(g), self.gradient.order
        x = self.gradient.advance_(n, g, memory[:delays])
        v = self.variance.advance_squares_(n, g, memory[delays:-1])
        u = memory[-1]  # U(u²)[n-1] is moved · u
        power, moved = self.variance.gain_at(n), self.update.input_gain
        size, rms = (
            ops.root_of_sum(u, self.epsilon / moved),
            ops.root_of_sum(v, self.epsilon / power),
        )
        gain = self.gradient.gain_at(n) * (moved / power) ** 0.5
        update = ops.quotient(gain, ops.product(size, x), rms)
        self.update.advance_squares_(n, update, [u])
        return update, None


@dataclass(frozen=True)
class RAdam(Rule):
    """Adam, normalised only once V has seen enough, and rectified until it has seen a lot.

    V's average of β2 is worth a plain mean of ρ[t] = ρ∞ − 2tβ2ᵗ/(1 − β2ᵗ) samples, t = 1, 2, ...,
    which grows to ρ∞ = 2/(1 − β2) − 1. For ρ ≤ 5 the step is −rate · F(g); from then on it is
    Adam's times √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ)), the factor that keeps its variance constant.

    The paper's threshold is 4; its authors' code and torch have 5, and so have we. As in torch, ε
    is added to the root before V is compensated.

    Raises ValueError as Rule, or where ``variance`` is not a compensated ar1 of unit DC gain with
    β2 > 2/3: with less, ρ∞ would not exceed 5.

    Source: Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020,
    algorithm 2; deck B, slide "RAdam".

    >>> rule = RAdam(0.001)
    >>> [round(rule.length(n), 2) for n in (0, 5, 999)]  # worth 1 sample, 6, and 836 of 1000
    [1.0, 5.99, 835.97]
    """

    gradient: Running = field(default_factory=lambda: compensated(ar1(0.9)))
    variance: Compensated = field(default_factory=lambda: compensated(ar1(0.999)))

    def __post_init__(self) -> None:
        super().__post_init__()
        f = self.variance
        plain = isinstance(f, Compensated) and f.filter.description == "AR1, unit DC gain"
        if not plain or self.longest <= 5:
            raise ValueError(
                "RAdam's variance filter must be compensated(ar1(β2)) with β2 > 2/3; got "
                f"{f.description}: choose β2 near 0.999"
            )

    @property
    def longest(self) -> float:
        """ρ∞ = 2/(1 − β2) − 1, where 1 − β2 is the filter's input gain."""
        return 2 / self.variance.filter.input_gain - 1

    def length(self, n: int) -> float:
        """ρ[n + 1]: how many samples V's average is worth at step n = 0, 1, ..."""
        beta2, t = 1 - self.variance.filter.input_gain, n + 1
        return self.longest - 2 * t * beta2**t / (1 - beta2**t)

    def scales(self, n: int) -> Scales:
        rho, most = self.length(n), self.longest
        if rho <= 5:
            return Scales(self.gradient.gain_at(n), None)
        above, below = (rho - 4) * (rho - 2) * most, (most - 4) * (most - 2) * rho
        root = self.variance.gain_at(n) ** 0.5
        reached = self.variance.filter.step_response_at(n) ** 0.5
        gain = self.gradient.gain_at(n) * (above / below) ** 0.5
        return Scales(gain / root, self.epsilon / reached / root)
