"""Other right modules of batch normalization; ``batch_norm_module`` accepts each."""

# mypy: disable-error-code="operator, has-type"
# Buffers without declared types, as students write them.

from __future__ import annotations

import torch


class ByBuffers(torch.nn.Module):
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
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class ByLerp(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))
        self.share, self.small = momentum, eps

    def forward(self, x):
        mean, variance = self.running_mean, self.running_var
        if self.training:
            n, mean = x.shape[0], x.mean(0)
            variance = (x - mean).square().mean(0)
            self.running_mean.lerp_(mean.detach(), self.share)
            self.running_var.lerp_(variance.detach() * (n / (n - 1)), self.share)
        return (x - mean) * torch.rsqrt(variance + self.small) * self.weight + self.bias


class ByAssignment(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.weight = torch.nn.Parameter(torch.full((features,), 1.0))
        self.bias = torch.nn.Parameter(torch.full((features,), 0.0))
        self.register_buffer("running_mean", torch.full((features,), 0.0))
        self.register_buffer("running_var", torch.full((features,), 1.0))

    def normalised(self, x, mean, variance):
        return (x - mean) / (variance + self.eps) ** 0.5

    def forward(self, x):
        if not self.training:
            x_hat = self.normalised(x, self.running_mean, self.running_var)
            return x_hat * self.weight + self.bias
        variance, mean = torch.var_mean(x, dim=0)
        self.running_mean = self.running_mean + self.momentum * (mean - self.running_mean)
        self.running_var = self.running_var + self.momentum * (variance - self.running_var)
        biased = variance * (len(x) - 1) / len(x)
        return self.normalised(x, mean, biased) * self.weight + self.bias


class ByScaleAndShift(torch.nn.Module):
    def __init__(self, features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        for name, start in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(name, torch.full((features,), start))

    def forward(self, x):
        if self.training:
            n = len(x)
            mean = x.sum(dim=0) / n
            squares = ((x - mean) ** 2).sum(dim=0)
            for kept, new in ((self.running_mean, mean), (self.running_var, squares / (n - 1))):
                kept.copy_((1 - self.momentum) * kept + self.momentum * new.detach())
            variance = squares / n
        else:
            mean, variance = self.running_mean, self.running_var
        scale = self.weight / torch.sqrt(variance + self.eps)
        return scale * x + (self.bias - scale * mean)
