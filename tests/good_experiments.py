"""Good calls of data, search and training."""

from __future__ import annotations

import numpy as np
import torch
from good_values import LABELS, SPACE, X, rng

from course_lib.search import PopulationBased, Random, Trial, Uniform

MODEL = torch.nn.Linear(4, 3)
LOSS = torch.nn.functional.cross_entropy
LEARN = torch.optim.SGD(MODEL.parameters(), lr=0.1)
DATA = (X, LABELS)
SCORES = torch.tensor(X)
CLASSES = torch.tensor(LABELS)


def advance(parameters, snapshot, rng):
    return parameters["rate"], None


EXPERIMENTS: dict[str, dict[str, tuple]] = {
    "data": {
        "curve": (X,),
        "curve_samples": (5, 0.1, rng()),
        "linear_samples": (5, rng(), 3),
        "images": ("digits",),
        "k_fold": (6, 3, rng()),
        "split": (6, rng(), (0.5, 0.25, 0.25)),
        "stratified_k_fold": (LABELS, 2, rng()),
        "stratified_split": (np.tile(LABELS, 3), rng(), (0.5, 0.25, 0.25)),
        "wrong_labels": (LABELS, 0.5, 3, rng()),
    },
    "search": {
        "Bayesian": (5, 1, 1),
        "Choice": ((1, 2),),
        "CoarseToFine": (5, ({}, {}), 3, 0.1),
        "Evolution": (4, 2, 2, 0.1),
        "Integer": (1, 3),
        "LogInteger": (1, 3),
        "LogUniform": (0.1, 1.0),
        "PopulationBased": (4, 2, 0.2, 0.1),
        "Random": (5,),
        "Uniform": (0.1, 1.0),
        "When": ("method", ("sgd",), Uniform(0.0, 1.0)),
        "borders": (SPACE, {"rate": 0.1}, 0.05),
        "draw": (SPACE, rng()),
        "grid_points": (SPACE, 3),
        "joint_objective": (0.1, 10.0, 0.1, 100.0),
        "pareto_front": (X,),
        "pareto_trials": ([Trial(0, {}, "done", 0.1)], ["value"]),
        "progress_bar": (3,),
        "train_population": (advance, SPACE, PopulationBased(2, 1), 0, 1),
        "search": (lambda parameters, rng: parameters["rate"], SPACE, Random(3), 0, 1),
    },
    "training": {
        "accuracy": (SCORES, CLASSES),
        "evaluate": (MODEL, LOSS, DATA),
        "seeded": (3,),
        "train": (MODEL, LOSS, LEARN, DATA, DATA, 1, 2, rng()),
    },
}
