"""Modules that take the wrong statistics; ``batch_norm_module`` explains each."""

# mypy: disable-error-code="operator, has-type"
# Buffers without declared types, as students write them.

from __future__ import annotations

import torch


class BatchInEvalToo(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
        if self.training:
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(1 - m).add_(m * mean)
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class RunningInTrainingToo(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(1 - m).add_(m * x.mean(dim=0))
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
        mean, variance = self.running_mean.clone(), self.running_var.clone()
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class UpdatesInEvalToo(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        mean, variance = self.running_mean.clone(), self.running_var.clone()
        m, n = self.momentum, len(x)
        with torch.no_grad():
            unbiased = x.var(dim=0, unbiased=False) * n / max(n - 1, 1)
            self.running_mean.mul_(1 - m).add_(m * x.mean(dim=0))
            self.running_var.mul_(1 - m).add_(m * unbiased)
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class BiasedRunningVariance(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(1 - m).add_(m * mean)
                self.running_var.mul_(1 - m).add_(m * variance)
        else:
            mean, variance = self.running_mean, self.running_var
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class UnbiasedInTraining(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0)
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(1 - m).add_(m * mean)
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
        else:
            mean, variance = self.running_mean, self.running_var
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class MomentumOfKeras(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(m).add_((1 - m) * mean)
                self.running_var.mul_(m).add_((1 - m) * x.var(dim=0))
        else:
            mean, variance = self.running_mean, self.running_var
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class NeverUpdated(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
        else:
            mean, variance = self.running_mean, self.running_var
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class DetachedStatistics(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            mean, variance = x.detach().mean(dim=0), x.detach().var(dim=0, unbiased=False)
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(1 - m).add_(m * mean)
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
        else:
            mean, variance = self.running_mean, self.running_var
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class EpsOutside(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        if self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
            with torch.no_grad():
                m = self.momentum
                self.running_mean.mul_(1 - m).add_(m * mean)
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
        else:
            mean, variance = self.running_mean, self.running_var
        return self.weight * (x - mean) / (torch.sqrt(variance) + self.eps) + self.bias


class WithoutGradient(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        with torch.no_grad():
            mean, variance = self.running_mean, self.running_var
            if self.training:
                m, mean, variance = self.momentum, x.mean(dim=0), x.var(dim=0, unbiased=False)
                self.running_mean.mul_(1 - m).add_(m * mean)
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
            return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class TurnedRound(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x):
        mean, variance = self.running_mean.clone(), self.running_var.clone()
        if not self.training:
            mean, variance = x.mean(dim=0), x.var(dim=0, unbiased=False)
        else:
            m = self.momentum
            with torch.no_grad():
                self.running_mean.mul_(1 - m).add_(m * x.mean(dim=0))
                self.running_var.mul_(1 - m).add_(m * x.var(dim=0))
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias
