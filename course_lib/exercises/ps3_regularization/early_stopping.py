"""Early stopping with patience (deck B, "Early stopping"; Prechelt, 1998)."""

from __future__ import annotations

import math

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.early_stopping import EarlyStopping

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


# --- mistakes ---


def at_the_first_rise(losses, patience):
    for i in range(1, len(losses)):
        if not losses[i] < losses[i - 1]:
            return i + 1, i
    return len(losses), len(losses)


def one_epoch_late(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited > patience:
                return epoch, kept
    return len(losses), kept


def one_epoch_early(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience - 1:
                return epoch, kept
    return len(losses), kept


def count_never_starts_anew(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept = loss, epoch
        else:
            waited += 1
            if waited >= patience:
                return epoch, kept
    return len(losses), kept


def against_the_last_loss(losses, patience):
    last, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < last:
            kept, waited = epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, kept
        last = loss
    return len(losses), kept


def keeps_the_last(losses, patience):
    best, waited = math.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, epoch
    return len(losses), len(losses)


def patience_epochs_back(losses, patience):
    best, waited = math.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, epoch - patience
    return len(losses), len(losses) - patience


def best_of_all_epochs(losses, patience):
    best, waited = math.inf, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, int(np.nanargmin(losses)) + 1
    return len(losses), int(np.nanargmin(losses)) + 1


def counted_from_zero(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, kept
    return len(losses) - 1, kept


def ties_count(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss <= best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, kept
    return len(losses), kept


def higher_is_better(losses, patience):
    best, kept, waited = -math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss > best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, kept
    return len(losses), kept


def nan_counts_as_better(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss >= best:
            waited += 1
            if waited >= patience:
                return epoch, kept
        else:
            best, kept, waited = loss, epoch, 0
    return len(losses), kept


def nan_passed_over(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        elif loss >= best:
            waited += 1
            if waited >= patience:
                return epoch, kept
    return len(losses), kept


def swapped(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return kept, epoch
    return kept, len(losses)


def kept_epoch_alone(losses, patience):
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return kept


# --- variants ---


def by_waiting(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        waited += 1
        if loss < best:
            best, kept, waited = loss, epoch, 0
        if waited == patience:
            break
    return [epoch, kept]


def by_epochs_since(losses, patience):
    kept = 1
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[kept - 1]:
            kept = epoch
        elif epoch - kept == patience:
            return epoch, kept
    return len(losses), kept


def by_running_minimum(losses, patience):
    lowest = np.fmin.accumulate(losses)
    better = np.concatenate([[True], losses[1:] < lowest[:-1]])
    epochs = np.arange(1, len(losses) + 1)
    kept = np.maximum.accumulate(np.where(better, epochs, 0))
    over = np.flatnonzero(epochs - kept >= patience)
    end = over[0] if over.size else len(losses) - 1
    return np.array([epochs[end], kept[end]])


def by_slices(losses, patience):
    seen = [math.inf if math.isnan(x) else float(x) for x in losses]
    for epoch in range(1, len(seen) + 1):
        kept = 1 + seen[:epoch].index(min(seen[:epoch]))
        if epoch - kept >= patience:
            return epoch, kept
    return len(seen), kept


def by_torch(losses, patience):
    losses = torch.nan_to_num(torch.as_tensor(losses, dtype=torch.float64), nan=math.inf)
    kept, epoch = 1, 1
    while epoch < len(losses) and epoch - kept < patience:
        epoch += 1
        kept = epoch if bool(losses[epoch - 1] < losses[: epoch - 1].min()) else kept
    return torch.tensor([epoch, kept])


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
            at_the_first_rise,
            "That ends at the first rise: a validation loss is noisy, so wait for patience epochs.",
        ),
        Mistake(
            one_epoch_late,
            "One epoch too late: training ends with epoch number patience without improvement.",
        ),
        Mistake(
            one_epoch_early,
            "One epoch too early: patience epochs in a row without improvement are allowed.",
        ),
        Mistake(
            count_never_starts_anew,
            "The count goes on after an improvement: set it back to 0, patience is in a row.",
        ),
        Mistake(
            against_the_last_loss,
            "Compare with the best loss so far, not with the last one: coming down from a peak is "
            "no improvement.",
        ),
        Mistake(
            keeps_the_last,
            "The weights to keep are those of the best epoch, not the ones training ended with.",
        ),
        Mistake(
            patience_epochs_back,
            "Where patience never runs out, the best epoch lies anywhere: remember it as it comes.",
        ),
        Mistake(
            best_of_all_epochs,
            "That looks at epochs after the end: they were never trained.",
        ),
        Mistake(counted_from_zero, "Epochs are counted from 1 here: both numbers are 1 too low."),
        Mistake(
            ties_count,
            "An equal loss is no improvement: it must lie below the best, so use <, not <=.",
        ),
        Mistake(higher_is_better, "Lower is better: this watches for the highest loss."),
        Mistake(
            nan_counts_as_better,
            "loss >= best is False for nan, which then passes for the best: ask for loss < best.",
        ),
        Mistake(
            nan_passed_over,
            "An epoch whose loss is nan is one without improvement: count it.",
        ),
        Mistake(swapped, "The order is (end of training, epoch to keep): the two are swapped."),
        Mistake(
            kept_epoch_alone,
            "That is the epoch to keep alone: return the pair (end of training, epoch to keep).",
        ),
    ),
    variants=(by_waiting, by_epochs_since, by_running_minimum, by_slices, by_torch),
    forbid=REFERENCES,
)
