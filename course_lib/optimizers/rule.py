"""The one update rule that most optimizers are: two filters side by side on the raw gradient.

``step = −rate(t) · F(g)[t] / (√(V(g²)[t]) + ε)`` with F the gradient filter and V the variance
filter. V sees the raw gradient, not what F made of it: a chain of one after the other could not
say Adam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from .._arrays import Array, real_arrays, same_shape
from .._in_place import Arrays, arithmetic
from .._scalars import real
from ..filters import identity
from ..filters.running import Running, State, at_rest

__all__ = ["Piece", "Rate", "Rule", "Scales"]

Rate = float | Callable[[int], float]  # one rate, or a schedule: step (from 0) to rate


class Scales(NamedTuple):
    """The plain numbers of one step, which cost no pass over the parameters.

    With F(g) = f·x and V(g²) = k·v, the quotient F(g) / (√V(g²) + ε) is ``gain · x/(√v + epsilon)``
    for gain = f/√k and epsilon = ε/√k; or ``gain · x`` where ``epsilon`` is None.
    """

    gain: float
    epsilon: float | None


class Piece(NamedTuple):
    """Some parameters, or parts of them, with all that belongs to them: parallel lists."""

    params: Arrays
    gradients: Arrays
    memory: Sequence[Arrays]


@dataclass(frozen=True)
class Rule:
    """An optimizer: θ ← (1 − rate·λ) θ − rate · F(g) / (√V(g²) + ε), element by element.

    The rule is apart from its state: ``start`` gives the state, ``step`` takes and returns it.

    Parameters
    ----------
    rate
        per step, ≥ 0; a number, or a callable from the step (0, 1, ...) to the number. It acts
        after the filters, so a changed rate never reaches back to older gradients.
    gradient
        the filter F. Default: none.
    variance
        the filter V. Default: none, and nothing is normalised.
    epsilon
        ε ≥ 0, outside the root. With 0, an element whose gradient was always 0 becomes 0/0.
    l2
        λ ≥ 0 of a penalty (λ/2)‖θ‖²: λθ is added to the gradient and goes through both filters.
        What torch calls ``weight_decay`` everywhere but in AdamW.
    weight_decay
        λ ≥ 0 of decoupled decay: θ shrinks by the factor 1 − rate·λ, past the filters.

    Raises
    ------
    ValueError
        where a number is out of range, both l2 and weight_decay are given (AdamW's algorithm
        prints both because it is two algorithms), a filter is unstable, or the variance filter's
        impulse response goes negative: it would ask for the root of a negative number.

    Source: deck A, EE 541 unit 7B, "Summary of optimizers".

    >>> import numpy as np
    >>> from course_lib.filters import ar1
    >>> momentum = Rule(0.1, gradient=ar1(0.9, gain="input"))
    >>> theta = np.array([1.0])
    >>> state = momentum.start(theta)
    >>> for _ in range(2):
    ...     theta, state = momentum.step(theta, 2 * theta, state)
    >>> theta.round(6).tolist()  # 1 − 0.2, then − 0.1 (0.9·2 + 1.6)
    [0.46]
    """

    rate: Rate
    gradient: Running = field(default_factory=identity)
    variance: Running | None = None
    epsilon: float = 1e-8
    l2: float = 0.0
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        if not callable(self.rate):
            real("rate", self.rate, at_least=0)
        for name in ("epsilon", "l2", "weight_decay"):
            real(name, getattr(self, name), at_least=0)
        if self.l2 and self.weight_decay:
            raise ValueError(
                "l2 and weight_decay must not both be positive; got "
                f"{self.l2:g} and {self.weight_decay:g}: they are two ways, choose one"
            )
        for name, f in self.filters.items():
            if not isinstance(f, Running):
                raise ValueError(
                    f"{name} must be a filter; got a {type(f).__name__}: pass ar1(0.9), say"
                )
            f.require_stable()
            if name != "gradient" and getattr(f, "goes_negative", True):
                raise ValueError(
                    f"a {name} filter must have an impulse response that is nowhere negative; got "
                    f"{f.description}: choose one such as ar1, whose output has a square root"
                )

    @property
    def filters(self) -> dict[str, Running]:
        """The filters by name, in the order of their delays in the state."""
        return {"gradient": self.gradient} | (
            {"variance": self.variance} if self.variance is not None else {}
        )

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """A name for each array that is remembered for each parameter: "gradient.1", ..."""
        return tuple(f"{name}.{i + 1}" for name, f in self.filters.items() for i in range(f.order))

    @property
    def elementwise(self) -> bool:
        """Whether each element moves by itself, so that arrays may be cut into pieces."""
        return True

    @property
    def normalisation(self) -> str:
        return "none" if self.variance is None else "yes"

    def rate_at(self, n: int) -> float:
        """The rate of step n = 0, 1, ...

        Raises ValueError where a schedule gives no finite number ≥ 0.
        """
        rate = self.rate(n) if callable(self.rate) else self.rate
        return real(f"the rate of step {n}", rate, at_least=0)

    def start(self, params: Array | Sequence[Array]) -> State:
        """The state before the first step, for parameters shaped as ``params``.

        Raises ValueError where a parameter is empty, not real or not finite.
        """
        return State(0, at_rest(len(self.slots), _arrays("params", params)))

    def step(
        self, params: Array | Sequence[Array], gradients: Array | Sequence[Array], state: State
    ) -> tuple[Any, State]:
        """``(parameters, state)`` after one step; no argument is changed.

        ``params`` is an array or a list of arrays, ``gradients`` the same in the same shapes. The
        result has their form and is cut off from autograd.

        Raises ValueError where shapes, number of arrays or state do not fit, and for nan or inf.
        """
        old, slopes = _pairs(params, gradients)
        ops = arithmetic(old)
        new, memory = ops.copy(old), [ops.copy(slot) for slot in state.memory]
        _require_fit(self.slots, new, memory)
        self.step_([Piece(new, ops.copy(slopes), memory)], state.n, self.rate_at(state.n))
        return (new if isinstance(params, list | tuple) else new[0]), State(state.n + 1, memory)

    def step_(self, pieces: Iterable[Piece], n: int, rate: float) -> None:
        """Step n in place: parameters and memory change, gradients do not. Checks nothing."""
        scales = self.scales(n)
        for params, gradients, memory in pieces:
            incoming = self.incoming(params, gradients)
            top, bottom = self.direction_(n, incoming, memory, scales.epsilon)
            self.apply_(params, top, bottom, scales.gain, rate)

    def scales(self, n: int) -> Scales:
        """The gains of step n."""
        gain = self.gradient.gain_at(n)
        if self.variance is None:
            return Scales(gain, None)
        root = self.variance.gain_at(n) ** 0.5
        return Scales(gain / root, self.epsilon / root)

    def incoming(self, params: Arrays, gradients: Arrays) -> Arrays:
        """What both filters see: g, or g + λθ."""
        return arithmetic(params).plus(gradients, self.l2, params) if self.l2 else gradients

    def direction_(
        self, n: int, g: Arrays, memory: Sequence[Arrays], epsilon: float | None
    ) -> tuple[Arrays, Arrays | None]:
        """``(x, √v + epsilon)``, both filters having seen g; None for what does not normalise."""
        delays = self.gradient.order
        x = self.gradient.advance_(n, g, memory[:delays])
        if self.variance is None:
            return x, None
        v = self.variance.advance_squares_(n, g, memory[delays:])
        return x, None if epsilon is None else arithmetic(g).root(v, epsilon)

    def apply_(
        self, params: Arrays, top: Arrays, bottom: Arrays | None, gain: float, rate: float
    ) -> None:
        """θ ← (1 − rate·λ) θ − rate · gain · top / bottom"""
        ops = arithmetic(params)
        if self.weight_decay:
            ops.scale_(params, 1 - rate * self.weight_decay)
        if bottom is None:
            ops.add_(params, -rate * gain, top)
        else:
            ops.add_quotient_(params, -rate * gain, top, bottom)


def _arrays(name: str, x: Any) -> list[Any]:
    if isinstance(x, list | tuple) and not x:
        raise ValueError(f"{name} must hold at least one array; got none: pass the parameters")
    arrays: list[Any] = list(x) if isinstance(x, list | tuple) else [x]
    return [real_arrays(**{name: array})[1] for array in arrays]


def _pairs(params: Any, gradients: Any) -> tuple[list[Any], list[Any]]:
    old, slopes = _arrays("params", params), _arrays("gradients", gradients)
    if len(old) != len(slopes):
        raise ValueError(
            f"params and gradients must be of one number; got {len(old)} and {len(slopes)}: "
            "pass one gradient for each parameter (zeros where there is none)"
        )
    pairs = [same_shape(params=p, gradients=g)[1:] for p, g in zip(old, slopes, strict=True)]
    return [p for p, _ in pairs], [g for _, g in pairs]


def _require_fit(slots: tuple[str, ...], params: Arrays, memory: Sequence[Arrays]) -> None:
    held, came = [[tuple(v.shape) for v in slot] for slot in memory], [p.shape for p in params]
    if held != [[tuple(shape) for shape in came]] * len(slots):
        raise ValueError(
            f"the state must hold {', '.join(slots) or 'nothing'} for arrays shaped "
            f"{[tuple(shape) for shape in came]}; got {held}: "
            "take the state that start or the last step of this rule gave"
        )
