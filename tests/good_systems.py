"""Good calls of filters and schedules."""

from __future__ import annotations

from course_lib.filters import ar1
from course_lib.schedules import Constant

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
