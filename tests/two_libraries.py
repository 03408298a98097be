"""What a function is tried with that takes arrays of numpy and tensors of torch alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import settings


def as_tensor(x: object) -> torch.Tensor:
    """As ``torch.as_tensor``, a list in numpy's double precision."""
    return torch.as_tensor(np.asarray(x))


both = pytest.mark.parametrize("to", [np.asarray, as_tensor], ids=["numpy", "torch"])
anything = settings(deadline=None, max_examples=60)
