"""How every filter runs: one sample after another, its state kept outside of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from .._arrays import Array, real_arrays
from .._in_place import Arrays, arithmetic

__all__ = ["Running", "State"]


class State(NamedTuple):
    """All that a filter remembers: ``n`` samples seen, and ``order`` delays of each array.

    ``memory[i][k]`` belongs to the k-th array and has its shape. The delays lie in a ring: for a
    filter of order L, v[n-i] is ``memory[(n - i) % L]``, so that nothing is ever moved.
    """

    n: int
    memory: Sequence[Arrays]


class Running(ABC):
    """A filter as something that runs: y[n] is ``gain_at(n)`` times what ``advance_`` gives.

    The gain is kept apart since it is a plain number: whoever uses y[n] multiplies by it in a pass
    that is made anyway.

    A *sample* is an array of any shape, or a list of arrays (all parameters of a network, say):
    each element is filtered by itself. Results are new and cut off from autograd.
    """

    @property
    @abstractmethod
    def order(self) -> int:
        """Number of delays: how many arrays are remembered for each array of a sample."""

    @property
    @abstractmethod
    def description(self) -> str:
        """The filter in a few words, as in a table of optimizers."""

    @abstractmethod
    def require_stable(self) -> None:
        """Refuse to run where the output may grow without bound and nobody declared it.

        Raises ValueError with the pole that is to blame.
        """

    @abstractmethod
    def gain_at(self, n: int) -> float:
        """The factor of what ``advance_`` gives at sample n."""

    @abstractmethod
    def advance_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        """y[n] / gain_at(n) for the arrays x[n], ``memory`` being changed in place.

        For whoever owns the memory and has checked what goes in, such as an optimizer. The result
        may be that memory or x itself, so it is read and never changed.
        """

    @abstractmethod
    def advance_squares_(self, n: int, x: Arrays, memory: Sequence[Arrays]) -> Arrays:
        """``advance_`` for the input x², which is never written to memory."""

    def start(self, x: Array | Sequence[Array]) -> State:
        """The state at rest, before a first sample that is shaped as ``x``.

        Raises ValueError for an unstable filter and for samples that are not finite real arrays.
        """
        self.require_stable()
        return State(0, at_rest(self.order, _as_list(x)))

    def step(self, x: Array | Sequence[Array], state: State) -> tuple[Any, State]:
        """``(y[n], state after it)`` for one sample ``x[n]``; neither argument is changed.

        Raises ValueError for an unstable filter, and where ``x`` is not shaped as the state is.
        """
        self.require_stable()
        arrays = _as_list(x)
        _require_fit(self.order, arrays, state)
        ops = arithmetic(arrays)
        memory = [ops.copy(delay) for delay in state.memory]
        y = ops.scaled(self.gain_at(state.n), self.advance_(state.n, arrays, memory))
        return (y if isinstance(x, list | tuple) else y[0]), State(state.n + 1, memory)

    def run(self, x: Array) -> Array:
        """y[0], ..., y[n-1] for the samples along the first axis: ``(n, ...)`` to ``(n, ...)``.

        Starts at rest; the same as ``scipy.signal.lfilter(b, a, x, axis=0)``.

        Raises ValueError for an unstable filter, a lone number, and what is not finite.
        """
        self.require_stable()
        xp, x = real_arrays(x=x)
        if x.ndim == 0:
            raise ValueError(
                f"x must have a first axis, of samples; got the number {x:g}: "
                "pass an array (n, ...), or use start and step for one sample at a time"
            )
        # Slices, not x[n]: an element of a numpy vector is no array and cannot hold a result.
        samples = [x[n : n + 1] for n in range(x.shape[0])]
        ops = arithmetic(samples)
        samples, memory = ops.copy(samples), at_rest(self.order, samples[:1])
        outputs = [
            ops.scaled(self.gain_at(n), self.advance_(n, [sample], memory))[0]
            for n, sample in enumerate(samples)
        ]
        return xp.concat(outputs, axis=0)


def at_rest(order: int, arrays: Arrays) -> list[list[Array]]:
    """``order`` delays of zeros, shaped as ``arrays``."""
    ops = arithmetic(arrays)
    return [ops.zeros(arrays) for _ in range(order)]


def _as_list(x: Array | Sequence[Array]) -> list[Array]:
    samples = list(x) if isinstance(x, list | tuple) else [x]
    if not samples:
        raise ValueError("x must hold at least one array; got an empty list: pass the samples")
    arrays = [real_arrays(x=sample)[1] for sample in samples]
    return arithmetic(arrays).copy(arrays)


def _require_fit(order: int, arrays: list[Array], state: State) -> None:
    held = [[tuple(v.shape) for v in delay] for delay in state.memory]
    came = [tuple(x.shape) for x in arrays]
    if held != [came] * order:
        raise ValueError(
            f"the state must hold {order} delays of arrays shaped {came}; got {held}: "
            "take the state that start or the last step of this filter gave"
        )
