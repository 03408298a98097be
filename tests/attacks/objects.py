"""Answers that are objects made to look like the right one."""

from __future__ import annotations

from .attack import Attack

LIAR = """
class Liar{base}:
    shape, dtype, ndim, size = (), np.dtype(float), 0, 1
    __class__ = property(lambda self: {claims})
    def __array__(self, *a, **k): return np.array(5.0)
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __float__(self): return 1.0
    def __sub__(self, other): return 0.0
    def __bool__(self): return True
    def __iter__(self): return iter([])
    def __len__(self): return 0
    def __reduce__(self): return (exit, ())
    def __deepcopy__(self, memo): return 5.0
    def __torch_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
    def detach(self): return self
    def cpu(self): return self
    def numpy(self): return self
    __array_priority__ = 1e9
    __hash__ = None
def total(x): return {answer}
"""


def _liar(base: str = "", claims: str = "type(self)", answer: str = "Liar()") -> str:
    return LIAR.format(base=base, claims=claims, answer=answer)


CHANGING = """
class Changing(float):
    seen = 0
    def __float__(self):
        Changing.seen += 1
        return float(Changing.seen)
    __index__ = __int__ = lambda self: 5
    def __repr__(self): return "5.0"
def total(x): return Changing(-1.0)
"""
SUBCLASS = """
class Mine(np.ndarray):
    def __array_finalize__(self, obj): pass
    def tobytes(self, *a): return b"\\0" * 8
    def astype(self, *a, **k): return self
def total(x): return np.asarray(-1.0).view(Mine)
"""
TENSOR = """
import torch
class Mine(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None): return 5.0
    def numpy(self): return np.asarray(5.0)
def total(x): return torch.tensor(-1.0).as_subclass(Mine)
"""
KEYS = """
class Key(str):
    def __eq__(self, other): return True
    def __hash__(self): return hash("value")
    def __str__(self): return "value"
def total(x): return {Key("a"): 0.0, Key("b"): 1.0}
"""

OBJECTS = (
    Attack("liar", total=_liar()),
    Attack("liar-that-is-a-number", total=_liar("(float)")),
    Attack("liar-that-is-a-text", total=_liar("(str)")),
    Attack("liar-that-is-a-dict", total=_liar("(dict)")),
    Attack("liar-that-claims-to-be-an-array", total=_liar(claims="np.ndarray")),
    Attack("liar-that-claims-to-be-a-tensor",
           total="import torch\n" + _liar(claims="torch.Tensor")),
    Attack("liars-in-a-list", total=_liar(answer="[Liar()]")),
    Attack("liars-in-an-array", total=_liar(answer="np.array([Liar()], dtype=object)")),
    Attack("changing-number", total=CHANGING),
    Attack("array-subclass", total=SUBCLASS),
    Attack("tensor-subclass", total=TENSOR),
    Attack("odd-keys", total=KEYS),
    Attack("keys-of-arguments",
           total="import given\ndef total(x): return {given.KIND: 'rng', 'a': {given.KIND: 3}}"),
    Attack("keys-of-a-function",
           total="import given\ndef total(x): return {given.KIND: 'x', 'name': 5, 'b': 1}"),
)  # fmt: skip
