"""Judges uniform weights by their distribution.

Students are given this file; it names the bound, and draws nothing.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_lib.checks.distributions import follows, share_is

NOT_THE_SHAPE = "The weights do not have the shape that was asked for."
NOT_FROM_RNG = "Two generators in the same state gave different weights."
ALWAYS_THE_SAME = "Generators in different states gave the same weights."
REPEATED = "The same few weights stand in many places."
ONE_SIDED = "No weight is negative: the interval reaches from -a to a."
NORMAL = "The weights are normal, not uniform."
FAN_IN_ALONE = "The bound is that of fan_in alone, not of fan_in + fan_out."
FAN_OUT_ALONE = "The bound is that of fan_out alone, not of fan_in + fan_out."
NO_SUM = "The bound has fan_in where fan_in + fan_out belongs."
NO_KERNEL_OUT = "The bound leaves the kernel out of one fan."
NO_KERNEL = "The bound leaves the kernel out of the fans."
STD_AS_BOUND = "The bound is the standard deviation itself, √3 too small."
NO_ROOT = "The bound is not a root."
FOR_RELU = "The bound is √2 too large."
ONE_FAN_TOO_SMALL = "The bound is √2 too small."
ELSE = "The weights are not uniform between -a and a with the a that was asked for."

WITHIN_ONE_STD = math.erf(math.sqrt(0.5))  # the share of a normal distribution


def accept(args: tuple[Any, ...], value: Any) -> str:
    """What is wrong with the weights; empty where nothing is."""
    shape, generators = args
    if len(value) != len(generators):
        return NOT_THE_SHAPE
    drawn = [np.asarray(weights) for weights in value]
    if any(w.shape != tuple(shape) for w in drawn):
        return NOT_THE_SHAPE
    if not np.array_equal(drawn[0], drawn[-1]):
        return NOT_FROM_RNG
    if np.array_equal(drawn[0], drawn[1]):
        return ALWAYS_THE_SAME
    weights = np.concatenate([w.ravel() for w in drawn[:-1]]).astype(float)
    # Drawn from so many numbers, float32 ones too, that hardly any comes twice.
    if np.unique(weights).size < weights.size / 2:
        return REPEATED
    return "" if _is_uniform(weights, _bound(shape)) else _known(shape, weights)


def _bound(shape: tuple[int, ...]) -> float:
    return math.sqrt(6 / ((shape[0] + shape[1]) * math.prod(shape[2:])))


def _is_uniform(weights: np.ndarray, bound: float) -> bool:
    inside = np.all(np.abs(weights) <= bound * (1 + 1e-5))  # a float32 bound may be rounded up
    return bool(inside) and follows(weights, lambda w: np.clip((w / bound + 1) / 2, 0, 1))


def _known(shape: tuple[int, ...], weights: np.ndarray) -> str:
    """Which known mistake these weights were drawn with."""
    if np.all(weights >= 0):
        return ONE_SIDED
    bound = _bound(shape)
    near = np.abs(weights) < bound / math.sqrt(3)
    if np.any(np.abs(weights) > bound) and share_is(near, WITHIN_ONE_STD):
        return NORMAL
    bounds = {
        NO_KERNEL: math.sqrt(6 / (shape[0] + shape[1])),
        FAN_IN_ALONE: math.sqrt(3 / math.prod(shape[1:])),
        FAN_OUT_ALONE: math.sqrt(3 / (shape[0] * math.prod(shape[2:]))),
        NO_SUM: math.sqrt(6 / math.prod(shape[1:])),
        NO_KERNEL_OUT: math.sqrt(6 / (math.prod(shape[1:]) + shape[0])),
        STD_AS_BOUND: bound / math.sqrt(3),
        NO_ROOT: bound**2,
        FOR_RELU: bound * math.sqrt(2),
        ONE_FAN_TOO_SMALL: bound / math.sqrt(2),
    }
    found = (s for s, b in bounds.items() if b != bound and _is_uniform(weights, b))
    return next(found, ELSE)
