"""Objectives that another process can import: no test framework, nothing heavy."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.search import Choice, Integer, LogUniform, Uniform, When

SPACE = {
    "rate": LogUniform(1e-4, 1e0),
    "layers": Integer(1, 4),
    "optimizer": Choice(("sgd", "adam")),
    "momentum": When("optimizer", ("sgd",), Uniform(0.0, 0.99)),
}


def noisy(parameters: dict[str, Any], rng: np.random.Generator) -> dict[str, float]:
    """Lowest near rate 0.01 with two layers, noisy, and without a value for four."""
    if parameters["layers"] == 4:
        raise RuntimeError("out of memory\n(four layers)")
    off = np.log10(parameters["rate"]) + 2
    value = off**2 + abs(parameters["layers"] - 2) + 0.01 * rng.random()
    return {"value": value, "parameters": 100.0 * parameters["layers"]}


def deadly(parameters: dict[str, Any], rng: np.random.Generator) -> float:
    """Ends its whole process for three layers."""
    if parameters["layers"] == 3:
        os._exit(1)
    return float(parameters["layers"])


def descend(
    parameters: dict[str, Any], weight: dict[str, float] | None, rng: np.random.Generator
) -> tuple[float, dict[str, float]]:
    """One noisy step on w²/2; the snapshot is changed in place, as a careless trainer does."""
    weight = weight or {"w": 10.0}
    weight["w"] -= parameters["rate"] * (weight["w"] + 0.1 * rng.standard_normal())
    return weight["w"] ** 2, weight


def slow_descend(
    parameters: dict[str, Any], weight: dict[str, float] | None, rng: np.random.Generator
) -> tuple[float, dict[str, float]]:
    time.sleep(0.02)
    return descend(parameters, weight, rng)


def train_slowly(record: Path) -> None:
    """Population based training that a test kills."""
    from course_lib.search import PopulationBased, train_population

    method = PopulationBased(population=5, generations=20)
    train_population(slow_descend, {"rate": LogUniform(1e-3, 1e0)}, method, seed=3, resume=record)
