"""Problem set 8: batch normalization and its kin. ``EXERCISES`` in the order of the notebook."""

from course_lib.checks import Exercise

from . import (
    batch_norm,
    batch_norm_gradient,
    batch_norm_module,
    fold_batch_norm,
    group_norm,
    layer_norm,
    update_statistics,
)

TITLE = "Batch normalization"

EXERCISES: tuple[Exercise, ...] = tuple(
    module.EXERCISE
    for module in (
        batch_norm,
        batch_norm_gradient,
        update_statistics,
        fold_batch_norm,
        batch_norm_module,
        layer_norm,
        group_norm,
    )
)
