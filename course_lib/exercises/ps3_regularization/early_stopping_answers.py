"""Wrong and right answers to ``early_stopping``."""

from __future__ import annotations

import math

import numpy as np
import torch

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
