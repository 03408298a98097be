"""Wrong and right answers to ``DropoutLayer``."""

from __future__ import annotations

import numpy as np
import torch

# --- mistakes ---


class DropsInEvaluation(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        return x * (torch.rand(x.shape) >= self.p) / (1 - self.p)


class OnlyInEvaluation(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if self.training:
            return x
        return x * (torch.rand(x.shape) >= self.p) / (1 - self.p)


class ScaledInEvaluationToo(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x * (1 - self.p)
        return x * (torch.rand(x.shape) >= self.p) / (1 - self.p)


class PlainDropout(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x * (1 - self.p)
        return x * (torch.rand(x.shape) >= self.p)


class DividedByP(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        return x * (torch.rand(x.shape) >= self.p) / self.p


class KeepsWithP(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand(x.shape) < self.p) / self.p


class OneMaskForEver(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p, self.mask = p, None

    def forward(self, x):
        if not self.training:
            return x
        if self.mask is None:
            self.mask = torch.rand(x.shape) >= self.p
        return x * self.mask / (1 - self.p)


class OneRowForAll(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand(x.shape[-1]) >= self.p) / (1 - self.p)


class OneNumberASample(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand(x[..., :1].shape) >= self.p) / (1 - self.p)


class OfNumpy(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * torch.as_tensor(np.random.random(x.shape) >= self.p) / (1 - self.p)


class OfNormalNumbers(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.randn(x.shape) >= self.p) / (1 - self.p)


class InPlace(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        x[torch.rand(x.shape) < self.p] = 0
        return x / (1 - self.p)


class CutOff(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x.detach() * (torch.rand(x.shape) >= self.p) / (1 - self.p)


class StraightThrough(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x + (x * (torch.rand(x.shape) >= self.p) / (1 - self.p) - x).detach()


# --- variants ---


class ByProduct(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if self.training:
            return x * (torch.rand_like(x) > self.p) / (1 - self.p)
        return x


class ByBernoulli(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.keep = 1 - p

    def forward(self, x):
        if not self.training:
            return 1.0 * x
        return x * torch.bernoulli(torch.full(x.shape, self.keep, dtype=x.dtype)) / self.keep


class ByWhere(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = torch.tensor(float(p))

    def forward(self, x):
        dropped = torch.rand(x.shape) < self.p
        scaled = torch.where(dropped, torch.zeros_like(x), x / (1 - self.p.to(x.dtype)))
        return scaled if self.training else x


class ByFilling(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        mask = torch.empty_like(x).bernoulli_(1 - self.p)
        return x.mul(mask.div_(1 - self.p))


class ByDistribution(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x.clone()
        mask = torch.distributions.Bernoulli(probs=1 - self.p).sample(x.shape)
        return (x.float() * mask).to(x.dtype) / (1 - self.p)
