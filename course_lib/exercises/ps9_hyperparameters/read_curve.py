"""Reading learning curves (deck C, "Babysitting the learning process")."""

from __future__ import annotations

import numpy as np

from course_lib.checks import Case, Exercise, Mistake

from . import read_curve_answers as answers
from .shared import REFERENCES


def read_curve(train: np.ndarray, validation: np.ndarray) -> tuple[str, int]:
    """What two learning curves say, and the epoch, from 1, of the lowest validation loss.

    "rate too high": a training loss is not finite, or the last not below the first; else
    "over-fitting": the last validation loss is more than a tenth above the lowest; else
    "rate too low": the last training loss is above 80 % of the first; else "good fit".
    """
    best = int(np.nanargmin(validation))
    if not np.all(np.isfinite(train)) or train[-1] >= train[0]:
        return "rate too high", best + 1
    if validation[-1] > 1.1 * validation[best]:
        return "over-fitting", best + 1
    return ("rate too low" if train[-1] > 0.8 * train[0] else "good fit"), best + 1


def hidden(rng: np.random.Generator) -> list[Case]:
    makers = (_diverged, _growing, _bouncing, _over_fitting, _slow_and_worse, _slow, _good)
    cases = [make(rng, int(rng.integers(8, 30))) for make in makers]
    more = (_good_with_a_gap(rng, 12), _two_epochs(rng), _peaked(rng), *_close(rng))
    return [Case(pair) for pair in (*cases, *more)]


Pair = tuple[np.ndarray, np.ndarray]


def _fall(rng: np.random.Generator, n: int, start: float, end: float) -> np.ndarray:
    """n losses that fall from ``start`` to ``end`` without a repetition."""
    inner = np.sort(rng.uniform(end, start, size=n - 2))[::-1]
    return np.array([start, *inner, end])


