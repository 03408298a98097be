"""The mean over all the networks that dropout trains, exactly (deck A, "Dropout intuition")."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch

from course_lib import dropout
from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import function

from .shared import READY_MADE, REFERENCES, numbers

LINEAR = "a linear layer"
RELU = "a layer with ReLU"


def ensemble_average(
    layer: Callable[[np.ndarray], np.ndarray], x: np.ndarray, p: float
) -> np.ndarray:
    """Σ over masks of P(mask) layer(x · mask)."""
    return dropout.ensemble_average(layer, x, p)


def case(rng: np.random.Generator, nodes: int, outputs: int, name: str, p: float) -> Case:
    """A layer whose ReLU, where it has one, is off for some masks and on for others: each output
    has one sign where all nodes stay, and the other where none does."""
    x, bias = rng.uniform(0.5, 2.0, size=nodes), rng.uniform(0.1, 0.5, size=outputs)
    weight = numbers(rng, outputs, nodes)
    if name == "relu_layer":
        bias = -(weight @ x) * rng.uniform(0.3, 0.6, size=outputs)
    layer = function(name, weight=weight, bias=bias)
    return Case((layer, x, p), part=LINEAR if name == "linear_layer" else RELU)


def hidden(rng: np.random.Generator) -> list[Case]:
    """One to six nodes, one output and several; p on either side of 0.5."""
    low = [float(rng.uniform(0.15, 0.35)) for _ in range(4)]
    high = [float(rng.uniform(0.65, 0.85)) for _ in range(4)]
    return [
        case(rng, 1, 2, "linear_layer", low[0]),
        case(rng, 4, 3, "linear_layer", high[0]),
        case(rng, 1, 3, "relu_layer", high[1]),
        case(rng, 2, 1, "relu_layer", low[1]),
        case(rng, 3, 4, "relu_layer", high[2]),
        case(rng, 6, 2, "relu_layer", low[2]),
    ]


# --- mistakes ---


def weight_scaling(layer, x, p):
    return layer((1 - p) * x)


def scaled_output(layer, x, p):
    return (1 - p) * layer(x)


def all_masks_as_likely(layer, x, p):
    n = len(x)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    return sum(layer(x * mask) for mask in masks) / 2**n


def probabilities_swapped(layer, x, p):
    n = len(x)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    return sum(p ** sum(mask) * (1 - p) ** (n - sum(mask)) * layer(x * mask) for mask in masks)


def summed(layer, x, p):
    n = len(x)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    return sum(layer(x * mask) for mask in masks)


def dropped_forgotten(layer, x, p):
    n = len(x)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    return sum((1 - p) ** sum(mask) * layer(x * mask) for mask in masks)


def inverted(layer, x, p):
    n = len(x)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    chances = [(1 - p) ** sum(mask) * p ** (n - sum(mask)) for mask in masks]
    return sum(c * layer(x * mask / (1 - p)) for c, mask in zip(chances, masks, strict=True))


def without_the_empty_mask(layer, x, p):
    n = len(x)
    masks = ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)[1:]
    return sum((1 - p) ** sum(mask) * p ** (n - sum(mask)) * layer(x * mask) for mask in masks)


def without_the_full_mask(layer, x, p):
    n = len(x)
    masks = ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)[:-1]
    return sum((1 - p) ** sum(mask) * p ** (n - sum(mask)) * layer(x * mask) for mask in masks)


def one_node_at_a_time(layer, x, p):
    masks = 1 - np.eye(len(x))
    return sum(layer(x * mask) for mask in masks) / len(x)


def full_network(layer, x, p):
    return layer(x)


# --- variants ---


def by_bits(layer, x, p):
    n, total = len(x), 0.0
    for number in range(2**n):
        mask = np.array([(number >> i) & 1 for i in range(n)])
        kept = int(mask.sum())
        total = total + math.pow(1 - p, kept) * math.pow(p, n - kept) * layer(x * mask)
    return total


def by_splitting(layer, x, p):
    # One node after the other: each weighted input becomes two.
    parts = [(1.0, x)]
    for i in range(len(x)):
        without = [(chance * p, np.where(np.arange(len(x)) == i, 0, v)) for chance, v in parts]
        parts = [(chance * (1 - p), v) for chance, v in parts] + without
    return np.sum([chance * layer(v) for chance, v in parts], axis=0).tolist()


def by_product(layer, x, p):
    n = len(x)
    masks = np.indices((2,) * n).reshape(n, -1).T
    chances = np.prod(np.where(masks == 1, 1 - p, p), axis=1)
    return chances @ np.array([layer(row) for row in masks * x])


def by_logarithms(layer, x, p):
    n = len(x)
    masks = np.stack(np.meshgrid(*[[False, True]] * n), axis=-1).reshape(-1, n)
    chances = np.exp(masks @ np.full(n, np.log(1 - p)) + ~masks @ np.full(n, np.log(p)))
    return np.einsum("m,mk->k", chances, [layer(np.where(mask, x, 0.0)) for mask in masks])


def by_torch(layer, x, p):
    bits = torch.tensor([0.0, 1.0], dtype=torch.float64)
    masks = torch.cartesian_prod(*[bits] * len(x)).reshape(-1, len(x))
    outputs = torch.stack([torch.as_tensor(layer(x * mask.numpy())) for mask in masks])
    chances = (masks * (1 - p) + (1 - masks) * p).prod(dim=1)
    return chances @ outputs


_LAYER = {"weight": np.array([[1.0, -2.0], [2.0, 1.0]]), "bias": np.array([0.5, -1.0])}

EXERCISE = Exercise(
    name="ensemble_average",
    task="Return Σ P(m) layer(x · m) over all 2ⁿ masks m of the n numbers in x, where each is "
    "dropped with probability p on its own; layer takes an array (n,), and gives one.",
    points=3,
    reference=ensemble_average,
    public=(
        Case((function("linear_layer", **_LAYER), np.array([1.0, 1.0]), 0.25), part=LINEAR),
        Case((function("relu_layer", **_LAYER), np.array([1.0, 1.0]), 0.25), part=RELU),
        Case((function("relu_layer", **_LAYER), np.array([1.0, 2.0]), 0.8), part=RELU),
        case(np.random.default_rng(1), 4, 2, "relu_layer", 0.3),
    ),
    hidden=hidden,
    parts={LINEAR: 1, RELU: 2},
    mistakes=(
        Mistake(
            weight_scaling,
            "That is weight scaling, layer((1 - p) x): equal to the mean for a linear layer only. "
            "Go through all the masks.",
        ),
        Mistake(
            scaled_output,
            "That scales the output, bias and all: go through all the masks.",
        ),
        Mistake(
            all_masks_as_likely,
            "All masks count alike here, which holds for p = 0.5 only: weigh each by P(m).",
        ),
        Mistake(
            probabilities_swapped,
            "The probabilities are swapped: a node stays with 1 - p and is dropped with p.",
        ),
        Mistake(summed, "That is the sum over all masks: weigh each by its probability."),
        Mistake(
            dropped_forgotten,
            "P(m) lacks the dropped nodes: a factor 1 - p for each that stays, p for each dropped.",
        ),
        Mistake(
            inverted,
            "The inputs are divided by 1 - p (inverted dropout): here it is layer(x · m).",
        ),
        Mistake(
            without_the_empty_mask,
            "The mask that drops every node is missing: layer(0) is its bias, and it counts.",
        ),
        Mistake(
            without_the_full_mask,
            "The mask that keeps every node is missing: there are 2ⁿ of them.",
        ),
        Mistake(
            one_node_at_a_time,
            "That drops one node at a time: any number of them may be dropped.",
        ),
        Mistake(full_network, "That is the network without dropout."),
    ),
    variants=(by_bits, by_splitting, by_product, by_logarithms, by_torch),
    forbid=(*REFERENCES, *READY_MADE),
)
