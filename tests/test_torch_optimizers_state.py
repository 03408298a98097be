"""The torch adapter's groups and state: saved, copied or resumed, a run is the same run."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from optimizer_table import one_thread
from small_network import INPUTS, LABELS, network, train, weights
from torch import nn

from course_lib import torch_optimizers
from course_lib.optimizers import adam, adamw, lamb, lowpass, momentum, nesterov
from course_lib.torch_optimizers import TorchOptimizer

single = pytest.fixture(autouse=True, scope="module")(one_thread)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch) -> None:
    """Pieces so small that the arrays of these tests are cut up and put together."""
    monkeypatch.setattr(torch_optimizers, "PIECE", 7)


def test_groups_have_their_own_rate_and_decay_of_either_kind() -> None:
    """Of two groups, each as torch's Adam (coupled) and AdamW (decoupled) has it."""
    model, twin = network(), network()
    ours = TorchOptimizer(
        [
            {"params": model[0].parameters(), "l2": 0.1},
            {"params": model[2].parameters(), "weight_decay": 0.2, "lr": 0.002},
            {"params": model[4].parameters()},
        ],
        adam(0.001),
    )
    theirs = [
        torch.optim.Adam(twin[0].parameters(), lr=0.001, weight_decay=0.1),
        torch.optim.AdamW(twin[2].parameters(), lr=0.002, weight_decay=0.2),
        torch.optim.Adam(twin[4].parameters(), lr=0.001),
    ]
    train(model, ours, 40)
    for _ in range(40):
        twin.zero_grad()
        nn.functional.cross_entropy(twin(INPUTS), LABELS).backward()
        for optimizer in theirs:
            optimizer.step()
    torch.testing.assert_close(weights(model), weights(twin), rtol=1e-5, atol=1e-6)


def test_a_rules_decay_can_be_switched_off_for_a_group() -> None:
    weight, bias = nn.Parameter(torch.ones(20)), nn.Parameter(torch.ones(3))
    groups = [{"params": [weight]}, {"params": [bias], "weight_decay": 0.0}]
    optimizer = TorchOptimizer(groups, adamw(0.1, weight_decay=0.5))
    weight.grad, bias.grad = torch.zeros(20), torch.zeros(3)
    optimizer.step()
    torch.testing.assert_close(weight.detach(), torch.full((20,), 0.95))
    assert torch.equal(bias.detach(), torch.ones(3))


RESUMED = {
    "adam": adam(0.01),
    "lowpass": lowpass(0.05, ([0.1, 0.2, 0.1], [1.0, -0.9, 0.3])),
    "lamb": lamb(0.01),
    "scheduled": nesterov(lambda n: 0.05 / (1 + n / 10)),
}


@pytest.mark.parametrize("name", RESUMED)
def test_a_run_that_is_stopped_saved_and_resumed_is_the_run_that_went_on(name: str) -> None:
    rule = RESUMED[name]
    model = network()
    optimizer = TorchOptimizer(model.parameters(), rule)
    train(model, optimizer, 21)
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, file)
    train(model, optimizer, 20)

    again = network()
    resumed = TorchOptimizer(again.parameters(), rule)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    again.load_state_dict(saved["model"])
    resumed.load_state_dict(saved["optimizer"])
    train(again, resumed, 20)
    assert torch.equal(weights(model), weights(again))
    assert resumed.param_groups[0]["lr"] == optimizer.param_groups[0]["lr"]


@pytest.mark.parametrize("through", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_goes_on_as_the_optimizer_does(through) -> None:
    model = network()
    optimizer = TorchOptimizer(model.parameters(), adam(0.01))
    train(model, optimizer, 5)
    twin, its = through((model, optimizer))
    train(model, optimizer, 5)
    train(twin, its, 5)
    assert torch.equal(weights(model), weights(twin))


def test_a_state_of_another_rule_is_refused() -> None:
    model = network()
    saved = TorchOptimizer(model.parameters(), momentum(0.1, alpha=0.9)).state_dict()
    other = TorchOptimizer(model.parameters(), momentum(0.1, alpha=0.8))
    with pytest.raises(ValueError, match="a state_dict must come from the same rule; got Rule"):
        other.load_state_dict(saved)
    with pytest.raises(ValueError, match="must come from the same rule; got None"):
        other.load_state_dict(torch.optim.SGD(model.parameters(), lr=0.1).state_dict())
    TorchOptimizer(model.parameters(), momentum(5.0, alpha=0.9)).load_state_dict(saved)