def _diverged(rng: np.random.Generator, n: int) -> Pair:
    """Down for a while, then nan in both."""
    train, validation = _good(rng, n)
    train[-n // 3 :] = validation[-n // 3 :] = np.nan
    return train, validation


def _growing(rng: np.random.Generator, n: int) -> Pair:
    """Finite, and larger at the end; validation happens to fall a little."""
    start = rng.uniform(2.0, 2.6)
    train = _fall(rng, n, start * rng.uniform(1.2, 3), start)[::-1]
    return train, _fall(rng, n, start * 1.4, start * 1.3)


def _bouncing(rng: np.random.Generator, n: int) -> Pair:
    """inf in the middle, though it ends low."""
    train, validation = _good(rng, n)
    train[n // 2] = np.inf
    return train, validation


def _over_fitting(rng: np.random.Generator, n: int) -> Pair:
    """Training falls to next to nothing; validation falls, then rises by 15 to 40 %."""
    start, low = rng.uniform(2.0, 2.6), rng.uniform(0.4, 0.6)
    turn = n // 2
    down = _fall(rng, turn, start, low)
    up = _fall(rng, n - turn + 1, low * rng.uniform(1.15, 1.4), low)[::-1]
    return _fall(rng, n, start, low / 20), np.concatenate([down, up[1:]])


def _slow_and_worse(rng: np.random.Generator, n: int) -> Pair:
    """Training has hardly fallen, but validation has turned already: over-fitting goes first."""
    start = rng.uniform(2.0, 2.6)
    _, validation = _over_fitting(rng, n)
    return _fall(rng, n, start, start * rng.uniform(0.85, 0.95)), validation


def _slow(rng: np.random.Generator, n: int) -> Pair:
    start = rng.uniform(2.0, 2.6)
    end = start * rng.uniform(0.83, 0.97)
    return _fall(rng, n, start, end), _fall(rng, n, start * 1.02, end * 1.02)


def _good(rng: np.random.Generator, n: int) -> Pair:
    """Both fall; the last validation loss is a little above the lowest."""
    start = rng.uniform(2.0, 2.6)
    low = rng.uniform(0.4, 0.6)
    validation = np.append(_fall(rng, n - 1, start, low), low * rng.uniform(1.02, 1.06))
    return _fall(rng, n, start, 0.35), validation


def _good_with_a_gap(rng: np.random.Generator, n: int) -> Pair:
    """Validation ends at far more than training does, and rises by more than 0.1 but not 10 %."""
    start = rng.uniform(30.0, 40.0)
    validation = _fall(rng, n, start, 5.0)
    validation[-1] = validation[-2] * rng.uniform(1.04, 1.06)
    return _fall(rng, n, start, rng.uniform(0.5, 1.0)), validation


def _peaked(rng: np.random.Generator) -> Pair:
    """Up, and down again to a little below the first loss: of the highest it is less than 80 %."""
    start = rng.uniform(2.0, 2.6)
    train = start * np.array([1.0, 1.4, 1.2, rng.uniform(0.85, 0.95)])
    return train, _fall(rng, 4, start, 0.9 * start)


def _close(rng: np.random.Generator) -> list[Pair]:
    """Just within and just beyond each threshold."""
    rises = rng.uniform(1.07, 1.09), rng.uniform(1.11, 1.13)
    shares = rng.uniform(0.77, 0.79), rng.uniform(0.81, 0.83)
    return [
        *((_fall(rng, 7, 2.3, 0.5), np.append(_fall(rng, 6, 2.3, 0.8), 0.8 * r)) for r in rises),
        *((_fall(rng, 6, 2.3, 2.3 * s), _fall(rng, 6, 2.4, 2.4 * s)) for s in shares),
    ]


def _two_epochs(rng: np.random.Generator) -> Pair:
    start = rng.uniform(2.0, 2.6)
    return np.array([start, 0.6 * start]), np.array([start, 0.7 * start])


_NAN = float("nan")


EXERCISE = Exercise(
    name="read_curve",
    task="Say what the training and validation losses (n_epochs,) show, one of four texts, by the "
    "rules in their order; and the epoch, from 1, of the lowest validation loss.",
    points=3,
    reference=read_curve,
    public=(
        Case((np.array([2.3, 1.9, 2.6, 4.1]), np.array([2.3, 2.25, 2.2, 2.4]))),
        Case((np.array([2.3, 1.1, _NAN, _NAN]), np.array([2.2, 1.3, _NAN, _NAN]))),
        Case((np.array([2.3, np.inf, 1.2, 0.9]), np.array([2.3, 1.8, 1.4, 1.2]))),
        Case((np.array([2.3, 1.0, 0.4, 0.1]), np.array([2.3, 1.1, 1.0, 1.3]))),
        Case((np.array([2.3, 2.2, 2.1, 2.0]), np.array([2.3, 1.6, 1.5, 1.9]))),
        Case((np.array([2.3, 2.28, 2.26, 2.24]), np.array([2.31, 2.29, 2.27, 2.25]))),
        Case((np.array([23.0, 9.0, 5.0, 3.0]), np.array([24.0, 11.0, 7.0, 7.3]))),
        Case((np.array([2.3, 1.1, 0.6, 0.4]), np.array([2.3, 1.2, 0.5, 0.52]))),
        Case((np.array([2.0, 3.0, 2.4, 1.9]), np.array([2.0, 2.4, 2.0, 1.8]))),
    ),
    hidden=hidden,
    mistakes=(
        Mistake(
            answers.nan_unseen,
            "nan is neither below nor above anything, so a comparison does not see it: ask "
            "np.isfinite of every training loss.",
        ),
        Mistake(
            answers.only_nan,
            "A rate can be too high without nan: the last training loss is not below the first.",
        ),
        Mistake(
            answers.only_the_last_finite,
            "A loss that was infinite and came back is a rate too high as well: look at every "
            "training loss.",
        ),
        Mistake(answers.from_zero, "Epochs count from 1: argmin counts from 0."),
        Mistake(
            answers.nan_is_lowest,
            "np.argmin takes nan for the lowest: np.nanargmin passes over it.",
        ),
        Mistake(
            answers.by_the_gap,
            "A gap between the curves is no over-fitting by this rule: compare the last validation "
            "loss with the lowest.",
        ),
        Mistake(
            answers.tenth_as_a_number,
            "A tenth above the lowest is 1.1 times it, not 0.1 more: losses have no fixed scale.",
        ),
        Mistake(
            answers.any_rise,
            "Validation losses jump about a little: only more than a tenth above the lowest is "
            "over-fitting.",
        ),
        Mistake(
            answers.against_the_first,
            "Compare the last validation loss with the lowest, not with the first.",
        ),
        Mistake(
            answers.too_low_first,
            "The rules go in order: over-fitting is looked for before a rate too low.",
        ),
        Mistake(
            answers.of_the_highest,
            "80 % of the first training loss, that is, not of the highest.",
        ),
        Mistake(
            answers.lowest_training_loss,
            "That is the epoch of the lowest *training* loss: it goes on falling while the network "
            "over-fits.",
        ),
        Mistake(
            answers.lowest_loss_itself, "That is the lowest loss itself: its epoch was asked for."
        ),
        Mistake(
            answers.without_epoch,
            "The epoch is missing: return two things, the text and the epoch.",
        ),
    ),
    variants=(answers.by_ifs, answers.by_loop, answers.by_replacing_nan, answers.by_torch),
    forbid=(*REFERENCES, "course_lib.early_stopping", "course_lib.training"),
)
