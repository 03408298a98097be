"""Optimizers as deck A's table has them: a gradient filter and a variance filter, side by side.

``step = −rate(t) · F(g) / (√V(g²) + ε)``. Each row is one ``Rule``:

==================  ====================================  =======================================
rule                gradient filter F                     variance filter V
==================  ====================================  =======================================
``sgd``             none                                  none
``momentum``        ``ar1(α, gain="input")``              none
``nesterov``        ``arma1(α, α/(1+α), 1+α)``            none
``lowpass``         any, such as a Butterworth filter     none
``adagrad``         none                                  ``summer()``
``rmsprop``         none                                  ``ar1(ρ)``
``adam``            ``compensated(ar1(β1))``              ``compensated(ar1(β2))``
``adamw``           as adam, and decoupled decay          as adam
``amsgrad``         as adam                               ``compensated(peak_hold(ar1(β2)))``
``nadam``           ``compensated(arma1(...))``           as adam
``adadelta``        none                                  ``ar1(ρ)``, and one on its own updates
``radam``           as adam                               as adam, but not at once
``lars``            as momentum, on scaled gradients      none
``lamb``            as adam, scaled afterwards            as adam
==================  ====================================  =======================================

``table`` writes this from the rules. A rate is a number or a callable from the step to the number
(see ``course_lib.schedules``). ``descend`` runs a rule on a function, ``newton_step`` is for small
problems, ``course_lib.torch_optimizers`` trains networks with any rule.

>>> import numpy as np
>>> ravine = np.array([1.0, 100.0])
>>> path = descend(adam(0.1), lambda theta: ravine * theta, np.array([1.0, 1.0]), steps=200)
>>> bool(abs(path[-1]).max() < 1e-3)
True
"""

from .adaptive import Adadelta, RAdam
from .descent import descend
from .layerwise import LAMB, LARS
from .named import (
    adadelta,
    adagrad,
    adam,
    adamw,
    amsgrad,
    lamb,
    lars,
    lowpass,
    momentum,
    nadam,
    nesterov,
    radam,
    rmsprop,
    sgd,
)
from .newton import newton_step
from .rule import Rule
from .table import deck_rules, table

__all__ = [
    "LAMB",
    "LARS",
    "Adadelta",
    "RAdam",
    "Rule",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "deck_rules",
    "descend",
    "lamb",
    "lars",
    "lowpass",
    "momentum",
    "nadam",
    "nesterov",
    "newton_step",
    "radam",
    "rmsprop",
    "sgd",
    "table",
]
