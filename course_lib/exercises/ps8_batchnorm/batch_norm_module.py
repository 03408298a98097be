"""Batch normalization as a module that obeys train() and eval() (errata 33: as torch does it)."""

from __future__ import annotations

import numpy as np
import torch

from course_lib import batch_normalization, running_statistics
from course_lib.checks import Case, Exercise, Mistake

from .module_answers import ByAssignment, ByBuffers, ByLerp, ByScaleAndShift
from .module_wrong_declarations import (
    NotBuffers,
    NotParameters,
    OtherNames,
    ScaleFromZero,
    StatisticsAreParameters,
    VarianceFromZero,
)
from .module_wrong_statistics import (
    BatchInEvalToo,
    BiasedRunningVariance,
    DetachedStatistics,
    EpsOutside,
    MomentumOfKeras,
    NeverUpdated,
    RunningInTrainingToo,
    TurnedRound,
    UnbiasedInTraining,
    UpdatesInEvalToo,
    WithoutGradient,
)
from .shared import READY_NORMS, REFERENCES, scales, spread

TRAINING, RUNNING, INFERENCE = "training", "running statistics", "inference"


class BatchNorm(torch.nn.Module):
    """Batch normalization of (n, features), with running statistics for inference.

    >>> BatchNorm(2).eval()(torch.zeros(1, 2)).tolist()
    [[0.0, 0.0]]
    """

    running_mean: torch.Tensor
    running_var: torch.Tensor

    def __init__(self, features: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        self.momentum, self.eps = momentum, eps
        self.weight = torch.nn.Parameter(torch.ones(features))
        self.bias = torch.nn.Parameter(torch.zeros(features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        running = running_statistics.RunningStatistics(self.running_mean, self.running_var)
        if not self.training:
            given = (self.weight, self.bias, running, self.eps)
            return running_statistics.batch_norm_inference(x, *given)
        new = running_statistics.update_statistics(running, x.detach(), self.momentum)
        self.running_mean, self.running_var = new.mean, new.variance
        return batch_normalization.batch_norm(x, self.weight, self.bias, self.eps)


def hidden(rng: np.random.Generator) -> list[Case]:
    """Training and its gradients, statistics over several batches, inference of one sample."""
    cases = []
    for n, d in ((2, 3), (7, 2)):
        init = (d, float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.05, 0.3)))
        x, other = (_single(spread(rng, n, d)) for _ in range(2))
        upstream = _single(rng.normal(size=(n, d)) + 1)
        told = _state(rng, d)
        learnt = {name: told[name] for name in ("weight", "bias")}
        training = (("load", learnt), ("train",), ("forward", x), ("backward", upstream))
        read = (("running_mean",), ("running_var",))
        running = (("forward", x), *read, ("eval",), ("forward", other), *read)
        again = (("train",), ("forward", other), *read)
        one = (("load", told), ("eval",), ("forward", x[:1]), ("backward", upstream[:1]))
        cases += [
            Case((init, training), part=TRAINING),
            Case((init, (*running, *again)), part=RUNNING),
            Case((init, (*one, ("forward", other), *read)), part=INFERENCE),
        ]
    fresh = ((3,), (("eval",), ("forward", _single(spread(rng, 4, 3)))))
    there_and_back = (("forward", x), ("eval",), ("forward", x), ("train",), ("forward", x))
    return [
        *cases,
        Case(fresh, part=INFERENCE),
        Case((init, there_and_back), part=INFERENCE),
        Case((init, there_and_back[:1] + there_and_back[3:]), part=TRAINING),
    ]


def _single(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32)


def _state(rng: np.random.Generator, d: int) -> dict[str, np.ndarray]:
    weight, bias = scales(rng, d)
    told = {"weight": weight, "bias": bias, "running_mean": rng.normal(size=d) + 2}
    told["running_var"] = rng.uniform(1.5, 4, size=d)
    return {name: _single(array) for name, array in told.items()}


def _first() -> np.ndarray:
    return _single(np.array([[1.0, 4.0], [3.0, -2.0], [8.0, 1.0]]))


def _other() -> np.ndarray:
    return _single(np.array([[0.0, 2.0], [2.0, 5.0]]))


EXERCISE = Exercise(
    name="BatchNorm",
    task="Write batch normalization as a torch.nn.Module with parameters weight and bias and "
    "buffers running_mean and running_var, that obeys train() and eval().",
    points=4,
    reference=BatchNorm,
    driver="module",
    # torch's parameters are float32.
    rtol=1e-4,
    atol=1e-6,
    public=(
        Case(((2, 0.1, 0.25), (("train",), ("forward", _first()))), part=TRAINING),
        Case(
            (
                (2, 0.1, 0.25),
                (
                    ("load", {"weight": _single(np.array([1.5, -2.0]))}),
                    ("forward", _first()),
                    ("backward", _single(np.array([[1.0, 2.0], [0.0, -1.0], [0.5, 0.0]]))),
                ),
            ),
            part=TRAINING,
        ),
        Case(
            (
                (2, 0.25, 0.25),
                (("forward", _first()), ("running_mean",), ("running_var",)),
            ),
            part=RUNNING,
        ),
        Case(
            (
                (2, 0.25, 0.25),
                (
                    ("forward", _first()),
                    ("eval",),
                    ("forward", _other()),
                    ("running_mean",),
                    ("running_var",),
                ),
            ),
            part=RUNNING,
        ),
        Case(((2, 0.1, 0.25), (("eval",), ("forward", _first()))), part=INFERENCE),
        Case(
            (
                (2, 0.1, 0.25),
                (
                    (
                        "load",
                        {
                            "running_mean": _single(np.array([2.0, -1.0])),
                            "running_var": _single(np.array([4.0, 2.0])),
                        },
                    ),
                    ("eval",),
                    ("forward", _first()[:1]),
                ),
            ),
            part=INFERENCE,
        ),
    ),
    hidden=hidden,
    parts={TRAINING: 1, RUNNING: 1, INFERENCE: 2},
    mistakes=(
        Mistake(
            BatchInEvalToo,
            "After eval() the running statistics normalise, not those of the batch: ask "
            "self.training.",
        ),
        Mistake(
            RunningInTrainingToo,
            "In training the batch's own statistics normalise: the running ones are only kept.",
        ),
        Mistake(
            UpdatesInEvalToo,
            "After eval() the running statistics stay: else the test data leak into them.",
        ),
        Mistake(
            BiasedRunningVariance,
            "running_var takes in the unbiased variance, n - 1: only training uses the biased one.",
        ),
        Mistake(
            UnbiasedInTraining,
            "In training the biased variance normalises: x.var(dim=0, unbiased=False).",
        ),
        Mistake(
            MomentumOfKeras,
            "That is Keras's momentum: here it is the weight of the new batch, 0.1 by default.",
        ),
        Mistake(NeverUpdated, "In training, each forward moves running_mean and running_var."),
        Mistake(
            NotBuffers,
            "running_mean and running_var must be buffers, register_buffer(...): else "
            "state_dict() neither saves nor loads them.",
        ),
        Mistake(
            StatisticsAreParameters,
            "The running statistics are no parameters, which an optimizer would change: "
            "register_buffer(...).",
        ),
        Mistake(
            NotParameters,
            "weight and bias must be torch.nn.Parameter: else nothing trains them.",
        ),
        Mistake(
            DetachedStatistics,
            "Do not detach the batch's statistics: the gradient flows through them too.",
        ),
        Mistake(VarianceFromZero, "The running variance starts at 1, not at 0."),
        Mistake(ScaleFromZero, "weight starts at 1, so that the module begins by normalising."),
        Mistake(EpsOutside, "ε stands inside the root, √(σ² + ε), not added to σ."),
        Mistake(
            OtherNames,
            "The parameters must be called weight and bias: state_dict() finds them by name.",
        ),
        Mistake(
            WithoutGradient,
            "Only the running statistics belong under no_grad(): the output must not.",
        ),
        Mistake(
            TurnedRound,
            "The two modes are turned round: self.training is true while training.",
        ),
    ),
    variants=(ByBuffers, ByLerp, ByAssignment, ByScaleAndShift),
    forbid=(*REFERENCES, *READY_NORMS),
)
