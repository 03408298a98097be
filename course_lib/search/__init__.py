"""Hyperparameter search: any callable, a space, and a method.

``search(objective, space, method, seed=0)`` looks for the parameters with the lowest
``objective(parameters, rng)``. A space (of type ``Space``) is a dictionary from names to axes, on
the scale on which a hyperparameter acts; a method says what to try next. Trials run in parallel,
one that fails is recorded and the search goes on, and with ``resume="search.jsonl"`` a search that
was killed goes on where it stopped. The same seed gives the same trials, with any number of
workers.

=========================================  =====================================================
method                                     tries
=========================================  =====================================================
``Grid(levels)``                           every combination of a few values
``Random(trials)``                         independent draws
``CoarseToFine(trials, stages)``           rounds of draws, closer around the best each time
``Evolution(population, generations)``     children of the best so far
``Bayesian(trials)``                       what a model of the trials so far promises (Optuna)
``PopulationBased(population, ...)``       settings that change in mid-training; for
                                           ``train_population``
=========================================  =====================================================

>>> space = {"rate": LogUniform(1e-4, 1e0), "layers": Integer(1, 3)}
>>> def objective(parameters, rng):
...     return abs(parameters["rate"] - 0.01) + abs(parameters["layers"] - 2)
>>> result = search(objective, space, Random(trials=60), seed=0)
>>> result.best.parameters["layers"], result.best.value < 0.01
(2, True)
"""

from ..splits import k_fold, split, stratified_k_fold, stratified_split
from .axes import Axis, Choice, Integer, LogInteger, LogUniform, Uniform
from .bayesian import Bayesian
from .coarse_to_fine import BorderWarning, CoarseToFine
from .engine import search, train_population
from .evolution import Evolution
from .grid import Grid
from .objective import joint_objective, pareto_front, pareto_trials
from .population import PopulationBased
from .progress import progress_bar
from .random_search import Random
from .spaces import Border, Space, When, borders, draw, grid_points
from .trials import Method, Proposal, Result, Trial

__all__ = [
    "Axis",
    "Bayesian",
    "Border",
    "BorderWarning",
    "Choice",
    "CoarseToFine",
    "Evolution",
    "Grid",
    "Integer",
    "LogInteger",
    "LogUniform",
    "Method",
    "PopulationBased",
    "Proposal",
    "Random",
    "Result",
    "Space",
    "Trial",
    "Uniform",
    "When",
    "borders",
    "draw",
    "grid_points",
    "joint_objective",
    "k_fold",
    "pareto_front",
    "pareto_trials",
    "progress_bar",
    "search",
    "split",
    "stratified_k_fold",
    "stratified_split",
    "train_population",
]
