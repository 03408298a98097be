"""A torch optimizer of one's own, with momentum."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from course_lib import optimizers
from course_lib.checks import Case, Exercise, Mistake
from course_lib.torch_optimizers import TorchOptimizer

from . import momentum_sgd_mistakes as wrong
from .shared import ATOL, REFERENCES, slopes

SKIPS = "gradients of None"


class MomentumSGD(TorchOptimizer):
    """v ← αv + g; p ← p − lr · v for each parameter by itself."""

    def __init__(self, params, lr, alpha):
        super().__init__(params, optimizers.momentum(lr, alpha))


def hidden(rng: np.random.Generator) -> list[Case]:
    """One parameter, several of different shapes, single precision; gradients that are missing."""
    shapes = ((3,), (2, 3), (2,))
    options = {"lr": rng.uniform(0.1, 0.7), "alpha": rng.uniform(0.3, 0.95)}
    one = tuple((slopes(rng, (4,)),) for _ in range(4))
    many = tuple(tuple(slopes(rng, s) for s in shapes) for _ in range(4))
    single = tuple(tuple(g.astype(np.float32) for g in given) for given in many)
    weights = tuple(rng.normal(size=s) for s in shapes)
    missing: list[list[Any]] = [list(given) for given in many]
    # One parameter misses a step after its first, another all, as frozen layers do.
    missing[int(rng.integers(1, 3))][0] = None
    for given in missing:
        given[2] = None
    return [
        Case(((rng.normal(size=4),), one, options)),
        Case((weights, many, options)),
        Case((tuple(w.astype(np.float32) for w in weights), single, options)),
        Case((weights, tuple(map(tuple, missing)), options), part=SKIPS),
    ]


# --- variants ---


class ByState(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "v" not in state:
                    state["v"] = torch.zeros_like(p)
                state["v"].mul_(group["alpha"]).add_(p.grad)
                p.add_(state["v"], alpha=-group["lr"])


class ByData(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {})
        self.lr, self.alpha = lr, alpha

    def step(self, closure=None):
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                old = self.state[p].get("velocity", torch.zeros_like(p.data))
                self.state[p]["velocity"] = self.alpha * old + p.grad.data
                p.data = p.data - self.lr * self.state[p]["velocity"]


class ByDictionary(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        self.velocities = {}
        super().__init__(params, {"lr": lr, "alpha": alpha})

    def step(self, closure=None):
        with torch.no_grad():
            for group in self.param_groups:
                moving = [p for p in group["params"] if p.grad is not None]
                for p in moving:
                    v = self.velocities.get(id(p), 0.0) * group["alpha"] - group["lr"] * p.grad
                    self.velocities[id(p)] = v
                    p.copy_(p + v)


class ByManyAtOnce(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})
        for p in self.param_groups[0]["params"]:
            self.state[p]["v"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            moving = [p for p in group["params"] if p.grad is not None]
            velocities = [self.state[p]["v"] for p in moving]
            torch._foreach_mul_(velocities, group["alpha"])
            torch._foreach_add_(velocities, [p.grad for p in moving])
            torch._foreach_add_(moving, velocities, alpha=-group["lr"])


_WEIGHTS = (np.array([1.0, -1.0]), np.array([[2.0]]))
_GRADIENTS = (
    (np.array([2.0, 1.0]), np.array([[-1.0]])),
    (np.array([1.0, 1.0]), np.array([[3.0]])),
    (np.array([0.5, -2.0]), np.array([[1.0]])),
)
_WITH_NONE = (
    (np.array([2.0, 1.0]), None),
    (None, np.array([[3.0]])),
    (np.array([0.5, -2.0]), np.array([[1.0]])),
)

EXERCISE = Exercise(
    name="MomentumSGD",
    task="Write a torch.optim.Optimizer: step() gives each parameter that has a gradient its own "
    "v = alpha v + grad, and moves it in place by -lr v; others are left alone.",
    points=3,
    reference=MomentumSGD,
    driver="optimizer",
    atol=ATOL,
    public=(
        Case((_WEIGHTS[:1], tuple(given[:1] for given in _GRADIENTS), {"lr": 0.1, "alpha": 0.9})),
        Case((_WEIGHTS, _GRADIENTS, {"lr": 0.5, "alpha": 0.8})),
        Case((_WEIGHTS, _WITH_NONE, {"lr": 0.5, "alpha": 0.8}), part=SKIPS),
    ),
    hidden=hidden,
    parts={"value": 2, SKIPS: 1},
    mistakes=(
        Mistake(
            wrong.NoneNotSkipped,
            "A parameter that took no part in the loss has p.grad None: pass it over.",
        ),
        Mistake(
            wrong.NoneTakenAsZero,
            "A gradient of None is not 0: leave that parameter where it is, and its velocity too.",
        ),
        Mistake(
            wrong.StopsAtNone,
            "return ends the step for all that follow: pass over this parameter with continue.",
        ),
        Mistake(
            wrong.OneVelocityForAll,
            "Each parameter has a velocity of its own, in its own shape: keep it in self.state[p].",
        ),
        Mistake(
            wrong.ParameterReplaced,
            "p = p - ... makes a new tensor and leaves the model's as it was: change p in place.",
        ),
        Mistake(
            wrong.GraphNotCut,
            "autograd watches p: put the update under @torch.no_grad() to change it in place.",
        ),
        Mistake(
            wrong.NoMemory, "The velocity starts from 0 at every step: keep it in self.state[p]."
        ),
        Mistake(wrong.Uphill, "That climbs: a parameter moves against its velocity, with a minus."),
        Mistake(
            wrong.UnitDCGain,
            "The factor 1 - alpha makes unit DC gain: v takes the new gradient in full.",
        ),
        Mistake(
            wrong.OnlyTheFirstParameter,
            "Only the first parameter of the group moves: go through all of group['params'].",
        ),
        Mistake(
            wrong.Nesterov,
            "That is Nesterov's momentum: the step here is lr v, with v as it stands.",
        ),
    ),
    variants=(ByState, ByData, ByDictionary, ByManyAtOnce),
    forbid=(
        *(name for name in REFERENCES if name != "torch.optim"),
        "torch.optim.SGD",
        "torch.optim.sgd",
        "torch.optim._functional",
    ),
)
