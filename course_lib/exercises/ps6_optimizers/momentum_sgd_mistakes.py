"""What students write for ``MomentumSGD`` that is no such optimizer."""

from __future__ import annotations

import torch


class NoneNotSkipped(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v


class NoneTakenAsZero(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                g = torch.zeros_like(p) if p.grad is None else p.grad
                v = group["alpha"] * self.state[p].get("v", 0) + g
                self.state[p]["v"] = v
                p -= group["lr"] * v


class StopsAtNone(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    return
                v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v


class OneVelocityForAll(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})
        self.v = 0

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.v = group["alpha"] * self.v + p.grad
                    p -= group["lr"] * self.v


class ParameterReplaced(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                    self.state[p]["v"] = v
                    p = p - group["lr"] * v


class GraphNotCut(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                    self.state[p]["v"] = v
                    p -= group["lr"] * v


class NoMemory(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = torch.zeros_like(p)
                    v = group["alpha"] * v + p.grad
                    p -= group["lr"] * v


class Uphill(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                    self.state[p]["v"] = v
                    p += group["lr"] * v


class UnitDCGain(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = group["alpha"] * self.state[p].get("v", 0)
                    v = v + (1 - group["alpha"]) * p.grad
                    self.state[p]["v"] = v
                    p -= group["lr"] * v


class OnlyTheFirstParameter(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            p = group["params"][0]
            if p.grad is not None:
                v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                self.state[p]["v"] = v
                p -= group["lr"] * v


class Nesterov(torch.optim.Optimizer):
    def __init__(self, params, lr, alpha):
        super().__init__(params, {"lr": lr, "alpha": alpha})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    v = group["alpha"] * self.state[p].get("v", 0) + p.grad
                    self.state[p]["v"] = v
                    p -= group["lr"] * (p.grad + group["alpha"] * v)
