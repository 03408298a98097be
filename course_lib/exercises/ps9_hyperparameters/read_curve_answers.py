"""Wrong and right answers to ``read_curve``, as students write them."""

from __future__ import annotations

import math

import numpy as np
import torch

# --- mistakes ---


def nan_unseen(train, validation):
    best = np.nanargmin(validation)
    if train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def only_nan(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)):
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def only_the_last_finite(train, validation):
    best = np.nanargmin(validation)
    if not np.isfinite(train[-1]) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def from_zero(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best


def nan_is_lowest(train, validation):
    best = np.argmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def by_the_gap(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * train[-1]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def tenth_as_a_number(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > validation[best] + 0.1:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def any_rise(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def against_the_first(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[0]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def too_low_first(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if train[-1] > 0.8 * train[0]:
        return "rate too low", best + 1
    return ("over-fitting" if validation[-1] > 1.1 * validation[best] else "good fit"), best + 1


def of_the_highest(train, validation):
    best = np.nanargmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train.max() else "good fit"), best + 1


def lowest_training_loss(train, validation):
    best = np.nanargmin(train)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * np.nanmin(validation):
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def lowest_loss_itself(train, validation):
    best = np.nanmin(validation)
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best
    if validation[-1] > 1.1 * best:
        return "over-fitting", best
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best


def without_epoch(train, validation):
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high"
    if validation[-1] > 1.1 * np.nanmin(validation):
        return "over-fitting"
    return "rate too low" if train[-1] > 0.8 * train[0] else "good fit"


# --- variants ---


def by_ifs(train, validation):
    epoch = int(np.nanargmin(validation)) + 1
    if np.isnan(train).any() or np.isinf(train).any() or not train[-1] < train[0]:
        return "rate too high", epoch
    if validation[-1] / np.nanmin(validation) > 1.1:
        return "over-fitting", epoch
    if train[-1] / train[0] > 0.8:
        return "rate too low", epoch
    return "good fit", epoch


def by_loop(train, validation):
    epoch, lowest = 0, math.inf
    for number, loss in enumerate(validation, start=1):
        if loss < lowest:
            epoch, lowest = number, loss
    if any(not math.isfinite(loss) for loss in train) or train[-1] >= train[0]:
        name = "rate too high"
    elif validation[-1] > lowest * 1.1:
        name = "over-fitting"
    elif train[-1] > train[0] * 0.8:
        name = "rate too low"
    else:
        name = "good fit"
    return [name, epoch]


def by_replacing_nan(train, validation):
    filled = np.where(np.isnan(validation), np.inf, validation)
    epoch = np.argmin(filled) + 1
    rules = (
        ("rate too high", not np.isfinite(np.sum(train)) or train[-1] >= train[0]),
        ("over-fitting", filled[-1] > 1.1 * filled.min()),
        ("rate too low", train[-1] > 0.8 * train[0]),
        ("good fit", True),
    )
    return next(name for name, holds in rules if holds), epoch


def by_torch(train, validation):
    train, validation = torch.as_tensor(train), torch.as_tensor(validation)
    validation = torch.nan_to_num(validation, nan=torch.inf, posinf=torch.inf)
    epoch = validation.argmin() + 1
    if not torch.isfinite(train).all() or train[-1] >= train[0]:
        return "rate too high", epoch
    if validation[-1] > 1.1 * validation.min():
        return "over-fitting", epoch
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), epoch
