"""Good calls of filters, schedules and optimizers."""

from __future__ import annotations

import numpy as np
import torch
from good_values import X

from course_lib.filters import ar1, compensated, identity
from course_lib.optimizers import sgd
from course_lib.schedules import Constant
from course_lib.surfaces import bowl_gradient

SYSTEMS: dict[str, dict[str, tuple]] = {
    "filters": {
        "Cascade": ((ar1(0.5), ar1(0.5)),),
        "Compensated": (ar1(0.5),),
        "Filter": ((0.5, 0.1), (1.0, -0.5)),
        "PeakHold": (ar1(0.5),),
        "ar1": (0.9, "dc"),
        "arma1": (0.9, 0.5, 1.9),
        "compensated": (ar1(0.5),),
        "peak_hold": (ar1(0.5),),
    },
    "stability": {
        "closed_loop_poles": (ar1(0.5), 0.5),
        "largest_stable_gain": (ar1(0.5),),
    },
    "optimizers": {
        "Adadelta": (0.1, identity(), ar1(0.9), 1e-6, 0.1, 0.0, ar1(0.9)),
        "LAMB": (0.1, ar1(0.9), ar1(0.9), 1e-6, 0.1),
        "LARS": (0.1, ar1(0.9), None, 1e-8, 0.1, 0.0, 0.01),
        "RAdam": (0.1, compensated(ar1(0.9)), compensated(ar1(0.99)), 1e-8, 0.1),
        "Rule": (0.1, ar1(0.9), ar1(0.9), 1e-8, 0.1),
        "adadelta": (1.0, 0.9, 1e-6),
        "adagrad": (0.1, 1e-8),
        "rmsprop": (0.1, 0.9, 1e-8),
        **dict.fromkeys(["adam", "amsgrad", "nadam", "radam"], (0.1, 0.9, 0.99, 1e-8)),
        **dict.fromkeys(["adamw", "lamb"], (0.1, 0.9, 0.99, 1e-8, 0.1)),
        "descend": (sgd(0.1), bowl_gradient, X[0, :2], 3),
        "lars": (0.1, 0.9, 0.01, 0.1),
        "lowpass": (0.1, ((0.5,), (1.0, -0.5))),
        "momentum": (0.1, 0.9),
        "nesterov": (0.1, 0.9),
        "newton_step": (X[0, :2], X[1, :2], np.eye(2), 1.0),
        "sgd": (0.1,),
        "table": ({"sgd": sgd(0.1)},),
    },
    "torch_optimizers": {
        "TorchOptimizer": ([torch.nn.Parameter(torch.ones(2))], sgd(0.1)),
    },
    "schedules": {
        "Constant": (0.1,),
        "ConstantWarmup": (Constant(0.1), 5, 0.01),
        "Cosine": (0.1, 10, 0.01),
        "Exponential": (0.1, 0.5),
        "Fractional": (0.1, 0.5),
        "GradualWarmup": (Constant(0.1), 5, 0.01),
        "Joined": ((Constant(0.1), Constant(0.2)), (3,)),
        "Linear": (0.1, 0.01, 10),
        "Milestones": (0.1, 0.5, (3, 5)),
        "Polynomial": (0.1, 10, 2.0),
        "ReduceOnPlateau": (0.1, 0.5, 3, 1, 0.1, 0.1, 0.01),
        "Step": (0.1, 0.5, 3),
        "Triangular": (0.01, 0.1, 5, 0.5),
        "WarmRestarts": (0.1, 5, 2, 0.01),
    },
}
