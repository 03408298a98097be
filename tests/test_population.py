"""Training a population: who takes over from whom, and the schedule that comes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from search_objectives import descend

from course_lib.search import LogUniform, PopulationBased, Random, search, train_population


def test_a_population_finds_a_schedule_that_beats_every_fixed_rate() -> None:
    """Noisy descent wants a large rate first and a small one later."""
    rates = {"rate": LogUniform(1e-2, 1.0)}
    method = PopulationBased(population=12, generations=40, scale=0.15)
    population, weights = train_population(_noisy_descent, rates, method, seed=0)
    fixed = search(_fixed_descent, rates, Random(40), seed=0)
    last = [t.value for t in population.trials[-12:]]
    assert np.mean(last) < min(t.value for t in fixed.trials)
    line = population.lineage(population.trials[-1].number)
    rate = [trial.parameters["rate"] for trial in line]
    assert len(line) == 40
    assert np.mean(rate[:5]) > 2 * np.mean(rate[-5:])
    assert set(weights) == set(range(468, 480))


def _noisy_descent(
    parameters: dict[str, Any], w: np.ndarray | None, rng: np.random.Generator
) -> tuple[float, np.ndarray]:
    w = np.full(50, 30.0) if w is None else w
    for _ in range(5):
        w = w - parameters["rate"] * (w + rng.standard_normal(50))
    return float((w**2).mean()), w


def _fixed_descent(parameters: dict[str, Any], rng: np.random.Generator) -> float:
    w = None
    for _ in range(40):
        value, w = _noisy_descent(parameters, w, rng)
    return value


def test_the_worst_take_over_from_the_best_and_the_others_go_on() -> None:
    method = PopulationBased(population=10, generations=2, share=0.2, scale=0.05)
    result, _ = train_population(descend, {"rate": LogUniform(1e-3, 1e0)}, method, seed=0)
    first, second = result.trials[:10], result.trials[10:]
    order = sorted(first, key=lambda t: (t.value, t.number))
    top, bottom = {t.number for t in order[:2]}, {t.number for t in order[-2:]}
    for before, after in zip(first, second, strict=True):
        if before.number in bottom:
            assert after.parent in top
            assert after.parameters != result.trials[after.parent].parameters
        else:
            assert after.parent == before.number
            assert after.parameters == before.parameters


def test_two_children_of_one_parent_do_not_share_its_weights() -> None:
    """``descend`` changes its snapshot in place; with one object for all it would move twice."""
    method = PopulationBased(population=4, generations=6, share=0.5)
    one, _ = train_population(descend, {"rate": LogUniform(1e-3, 1e0)}, method, seed=0)
    two, _ = train_population(descend, {"rate": LogUniform(1e-3, 1e0)}, method, seed=0, workers=4)
    assert one.trials == two.trials
    for trial in one.trials[4:]:
        before, after = one.trials[trial.parent].value, trial.value
        # One step multiplies w by 1 - rate, give or take the noise.
        expected = (1 - trial.parameters["rate"]) * np.sqrt(before)
        assert abs(np.sqrt(after)) == pytest.approx(abs(expected), abs=0.5)


def test_members_that_fail_are_replaced_and_a_lost_population_begins_anew() -> None:
    def fragile(
        parameters: dict[str, Any], w: float | None, rng: np.random.Generator
    ) -> tuple[float, float]:
        if w is None and parameters["rate"] > 1e-2:
            raise FloatingPointError("diverged")
        return 1.0, 1.0

    method = PopulationBased(population=8, generations=3)
    result, weights = train_population(fragile, {"rate": LogUniform(1e-3, 1e-1)}, method, seed=0)
    assert 0 < sum(t.failed for t in result.trials[:8]) < 8
    assert not any(t.failed for t in result.trials[8:])
    assert len(weights) == 8

    def lost(parameters: dict[str, Any], w: None, rng: np.random.Generator) -> tuple[float, None]:
        raise FloatingPointError("diverged")

    result, weights = train_population(lost, {"rate": LogUniform(1e-3, 1e-1)}, method, seed=0)
    assert all(t.failed and t.parent is None for t in result.trials)
    assert weights == {}
