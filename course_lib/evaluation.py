"""Scores of a torch model over a data set: its loss, its accuracy, any other mean over samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ._arrays import of_one_library

__all__ = ["accuracy", "evaluate", "tensors"]

Data = tuple[Any, Any]
Score = Callable[[Tensor, Tensor], Any]

# Rows in one pass: many enough to be fast, few enough for any memory.
CHUNK = 2000


def evaluate(
    model: nn.Module, loss: Score, data: Data, metrics: Mapping[str, Score] | None = None
) -> dict[str, float]:
    """Mean loss and metrics over ``data``, with dropout off and running statistics in use.

    Parameters
    ----------
    model
        left in the mode it was in, its weights and statistics unchanged
    loss
        ``loss(outputs, y)``, the mean over samples; under ``"loss"`` in the result
    data
        pair (x, y) of arrays or tensors, n_samples first
    metrics
        further scores by name, each ``metric(outputs, y)``, the mean over samples

    Raises
    ------
    ValueError
        where x and y do not fit.

    >>> data = torch.tensor([[1.0], [3.0]]), torch.tensor([[1.0], [1.0]])
    >>> evaluate(torch.nn.Identity(), torch.nn.functional.mse_loss, data)
    {'loss': 2.0}
    """
    x, y = tensors("data", data, model)
    scores: dict[str, Score] = {"loss": loss, **(metrics or {})}
    totals = dict.fromkeys(scores, 0.0)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for rows, wanted in zip(x.split(CHUNK), y.split(CHUNK), strict=True):
            outputs = model(rows)
            for name, score in scores.items():
                totals[name] += float(score(outputs, wanted)) * len(rows)
    model.train(was_training)
    return {name: total / len(x) for name, total in totals.items()}


def accuracy(outputs: Tensor, labels: Tensor) -> float:
    """The share of rows whose largest output is at the label: (n_samples, n_classes) and (n,).

    Raises ValueError where the labels are not one integer for each row.

    >>> accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0]))
    0.5
    """
    if labels.shape != outputs.shape[:-1] or labels.is_floating_point():
        raise ValueError(
            f"labels must be one integer for each row of outputs, {tuple(outputs.shape)}; got "
            f"{labels.dtype} of shape {tuple(labels.shape)}: pass the class of each sample"
        )
    return float((outputs.argmax(dim=-1) == labels).double().mean())


def tensors(name: str, data: Data, model: nn.Module) -> tuple[Tensor, Tensor]:
    """(x, y) as tensors where the model is: floats in its precision, integers as int64.

    Raises
    ------
    ValueError
        where ``data`` is no pair, lengths differ, there is no sample, or a number is not finite.

    >>> x, y = tensors("data", ([[0.0, 0.0, 0.0]] * 2, [0, 1]), torch.nn.Linear(3, 2))
    >>> x.dtype, y.dtype
    (torch.float32, torch.int64)
    """
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise ValueError(
            f"{name} must be a pair (x, y); got {type(data).__name__}: pass inputs and targets"
        )
    like = next(model.parameters(), torch.empty(0))
    x, y = (
        _tensor(f"{part} of {name}", values, like) for part, values in zip("xy", data, strict=True)
    )
    if len(x) != len(y):
        raise ValueError(
            f"x and y of {name} must have as many samples; got {len(x)} and {len(y)}: "
            "pass a target for each input"
        )
    return x, y


def _tensor(name: str, values: Any, like: Tensor) -> Tensor:
    found = torch.as_tensor(of_one_library({name: values})[1][name])
    if found.ndim == 0:
        raise ValueError(
            f"{name} must have an axis, samples first; got a single number: "
            "pass shape (n_samples, ...)"
        )
    if not found.is_floating_point():
        return found.to(like.device, torch.int64)
    if not bool(found.isfinite().all()):
        raise ValueError(f"{name} must be finite; got nan or infinity in it: clean the data first")
    return found.to(like.device, like.dtype)
