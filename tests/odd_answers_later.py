"""Right answers as only some students write them, continued: the later sets."""

PS3_AND_PS4 = {
    "early_stopping": """
def early_stopping(losses, patience):
    class Stop(Exception): pass
    best, kept, epoch = float("inf"), 0, 0
    try:
        for epoch, loss in enumerate(losses, 1):
            if loss < best: best, kept = loss, epoch
            elif epoch - kept >= patience: raise Stop
    except Stop:
        pass
    return epoch, kept
""",
    "prior_strengths": """
from fractions import Fraction as F

def prior_strengths(sigma, b, n_samples):
    gaussian = 1 / (2 * F(sigma) ** 2 * int(n_samples))
    return gaussian, 1 / (F(b) * int(n_samples)), 2 * gaussian
""",
    "bootstrap": """
def bootstrap(x, y, rng):
    rows = [int(rng.random() * len(x)) for _ in range(len(x))]
    return x[rows].tolist(), [y[row] for row in rows]
""",
    "dropout_mask": """
def dropout_mask(shape, p, rng):
    return rng.choice([0, 1], size=shape, p=[p, 1 - p])
""",
    "DropoutLayer": """
class _Dropped(torch.nn.Module):
    def __init__(self, p, *, inplace=False):
        super().__init__()
        self.register_buffer("keep", torch.tensor(1.0 - p, dtype=torch.float64))

    def forward(self, x):
        if not self.training:
            return x
        kept = torch.empty_like(x).uniform_() < self.keep
        return torch.where(kept, x / self.keep, torch.zeros_like(x)).to(x.dtype)

def DropoutLayer(p): return _Dropped(p)
""",
}

PS5 = {
    "ar1": """
import itertools

def ar1(x, alpha):
    steps = itertools.accumulate(x, lambda y, s: alpha * y + (1 - alpha) * s, initial=0 * x[0])
    return np.stack(list(steps)[1:])
""",
    "ar1_step_response": """
from enum import Enum

class Gain(Enum):
    DC = "dc"
    INPUT = "input"

def ar1_step_response(alpha, steps, gain):
    match Gain(gain):
        case Gain.DC: scale = 1 - alpha
        case Gain.INPUT: scale = 1.0
    return np.cumsum(scale * alpha ** np.arange(steps))
""",
    "frequency_response": """
import cmath

def frequency_response(b, a, nu):
    def at(c, z): return sum(each * z**-k for k, each in enumerate(c))
    around = [cmath.rect(1, 2 * cmath.pi * v) for v in nu]
    return [at(b, z) / at(a, z) for z in around]
""",
    "arma1": """
def arma1(x, pole, zero, gain):
    def system():
        output = before = None
        while True:
            now = yield output
            if before is None:
                output = gain * now
            else:
                output = pole * output + gain * (now - zero * before)
            before = now
    running = system()
    next(running)
    return [running.send(sample) for sample in x]
""",
}

PS6 = {
    "momentum_step": """
from typing import Any, NamedTuple

class State(NamedTuple):
    v: Any
    n: int = 0

def momentum_step(w, g, state=None, rate=0.1, alpha=0.9, *args, **kwargs):
    state = state or State(0 * np.asarray(g, float))
    v = state.v * alpha + g
    return [w - rate * v, State(v, state.n + 1)]
""",
    "adam_step": """
class _Adam:
    m = v = t = 0

    def __call__(self, w, g, rate, b1, b2, eps):
        self.t += 1
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        steady = self.m / (1 - b1**self.t), self.v / (1 - b2**self.t)
        return w - rate * steady[0] / (steady[1] ** 0.5 + eps)

def adam_step(w, g, state, rate, beta1, beta2, epsilon):
    state = state if state is not None else _Adam()
    return state(w, g, rate, beta1, beta2, epsilon), state
""",
    "MomentumSGD": """
class MomentumSGD(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1, alpha=0.9, **more):
        super().__init__(params, dict(lr=lr, alpha=alpha, **more))
        self.v = {}

    def step(self, closure=None):
        with torch.no_grad():
            for group in self.param_groups:
                for p in filter(lambda p: p.grad is not None, group["params"]):
                    self.v[p] = group["alpha"] * self.v.get(p, 0) + p.grad
                    p.data = p.data - group["lr"] * self.v[p]
""",
}

PS7 = {
    "step_decay": """
def step_decay(t, rate, factor, period):
    return np.array([rate * np.prod([factor] * int(k // period)) for k in t], dtype=np.longdouble)
""",
    "warm_restarts": """
import functools, math

@functools.lru_cache(maxsize=None)
def _at(t, rate, end, period, growth):
    if t >= period:
        return _at(t - period, rate, end, period * growth, growth)
    return end + (rate - end) / 2 * (1 + math.cos(math.pi * t / period))

def warm_restarts(t, *more):
    return tuple(_at(float(k), *more) for k in t)
""",
    "plateau_update": """
from collections import OrderedDict
from types import SimpleNamespace

def plateau_update(state, loss, factor, patience, relative):
    s = SimpleNamespace(**state)
    if s.best is None or loss < s.best - relative * abs(s.best):
        s.best, s.waited = loss, 0
    else:
        s.waited += 1
    if s.waited > patience:
        s.rate, s.waited = s.rate * factor, 0
    return OrderedDict(waited=np.int32(s.waited), best=s.best, rate=np.float64(s.rate))
""",
    "clip_by_norm": """
def clip_by_norm(gradients, max_norm):
    size = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    clipped = np.empty(len(gradients), dtype=object)
    for i, g in enumerate(gradients):
        clipped[i] = g.copy() if size <= max_norm else g * (max_norm / size)
    return clipped
""",
}

PS8_AND_PS9 = {
    "batch_norm_gradient": """
class Norm:
    def forward(self, x, gamma, eps):
        self.gamma, self.s = gamma, np.sqrt(x.var(0) + eps)
        self.x_hat = (x - x.mean(0)) / self.s

    def backward(self, up):
        h = self.gamma * up
        dx = (h - h.mean(0) - self.x_hat * (h * self.x_hat).mean(0)) / self.s
        return dx, (up * self.x_hat).sum(0), up.sum(0)

def batch_norm_gradient(upstream, x, gamma, eps):
    norm = Norm()
    norm.forward(x, gamma, eps)
    return norm.backward(upstream)
""",
    "read_curve": """
def read_curve(train, validation):
    names = np.array(["rate too high", "over-fitting", "rate too low", "good fit"])
    best = np.nanargmin(validation)
    high = not np.isfinite(train).all() or train[-1] >= train[0]
    signs = [high, validation[-1] > 1.1 * validation[best], train[-1] > 0.8 * train[0], True]
    return names[np.argmax(signs)], best + 1
""",
    "k_folds": """
def k_folds(n, k, rng):
    order = rng.permutation(n).tolist()
    parts = [order[i::k] for i in range(k)]
    return tuple((sorted(set(range(n)) - set(part)), part) for part in parts)
""",
    "pareto_front": """
def pareto_front(measures):
    m = torch.from_numpy(np.array(measures))
    beaten = (m[None] <= m[:, None]).all(-1) & (m[None] < m[:, None]).any(-1)
    return (~beaten.any(1)).tolist()
""",
}
