"""The arithmetic of ``_in_place`` for torch tensors; gradients of it are never needed."""

from __future__ import annotations

import torch
from torch import Tensor

Tensors = list[Tensor] | tuple[Tensor, ...]


class TorchArithmetic:
    """Term for term ``NumpyArithmetic``; ``out=`` makes one pass of what would be two.

    Where torch has one call for a whole list (``_foreach``) that makes a single pass, it is taken:
    a network has many small tensors, and a call takes longer than the arithmetic on one of them.
    """

    @staticmethod
    def zeros(x: Tensors) -> list[Tensor]:
        return [torch.zeros_like(x_i) for x_i in x]

    @staticmethod
    def copy(x: Tensors) -> list[Tensor]:
        return [x_i.detach().clone() for x_i in x]

    @staticmethod
    def scaled(k: float, x: Tensors) -> list[Tensor]:
        """k x"""
        return [x_i * k for x_i in x]

    @staticmethod
    def square(x: Tensors) -> list[Tensor]:
        """x²"""
        return [x_i * x_i for x_i in x]

    @staticmethod
    def product(x: Tensors, y: Tensors) -> list[Tensor]:
        """x y"""
        return [x_i * y_i for x_i, y_i in zip(x, y, strict=True)]

    @staticmethod
    def root(x: Tensors, epsilon: float) -> list[Tensor]:
        """√x + ε"""
        return [x_i.sqrt().add_(epsilon) for x_i in x]

    @staticmethod
    def root_of_sum(x: Tensors, epsilon: float) -> list[Tensor]:
        """√(x + ε)"""
        return [x_i.add(epsilon).sqrt_() for x_i in x]

    @staticmethod
    def plus(x: Tensors, k: float, y: Tensors) -> list[Tensor]:
        """x + k y"""
        return [torch.add(x_i, y_i, alpha=k) for x_i, y_i in zip(x, y, strict=True)]

    @staticmethod
    def quotient(k: float, x: Tensors, y: Tensors) -> list[Tensor]:
        """k x / y"""
        return [(x_i * k).div_(y_i) for x_i, y_i in zip(x, y, strict=True)]

    @staticmethod
    def fade_(v: Tensors, k: float, x: Tensors) -> None:
        """v ← k v + x"""
        for v_i, x_i in zip(v, x, strict=True):
            torch.add(x_i, v_i, alpha=k, out=v_i)

    @staticmethod
    def fade_square_(v: Tensors, k: float, x: Tensors) -> None:
        """v ← k v + x²"""
        for v_i, x_i in zip(v, x, strict=True):
            v_i.mul_(k).addcmul_(x_i, x_i)

    @staticmethod
    def scale_(v: Tensors, k: float) -> None:
        """v ← k v"""
        for v_i in v:
            v_i.mul_(k)

    @staticmethod
    def add_(v: Tensors, k: float, x: Tensors) -> None:
        """v ← v + k x"""
        torch._foreach_add_(v, x, alpha=k)

    @staticmethod
    def add_quotient_(v: Tensors, k: float, x: Tensors, y: Tensors) -> None:
        """v ← v + k x / y"""
        torch._foreach_addcdiv_(v, x, y, value=k)

    @staticmethod
    def peak_(v: Tensors, x: Tensors) -> None:
        """v ← max(v, x)"""
        for v_i, x_i in zip(v, x, strict=True):
            torch.maximum(v_i, x_i, out=v_i)

    @staticmethod
    def norm(x: Tensor) -> float:
        """√Σ x² over all elements of one tensor."""
        return float(torch.linalg.vector_norm(x))
