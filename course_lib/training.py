"""One training loop for every chapter and lab: mini-batches, and the scores of each epoch.

Nothing is global: the order of the samples and torch's own draws (dropout) come from ``rng``, so
that one seed gives one history, and torch's generator is left as it was.

>>> import numpy as np
>>> x = np.linspace(-1, 1, 64)[:, None]
>>> with seeded(0):
...     model = torch.nn.Linear(1, 1)
>>> history = train(
...     model,
...     torch.nn.functional.mse_loss,
...     torch.optim.SGD(model.parameters(), lr=0.5),
...     (x, 2 * x + 1),
...     epochs=20,
...     batch_size=8,
...     rng=np.random.default_rng(0),
... )
>>> len(history.train["loss"]), bool(history.train["loss"][-1] < 1e-6)
(20, True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import Progress
from torch import Tensor, nn
from torch.optim.lr_scheduler import ReduceLROnPlateau

from ._random import generator
from ._scalars import whole
from .early_stopping import EarlyStopping, Watch
from .evaluation import Data, Score, accuracy, evaluate, tensors
from .minibatch import batches

__all__ = ["History", "accuracy", "evaluate", "seeded", "train"]


@dataclass(frozen=True, eq=False)
class History:
    """Scores by epoch: under ``"loss"`` and each metric's name an array of shape (n_epochs,).

    ``train`` and ``validation`` are both measured at the end of the epoch with dropout off, so that
    between them stands the gap of generalisation and nothing else; ``validation`` is empty where
    there was no such data. ``rate`` is the learning rate that each epoch was trained at.

    >>> History({"loss": np.array([2.0, 1.0, 1.5])}, {}, np.ones(3)).best_epoch
    2
    """

    train: dict[str, NDArray[np.float64]]
    validation: dict[str, NDArray[np.float64]]
    rate: NDArray[np.float64]

    @property
    def best_epoch(self) -> int:
        """The epoch, from 1, of the lowest validation loss (training loss without such data)."""
        loss = (self.validation or self.train)["loss"]
        return int(np.argmin(np.where(np.isnan(loss), np.inf, loss))) + 1


def train(
    model: nn.Module,
    loss: Score,
    optimizer: torch.optim.Optimizer,
    train_data: Data,
    val_data: Data | None = None,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    scheduler: Any = None,
    early_stopping: EarlyStopping | None = None,
    metrics: Mapping[str, Score] | None = None,
    penalty: Callable[[nn.Module], Tensor] | None = None,
    progress: bool = False,
) -> History:
    """Train ``model``, in place, and give the scores of each epoch.

    Parameters
    ----------
    model
        its parameters are trained; early stopping ends with those of the best epoch
    loss
        ``loss(outputs, y)``, one number, the mean over samples
    optimizer
        over the model's parameters
    train_data, val_data
        pairs (x, y) of arrays or tensors, n_samples first; floats take the model's precision
    epochs
        passes over the data, at most
    batch_size
        samples in a mini-batch, drawn in a new order each epoch
    rng
        source of every draw, dropout's too
    scheduler
        a torch scheduler, stepped after each epoch (a plateau's with the validation loss)
    early_stopping
        watches the validation loss
    metrics
        further scores by name, each ``metric(outputs, y)``, the mean over samples
    penalty
        ``penalty(model)``, added to the loss that is trained on and to none that is reported
    progress
        whether to show a progress bar

    Raises
    ------
    ValueError
        where data does not fit, a setting is out of range, or there is no validation data for
        early stopping or a plateau to watch.

    Source: deck B, "Mini-batch SGD"; the learning curves of deck A.

    >>> model, x = torch.nn.Linear(1, 1), np.linspace(-1, 1, 8)[:, None]
    >>> optimizer, rng = torch.optim.SGD(model.parameters(), lr=0.5), np.random.default_rng(0)
    >>> loss = torch.nn.functional.mse_loss
    >>> history = train(model, loss, optimizer, (x, 2 * x), epochs=9, batch_size=4, rng=rng)
    >>> history.train["loss"].shape
    (9,)
    """
    epochs, rng = whole("epochs", epochs, at_least=1), generator(rng)
    batch_size = whole("batch_size", batch_size, at_least=1)
    watching = early_stopping is not None or isinstance(scheduler, ReduceLROnPlateau)
    parts = _parts(model, train_data, val_data, watching)
    x, y = parts[0]
    rates: list[float] = []
    scores: list[list[dict[str, float]]] = []
    watch = Watch()
    with seeded(int(rng.integers(2**63))), _bar(epochs, progress) as advance:
        while len(scores) < epochs and not watch.stop:
            rates.append(float(optimizer.param_groups[0]["lr"]))
            model.train()
            for rows in batches(len(x), batch_size, rng):
                _descend(model, loss, optimizer, x[rows], y[rows], penalty)
            scores.append([evaluate(model, loss, part, metrics) for part in parts])
            watched = scores[-1][-1]["loss"]
            _turn(scheduler, watched)
            if early_stopping is not None:
                watch = early_stopping.update(watch, watched, model.state_dict())
            advance(watched)
    if watch.best_weights is not None:
        model.load_state_dict(watch.best_weights)
    own, *other = (_columns(part) for part in zip(*scores, strict=True))
    return History(own, other[0] if other else {}, np.array(rates))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Within it torch draws from ``seed`` (initial weights, say); after it, as if nothing had been.

    Raises ValueError where the seed is no integer ≥ 0.

    >>> with seeded(3):
    ...     first = torch.rand(2)
    >>> with seeded(3):
    ...     torch.equal(torch.rand(2), first)
    True
    """
    with torch.random.fork_rng():
        torch.manual_seed(whole("seed", seed))
        yield


def _descend(
    model: nn.Module,
    loss: Score,
    optimizer: torch.optim.Optimizer,
    x: Tensor,
    y: Tensor,
    penalty: Callable[[nn.Module], Tensor] | None,
) -> None:
    """One step on one mini-batch."""
    optimizer.zero_grad()
    cost = loss(model(x), y)
    if penalty is not None:
        cost = cost + penalty(model)
    cost.backward()
    optimizer.step()


def _turn(scheduler: Any, watched: float) -> None:
    """The scheduler's step, after those of the optimizer: torch warns of the other order."""
    if isinstance(scheduler, ReduceLROnPlateau):
        scheduler.step(watched)
    elif scheduler is not None:
        scheduler.step()


def _parts(
    model: nn.Module, train_data: Data, val_data: Data | None, watching: bool
) -> list[tuple[Tensor, Tensor]]:
    """Training data and, where there is any, validation data, as tensors."""
    parts = [tensors("train_data", train_data, model)]
    if val_data is not None:
        return [*parts, tensors("val_data", val_data, model)]
    if watching:
        raise ValueError(
            "val_data must be there for early stopping or a plateau to watch; got None: "
            "split a part from the training data"
        )
    return parts


def _columns(rows: Sequence[dict[str, float]]) -> dict[str, NDArray[np.float64]]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


@contextmanager
def _bar(epochs: int, shown: bool) -> Iterator[Callable[[float], None]]:
    """A progress bar with the latest loss beside it; what it yields moves it on by an epoch."""
    with Progress(disable=not shown) as bar:
        task = bar.add_task("training", total=epochs)
        yield lambda loss: bar.update(task, advance=1, description=f"loss {loss:.4f}")
