"""Checks, the mechanics: plain data, comparison, and calling a student's function."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from fractions import Fraction

import numpy as np
import pytest
import torch

from course_lib.checks.asking import ask, find, one_line
from course_lib.checks.compare import describe, difference
from course_lib.checks.plain import equal, to_plain

RTOL, ATOL = 1e-6, 1e-9


# --- plain data ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, 2),
        (None, None),
        ("a", "a"),
        (np.float64(1.5), np.array(1.5)),
        (torch.tensor([1.0, 2.0]), np.array([1.0, 2.0], dtype=np.float32)),
        (torch.tensor(3.0, requires_grad=True), np.array(3.0, dtype=np.float32)),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])),
        ([np.float64(1.0), 2.0], np.array([1.0, 2.0])),
        ([torch.tensor(1.0), torch.tensor(2.0)], np.array([1.0, 2.0], dtype=np.float32)),
        ((1, [2.0]), (1, np.array([2.0]))),
        ({"a": [1.0]}, {"a": np.array([1.0])}),
        (np.ma.array([1.0], mask=[False]), np.array([1.0])),
        (Fraction(1, 4), 0.25),
        (range(3), (0, 1, 2)),
        (deque([1.0, 2.0]), (1.0, 2.0)),
        (np.array([1.5, Fraction(1, 2)], dtype=object), np.array([1.5, 0.5])),
        (np.array(["good fit"])[0], "good fit"),
    ],
)
def test_to_plain_gives_numbers_arrays_and_containers(value, expected):
    assert equal(to_plain(value), expected)


def test_to_plain_copies():
    array = np.zeros(3)
    plain = to_plain(array)
    array[0] = 1.0
    assert plain[0] == 0.0


class Loud(float):
    def __float__(self) -> float:
        return 0.0

    __sub__ = __pos__ = __float__  # type: ignore[assignment]


class Text(str):
    def __str__(self) -> str:
        return ""


@pytest.mark.parametrize(("value", "plain"), [(Loud(2.5), 2.5), (Text("a"), "a")])
def test_a_subclass_counts_as_what_it_is_whatever_it_overrides(value, plain):
    assert equal(to_plain(value), plain)


def test_an_integer_beyond_every_dtype_becomes_a_float_or_is_refused():
    assert to_plain(10**30) == 1e30
    with pytest.raises(TypeError, match="too large"):
        to_plain(10**5000)


@pytest.mark.parametrize(
    "value", [print, np, object(), np.array([object()]), {1.0}, (i for i in range(3))]
)
def test_to_plain_refuses_what_is_not_data(value):
    with pytest.raises(TypeError, match="return"):
        to_plain(value)


def test_to_plain_refuses_a_container_that_holds_itself():
    value: list[object] = []
    value.append(value)
    with pytest.raises(TypeError, match="deep"):
        to_plain(value)


def test_equal_is_to_the_last_bit():
    assert equal(np.array([np.nan]), np.array([np.nan]))
    assert not equal(np.array([1.0]), np.array([1]))
    assert not equal(np.array([0.0]), np.array([-0.0]))
    assert not equal((1, 2), [1, 2])


# --- comparison ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1.0, 1.0 + 5e-7),
        (1.0, 1),
        (np.array(1.0), 1.0),
        (np.array([1.0, 2.0]), (1.0, 2.0)),
        (np.array([[1.0], [2.0]]), ([1.0], [2.0])),
        (1.0, np.float32(1.00005)),
        (np.array(1.0, dtype=np.float32), 1.00005),
        (np.inf, np.inf),
        (np.nan, np.nan),
        ((np.array(1.0), np.array([1.0, 2.0])), (np.array(1.0), np.array([1.0, 2.0]))),
        ({"a": 1.0}, {"a": 1.0}),
        ("yes", "yes"),
        (None, None),
    ],
)
def test_equal_answers_are_equal(expected, got):
    assert difference(expected, got, RTOL, ATOL) == ""


@pytest.mark.parametrize(
    ("expected", "got", "says"),
    [
        (1.0, 1.0 + 5e-6, "off by up to 5e-06"),
        (1.0, np.float32(1.001), "off by"),
        (1.0, None, "return"),
        (1.0, "1.0", "got a string"),
        (1.0, np.array([1.0]), "expected a single number, got an array of shape (1,)"),
        (np.zeros(3), np.zeros((3, 1)), "expected an array of shape (3,), got an array of shape"),
        (np.zeros(2), [np.zeros(2), np.zeros(3)], "rows of different lengths"),
        (1.0, {"a": 1.0}, "got a dict"),
        (1.0, np.nan, "not finite"),
        (np.inf, 1.0, "off by"),
        (np.array([True, False]), np.array([True, True]), "off by up to 1"),
        (np.array([1], dtype=np.uint8), np.array([2], dtype=np.uint8), "off by up to 1"),
        ((np.array(1.0), np.zeros(2)), np.array(1.0), "expected 2 values, got a single number"),
        ((np.array(1.0), np.zeros(2)), 1.0, "expected 2 values, got a single number"),
        ((np.array(1.0), np.zeros(2)), None, "nothing came back"),
        ((np.array(1.0), np.zeros(2)), (np.array(1.0),), "expected 2 values, got 1"),
        ((np.array(1.0), np.zeros(2)), (np.array(1.0), np.ones(2)), "value 2 of 2: off by"),
        ({"a": 1.0}, {"b": 1.0}, "expected the keys ['a'], got ['b']"),
        ({"a": 1.0}, {"a": 2.0}, "a: off by"),
        ({"a": 1.0}, 1.0, "expected a dict"),
        ("yes", "no", "not what was asked for"),
    ],
)
def test_the_difference_is_said(expected, got, says):
    assert says in difference(expected, got, RTOL, ATOL)


def test_nothing_is_broadcast():
    assert difference(np.ones((2, 2)), 1.0, RTOL, ATOL)
    assert difference(1.0, np.ones((1, 1)), RTOL, ATOL)


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "None"), (1, "a single number"), (np.zeros(2), "an array of shape (2,)")],
)
def test_describe(value, words):
    assert describe(value) == words


# --- drivers ---------------------------------------------------------------------------------


def test_ask_gives_the_value():
    answer = ask("call", lambda a, b: a + b, (np.ones(2), 1.0))
    assert answer.error == ""
    assert equal(answer.value, np.full(2, 2.0))


def test_ask_works_on_a_copy_and_says_which_argument_was_changed():
    def function(first, second):
        second -= 1
        return second

    given = (np.ones(2), np.ones(2))
    answer = ask("call", function, given)
    assert answer.changed == (1,)
    assert given[1].tolist() == [1.0, 1.0]


def test_an_argument_made_unreadable_is_an_error_not_a_crash():
    answer = ask("call", lambda values: values.append(print), ([1.0],))
    assert "TypeError" in answer.error


@pytest.mark.parametrize(
    "stub",
    [
        NotImplementedError,
        NotImplementedError(),
        NotImplementedError("mse: write your answer here"),  # as release_stubs writes it
    ],
)
def test_a_stub_is_unwritten(stub):
    def function(a):
        raise stub

    assert ask("call", function, (1,)).unwritten


def test_a_not_implemented_error_with_a_message_is_an_error_of_written_code():
    def function(a):
        raise NotImplementedError('"exp_cpu" not implemented for Long')  # as torch does

    assert not ask("call", function, (1,)).unwritten


@pytest.mark.parametrize("error", [SystemExit(0), ZeroDivisionError("no"), RecursionError()])
def test_whatever_is_raised_becomes_one_line(error):
    def function():
        raise error

    line = ask("call", function, ()).error
    assert line.startswith(type(error).__name__)
    assert "\n" not in line


@pytest.mark.parametrize("base", [Exception, NotImplementedError])
@pytest.mark.parametrize("raised", [RuntimeError, SystemExit, KeyboardInterrupt])
def test_an_error_whose_message_cannot_be_read(base, raised):
    class Rude(base):
        def __str__(self) -> str:
            raise raised("no")

    for error in (Rude(), base(Rude())):
        line = one_line(error)
        assert line == f"{type(error).__name__}: (its message could not be read)"
        answer = ask("call", lambda e=error: (_ for _ in ()).throw(e), ())
        assert answer.error.startswith(line)
        assert not answer.unwritten


def test_an_endless_loop_ends():
    def function():
        while True:
            pass

    start = time.perf_counter()
    answer = ask("call", function, (), seconds=0.2)
    assert answer.timed_out
    assert time.perf_counter() - start < 2


def test_an_endless_loop_that_catches_every_exception_ends_too():
    def function():
        while True:
            with contextlib.suppress(Exception):
                time.sleep(0.01)

    assert ask("call", function, (), seconds=0.2).timed_out


def test_torch_gradient_gives_loss_and_gradient():
    answer = ask(
        "torch_gradient", lambda a, y: ((a - y) ** 2).mean(), (np.array([1.0, 3.0]), np.zeros(2))
    )
    assert answer.error == ""
    loss, gradient = answer.value
    assert loss == pytest.approx(5.0)
    assert gradient.tolist() == [1.0, 3.0]
    assert difference(answer.value, answer.value, RTOL, ATOL) == ""


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda a: 1.0, "returned a float: return a tensor"),
        (lambda a: torch.tensor(float(a.detach().numpy().sum())), "cut off"),
        (lambda a: a**2, "shape (2,): return one number"),
    ],
)
def test_torch_gradient_says_what_is_missing(function, says):
    assert says in ask("torch_gradient", function, (np.ones(2),)).error


def test_torch_gradient_of_a_loss_that_ignores_its_input_is_an_error():
    other = torch.ones(2, requires_grad=True)
    answer = ask("torch_gradient", lambda a: other.sum(), (np.ones(2),))
    assert "does not depend on its first argument" in answer.error


def test_a_missing_function_answers_with_a_sentence():
    answer = ask("call", find({}, "mse"), (1, 2))
    assert "mse is not defined" in answer.error
    assert find({"mse": max}, "mse") is max
