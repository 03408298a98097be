"""Learning-rate schedules: each is a callable from the step ``t`` to the rate of that step.

``t`` counts optimizer steps that are already done, from 0: update number t uses ``schedule(t)``.
That is the order *optimizer step, then scheduler step*: with torch, ``optimizer.step()`` uses the
rate of t, and only then ``scheduler.step()`` moves to t + 1. The other way round, ``schedule(0)``
is never used. What one step of t is, a mini-batch or an epoch, is the caller's choice; a number of
steps given to a schedule is in the same unit. An array of steps gives an array of rates, to plot.

===================================================  =============================================
schedule                                             rate at step t
===================================================  =============================================
``Constant(rate)``                                   η₀
``Linear(start, end, steps)``                        η₀ + (η_N − η₀) min(t, N)/N
``Exponential(rate, factor)``                        η₀ ρᵗ
``Step(rate, factor, period)``                       η₀ ρ^⌊t/P⌋
``Milestones(rate, factor, at)``                     η₀ ρ^(number of milestones ≤ t)
``Fractional(rate, decay)``                          η₀/(1 + κt)
``Polynomial(rate, steps, power)``                   η₀ (1 − min(t, N)/N)ᵖ
``Triangular(low, high, half_period)``               up and down in straight lines, period 2S
``Cosine(rate, steps, end)``                         η_min + ½(η₀ − η_min)(1 + cos(πt/T))
``WarmRestarts(rate, period, growth, end)``          the same, begun anew after T₀, T₀ + T₀g, ...
``ConstantWarmup(schedule, steps, rate)``            a low rate, then ``schedule`` from its step 0
``GradualWarmup(schedule, steps, start)``            a ramp up to ``schedule``'s first rate, then it
``Joined(schedules, milestones)``                    one schedule after another
===================================================  =============================================

``ReduceOnPlateau`` is not a function of t: it sees a metric, so its state is passed in and out.

>>> import numpy as np
>>> schedule = GradualWarmup(Exponential(0.1, factor=0.5), steps=2, start=0.02)
>>> schedule(0), schedule(2)
(0.02, 0.1)
>>> schedule(np.arange(5)).round(3).tolist()
[0.02, 0.06, 0.1, 0.05, 0.025]

Sources: deck A, EE 541 unit 7B, slides "Common LR schedules" and "Exotic annealing LR schedules";
deck C, CENG 506 lecture 4, slide "Learning rate decay over time".
"""

from .base import Schedule
from .cyclic import Cosine, Triangular, WarmRestarts
from .decay import Constant, Exponential, Fractional, Linear, Milestones, Polynomial, Step
from .plateau import PlateauState, ReduceOnPlateau
from .warmup import ConstantWarmup, GradualWarmup, Joined

__all__ = [
    "Constant",
    "ConstantWarmup",
    "Cosine",
    "Exponential",
    "Fractional",
    "GradualWarmup",
    "Joined",
    "Linear",
    "Milestones",
    "PlateauState",
    "Polynomial",
    "ReduceOnPlateau",
    "Schedule",
    "Step",
    "Triangular",
    "WarmRestarts",
]
