"""What was asked, as a line of Python that a student can read and run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .exercise import Case, Exercise
from .given import KIND
from .plain import Plain
from .published import Published

Asking = Exercise | Published

SHOWN_CALLS = 6  # of one object; the last ones, which say most
SHOWN_ITEMS = 8  # of a list; of a longer one the first two and the last


def asked(exercise: Asking, case: Case) -> str:
    """``case`` as a call of the answer.

    >>> from course_lib.checks.registry import find_exercise
    >>> asked(find_exercise("mse"), Case((np.array([1.0, 3.0]), np.zeros(2))))
    'mse(a=[1, 3], y=[0, 0])'
    """
    return _FORMS.get(exercise.driver, _call)(exercise, case.args)


def _call(exercise: Asking, args: tuple[Any, ...]) -> str:
    return f"{exercise.name}({_named(exercise.arguments, args)})"


def _redraw(exercise: Asking, args: tuple[Any, ...]) -> str:
    *fixed, generators = args
    told = [_named(exercise.arguments, fixed)] if fixed else []
    told.append(f"{exercise.arguments[-1]}=each of {len(generators)} generators in turn")
    return f"{exercise.name}({', '.join(told)})"


def _object(exercise: Asking, args: tuple[Any, ...]) -> str:
    init, calls = args
    told = [_use(name, more) for name, *more in calls[-SHOWN_CALLS:]]
    if len(calls) > SHOWN_CALLS:
        told.insert(0, f"after {len(calls) - SHOWN_CALLS} earlier calls")
    return f"{exercise.name}({_named(exercise.arguments, init)}), then {', '.join(told)}"


def _use(name: str, args: list[Any]) -> str:
    return f".{name}({', '.join(show(a) for a in args)})"


def _steps(exercise: Asking, args: tuple[Any, ...]) -> str:
    w, gradients, *more = args
    first, second, state = exercise.arguments[:3]
    given = ", ".join(
        [
            f"{first}={show(w)}",
            f"{second}=each of {show(gradients)} in turn",
            f"{state}=None at first",
            *(f"{n}={show(v)}" for n, v in zip(exercise.arguments[3:], more, strict=False)),
        ]
    )
    return f"{exercise.name}({given})"


def _optimizer(exercise: Asking, args: tuple[Any, ...]) -> str:
    parameters, gradients, options = args
    told = ", ".join([show(parameters), *(f"{k}={show(v)}" for k, v in options.items())])
    return f"{exercise.name}({told}), then steps with the gradients {show(gradients)}"


def _named(names: tuple[str, ...], values: Any) -> str:
    return ", ".join(f"{n}={show(v)}" for n, v in zip(names, values, strict=False))


_FORMS: dict[str, Callable[[Asking, tuple[Any, ...]], str]] = {
    "redraw": _redraw,
    "object": _object,
    "module": _object,
    "steps": _steps,
    "optimizer": _optimizer,
}


def show(value: Plain) -> str:
    """A value on one line, numbers with six digits, long arrays shortened."""
    if isinstance(value, tuple):
        return "(" + _show_items(value) + ")"
    if isinstance(value, list):
        return "[" + _show_items(value) + "]"
    if isinstance(value, dict):
        try:
            return _show_given(value) if KIND in value else _show_dict(value)
        except (KeyError, TypeError):  # an answer may be a dict with any keys
            return _show_dict(value)
    if isinstance(value, (bool, int, str)) or value is None:
        return repr(value)
    text = np.array2string(
        np.asarray(value),
        separator=", ",
        threshold=24,
        edgeitems=2,
        max_line_width=10_000,
        formatter={"float_kind": "{:.6g}".format},
    )
    return " ".join(text.split())


def _show_items(values: Sequence[Plain]) -> str:
    if len(values) <= SHOWN_ITEMS:
        return ", ".join(map(show, values))
    return ", ".join([*map(show, values[:2]), "...", show(values[-1])])


def _show_dict(value: dict[str, Any]) -> str:
    names = {key: key if key.isprintable() else repr(key) for key in value}
    return "{" + ", ".join(f"{names[key]}: {show(item)}" for key, item in value.items()) + "}"


def _show_given(told: dict[str, Any]) -> str:
    if told[KIND] == "rng":
        return f"default_rng({told['seed']})"
    if told[KIND] == "tensor":
        return f"tensor({show(told['values'])})"
    coefficients = {k: v for k, v in told.items() if k not in (KIND, "name")}
    given = ", ".join(f"{key}={show(v)}" for key, v in coefficients.items())
    return f"the function {told['name']}({given})"
