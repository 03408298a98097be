"""How a good call goes wrong: every argument by its kind, and some by what only they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from bad_losses import bad_arguments
from good_calls import GOOD, Call
from good_values import CHANNEL, IMAGES, LABELS, MASK, X

from course_lib.filters import Filter, ar1, compensated, summer

# "a must be finite; got nan at index (0, 1): find where it arises before this call"
SENTENCE = re.compile(r"^(each row of )?\w.* must .+; got .+: .+$", re.DOTALL)

GROWING = Filter((1.0,), (1.0, -1.1))  # a pole outside the unit circle, and not declared

# What is wrong with one argument of one function, beside what is wrong with its kind.
OWN: dict[str, list[dict[str, Any]]] = {
    "activations.softmax_jacobian": [{"s": 0.5}],
    "preprocessing.PCA": [{"n_components": 0}],
    "preprocessing.MinMax": [{"high": -1.0}],
    "preprocessing.PCAWhitening": [{"epsilon": -0.1}],
    "preprocessing.ZCAWhitening": [{"epsilon": -0.1}],
    "preprocessing.Scaling": [{"scale": CHANNEL[:3]}],
    "preprocessing.Scaling.transform": [{"x": X[:, :3]}],
    "preprocessing.Projection.transform": [{"x": X[:, :3]}],
    "preprocessing.rescale": [{"high": 0.0}, {"to_high": -1.0}],
    "initialization.fans": [{"shape": (3,)}, {"shape": (3, 0)}],
    "initialization.small_normal": [{"std": -1.0}],
    "lottery.apply_masks": [{"masks": [MASK]}, {"masks": [2 * X, X[0]]}],
    "lottery.prune_globally": [{"fraction": 1.5}],
    "lottery.prune_per_layer": [{"fraction": -0.5}],
    "lottery.round_fraction": [{"kept": 0.0}, {"rounds": 0}],
    "gradients.central_difference": [{"function": lambda x: x}, {"step": -1e-5}],
    "gradients.clip_by_norm": [{"max_norm": 0.0}],
    "gradients.clip_by_value": [{"limit": -1.0}],
    "gradients.gradient_check": [{"gradient": lambda x: x[:1]}, {"tolerance": 0.0}],
    "gradients.relative_error": [{"numeric": X[:1]}],
    "regularization.EarlyStopping": [{"patience": -1}, {"min_delta": -0.1}],
    "regularization.l2_penalty": [{"lam": -0.1}],
    "regularization.decoupled_step": [{"direction": X[:1]}, {"rate": -0.1}],
    "regularization.lam_of_gaussian_prior": [{"sigma": 0.0}],
    "regularization.out_of_bag": [{"bag": LABELS + 6}],
    "regularization.out_of_bag_average": [{"bags": [LABELS]}],
    "regularization.soft_threshold": [{"threshold": -0.1}],
    "dropout.dropout_mask": [{"p": 1.0}, {"p": -0.1}],
    "dropout.inverted_dropout": [{"mask": MASK[:1]}, {"mask": 2 * X}, {"p": 1.0}],
    "dropout.scaled_weights": [{"keep": 0.0}],
    "dropout.all_masks": [{"n": 60}],
    "normalization.batch_norm": [{"x": X[:1]}, {"gamma": CHANNEL[:3]}, {"eps": -1.0}],
    "normalization.group_norm": [{"n_groups": 3}],
    "normalization.instance_norm": [{"x": X}],
    "normalization.update_statistics": [{"x": IMAGES[:, :3]}, {"momentum": 1.5}],
    "normalization.RunningStatistics": [{"variance": -CHANNEL}, {"variance": CHANNEL[:3]}],
    "filters.Filter": [{"a": (0.0, 1.0)}, {"b": (0.0, 0.0)}],
    "filters.ar1": [{"alpha": 1.0}, {"alpha": -0.5}],
    "filters.arma1": [{"pole": 1.0}, {"gain": 0.0}],
    "filters.compensated": [{"f": Filter((0.0, 1.0))}],
    "filters.peak_hold": [{"f": Filter((1.0, -1.0))}],
    "optimizers.Rule": [{"rate": -0.1}, {"gradient": GROWING}, {"variance": Filter((1.0, -1.0))}],
    "optimizers.Adadelta": [{"epsilon": 0.0}],
    "optimizers.adam": [{"rate": -0.1}, {"beta1": 1.0}, {"beta2": -0.1}, {"epsilon": -1e-8}],
    "optimizers.sgd": [{"rate": -0.1}],
    "optimizers.momentum": [{"alpha": 1.0}],
    "optimizers.rmsprop": [{"rho": 1.0}],
    "optimizers.lars": [{"trust": 0.0}],
    "optimizers.lowpass": [{"gradient": GROWING}, {"gradient": ((1.0,), (0.0, 1.0))}],
    "optimizers.descend": [{"gradient": lambda theta: theta[:1]}, {"steps": 0}],
    "optimizers.newton_step": [{"hessian": np.zeros((2, 2))}, {"hessian": np.eye(3)}],
    "optimizers.table": [{"rules": {"mine": None}}],
    "torch_optimizers.TorchOptimizer": [
        {"rule": 0.1},
        {"params": [torch.ones(2, dtype=torch.complex64)]},
        {"params": [{"params": [torch.ones(2)], "lr": -0.1}]},
    ],
    "stability.closed_loop_poles": [{"f": compensated(ar1(0.5))}],
    "stability.largest_stable_gain": [{"f": summer()}],
    "schedules.Constant": [{"rate": -0.1}],
    "schedules.Cosine": [{"steps": 0}],
    "schedules.Joined": [{"milestones": (3, 3)}, {"milestones": ()}],
    "schedules.Milestones": [{"at": (5, 3)}],
    "schedules.Schedule.__call__": [{"t": -1}, {"t": [0.5]}],
    "surfaces.beale": [{"points": X}],
    "surfaces.Surface.grid": [{"n": 1}],
    "data.curve_samples": [{"n": 0}, {"noise": -0.1}],
    "data.images": [{"name": "cats"}],
    "data.split": [{"fractions": (0.5, 0.6)}],
    "backprop.TwoLayer": [{"w_out": X}],
    "backprop.backward": [{"y": np.array([[0.5, 0.6]])}],
    "backprop.descend": [{"rate": -0.1}],
    "backprop.forward": [{"x": X[:, :3]}],
    "backprop.loss": [{"y": np.array([[0.5, 0.6]])}],
    "minibatch.batches": [{"size": 0}],
    "minibatch.minibatch_gradient": [{"batch": LABELS + 9}],
    "training.train": [{"epochs": 0}, {"train_data": (X, LABELS[:3])}],
    "training.evaluate": [{"data": (X, LABELS[:3])}],
    "search.joint_objective": [{"weight": -1.0}, {"error": 1.5}],
    "data.k_fold": [{"k": 1}],
    "search.search": [{"space": {}}, {"method": None}],
    "data.wrong_labels": [{"labels": LABELS + 3}, {"fraction": 1.5}],
}

# What spoils others of its kind, and is right here.
MEANT = {
    ("search.Choice", "values", "negative"): "values may be anything",
    ("search.Choice", "values", "broken"): "values may be anything",
    ("search.Choice", "values", "nan"): "values may be anything",
    ("search.Integer", "low", "negative"): "a range may lie anywhere",
    ("search.When", "name", "unknown"): "the space that it is used in refuses it",
    ("search.When", "values", "unknown"): "values may be anything",
    ("data.stratified_k_fold", "labels", "text"): "names of classes",
    ("data.stratified_k_fold", "labels", "negative"): "names of classes",
    ("data.stratified_split", "labels", "text"): "names of classes",
    ("data.stratified_split", "labels", "negative"): "names of classes",
    ("regularization.EarlyStopping.update", "value", "nan"): "a diverged loss is no improvement",
    ("regularization.EarlyStopping.update", "value", "inf"): "a diverged loss is no improvement",
}

# Public, and nothing is refused of their arguments; by the reason why.
REASONS = {
    "holds what a function of the course found": """
        data.Images data.Samples gradients.GradientCheck lottery.Ticket regularization.Watch
        schedules.PlateauState search.Border search.Proposal search.Result
        search.Trial backprop.Trace training.History
        activations.Activation""",
    "an exception or a warning": "data.DownloadError search.BorderWarning checks.CheckFailed",
    "takes no argument": """
        backprop.worked_example data.data_folder filters.identity filters.summer
        optimizers.deck_rules plotting.use_book_style""",
    "takes what the course made, and names it": "backprop.numbered",
    "an interface": "search.Axis search.Method",
    "a part of a declaration, which Exercise checks whole": "checks.Case checks.Mistake",
    "what it refuses is tested with files, mirrors and exercises": """
        data.fetch data.read_idx checks.Exercise checks.check""",
    "hands its arrays to matplotlib, which refuses": """
        plotting.activation_histograms plotting.bode_magnitude plotting.bode_phase
        plotting.contours plotting.curves plotting.learning_curves plotting.pole_zero
        plotting.region plotting.samples plotting.trajectories""",
}
EXEMPT = {name: reason for reason, names in REASONS.items() for name in names.split()}


def one(x: np.ndarray, value: float) -> np.ndarray:
    x = x.copy()
    x.flat[-1] = value
    return x


# How an array can be wrong, whatever it means.
ARRAYS: dict[str, Callable[[np.ndarray], object]] = {
    "empty": lambda x: x[:0],
    "complex": lambda x: x.astype(complex),
    "text": lambda x: x.astype(str),
    "objects": lambda x: x.astype(object),
    "ragged": lambda x: [[1.0, 2.0], [3.0]],
    "tensors in a list": lambda x: [torch.ones(2, requires_grad=True)],
    "nothing": lambda x: None,
}
# And one of floats, of integers, of truth values.
FLOATS = {"nan": lambda x: one(x, np.nan), "inf": lambda x: one(x, np.inf)}
INTEGERS = {"half": lambda x: x + 0.5, "negative": lambda x: x - 100}
TRUTHS = {"twos": lambda x: 2 * x}
OF_TYPE = {float: FLOATS, int: INTEGERS, bool: TRUTHS}


def spoilt(value: Any) -> Iterator[tuple[str, Any]]:
    """What is wrong for any argument of the kind of ``value``, with a word for it."""
    if isinstance(value, np.random.Generator):
        yield "seed", 3
    elif isinstance(value, np.ndarray):
        ways = ARRAYS | OF_TYPE[value.dtype.type(0).item().__class__]
        yield from ((how, way(value)) for how, way in ways.items())
    elif isinstance(value, str):
        yield "unknown", "no such thing"
    elif isinstance(value, float):
        yield from (("nan", np.nan), ("inf", np.inf), ("text", "0.1"))
    elif isinstance(value, int):
        yield from (("negative", -1), ("broken", 2.5), ("nan", np.nan))
    elif isinstance(value, list | tuple):
        yield "none", type(value)()
        for how, first in spoilt(value[0]):
            yield how, type(value)([first, *value[1:]])


def cases() -> list:
    """A good call, what to put in the place of which argument, and a name for the case."""
    found = [(call, name, how, bad) for call in GOOD for name, how, bad in _cases(call)]
    calls = {call.name: call for call in GOOD}
    for name, position, how, spoil in bad_arguments():
        call = calls[f"losses.{name}"]
        found.append((call, call.names[position], how, spoil(call.args[position])))
    return [pytest.param(c, {n: bad}, id=f"{c.name}-{n}-{how}") for c, n, how, bad in found]


def _cases(call: Call) -> Iterator[tuple[str, str, Any]]:
    for name, value in zip(call.names, call.args, strict=True):
        for how, bad in spoilt(value):
            if (call.name, name, how) not in MEANT:
                yield name, how, bad
    for number, own in enumerate(OWN.get(call.name, [])):
        yield from ((name, f"own{number}", bad) for name, bad in own.items())
