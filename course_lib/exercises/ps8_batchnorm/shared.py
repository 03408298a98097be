"""What the exercises of this set have in common: what is forbidden, and how cases are drawn."""

from __future__ import annotations

import numpy as np

# The reference and every module that it comes from.
REFERENCES = (
    "course_lib.exercises",
    "course_lib.normalization",
    "course_lib.batch_normalization",
    "course_lib.running_statistics",
    "course_lib.sample_normalization",
    "course_lib._standardize",
)

# Norms as libraries have them; a leading dot is the method of anything.
READY_NORMS = (
    "sklearn.preprocessing",
    "torch.ops",
    "torch.nn.modules.batchnorm",
    "torch.nn.modules.instancenorm",
    "torch.nn.modules.normalization",
    "torch.nn.utils.fusion",
    "torch.nn.utils.fuse_linear_bn_eval",
    "torch.nn.utils.fuse_linear_bn_weights",
    *(
        f"{home}.{kind}_norm"
        for home in ("torch", "torch.nn.functional")
        for kind in ("batch", "native_batch", "instance", "layer", "native_layer", "group")
    ),
    *(
        f"torch.nn.{kind}"
        for kind in (
            "BatchNorm1d",
            "BatchNorm2d",
            "BatchNorm3d",
            "SyncBatchNorm",
            "LazyBatchNorm1d",
            "LazyBatchNorm2d",
            "LazyBatchNorm3d",
            "InstanceNorm1d",
            "InstanceNorm2d",
            "InstanceNorm3d",
            "LayerNorm",
            "GroupNorm",
        )
    ),
)


def scales(rng: np.random.Generator, d: int) -> tuple[np.ndarray, np.ndarray]:
    """γ and β, each ``(d,)``: of either sign, none near 0 or 1, no two of one size."""
    sizes = np.linspace(1.3, 2.7, d) if d > 1 else np.array([1.7])
    gamma = rng.permutation(sizes * rng.uniform(0.97, 1.03, size=d)) * rng.choice([-1, 1], size=d)
    return gamma, rng.permutation(np.linspace(0.4, 1.1, d)) + rng.uniform(0, 0.05, size=d)


def spread(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Numbers of mean and deviation of their own for each channel (axis 1), none of them 0 or 1."""
    channels = (1, shape[1]) + (1,) * (len(shape) - 2)
    centres = rng.uniform(1, 3, size=channels) * rng.choice([-1, 1], size=channels)
    return centres + rng.uniform(1.5, 2.5, size=channels) * rng.normal(size=shape)
