"""Single numbers: what is let through as what type, and what every refusal says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib._scalars import real, whole

NOT_NUMBERS = [None, "0.5", [0.5], True, np.zeros(2), 1j, math.nan, math.inf, -math.inf]


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5), np.int64(1)])
def test_real_numbers_come_back_as_floats(value: object) -> None:
    got = real("rate", value, above=0, at_most=1)
    assert type(got) is float
    assert got == value


@pytest.mark.parametrize("value", [3, np.int32(3), np.uint8(3)])
def test_whole_numbers_come_back_as_ints(value: object) -> None:
    got = whole("steps", value, at_least=3, at_most=3)
    assert type(got) is int
    assert got == 3


@pytest.mark.parametrize("value", [*NOT_NUMBERS, 0, -1, 2, 1])
def test_what_is_no_number_in_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^rate must be a finite number > 0 and < 1; got .+: .+"):
        real("rate", value, above=0, below=1)


@pytest.mark.parametrize("value", [*NOT_NUMBERS, 3.0, np.float64(3), 1, 5])
def test_what_is_no_integer_in_range_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^steps must be an integer >= 2 and <= 4; got .+: .+"):
        whole("steps", value, at_least=2, at_most=4)


def test_without_limits_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"^x must be a finite number; got nan: .+"):
        real("x", math.nan)
