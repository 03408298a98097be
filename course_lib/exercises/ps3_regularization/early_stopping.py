"""Early stopping with patience (deck B, "Early stopping"; Prechelt, 1998)."""

from __future__ import annotations

import numpy as np

from course_lib.checks import Case, Exercise, Mistake
from course_lib.early_stopping import EarlyStopping

from . import early_stopping_answers as answers
from .shared import REFERENCES


def early_stopping(losses: np.ndarray, patience: int) -> tuple[int, int]:
    """(epoch after which training ends, epoch whose weights are kept), both counted from 1."""
    rule = EarlyStopping(patience)
    watch = rule.start()
    for loss in losses:
        if watch.stop:
            break
        watch = rule.update(watch, float(loss))
    return watch.epoch, watch.best_epoch


def _curve(rng: np.random.Generator, deltas: list[float]) -> np.ndarray:
    """A curve from about 2 that moves by ``deltas``, in units of about 0.1."""
    unit = rng.uniform(0.05, 0.15)
    steps = unit * np.array(deltas) * rng.uniform(0.9, 1.1, size=len(deltas))
    return rng.uniform(2, 3) + np.concatenate([[0.0], np.cumsum(steps)])


def hidden(rng: np.random.Generator) -> list[Case]:
    """Falling curves that rise for a while, plateaus, nan, and curves that outlast training."""
    falls = [-1.0] * int(rng.integers(1, 5))
    # Two rises of patience - 1 epochs, then the end, then the lowest loss of all.
    bump = [2.0, 0.1, -2.5]
    far = [*falls, *bump, *bump, 1.0, 0.2, -0.5, -0.2, -9.0, -1.0]
    # After a high peak, losses that fall again and stay above the best.
    peak = [*falls, 5.0, -1.0, -1.0, -1.0, -0.5, -9.0, 1.0]
    short = [*falls, 1.0, -0.3]
    tied = np.round(_curve(rng, falls), 2)
    tied = np.concatenate([tied, [tied[-1]] * 4, [tied[-1] - 1.0, tied[-1]]])
    missing = _curve(rng, [*falls, 0.5, 0.5, -0.2, -0.2])
    missing[len(falls) + 1 : len(falls) + 3] = np.nan
    whole = rng.integers(3, 9999) + np.array([5, 3, 4, 4, 2, 3, 6, 2, 2, 0, 1])
    return [
        Case((_curve(rng, far), 3)),
        Case((_curve(rng, peak), int(rng.integers(2, 5)))),
        Case((_curve(rng, short), int(rng.integers(3, 9)))),
        Case((_curve(rng, [*falls, *falls]), int(rng.integers(1, 4)))),
        Case((_curve(rng, [*falls, 1.0, -3.0]), 1)),
        Case((tied, int(rng.integers(2, 5)))),
        Case((missing, 2)),
        Case((whole, int(rng.integers(3, 5)))),
        Case((rng.uniform(size=1), int(rng.integers(1, 5)))),
    ]


EXERCISE = Exercise(
    name="early_stopping",
    task="Return (epoch after which training ends, epoch whose weights are kept), counted from 1: "
    "it ends when the validation loss was not below its best for patience epochs in a row.",
    points=3,
    reference=early_stopping,
    public=(
        Case((np.array([1.0, 0.5, 0.7, 0.6, 0.4]), 2)),
        Case((np.array([1.0, 0.8, 0.9, 0.7, 0.75, 0.6, 0.8, 0.7, 0.65, 0.2]), 3)),
        Case((np.array([1.0, 0.5, 3.0, 2.0, 1.0, 0.9, 0.1]), 3)),
        Case((np.array([0.9, 0.8, 0.7, 0.75]), 5)),
        Case((np.array([2, 1, 1, 1, 0, 2]), 2)),
        Case((np.array([0.9, 0.6, np.nan, np.nan, 0.8, 0.7]), 2)),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            answers.at_the_first_rise,
            "That ends at the first rise: a validation loss is noisy, so wait for patience epochs.",
        ),
        Mistake(
            answers.one_epoch_late,
            "One epoch too late: training ends with epoch number patience without improvement.",
        ),
        Mistake(
            answers.one_epoch_early,
            "One epoch too early: patience epochs in a row without improvement are allowed.",
        ),
        Mistake(
            answers.count_never_starts_anew,
            "The count goes on after an improvement: set it back to 0, patience is in a row.",
        ),
        Mistake(
            answers.against_the_last_loss,
            "Compare with the best loss so far, not with the last one: coming down from a peak is "
            "no improvement.",
        ),
        Mistake(
            answers.keeps_the_last,
            "The weights to keep are those of the best epoch, not the ones training ended with.",
        ),
        Mistake(
            answers.patience_epochs_back,
            "Where patience never runs out, the best epoch lies anywhere: remember it as it comes.",
        ),
        Mistake(
            answers.best_of_all_epochs,
            "That looks at epochs after the end: they were never trained.",
        ),
        Mistake(
            answers.counted_from_zero, "Epochs are counted from 1 here: both numbers are 1 too low."
        ),
        Mistake(
            answers.ties_count,
            "An equal loss is no improvement: it must lie below the best, so use <, not <=.",
        ),
        Mistake(answers.higher_is_better, "Lower is better: this watches for the highest loss."),
        Mistake(
            answers.nan_counts_as_better,
            "loss >= best is False for nan, which then passes for the best: ask for loss < best.",
        ),
        Mistake(
            answers.nan_passed_over,
            "An epoch whose loss is nan is one without improvement: count it.",
        ),
        Mistake(
            answers.swapped, "The order is (end of training, epoch to keep): the two are swapped."
        ),
        Mistake(
            answers.kept_epoch_alone,
            "That is the epoch to keep alone: return the pair (end of training, epoch to keep).",
        ),
    ),
    variants=(
        answers.by_waiting,
        answers.by_epochs_since,
        answers.by_running_minimum,
        answers.by_slices,
        answers.by_torch,
    ),
    forbid=REFERENCES,
)
