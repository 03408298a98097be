"""Arguments that are no plain data: told as plain data, and made where the call is made.

A generator, a tensor or a function cannot cross into the sandbox. A case holds a dict that says
which one is meant; ``made`` makes it there. This file is also mounted in the grading sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

KIND = "given"  # the key by which such a dict is known
Told = dict[str, Any]


def rng(seed: int) -> Told:
    """``numpy.random.default_rng(seed)``, made anew for each call.

    >>> bool(made(rng(3)).integers(10) == np.random.default_rng(3).integers(10))
    True
    """
    return {KIND: "rng", "seed": int(seed)}


def tensor(values: Any, grad: bool = False) -> Told:
    """``torch.tensor(values)``; with ``grad`` one that autograd follows.

    >>> made(tensor([1.0, 2.0], grad=True))
    tensor([1., 2.], dtype=torch.float64, requires_grad=True)
    """
    return {KIND: "tensor", "values": np.asarray(values), "grad": grad}


def function(name: str, **coefficients: Any) -> Told:
    """A function of ``FUNCTIONS`` with its coefficients.

    >>> made(function("quadratic", matrix=np.eye(2), vector=np.zeros(2)))(np.array([3.0, 4.0]))
    12.5
    """
    if name not in FUNCTIONS:
        raise ValueError(f"no function {name!r}; there are {', '.join(FUNCTIONS)}")
    return {KIND: "function", "name": name, **coefficients}


def quadratic(matrix: np.ndarray, vector: np.ndarray) -> Callable[[np.ndarray], float]:
    """½ xᵀ A x + bᵀ x of an array of any shape, taken in a row."""

    def value(x: np.ndarray) -> float:
        x = np.ravel(x)
        return float(x @ matrix @ x / 2 + vector @ x)

    return value


def sine_sum(frequencies: np.ndarray) -> Callable[[np.ndarray], float]:
    """Σ sin(ω x) over the entries of an array in the shape of ω."""
    return lambda x: float(np.sum(np.sin(frequencies * x)))


def polynomial(coefficients: np.ndarray) -> Callable[[Any], Any]:
    """c₀ + c₁ x + c₂ x² + …, entry by entry."""
    return lambda x: sum(c * x**power for power, c in enumerate(coefficients.tolist()))


def linear_layer(weight: np.ndarray, bias: np.ndarray) -> Callable[[Any], np.ndarray]:
    """W x + b of one sample."""
    return lambda x: weight @ np.asarray(x, dtype=float) + bias


def relu_layer(weight: np.ndarray, bias: np.ndarray) -> Callable[[Any], np.ndarray]:
    """max(0, W x + b) of one sample."""
    return lambda x: np.maximum(weight @ np.asarray(x, dtype=float) + bias, 0)


FUNCTIONS: dict[str, Callable[..., Callable[..., Any]]] = {
    "quadratic": quadratic,
    "sine_sum": sine_sum,
    "polynomial": polynomial,
    "linear_layer": linear_layer,
    "relu_layer": relu_layer,
}


def made(told: Any) -> Any:
    """``told`` with everything given in it made; numbers, texts and arrays as they are."""
    if isinstance(told, dict):
        if KIND in told:
            return _MAKERS[told[KIND]](**{k: v for k, v in told.items() if k != KIND})
        return {key: made(item) for key, item in told.items()}
    if isinstance(told, (list, tuple)):
        return type(told)(made(item) for item in told)
    return told


def _made_tensor(values: np.ndarray, grad: bool) -> Any:
    import torch

    return torch.tensor(values, requires_grad=grad)


_MAKERS: dict[str, Callable[..., Any]] = {
    "rng": np.random.default_rng,
    "tensor": _made_tensor,
    "function": lambda name, **coefficients: FUNCTIONS[name](**coefficients),
}


def told_again(told: Any, thing: Any) -> Any:
    """``told`` with the values that ``thing``, which was made of it, holds now.

    Generators move on and functions stay, so of these ``told`` stands as it is.
    """
    if isinstance(told, dict) and told.get(KIND) == "tensor":
        return {**told, "values": thing.detach().numpy()}
    if isinstance(told, dict) and KIND in told:
        return told
    if not isinstance(told, (dict, list, tuple)) or len(told) != len(thing):
        return thing
    if isinstance(told, dict):
        return {key: told_again(told.get(key), item) for key, item in thing.items()}
    return type(told)(map(told_again, told, thing))


__all__ = ["FUNCTIONS", "KIND", "function", "made", "rng", "tensor", "told_again"]
