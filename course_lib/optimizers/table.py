"""Deck A's table of optimizers, read off the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .named import adadelta, adagrad, adam, momentum, nadam, nesterov, rmsprop, sgd
from .rule import Rule

__all__ = ["Row", "deck_rules", "table"]


class Row(NamedTuple):
    """One optimizer in deck A's columns, each cell as words."""

    optimizer: str
    gradient_filter: str
    normalisation: str
    variance_filter: str
    schedule: str


def deck_rules() -> dict[str, Rule]:
    """The eight optimizers of deck A's table under their names there.

    >>> list(deck_rules())[:3]
    ['SGD', 'SGD w/ momentum', 'SGD w/ Nesterov Momentum']
    """
    return {
        "SGD": sgd(0.01),
        "SGD w/ momentum": momentum(0.01),
        "SGD w/ Nesterov Momentum": nesterov(0.01),
        "Adagrad": adagrad(),
        "Adadelta": adadelta(),
        "RMSprop": rmsprop(),
        "Adam": adam(),
        "Nadam (Adam w/ Nesterov)": nadam(),
    }


def table(rules: Mapping[str, Rule] | None = None) -> list[Row]:
    """What each rule filters, whether and by what it normalises, and where its schedule stands.

    ``rules`` maps the name to print to the rule; deck A's own eight, where none are given. The
    schedule is always apart from the rule; where the gradient is normalised, the size of a step
    changes for that reason as well.

    Raises ValueError where a value is no Rule.

    Source: deck A, "Summary of optimizers". It differs from the slide in Adam's gains, which are
    unit DC, in Nadam's variance filter, which is Adam's, and in showing Adadelta's second filter.

    >>> table()[1]
    Row(optimizer='SGD w/ momentum', gradient_filter='AR1, unit input gain', normalisation='none', \
variance_filter='n/a', schedule='separate')
    """
    return [_row(name, rule) for name, rule in (deck_rules() if rules is None else rules).items()]


def _row(name: str, rule: Rule) -> Row:
    if not isinstance(rule, Rule):
        raise ValueError(
            f"{name} must be a Rule; got a {type(rule).__name__}: pass what adam() gives, say"
        )
    gradient, *others = rule.filters.items()
    words = [
        f.description if kind == "variance" else f"on its {kind}s: {f.description}"
        for kind, f in others
    ]
    return Row(
        optimizer=name,
        gradient_filter=gradient[1].description,
        normalisation=rule.normalisation,
        variance_filter="; ".join(words) or "n/a",
        schedule="separate, but gradient norm does alter" if others else "separate",
    )
