"""What every public function refuses, and that each refusal says rule, what came, what to do."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from bad_input import EXEMPT, MEANT, OWN, SENTENCE, cases
from good_calls import GOOD, Call
from public_api import docstrings, public_callables


@pytest.mark.parametrize("call", GOOD, ids=lambda call: call.name)
def test_the_call_is_good_before_it_is_spoilt(call: Call) -> None:
    call()


@pytest.mark.parametrize(("call", "spoilt"), cases())
def test_bad_input_is_refused_with_rule_what_came_and_what_to_do(
    call: Call, spoilt: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=" must ") as error:
        call(**spoilt)
    assert SENTENCE.match(str(error.value)), str(error.value)


@pytest.mark.parametrize("name", sorted(set(public_callables()) - set(EXEMPT)))
def test_every_public_function_is_called_wrongly_here_and_says_that_it_raises(name: str) -> None:
    own = [call for call in GOOD if call.name == name or call.name.startswith(f"{name}.")]
    assert own, f"{name} is in no table of good_calls.py; or say in EXEMPT why it refuses nothing"
    assert re.search("Raises|refus|ValueError", said_of(name))


def test_nothing_is_exempt_that_is_not_there_or_is_called() -> None:
    called = {".".join(call.name.split(".")[:2]) for call in GOOD}
    assert set(EXEMPT) <= set(public_callables()) - called
    assert {call.name for call in GOOD} >= set(OWN) | {name for name, _, _ in MEANT}


def said_of(name: str) -> str:
    """What is said of a function: in its own docstring, and for all of its module."""
    thing = public_callables()[name]
    return docstrings(thing) + (sys.modules[thing.__module__].__doc__ or "")
