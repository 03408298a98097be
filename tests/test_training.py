"""The training loop: what it computes, deck A's experiment, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from blob_network import blobs, network
from optimizer_table import one_thread
from torch import nn

from course_lib import losses
from course_lib.data import images, linear_samples, wrong_labels
from course_lib.early_stopping import EarlyStopping
from course_lib.evaluation import accuracy, evaluate
from course_lib.penalties import half_l2_penalty, l2_penalty
from course_lib.training import History, seeded, train

# Sums in one order, whatever else runs on the machine.
single = pytest.fixture(autouse=True, scope="module")(one_thread)


# --- what it computes -----------------------------------------------------------------------------


def test_full_batches_without_momentum_are_gradient_descent() -> None:
    """Least squares: w ← w - η ∇ mse, by hand, five epochs of one step."""
    x, y = (part.astype(np.float64) for part in linear_samples(12, np.random.default_rng(0), 4))
    model = nn.Linear(4, 1, bias=False, dtype=torch.float64)
    w = model.weight.detach().numpy()[0].copy()
    want = []
    for _ in range(5):
        w -= 0.1 * x.T @ losses.mse_gradient(x @ w, y[:, 0])
        want.append(losses.mse(x @ w, y[:, 0]))
    history = train(
        model, losses.mse, torch.optim.SGD(model.parameters(), lr=0.1), (x, y),
        epochs=5, batch_size=12, rng=np.random.default_rng(3),
    )  # fmt: skip
    np.testing.assert_allclose(history.train["loss"], want, rtol=1e-12)
    np.testing.assert_allclose(model.weight.detach()[0], w, rtol=1e-12)
    assert history.validation == {}
    assert history.best_epoch == 5


def test_scores_are_those_of_the_whole_set_with_dropout_off() -> None:
    model, (x, y) = network(2, 16, 3, drop=0.5), blobs()
    history = train(
        model, F.cross_entropy, torch.optim.SGD(model.parameters(), lr=0.1),
        (x[:40], y[:40]), (x[40:], y[40:]), epochs=2, batch_size=7,
        rng=np.random.default_rng(0), metrics={"accuracy": accuracy},
    )  # fmt: skip
    model.eval().requires_grad_(False)
    for part, rows in ((history.train, slice(0, 40)), (history.validation, slice(40, 60))):
        outputs = model(torch.as_tensor(x[rows], dtype=torch.float32))
        labels = torch.as_tensor(y[rows])
        assert part["loss"][-1] == pytest.approx(float(F.cross_entropy(outputs, labels)), rel=1e-6)
        assert part["accuracy"][-1] == (outputs.argmax(1) == labels).double().mean()
        assert {len(scores) for scores in part.values()} == {2}


def test_a_large_set_is_evaluated_in_pieces_to_the_same_mean(monkeypatch) -> None:
    model, data = network(2, 8, 3), blobs()
    whole = evaluate(model, F.cross_entropy, data, {"accuracy": accuracy})
    monkeypatch.setattr("course_lib.evaluation.CHUNK", 7)
    pieces = evaluate(model, F.cross_entropy, data, {"accuracy": accuracy})
    assert pieces == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize("mode", [True, False])
def test_evaluation_leaves_the_model_as_it_was(mode: bool) -> None:
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5)).train(mode)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    first, second = (evaluate(model, F.mse_loss, (np.ones((9, 2)), np.ones((9, 4)))) for _ in "ab")
    assert first == second
    assert model.training is mode
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])


def test_penalty_is_trained_on_and_not_reported() -> None:
    """Deck E: the penalty (λ/2)‖w‖² in the loss is torch's weight_decay in the optimizer."""
    x, y = linear_samples(20, np.random.default_rng(0))
    histories = []
    for decay, penalty in ((0.5, None), (0.0, lambda m: half_l2_penalty(m.weight, 0.5))):
        with seeded(0):
            model = nn.Linear(200, 1)
        parts = [
            {"params": [model.weight], "weight_decay": decay},
            {"params": [model.bias]},
        ]
        histories.append(
            train(
                model, F.mse_loss, torch.optim.SGD(parts, lr=0.003), (x, y),
                epochs=5, batch_size=5, rng=np.random.default_rng(0), penalty=penalty,
            )
        )  # fmt: skip
    np.testing.assert_allclose(histories[0].train["loss"], histories[1].train["loss"], rtol=1e-4)


def test_the_scheduler_steps_once_an_epoch_after_the_optimizer() -> None:
    model = network(2, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.8)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    history = train(
        model, F.cross_entropy, optimizer, blobs(), epochs=4, batch_size=20,
        rng=np.random.default_rng(0), scheduler=scheduler,
    )  # fmt: skip
    np.testing.assert_allclose(history.rate, [0.8, 0.4, 0.2, 0.1])
    assert scheduler.get_last_lr() == pytest.approx([0.05])


def test_a_plateau_watches_the_validation_loss() -> None:
    """Steps of 1e-6 improve nothing to speak of: two such epochs, and the rate is halved."""
    model, data = network(2, 3), blobs()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    history = train(
        model, F.cross_entropy, optimizer, data, data, epochs=6, batch_size=60,
        rng=np.random.default_rng(0), scheduler=scheduler,
    )  # fmt: skip
    np.testing.assert_allclose(history.rate, [1e-6, 1e-6, 1e-6, 5e-7, 5e-7, 2.5e-7])


