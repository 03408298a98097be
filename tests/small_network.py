"""A small network, its samples, and its training."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3))


INPUTS = torch.tensor(np.random.default_rng(1).normal(size=(64, 5)), dtype=torch.float32)
LABELS = torch.tensor(np.random.default_rng(2).integers(3, size=64))


def backward(model: nn.Module, optimizer: torch.optim.Optimizer) -> torch.Tensor:
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(INPUTS), LABELS)
    loss.backward()
    return loss


def train(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int, scheduler=None) -> float:
    for _ in range(steps):
        loss = backward(model, optimizer)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
    return loss.item()


def weights(model: nn.Module) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in model.parameters()])
