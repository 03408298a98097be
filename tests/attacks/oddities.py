"""Answers of every odd type that numpy, torch and Python have, none of them right."""

from __future__ import annotations

from .attack import OWN, Attack

ANY = ("graded", "timeout", "memory", "crash", "tampered")

# What ``total`` returns instead of the sum of its numbers (3.0 on the public case).
VALUES = {
    "minus-nothing": "-0.0 * np.sum(x)",
    "payload-in-a-nan": "np.frombuffer(b'\\x01\\0\\0\\0\\0\\0\\xf8\\x7f')[0]",
    "a-truth-for-each": "np.ones(np.shape(x), bool)",
    "the-argument-itself": "x",
    "a-view-without-end": "np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 40,), (0,))",
    "a-broadcast-without-end": "np.broadcast_to(np.sum(x), (1 << 20, 1 << 20))",
    "all-masked": "np.ma.masked_all(())",
    "a-record": "np.zeros((), [('value', float), ('points', int)])",
    "a-time": "np.datetime64('2026-11-21')",
    "nothing-at-all": "np.void(b'\\0' * 8)",
    "bytes-in-another-order": "np.array(np.sum(x)).view('>f8')",
    "a-matrix": "np.matrix([[np.sum(x)]])",
    "one-number-in-a-row": "np.array([np.sum(x)])",
    "a-decimal": "__import__('decimal').Decimal('sNaN')",
    "a-fraction": "__import__('fractions').Fraction(10**400, 3)",
    "words": "str(np.sum(x))",
    "raw-bytes": "np.float64(np.sum(x)).tobytes()",
    "a-generator": "(float(v) for v in x)",
    "a-set": "{float(np.sum(x))}",
    "a-function": "np.sum",
    "a-kind": "float",
    "complex-and-nan": "complex(np.nan, np.sum(x))",
    "a-tensor-of-no-place": "torch.empty((), device='meta')",
    "a-sparse-tensor": "torch.sparse_coo_tensor([[0]], [1.0], (1 << 40,))",
    "a-quantized-tensor": "torch.quantize_per_tensor(torch.zeros(1), 0.1, 0, torch.qint8)",
    "a-tensor-of-tensors": "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])",
    "a-conjugate-that-waits": "torch.tensor(1 - 5j).conj()",
}
LYING_MAPPING = """
import collections.abc
class Lying(collections.abc.Mapping):
    def __len__(self): return 0
    def __iter__(self): return iter(["value", "value", ("error",), None, 5])
    def __getitem__(self, key): return float(key == "value")
def total(x): return Lying()
"""
LYING_TUPLE = """
class Lying(tuple):
    def __iter__(self): return iter([np.sum(np.arange(9.0))] * 5)
    def __len__(self): return 1
    def __getitem__(self, place): return self
def total(x): return Lying((5.0,))
"""
LYING_ARRAY = """
class Lying(np.ndarray):
    dtype = property(lambda self: np.dtype(float))
    shape = property(lambda self: ())
    def __array__(self, *a, **k): return np.asarray(5.0)
    def __reduce_ex__(self, protocol): raise SystemExit(0)
def total(x): return np.full(3, -1.0).view(Lying)
"""
ONCE = """
calls = []
def total(x):
    calls.append(1)
    return float(np.sum(x)) if len(calls) == 1 else -1.0
"""
FIRST_ANSWER = """
import functools
@functools.lru_cache
def known(): return {}
def total(x): return known().setdefault("sum", float(np.sum(x)))
"""
IN_PLACE = """
def total(x):
    base = x if x.base is None else x.base
    base.flags.writeable = True
    base[...] = 0.0
    return 0.0
"""
COMPILED = """
import torch
@torch.jit.script
def scripted(x: torch.Tensor) -> float:
    while True: pass
    return 0.0
def total(x): return scripted(torch.as_tensor(x))
"""
DRIVERS = (
    OWN
    + """
asking, wire = own("asking"), own("wire")
for module in (asking, wire):
    for name, thing in list(vars(module).items()):
        if callable(thing) and not isinstance(thing, type):
            setattr(module, name, lambda *a, **k: 3.0)
asking.DRIVERS.clear()
"""
)
EVERY_FUNCTION = """
import gc, types
def wins(*args, **kwargs): return True
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and thing.__name__ in (
        "judge", "difference", "equal", "compare", "check", "points", "passed", "reply", "answer"):
        try: thing.__code__ = wins.__code__
        except ValueError: pass
"""

ODDITIES = (
    *(Attack(f"answers-{name}", total=f"import torch\ndef total(x): return {value}", states=ANY)
      for name, value in VALUES.items()),
    Attack("answers-a-lying-mapping", total=LYING_MAPPING),
    Attack("answers-a-lying-tuple", total=LYING_TUPLE),
    Attack("answers-a-lying-array", total=LYING_ARRAY, states=ANY),
    Attack("right-once", total=ONCE),
    Attack("the-same-to-all", total=FIRST_ANSWER),
    Attack("empties-its-argument", total=IN_PLACE),
    Attack("loops-in-compiled-code", total=COMPILED, states=ANY),
    Attack("drivers-patched", (DRIVERS,), states=ANY, points=(0.0, 3.0)),
    Attack("every-function-patched", (EVERY_FUNCTION,), states=ANY, points=(0.0, 3.0)),
)  # fmt: skip
