"""Exercises as students are given them: public cases and what came of them, without any code.

The file holds what the reference and each mistake gave on the public cases. So a student's machine
compares and names mistakes as the course's own does, and holds neither solution nor hidden case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import numpy as np

from .asking import Answer
from .compare import refusal
from .exercise import Case, Exercise
from .plain import Plain


class Said(str):
    """What was said of a recorded answer, in its place; a student's own is never of this type."""


@dataclass(frozen=True)
class PublishedMistake:
    """A mistake's name, its sentence, and its answers to the public cases."""

    name: str
    sentence: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Published:
    """An exercise read from a file; as ``Exercise`` wherever it is judged."""

    name: str
    task: str
    points: int
    driver: str
    arguments: tuple[str, ...]
    inputs: tuple[str, ...]
    parts: dict[str, float]
    rtol: float
    atol: float
    forbid: tuple[str, ...]
    public: tuple[Case, ...]
    rights: tuple[Answer, ...]
    mistakes: tuple[PublishedMistake, ...]
    accepted_by: str = ""

    @property
    def accept(self) -> Callable[[tuple[Any, ...], Any], str] | None:
        """The rule that stands in a module of its own; of a recorded answer, what it said then."""
        if not self.accepted_by:
            return None
        module, name = self.accepted_by.split(":")
        rule = getattr(import_module(module), name)
        return lambda args, value: str(value) if type(value) is Said else rule(args, value)

    def right(self, case: Case) -> Answer:
        """What the reference gave."""
        return self.rights[self._place(case)]

    def wrong(self, mistake: PublishedMistake, case: Case) -> Answer:
        """What ``mistake`` gave."""
        return mistake.answers[self._place(case)]

    def _place(self, case: Case) -> int:
        return next(i for i, known in enumerate(self.public) if known is case)


def published(exercise: Exercise, accepted_by: str = "") -> dict[str, Any]:
    """``exercise`` as JSON holds it; ``accepted_by`` is ``"module:function"`` of its rule."""
    accept = exercise.accept
    rights = [] if accept else [exercise.right(case) for case in exercise.public]
    mistakes = [
        {
            "name": mistake.name,
            "sentence": mistake.sentence,
            "answers": [
                _answer_to_json(_said(exercise, case, exercise.wrong(mistake, case)))
                for case in exercise.public
            ],
        }
        for mistake in exercise.mistakes
    ]
    same = ("name", "task", "points", "driver", "parts", "rtol", "atol")
    return {
        **{key: getattr(exercise, key) for key in same},
        **{key: list(getattr(exercise, key)) for key in ("arguments", "inputs", "forbid")},
        "public": [{"args": to_json(case.args), "part": case.part} for case in exercise.public],
        "rights": [_answer_to_json(answer) for answer in rights],
        "mistakes": mistakes,
        "accepted_by": accepted_by,
    }


def _said(exercise: Exercise, case: Case, answer: Answer) -> Answer:
    """``answer`` with what ``accept`` says of it in place of ten thousand draws."""
    if exercise.accept is None or answer.error:
        return answer
    return Answer(Said(refusal(exercise.accept, case.args, answer.value)), changed=answer.changed)


def read_published(told: dict[str, Any]) -> Published:
    """The exercise that ``published`` wrote."""
    mistakes = [
        PublishedMistake(m["name"], m["sentence"], _answers(m["answers"])) for m in told["mistakes"]
    ]
    read = {
        **told,
        **{key: tuple(told[key]) for key in ("arguments", "inputs", "forbid")},
        "public": tuple(Case(from_json(c["args"]), c["part"]) for c in told["public"]),
        "rights": _answers(told["rights"]),
        "mistakes": tuple(mistakes),
    }
    return Published(**read)


def _answer_to_json(answer: Answer) -> dict[str, Any]:
    return {**asdict(answer), "value": to_json(answer.value), "changed": list(answer.changed)}


def _answers(told: Iterable[dict[str, Any]]) -> tuple[Answer, ...]:
    return tuple(
        Answer(**{**a, "value": from_json(a["value"]), "changed": tuple(a["changed"])})
        for a in told
    )


def to_json(value: Plain) -> Any:
    """Plain data as JSON has it; ``from_json`` gives the same to the last bit.

    >>> json.dumps(to_json((1, np.array([0.5]))))
    '{"tuple": [1, {"array": "<f8", "shape": [1], "values": [0.5]}]}'
    """
    if isinstance(value, Said):
        return {"said": str(value)}
    if isinstance(value, np.ndarray):
        kind, numbers = value.dtype.str, np.ascontiguousarray(value).ravel()
        if value.dtype.kind == "c":
            numbers = numbers.view(numbers.real.dtype)
        return {"array": kind, "shape": list(value.shape), "values": numbers.tolist()}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, dict):
        return {"dict": {key: to_json(item) for key, item in value.items()}}
    if isinstance(value, tuple):
        return {"tuple": [to_json(item) for item in value]}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value


def from_json(told: Any) -> Plain:
    """The plain data that ``to_json`` wrote."""
    if isinstance(told, list):
        return [from_json(item) for item in told]
    if not isinstance(told, dict):
        return told
    kind = next(iter(told))
    if kind == "array":
        dtype = np.dtype(told["array"])
        flat = np.array(told["values"], dtype.type().real.dtype if dtype.kind == "c" else dtype)
        return flat.view(dtype).reshape(told["shape"])
    readers: dict[str, Callable[[Any], Plain]] = {
        "said": Said,
        "complex": lambda parts: complex(*parts),
        "dict": lambda items: {key: from_json(item) for key, item in items.items()},
        "tuple": lambda items: tuple(map(from_json, items)),
    }
    return readers[kind](told[kind])


def read_file(text: str) -> list[Published]:
    """All exercises of one set."""
    return [read_published(told) for told in json.loads(text)]
