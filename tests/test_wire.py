"""The protocol between grader and sandbox: what goes in comes out, and nothing else gets in."""

from __future__ import annotations

import contextlib
import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.checks.plain import equal
from course_lib.grading import wire

numbers = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.complex_numbers()
)
arrays = hnp.arrays(
    st.sampled_from([np.dtype(name) for name in wire.DTYPES]),
    hnp.array_shapes(min_dims=0, min_side=0),
)
values = st.recursive(
    numbers | st.text() | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


def received(frame: bytes):
    stream = io.BytesIO(frame)

    def read(length):
        part = stream.read(length)
        if len(part) < length:
            raise wire.WireError("cut short")
        return part

    return wire.receive(read)


def frame(header, body: bytes = b"") -> bytes:
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("!II", len(head), len(body)) + head + body


@given(values)
def test_a_value_comes_out_as_it_went_in(value):
    came = received(wire.pack({"value": value, "more": 1}))
    assert came["more"] == 1
    # Half characters cannot be sent; they are replaced.
    if "\ud800" not in repr(value) and "\\ud" not in repr(value):
        assert equal(came["value"], value)


def test_numpy_scalars_long_doubles_and_big_endian_arrays_are_converted():
    sent = (np.float32(2.5), np.arange(3, dtype=">i4"), np.longdouble(0.5))
    one, many, long = received(wire.pack({"value": sent}))["value"]
    assert one == 2.5
    assert one.dtype == np.float32
    assert many.dtype == np.dtype("<i4")
    assert many.tolist() == [0, 1, 2]
    assert long == 0.5


def test_an_array_that_was_received_can_be_written_to():
    came = received(wire.pack({"value": np.zeros(2)}))["value"]
    came += 1
    assert came.tolist() == [1, 1]


def test_a_long_text_stands_in_the_body():
    text = "µ" * 10_000
    assert received(wire.pack({"value": text}))["value"] == text


@pytest.mark.parametrize("value", [object(), np.array([None]), np.array(["a"]), {1, 2}, b"bytes"])
def test_what_is_no_plain_data_cannot_be_sent(value):
    with pytest.raises(wire.WireError, match="cannot be sent"):
        wire.pack({"value": value})


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_and_size_are_limited_where_it_is_sent(monkeypatch):
    with pytest.raises(wire.WireError, match="nested"):
        wire.pack({"value": nested(20)})
    monkeypatch.setattr(wire, "MAX_BODY", 100)
    with pytest.raises(wire.WireError, match="too large"):
        wire.pack({"value": np.zeros(100)})


ARRAY = {"array": "<f8", "shape": [1]}
DEEP: dict = {"list": []}
for _ in range(20):
    DEEP = {"list": [DEEP]}


@pytest.mark.parametrize(
    "bad",
    [
        frame(b"not json"),
        frame(b"\xff"),
        frame([]),
        frame({"value": []}),
        frame({"value": {}}),
        frame({"value": DEEP}),
        frame(b"[" * 100_000),
        frame(b'{"value": ' + b"9" * 5000 + b"}"),
        frame({"value": {"unknown": 1}}),
        frame({"value": {"list": 3}}),
        frame({"value": {"dict": []}}),
        frame({"value": {"complex": [1]}}),
        frame({"value": {"complex": ["a", "b"]}}),
        frame({"value": {"text": 5}}, b"abc"),
        frame({"value": {"text": -1}}, b"abc"),
        frame({"value": {"text": True}}, b"a"),
        frame({"value": {"text": 1}}, b"\xff"),
        frame({"value": {"array": "<f8"}}),
        frame({"value": ARRAY}, b"short"),
        frame({"value": {**ARRAY, "array": "|O"}}, b"12345678"),
        frame({"value": {**ARRAY, "array": "<U2"}}, b"12345678"),
        frame({"value": {**ARRAY, "array": "<f8,<f8"}}, b"1234567812345678"),
        frame({"value": {**ARRAY, "array": ["<f8"]}}, b"12345678"),
        frame({"value": {**ARRAY, "shape": [-1]}}, b"12345678"),
        frame({"value": {**ARRAY, "shape": [0.5]}}, b"12345678"),
        frame({"value": {**ARRAY, "shape": [2**25] * 8}}),
        frame({"value": {**ARRAY, "shape": [1] * 40}}, b"12345678"),
        struct.pack("!II", 2**31, 0),
        struct.pack("!II", 2, 2**31) + b"{}",
        b"\0\0",
    ],
)
def test_a_malformed_frame_is_refused(bad):
    with pytest.raises(wire.WireError):
        received(bad)


@settings(max_examples=300)
@given(st.binary(max_size=200), st.binary(max_size=50))
def test_no_bytes_at_all_do_more_than_be_refused(head, body):
    with contextlib.suppress(wire.WireError):
        received(frame(head, body))


@settings(max_examples=300)
@given(values, st.data())
def test_a_frame_with_a_changed_byte_does_no_more_than_be_refused(value, data):
    good = bytearray(wire.pack({"value": value}))
    place = data.draw(st.integers(8, len(good) - 1))
    good[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(wire.WireError):
        received(bytes(good))
