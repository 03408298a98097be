"""What every public function refuses, and that each refusal says rule, what came, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from loss_table import GOOD

from course_lib import losses

# "a must be finite; got nan at index (0, 1): find where it arises before this call"
SENTENCE = re.compile(r"^(each row of )?\w.* must .+; got .+: .+$")


def replaced(x: np.ndarray, value: float) -> np.ndarray:
    x = x.astype(float)
    x.flat[1] = value
    return x


# How any argument of any function can be wrong.
SPOILT: dict[str, Callable[[np.ndarray], object]] = {
    "nan": lambda x: replaced(x, np.nan),
    "inf": lambda x: replaced(x, np.inf),
    "empty": lambda x: x[:0],
    "complex": lambda x: x.astype(complex),
    "text": lambda x: x.astype(str),
    "objects": lambda x: x.astype(object),
    "ragged": lambda x: [[1.0, 2.0], [3.0]],
    "tensors in a list": lambda x: [torch.ones(2, requires_grad=True)],
    "nothing": lambda x: None,
    "a number": lambda x: 0.0,
}
# How one of two arguments can be wrong beside the other.
MISFITS: dict[str, Callable[[np.ndarray], object]] = {
    "an axis more": lambda x: x[..., None],
    "an axis in front": lambda x: x[None],
    "one row for all": lambda x: x[:1],
    "another library": torch.as_tensor,
}
LABELS = {
    "float": lambda c: c.astype(float),
    "boolean": lambda c: c.astype(bool),
    "too large": lambda c: c + 4,
    "negative": lambda c: c - 4,
    "one-hot": lambda c: np.eye(4, dtype=int)[c],
}
PROBABILITIES = {
    "negative": lambda p: p - 0.2,
    "percent": lambda p: 100 * p,
    "logits": lambda p: 9 * p - 3,
}
UNIT = {"below 0": lambda p: p - 1, "above 1": lambda p: p + 1}
SIGNS = {"zero and one": lambda y: (y + 1) / 2, "twos": lambda y: 2 * y}
LOG_PROBABILITIES = {
    "probabilities": np.exp,
    "base 2": lambda log_p: log_p / np.log(2),
    "far above 0": lambda log_p: log_p + 1e4,
}
# Which functions take what, by position of the argument.
KINDS = {
    "labels": (LABELS, {1: "nll cross_entropy cross_entropy_from_logits multiclass_hinge"}),
    "probabilities": (
        PROBABILITIES,
        {
            0: "entropy cross_entropy soft_cross_entropy kl_divergence",
            1: "soft_cross_entropy kl_divergence soft_cross_entropy_from_logits",
        },
    ),
    "unit": (
        UNIT,
        {0: "binary_cross_entropy", 1: "binary_cross_entropy binary_cross_entropy_from_logits"},
    ),
    "signs": (SIGNS, {1: "hinge"}),
    "log": (LOG_PROBABILITIES, {0: "nll"}),
}


def n_arguments(name: str) -> int:
    return len(GOOD[name](np.random.default_rng(0)))


def cases() -> list:
    bad = []
    for name in losses.__all__:
        for position in range(n_arguments(name)):
            for how, spoil in SPOILT.items():
                bad.append((name, position, how, spoil))
            if n_arguments(name) == 2:
                bad += [(name, position, how, spoil) for how, spoil in MISFITS.items()]
    for spoils, functions in KINDS.values():
        for position, names in functions.items():
            for name in names.split():
                own = [name, f"{name}_gradient"] if name != "entropy" else [name]
                bad += [(n, position, how, spoil) for n in own for how, spoil in spoils.items()]
    return [pytest.param(n, p, s, id=f"{n}-{p}-{how}") for n, p, how, s in bad]


@pytest.mark.parametrize(("name", "position", "spoil"), cases())
def test_bad_input_is_refused_with_rule_what_came_and_what_to_do(
    name: str, position: int, spoil: Callable
) -> None:
    args = list(GOOD[name](np.random.default_rng(3)))
    args[position] = spoil(args[position])
    with pytest.raises(ValueError, match=" must ") as error:
        getattr(losses, name)(*args)
    assert SENTENCE.match(str(error.value)), str(error.value)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: losses.mse(np.ones(3), np.ones((3, 1))),
            "a and y must have the same shape; got (3,) and (3, 1): "
            "reshape one of them (nothing is broadcast here)",
        ),
        (
            lambda: losses.mae(torch.tensor([0.0, np.nan], requires_grad=True), torch.ones(2)),
            "a must be finite; got nan at index (1,): find where it arises before this call",
        ),
        (
            lambda: losses.nll(np.log([[0.5, 0.5]]), [-1]),
            "labels must lie in 0..1, as log_p has 2 classes; got -1 at index (0,): "
            "number the classes from 0",
        ),
        (
            lambda: losses.entropy([2.0, 1.0]),
            "each row of p must sum to 1; got 3: pass probabilities "
            "(for logits use softmax, or the loss named ..._from_logits)",
        ),
        (
            lambda: losses.hinge(np.ones(1), torch.ones(1)),
            "s and y must come from one library; got numpy and torch mixed: "
            "convert them all to numpy arrays or all to torch tensors",
        ),
        (
            lambda: losses.hinge([0.5], [0]),
            "y must be -1 or +1; got 0 at index (0,): turn a label of 0 or 1 into 2*y - 1",
        ),
    ],
)
def test_the_sentences_read_well(call: Callable, sentence: str) -> None:
    with pytest.raises(ValueError, match="must") as error:
        call()
    assert str(error.value) == sentence


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_probabilities_may_carry_the_rounding_of_their_precision(dtype: torch.dtype) -> None:
    p = torch.softmax(torch.tensor(np.random.default_rng(4).normal(size=(50, 3))), -1).to(dtype)
    assert torch.isfinite(losses.entropy(p))
    assert np.isfinite(losses.entropy(np.round([[1 / 3, 1 / 3, 1 / 3]], 4)))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "int64"])
def test_labels_may_be_any_integers(dtype: str) -> None:
    s, labels = np.eye(3), np.array([0, 2, 1], dtype=dtype)
    expected = losses.cross_entropy_from_logits(s, [0, 2, 1])
    assert losses.cross_entropy_from_logits(s, labels) == expected
    got = losses.cross_entropy_from_logits(torch.tensor(s), torch.tensor(labels))
    np.testing.assert_allclose(got, expected, rtol=1e-12)
