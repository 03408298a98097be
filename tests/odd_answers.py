"""Right answers as only some students write them, by set; each notebook is graded as it stands.

Among them: decorators, callable objects, partials, lambdas, recursion, generators, einsum, torch in
place of numpy, float32 and long doubles, lists, tuples, subclasses, fractions, object arrays,
masked arrays, matrices, enumerations, exceptions as control flow, threads and processes.
"""

PS0 = {
    "neuron_gradient": """
from dataclasses import dataclass

@dataclass
class Neuron:
    w: float
    b: float

    def out(self, x: float) -> float:
        return 1 / (1 + np.exp(-(self.w * x + self.b)))

def neuron_gradient(w, b, x, y):
    a = Neuron(w, b).out(x)
    d = (a - y) * a * (1 - a)
    return d * x, d, d * w
""",
    "largest_relative_error": """
def largest_relative_error(analytic, numeric):
    class Error(float):
        pass
    pairs = zip(np.ravel(analytic), np.ravel(numeric))
    return Error(max(abs(a - n) / max(abs(a), abs(n), 1e-8) for a, n in pairs))
""",
    "two_layer_forward": """
from collections import namedtuple

Out = namedtuple("Out", "h y")

def two_layer_forward(x, w_hidden, b_hidden, w_out, b_out):
    x, w_hidden, w_out = np.matrix(x), np.matrix(w_hidden), np.matrix(w_out)
    h = np.maximum(0, x * w_hidden.T + b_hidden)
    z = np.asarray(h * w_out.T + b_out)
    return Out(h, SOFTMAX(z))

def SOFTMAX(z, *, axis=-1):
    e = np.exp(z - z.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)
""",
    "output_layer_gradients": """
def output_layer_gradients(h, y_hat, y):
    δ = (y_hat - y) / y.shape[0]
    return [δ, np.einsum("nk,nm->km", δ, h), np.einsum("nk->k", δ)]
""",
    "epoch_gradients": """
def epoch_gradients(x, y, w, order, size):
    rows = np.empty((-(-len(order) // size), x.shape[1]), dtype=object)
    left = iter(order)
    import itertools
    for i in itertools.count():
        if not (b := list(itertools.islice(left, size))):
            return rows
        rows[i] = x[b].T @ (x[b] @ w - y[b]) / len(b)
""",
    "minibatch_variance": """
import concurrent.futures as cf

def _one(column, m):
    n = len(column)
    return np.mean((column - column.mean()) ** 2) / m * (n - m) / (n - 1)

def minibatch_variance(per_sample, m):
    with cf.ThreadPoolExecutor(4) as pool:
        return list(pool.map(_one, per_sample.T, [m] * per_sample.shape[1]))
""",
}

PS1 = {
    "mse": """
import functools, multiprocessing, sys, time, warnings

def timed(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        start = time.perf_counter()
        try:
            return f(*args, **kwargs)
        finally:
            print(f"{f.__name__} took {time.perf_counter() - start:.2e} s", file=sys.stderr)
    return inner

def _square(d): return d * d

@timed
def mse(a, y, *, reduction="mean", **more):
    np.random.seed(0)
    warnings.warn("slow")
    with multiprocessing.Pool(2) as pool:
        squares = pool.map(_square, np.ravel(a - y))
    return {"mean": np.mean, "sum": np.sum}[reduction](squares)

assert mse(np.array([1.0, 3.0]), np.zeros(2)) == 5
""",
    "mae_gradient": """
class _Gradient:
    def __init__(self, scale=1):
        self.scale = scale

    def __call__(self, a, y):
        d = np.subtract(a, y)
        return self.scale * ((d > 0).astype(int) - (d < 0)) / np.size(a)

mae_gradient = _Gradient()
""",
    "soft_cross_entropy": """
soft_cross_entropy = lambda p, y: -sum(t * np.log(q) for q, t in zip(p.flat, y.flat) if t) / len(y)
""",
    "kl_divergence": """
from functools import partial

def _kl(y, p, base):
    y, p = torch.as_tensor(y), torch.as_tensor(p)
    return (torch.xlogy(y, y) - torch.xlogy(y, p)).sum(1).mean() / np.log(base)

kl_divergence = partial(_kl, base=np.e)
""",
    "log_sum_exp": """
def log_sum_exp(s):
    def halves(row):
        if len(row) == 1:
            return row[0]
        a, b = halves(row[: len(row) // 2]), halves(row[len(row) // 2 :])
        return max(a, b) + np.log1p(np.exp(-abs(a - b)))
    return [halves(list(row)) for row in s]
""",
    "cross_entropy_from_logits": """
def cross_entropy_from_logits(s, labels):
    s = torch.tensor(s, dtype=torch.float32)
    log_p = s - s.max(dim=1, keepdim=True).values
    log_p = log_p - log_p.exp().sum(1, keepdim=True).log()
    return -log_p.gather(1, torch.from_numpy(labels).long()[:, None]).mean().item()
""",
    "binary_cross_entropy_from_logits": """
import math

def binary_cross_entropy_from_logits(s, y):
    def terms():
        for logit, target in zip(s.flat, y.flat):
            try:
                yield math.log1p(math.exp(logit)) - target * logit
            except OverflowError:
                yield logit - target * logit
    found = list(terms())
    return sum(found) / len(found)
""",
    "log_cosh": """
class _LogCosh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, y):
        ctx.save_for_backward(a - y)
        d = (a - y).abs()
        return (d + torch.log1p(torch.exp(-2 * d)) - np.log(2)).mean()

    @staticmethod
    def backward(ctx, upstream):
        (d,) = ctx.saved_tensors
        return upstream * torch.tanh(d) / d.numel(), None

log_cosh = _LogCosh.apply
""",
}

PS2 = {
    "prelu_and_slope": """
def prelu_and_slope(x, alpha):
    above = np.ma.masked_where(np.asarray(x) <= 0, x).astype(float)
    return above.filled(0) + alpha * np.minimum(x, 0), 1.0 * (x > 0) + alpha * (x <= 0)
""",
    "elu_slope": """
@np.vectorize
def elu_slope(x, alpha):
    return 1.0 if x > 0 else alpha * np.exp(x)
""",
    "tanh_backward": """
class Signal(np.ndarray):
    pass

def tanh_backward(upstream, a):
    return (upstream * (1 - a) * (1 + a)).view(Signal)
""",
    "softmax_jacobian": """
def softmax_jacobian(a):
    return np.array([np.diagflat(row) - np.outer(row, row) for row in a], dtype=np.float32)
""",
    "glorot_uniform": """
def glorot_uniform(shape, rng):
    torch.manual_seed(1)
    n_out, n_in, *kernel = shape
    a = (6 / (n_out + n_in) / np.prod(kernel)) ** 0.5
    return [(2 * rng.random(shape[1:]) - 1) * a for _ in range(n_out)]
""",
    "dead_units": """
def dead_units(x, w, b):
    class Count(int):
        pass
    return Count(sum(all(s <= 0 for s in column) for column in (x @ w.T + b).T.tolist()))
""",
}
