"""Every optimizer of torch beside the rule that is to equal it, and the problem they solve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from course_lib import optimizers as ours
from course_lib.optimizers import Rule


def one_thread() -> Iterator[None]:
    """A fixture: several threads wait for each other longer than tensors this small take."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@dataclass(frozen=True)
class Twin:
    rule: Rule
    torch: Callable[[list], torch.optim.Optimizer]


def adam_betas(**settings: object) -> dict[str, object]:
    return {"betas": (0.9, 0.99), "eps": 1e-6, **settings}


BETAS = {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6}

TWINS = {
    "sgd": Twin(ours.sgd(0.02), lambda p: torch.optim.SGD(p, lr=0.02)),
    "momentum": Twin(
        ours.momentum(0.02, alpha=0.9), lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)
    ),
    "nesterov": Twin(
        ours.nesterov(0.01, alpha=0.95),
        lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.95, nesterov=True),
    ),
    "adagrad": Twin(ours.adagrad(0.1), lambda p: torch.optim.Adagrad(p, lr=0.1)),
    "adadelta": Twin(
        ours.adadelta(1.0, rho=0.9), lambda p: torch.optim.Adadelta(p, lr=1.0, rho=0.9)
    ),
    # Around the minimum RMSprop's steps do not shrink and it is chaotic: it must not get there.
    "rmsprop": Twin(
        ours.rmsprop(0.002, rho=0.95, epsilon=1e-6),
        lambda p: torch.optim.RMSprop(p, lr=0.002, alpha=0.95, eps=1e-6),
    ),
    "adam": Twin(ours.adam(0.05, **BETAS), lambda p: torch.optim.Adam(p, lr=0.05, **adam_betas())),
    "adamw": Twin(
        ours.adamw(0.05, weight_decay=0.1, **BETAS),
        lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1, **adam_betas()),
    ),
    "amsgrad": Twin(
        ours.amsgrad(0.05, **BETAS),
        lambda p: torch.optim.Adam(p, lr=0.05, amsgrad=True, **adam_betas()),
    ),
    "radam": Twin(
        ours.radam(0.05, **BETAS), lambda p: torch.optim.RAdam(p, lr=0.05, **adam_betas())
    ),
    "momentum, l2": Twin(
        replace(ours.momentum(0.02), l2=0.1),
        lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=0.1),
    ),
    "adam, l2": Twin(
        replace(ours.adam(0.05, **BETAS), l2=0.1),
        lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.1, **adam_betas()),
    ),
    "adadelta, l2": Twin(
        replace(ours.adadelta(1.0), l2=0.1),
        lambda p: torch.optim.Adadelta(p, lr=1.0, weight_decay=0.1),
    ),
}

# One rule of each kind that torch has not.
OTHERS = {
    "nadam": ours.nadam(0.05),
    "lowpass": ours.lowpass(0.01, ([0.1, 0.2, 0.1], [1.0, -0.9, 0.3])),
    "lars": ours.lars(0.5, trust=0.02, l2=0.01),
    "lamb": ours.lamb(0.02),
}
RULES = {name: twin.rule for name, twin in TWINS.items()} | OTHERS


class LeastSquares:
    """½‖X W + b − Y‖²/n with columns of X from 0.02 to 1 in size: a condition number of 2500."""

    def __init__(self) -> None:
        rng = np.random.default_rng(5)
        self.x = rng.normal(size=(40, 6)) * np.geomspace(0.02, 1, 6)
        self.y = self.x @ rng.normal(size=(6, 3)) + 0.1 * rng.normal(size=(40, 3))

    def start(self) -> list[np.ndarray]:
        rng = np.random.default_rng(6)
        return [rng.normal(size=(6, 3)), rng.normal(size=3)]

    def gradient(self, params: list) -> list:
        w, b = params
        if isinstance(w, torch.Tensor):
            x, y = (torch.tensor(a, dtype=w.dtype) for a in (self.x, self.y))
        else:
            x, y = self.x.astype(w.dtype), self.y.astype(w.dtype)
        error = (x @ w + b - y) / len(y)
        return [x.T @ error, error.sum(0)]


PROBLEM = LeastSquares()


def walk(rule: Rule, params: list, steps: int, gradient: Callable = PROBLEM.gradient) -> list:
    state = rule.start(params)
    for _ in range(steps):
        params, state = rule.step(params, gradient(params), state)
    return params


def torch_walk(make: Callable, steps: int) -> list[np.ndarray]:
    params = [torch.nn.Parameter(torch.tensor(p)) for p in PROBLEM.start()]
    optimizer = make(params)
    for _ in range(steps):
        with torch.no_grad():
            for p, g in zip(params, PROBLEM.gradient(params), strict=True):
                p.grad = g
        optimizer.step()
    return [p.detach().numpy() for p in params]
