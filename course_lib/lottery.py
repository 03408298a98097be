"""The lottery ticket: prune the smallest weights, rewind the rest to where they began, train again.

Weights, masks and gradients are lists or dicts of arrays or tensors, all of one form: a ``dict`` of
a network's parameters by name, or a ``list`` of its matrices. What comes back has that form too,
and holds new arrays. A mask is an array of booleans, True where a weight is kept. Only what is
passed in is pruned: leave biases out, as the paper does.

Source: Frankle and Carbin 2019, "The lottery ticket hypothesis"; deck B, "The lottery ticket
hypothesis".

>>> import numpy as np
>>> initial, trained = {"w": np.array([0.5, -0.3, 0.1])}, {"w": np.array([0.1, -0.9, 2.0])}
>>> rewind(initial, prune_globally(trained, 1 / 3))["w"].tolist()
[0.0, -0.3, 0.1]
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ._arrays import Array, Namespace, of_one_library
from ._collections import Arrays, like, named_arrays, real_collection
from ._scalars import real, whole

__all__ = [
    "Ticket",
    "all_kept",
    "apply_masks",
    "find_tickets",
    "kept_fraction",
    "prune_globally",
    "prune_per_layer",
    "rewind",
    "round_fraction",
]


def all_kept(weights: Arrays) -> Arrays:
    """Masks that keep every weight: where pruning begins.

    Raises ValueError where ``weights`` is no list or dict of finite arrays.

    >>> import numpy as np
    >>> [mask.tolist() for mask in all_kept([np.array([0.0, 2.0])])]
    [[True, True]]
    """
    xp, arrays = real_collection("weights", weights)
    return like(weights, [xp.ones_like(w, dtype=xp.bool) for w in arrays])


def prune_per_layer(weights: Arrays, fraction: float, masks: Arrays | None = None) -> Arrays:
    """New masks without the ``fraction`` of *each* layer's kept weights that is smallest in size.

    Of k kept weights round(fraction · k) go; of equal ones the first. What a mask has pruned stays
    pruned; without ``masks`` every weight competes. The paper prunes small networks in this way, a
    last layer at half the rate.

    Raises ValueError where ``fraction`` lies outside [0, 1], or weights and masks do not match.

    >>> import numpy as np
    >>> masks = prune_per_layer([np.array([3.0, -0.1, 0.2, -4.0]), np.array([9.0, 8.0])], 0.5)
    >>> [mask.tolist() for mask in masks]
    [[True, False, False, True], [True, False]]
    """
    fraction = _share(fraction)
    xp, sizes, kept = _flat(weights, masks)
    pruned = [_without_smallest(xp, s, k, fraction) for s, k in zip(sizes, kept, strict=True)]
    return _shaped(weights, pruned)


def prune_globally(weights: Arrays, fraction: float, masks: Arrays | None = None) -> Arrays:
    """New masks without the ``fraction`` of *all* kept weights together that is smallest in size.

    As ``prune_per_layer`` does it, but layers compete: those of small weights lose more. The paper
    prunes deep networks in this way, whose layers are unlike in size.

    Raises ValueError as ``prune_per_layer`` does.

    >>> import numpy as np
    >>> masks = prune_globally([np.array([3.0, -0.1, 0.2, -4.0]), np.array([9.0, 8.0])], 0.5)
    >>> [mask.tolist() for mask in masks]
    [[False, False, False, True], [True, True]]
    """
    fraction = _share(fraction)
    xp, sizes, kept = _flat(weights, masks)
    pruned = _without_smallest(xp, xp.concat(sizes), xp.concat(kept), fraction)
    parts = []
    for size in sizes:
        parts.append(pruned[: size.shape[0]])
        pruned = pruned[size.shape[0] :]
    return _shaped(weights, parts)


def apply_masks(arrays: Arrays, masks: Arrays) -> Arrays:
    """m ⊙ θ: the arrays with 0 where the mask has pruned, in their own precision.

    For weights, and in training for gradients as well, so that what is pruned stays 0.

    Raises ValueError where arrays and masks do not match, or a number is not finite.

    >>> import numpy as np
    >>> [w.tolist() for w in apply_masks([np.array([1.0, -2.0])], [np.array([True, False])])]
    [[1.0, 0.0]]
    """
    xp, given = real_collection("arrays", arrays)
    kept = _masks_for("arrays", arrays, masks)
    # By where and not by a product: -2 · 0 is -0.
    held = [xp.where(m, a, xp.zeros_like(a)) for a, m in zip(given, kept, strict=True)]
    return like(arrays, held)


def rewind(initial: Arrays, masks: Arrays) -> Arrays:
    """m ⊙ θ₀: the kept weights back at their *initial* values, the winning ticket.

    Drawn anew instead, the same pruned network learns worse: it is the initial values that won.
    Raises ValueError as ``apply_masks`` does.

    >>> import numpy as np
    >>> [w.tolist() for w in rewind([np.array([0.5, -0.3])], [np.array([False, True])])]
    [[0.0, -0.3]]
    """
    return apply_masks(initial, masks)


def kept_fraction(masks: Arrays) -> float:
    """The share of all weights that is kept, the paper's P_m: 1 before pruning.

    Raises ValueError where ``masks`` is no list or dict of boolean arrays.

    >>> import numpy as np
    >>> kept_fraction([np.array([True, False]), np.array([True, True])])
    0.75
    """
    xp, _ = named_arrays("masks", masks)
    kept = _masks_for("masks", masks, masks)
    return sum(int(xp.count_nonzero(m)) for m in kept) / sum(math.prod(m.shape) for m in kept)


def round_fraction(kept: float, rounds: int) -> float:
    """1 - kept^{1/n}: what each of n rounds prunes, so that ``kept`` of the weights is left.

    Raises ValueError where ``kept`` lies outside (0, 1] or ``rounds`` is less than 1.

    >>> round(round_fraction(kept=0.512, rounds=3), 4)  # 0.8³
    0.2
    """
    rounds = whole("rounds", rounds, at_least=1)
    return float(1 - real("kept", kept, above=0, at_most=1) ** (1 / rounds))


@dataclass(frozen=True)
class Ticket:
    """One round: the masks with which the network was trained, and the weights it ended with.

    >>> import numpy as np
    >>> Ticket(masks=[np.array([True, False])], trained=[np.array([0.7, 0.0])]).kept
    0.5
    """

    masks: Any
    trained: Any

    @property
    def kept(self) -> float:
        """The share of weights kept in this round."""
        return kept_fraction(self.masks)


def find_tickets(
    initial: Arrays,
    train: Callable[[Arrays, Arrays], Arrays],
    fraction: float,
    rounds: int,
    prune: Callable[[Arrays, float, Arrays | None], Arrays] = prune_globally,
) -> Iterator[Ticket]:
    """Iterative pruning: train, prune ``fraction`` of what is kept, rewind; ``rounds`` times.

    Yields one ``Ticket`` a round, the first of the whole network and rounds + 1 in all; in round i
    a share of (1 - fraction)^i is kept. ``train(weights, masks)`` gives the trained weights, and
    should mask its gradients; weights that it let grow again are set to 0.

    Raises ValueError where ``rounds`` is negative or ``fraction`` lies outside [0, 1].

    >>> import numpy as np
    >>> grow = lambda weights, masks: [w * [1.0, 2.0, 3.0, 4.0] for w in weights]
    >>> tickets = find_tickets([np.ones(4)], grow, fraction=0.5, rounds=2)
    >>> [ticket.trained[0].tolist() for ticket in tickets]
    [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.0, 4.0]]
    """
    rounds = whole("rounds", rounds, at_least=0)
    return _rounds(initial, train, _share(fraction), rounds, prune, all_kept(initial))


def _rounds(
    initial: Any, train: Callable, fraction: float, rounds: int, prune: Callable, masks: Any
) -> Iterator[Ticket]:
    for done in range(rounds + 1):
        trained = apply_masks(train(rewind(initial, masks), masks), masks)
        yield Ticket(masks, trained)
        if done < rounds:
            masks = prune(trained, fraction, masks)


def _share(fraction: float) -> float:
    return real("fraction", fraction, at_least=0, at_most=1)


def _without_smallest(xp: Namespace, size: Array, kept: Array, fraction: float) -> Array:
    """``kept`` less the given share of its True entries, those of the smallest sizes; both flat."""
    (survivors,) = xp.nonzero(kept)
    order = xp.argsort(size[survivors], stable=True)
    pruned = xp.asarray(kept, copy=True)
    pruned[survivors[order[: round(fraction * survivors.shape[0])]]] = False
    return pruned


def _flat(weights: Arrays, masks: Arrays | None) -> tuple[Namespace, list[Array], list[Array]]:
    """The array library, the sizes of the weights and their masks, each as one axis."""
    xp, arrays = real_collection("weights", weights)
    kept = _masks_for("weights", weights, all_kept(weights) if masks is None else masks)
    return xp, [xp.reshape(abs(w), (-1,)) for w in arrays], [xp.reshape(m, (-1,)) for m in kept]


def _shaped(weights: Arrays, flat: list[Array]) -> Arrays:
    """The flat masks in the form and the shapes of the weights."""
    _, arrays = real_collection("weights", weights)
    return like(weights, [m.reshape(w.shape) for m, w in zip(flat, arrays, strict=True)])


def _masks_for(name: str, arrays: Arrays, masks: Arrays) -> list[Array]:
    """The mask of each array, in the order of the arrays: boolean and of its shape."""
    _, given = named_arrays(name, arrays)
    named_arrays("masks", masks)
    keys, found = _keys(arrays), _keys(masks)
    if set(keys) != set(found):
        raise ValueError(
            f"masks must go with {name}, one for each of {reprlib.repr(keys)}; got "
            f"{reprlib.repr(found)}: make them from the same {name}"
        )
    own: Any = masks
    kept = {f"masks[{key!r}]": own[key] for key in keys}
    xp, both = of_one_library({**given, **kept})
    for array, mask in zip(given, kept, strict=True):
        _require_mask(mask, both[mask], both[array], xp)
    return [both[mask] for mask in kept]


def _keys(arrays: Arrays) -> list[Any]:
    return list(arrays) if isinstance(arrays, dict) else list(range(len(arrays)))


def _require_mask(name: str, mask: Array, array: Array, xp: Namespace) -> None:
    if not xp.isdtype(mask.dtype, "bool") or mask.shape != array.shape:
        raise ValueError(
            f"{name} must be boolean, of shape {tuple(array.shape)}; got {mask.dtype} of shape "
            f"{tuple(mask.shape)}: make it with all_kept or a prune function"
        )
