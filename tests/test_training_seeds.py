"""One seed is one history of training, whatever else has been drawn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from blob_network import blobs, network
from optimizer_table import one_thread

from course_lib.training import History, train

# Sums in one order, whatever else runs on the machine.
single = pytest.fixture(autouse=True, scope="module")(one_thread)


def run(seed: int = 0, *, drop: float = 0.3, epochs: int = 3, **settings) -> History:
    model = network(2, 16, 3, drop=drop)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    settings = {"batch_size": 8, "rng": np.random.default_rng(seed)} | settings
    x, y = blobs()
    data = (x[:40], y[:40]), (x[40:], y[40:])
    return train(model, F.cross_entropy, optimizer, *data, epochs=epochs, **settings)


def same(a: History, b: History) -> bool:
    pairs = ((a.train, b.train), (a.validation, b.validation))
    return all(np.array_equal(x["loss"], y["loss"]) for x, y in pairs)


def test_the_same_seed_gives_the_same_history_dropout_and_all() -> None:
    assert same(run(0), run(0))
    assert not same(run(0), run(1))
    assert not same(run(0), run(0, drop=0.0))


def test_nothing_global_is_read_or_changed() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first = run(0)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(77)
    assert same(first, run(0))


def test_progress_changes_nothing_but_what_is_shown(capsys) -> None:
    quiet = run(0)
    assert capsys.readouterr() == ("", "")
    assert same(quiet, run(0, progress=True))
    out, err = capsys.readouterr()
    assert "loss" in out
    assert err == ""
