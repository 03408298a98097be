"""What goes between the grader and the sandbox: frames of a JSON header and raw bytes.

Never pickle: each side reads only numbers, text, and arrays of numbers. The grader reads what an
untrusted process wrote, so every length, type and shape is checked before it is used.
This file is also mounted in the sandbox: it may import numpy and the standard library only.

A frame is two unsigned 32-bit lengths (network order), a header in JSON, and a body. Arrays and
long texts stand in the body, in the order in which the header names them.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

HEADS = struct.Struct("!II")
MAX_HEADER = 2**20  # bytes; JSON grows some thirtyfold when it is parsed
MAX_BODY = 2**25
MAX_DEPTH = 12
LONG_TEXT = 256  # characters from which a text stands in the body
# Little-endian kinds that numpy and torch share; anything else is converted by the sender.
DTYPES = ("|b1", "|i1", "|u1", *(f"<{k}{n}" for k in "iu" for n in (2, 4, 8)))
DTYPES += ("<f2", "<f4", "<f8", "<c8", "<c16")


class WireError(Exception):
    """A frame that breaks a rule of this protocol."""


def pack(header: dict[str, Any]) -> bytes:
    """One frame. ``header`` has text keys; its values are plain data (see ``plain``)."""
    chunks: list[bytes] = []
    told = {key: _encode(value, chunks, 0) for key, value in header.items()}
    head, body = json.dumps(told).encode(), b"".join(chunks)
    if len(head) > MAX_HEADER or len(body) > MAX_BODY:
        raise WireError(f"too large to send: {len(head) + len(body)} bytes")
    return HEADS.pack(len(head), len(body)) + head + body


def receive(read: Callable[[int], bytes]) -> dict[str, Any]:
    """The next frame; ``read(n)`` gives exactly n bytes.

    Raises
    ------
    WireError
        where the frame breaks a rule.
    """
    head_length, body_length = HEADS.unpack(read(HEADS.size))
    if head_length > MAX_HEADER or body_length > MAX_BODY:
        raise WireError("a frame larger than allowed")
    head, body = read(head_length), _Body(read(body_length))
    try:
        told = json.loads(head)
        if not isinstance(told, dict):
            raise WireError("a header that is no object")
        return {key: _decode(value, body, 0) for key, value in told.items()}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise WireError(f"a malformed frame: {error}"[:200]) from error


def _encode(value: Any, chunks: list[bytes], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, (np.ndarray, np.generic)):
        return _encode_array(np.asarray(value), chunks)
    if isinstance(value, str):
        return _encode_text(value, chunks)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, dict):
        return {"dict": {str(k): _encode(v, chunks, depth + 1) for k, v in value.items()}}
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_encode(item, chunks, depth + 1) for item in value]}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise WireError(f"a {type(value).__name__} cannot be sent")


def _encode_text(text: str, chunks: list[bytes]) -> Any:
    content = text.encode("utf-8", "replace")
    if len(content) < LONG_TEXT:
        return content.decode()
    chunks.append(content)
    return {"text": len(content)}


def _encode_array(array: np.ndarray, chunks: list[bytes]) -> dict[str, Any]:
    kind = array.dtype.newbyteorder("<")
    if kind.str not in DTYPES:
        wide = {"f": "<f8", "c": "<c16"}.get(array.dtype.kind)  # long doubles
        if wide is None:
            raise WireError(f"an array of {array.dtype} cannot be sent")
        kind = np.dtype(wide)
    if max(array.shape, default=0) > MAX_BODY:
        raise WireError("too large to send")
    chunks.append(array.astype(kind).tobytes())
    return {"array": kind.str, "shape": list(array.shape)}


class _Body:
    """The raw bytes of a frame, taken from the front."""

    def __init__(self, content: bytes) -> None:
        self.content, self.taken = content, 0

    def take(self, length: int) -> bytes:
        start, self.taken = self.taken, self.taken + length
        if length < 0 or self.taken > len(self.content):
            raise WireError("a frame shorter than its header says")
        return self.content[start : self.taken]


def _decode(told: Any, body: _Body, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"nested more than {MAX_DEPTH} deep")
    if not isinstance(told, dict):
        if isinstance(told, list):
            raise WireError("a bare list")
        return told
    kind: str = next(iter(told), "")
    given: Any = told.get(kind)
    if kind == "array":
        return _decode_array(told["array"], told["shape"], body)
    if kind == "text":
        return body.take(_length(given)).decode("utf-8")
    if kind == "complex":
        real, imaginary = (float(part) for part in given)
        return complex(real, imaginary)
    if kind == "dict":
        return {str(key): _decode(value, body, depth + 1) for key, value in given.items()}
    if kind in ("list", "tuple"):
        items = [_decode(item, body, depth + 1) for item in given]
        return tuple(items) if kind == "tuple" else items
    raise WireError("a value of an unknown kind")


def _decode_array(dtype: Any, shape: Any, body: _Body) -> np.ndarray:
    if dtype not in DTYPES or not isinstance(shape, list) or len(shape) > 32:
        raise WireError("an array of an unknown kind")
    lengths = [_length(length) for length in shape]
    kind = np.dtype(dtype)
    content = body.take(math.prod(lengths) * kind.itemsize)
    return np.frombuffer(content, kind).reshape(lengths).copy()


def _length(number: Any) -> int:
    if type(number) is not int or not 0 <= number <= MAX_BODY:
        raise WireError("a length that cannot be")
    return number
