"""What an exercise forbids does not work in a call, however it is reached; the rest goes on."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_set import QUICK

from course_lib.grading.session import Session

pytestmark = pytest.mark.sandbox

FORBID = (
    *("torch.nn.functional.mse_loss", "torch.nn.MSELoss", "torch.optim", "numpy.mean", "numpy.exp"),
    *("course_lib.losses", "scipy.special.softmax", "statistics", ".cumsum"),
)
SETUP = """
import numpy as np, torch, types
from torch.nn import functional as F
kept_loss, kept_mean, kept_exp, kept_layer = F.mse_loss, np.mean, np.exp, torch.nn.MSELoss()
kept_optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)
x, y = torch.ones(3), torch.zeros(3)
class Net(torch.nn.Linear):
    def forward(self, a):
        return super().forward(a)
"""
REACHED = {
    "stashed": "kept_loss(x, y)",
    "by-name": "getattr(F, 'mse_' + 'loss')(x, y)",
    "in-a-text": "eval('F.mse_loss(x, y)')",
    "in-a-module-of-its-own": "exec('v = F.mse_loss(x, y)', {'F': F, 'x': x, 'y': y})",
    "through-a-layer": "torch.nn.MSELoss()(x, y)",
    "through-a-layer-made-before": "kept_layer(x, y)",
    "optimizer": "torch.optim.Adam([x])",
    "optimizer-made-before": "kept_optimizer.step()",
    "subclass": "type('Mine', (torch.optim.SGD,), {})([x], lr=1.0)",
    "numpy": "np.mean(np.ones(3))",
    "numpy-stashed": "kept_mean(np.ones(3))",
    "written-in-c": "np.exp(1.0)",
    "written-in-c-stashed": "kept_exp(1.0)",
    "module": "__import__('statistics').fmean([1.0])",
    "module-by-importlib": "__import__('importlib').import_module('statistics')",
    "not-imported-yet": "__import__('scipy.special').special.softmax([1.0])",
    "not-there": "__import__('course_lib.losses')",
}
WORKS = {
    "layer": "Net(3, 2)(x).sum()",
    "gradient": "Net(3, 2)(x).sum().backward() or 1.0",
    "other-loss": "F.l1_loss(x, y)",
    "functions-that-use-it-inside": "float(torch.softmax(x, 0).sum())",
    "spread": "float(np.std([1.0, 2.0]))",
    "another-of-the-package": "float(__import__('scipy.special').special.expit(0.0))",
    "method": "float(x.mean())",
}


@pytest.fixture(scope="module")
def asked():
    """What each expression gives where the names are forbidden, by its name."""
    answers = {}
    with Session(QUICK) as session:
        assert session.run_cell(SETUP) == []
        for name, expression in {**REACHED, **WORKS}.items():
            session.run_cell(f"def answer(a):\n    return {expression}")
            answers[name] = session.snapshot().ask("answer", "call", (np.ones(1),), FORBID)
        (output,) = session.run_cell("float(kept_loss(x, y)), float(np.mean([1.0])), np.exp(0.0)")
    return {**answers, "cell": output}


@pytest.mark.parametrize("name", REACHED)
def test_what_is_forbidden_is_refused(asked, name):
    assert "may not be used here" in asked[name].error


@pytest.mark.parametrize("name", WORKS)
def test_all_else_goes_on(asked, name):
    assert asked[name].error == ""


def test_cells_may_use_it(asked):
    assert asked["cell"].data["text/plain"] == "(1.0, 1.0, np.float64(1.0))"
