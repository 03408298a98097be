"""K-fold cross validation (deck D, "When whole set is small: K-fold cross validation")."""

from __future__ import annotations

import numpy as np
import torch

from course_lib.checks import Case, Exercise, Mistake
from course_lib.checks.given import rng as given_rng
from course_lib.splits import k_fold

from .k_folds_rule import accept
from .shared import OTHER_SOURCES, REFERENCES, fresh_rng


def k_folds(n: int, k: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """k pairs (train, validation): shuffled, every sample validates once, sizes within one."""
    return k_fold(n, k, rng)


def hidden(rng: np.random.Generator) -> list[Case]:
    k = int(rng.integers(3, 6))
    sizes = (
        (k * 40 + k - 1, k),  # the remainder is as large as it can be
        (int(rng.integers(50, 90)) * 2, 2),
        (int(rng.integers(7, 12)), 3),
        (k, k),  # leave one out
        (150, 5),
    )
    return [Case((n, folds, fresh_rng(rng))) for n, folds in sizes]


# --- mistakes ---


def without_shuffling(n, k, rng):
    parts = np.array_split(np.arange(n), k)
    return [(np.setdiff1d(np.arange(n), part), part) for part in parts]


def in_stripes(n, k, rng):
    fold = np.arange(n) % k
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def remainder_dropped(n, k, rng):
    order, size = rng.permutation(n), n // k
    pairs = []
    for i in range(k):
        part = order[i * size : (i + 1) * size]
        pairs.append((np.setdiff1d(order, part), part))
    return pairs


def remainder_to_the_last(n, k, rng):
    order, size = rng.permutation(n), n // k
    pairs = []
    for i in range(k):
        part = order[i * size :] if i == k - 1 else order[i * size : (i + 1) * size]
        pairs.append((np.setdiff1d(order, part), part))
    return pairs


def drawn_anew_each_time(n, k, rng):
    pairs = []
    for _ in range(k):
        order = rng.permutation(n)
        pairs.append((order[n // k :], order[: n // k]))
    return pairs


def folds_at_random(n, k, rng):
    fold = rng.integers(k, size=n)
    fold[:k] = np.arange(k)
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def trained_on_everything(n, k, rng):
    order = rng.permutation(n)
    return [(order, part) for part in np.array_split(order, k)]


def pairs_turned_round(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(part, np.setdiff1d(np.arange(n), part)) for part in parts]


def one_fold_to_train(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(parts[(i + 1) % k], parts[i]) for i in range(k)]


def only_the_folds(n, k, rng):
    return np.array_split(rng.permutation(n), k)


def masks(n, k, rng):
    fold = rng.permutation(np.arange(n) % k)
    return [(fold != i, fold == i) for i in range(k)]


def counted_from_one(n, k, rng):
    parts = np.array_split(rng.permutation(n) + 1, k)
    return [(np.setdiff1d(np.arange(1, n + 1), part), part) for part in parts]


# --- variants ---


def by_array_split(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


def by_dealing(n, k, rng):
    order = rng.permutation(n)
    return [(order[np.arange(n) % k != i], order[i::k]) for i in range(k)]


def by_fold_numbers(n, k, rng):
    fold = rng.permutation(np.arange(n) % k)
    return tuple((np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k))


def by_lists(n, k, rng):
    order = list(range(n))
    rng.shuffle(order)
    pairs = []
    for i in range(k):
        low, high = i * n // k, (i + 1) * n // k
        pairs.append([order[:low] + order[high:], order[low:high]])
    return pairs


def by_masks(n, k, rng):
    order = np.argsort(rng.random(n))
    pairs = []
    for part in np.array_split(order, k):
        trains = np.ones(n, dtype=bool)
        trains[part] = False
        pairs.append((np.flatnonzero(trains), np.sort(part)))
    return pairs


def by_torch(n, k, rng):
    order = torch.as_tensor(rng.permutation(n))
    parts = torch.tensor_split(order, k)
    return [(torch.cat(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


EXERCISE = Exercise(
    name="k_folds",
    task="Return k pairs (train, validation) of index arrays: the n samples, shuffled with rng, "
    "validate once each, in parts whose sizes differ by at most one; the others train.",
    points=3,
    reference=k_folds,
    public=(
        Case((10, 3, given_rng(2511))),
        Case((120, 4, given_rng(2512))),
        Case((103, 4, given_rng(2513))),
        Case((5, 5, given_rng(2514))),
        Case((60, 2, given_rng(2515))),
    ),
    hidden=hidden,
    accept=accept,
    # 30 of 60 samples are a run, or evenly spaced, in fewer than 40 of 1e17 ways, and all other
    # parts of at least 20 are drawn from more samples.
    false_alarm=1e-9,
    mistakes=(
        Mistake(
            without_shuffling,
            "The samples are not shuffled: a data set sorted by class would validate on classes it "
            "has not trained on.",
        ),
        Mistake(
            in_stripes,
            "Every k-th sample is no shuffling: permute the samples with rng before you deal them.",
        ),
        Mistake(
            remainder_dropped,
            "The n % k samples that are left over never validate: deal them out too.",
        ),
        Mistake(
            remainder_to_the_last,
            "The last part takes all that is left over: give one more each to the first parts.",
        ),
        Mistake(
            drawn_anew_each_time,
            "The samples are shuffled anew for each pair: shuffle once, then cut into k parts.",
        ),
        Mistake(
            folds_at_random,
            "A fold drawn for each sample makes parts of any size: shuffle, then cut evenly.",
        ),
        Mistake(
            trained_on_everything,
            "The validation samples train too: leave them out of the training part.",
        ),
        Mistake(
            pairs_turned_round,
            "train and validation are swapped: k - 1 parts train, and one validates.",
        ),
        Mistake(
            one_fold_to_train, "Only one part trains: all k - 1 parts that do not validate should."
        ),
        Mistake(
            only_the_folds,
            "Those are the k parts: for each of them return the pair (all others, this one).",
        ),
        Mistake(masks, "Those are masks: np.flatnonzero makes the indices of them."),
        Mistake(counted_from_one, "Indices count from 0 to n - 1."),
    ),
    variants=(by_array_split, by_dealing, by_fold_numbers, by_lists, by_masks, by_torch),
    forbid=(*REFERENCES, *OTHER_SOURCES),
)
