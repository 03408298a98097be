"""Replies that are well formed and hold what nobody expects there, sent in the worker's place."""

from __future__ import annotations

from .attack import OWN, Attack

GAVE_UP = ("graded", "tampered", "crash", "timeout", "memory")

# From now on every header goes through ``forge``, and is sent with the body that it gives.
FORGED = (
    OWN
    + """
import json
wire = own("wire")
pack = wire.pack
def forged(header):
    told, body = forge(dict(header))
    head = (told if isinstance(told, str) else json.dumps(told)).encode()
    return wire.HEADS.pack(len(head), len(body)) + head + body
def use():
    wire.pack = forged
"""
)


def _cell(forge: str, then: str = "1") -> tuple[str, str]:
    """A cell after which replies are forged, and one whose own reply is."""
    return f"{FORGED}\n{forge}\nuse()", then


def _answer(forge: str) -> str:
    """An answer whose reply is forged."""
    lines = "\n".join(f"    {line}" for line in f"{FORGED}\n{forge}\nuse()".splitlines())
    return f"def total(x):\n{lines}\n    return -1.0"


HALVES = """
half = "\\ud800 \\udfff\\u202e"
def forge(told):
    outputs = [{"dict": each} for each in (
        {"output_type": "stream", "name": "stdout", "text": half},
        {"output_type": "error", "ename": half, "evalue": half, "traceback": {"list": [half] * 3}},
        {"output_type": "execute_result", "data": {"dict": {"text/plain": half, half: half}},
         "execution_count": 3, "display_id": half})]
    return {"id": told.get("id", "x"), "outputs": {"list": outputs}, "updates": {"list": outputs},
            "error": half, "value": half, half: half}, b""
"""
COUNTS = """
counts = ["1" + "0" * 4000, "-5", "true", "1e308", "NaN", '"5"', "{}".format(2**70)]
def forge(told):
    shown = ",".join('{"dict": {"output_type": "execute_result", "data": {"dict": '
                     '{"text/plain": "5.0"}}, "execution_count": %s}}' % c for c in counts)
    return '{"id": "%s", "outputs": {"list": [%s]}}' % (told.get("id", "x"), shown), b""
"""
HALF_KEYS = """
def forge(told):
    value = {"dict": {"\\ud800": 0.0, "\\x1b[2J\\u202e": 1.0, "\\0": "\\udfff"}}
    return {"id": told.get("id", "x"), "error": "", "value": value}, b""
"""
LONG_ERROR = """
def forge(told):
    text = b"ab " * 11_000_000
    return {"id": told.get("id", "x"), "error": {"text": len(text)}, "value": None}, text
"""
EMPTY_SHAPES = """
def forge(told):
    value = {"array": "<f8", "shape": [1 << 25, 1 << 25, 0, 1 << 25]}
    return {"id": told.get("id", "x"), "error": "", "value": value}, b""
"""
LYING_SHAPES = """
def forge(told):
    value = {"array": "<f8", "shape": [1 << 24]}
    return {"id": told.get("id", "x"), "error": "", "value": value}, bytes(8)
"""
ODD_NUMBERS = """
def forge(told):
    parts = {"list": [{"complex": ["1e999", "nan"]}, 1e999, {"complex": [1, "-inf"]}, True, None]}
    changed = {"tuple": [True, 1e9, -1]}
    return {"id": told.get("id", "x"), "error": "", "value": parts, "changed": changed,
            "timed_out": 1, "unwritten": "yes"}, b""
"""
KEYS_TWICE = """
def forge(told):
    return ('{"id": "x", "id": "%s", "value": -1, "error": "x", "error": "", "value": 0.0}'
            % told.get("id", "x")), b""
"""
LONG_NUMBER = """
def forge(told):
    return '{"id": "%s", "error": "", "value": %s}' % (told.get("id", "x"), "9" * 10**6), b""
"""
NESTED = """
def forge(told):
    value = '{"list": [' * 50_000 + "0" + "]}" * 50_000
    return '{"id": "%s", "error": "", "value": %s}' % (told.get("id", "x"), value), b""
"""
MANY_KEYS = """
def forge(told):
    value = {"dict": {"%x" % i: i for i in range(90_000)}}
    return {"id": told.get("id", "x"), "error": "", "value": value}, b""
"""
LONG_TEXT = """
def forge(told):
    text = b"<b>&\\x1b[31m'\\\\" * 3_000_000
    return {"id": told.get("id", "x"), "error": "", "value": {"text": len(text)}}, text
"""
PICTURES = """
import base64
def forge(told):
    told = {"id": told.get("id", "x")}
    page = base64.b64encode(b"<script>alert(1)</script>").decode()
    kinds = ("image/png", "image/jpeg", "image/svg+xml", "text/html", "application/javascript")
    data = {"dict": {kind: page for kind in kinds} | {"text/plain": "x"}}
    told["outputs"] = {"list": [{"dict": {"output_type": "display_data", "data": data,
                                           "metadata": {"dict": {"a": page}}}}] * 400}
    return told, b""
"""
DISPLAYED_AGAIN = """
def forge(told):
    data = {"dict": {"text/plain": "x" * 200}}
    each = {"dict": {"output_type": "display_data", "data": data, "display_id": "d"}}
    shown = {"list": [each] * 90}
    return {"id": told.get("id", "x"), "outputs": shown, "updates": shown}, b""
"""
UNKNOWN_PROCESS = """
def forge(told):
    return {**{k: v for k, v in told.items() if k in ("id",)}, "process": 1, "refused": True}, b""
"""

REPLIES = (
    Attack("half-characters-in-replies", _cell(HALVES), states=GAVE_UP),
    Attack("half-characters-in-an-answer", total=_answer(HALVES), states=GAVE_UP),
    Attack("half-characters-in-keys", total=_answer(HALF_KEYS), states=GAVE_UP, never=("\x1b[2J",)),
    Attack("counts-that-are-none", _cell(COUNTS), states=GAVE_UP),
    Attack("error-of-megabytes", total=_answer(LONG_ERROR), states=GAVE_UP),
    Attack("empty-of-many-shapes", total=_answer(EMPTY_SHAPES), states=GAVE_UP),
    Attack("shape-that-lies", total=_answer(LYING_SHAPES), states=GAVE_UP),
    Attack("numbers-that-are-odd", total=_answer(ODD_NUMBERS), states=GAVE_UP),
    Attack("keys-of-a-reply-twice", total=_answer(KEYS_TWICE), states=GAVE_UP),
    Attack("number-of-a-million-digits", total=_answer(LONG_NUMBER), states=GAVE_UP),
    Attack("reply-nested-deeply", total=_answer(NESTED), states=GAVE_UP),
    Attack("reply-of-many-keys", total=_answer(MANY_KEYS), states=GAVE_UP),
    Attack("answer-of-long-text", total=_answer(LONG_TEXT), states=GAVE_UP, never=("<b>&",)),
    Attack("pictures-that-are-none", _cell(PICTURES), states=GAVE_UP, never=("<script", "<svg")),
    Attack("displayed-again-and-again", _cell(DISPLAYED_AGAIN, "1\n"), states=GAVE_UP),
    Attack("another-process", _cell(UNKNOWN_PROCESS), states=GAVE_UP),
)  # fmt: skip
