"""How the arguments of a loss go wrong by what they mean, and by what stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from loss_table import GOOD

# How one of two arguments can be wrong beside the other.
MISFITS: dict[str, Callable[[np.ndarray], object]] = {
    "an axis more": lambda x: x[..., None],
    "an axis in front": lambda x: x[None],
    "one row for all": lambda x: x[:1],
    "another library": torch.as_tensor,
}
LABELS = {
    "float": lambda c: c.astype(float),
    "boolean": lambda c: c.astype(bool),
    "too large": lambda c: c + 4,
    "negative": lambda c: c - 4,
    "one-hot": lambda c: np.eye(4, dtype=int)[c],
}
PROBABILITIES = {
    "negative": lambda p: p - 0.2,
    "percent": lambda p: 100 * p,
    "logits": lambda p: 9 * p - 3,
}
UNIT = {"below 0": lambda p: p - 1, "above 1": lambda p: p + 1}
SIGNS = {"zero and one": lambda y: (y + 1) / 2, "twos": lambda y: 2 * y}
LOG_PROBABILITIES = {
    "probabilities": np.exp,
    "base 2": lambda log_p: log_p / np.log(2),
    "far above 0": lambda log_p: log_p + 1e4,
}
# Which functions take what, by position of the argument.
KINDS = {
    "labels": (LABELS, {1: "nll cross_entropy cross_entropy_from_logits multiclass_hinge"}),
    "probabilities": (
        PROBABILITIES,
        {
            0: "entropy cross_entropy soft_cross_entropy kl_divergence",
            1: "soft_cross_entropy kl_divergence soft_cross_entropy_from_logits",
        },
    ),
    "unit": (
        UNIT,
        {0: "binary_cross_entropy", 1: "binary_cross_entropy binary_cross_entropy_from_logits"},
    ),
    "signs": (SIGNS, {1: "hinge"}),
    "log": (LOG_PROBABILITIES, {0: "nll"}),
}


def bad_arguments() -> Iterator[tuple[str, int, str, Callable[[np.ndarray], object]]]:
    """The loss, the position of the argument, a word for what is wrong, and how to make it so."""
    for name, draw in GOOD.items():
        n_arguments = len(draw(np.random.default_rng(0)))
        for position in range(n_arguments):
            yield name, position, "a number", lambda x: 0.0
            if n_arguments == 2:
                yield from ((name, position, how, spoil) for how, spoil in MISFITS.items())
    for spoils, functions in KINDS.values():
        for position, names in functions.items():
            for name in names.split():
                own = [name, f"{name}_gradient"] if name != "entropy" else [name]
                yield from ((n, position, how, way) for n in own for how, way in spoils.items())
