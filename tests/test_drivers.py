"""Each driver on an answer that is right, and on what students hand in instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from course_lib.checks import given
from course_lib.checks.asking import Answer, ask
from course_lib.checks.plain import equal


class Running:
    """A running sum."""

    def __init__(self, start):
        self.total = start

    def add(self, x):
        self.total = self.total + x
        return self.total


class Spoiling(Running):
    def add(self, x):
        x += 1
        return x


class Scale(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(size, dtype=torch.float64))

    def forward(self, x):
        return x * self.weight if self.training else x


class Descent(torch.optim.Optimizer):
    def __init__(self, params, rate):
        super().__init__(params, {"rate": rate})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["rate"] * p.grad


def values(answer: Answer) -> Any:
    assert answer.error == ""
    return answer.value


# --- classes ---


def test_an_object_keeps_its_state_between_calls():
    calls = (("add", 2.0), ("add", 3.0), ("total",))
    assert values(ask("object", Running, ((1.0,), calls))) == (3.0, 6.0, 6.0)


def test_a_result_is_taken_before_a_later_call_can_change_it():
    class InPlace(Running):
        def add(self, x):
            self.total += x
            return self.total

    first, second = values(ask("object", InPlace, ((np.zeros(1),), (("add", 1.0), ("add", 1.0)))))
    assert (first[0], second[0]) == (1.0, 2.0)


def test_a_call_that_changes_its_argument_is_told_of():
    assert ask("object", Spoiling, ((0.0,), (("add", np.ones(2)),))).changed == (1,)


@pytest.mark.parametrize(
    ("driver", "answer", "args", "words"),
    [
        ("object", Running, ((1.0,), (("remove", 2.0),)), "no attribute 'remove'"),
        ("object", Running, ((1.0,), (("total", 2.0),)), "write a method of this name"),
        ("steps", lambda w, g, state: w, (0.0, [1.0]), "returned a float: return two things"),
        ("steps", lambda w, g, state: None, (0.0, [1.0]), "returned None: return two things"),
        ("module", Running, ((1.0,), (("train",),)), "derive from torch.nn.Module"),
        ("optimizer", Running, ((), (), {"start": 1}), "multiple values"),
        ("optimizer", Running, ((), (), {}), "derive from torch.optim.Optimizer"),
    ],
)
def test_another_kind_of_answer_is_told_what_is_wanted(driver, answer, args, words):
    assert words in ask(driver, answer, args).error


# --- steps ---


def test_steps_carry_the_state_that_the_answer_chose():
    def momentum(w, g, state, rate):
        v = g + 0.5 * (0.0 if state is None else state)
        return w - rate * v, v

    path = values(ask("steps", momentum, (np.zeros(1), np.array([[1.0], [0.0]]), 0.1)))
    np.testing.assert_allclose(path, [[-0.1], [-0.15]])


# --- modules ---


def test_a_module_is_trained_and_evaluated_and_differentiated():
    x, g = np.array([[1.0, 2.0]]), np.array([[1.0, 10.0]])
    calls = (
        ("load", {"weight": np.array([3.0, 4.0])}),
        ("train",),
        ("forward", x),
        ("backward", g),
        ("eval",),
        ("forward", x),
        ("weight",),
    )
    got = values(ask("module", Scale, ((2,), calls)))
    assert got[:2] == (None, None)
    assert got[2].tolist() == [[3.0, 8.0]]
    assert {key: value.tolist() for key, value in got[3].items()} == {
        "input": [[3.0, 40.0]],
        "weight": [1.0, 20.0],
    }
    assert got[5].tolist() == x.tolist()
    assert got[6].tolist() == [3.0, 4.0]


def test_a_seeded_module_draws_the_same_again():
    class Noise(torch.nn.Module):
        def forward(self, x):
            return x + torch.rand(3)

    first, second = (
        values(ask("module", Noise, ((), (("seed", 1), ("forward", np.zeros(3))))))[1]
        for _ in range(2)
    )
    assert equal(first, second)


def test_a_module_cut_off_from_its_input_is_told_so():
    class Cut(torch.nn.Module):
        def forward(self, x):
            return x.detach()

    calls = (("forward", np.ones(2)), ("backward", np.ones(2)))
    assert "cut off" in ask("module", Cut, ((), calls)).error


@pytest.mark.parametrize("driver", ["torch_gradient", "module"])
def test_gradients_that_a_cell_has_switched_off_are_taken_all_the_same(driver):
    class Square(torch.nn.Module):
        def forward(self, x):
            return x**2

    x = np.array([3.0])
    asked = {
        "torch_gradient": (lambda x: (x**2).sum(), (x,)),
        "module": (Square, ((), (("forward", x), ("backward", x / 3)))),
    }
    with torch.set_grad_enabled(False):
        told = values(ask(driver, *asked[driver]))
    assert told[1] == (6 if driver == "torch_gradient" else {"input": np.array([6.0])})


# --- optimizers ---


def test_an_optimizer_walks_and_leaves_what_has_no_gradient():
    args = ((np.zeros(2), np.zeros(1)), ((np.ones(2), None), (np.ones(2), np.ones(1))))
    path = values(ask("optimizer", Descent, (*args, {"rate": 0.5})))
    assert [[p.tolist() for p in step] for step in path] == [
        [[-0.5, -0.5], [0.0]],
        [[-1.0, -1.0], [-0.5]],
    ]


# --- given ---


def test_given_arguments_are_made_for_each_call():
    def draws(rng, f, t):
        return rng.random(2), f(np.ones(2)), t * 2

    args = (given.rng(1), given.function("sine_sum", frequencies=np.zeros(2)), given.tensor([1.0]))
    first, second = (values(ask("call", draws, args)) for _ in range(2))
    assert equal(first, second)
    assert equal(first[0], np.random.default_rng(1).random(2))
    assert first[1] == 0.0
    assert first[2].tolist() == [2.0]


def test_a_given_tensor_changed_in_place_is_told_of():
    assert ask("call", lambda rng, t: t.add_(1), (given.rng(0), given.tensor([1.0]))).changed == (
        1,
    )


def test_drawing_from_a_given_generator_changes_nothing():
    assert ask("call", lambda rng: rng.random(), (given.rng(0),)).changed == ()


def test_given_polynomials_are_numpys():
    coefficients, x = np.array([1.0, -2.0, 0.5]), np.linspace(-2, 2, 5)
    got = given.made(given.function("polynomial", coefficients=coefficients))(x)
    np.testing.assert_allclose(got, np.polynomial.Polynomial(coefficients)(x))


def test_an_unknown_function_is_refused():
    with pytest.raises(ValueError, match="no function 'cubic'; there are"):
        given.function("cubic")
