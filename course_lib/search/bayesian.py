"""Bayesian search through Optuna: each proposal comes from a model of all trials so far."""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna

from .._scalars import whole
from .axes import Axis, Choice
from .spaces import Entry, build
from .trials import Proposal, Trial

__all__ = ["Bayesian"]


@dataclass(frozen=True)
class Bayesian:
    """Optuna's tree-structured Parzen estimator, on each axis's unit interval.

    After ``startup`` random trials, it models the density ℓ(u) of the better trials and g(u) of the
    others, and proposes where ℓ/g is largest: near the good, away from the bad, and where little is
    known. Failed trials are told to it as failed.

    Parameters
    ----------
    trials
        in all
    batch
        proposals that are made before their values are known. More workers than that idle; so the
        trials depend on ``batch`` and not on the number of workers
    startup
        random trials before the model

    Raises ValueError where a setting is not a positive integer.

    Source: Bergstra, Bardenet, Bengio and Kégl (2011), "Algorithms for hyper-parameter
    optimization"; Akiba et al. (2019), "Optuna"; deck A, "Automated network architecture search and
    hyperparameter optimization".

    >>> from course_lib.search import LogUniform, search
    >>> objective = lambda p, rng: (np.log10(p["rate"]) + 2.5) ** 2
    >>> result = search(objective, {"rate": LogUniform(1e-5, 1e0)}, Bayesian(30), seed=0)
    >>> result.best.value < 1e-2
    True
    """

    trials: int = 50
    batch: int = 1
    startup: int = 10

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            whole(name, value, at_least=1)

    def rounds(
        self, space: dict[str, Entry], rng: np.random.Generator
    ) -> Generator[list[Proposal], list[Trial], None]:
        study = self._study(int(rng.integers(2**32)))
        for first in range(0, self.trials, self.batch):
            asked = [study.ask() for _ in range(min(self.batch, self.trials - first))]
            done = yield [Proposal(_suggested(space, one)) for one in asked]
            for one, trial in zip(asked, done, strict=True):
                failed = optuna.trial.TrialState.FAIL if trial.failed else None
                study.tell(one, trial.value, state=failed)

    def _study(self, seed: int) -> optuna.Study:
        sampler = optuna.samplers.TPESampler(n_startup_trials=self.startup, seed=seed)
        logger = logging.getLogger("optuna")
        level = logger.level
        # Optuna says on stderr that it made a study; a course reads stderr as a fault.
        logger.setLevel(logging.WARNING)
        try:
            return optuna.create_study(sampler=sampler)
        finally:
            logger.setLevel(level)


def _suggested(space: dict[str, Entry], trial: optuna.trial.Trial) -> dict[str, Any]:
    def choose(name: str, axis: Axis) -> Any:
        if isinstance(axis, Choice):
            # By number: Optuna takes no values but texts and numbers.
            return axis.values[trial.suggest_categorical(name, range(len(axis.values)))]
        return axis.at(trial.suggest_float(name, 0.0, 1.0))

    return build(space, choose)
