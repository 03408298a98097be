"""Any rule as a ``torch.optim.Optimizer``, to train networks with.

The rule's own arithmetic in place, in pieces that fit the processor's cache: all passes over one
piece are done before the next piece is fetched, so each number travels from memory and back once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ._scalars import real
from .optimizers import Rule
from .optimizers.rule import Piece

__all__ = ["TorchOptimizer"]

# 1 MiB of float32: parameter, gradient, two filters and a temporary stay in a usual L2 or L3.
PIECE = 2**18

Row = list[Tensor]  # of one parameter: itself, its gradient, and what the rule remembers of it


class TorchOptimizer(torch.optim.Optimizer):
    """``torch.optim``'s interface over a ``Rule``: θ and the filters' delays are changed in place.

    Parameters
    ----------
    params
        parameters, or a list of groups (dicts with "params"). A group may have its own "lr", "l2"
        and "weight_decay"; the rule's are the default. ``l2`` goes through the filters, as torch's
        ``weight_decay`` does everywhere but in AdamW; ``weight_decay`` here is AdamW's.
    rule
        any ``Rule`` of ``course_lib.optimizers``.

    The rate is each group's "lr", so torch's schedulers work (momentum is the rule's own: give
    ``cycle_momentum=False`` to those that would cycle it). Where the rule's rate is a schedule,
    "lr" shows the rate of the next step, and to set it from outside is an error.
    A parameter without a gradient is left alone, and its filters see no sample.

    Raises
    ------
    ValueError
        for no parameters, complex ones, settings out of range, a gradient that is sparse (a filter
        moves every element at every step, also where the gradient is 0), a rate scheduled twice,
        and a state_dict of another rule. Gradients of nan or inf are not looked for, as in torch.

    >>> from course_lib.optimizers import momentum
    >>> theta = torch.nn.Parameter(torch.tensor([1.0]))
    >>> optimizer = TorchOptimizer([theta], momentum(0.1, alpha=0.9))
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (theta**2).sum().backward()
    ...     optimizer.step()
    >>> round(theta.item(), 4)
    0.46
    """

    def __init__(self, params: Iterable[Any], rule: Rule) -> None:
        if not isinstance(rule, Rule):
            raise ValueError(
                f"rule must be a Rule; got a {type(rule).__name__}: pass what adam() gives, say"
            )
        params = list(params)
        if not params:
            raise ValueError(
                "params must hold at least one parameter; got none: pass model.parameters()"
            )
        self.rule = rule
        defaults = {
            "lr": rule.rate_at(0),
            "l2": rule.l2,
            "weight_decay": rule.weight_decay,
            "steps": 0,
            "rule": _signature(rule),
        }
        super().__init__(params, defaults)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        real("lr", float(group["lr"]), at_least=0)
        _with_decay(self.rule, group["l2"], group["weight_decay"])
        for p in group["params"]:
            if not p.is_floating_point():
                raise ValueError(
                    f"parameters must be real floating numbers; got {p.dtype}: "
                    "of complex ones pass real and imaginary part"
                )

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"rule": self.rule}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where a state_dict was taken, of the same rule; lr and decays come with it.

        Raises ValueError where its filters are not this rule's.
        """
        for group in state_dict["param_groups"]:
            if group.get("rule") != _signature(self.rule):
                raise ValueError(
                    f"a state_dict must come from the same rule; got {group.get('rule')} for "
                    f"{_signature(self.rule)}: make the optimizer with the rule that it had"
                )
        super().load_state_dict(state_dict)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step from the gradients that are there; returns the closure's loss, if one is given.

        ``closure`` clears the gradients, computes the loss, calls backward and returns the loss.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            self._step_group(group)
        return loss

    def _step_group(self, group: dict[str, Any]) -> None:
        rate = self._rate(group)
        rule = _with_decay(self.rule, group["l2"], group["weight_decay"])
        pieces = _pieces if rule.elementwise else _whole
        for n, rows in self._rows(group["params"]).items():
            rule.step_(pieces(rows), n, rate)
        group["steps"] += 1
        if callable(rule.rate):
            group["lr"] = rule.rate_at(group["steps"])

    def _rate(self, group: dict[str, Any]) -> float:
        rate = float(group["lr"])
        if not 0 <= rate < math.inf:
            real("lr", rate, at_least=0)
        if callable(self.rule.rate) and rate != self.rule.rate_at(group["steps"]):
            raise ValueError(
                f"the rule's schedule must be alone in setting lr; got {rate:g} from outside at "
                f"step {group['steps']}: give the rule a number as its rate, or leave lr alone"
            )
        return rate

    def _rows(self, params: Iterable[Tensor]) -> dict[int, list[Row]]:
        """Parameters that have a gradient, by the number of steps that they have made."""
        rows, slots = defaultdict(list), self.rule.slots
        for p in params:
            g = p.grad
            if g is None:
                continue
            if g.layout != torch.strided:
                raise ValueError(
                    f"gradients must be dense; got {g.layout}: a filter moves every element "
                    "at every step, so use Embedding(sparse=False), or torch.optim.SparseAdam"
                )
            state = self.state[p]
            if not state:
                state["step"] = 0
                state.update((slot, torch.zeros_like(p)) for slot in slots)
            rows[state["step"]].append([p, g, *[state[slot] for slot in slots]])
            state["step"] += 1
        return rows


def _pieces(rows: list[Row]) -> Iterator[Piece]:
    """Tensors of two ``PIECE`` and more cut up, smaller ones put together to as many."""
    small: list[Row] = []
    held = 0
    for row in rows:
        size = row[0].numel()
        if size >= 2 * PIECE and all(x.is_contiguous() for x in row):
            parts = [x.view(-1).split(PIECE) for x in row]
            yield from (_piece([[x] for x in part]) for part in zip(*parts, strict=True))
            continue
        small.append(row)
        held += size
        if held >= 2 * PIECE:
            yield _piece(zip(*small, strict=True))
            small, held = [], 0
    if small:
        yield _piece(zip(*small, strict=True))


def _whole(rows: list[Row]) -> Iterator[Piece]:
    """Each tensor whole, for a rule that needs its norm."""
    yield _piece(zip(*rows, strict=True))


def _piece(columns: Iterable[Sequence[Tensor]]) -> Piece:
    params, gradients, *memory = columns
    return Piece(params, gradients, memory)


def _with_decay(rule: Rule, l2: float, weight_decay: float) -> Rule:
    if (l2, weight_decay) == (rule.l2, rule.weight_decay):
        return rule
    return replace(rule, l2=l2, weight_decay=weight_decay)


def _signature(rule: Rule) -> str:
    """What the memory belongs to: the filters, not the rate."""
    filters = ", ".join(f"{name}={f!r}" for name, f in rule.filters.items())
    return f"{type(rule).__name__}({filters})"
