"""Back-propagation by hand through deck D's two-layer classifier: ReLU, softmax, cross entropy.

Forward, for a batch of n inputs, one to a row of x::

    u = x Wʰᵀ + bʰ      h = max(0, u)      z = h Wᵒᵀ + bᵒ      ŷ = softmax(z)
    l = -Σ_k y_k ln ŷ_k for each row, and L their mean

Backward, each line from the one before; the prediction error ŷ - y is all that comes in::

    ∂L/∂z = (ŷ - y) / n      ∂L/∂Wᵒ = (∂L/∂z)ᵀ h     ∂L/∂bᵒ = Σ_rows ∂L/∂z
    ∂L/∂h = ∂L/∂z Wᵒ         ∂L/∂u = ∂L/∂h · 1{u > 0}
                             ∂L/∂Wʰ = (∂L/∂u)ᵀ x     ∂L/∂bʰ = Σ_rows ∂L/∂u

Weights are laid out as torch's, ``(n_out, n_in)``; arrays are numpy's or torch's.

Source: deck D, "Training a two-layer network classifier" to "Backpropagation: computation example".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._arrays import Array, real_arrays, same_shape
from ._classes import require_distributions
from ._scalars import real
from .activations import relu, relu_derivative, softmax
from .losses import soft_cross_entropy_from_logits

__all__ = [
    "Trace",
    "TwoLayer",
    "backward",
    "descend",
    "forward",
    "loss",
    "numbered",
    "worked_example",
]


@dataclass(frozen=True, eq=False)
class TwoLayer:
    """The parameters θ = {Wʰ, bʰ, Wᵒ, bᵒ} of the network, or the gradient in each of them.

    With d inputs, m hidden units and k classes: ``w_hidden (m, d)``, ``b_hidden (m,)``,
    ``w_out (k, m)``, ``b_out (k,)``.

    Raises ValueError where the shapes do not fit together or a number is not finite.

    >>> theta = TwoLayer(np.zeros((3, 2)), np.zeros(3), np.zeros((4, 3)), np.zeros(4))
    >>> forward(theta, [[1.0, 2.0]]).y_hat.tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """

    w_hidden: Array
    b_hidden: Array
    w_out: Array
    b_out: Array

    def __post_init__(self) -> None:
        _, *arrays = real_arrays(**vars(self))
        hidden, _, out, _ = shapes = [tuple(array.shape) for array in arrays]
        fitting = [hidden, hidden[:1], out[:1] + hidden[:1], out[:1]]
        if (len(hidden), len(out)) != (2, 2) or shapes != fitting:
            raise ValueError(
                "w_hidden, b_hidden, w_out and b_out must have shapes (m, d), (m,), (k, m), (k,); "
                f"got {', '.join(map(str, shapes))}: transpose or reshape them"
            )


@dataclass(frozen=True, eq=False)
class Trace:
    """All that a forward pass computes, kept for the way back.

    ``x (n, d)``, ``u`` and ``h (n, m)``, ``z`` and ``y_hat (n, k)``.

    >>> theta, x, _ = worked_example()
    >>> forward(theta, x).u.shape, forward(theta, x).z.shape
    ((1, 2), (1, 2))
    """

    x: Array
    u: Array
    h: Array
    z: Array
    y_hat: Array


def forward(theta: TwoLayer, x: Array) -> Trace:
    """From inputs ``x (n, d)`` to class probabilities, with everything between.

    Raises ValueError where ``x`` is not ``(n, d)`` with the network's d, or not finite.

    Source: deck D, "A simpler 2-layer network".

    >>> theta, x, _ = worked_example()
    >>> trace = forward(theta, x)
    >>> trace.h.round(6).tolist(), trace.y_hat.round(6).tolist()
    ([[0.67, 1.02]], [[0.774256, 0.225744]])
    """
    _, x, w_hidden, b_hidden, w_out, b_out = real_arrays(x=x, **vars(theta))
    if x.ndim != 2 or x.shape[1] != w_hidden.shape[1]:
        raise ValueError(
            f"x must have shape (n_samples, {w_hidden.shape[1]}), one input to a row; "
            f"got {tuple(x.shape)}: reshape it (one sample is a batch of one, x[None])"
        )
    u = x @ w_hidden.T + b_hidden
    h = relu(u)
    z = h @ w_out.T + b_out
    return Trace(x, u, h, z, softmax(z))


def loss(theta: TwoLayer, x: Array, y: Array) -> Array:
    """L = -(1/n) Σ_rows Σ_k y_k ln ŷ_k, the mean cross entropy; ``y (n, k)`` one-hot or soft.

    Taken from z and not from ŷ, which may be 0. Raises ValueError as ``forward`` does, and where
    ``y`` is not one distribution for each row.

    Source: deck D, "Derivative of loss function over pre-softmax".

    >>> round(float(loss(*worked_example())), 6)
    1.488355
    """
    return soft_cross_entropy_from_logits(forward(theta, x).z, y)


def backward(theta: TwoLayer, trace: Trace, y: Array) -> TwoLayer:
    """∂L/∂θ: the gradient of ``loss`` in every parameter, in the shapes of ``theta``.

    ``trace`` is what ``forward(theta, x)`` gave. At the kink u = 0 the slope of ReLU is 0.

    Raises ValueError where ``y`` is not one distribution ``(k,)`` for each row of the trace.

    Source: deck D, "Derivative of loss function over weight parameters" and "Another derivative".

    >>> theta, x, y = worked_example()
    >>> gradient = numbered(backward(theta, forward(theta, x), y))
    >>> round(gradient["w8"], 6), round(gradient["w1"], 6)
    (-0.789741, 0.038713)
    """
    xp, y_hat, y = same_shape(y_hat=trace.y_hat, y=y)
    require_distributions("y", y, xp)
    _, x, u, h, w_out = real_arrays(x=trace.x, u=trace.u, h=trace.h, w_out=theta.w_out)
    slope_z = (y_hat - y) / y.shape[0]
    slope_u = slope_z @ w_out * relu_derivative(u)
    return TwoLayer(
        w_hidden=slope_u.T @ x,
        b_hidden=xp.sum(slope_u, axis=0),
        w_out=slope_z.T @ h,
        b_out=xp.sum(slope_z, axis=0),
    )


def descend(theta: TwoLayer, gradient: TwoLayer, rate: float) -> TwoLayer:
    """θ - η ∂L/∂θ: new parameters, one step of gradient descent with η = ``rate`` per step.

    Raises ValueError where the rate is negative or the shapes differ.

    Source: deck D, "Backpropagation: computation example (cont')".

    >>> theta, x, y = worked_example()
    >>> after = numbered(descend(theta, backward(theta, forward(theta, x), y), rate=0.5))
    >>> round(after["w8"], 6), round(after["w1"], 6)
    (0.544871, 0.080644)
    """
    rate = real("rate", rate, at_least=0)
    stepped = {}
    for name, value in vars(theta).items():
        _, old, slope = same_shape(**{name: value, f"gradient of {name}": vars(gradient)[name]})
        stepped[name] = old - rate * slope
    return TwoLayer(**stepped)


def worked_example() -> tuple[TwoLayer, np.ndarray, np.ndarray]:
    """Deck D's computation example: θ with two inputs, hidden units and classes, x and y.

    The deck's text has x = (0.2, 0.5), y = (0, 1), w1 = 0.1, w5 = 0.5, w6 = 0.25 and w8 = 0.15; the
    other parameters stand in a figure that it lacks. They are *chosen here*, so that every printed
    result comes out to six digits: w2 = 0.3, w3 = 0.6, w4 = 0.8, b1 = b2 = 0.5, b3 = 0.4, b4 = 0.1
    and, solved for, w7 = 0.900002. Others would do as well; what is printed fixes two sums of them:

    - h2 = 0.2 w3 + 0.5 w4 + b2 = 1.02, as printed;
    - z1 - z2 = (w5 - w6) h1 + (w7 - w8) h2 + b3 - b4 = ln(ŷ1/ŷ2), with h1 = 0.02 + 0.5 w2 + b1. The
      printed ŷ1 = 0.774256 leaves 1.232498 to 1.232504 for it, and the printed w8 = 0.544871 after
      the step, computed without rounding between, only 1.232501 to 1.232503. w7 = 0.9 gives 1.2325
      and w8 = 0.544870: the deck went on from the rounded -0.789741.

    >>> theta, x, y = worked_example()
    >>> x.tolist(), y.tolist(), numbered(theta)["w7"]
    ([[0.2, 0.5]], [[0.0, 1.0]], 0.900002)
    """
    theta = TwoLayer(
        w_hidden=np.array([[0.1, 0.3], [0.6, 0.8]]),
        b_hidden=np.array([0.5, 0.5]),
        w_out=np.array([[0.5, 0.900002], [0.25, 0.15]]),
        b_out=np.array([0.4, 0.1]),
    )
    return theta, np.array([[0.2, 0.5]]), np.array([[0.0, 1.0]])


def numbered(theta: TwoLayer) -> dict[str, float]:
    """The twelve numbers of a 2-2-2 network as deck D names them, w1 to w8 and b1 to b4.

    As in its equations: u1 = x1 w1 + x2 w2 + b1 and z1 = h1 w5 + h2 w7 + b3. So Wʰ = [[w1, w2],
    [w3, w4]] and Wᵒ = [[w5, w7], [w6, w8]]; the deck prints its Wʰ the other way round.

    Raises ValueError where the network has other than two inputs, hidden units and classes.

    >>> " ".join(f"{name}={value:g}" for name, value in numbered(worked_example()[0]).items())
    'w1=0.1 w2=0.3 w3=0.6 w4=0.8 w5=0.5 w6=0.25 w7=0.900002 w8=0.15 b1=0.5 b2=0.5 b3=0.4 b4=0.1'
    """
    _, w_hidden, b_hidden, w_out, b_out = real_arrays(**vars(theta))
    if tuple(w_hidden.shape) != (2, 2) or tuple(w_out.shape) != (2, 2):
        raise ValueError(
            "theta must have two inputs, two hidden units and two classes; got w_hidden "
            f"{tuple(w_hidden.shape)} and w_out {tuple(w_out.shape)}: use the arrays themselves"
        )
    weights = [*w_hidden.reshape(-1).tolist(), *w_out.T.reshape(-1).tolist()]
    biases = [*b_hidden.tolist(), *b_out.tolist()]
    names = [f"w{i}" for i in range(1, 9)] + [f"b{i}" for i in range(1, 5)]
    return dict(zip(names, weights + biases, strict=True))
