"""What the rules of `_arrays` and `_classes` say, word for word, and what they let through."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from course_lib import losses


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