def test_early_stopping_ends_training_and_restores_the_best_weights() -> None:
    """Noise to learn: validation worsens. Ten epochs are allowed for, fewer come."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(40, 5)), rng.integers(3, size=40)
    other = rng.normal(size=(40, 5)), rng.integers(3, size=40)
    model = network(5, 64, 3)
    history = train(
        model, F.cross_entropy, torch.optim.Adam(model.parameters(), lr=0.02), (x, y), other,
        epochs=50, batch_size=10, rng=rng, early_stopping=EarlyStopping(patience=3),
    )  # fmt: skip
    loss = history.validation["loss"]
    assert len(loss) == history.best_epoch + 3 < 50
    assert loss[history.best_epoch - 1] == loss.min()
    assert evaluate(model, F.cross_entropy, other)["loss"] == pytest.approx(loss.min())


def test_early_stopping_restores_the_best_weights_when_epochs_run_out_too() -> None:
    rng = np.random.default_rng(1)
    data, other = ((rng.normal(size=(40, 5)), rng.integers(3, size=40)) for _ in "ab")
    model = network(5, 64, 3)
    history = train(
        model, F.cross_entropy, torch.optim.Adam(model.parameters(), lr=0.05), data, other,
        epochs=8, batch_size=10, rng=rng, early_stopping=EarlyStopping(patience=50),
    )  # fmt: skip
    assert history.best_epoch < len(history.rate) == 8
    got = evaluate(model, F.cross_entropy, other)["loss"]
    assert got == pytest.approx(history.validation["loss"].min())


def test_a_diverged_training_has_a_history_too() -> None:
    model = nn.Linear(1, 1)
    x = np.linspace(-1, 1, 8)[:, None]
    history = train(
        model, F.mse_loss, torch.optim.SGD(model.parameters(), lr=1e30), (x, x),
        epochs=4, batch_size=8, rng=np.random.default_rng(0),
    )  # fmt: skip
    assert not np.isfinite(history.train["loss"][-1])
    assert History({"loss": np.array([np.nan, 2.0, 1.0])}, {}, np.ones(3)).best_epoch == 3


# --- deck A's experiment --------------------------------------------------------------------------


def test_l2_and_dropout_reduce_the_test_loss_of_deck_as_experiment() -> None:
    """300 digits, 10 % of them with wrong labels, 512 hidden units: λ = 1e-3, 60 % dropout, both.

    Deck A: bare over-fits, L2 alone is better, dropout alone better still. Over seeds 0 to 3 the
    test losses are near 0.72, 0.59, 0.53 and 0.51; each of the three is below bare by 0.06 or more
    for each seed, and the bare one lies 0.09 or more above its own best epoch.
    """
    digits, rng = images("digits"), np.random.default_rng(0)
    chosen = rng.permutation(len(digits.train.y))[:300]
    noisy = wrong_labels(digits.train.y[chosen], 0.1, n_classes=10, rng=rng)
    test = {}
    for name, lam, drop in (("bare", 0, 0), ("l2", 1e-3, 0), ("drop", 0, 0.6), ("both", 1e-3, 0.6)):
        model = network(64, 512, 10, drop=drop)
        history = train(
            model, F.cross_entropy, torch.optim.Adam(model.parameters(), lr=3e-3),
            (digits.train.x[chosen], noisy), digits.test, epochs=40, batch_size=32,
            rng=np.random.default_rng(0),
            penalty=lambda m, lam=lam: sum(l2_penalty(w, lam) for w in m.parameters()),
        )  # fmt: skip
        test[name] = history.validation["loss"]
    last = {name: loss[-1] for name, loss in test.items()}
    assert max(last["l2"], last["drop"], last["both"]) < last["bare"] - 0.03
    assert last["drop"] < last["l2"]
    assert test["bare"].min() < last["bare"] - 0.03


# --- what is refused ------------------------------------------------------------------------------


X, Y = blobs(6)
BAD_DATA = {
    "no pair": ((X,), "train_data must be a pair"),
    "array": (X, "train_data must be a pair"),
    "lengths": ((X, Y[:3]), "x and y of train_data must have as many samples; got 6 and 3"),
    "empty": ((X[:0], Y[:0]), "x of train_data must not be empty"),
    "number": ((1.0, Y), "x of train_data must have an axis"),
    "nan": ((X * np.nan, Y), "x of train_data must be finite"),
}


@pytest.mark.parametrize(("data", "match"), BAD_DATA.values(), ids=BAD_DATA)
def test_bad_data_is_refused(data: object, match: str) -> None:
    model = network(2, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match=match):
        train(
            model, F.cross_entropy, optimizer, data, epochs=1, batch_size=2,
            rng=np.random.default_rng(0),
        )  # fmt: skip


def alone(**settings) -> None:
    model = network(2, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    if settings.pop("plateau", False):
        settings["scheduler"] = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    settings = {"epochs": 1, "batch_size": 2, "rng": np.random.default_rng(0)} | settings
    train(model, F.cross_entropy, optimizer, (X, Y), **settings)


REFUSED = {
    "epochs": (lambda: alone(epochs=0), "epochs must be an integer >= 1"),
    "batch": (lambda: alone(batch_size=0), "batch_size must be an integer >= 1"),
    "seed": (lambda: alone(rng=3), "rng must be a numpy.random.Generator"),
    "stopping": (lambda: alone(early_stopping=EarlyStopping(2)), "val_data must be there"),
    "plateau": (lambda: alone(plateau=True), "val_data must be there"),
    "seeded": (lambda: seeded(-1).__enter__(), "seed must be an integer >= 0"),
    "one-hot": (lambda: accuracy(torch.eye(3), torch.eye(3)), "labels must be one integer"),
    "float": (lambda: accuracy(torch.eye(3), torch.ones(3)), "labels must be one integer"),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_settings_are_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        call()
