"""The torch adapter: against torch's own optimizers, and with the tools that torch has for them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from optimizer_table import PROBLEM, RULES, TWINS, one_thread, torch_walk, walk
from small_network import backward, network, train, weights
from torch import nn
from torch.optim import lr_scheduler

from course_lib import torch_optimizers
from course_lib.filters import cascade
from course_lib.optimizers import adam, adamw, lowpass, momentum, sgd
from course_lib.torch_optimizers import TorchOptimizer

STEPS = 200
single = pytest.fixture(autouse=True, scope="module")(one_thread)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch) -> None:
    """Pieces so small that the arrays of these tests are cut up and put together."""
    monkeypatch.setattr(torch_optimizers, "PIECE", 7)


@pytest.mark.parametrize("name", TWINS)
def test_200_steps_in_double_precision_equal_torchs_optimizer(name: str) -> None:
    twin = TWINS[name]
    got = torch_walk(lambda params: TorchOptimizer(params, twin.rule), STEPS)
    for own, theirs in zip(got, torch_walk(twin.torch, STEPS), strict=True):
        np.testing.assert_allclose(own, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_in_pieces_and_in_place_is_the_rules_own_step(name: str) -> None:
    got = torch_walk(lambda params: TorchOptimizer(params, RULES[name]), 40)
    expected = walk(RULES[name], [torch.tensor(p) for p in PROBLEM.start()], 40)
    for own, theirs in zip(got, expected, strict=True):
        np.testing.assert_allclose(own, theirs.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", TWINS)
def test_a_small_network_in_single_precision_trains_as_with_torchs_optimizer(name: str) -> None:
    twin, models = TWINS[name], (network(), network())
    for model, make in zip(
        models, (lambda p: TorchOptimizer(p, twin.rule), twin.torch), strict=True
    ):
        # Adam's kin turn a gradient's rounding into whole steps where it is near 0: at the table's
        # rates these are 10 times larger.
        optimizer = make(model.parameters())
        for group in optimizer.param_groups:
            group["lr"] /= 10
        train(model, optimizer, STEPS)
    torch.testing.assert_close(weights(models[0]), weights(models[1]), rtol=1e-5, atol=1e-5)


def test_no_more_tensors_are_kept_than_torch_keeps() -> None:
    def kept(optimizer: torch.optim.Optimizer) -> int:
        return sum(
            isinstance(x, torch.Tensor) for own in optimizer.state.values() for x in own.values()
        )

    for name, twin in TWINS.items():
        ours = TorchOptimizer((a := network()).parameters(), twin.rule)
        theirs = twin.torch((b := network()).parameters())
        train(a, ours, 2)
        train(b, theirs, 2)
        assert kept(ours) <= kept(theirs), name


SCHEDULERS = {
    "step": lambda o: lr_scheduler.StepLR(o, 10, gamma=0.5),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=50),
    "warmup": lambda o: lr_scheduler.LinearLR(o, 0.1, total_iters=20),
    "restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=15),
    "one cycle": lambda o: lr_scheduler.OneCycleLR(
        o, max_lr=0.05, total_steps=60, cycle_momentum=False
    ),
    "lambda": lambda o: lr_scheduler.LambdaLR(o, lambda n: 1 / (1 + n)),
}


@pytest.mark.parametrize("kind", SCHEDULERS)
def test_torchs_schedulers_drive_it_as_they_drive_torchs_own(kind: str) -> None:
    models = network(), network()
    ours = TorchOptimizer(models[0].parameters(), momentum(0.02, alpha=0.9))
    theirs = torch.optim.SGD(models[1].parameters(), lr=0.02, momentum=0.9)
    for model, optimizer in zip(models, (ours, theirs), strict=True):
        train(model, optimizer, 60, SCHEDULERS[kind](optimizer))
    assert ours.param_groups[0]["lr"] == theirs.param_groups[0]["lr"]
    torch.testing.assert_close(weights(models[0]), weights(models[1]), rtol=1e-5, atol=1e-6)


def test_reduce_on_plateau_works() -> None:
    model = network()
    optimizer = TorchOptimizer(model.parameters(), sgd(0.1))
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
    for _ in range(3):
        scheduler.step(1.0)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.001)


def test_the_rules_own_schedule_shows_in_lr_and_is_the_rate_of_each_step() -> None:
    theta = nn.Parameter(torch.zeros(2))
    optimizer, rates = TorchOptimizer([theta], sgd(lambda n: 0.1 / (1 + n))), []
    for _ in range(3):
        rates.append(optimizer.param_groups[0]["lr"])
        theta.grad = torch.ones(2)
        optimizer.step()
    assert rates == [0.1, 0.05, 0.1 / 3]
    torch.testing.assert_close(theta.detach(), torch.full((2,), -sum(rates)))


def test_a_rate_scheduled_twice_is_refused() -> None:
    model = network()
    optimizer = TorchOptimizer(model.parameters(), sgd(lambda n: 0.1))
    scheduler = lr_scheduler.StepLR(optimizer, 1)
    with pytest.raises(ValueError, match=r"must be alone in setting lr; got 0\.01 from outside"):
        train(model, optimizer, 2, scheduler)


def test_a_closure_is_called_with_gradients_on_and_its_loss_returned() -> None:
    model, twin = network(), network()
    ours = TorchOptimizer(model.parameters(), momentum(0.1))
    theirs = torch.optim.SGD(twin.parameters(), lr=0.1, momentum=0.9)
    for _ in range(5):
        own = ours.step(lambda: backward(model, ours))
        expected = theirs.step(lambda: backward(twin, theirs))
        torch.testing.assert_close(own, expected)
    assert ours.step() is None


def test_a_parameter_without_gradient_stays_and_its_filters_see_nothing() -> None:
    """As in torch, where each parameter counts its own steps."""
    ends = []
    for make in (lambda p: TorchOptimizer(p, adam(0.1)), lambda p: torch.optim.Adam(p, lr=0.1)):
        a, b = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(9))
        optimizer = make([a, b])
        for step in range(12):
            a.grad = torch.full((3,), 1.0 + step)
            b.grad = torch.full((9,), 1.0 + step) if step % 3 == 2 else None
            before = b.detach().clone()
            optimizer.step()
            assert torch.equal(b.detach(), before) is (b.grad is None)
        ends.append(torch.cat([a.detach(), b.detach()]))
    torch.testing.assert_close(*ends, rtol=1e-6, atol=1e-6)


def test_parameters_that_lie_otherwise_in_memory_and_of_other_types() -> None:
    image = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    for form in (
        lambda x: x.clone(memory_format=torch.channels_last),
        lambda x: x.transpose(0, 3),
        lambda x: x.double(),
        lambda x: x.bfloat16(),
        lambda x: x[:0],
        lambda x: x[0, 0, 0, 0],
    ):
        ends = []
        for make in (lambda p: TorchOptimizer(p, adam(0.1)), lambda p: torch.optim.Adam(p, lr=0.1)):
            p, q = nn.Parameter(form(image.clone())), nn.Parameter(torch.ones(2))
            optimizer = make([p, q])
            for _ in range(3):
                p.grad, q.grad = form(image).sin(), torch.ones(2)
                optimizer.step()
            ends.append(p.detach())
        coarse = p.dtype == torch.bfloat16
        torch.testing.assert_close(*ends, rtol=1e-2 if coarse else 1e-5, atol=5e-3 if coarse else 0)


def test_expanded_gradients_are_read_and_never_written() -> None:
    p = nn.Parameter(torch.zeros(50))
    p.grad = torch.ones(1).expand(50)
    TorchOptimizer([p], adamw(0.1)).step()
    torch.testing.assert_close(p.detach(), torch.full((50,), -0.1))
    assert p.grad.sum() == 50


@pytest.mark.parametrize("name", RULES)
def test_gradients_are_left_as_they_are(name: str) -> None:
    model = network()
    optimizer = TorchOptimizer(model.parameters(), RULES[name])
    backward(model, optimizer)
    held = [p.grad.clone() for p in model.parameters()]
    optimizer.step()
    assert all(torch.equal(p.grad, g) for p, g in zip(model.parameters(), held, strict=True))


def sparse_step() -> None:
    table = nn.Embedding(10, 3, sparse=True)
    optimizer = TorchOptimizer(table.parameters(), adam(0.1))
    table(torch.tensor([1, 2])).sum().backward()
    optimizer.step()


P = nn.Parameter(torch.ones(2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (sparse_step, "gradients must be dense; got torch.sparse_coo: a filter moves every"),
        (lambda: TorchOptimizer([P], "adam"), "rule must be a Rule; got a str"),
        (lambda: TorchOptimizer([], adam()), "params must hold at least one"),
        (
            lambda: TorchOptimizer([nn.Parameter(torch.ones(2, dtype=torch.complex64))], adam()),
            r"must be real floating numbers; got torch\.complex64",
        ),
        (lambda: TorchOptimizer([{"params": [P], "lr": -1.0}], adam()), "lr must be a finite"),
        (lambda: TorchOptimizer([{"params": [P], "l2": -1.0}], adam()), "l2 must be a finite"),
        (
            lambda: TorchOptimizer([{"params": [P], "l2": 0.1}], adamw()),
            "must not both be positive",
        ),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_rate_set_below_zero_later_is_refused() -> None:
    p = nn.Parameter(torch.ones(2))
    optimizer = TorchOptimizer([p], adam())
    optimizer.param_groups[0]["lr"] = -0.1
    with pytest.raises(ValueError, match="lr must be a finite number >= 0"):
        optimizer.step()


def test_a_cascade_trains_a_network() -> None:
    import scipy.signal

    model = network()
    sections = cascade(scipy.signal.butter(4, 0.3, output="sos"))
    optimizer = TorchOptimizer(model.parameters(), lowpass(0.3, sections))
    first = backward(model, optimizer).item()
    assert train(model, optimizer, 100) < 0.9 * first
