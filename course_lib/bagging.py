"""Bagging: models of bootstrap samples, averaged.

Each model is trained on a bag, n samples drawn from n with replacement, and about 1/e = 37 % of the
samples stay out of each bag: a validation set for that model at no cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Array, of_one_library, real_arrays, require
from ._random import generator
from ._scalars import whole

__all__ = ["bagged", "bootstrap", "out_of_bag", "out_of_bag_average"]


def bootstrap(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices of a bag, shape (n,): n drawn from 0..n-1, each time from all of them.

    A given sample stays out of the bag with probability (1 - 1/n)ⁿ, near 1/e.

    Raises ValueError where n is no integer ≥ 1, or rng no generator.

    Source: Breiman (1996); deck B, "Bagging".

    >>> bootstrap(6, np.random.default_rng(0)).tolist()
    [5, 3, 3, 1, 1, 0]
    """
    n = whole("n", n, at_least=1)
    return generator(rng).integers(n, size=n)


def out_of_bag(bag: Array, n: int) -> NDArray[np.int64]:
    """Indices in 0..n-1 that the bag lacks, ascending; of shape (n - distinct indices in it,).

    Raises ValueError where the bag holds anything but indices in 0..n-1.

    >>> out_of_bag([5, 3, 3, 1, 1, 0], n=6).tolist()
    [2, 4]
    """
    n = whole("n", n, at_least=1)
    return np.setdiff1d(np.arange(n), _indices("bag", bag, n))


def bagged(predictions: Array) -> Array:
    """The mean over models: ``(n_models, n_samples, ...)`` to ``(n_samples, ...)``.

    Average probabilities or regression outputs; the result's mean squared error is the models' mean
    one less the variance between them, so never above it.

    Raises ValueError where there is no axis of models or a number is not finite.

    Source: Breiman (1996); Krogh and Vedelsby (1995), equation 6.

    >>> bagged([[1.0, 0.0], [0.5, 1.0]]).tolist()
    [0.75, 0.5]
    """
    xp, predictions = real_arrays(predictions=predictions)
    _require_models_and_samples(predictions)
    return xp.mean(predictions, axis=0)


def out_of_bag_average(predictions: Array, bags: Sequence[Array]) -> tuple[Array, Any]:
    """For each sample the mean over the models that never saw it, and how many those are.

    Parameters
    ----------
    predictions
        shape (n_models, n_samples, ...): model k's prediction of each of the n samples
    bags
        n_models bags of indices, the ones that model k was trained on

    Returns
    -------
    average
        shape (n_samples, ...); nan for a sample that is in every bag
    votes
        shape (n_samples,): how many models the average is of

    Raises
    ------
    ValueError
        where the number of bags is not that of models, or a bag holds what is no index.

    Source: Breiman, "Out-of-bag estimation" (1996).

    >>> average, votes = out_of_bag_average([[1.0, 2.0], [3.0, 4.0]], bags=[[0, 0], [1, 1]])
    >>> average.tolist(), votes.tolist()
    ([3.0, 2.0], [1, 1])
    """
    xp, predictions = real_arrays(predictions=predictions)
    _require_models_and_samples(predictions)
    n_models, n_samples, *rest = predictions.shape
    if len(bags) != n_models:
        raise ValueError(
            f"bags must hold one bag for each of the {n_models} models; got {len(bags)}: "
            "pass the bags in the order of the predictions"
        )
    unseen = np.ones((n_models, n_samples))
    for k, bag in enumerate(bags):
        unseen[k, _indices(f"bags[{k}]", bag, n_samples)] = 0
    votes = unseen.sum(axis=0)
    ones = (1,) * len(rest)
    weights, total = (
        xp.asarray(x.reshape(*x.shape, *ones), dtype=predictions.dtype) for x in (unseen, votes)
    )
    with np.errstate(invalid="ignore"):  # 0/0 = nan is what is promised of no votes
        return xp.sum(weights * predictions, axis=0) / total, votes.astype(np.int64)


def _indices(name: str, bag: Array, n: int) -> NDArray[np.int64]:
    xp, own = of_one_library({name: bag})
    if not xp.isdtype(own[name].dtype, "integral"):
        raise ValueError(
            f"{name} must hold integers; got {own[name].dtype}: pass what bootstrap gives"
        )
    rule = f"{name} must hold indices in 0..{n - 1}"
    require((own[name] >= 0) & (own[name] < n), own[name], xp, rule, "pass what bootstrap gives")
    return np.asarray(own[name])


def _require_models_and_samples(predictions: Array) -> None:
    if predictions.ndim < 2:
        raise ValueError(
            "predictions must have two axes or more, models and samples; got shape "
            f"{tuple(predictions.shape)}: pass shape (n_models, n_samples, ...)"
        )
